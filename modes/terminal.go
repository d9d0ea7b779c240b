package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/parser"
	"tandem/platform"
)

// terminalCommands are the exec commands about lines and those who use them.
func terminalCommands() []Declaration {
	which := "{* | console <zero:0-0> | aux <zero:0-0> | vty <vty-number:0-1180> | <number:0-1500>}"
	words := func(more Words) Words {
		for k, v := range map[string]string{
			"console": "Primary terminal line", "aux": "Auxiliary line", "vty": "Virtual terminal",
			"zero": "Line number", "vty-number": "Line number", "number": "Line number",
		} {
			more[k] = v
		}
		return more
	}
	return []Declaration{
		showHostKey,
		Command{Syntax: "show users [all]", Piped: true, Run: showUsers, Help: Words{
			"users": "Display information about terminal lines", "all": "Include information about inactive ports",
		}},
		Command{Syntax: "who [all]", Piped: true, Run: showUsers, Hidden: true, Help: Words{
			"who": "List active connections", "all": "Include information about inactive ports",
		}},
		Command{Syntax: "show line [console <zero:0-0> | aux <zero:0-0> | vty <vty-number:0-1180> | <number:0-1500>]", Piped: true, Run: showLine, Help: words(Words{"line": "TTY line information"})},
		Command{Syntax: "show ssh", Piped: true, Run: showSSH, Help: Words{"ssh": "Status of SSH server connections"}},
		Command{Syntax: "show ip ssh", Piped: true, Run: showIPSSH, Help: Words{"ssh": "Information on SSH"}},
		Command{
			Syntax: "clear line {console <zero:0-0> | aux <zero:0-0> | vty <vty-number:0-1180> | <number:0-1500>}", Privilege: 15, Run: clearLine,
			Help: words(Words{"clear": "Reset functions", "line": "Reset a terminal line"}),
		},
		Command{Syntax: "send " + which, Run: send, Help: words(Words{"send": "Send a message to other tty lines", "*": "All tty lines"})},
	}
}

// showUsers is the table of reference cli 2.4.
func showUsers(x *Exec, a parser.Args) {
	x.Print("    Line       User       Host(s)              Idle       Location\n")
	for _, l := range x.Device.TerminalLines(x.Now) {
		if !l.Active && (!a.Has("all") || l.Kind == platform.TTY) {
			continue
		}
		host := ""
		switch {
		case len(l.Hosts) > 0:
			host = l.Hosts[0]
		case l.Active:
			host = "idle"
		}
		kind, number, _ := strings.Cut(l.Name(), " ")
		row := fmt.Sprintf("%c%3d %-4s%-6s%-11s%-21s%-11s%s", mark(x, l), l.Number, kind, number, l.User, host, clockText(l.Idle), l.Location)
		x.Print(strings.TrimRight(row, " ") + "\n")
		for n := 1; n < len(l.Hosts); n++ {
			x.Printf("%26s%s\n", "", l.Hosts[n])
		}
	}
	x.Print("\n  Interface    User               Mode         Idle     Peer Address\n")
}

// mark is the star in front of the session's own line.
func mark(x *Exec, l TerminalLine) byte {
	if l.Active && l.Number == x.Shell.TTY {
		return '*'
	}
	return ' '
}

// clockText is a time as hh:mm:ss.
func clockText(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

func showSSH(x *Exec, _ parser.Args) {
	var rows strings.Builder
	for _, l := range x.Device.TerminalLines(x.Now) {
		if !l.Active || l.Protocol != SSH {
			continue
		}
		for _, way := range []string{"IN", "OUT"} {
			fmt.Fprintf(&rows, "%-15d%-8s%-5s%-12s%-13s%-20s%s\n", l.Relative, "2.0", way, "aes128-ctr", "hmac-sha2-256", "Session started", l.User)
		}
	}
	if rows.Len() == 0 {
		x.Print("%No SSHv2 server connections running.\n")
		return
	}
	x.Print("Connection     Version Mode Encryption  Hmac         State               Username\n" + rows.String())
}

// showIPSSH is that of the sample show-ip-ssh.
func showIPSSH(x *Exec, _ parser.Args) {
	s := SSHOf(x.Device.Config())
	version := map[int]string{0: "1.99", 1: "1.5", 2: "2.0"}[s.Version]
	if x.Device.HostKeyBits() == 0 {
		x.Print("SSH Disabled - version " + version + "\n%Please create RSA keys (of at least 768 bits size) to enable SSH v2.\n")
	} else {
		x.Print("SSH Enabled - version " + version + "\n")
	}
	x.Printf("Authentication timeout: %d secs; Authentication retries: %d\n", int(s.Timeout/time.Second), s.Retries)
}

// lineArgument is the absolute number of the line that a command names, -1
// for all, and whether it exists.
func lineArgument(x *Exec, a parser.Args) (number int, ok bool) {
	if a.Has("*") {
		return -1, true
	}
	for _, l := range x.Device.TerminalLines(x.Now) {
		switch {
		case a.Has("console") && l.Kind == platform.Console, a.Has("aux") && l.Kind == platform.Aux,
			a.Has("vty") && l.Kind == platform.VTY && l.Relative == a.Int("vty-number"),
			a.Has("number") && l.Number == a.Int("number"):
			return l.Number, true
		}
	}
	return 0, false
}

func clearLine(x *Exec, a parser.Args) {
	number, ok := lineArgument(x, a)
	if !ok {
		x.Print("% Not allowed to clear that line\n")
		return
	}
	if number == x.Shell.TTY {
		x.Print("% Not allowed to clear current line\n") // assumed
		return
	}
	x.Confirm("[confirm]", func(x *Exec) {
		x.Print(" [OK]\n")
		x.Device.ClearLine(x.Now, number)
	})
}

// sendLimit bounds a message in bytes.
const sendLimit = 4 << 10

func send(x *Exec, a parser.Args) {
	number, ok := lineArgument(x, a)
	if !ok {
		x.Print("% Invalid line number\n")
		return
	}
	x.Print("Enter message, end with CTRL/Z; abort with CTRL/C:\n")
	readMessage(x, number, "")
}

// readMessage takes lines up to Ctrl-Z, which arrives as the end of a line.
func readMessage(x *Exec, number int, text string) {
	x.Ask(Question{Answer: AnswerText, Then: func(x *Exec, answer string) {
		before, done := strings.CutSuffix(answer, EndOfText)
		text += before + "\n"
		if !done && len(text) < sendLimit {
			readMessage(x, number, text)
			return
		}
		x.Confirm("Send message? [confirm]", func(x *Exec) {
			to := "all ttys"
			if number >= 0 {
				to = "tty" + itoa(number)
			}
			x.Device.SendLine(x.Now, number, fmt.Sprintf("\n***\n***\n*** Message from tty%d to %s:\n***\n%s\n", x.Shell.TTY, to, text))
		})
	}})
}

// EndOfText ends an answer that was closed by Ctrl-Z instead of Enter.
const EndOfText = "\x1a"
