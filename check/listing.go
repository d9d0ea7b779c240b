package check

import (
	"slices"
	"strconv"
	"strings"

	"tandem/firewall"
	"tandem/hsrp"
	"tandem/wire"
)

// side is what matters of one configuration.
type side struct {
	name       string // host name
	interfaces []port // in the order of the listing
	scheme     string
	assoc      association
	lists      map[string]*firewall.List
	chains     map[string][]key // key chains by name, in the order of the listing
	globals    []string         // ip inspect lines outside of interfaces, sorted
}

// port is one interface.
type port struct {
	name    string
	address wire.Prefix
	shut    bool
	version string
	listIn  string
	inspect []string // ip inspect lines
	scheme  string   // name behind redundancy stateful
	groups  []group
}

// group is one HSRP group of an interface.
type group struct {
	number         string
	vip            string
	name           string
	timers         string
	authentication string // without an MD5 key
	key            string // MD5 key, clear
	chain          string // name of its key chain
	follow         string // name of the group that it follows
	priority       int
	preempt        bool
	tracks         bool
}

// association is the IPC association.
type association struct {
	defined               bool
	running               bool
	local, remote         []string
	localPort, remotePort string
	timers                []string
}

// reader walks over a listing.
type reader struct {
	side side
	port *port
	list *firewall.List
	part func(words []string) // takes the lines of the present part
}

// read takes a listing apart.
func read(text string) side {
	r := reader{side: side{lists: map[string]*firewall.List{}, chains: map[string][]key{}}}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n ")
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '!' {
			continue
		}
		if line[0] != ' ' {
			r.global(words)
			continue
		}
		if r.part != nil {
			r.part(words)
		}
	}
	slices.Sort(r.side.globals)
	return r.side
}

// global takes a line at the margin: it begins a part, or stands alone.
func (r *reader) global(words []string) {
	r.part = nil
	switch {
	case starts(words, "hostname") && len(words) > 1:
		r.side.name = words[1]
	case starts(words, "redundancy inter-device"):
		r.part = func(words []string) {
			if starts(words, "scheme standby") && len(words) == 3 {
				r.side.scheme = words[2]
			}
		}
	case starts(words, "key chain") && len(words) == 3:
		r.part = r.side.keys(words[2])
	case starts(words, "ipc zone"):
		r.part = r.side.assoc.line
	case starts(words, "interface") && len(words) > 1:
		r.side.interfaces = append(r.side.interfaces, port{name: strings.Join(words[1:], ""), version: "1"})
		r.port = &r.side.interfaces[len(r.side.interfaces)-1]
		r.part = r.port.line
	case starts(words, "ip inspect"):
		r.side.globals = append(r.side.globals, strings.Join(words, " "))
	case starts(words, "ip access-list extended") && len(words) == 4:
		r.list = r.obtain(words[3], firewall.Extended)
		r.part = r.entry
	case starts(words, "access-list") && len(words) > 2:
		r.numbered(words[1], words[2:])
	}
}

func starts(words []string, with string) bool {
	want := strings.Fields(with)
	return len(words) >= len(want) && slices.Equal(words[:len(want)], want)
}

func (r *reader) obtain(name string, kind firewall.Kind) *firewall.List {
	if r.side.lists[name] == nil {
		r.side.lists[name] = &firewall.List{Name: name, Kind: kind}
	}
	return r.side.lists[name]
}

func (r *reader) numbered(name string, words []string) {
	n, err := strconv.Atoi(name)
	if err != nil {
		return
	}
	if kind, ok := firewall.KindOfNumber(n); ok {
		r.list = r.obtain(name, kind)
		r.entry(words)
	}
}

// entry adds a line of an access list; one that is not understood counts as
// absent.
func (r *reader) entry(words []string) {
	if e, _, err := firewall.ParseEntry(words, r.list.Kind); err == nil {
		_ = r.list.Add(e) // a line that is there already changes nothing
	}
}

// line takes a line of an interface.
func (p *port) line(words []string) {
	switch {
	case starts(words, "ip address") && len(words) == 4:
		addr, err := wire.ParseAddr(words[2])
		mask, err2 := wire.ParseAddr(words[3])
		if bits, ok := wire.BitsOf(mask); err == nil && err2 == nil && ok {
			p.address = wire.Prefix{Addr: addr, Bits: bits}
		}
	case starts(words, "shutdown"):
		p.shut = true
	case starts(words, "ip access-group") && len(words) == 4 && words[3] == "in":
		p.listIn = words[2]
	case starts(words, "ip inspect"):
		p.inspect = append(p.inspect, strings.Join(words, " "))
		if i := slices.Index(words, "stateful"); i > 0 && i+1 < len(words) {
			p.scheme = words[i+1]
		}
	case starts(words, "standby version") && len(words) == 3:
		p.version = words[2]
	case starts(words, "standby") && len(words) > 1:
		p.standby(words[1:])
	}
}

// standby takes a line of a group.
func (p *port) standby(words []string) {
	number := "0"
	if _, err := strconv.Atoi(words[0]); err == nil {
		number, words = words[0], words[1:]
	}
	if len(words) == 0 || number == "0" && slices.Contains([]string{"delay", "use-bia", "mac-refresh", "redirects", "redirect"}, words[0]) {
		return
	}
	g := p.group(number)
	rest := strings.Join(words[1:], " ")
	switch words[0] {
	case "ip":
		if !strings.HasSuffix(rest, " secondary") {
			g.vip = rest
		}
	case "name":
		g.name = rest
	case "timers":
		g.timers = rest
	case "authentication":
		g.authenticate(words[1:])
	case "follow":
		g.follow = rest
	case "priority":
		g.priority, _ = strconv.Atoi(rest)
	case "preempt":
		g.preempt = true
	case "track":
		g.tracks = true
	}
}

func (p *port) group(number string) *group {
	for i := range p.groups {
		if p.groups[i].number == number {
			return &p.groups[i]
		}
	}
	n, _ := strconv.Atoi(number)
	p.groups = append(p.groups, group{number: number, priority: hsrp.DefaultPriority, name: hsrp.DefaultName(p.name, uint16(n))})
	return &p.groups[len(p.groups)-1]
}

// line takes a line of the IPC zone; its nesting does not matter.
func (a *association) line(words []string) {
	if len(words) == 0 {
		return
	}
	switch words[0] {
	case "association":
		a.defined = true
	case "no":
		a.running = a.running || starts(words, "no shutdown")
	case "local-port":
		a.localPort = strings.Join(words[1:], " ")
	case "remote-port":
		a.remotePort = strings.Join(words[1:], " ")
	case "local-ip":
		a.local = words[1:]
	case "remote-ip":
		a.remote = words[1:]
	case "retransmit-timeout", "path-retransmit", "assoc-retransmit":
		a.timers = append(a.timers, strings.Join(words, " "))
	}
}
