package router

import (
	"crypto/sha256"
	"strings"

	"tandem/hsrp"
	"tandem/modes"
	"tandem/platform"
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
	r.bootText = modes.BootText(r.Settings.Hardware) + factory + said
	if r.sctp.refusal != "" {
		r.Message(r.now, syslog.Message{Facility: "TANDEM", Severity: syslog.Warnings, Mnemonic: "NOSCTP", Text: r.sctp.refusal})
	}
	r.applyFilters()
	r.read = reading{sha256.Sum256(startup), sha256.Sum256([]byte(r.Listing()))}
	r.bootRedundancy()
	r.Message(r.now, syslog.Message{
		Facility: "SYS", Severity: syslog.Notifications, Mnemonic: "RESTART",
		Text: "System restarted --\n" + strings.TrimRight(modes.Banner(r.Settings.Hardware.Identity()), "\n"),
	})
	r.coldStart()
}

// unseenLimit bounds the messages that wait for a console.
const unseenLimit = 100

// starting reports whether no console has shown yet that the system is up:
// none was opened, or the setup dialogue is not over.
func (r *Router) starting() bool {
	for _, t := range r.ttys {
		if t.kind == platform.Console {
			return t.phase == phaseDialog || t.phase == phaseSetup
		}
	}
	return true
}

// started is what the console shows once the system is up: how to begin, and
// the messages of the boot.
func (r *Router) started() string {
	text := pressReturnBoot
	if len(r.unseen) > 0 {
		text += "\n" + strings.Join(r.unseen, "\n") + "\n"
	}
	r.unseen = nil
	return text
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
