package modes

import (
	"strings"

	"tandem/config"
	"tandem/platform"
)

// Factory is the configuration of a router nobody configured: the lines that
// its software and hardware print anyway (reference cli 4.3, 5.3). The two
// lines without a value of their own go straight into the tree.
//
// A port that nobody configured is shut. Those in inUse are not: a listing has
// no line for an interface that is up, so the ones a startup configuration
// names and the ones with a cable start up, or pasting a listing would leave
// them down (assumed; a real router with an empty NVRAM shuts all).
func Factory(d Device, inUse func(name string) bool) string {
	fixed := func(section config.Section, order int, text string) {
		d.Config().Root.Set(config.Entry{Slot: config.Slot{Leaf: text}, Place: in(section, order), Lines: line(text)})
	}
	version, _, _ := strings.Cut(d.Hardware().Identity().Version, "(")
	fixed(config.SectionServices, 1, "version "+version)
	fixed(config.SectionBoot, 1, "boot-start-marker")
	fixed(config.SectionBoot, 9, "boot-end-marker")
	var b strings.Builder
	put := func(lines ...string) {
		for _, l := range lines {
			b.WriteString(l + "\n")
		}
	}
	put("service timestamps debug datetime msec", "service timestamps log datetime msec",
		"no service password-encryption", "hostname Router", "no aaa new-model", "resource policy", "ip cef",
		"ip http server", "no ip http secure-server", "scheduler allocate 20000 1000")
	for _, slot := range d.Hardware().ClockSlots() {
		put("no network-clock-participate slot " + itoa(slot))
	}
	for _, card := range d.Hardware().VoiceCards() {
		put("voice-card "+itoa(card), "no dspfarm")
	}
	for _, i := range d.Hardware().Interfaces() {
		put("interface " + i.Name)
		lines := i.Untouched
		lines.Shutdown = lines.Shutdown && !inUse(i.Name)
		put(untouched(lines)...)
	}
	put("control-plane")
	for _, l := range d.Hardware().Lines() {
		put(l.Header())
		put(l.Untouched...)
	}
	return b.String()
}

// untouched lists the lines of an interface nobody configured.
func untouched(u platform.Untouched) []string {
	var out []string
	for _, l := range []struct {
		on   bool
		text string
	}{
		{u.NoIPAddress, "no ip address"},
		{u.Shutdown, "shutdown"},
		{u.Duplex, "duplex auto"},
		{u.Speed, "speed auto"},
		{u.MediaType != "", "media-type " + u.MediaType},
	} {
		if l.on {
			out = append(out, l.text)
		}
	}
	return out
}

// HostnameOf returns the host name in a tree.
func HostnameOf(t *config.Tree) string { return hostname.Value(t.Root) }

// NameLookupOf returns whether unknown words are host names.
func NameLookupOf(t *config.Tree) bool { return nameLookup.Value(t.Root) }
