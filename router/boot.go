package router

import (
	"fmt"
	"strings"

	"tandem/hsrp"
	"tandem/modes"
	"tandem/syslog"
)

// boot brings the router up: what the hardware alone configures, then the
// startup configuration, then the messages of a system that came up. note is
// what the boot text says about that configuration.
func (r *Router) boot(startup []byte, note string) {
	r.step(hsrp.Booted{At: r.now})
	r.loading = true
	loader := modes.NewShell(r, r.Grammar)
	factory := loader.Load(r.now, modes.Factory(r, func(name string) bool {
		return r.byName[name].port >= 0 || strings.Contains(string(startup), "\ninterface "+name+"\n")
	}))
	said := note + loader.Load(r.now, string(startup))
	r.refused = loader.Refused()
	r.loading = false
	for _, l := range r.links {
		before := l.Interface
		before.AdminUp = false
		r.update(l, before)
	}
	r.bootText = r.bootMessages() + factory + said
	r.applyFilters()
	r.bootRedundancy()
	r.Message(r.now, syslog.Message{
		Facility: "SYS", Severity: syslog.Notifications, Mnemonic: "RESTART",
		Text: "System restarted --\n" + strings.TrimRight(modes.Banner(r.Settings.Hardware.Identity()), "\n"),
	})
}

// bootMessages is what the console shows while the router starts (reference
// cli 3), shortened to what identifies it.
func (r *Router) bootMessages() string {
	id := r.Settings.Hardware.Identity()
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n\n%s\n", id.ROM, modes.Banner(id))
	fmt.Fprintf(&b, "%s\nProcessor board ID %s\n", id.Hardware, id.Board)
	for _, text := range r.Settings.Hardware.Counts() {
		b.WriteString(text + "\n")
	}
	fmt.Fprintf(&b, "%s\n%s\n\n", id.NVRAMLine, id.Flash)
	return b.String()
}

// restart asks the driver for a fresh start. Active HSRP groups resign first,
// and the frames that say so still leave.
func (r *Router) restart(by, reason string) {
	if r.reload.wanted {
		return
	}
	r.Message(r.now, syslog.Message{
		Facility: "SYS", Severity: syslog.Notifications, Mnemonic: "RELOAD",
		Text: "Reload requested by " + by + ". Reload Reason: " + reason + ".",
	})
	r.reload = reload{wanted: true, reason: reason}
	r.hangupAll()
	r.step(hsrp.Shutdown{At: r.now})
}
