package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"tandem/clock"
	"tandem/examples"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/host"
	"tandem/port/open"
	"tandem/router"
	"tandem/terminal"
)

// builtIn is the lab that runs when none is named.
const builtIn = "dual-lan"

// settings are the flags of a running lab.
type settings struct {
	base  int    // TCP port of the first console
	state string // folder of the routers' saved files; "" is memory
	seed  uint64
	log   func(text string)

	cable     func(spec string) (lab.Cable, error) // opens a port; nil is open.Port
	lastWords func(name string, words []router.LastWord)
}

// plant is a live lab with its consoles and its control socket.
type plant struct {
	topology *lab.Topology
	live     *lab.Live
	shelf    *appliance.Shelf
	lines    map[string]*line
	ways     map[string]*appliance.Way // to the routers
	access   map[string]*terminal.Lines
	servers  []io.Closer
	consoles []lab.Console
	control  *lab.Control
}

// load reads a lab: a folder or a file, or the built-in one for "". inside
// reads the files it names.
func load(name string) (t *lab.Topology, inside func(path string) ([]byte, error), err error) {
	if name != "" {
		t, err = lab.Load(name, appliance.Known)
		return t, os.ReadFile, err
	}
	file := path.Join(builtIn, "lab.yaml")
	text, err := examples.Files.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	t, err = lab.Parse(file, text, appliance.Known)
	return t, func(name string) ([]byte, error) { return examples.Files.ReadFile(filepath.ToSlash(name)) }, err
}

// start builds and starts everything; on an error nothing is left running.
func start(name string, s settings) (*plant, error) {
	t, inside, err := load(name)
	if err != nil {
		return nil, err
	}
	return startTopology(t, inside, s)
}

// startTopology is start for a lab that was read already.
func startTopology(t *lab.Topology, inside func(path string) ([]byte, error), s settings) (*plant, error) {
	shelf, err := appliance.New(s.state)
	if err != nil {
		return nil, err
	}
	shelf.Open = inside
	p := &plant{topology: t, shelf: shelf, lines: map[string]*line{}, ways: map[string]*appliance.Way{}, access: map[string]*terminal.Lines{}}
	for _, r := range t.Routers {
		p.ways[r.Name] = &appliance.Way{Name: r.Name}
		p.access[r.Name] = terminal.NewLines(p.ways[r.Name])
	}
	for _, node := range t.Nodes {
		p.lines[node] = newLine(node)
	}
	shelf.Accept = func(name string, port uint16, conn net.Conn) { p.access[name].Accept(port, conn) }
	shelf.Call = terminal.Call
	if err := p.run(s); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

func (p *plant) run(s settings) error {
	cable := s.cable
	if cable == nil {
		cable = func(spec string) (lab.Cable, error) { return open.Port(spec) }
	}
	live, err := lab.NewLive(p.topology, lab.Options{
		Boot: p.shelf.Boot, Seed: s.seed, Log: s.log,
		Changed: func(now clock.Time, name string, d lab.Device) {
			if d == nil {
				p.access[name].Drop()
			}
			p.lines[name].boot(now, d)
		},
		Cable: cable, LastWords: s.lastWords,
	})
	if err != nil {
		return err
	}
	p.live = live
	for n, node := range p.topology.Nodes {
		l := p.lines[node]
		if err := l.connect(live, p.isHost(node)); err != nil {
			return err
		}
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.base+n))
		if s.base == 0 {
			address = "127.0.0.1:0"
		}
		server, err := terminal.Listen(address, l.console.Telnet)
		if err != nil {
			return fmt.Errorf("console of %s: %w", node, err)
		}
		p.servers = append(p.servers, server)
		p.consoles = append(p.consoles, lab.Console{Node: node, Address: server.Addr().String()})
	}
	if err := p.forward(); err != nil {
		return err
	}
	p.control, err = lab.Serve(p.topology.Name, live, p.consoles)
	return err
}

// forward opens the loopback ports that lead to the routers' vty lines and SNMP
// agents.
func (p *plant) forward() error {
	for _, r := range p.topology.Routers {
		p.ways[r.Name].Lead(p.live)
		for _, f := range r.Forward {
			if f.Port == router.SNMPPort {
				door, err := openSNMPDoor(f.Listen.String(), r.Name, p.live)
				if err != nil {
					return fmt.Errorf("forward to %s: %w", r.Name, err)
				}
				p.servers = append(p.servers, door)
				continue
			}
			serve, err := p.access[r.Name].Port(f.Port)
			if err == nil && f.Port == router.SSHPort {
				err = p.access[r.Name].Prepare()
			}
			if err != nil {
				return fmt.Errorf("forward to %s: %w", r.Name, err)
			}
			server, err := terminal.Listen(f.Listen.String(), serve)
			if err != nil {
				return fmt.Errorf("forward to %s: %w", r.Name, err)
			}
			p.servers = append(p.servers, server)
		}
	}
	return nil
}

// makeKeys gives every router that has none its SSH key, one after the other
// while the lab runs: at the first boot of a lab.
func (p *plant) makeKeys(log func(text string)) {
	for _, r := range p.topology.Routers {
		switch err := p.access[r.Name].Prepare(); {
		case errors.Is(err, terminal.ErrClosed), errors.Is(err, lab.ErrStopped):
			return
		case err != nil:
			log(fmt.Sprintf("SSH key of %s: %v", r.Name, err))
		}
	}
}

func (p *plant) isHost(name string) bool {
	for _, h := range p.topology.Hosts {
		if h.Name == name {
			return true
		}
	}
	return false
}

// stop ends everything that runs, the last started first.
func (p *plant) stop() error {
	var err error
	if p.control != nil {
		err = p.control.Close()
	}
	for _, l := range p.lines {
		l.console.Close()
	}
	for _, a := range p.access {
		a.Close()
	}
	for _, s := range p.servers {
		err = errors.Join(err, s.Close())
	}
	if p.live != nil {
		err = errors.Join(err, p.live.Stop())
	}
	return errors.Join(err, p.shelf.Close())
}

// line is the console line of a router or host: the terminal's way to the
// session that is on it now. session belongs to the goroutine of its node.
type line struct {
	name    string
	console *terminal.Console
	session router.Session
	device  *appliance.Device // nil before the first boot, and of a host
	post    func(f func(now clock.Time)) error
}

func newLine(name string) *line {
	l := &line{name: name}
	l.console = terminal.NewConsole(l)
	l.session = dark{l.console}
	return l
}

// boot follows the power of a router: a fresh one has a fresh console session,
// one without power a dark screen.
func (l *line) boot(now clock.Time, d lab.Device) {
	if d == nil {
		l.session = dark{l.console}
		note := "\n[" + l.name + " has no power]\n"
		if l.device != nil && l.device.Reload() {
			note = "" // it comes back at once
		}
		l.console.Show(router.Screen{Text: note, Want: router.WantNothing})
		return
	}
	l.device = d.(*appliance.Device)
	l.session = l.device.OpenConsole(now, l.console.Show)
}

// connect leads to the node's goroutine.
func (l *line) connect(live *lab.Live, isHost bool) error {
	if !isHost {
		l.post = func(f func(clock.Time)) error {
			return live.Post(l.name, func(now clock.Time, _ lab.Device) { f(now) })
		}
		return nil
	}
	l.post = func(f func(clock.Time)) error {
		return live.PostHost(l.name, func(now clock.Time, _ *host.Host) { f(now) })
	}
	return live.DoHost(l.name, func(_ clock.Time, h *host.Host) { l.session = lab.NewSession(h, l.console.Show) })
}

// Do implements terminal.Line. After the lab has stopped nothing is done: the
// console is being closed.
func (l *line) Do(f func(now clock.Time, s router.Session)) {
	_ = l.post(func(now clock.Time) { f(now, l.session) })
}

// dark is the session of a router without power: nothing answers.
type dark struct{ console *terminal.Console }

func (d dark) silent()                      { d.console.Show(router.Screen{Want: router.WantNothing}) }
func (d dark) Enter(clock.Time, string)     { d.silent() }
func (d dark) Key(clock.Time, byte)         { d.silent() }
func (d dark) Type(clock.Time, []byte)      {}
func (d dark) EndConfig(clock.Time, string) { d.silent() }
func (d dark) Abandon(clock.Time)           { d.silent() }
func (d dark) Escape(clock.Time)            { d.silent() }
func (d dark) Help(clock.Time, string)      { d.silent() }
func (d dark) Complete(clock.Time, string)  { d.silent() }
func (d dark) Resize(_, _ int)              {}
func (d dark) Hangup(clock.Time)            {}
