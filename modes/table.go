package modes

import (
	"slices"

	"tandem/parser"
)

// modes lists every mode (reference cli 2.1).
func modes() []Mode {
	return append(sshModes(), []Mode{
		{Name: ExecMode, Title: "Exec commands:"},
		{Name: ConfigMode, Prompt: "(config)#", Title: "Configure commands:", Parent: ExecMode},
		{Name: "config-if", Prompt: "(config-if)#", Title: "Interface configuration commands:", Parent: ConfigMode},
		{Name: "config-if-range", Prompt: "(config-if-range)#", Title: "Interface configuration commands:", Parent: ConfigMode, Lines: "config-if"},
		{Name: "config-subif", Prompt: "(config-subif)#", Title: "Interface configuration commands:", Parent: ConfigMode},
		{Name: "config-line", Prompt: "(config-line)#", Title: "Line configuration commands:", Parent: ConfigMode},
		{Name: "config-ext-nacl", Prompt: "(config-ext-nacl)#", Title: "Ext Access List configuration commands:", Parent: ConfigMode},
		{Name: "config-std-nacl", Prompt: "(config-std-nacl)#", Title: "Standard Access List configuration commands:", Parent: ConfigMode},
		{Name: "config-red-interdevice", Prompt: "(config-red-interdevice)#", Title: "Inter-device redundancy configuration commands:", Parent: ConfigMode},
		{Name: "config-red", Prompt: "(config-red)#", Title: "Redundancy configuration commands:", Parent: ConfigMode},
		{Name: "config-ipczone", Prompt: "(config-ipczone)#", Title: "IPC zone configuration commands:", Parent: ConfigMode},
		{Name: "config-ipczone-assoc", Prompt: "(config-ipczone-assoc)#", Title: "IPC association configuration commands:", Parent: "config-ipczone"},
		{Name: "config-ipc-protocol-sctp", Prompt: "(config-ipc-protocol-sctp)#", Title: "IPC transport - SCTP configuration commands:", Parent: "config-ipczone-assoc"},
		{Name: "config-ipc-local-sctp", Prompt: "(config-ipc-local-sctp)#", Title: "IPC transport - SCTP local configuration commands:", Parent: "config-ipc-protocol-sctp"},
		{Name: "config-ipc-remote-sctp", Prompt: "(config-ipc-remote-sctp)#", Title: "IPC transport - SCTP remote configuration commands:", Parent: "config-ipc-protocol-sctp"},
		{Name: "config-track", Prompt: "(config-track)#", Title: "Tracking instance configuration commands:", Parent: ConfigMode},
		{Name: "config-keychain", Prompt: "(config-keychain)#", Title: "Key-chain configuration commands:", Parent: ConfigMode},
		{Name: "config-keychain-key", Prompt: "(config-keychain-key)#", Title: "Key-chain key configuration commands:", Parent: "config-keychain"},
		{Name: archiveMode, Prompt: "(config-archive)#", Title: "Archive configuration commands:", Parent: ConfigMode},
		{Name: configLogMode, Prompt: "(config-archive-log-cfg)#", Title: "Configure logger configuration commands:", Parent: archiveMode},
		{Name: "config-router", Prompt: "(config-router)#", Title: "Router configuration commands:", Parent: ConfigMode},
		{Name: "config-voicecard", Prompt: "(config-voicecard)#", Title: "Voice card configuration commands:", Parent: ConfigMode},
		{Name: "config-cp", Prompt: "(config-cp)#", Title: "Control Plane configuration commands:", Parent: ConfigMode},
	}...)
}

// declarations lists every command of every mode.
func declarations() []Declaration {
	return slices.Concat(
		sessionCommands(), fileCommands(), folderCommands(), debugCommands(), pingCommands(),
		showConfigCommands(), showPlatformCommands(), showIPCommands(), showStandbyCommands(), showRedundancyCommands(),
		showInspectCommands(), showSCTPCommands(), showIPCCommands(), showTrackCommands(), showNetworkCommands(), showTCPCommands(),
		showSystemCommands(), showEnvironmentCommands(), showProcessCommands(), showInterfaceCommands(), clearCommands(), showRIPCommands(), debugRIPCommands(), trackLines(), keyChainLines(),
		globalLines(), keptLines(), lineLines(), interfaceLines(), routeLines(), ripLines(), accessListLines(),
		inspectLines(), standbyLines(), redundancyLines(), ipcLines(), loggingLines(), loggingHistoryLines(), clockLines(), calendarLines(), aliasLines(),
		archiveLines(), configLogLines(), hostLines(), snmpLines(), replaceCommands(), setupCommands(),
		passwordLines(), userLines(), aaaLines(), loginLines(), bannerLines(), privilegeLines(), cryptoLines(), terminalCommands(), terminalSettings(),
		connectCommands(), loginCommands(), lockCommands(),
	)
}

// everywhere lists the commands that belong to every configuration mode. They
// act on the session and print nothing into the configuration.
func everywhere(m Mode) []parser.Command {
	what := "Exit from configure mode"
	if m.Name != ConfigMode {
		what = "Exit from the current configuration mode"
	}
	verbs := []Verb{
		{In: m.Name, Syntax: "exit", Help: Words{"exit": what}, No: "-", Run: leaveMode},
		{In: m.Name, Syntax: "help", Help: Words{"help": "Description of the interactive help system"}, No: "-", Run: explainHelp},
	}
	if m.Name == ConfigMode {
		verbs = append(verbs,
			Verb{In: m.Name, Syntax: "end", Help: Words{"end": "Exit from configure mode"}, No: "-", Run: endConfig},
			Verb{In: m.Name, Syntax: "do <command:line>", No: "-", Run: runDo, Help: Words{
				"do": "To run exec commands in config mode", "command": "Exec Command",
			}})
	}
	var out []parser.Command
	for _, v := range verbs {
		_, c := v.declare()
		out = append(out, c)
	}
	return out
}

func leaveMode(x *Exec, _ parser.Form, _ parser.Args) error {
	x.Shell.up(x.Now)
	return nil
}

func endConfig(x *Exec, _ parser.Form, _ parser.Args) error {
	x.Shell.leaveConfig(x.Now)
	return nil
}

func explainHelp(x *Exec, _ parser.Form, _ parser.Args) error {
	x.Print(helpText)
	return nil
}

// runDo serves an abbreviated or oddly spaced "do"; the plain one is taken
// before matching so that its caret falls right.
func runDo(x *Exec, _ parser.Form, a parser.Args) error {
	x.Shell.runExec(x, x.Shell.Prompt(), a.Get("command"), 0)
	return nil
}
