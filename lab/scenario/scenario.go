// Package scenario runs scripts against a virtual lab: testscript with commands
// that start a lab, let its time pass, pull cables, turn power switches and
// type on routers and hosts. Output goes to the script's standard output, for
// "stdout" and "cmp".
//
//	seed N                          before lab; default 1
//	lab FILE                        start a lab: a lab.yaml or its folder, in the script or beside it
//	end                             stop it; its captures are in $WORK
//	advance 5s                      let time pass
//	cut LINK / join LINK            ROUTER:INTERFACE, a host or a segment
//	impair LINK delay 20ms loss 5%  or: none
//	power off|on|cycle ROUTER
//	type ROUTER 'line'...           until the last line is done
//	host HOST 'line'...             likewise
//	until NODE 'line' REGEXP LIMIT  repeat the line until its output matches
package scenario

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/host"
)

// Harness is what scripts need from the program they test.
type Harness struct {
	Boot  func() lab.Boot // asked for each lab a script starts: routers with an empty NVRAM
	Known lab.Catalogue   // may be nil
	// Type enters one line on a router's console. Output goes to out, at once
	// and, until done reports true, later; a nil done means that all is out.
	Type func(now clock.Time, d lab.Device, line string, out func(text string)) (done func() bool)
}

// The patience of a script with the lab, in the lab's time.
const (
	commandLimit = 10 * time.Minute // a typed line that does not end by then fails
	untilStep    = 100 * time.Millisecond
)

// errUsage is wrapped by failures of the script's own use of a command.
var errUsage = errors.New("usage")

// Params returns the parameters for testscript over the scripts of a folder.
// The lab files that a script does not contain are looked for in that folder.
func (h Harness) Params(dir string) testscript.Params {
	p := testscript.Params{Dir: dir, RequireUniqueNames: true}
	p.Setup = func(e *testscript.Env) error {
		s := &script{harness: h, seed: 1, work: e.WorkDir, folder: dir}
		e.Values[scriptKey{}] = s
		e.Defer(func() { _ = s.end() }) // a capture that fails at the end is reported by the command end
		return nil
	}
	p.Cmds = make(map[string]func(*testscript.TestScript, bool, []string))
	for _, c := range commands() {
		p.Cmds[c.name] = c.run
	}
	return p
}

type scriptKey struct{}

// script is the state of one script.
type script struct {
	harness Harness
	seed    uint64
	work    string
	folder  string // of the script
	lab     *lab.Virtual
}

type command struct {
	name string
	args string // for the usage line
	min  int
	max  int // -1 is any number
	do   func(s *script, ts *testscript.TestScript, args []string) error
}

func commands() []command {
	return []command{
		{"seed", "N", 1, 1, (*script).doSeed},
		{"lab", "FILE", 1, 1, (*script).doLab},
		{"end", "", 0, 0, func(s *script, _ *testscript.TestScript, _ []string) error { return s.end() }},
		{"advance", "DURATION", 1, 1, withLab((*script).doAdvance)},
		{"cut", "LINK", 1, 1, withLab(func(s *script, _ *testscript.TestScript, a []string) error { return s.lab.Cut(a[0]) })},
		{"join", "LINK", 1, 1, withLab(func(s *script, _ *testscript.TestScript, a []string) error { return s.lab.Join(a[0]) })},
		{"impair", "LINK NAME VALUE...|none", 2, -1, withLab(func(s *script, _ *testscript.TestScript, a []string) error {
			return s.lab.Impair(a[0], a[1:]...)
		})},
		{"power", "off|on|cycle ROUTER", 2, 2, withLab((*script).doPower)},
		{"type", "ROUTER LINE...", 2, -1, withLab((*script).doType)},
		{"host", "HOST LINE...", 2, -1, withLab((*script).doHost)},
		{"until", "NODE LINE REGEXP LIMIT", 4, 4, withLab((*script).doUntil)},
	}
}

// run is the command as testscript calls it: "!" before it wants a failure.
func (c command) run(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(scriptKey{}).(*script)
	err := fmt.Errorf("%w: %s %s", errUsage, c.name, c.args)
	if len(args) < c.min || c.max >= 0 && len(args) > c.max {
		ts.Fatalf("%v", err)
	}
	err = c.do(s, ts, args)
	switch {
	case errors.Is(err, errUsage), err != nil && !neg:
		ts.Fatalf("%s: %v", c.name, err)
	case err == nil && neg:
		ts.Fatalf("%s: no failure", c.name)
	case err != nil:
		fmt.Fprintln(ts.Stderr(), err)
	}
}

type action func(s *script, ts *testscript.TestScript, args []string) error

func withLab(do action) action {
	return func(s *script, ts *testscript.TestScript, args []string) error {
		if s.lab == nil {
			return fmt.Errorf("%w: lab FILE comes first", errUsage)
		}
		return do(s, ts, args)
	}
}

func (s *script) doSeed(_ *testscript.TestScript, args []string) error {
	n, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil || s.lab != nil {
		return fmt.Errorf("%w: a number, before lab", errUsage)
	}
	s.seed = n
	return nil
}

func (s *script) doLab(ts *testscript.TestScript, args []string) error {
	if s.lab != nil {
		return fmt.Errorf("%w: a lab runs already; end stops it", errUsage)
	}
	t, err := lab.Load(s.find(ts, args[0]), s.harness.Known)
	if err != nil {
		return err
	}
	s.lab, err = lab.NewVirtual(t, lab.Options{
		Boot: s.harness.Boot(), Seed: s.seed,
		Log: func(text string) { ts.Logf("%s", text) },
		Capture: func(_, file string) (io.WriteCloser, error) {
			return os.Create(filepath.Join(s.work, filepath.Base(file)))
		},
	})
	return err
}

// find returns the path of a file of the script, or else of its folder.
func (s *script) find(ts *testscript.TestScript, name string) string {
	inside := ts.MkAbs(name)
	if _, err := os.Stat(inside); err != nil && s.folder != "" {
		if beside := filepath.Join(s.folder, name); !filepath.IsAbs(name) {
			return beside
		}
	}
	return inside
}

func (s *script) end() error {
	if s.lab == nil {
		return nil
	}
	v := s.lab
	s.lab = nil
	return v.Close()
}

func (s *script) doAdvance(_ *testscript.TestScript, args []string) error {
	d, err := time.ParseDuration(args[0])
	if err != nil || d < 0 {
		return fmt.Errorf("%w: a duration such as 5s", errUsage)
	}
	return s.lab.Advance(d)
}

func (s *script) doPower(_ *testscript.TestScript, args []string) error {
	p, err := lab.ParsePower(args[0])
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	return s.lab.Power(args[1], p)
}

func (s *script) doType(ts *testscript.TestScript, args []string) error {
	return s.each(ts, args, s.router)
}

func (s *script) doHost(ts *testscript.TestScript, args []string) error {
	return s.each(ts, args, s.host)
}

func (s *script) each(ts *testscript.TestScript, args []string, enter func(name, line string) (string, error)) error {
	for _, line := range args[1:] {
		out, err := enter(args[0], line)
		if _, writeErr := io.WriteString(ts.Stdout(), out); writeErr != nil {
			return writeErr
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// router types a line on a router and lets time pass until it is done.
func (s *script) router(name, line string) (string, error) {
	var out strings.Builder
	var done func() bool
	powered := false
	err := s.lab.Do(name, func(now clock.Time, d lab.Device) {
		if d != nil {
			powered = true
			done = s.harness.Type(now, d, line, func(text string) { out.WriteString(text) })
		}
	})
	switch {
	case err != nil:
		return out.String(), err
	case !powered:
		return "", fmt.Errorf("%s has no power", name)
	}
	err = s.finish(line, done)
	return out.String(), err
}

// host types a line on a host and lets time pass until it is done.
func (s *script) host(name, line string) (string, error) {
	var out strings.Builder
	var shell *host.Shell
	err := s.lab.DoHost(name, func(now clock.Time, h *host.Host) {
		shell = h.NewShell(func(text string) { out.WriteString(text) })
		shell.Exec(now, line)
	})
	if err == nil {
		err = s.finish(line, func() bool { return !shell.Busy() })
	}
	return out.String(), err
}

func (s *script) finish(line string, done func() bool) error {
	if done == nil {
		return nil
	}
	ok, err := s.lab.RunUntil(done, commandLimit)
	if err == nil && !ok {
		err = fmt.Errorf("%q did not end within %s", line, commandLimit)
	}
	return err
}

// doUntil repeats a line every tenth of a second of the lab's time.
func (s *script) doUntil(ts *testscript.TestScript, args []string) error {
	want, err := regexp.Compile("(?m)" + args[2])
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	limit, err := time.ParseDuration(args[3])
	if err != nil || limit <= 0 {
		return fmt.Errorf("%w: a duration such as 5s", errUsage)
	}
	enter := s.router
	for _, h := range s.lab.Topology().Hosts {
		if h.Name == args[0] {
			enter = s.host
		}
	}
	for end := s.lab.Now().Add(limit); ; {
		out, err := enter(args[0], args[1])
		if err != nil {
			return err
		}
		if want.MatchString(out) {
			_, err = io.WriteString(ts.Stdout(), out)
			return err
		}
		if s.lab.Now() >= end {
			return fmt.Errorf("%q did not come within %s; last output:\n%s", args[2], limit, out)
		}
		if err := s.lab.Advance(untilStep); err != nil {
			return err
		}
	}
}
