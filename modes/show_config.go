package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
)

func showConfigCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show running-config", Privilege: 15, Piped: true, Run: showRunning, Help: Words{
			"running-config": "Current operating configuration",
		}},
		Command{Syntax: "show running-config {all | full | brief | view full}", Privilege: 15, Piped: true, Run: showRunningForm, Help: Words{
			"all": "Configuration with defaults", "full": "full configuration", "brief": "configuration without certificate data", "view": "View options",
		}},
		Command{
			Syntax: "show running-config interface <if:interface>", Privilege: 15, Piped: true, Run: showRunningInterface,
			Help: Words{"interface": "Show interface configuration", "if": "Interface number"},
		},
		Command{Syntax: "show unsupported", Piped: true, Run: showUnsupported, Help: Words{
			"unsupported": "Configuration lines kept without effect",
		}},
	}
}

// running prints a listing in its frame; the blank line after "end" counts as
// one byte (reference cli 5.1).
func running(x *Exec, listing string) {
	x.Printf("Building configuration...\n\nCurrent configuration : %d bytes\n%s\n", config.Bytes(listing), listing)
}

func showRunning(x *Exec, _ parser.Args) { running(x, runningListing(x)) }

func showRunningForm(x *Exec, a parser.Args) {
	if !a.Has("all") {
		showRunning(x, a)
		return
	}
	layout := config.Layout{NetworkModules: x.Device.Hardware().HasNetworkModules()}
	running(x, config.Print(withDefaults(x.Shell.configurable()), x.Device.Style(), layout))
}

func showRunningInterface(x *Exec, a parser.Args) {
	listing := "!\nend\n"
	if node := x.Shell.configurable().Root.Child("interface " + a.Get("if")); node != nil {
		listing = config.PrintNode(node, x.Device.Style())
	}
	running(x, listing)
}

// showUnsupported lists the lines of the running configuration that are kept
// for fidelity only.
func showUnsupported(x *Exec, _ parser.Args) {
	kept := map[string]bool{}
	for _, d := range append(keptLines(), trackTimerInterface) {
		if _, leaf := d.(setter); leaf {
			_, c := d.declare()
			kept[c.Syntax] = true
		}
	}
	x.Print("Lines of this configuration that have no effect:\n")
	var walk func(n *config.Node)
	walk = func(n *config.Node) {
		for _, e := range n.Entries() {
			if kept[e.Slot.Leaf] {
				for _, l := range e.Lines {
					x.Print("  " + strings.TrimSpace(strings.Join(append(n.Path(), l.Text), " / ")) + "\n")
				}
			}
		}
		for _, c := range n.Children() {
			walk(c)
		}
	}
	walk(x.Device.Config().Root)
}
