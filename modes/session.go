package modes

import (
	"strings"

	"tandem/parser"
)

// sessionCommands are the exec commands about the session itself.
func sessionCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "enable [<level:0-15>]", Run: enable, Help: Words{
			"enable": "Turn on privileged commands", "level": "Enable level",
		}},
		Command{Syntax: "disable", Run: disable, Help: Words{"disable": "Turn off privileged commands"}},
		Command{Syntax: "exit", Run: logout, Help: Words{"exit": "Exit from the EXEC"}},
		Command{Syntax: "logout", Run: logout, Help: Words{"logout": "Exit from the EXEC"}},
		Command{Syntax: "quit", Run: logout, Hidden: true, Help: Words{"quit": "Exit from the EXEC"}},
		Command{
			Syntax: "help", Help: Words{"help": "Description of the interactive help system"},
			Run: func(x *Exec, _ parser.Args) { x.Print(helpText) },
		},
		Command{Syntax: "configure [terminal | memory]", Privilege: 15, Run: configure, Help: Words{
			"configure": "Enter configuration mode", "terminal": "Configure from the terminal",
			"memory": "Configure from NV memory",
		}},
		Command{Syntax: "show history", Piped: true, Run: showHistory, Help: Words{
			"show": "Show running system information", "history": "Display the session command history",
		}},
		Command{
			Syntax: "show privilege", Piped: true, Help: Words{"privilege": "Show current privilege level"},
			Run: func(x *Exec, _ parser.Args) {
				x.Printf("Current privilege level is %d\n", x.Shell.Privilege)
			},
		},
	}
}

// consoleOrigin is the Origin of the console's session: whoever sits there may
// enable without a password while none is set (reference cli 2.2).
const consoleOrigin = "console"

func disable(x *Exec, _ parser.Args) { x.Shell.Privilege = 1 }

func configure(x *Exec, a parser.Args) {
	switch {
	case a.Has("terminal"):
		startConfig(x)
	case a.Has("memory"):
		mergeStartup(x)
	default:
		x.Ask(Question{
			Prompt: "Configuring from terminal, memory, or network [terminal]? ",
			Then: func(x *Exec, answer string) {
				answer = strings.ToLower(strings.TrimSpace(answer))
				switch {
				case strings.HasPrefix("terminal", answer):
					startConfig(x)
				case strings.HasPrefix("memory", answer):
					mergeStartup(x)
				default:
					x.Print("?Must be \"terminal\", \"memory\" or \"network\"\n")
				}
			},
		})
	}
}

func startConfig(x *Exec) {
	x.Print("Enter configuration commands, one per line.  End with CNTL/Z.\n")
	x.Device.Upkeep().changes.sessions++
	x.Shell.enterConfig()
}

// mergeStartup runs the startup configuration over the running one.
func mergeStartup(x *Exec) {
	text, err := x.Device.Startup()
	if err != nil {
		x.Print(refusal(err) + "\n")
		return
	}
	x.Print(x.Shell.Load(x.Now, string(text)))
	x.Device.ConfiguredFrom(x.Now, "memory", x.Shell.by())
}

func showHistory(x *Exec, _ parser.Args) {
	for _, l := range x.Shell.History() {
		x.Print("  " + l + "\n")
	}
}
