package modes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/parser"
	"tandem/platform"
)

const lineHead = "   Tty Line Typ     Tx/Rx    A Modem  Roty AccO AccI  Uses  Noise Overruns  Int\n"

// showLine is the table of the sample show-line; of one line it shows more.
func showLine(x *Exec, a parser.Args) {
	lines := x.Device.TerminalLines(x.Now)
	if a.Has("console") || a.Has("aux") || a.Has("vty-number") || a.Has("number") {
		number, ok := lineArgument(x, a)
		if !ok {
			x.Print("% Invalid line number\n")
			return
		}
		at := slices.IndexFunc(lines, func(l TerminalLine) bool { return l.Number == number })
		x.Print(lineHead + lineRow(x, lines[at]) + "\n" + lineDetails(x, lines[at]))
		return
	}
	x.Print(lineHead)
	for _, l := range lines {
		x.Print(lineRow(x, l))
	}
	if first, last := 2, VTYBase(x.Device)-1; last >= first {
		x.Printf("\nLine(s) not in async mode -or- with no hardware support:\n%s\n", unusedLines(lines, first, last))
	}
}

func lineRow(x *Exec, l TerminalLine) string {
	kind, speed := "VTY", ""
	switch l.Kind {
	case platform.Console:
		kind = "CTY"
	case platform.Aux, platform.TTY:
		kind, speed = map[platform.LineKind]string{platform.Aux: "AUX", platform.TTY: "TTY"}[l.Kind], "   9600/9600"
	}
	orNone := func(list string) string {
		if list == "" {
			return "-"
		}
		return list
	}
	star := byte(' ')
	if l.Active {
		star = '*'
	}
	s := settingsOfLine(x, l)
	return fmt.Sprintf("%c%5d %4d %s%-12s  -    -      - %4s %4s %5d      0    0/0      -\n",
		star, l.Number, l.Number, kind, speed, orNone(s.AccessOut), orNone(s.AccessClass), l.Uses)
}

func settingsOfLine(x *Exec, l TerminalLine) LineSettings {
	n := l.Relative
	if l.Kind == platform.TTY {
		n = l.Number
	}
	return SettingsOf(x.Device.Config(), l.Kind, n)
}

// unusedLines writes the numbers between the first lines and the vtys that no
// line has: "2-129, 131-321".
func unusedLines(lines []TerminalLine, first, last int) string {
	var out []string
	add := func(a, b int) {
		switch {
		case a == b:
			out = append(out, itoa(a))
		case a < b:
			out = append(out, itoa(a)+"-"+itoa(b))
		}
	}
	for _, l := range lines {
		if l.Kind == platform.TTY {
			add(first, l.Number-1)
			first = l.Number + 1
		}
	}
	add(first, last)
	return strings.Join(out, ", ")
}

// showTerminal is what the session's own line is set to.
func showTerminal(x *Exec, _ parser.Args) {
	for _, l := range x.Device.TerminalLines(x.Now) {
		if l.Number == x.Shell.TTY {
			x.Print(lineDetails(x, l))
		}
	}
}

// lineDetails is the layout of the sample show-terminal-15x. Of the session's
// own line it shows what "terminal ..." has made of the settings.
func lineDetails(x *Exec, l TerminalLine) string {
	s := settingsOfLine(x, l)
	t := Terminal{Length: s.Length, Width: s.Width, History: s.History, Editing: true, Escape: s.Escape}
	status := "PSI Enabled, Ready, Active"
	switch {
	case l.Number == x.Shell.TTY:
		t = x.Shell.Terminal
	case !l.Active:
		status = "PSI Enabled, Ready"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Line %d, Location: %q, Type: \"\"\nLength: %d lines, Width: %d columns\n", l.Number, s.Location, t.Length, t.Width)
	b.WriteString("Status: " + status + ", Automore On\nCapabilities: none\nModem state: Ready\nGroup codes:    0\n" +
		"Special Chars: Escape  Hold  Stop  Start  Disconnect  Activation\n")
	fmt.Fprintf(&b, "                %-7snone   -     -       none         \n"+
		"Timeouts:      Idle EXEC    Idle Session   Modem Answer  Session   Dispatch\n", escapeShown(t.Escape))
	fmt.Fprintf(&b, "               %-13s%-9s                       %-9snot set\n", orNever(s.ExecTimeout), orNever(s.SessionTimeout), limitOf(s))
	b.WriteString("                            Idle Session Disconnect Warning\n                              never \n" +
		"                            Login-sequence User Response\n                             00:00:30\n" +
		"                            Autoselect Initial Wait\n                              not set \n" +
		"Modem type is unknown.\n")
	if s.Sessions > 0 {
		fmt.Fprintf(&b, "Session limit is %d.\n", s.Sessions)
	} else {
		b.WriteString("Session limit is not set.\n")
	}
	if s.AutoCommand != "" {
		fmt.Fprintf(&b, "Automatically execute command %q\n", s.AutoCommand)
	}
	fmt.Fprintf(&b, "Editing is %s.\n", enabled(t.Editing))
	if t.History > 0 {
		fmt.Fprintf(&b, "History is enabled, history size is %d.\n", t.History)
	} else {
		b.WriteString("History is disabled.\n")
	}
	b.WriteString("DNS resolution in show commands is enabled\nFull user help is disabled\n")
	input := s.input
	if l.Kind == platform.Console {
		input = []string{"none"}
	}
	fmt.Fprintf(&b, "Allowed input transports are %s.\nAllowed output transports are %s.\n", transports(input), transports(s.output))
	fmt.Fprintf(&b, "Preferred transport is %s.\nNo output characters are padded\nNo special data dispatching characters\n", s.Preferred)
	return b.String()
}

// allTransports are those of a line that names none.
const allTransports = "pad telnet rlogin lapb-ta mop udptn v120 ssh"

func transports(list []string) string {
	if len(list) == 0 || slices.Contains(list, "all") {
		return allTransports
	}
	return strings.Join(list, " ")
}

// limitOf is the absolute-timeout of a line.
func limitOf(s LineSettings) string {
	if s.Limit == 0 {
		return "none"
	}
	return orNever(s.Limit)
}

func orNever(d time.Duration) string {
	if d == 0 {
		return "never"
	}
	return clockText(d)
}
