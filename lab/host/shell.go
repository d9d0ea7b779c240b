package host

import (
	"fmt"
	"strconv"
	"strings"

	"tandem/clock"
	"tandem/wire"
)

// Shell is one text session on a host. All calls come from the goroutine that
// drives the host; output goes to the sink as it arises, lines end in "\n".
type Shell struct {
	host *Host
	out  func(text string)
	idle func()
	job  *job
}

// NewShell opens a session. Text of flows started here comes to out even when
// no command runs.
func (h *Host) NewShell(out func(text string)) *Shell {
	return &Shell{host: h, out: out, idle: func() {}}
}

// OnIdle sets what is called after each command line, once its command is done
// and a prompt may be shown.
func (s *Shell) OnIdle(idle func()) { s.idle = idle }

// Prompt is what stands before a command line.
func (s *Shell) Prompt() string { return s.host.config.Name + "> " }

// Busy reports whether a command still runs: no prompt yet.
func (s *Shell) Busy() bool { return s.job != nil }

// Interrupt stops the command that runs, as Ctrl-C does.
func (s *Shell) Interrupt(clock.Time) {
	if s.job != nil {
		s.job.end()
	}
}

// Close ends the session: its command stops, its flows go on in silence.
func (s *Shell) Close(now clock.Time) {
	s.out, s.idle = func(string) {}, func() {}
	s.Interrupt(now)
}

func (s *Shell) printf(format string, args ...any) { s.out(fmt.Sprintf(format, args...)) }

func (s *Shell) finished() {
	s.job = nil
	s.idle()
}

// command is one word of the shell's language, with what may follow.
type command struct {
	words string // literal words, separated by blanks
	args  string // as help prints them
	help  string
	run   func(s *Shell, now clock.Time, args []string) error
}

func commands() []command {
	return []command{
		{"ping", "A [count N]", "echo requests, one a second", (*Shell).doPing},
		{"traceroute", "A", "the routers on the way", (*Shell).doTraceroute},
		{"connect tcp", "A PORT [rate N]", "numbered records that must come back, N a second", (*Shell).doConnectTCP},
		{"connect udp", "A PORT [rate N]", "the same over UDP", (*Shell).doConnectUDP},
		{"serve tcp", "PORT", "send back what connections bring", (*Shell).doServeTCP},
		{"serve udp", "PORT", "send back every datagram", (*Shell).doServeUDP},
		{"serve syslog", "", "keep what routers log here", (*Shell).doServeSyslog},
		{"serve tftp", "", "take and give files, in memory", (*Shell).doServeTFTP},
		{"flood syn", "A PORT rate N", "half-open connections, N a second", (*Shell).doFlood},
		{"stop", "N", "end flow or flood N", (*Shell).doStop},
		{"show flows", "", "what the flows sent, lost and waited", (*Shell).showFlows},
		{"show arp", "", "neighbours", (*Shell).showARP},
		{"show interface", "", "address and counters", (*Shell).showInterface},
		{"show syslog", "", "the log lines that came", (*Shell).showSyslog},
		{"show files", "[NAME]", "the files of serve tftp, or one of them", (*Shell).showFiles},
		{"help", "", "this list; ? does the same", (*Shell).doHelp},
		{"?", "", "", (*Shell).doHelp},
	}
}

// Exec runs one command line. Output comes at once and, while Busy, later. A
// running command is interrupted first.
func (s *Shell) Exec(now clock.Time, line string) {
	idle := s.idle
	s.idle = func() {} // the prompt comes once, after this line
	s.Interrupt(now)
	s.idle = idle
	if words := strings.Fields(line); len(words) > 0 {
		s.run(now, line, words)
	}
	if s.job == nil {
		s.idle()
	}
}

func (s *Shell) run(now clock.Time, line string, words []string) {
	var found *command
	var args []string
	for _, c := range commands() {
		n := matches(strings.Fields(c.words), words)
		if n == 0 {
			continue
		}
		if found != nil {
			s.printf("%s: more than one command begins like this; help lists them\n", line)
			return
		}
		found, args = &c, words[n:]
	}
	if found == nil {
		s.printf("%s: no such command; help lists them\n", line)
		return
	}
	if err := found.run(s, now, args); err != nil {
		s.printf("%s: %v; usage: %s\n", found.words, err, strings.TrimSpace(found.words+" "+found.args))
	}
	s.host.pump(now)
}

// matches returns how many typed words are (beginnings of) the literals, or 0.
func matches(literal, typed []string) int {
	if len(typed) < len(literal) {
		return 0
	}
	for i, l := range literal {
		if !strings.HasPrefix(l, strings.ToLower(typed[i])) {
			return 0
		}
	}
	return len(literal)
}

func (s *Shell) doHelp(clock.Time, []string) error {
	s.Help()
	return nil
}

// Help prints the commands.
func (s *Shell) Help() {
	for _, c := range commands() {
		if c.help != "" {
			s.printf("%-30s %s\n", strings.TrimSpace(c.words+" "+c.args), c.help)
		}
	}
}

func (s *Shell) doPing(now clock.Time, args []string) error {
	to, rest, err := s.address(args)
	if err != nil {
		return err
	}
	count, err := option(rest, "count", 5, 65535)
	if err != nil {
		return err
	}
	s.job = s.host.ping(now, to, count, s)
	return nil
}

func (s *Shell) doTraceroute(now clock.Time, args []string) error {
	to, rest, err := s.address(args)
	if err == nil {
		err = nothing(rest)
	}
	if err != nil {
		return err
	}
	s.job = s.host.traceroute(now, to, s)
	return nil
}

func (s *Shell) doConnectTCP(now clock.Time, args []string) error {
	to, port, rate, err := s.flowArgs(args)
	if err != nil {
		return err
	}
	f, err := s.host.connectTCP(now, to, port, rate, s)
	if err != nil {
		return err
	}
	f.announce("connecting")
	return nil
}

func (s *Shell) doConnectUDP(now clock.Time, args []string) error {
	to, port, rate, err := s.flowArgs(args)
	if err != nil {
		return err
	}
	s.host.connectUDP(now, to, port, rate, s).announce("sending")
	return nil
}

func (s *Shell) flowArgs(args []string) (to wire.Addr, port uint16, rate int, err error) {
	to, rest, err := s.address(args)
	if err != nil {
		return 0, 0, 0, err
	}
	port, rest, err = portArg(rest)
	if err != nil {
		return 0, 0, 0, err
	}
	rate, err = option(rest, "rate", DefaultRate, MaxRate)
	return to, port, rate, err
}

func (s *Shell) doServeTCP(_ clock.Time, args []string) error { return s.serve("tcp", args) }
func (s *Shell) doServeUDP(_ clock.Time, args []string) error { return s.serve("udp", args) }

func (s *Shell) serve(proto string, args []string) error {
	port, rest, err := portArg(args)
	if err == nil {
		err = nothing(rest)
	}
	if err == nil {
		err = s.host.serve(Service{proto, port})
	}
	if err == nil {
		s.printf("serving %s port %d\n", proto, port)
	}
	return err
}

func (s *Shell) doFlood(now clock.Time, args []string) error {
	to, rest, err := s.address(args)
	if err != nil {
		return err
	}
	port, rest, err := portArg(rest)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return fmt.Errorf("a rate is expected")
	}
	rate, err := option(rest, "rate", 0, MaxFloodRate)
	if err != nil {
		return err
	}
	f := s.host.floodSYN(now, to, port, rate, s)
	s.printf("flood %d: syn to %s port %d, rate %d\n", f.Number, to, port, rate)
	return nil
}

func (s *Shell) doStop(now clock.Time, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("the number of a flow is expected")
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || !s.host.stopFlow(now, n) {
		return fmt.Errorf("no flow %s", args[0])
	}
	return nil
}

func (s *Shell) address(args []string) (wire.Addr, []string, error) {
	if len(args) == 0 {
		return 0, nil, fmt.Errorf("an address is expected")
	}
	a, err := wire.ParseAddr(args[0])
	switch {
	case err != nil:
		return 0, nil, fmt.Errorf("%q is no IPv4 address", args[0])
	case a == 0 || a.IsMulticast() || a.IsLoopback() || a == wire.Broadcast:
		return 0, nil, fmt.Errorf("%s is no address of another host", a)
	case a == s.host.config.Address.Addr:
		return 0, nil, fmt.Errorf("%s is this host", a)
	}
	return a, args[1:], nil
}

func portArg(args []string) (uint16, []string, error) {
	if len(args) == 0 {
		return 0, nil, fmt.Errorf("a port is expected")
	}
	n, err := strconv.ParseUint(args[0], 10, 16)
	if err != nil || n == 0 {
		return 0, nil, fmt.Errorf("%q is no port from 1 to 65535", args[0])
	}
	return uint16(n), args[1:], nil
}

// option reads "NAME N" or nothing.
func option(args []string, name string, otherwise, most int) (int, error) {
	if len(args) == 0 {
		return otherwise, nil
	}
	if len(args) != 2 || args[0] != name {
		return 0, fmt.Errorf("%q is not understood", strings.Join(args, " "))
	}
	n, err := strconv.Atoi(args[1])
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("%s is a number from 1 to %d", name, most)
	}
	return n, nil
}

func nothing(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("%q is not understood", strings.Join(rest, " "))
	}
	return nil
}
