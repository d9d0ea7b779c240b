package modes

import (
	"errors"
	"io/fs"
	"strings"

	"tandem/nvram"
	"tandem/parser"
)

// fileCommands are the exec commands about saved configurations.
func fileCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "write [memory | terminal | erase]", Privilege: 15, Piped: true, Run: write, Help: Words{
			"write": "Write running configuration to memory, network, or terminal", "memory": "Write to NV memory",
			"terminal": "Write to terminal", "erase": "Erase NV memory",
		}},
		Command{Syntax: "copy {running-config@running | startup-config@startup | <from:word>} " +
			"{running-config@torunning | startup-config@tostartup | <to:word>}", Privilege: 15, Run: copyFile, Help: Words{
			"copy": "Copy from one file to another", "running": "Copy from current system configuration",
			"startup": "Copy from startup configuration", "from": "Copy from a file, flash:NAME or nvram:NAME",
			"torunning": "Update (merge with) current system configuration", "tostartup": "Copy to startup configuration",
			"to": "Copy to a file, flash:NAME or nvram:NAME",
		}},
		Command{Syntax: "erase {startup-config | nvram:}", Privilege: 15, Run: erase, Help: Words{
			"erase": "Erase a filesystem", "startup-config": "Erase contents of configuration memory",
			"nvram:": "Filesystem to be erased",
		}},
		Command{Syntax: "more <file:word>", Privilege: 15, Piped: true, Run: more, Help: Words{
			"more": "Display the contents of a file", "file": "File to display",
		}},
		Command{Syntax: "delete <file:word>", Privilege: 15, Run: deleteFile, Help: Words{
			"delete": "Delete a file", "file": "File to be deleted",
		}},
		Command{Syntax: "dir [<file:word>]", Privilege: 15, Piped: true, Run: dir, Help: Words{
			"dir": "List files on a filesystem", "file": "Directory or file name",
		}},
		Command{Syntax: "show startup-config", Privilege: 15, Piped: true, Run: showStartup, Help: Words{
			"startup-config": "Contents of startup configuration",
		}},
		Command{Syntax: "show configuration", Privilege: 15, Piped: true, Run: showStartup, Help: Words{
			"configuration": "Contents of Non-Volatile memory",
		}},
		Command{Syntax: "reload [cancel | in <minutes:1-34560>] [<reason:line>]", Privilege: 15, Run: reload, Help: Words{
			"reload": "Halt and perform a cold restart", "cancel": "Cancel pending reload",
			"in": "Reload after a time interval", "minutes": "Time interval in minutes", "reason": "Reason for reload",
		}},
	}
}

func write(x *Exec, a parser.Args) {
	switch {
	case a.Has("terminal"):
		showRunning(x, a)
	case a.Has("erase"):
		erase(x, a)
	default:
		save(x)
	}
}

// save writes the running configuration to NVRAM; nothing is said to be
// saved before it is.
func save(x *Exec) {
	x.Print("Building configuration...\n")
	if err := x.Device.Save(x.Now); err != nil {
		x.Print(refusal(err) + "\n")
		return
	}
	x.Print("[OK]\n")
}

func copyFile(x *Exec, a parser.Args) {
	from, to := fileName(a[1].Value), fileName(a[2].Value)
	offered := bareName(to)
	if offered == "" {
		offered = bareName(from)
	}
	prompt := "Destination filename [" + offered + "]? "
	x.Ask(Question{Prompt: prompt, Then: func(x *Exec, answer string) {
		answer = strings.TrimSpace(answer)
		switch {
		case answer != "" && strings.Contains(to, ":"):
			to = to[:strings.Index(to, ":")+1] + answer
		case answer != "":
			to = fileName(answer)
		case strings.HasSuffix(to, ":"):
			to += bareName(from)
		}
		copyNow(x, from, to)
	}})
}

func copyNow(x *Exec, from, to string) {
	if from == runningConfig && to == startupConfig {
		save(x)
		return
	}
	content, err := x.Device.ReadFile(from)
	if err != nil {
		x.Printf("%%Error opening %s (%s)\n", from, fileError(err))
		return
	}
	if to == runningConfig {
		x.Print(x.Shell.Load(x.Now, string(content)))
	} else if err := x.Device.WriteFile(x.Now, to, content); err != nil {
		x.Printf("%%Error writing %s (%s)\n", to, fileError(err))
		return
	}
	x.Printf("%d bytes copied in 0.436 secs (%d bytes/sec)\n", len(content), len(content)*1000/436)
}

// fileError is the part of a file error that IOS prints in brackets.
func fileError(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, nvram.ErrEmpty):
		return "No such file or directory"
	case errors.Is(err, nvram.ErrFull):
		return "No space left on device"
	}
	return err.Error()
}

// The two configurations as copy names them.
const (
	runningConfig = "running-config"
	startupConfig = "startup-config"
)

// fileName brings the names of a configuration to one form.
func fileName(typed string) string {
	lower := strings.ToLower(typed)
	switch {
	case lower == "system:running-config" || len(lower) > 2 && strings.HasPrefix(runningConfig, lower):
		return runningConfig
	case lower == "nvram:startup-config" || len(lower) > 1 && strings.HasPrefix(startupConfig, lower):
		return startupConfig
	}
	return typed
}

func bareName(file string) string {
	if i := strings.LastIndexAny(file, ":/"); i >= 0 {
		return file[i+1:]
	}
	return file
}

func erase(x *Exec, _ parser.Args) {
	const question = "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]"
	x.Confirm(question, func(x *Exec) {
		if err := x.Device.EraseStartup(x.Now); err != nil {
			x.Print(refusal(err) + "\n")
			return
		}
		x.Print("[OK]\nErase of nvram: complete\n")
	})
}

func more(x *Exec, a parser.Args) {
	content, err := x.Device.ReadFile(fileName(a.Get("file")))
	if err != nil {
		x.Printf("%%Error opening %s (%s)\n", a.Get("file"), fileError(err))
		return
	}
	x.Print(string(content))
}

func deleteFile(x *Exec, a parser.Args) {
	name := fileName(a.Get("file"))
	x.Ask(Question{Prompt: "Delete filename [" + bareName(name) + "]? ", Then: func(x *Exec, answer string) {
		x.Confirm("Delete "+name+"? [confirm]", func(x *Exec) {
			if err := x.Device.DeleteFile(x.Now, name); err != nil {
				x.Printf("%%Error deleting %s (%s)\n", name, fileError(err))
			}
		})
	}})
}

// dir lists a file system; files carry no dates here, so none is printed.
func dir(x *Exec, a parser.Args) {
	prefix := "flash:"
	if strings.HasPrefix(a.Get("file"), "nvram") {
		prefix = "nvram:"
	}
	x.Printf("Directory of %s/\n\n", prefix)
	used := 0
	for n, name := range x.Device.ListFiles(prefix) {
		content, err := x.Device.ReadFile(name)
		if err != nil {
			continue
		}
		used += len(content)
		x.Printf("%5d  -rw-  %10d                    <no date>  %s\n", n+1, len(content), bareName(name))
	}
	total := x.Device.Hardware().Identity().FlashBytes
	if prefix == "nvram:" {
		total = x.Device.NVRAMSize()
	}
	x.Printf("\n%d bytes total (%d bytes free)\n", total, total-used)
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

// reload asks about unsaved changes first, then for confirmation.
func reload(x *Exec, a parser.Args) {
	if a.Has("cancel") {
		if !x.Device.CancelReload(x.Now) {
			x.Print("%No reload is scheduled.\n")
		}
		return
	}
	confirm := func(x *Exec) {
		x.Confirm("Proceed with reload? [confirm]", func(x *Exec) {
			x.Device.RequestReload(x.Now, a.Int("minutes"), a.Get("reason"))
		})
	}
	if !x.Device.Unsaved() {
		confirm(x)
		return
	}
	askSave(x, confirm)
}

func askSave(x *Exec, then func(x *Exec)) {
	x.Ask(Question{Prompt: "System configuration has been modified. Save? [yes/no]: ", Then: func(x *Exec, answer string) {
		switch answer = strings.ToLower(strings.TrimSpace(answer)); {
		case answer != "" && strings.HasPrefix("yes", answer):
			save(x)
			then(x)
		case answer != "" && strings.HasPrefix("no", answer):
			then(x)
		default:
			x.Print("% Please answer 'yes' or 'no'.\n")
			askSave(x, then)
		}
	}})
}
