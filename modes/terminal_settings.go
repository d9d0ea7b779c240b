package modes

import (
	"strings"

	"tandem/parser"
)

// terminalSettings are the exec commands that set one session's terminal
// (reference cli 1.13).
func terminalSettings() []Declaration {
	return []Declaration{
		Command{
			Syntax: "terminal length <lines:0-512>", Help: Words{
				"terminal": "Set terminal line parameters", "length": "Set number of lines on a screen",
				"lines": "Number of lines on screen (0 for no pausing)",
			},
			Run: func(x *Exec, a parser.Args) { x.Shell.Terminal.Length = a.Int("lines") },
		},
		Command{
			Syntax: "terminal width <columns:0-512>", Help: Words{
				"width": "Set width of the display terminal", "columns": "Number of characters on a screen line",
			},
			Run: func(x *Exec, a parser.Args) { x.Shell.Terminal.Width = a.Int("columns") },
		},
		Command{Syntax: "terminal history [size <lines:0-256>]", Run: terminalHistory, Help: Words{
			"history": "Enable and control the command history function", "size": "Set history buffer size",
			"lines": "Size of history buffer",
		}},
		Command{
			Syntax: "terminal monitor", Privilege: 15, Help: Words{
				"monitor": "Copy debug output to the current terminal line",
			},
			Run: func(x *Exec, _ parser.Args) { x.Shell.Terminal.Monitor = true },
		},
		Command{
			Syntax: "terminal editing", Help: Words{"editing": "Enable command line editing"},
			Run: func(x *Exec, _ parser.Args) { x.Shell.Terminal.Editing = true },
		},
		Command{
			Syntax: "terminal exec prompt timestamp", Help: Words{
				"exec": "Exec settings", "prompt": "Exec prompt settings", "timestamp": "Print timestamps for show commands",
			},
			Run: func(x *Exec, _ parser.Args) { x.Shell.Terminal.Timestamp = true },
		},
		terminalEscape,
		Command{
			Syntax: "terminal no {length | width | history [size] | monitor | editing | escape-character | exec prompt timestamp}",
			Run:    terminalNo, Help: terminalWords(Words{"no": "Negate a command or set its defaults"}),
		},
		Command{
			Syntax: "terminal default {length | width | history [size] | monitor | editing | escape-character | exec prompt timestamp}",
			Run:    terminalDefault, Help: terminalWords(Words{"default": "Set a command to its defaults"}),
		},
	}
}

// terminalWords adds what "terminal no" and "terminal default" apply to.
func terminalWords(more Words) Words {
	for word, help := range map[string]string{
		"length": "Set number of lines on a screen", "width": "Set width of the display terminal",
		"history": "Enable and control the command history function", "size": "Set history buffer size",
		"monitor": "Copy debug output to the current terminal line", "editing": "Enable command line editing",
		"exec": "Exec settings", "prompt": "Exec prompt settings", "timestamp": "Print timestamps for show commands",
		"escape-character": "Change the current line's escape character",
	} {
		more[word] = help
	}
	return more
}

func terminalHistory(x *Exec, a parser.Args) {
	if a.Has("lines") {
		x.Shell.Terminal.History = a.Int("lines")
		return
	}
	if x.Shell.Terminal.History == 0 {
		x.Shell.Terminal.History = x.Shell.ofLine().History
	}
}

// terminalNo turns a function off; a number has no other "no" than its default.
func terminalNo(x *Exec, a parser.Args) {
	switch t := &x.Shell.Terminal; {
	case a.Has("editing"):
		t.Editing = false
	case a.Has("escape-character"):
		t.Escape = NoEscape
	case a.Has("history") && !a.Has("size"):
		t.History = 0
	default:
		terminalDefault(x, a)
	}
}

// terminalDefault restores what the session's line is configured to do.
func terminalDefault(x *Exec, a parser.Args) {
	switch t, line := &x.Shell.Terminal, x.Shell.ofLine(); {
	case a.Has("length"):
		t.Length = line.Length
	case a.Has("width"):
		t.Width = line.Width
	case a.Has("history"):
		t.History = line.History
	case a.Has("monitor"):
		t.Monitor = line.Monitor
	case a.Has("editing"):
		t.Editing = line.Editing
	case a.Has("escape-character"):
		t.Escape = line.Escape
	case a.Has("timestamp"):
		t.Timestamp = line.Timestamp
	}
}

// ofLine is the terminal as the session's line has it.
func (s *Shell) ofLine() Terminal {
	t := DefaultTerminal()
	if s.Settings != nil {
		line := s.Settings()
		t.Length, t.Width, t.History, t.Synchronous = line.Length, line.Width, line.History, line.Synchronous
		t.Timestamp, t.Escape = line.Timestamp, line.Escape
	}
	return t
}

// stamp prints the load and the time in front of a listing, where the session
// asked for it (sample show-line-exec-prompt-timestamp).
func (s *Shell) stamp(x *Exec) {
	if !s.Terminal.Timestamp {
		return
	}
	load := strings.NewReplacer("CPU utilization for five seconds", "Load for five secs").Replace(cpuLine)
	source := "No time source"
	if shown := x.Device.Calendar().Show(x.Now); !strings.HasPrefix(shown, "*") {
		source = "Time source is user configuration"
	}
	x.Printf("%s%s, %s\n\n", load, source, x.Device.Calendar().Show(x.Now))
}
