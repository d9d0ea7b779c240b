package modes

import (
	"errors"

	"tandem/config"
	"tandem/nvram"
	"tandem/parser"
)

// fileCommands are the exec commands about saved configurations.
func fileCommands() []Declaration {
	return []Declaration{
		filePrompt,
		Command{Syntax: "write [memory | network | terminal | erase]", Privilege: 15, Piped: true, Run: write, Help: Words{
			"write": "Write running configuration to memory, network, or terminal", "memory": "Write to NV memory",
			"network":  "Write to network TFTP server",
			"terminal": "Write to terminal", "erase": "Erase NV memory",
		}},
		Command{Syntax: "copy {running-config@running | startup-config@startup | <from:file>} " +
			"{running-config@torunning | startup-config@tostartup | <to:file>}", Privilege: 15, Run: copyFile, Help: Words{
			"copy": "Copy from one file to another", "running": "Copy from current system configuration",
			"startup": "Copy from startup configuration", "from": "Copy from a file, flash:NAME, nvram:NAME or tftp://HOST/NAME",
			"torunning": "Update (merge with) current system configuration", "tostartup": "Copy to startup configuration",
			"to": "Copy to a file, flash:NAME, nvram:NAME or tftp://HOST/NAME",
		}},
		Command{Syntax: "erase {startup-config | nvram: | flash:}", Privilege: 15, Run: erase, Help: Words{
			"erase": "Erase a filesystem", "startup-config": "Erase contents of configuration memory",
			"nvram:": "Filesystem to be erased", "flash:": "Filesystem to be erased",
		}},
		Command{Syntax: "more <file:file>", Privilege: 15, Piped: true, Run: more, Help: Words{
			"more": "Display the contents of a file", "file": "File to display",
		}},
		Command{Syntax: "delete {/force | /recursive}* <file:file>", Privilege: 15, Run: deleteFile, Help: Words{
			"delete": "Delete a file", "/force": "Force delete", "/recursive": "Recursive delete", "file": "File to be deleted",
		}},
		Command{Syntax: "rename <old:file> <new:file>", Privilege: 15, Run: renameFile, Help: Words{
			"rename": "Rename a file", "old": "File to be renamed", "new": "New name",
		}},
		Command{Syntax: "verify [/md5] <file:file>", Privilege: 15, Run: verifyFile, Help: Words{
			"verify": "Verify a file", "/md5": "Compute an md5 signature for a file", "file": "File to be verified",
		}},
		Command{Syntax: "dir [/all | /recursive] [<file:file>]", Privilege: 15, Piped: true, Run: dir, Help: Words{
			"dir": "List files on a filesystem", "/all": "List all files", "/recursive": "List files recursively",
			"file": "Directory or file name",
		}},
		Command{Syntax: "dir all-filesystems", Privilege: 15, Piped: true, Run: dirAll, Help: Words{
			"all-filesystems": "List files on all filesystems",
		}},
		Command{Syntax: "show file systems", Privilege: 15, Piped: true, Run: showFileSystems, Help: Words{
			"file": "Show filesystem information", "systems": "List filesystems",
		}},
		Command{Syntax: "show startup-config", Privilege: 15, Piped: true, Run: showStartup, Help: Words{
			"startup-config": "Contents of startup configuration",
		}},
		Command{Syntax: "show configuration", Privilege: 15, Piped: true, Run: showStartup, Help: Words{
			"configuration": "Contents of Non-Volatile memory",
		}},
		Command{Syntax: "show configuration lock", Privilege: 15, Piped: true, Run: showLock, Help: Words{
			"lock": "Display configuration lock information",
		}},
		Command{Syntax: "cd [<file:file>]", Run: changeDirectory, Help: Words{"cd": "Change current directory", "file": "Directory name"}},
		Command{Syntax: "pwd", Run: printDirectory, Help: Words{"pwd": "Display current working directory"}},
		Command{Syntax: "format flash:", Privilege: 15, Run: format, Help: Words{
			"format": "Format a filesystem", "flash:": "Filesystem to be formatted",
		}},
		Command{Syntax: "reload [cancel | in <delay:word> | at <when:word>] [<reason:line>]", Privilege: 15, Run: reload, Help: Words{
			"reload": "Halt and perform a cold restart", "cancel": "Cancel pending reload",
			"in": "Reload after a time interval", "delay": "Delay before reload (mmm or hhh:mm)",
			"at": "Reload at a specific time/date", "when": "Time to reload (hh:mm)", "reason": "Reason for reload",
		}},
		Command{Syntax: "show reload", Piped: true, Run: showReload, Help: Words{
			"reload": "Scheduled reload information",
		}},
	}
}

func write(x *Exec, a parser.Args) {
	switch {
	case a.Has("terminal"):
		showRunning(x, a)
	case a.Has("network"):
		writeNetwork(x)
	case a.Has("erase"):
		erase(x, a)
	default:
		save(x)
	}
}

// writeNetwork is the old way to copy the running configuration to a host; the
// text is remembered.
func writeNetwork(x *Exec) {
	x.Print("This command has been replaced by the command:\n         'copy system:/running-config  <url>'\n")
	c := &copying{from: location{system: systemFiles, name: runningConfig}, to: location{system: tftpFiles}}
	c.askHost(x)
}

// showLock says that nobody holds the configuration lock, which only
// "configuration mode exclusive" would take (sample show-configuration-lock).
func showLock(x *Exec, _ parser.Args) {
	x.Print("Parser Configure Lock\n---------------------\nOwner PID : -1\nUser : unknown\nTTY : -1\nType : NO LOCK\nState : FREE\n" +
		"Class : unknown\nCount : 0\nPending Requests : 0\nUser debug info :\n")
}

// save writes the running configuration to NVRAM; nothing is said to be
// saved before it is.
func save(x *Exec) {
	x.Print("Building configuration...\n")
	if err := x.Device.Save(x.Now); err != nil {
		x.Printf("startup-config file open failed (%s)\n", saveError(err))
		return
	}
	x.Print("[OK]\n")
	if archiveWriteMemory.Value(archiveBlock(x.Device)) {
		archiveRunning(x.Device, x.Now)
	}
}

// saveError is why NVRAM did not take the configuration.
func saveError(err error) string {
	if errors.Is(err, nvram.ErrFull) {
		return "Not enough space"
	}
	return fileError(err)
}

func showStartup(x *Exec, _ parser.Args) {
	text, err := x.Device.Startup()
	switch {
	case errors.Is(err, nvram.ErrEmpty):
		x.Print("startup-config is not present\n")
	case err != nil:
		x.Print(refusal(err) + "\n")
	default:
		x.Printf("Using %d out of %d bytes\n", len(text), x.Device.NVRAMSize())
		x.Print(string(text))
	}
}

// archiveBlock is the block of the word archive; an empty one when there is
// none.
func archiveBlock(d Device) *config.Node {
	if n := d.Config().Root.Child("archive"); n != nil {
		return n
	}
	return config.New().Root
}
