package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Controls is what can be done to a lab while it runs. Live and Virtual have it.
type Controls interface {
	Cut(link string) error
	Join(link string) error
	Impair(link string, settings ...string) error
	Power(router string, p Power) error
}

// Console says where the console of a router or host is served.
type Console struct {
	Node    string `json:"node"`
	Address string `json:"address"` // host:port
}

// ErrNotRunning is returned when no lab of that name runs.
var ErrNotRunning = errors.New("is not running")

// ErrRunning is returned when a lab of that name runs already.
var ErrRunning = errors.New("already runs")

// request and response are one line of JSON each.
type request struct {
	Verb   string   `json:"verb"` // cut, join, impair, power, consoles
	Target string   `json:"target,omitempty"`
	Args   []string `json:"args,omitempty"`
}

type response struct {
	Error    string    `json:"error,omitempty"`
	Consoles []Console `json:"consoles,omitempty"`
}

// Bounds of the control socket.
const (
	requestMax     = 64 << 10 // bytes
	controlTimeout = 10 * time.Second
)

// Control is the control socket of a running lab.
type Control struct {
	listener net.Listener
	controls Controls
	consoles []Console
	running  sync.WaitGroup
	mu       sync.Mutex
	open     map[net.Conn]struct{}
}

// runtimeDir is the folder of this user's control sockets.
func runtimeDir() string {
	if d := os.Getenv("XDG_RUNTIME_DIR"); d != "" {
		return filepath.Join(d, "tandem")
	}
	return filepath.Join(os.TempDir(), "tandem-"+strconv.Itoa(os.Getuid()))
}

func socketPath(name string) (string, error) {
	if name == "" || name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return "", fmt.Errorf("lab: %q is no name of a lab", name)
	}
	return filepath.Join(runtimeDir(), name+".sock"), nil
}

// Serve makes a running lab known under its name. It returns ErrRunning when
// one of that name runs; what a dead one left behind is removed.
func Serve(name string, c Controls, consoles []Console) (*Control, error) {
	path, err := socketPath(name)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("lab: control socket: %w", err)
	}
	if err := private(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if probe, err := net.Dial("unix", path); err == nil {
		return nil, errors.Join(fmt.Errorf("lab %s %w", name, ErrRunning), probe.Close())
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("lab: control socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("lab: control socket: %w", err)
	}
	s := &Control{listener: l, controls: c, consoles: slices.Clone(consoles), open: make(map[net.Conn]struct{})}
	s.running.Go(s.accept)
	return s, nil
}

// private refuses a folder that others may write to.
func private(dir string) error {
	st, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("lab: control socket: %w", err)
	}
	if st.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("lab: control socket: others may write to %s", dir)
	}
	return nil
}

// Close forgets the lab's name and ends open connections.
func (s *Control) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	for c := range s.open {
		_ = c.Close() // whoever asks gets no answer: the lab ends
	}
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *Control) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.open[c] = struct{}{}
		s.mu.Unlock()
		s.running.Go(func() { s.serve(c) })
	}
}

// serve answers one request; a connection that says nothing is closed.
func (s *Control) serve(c net.Conn) {
	defer func() {
		s.mu.Lock()
		delete(s.open, c)
		s.mu.Unlock()
		_ = c.Close()
	}()
	if c.SetDeadline(time.Now().Add(controlTimeout)) != nil {
		return
	}
	line, err := bufio.NewReader(io.LimitReader(c, requestMax)).ReadBytes('\n')
	if err != nil {
		return
	}
	answer, err := json.Marshal(s.answer(line))
	if err != nil {
		return
	}
	_, _ = c.Write(append(answer, '\n')) // the asker may be gone
}

// answer runs one request.
func (s *Control) answer(line []byte) response {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return response{Error: "lab: request not understood"}
	}
	var err error
	switch r.Verb {
	case "cut":
		err = s.controls.Cut(r.Target)
	case "join":
		err = s.controls.Join(r.Target)
	case "impair":
		err = s.controls.Impair(r.Target, r.Args...)
	case "power":
		var p Power
		if p, err = ParsePower(strings.Join(r.Args, " ")); err == nil {
			err = s.controls.Power(r.Target, p)
		}
	case "consoles":
		return response{Consoles: s.consoles}
	default:
		err = fmt.Errorf("lab: unknown request %q", r.Verb)
	}
	if err != nil {
		return response{Error: err.Error()}
	}
	return response{}
}

// Remote is a lab that runs in another process, by name.
type Remote string

// Cut pulls a cable.
func (r Remote) Cut(link string) error { return r.do(request{Verb: "cut", Target: link}) }

// Join plugs it in.
func (r Remote) Join(link string) error { return r.do(request{Verb: "join", Target: link}) }

// Impair changes what a link does to frames.
func (r Remote) Impair(link string, settings ...string) error {
	return r.do(request{Verb: "impair", Target: link, Args: settings})
}

// Power turns a router's switch.
func (r Remote) Power(router string, p Power) error {
	words := [...]string{Off: "off", On: "on", Cycle: "cycle"}
	return r.do(request{Verb: "power", Target: router, Args: []string{words[p]}})
}

// Consoles asks where the consoles are.
func (r Remote) Consoles() ([]Console, error) {
	a, err := r.ask(request{Verb: "consoles"})
	return a.Consoles, err
}

func (r Remote) do(q request) error {
	_, err := r.ask(q)
	return err
}

// ask sends one request. It returns ErrNotRunning, in one line that names the
// labs that do, or what the lab answered.
func (r Remote) ask(q request) (response, error) {
	path, err := socketPath(string(r))
	if err != nil {
		return response{}, err
	}
	d := net.Dialer{Timeout: controlTimeout}
	c, err := d.DialContext(context.Background(), "unix", path)
	if err != nil {
		return response{}, fmt.Errorf("lab %s %w%s", string(r), ErrNotRunning, others())
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(controlTimeout)); err != nil {
		return response{}, fmt.Errorf("lab %s: %w", string(r), err)
	}
	line, err := json.Marshal(q)
	if err == nil {
		_, err = c.Write(append(line, '\n'))
	}
	var a response
	if err == nil {
		err = json.NewDecoder(io.LimitReader(c, requestMax)).Decode(&a)
	}
	if err != nil {
		return response{}, fmt.Errorf("lab %s: %w", string(r), err)
	}
	if a.Error != "" {
		return response{}, errors.New(a.Error)
	}
	return a, nil
}

// Running lists the labs of this user that answer, in order of name.
func Running() []string {
	paths, _ := filepath.Glob(filepath.Join(runtimeDir(), "*.sock")) // fails on a bad pattern only
	var names []string
	for _, p := range paths {
		if c, err := net.Dial("unix", p); err == nil {
			_ = c.Close()
			names = append(names, strings.TrimSuffix(filepath.Base(p), ".sock"))
		}
	}
	return names
}

func others() string {
	names := Running()
	if len(names) == 0 {
		return "; no lab is"
	}
	return "; running: " + strings.Join(names, ", ")
}

var (
	_ Controls = (*Live)(nil)
	_ Controls = (*Virtual)(nil)
	_ Controls = Remote("")
)
