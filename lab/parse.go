package lab

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"tandem/lab/host"
	"tandem/wire"
)

// Catalogue names the interfaces of a router's chassis with its modules. It
// returns an error for hardware or software it does not know.
type Catalogue func(spec RouterSpec) (interfaces []string, err error)

var (
	nameForm      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,62}$`)
	interfaceForm = regexp.MustCompile(`^[A-Z][A-Za-z-]*[0-9]+(/[0-9]+){0,2}$`)
	slotForm      = regexp.MustCompile(`^[0-9]{1,2}(/[0-9]{1,2})?$`)
)

// maxDelay bounds a segment's delay.
const maxDelay = time.Minute

// Load reads a lab: a file, or the lab.yaml of a folder.
func Load(path string, known Catalogue) (*Topology, error) {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, "lab.yaml")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	return Parse(path, data, known)
}

// Parse reads a lab file. It is strict: an unknown or repeated key, a wrong
// type, an unknown segment or interface and a bad address are faults, all
// reported together as SyntaxErrors with their place. known may be nil; then
// only the form of interface names is checked.
func Parse(file string, data []byte, known Catalogue) (*Topology, error) {
	p := parser{document: document{file: file}, known: known}
	if top := p.parse(data); top != nil {
		p.topology(top)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	t := p.t
	t.Dir = filepath.Dir(file)
	if t.Name == "" {
		folder, err := filepath.Abs(t.Dir)
		if err != nil {
			return nil, fmt.Errorf("lab: %w", err)
		}
		t.Name = filepath.Base(folder)
	}
	return &t, nil
}

// parser reads one file. References to segments are checked at the end, since
// segments may stand below their use.
type parser struct {
	document
	known Catalogue
	t     Topology
	names map[string]*yaml.Node // routers, segments and hosts: a LINK may name any
	uses  []*yaml.Node          // names of segments
	tcp   map[netip.AddrPort]*yaml.Node
}

func (p *parser) topology(top *yaml.Node) {
	p.names = make(map[string]*yaml.Node)
	p.tcp = make(map[netip.AddrPort]*yaml.Node)
	p.mapping(top, "lab", func(k, v *yaml.Node) {
		switch k.Value {
		case "name":
			p.t.Name, _ = p.name(v, "the lab's name")
		case "routers":
			p.mapping(v, "routers", p.router)
		case "segments":
			p.mapping(v, "segments", p.segment)
		case "hosts":
			p.mapping(v, "hosts", p.host)
		default:
			p.fault(k, "name, routers, segments or hosts is expected, not %q", k.Value)
		}
	})
	segments := make([]string, len(p.t.Segments))
	for i, s := range p.t.Segments {
		segments[i] = s.Name
	}
	for _, n := range p.uses {
		if !slices.Contains(segments, n.Value) {
			p.fault(n, "a segment is expected (%s), not %q", strings.Join(segments, ", "), n.Value)
		}
	}
	if len(p.t.Routers)+len(p.t.Hosts) == 0 && len(p.faults) == 0 {
		p.fault(top, "a lab has at least one router or host")
	}
}

func (p *parser) name(n *yaml.Node, what string) (string, bool) {
	s, ok := p.text(n, what)
	if ok && !nameForm.MatchString(s) {
		p.fault(n, "%s is a letter and then letters, digits, \"_\", \".\" or \"-\", not %q", what, s)
		return "", false
	}
	return s, ok
}

// define takes the name of a router, segment or host; they share one name space.
func (p *parser) define(k *yaml.Node, what string) bool {
	if _, ok := p.name(k, "the name of a "+what); !ok {
		return false
	}
	if first, twice := p.names[k.Value]; twice {
		p.fault(k, "%q is already in use at line %d: routers, segments and hosts need names of their own", k.Value, first.Line)
		return false
	}
	p.names[k.Value] = k
	return true
}

func (p *parser) router(k, v *yaml.Node) {
	if !p.define(k, "router") {
		return
	}
	r := RouterSpec{Name: k.Value, Listing: "ios"}
	var ports []*yaml.Node
	p.mapping(v, k.Value, func(k, v *yaml.Node) {
		switch k.Value {
		case "chassis":
			r.Chassis, _ = p.name(v, "a chassis such as c3845")
		case "modules":
			p.mapping(v, "modules", func(k, v *yaml.Node) { p.module(&r, k, v) })
		case "release":
			r.Release, _ = p.text(v, "a software release such as 15.1(4)M")
		case "config":
			r.Config, _ = p.text(v, "the name of a configuration file")
		case "listing":
			if r.Listing, _ = p.text(v, "ios or document"); r.Listing != "ios" && r.Listing != "document" && r.Listing != "" {
				p.fault(v, "ios or document is expected, not %q", r.Listing)
			}
		case "sctp":
			if r.SCTP, _ = p.text(v, "router or kernel"); r.SCTP != "router" && r.SCTP != "kernel" && r.SCTP != "" {
				p.fault(v, "router or kernel is expected, not %q", r.SCTP)
			}
		case "ports":
			p.mapping(v, "ports", func(k, v *yaml.Node) {
				ports = append(ports, k)
				p.port(&r, k, v)
			})
		case "forward":
			p.mapping(v, "forward", func(k, v *yaml.Node) { p.forward(&r, k, v) })
		default:
			p.fault(k, "chassis, modules, release, config, listing, sctp, ports or forward is expected, not %q", k.Value)
		}
	})
	p.hardware(k, r, ports)
	p.t.Routers = append(p.t.Routers, r)
	p.t.Nodes = append(p.t.Nodes, r.Name)
}

func (p *parser) module(r *RouterSpec, k, v *yaml.Node) {
	name, ok := p.text(v, "the name of a module")
	if !slotForm.MatchString(k.Value) {
		p.fault(k, "a slot such as 1 or 0/1 is expected, not %q", k.Value)
		return
	}
	if ok {
		r.Modules = append(r.Modules, Module{k.Value, name})
	}
}

func (p *parser) port(r *RouterSpec, k, v *yaml.Node) {
	if !interfaceForm.MatchString(k.Value) {
		p.fault(k, "a full interface name such as GigabitEthernet0/0 is expected, not %q", k.Value)
		return
	}
	if s, ok := p.text(v, "the name of a segment"); ok {
		p.uses = append(p.uses, v)
		r.Ports = append(r.Ports, Port{k.Value, s})
	}
}

// hardware checks chassis, modules and interfaces against the catalogue.
func (p *parser) hardware(k *yaml.Node, r RouterSpec, ports []*yaml.Node) {
	if p.known == nil {
		return
	}
	names, err := p.known(r)
	if err != nil {
		p.fault(k, "%s: %v", r.Name, err)
		return
	}
	for _, n := range ports {
		if interfaceForm.MatchString(n.Value) && !slices.Contains(names, n.Value) {
			p.fault(n, "%s has %s, not %q", r.Name, strings.Join(names, ", "), n.Value)
		}
	}
}

func (p *parser) forward(r *RouterSpec, k, v *yaml.Node) {
	listen, err := netip.ParseAddrPort(k.Value)
	if err != nil || !listen.Addr().IsLoopback() || listen.Port() == 0 {
		p.fault(k, "a loopback address and port such as 127.0.0.1:2222 is expected, not %q", k.Value)
		return
	}
	if first, twice := p.tcp[listen]; twice {
		p.fault(k, "%s is already forwarded at line %d", listen, first.Line)
		return
	}
	p.tcp[listen] = k
	s, ok := p.text(v, "a TCP port")
	if !ok {
		return
	}
	port, err := strconv.ParseUint(s, 10, 16)
	if err != nil || port == 0 {
		p.fault(v, "a TCP port from 1 to 65535 is expected, not %q", s)
		return
	}
	r.Forward = append(r.Forward, Forward{listen, uint16(port)})
}

func (p *parser) segment(k, v *yaml.Node) {
	if !p.define(k, "segment") {
		return
	}
	s := SegmentSpec{Name: k.Value}
	p.mapping(v, k.Value, func(k, v *yaml.Node) {
		text, ok := p.text(v, "a value for "+k.Value)
		if !ok {
			return
		}
		if out := k.Value == "udp" || k.Value == "tap"; out && s.Cable != "" {
			p.fault(k, "one way out is expected, udp or tap, not a second one")
			return
		}
		var err error
		switch k.Value {
		case "capture":
			s.Capture = text
		case "udp":
			s.Cable, err = parseUDP(text)
		case "tap":
			s.Cable = "tap:" + text
		default:
			err = s.Impairments.Set(k.Value, text)
		}
		switch {
		case err == errUnknown:
			p.fault(k, "delay, loss, reorder, duplicate, corrupt, capture, udp or tap is expected, not %q", k.Value)
		case err != nil:
			p.fault(v, "%v", err)
		}
	})
	p.t.Segments = append(p.t.Segments, s)
}

// parseUDP reads "LOCAL:PORT->REMOTE:PORT": one raw Ethernet frame a datagram,
// as dynamips, GNS3 and QEMU speak it.
func parseUDP(text string) (string, error) {
	l, r, ok := strings.Cut(text, "->")
	local, err1 := netip.ParseAddrPort(strings.TrimSpace(l))
	remote, err2 := netip.ParseAddrPort(strings.TrimSpace(r))
	if !ok || err1 != nil || err2 != nil || remote.Port() == 0 || local.Addr().Is4() != remote.Addr().Is4() {
		return "", fmt.Errorf("two addresses with ports such as 127.0.0.1:10001->127.0.0.1:10002 are expected, not %q", text)
	}
	return "udp:" + local.String() + "->" + remote.String(), nil
}

func (p *parser) host(k, v *yaml.Node) {
	if !p.define(k, "host") {
		return
	}
	h := HostSpec{Name: k.Value}
	gateway := k
	p.mapping(v, k.Value, func(k, v *yaml.Node) {
		switch k.Value {
		case "port":
			if s, ok := p.text(v, "the name of a segment"); ok {
				p.uses = append(p.uses, v)
				h.Segment = s
			}
		case "address":
			h.Address = p.hostAddress(v)
		case "gateway":
			gateway = v
			if s, ok := p.text(v, "an IPv4 address"); ok {
				var err error
				if h.Gateway, err = wire.ParseAddr(s); err != nil || h.Gateway == 0 {
					p.fault(v, "an IPv4 address is expected, not %q", s)
				}
			}
		case "serve":
			p.list(v, "serve", func(n *yaml.Node) { p.serve(&h, n) })
		default:
			p.fault(k, "port, address, gateway or serve is expected, not %q", k.Value)
		}
	})
	p.checkHost(k, gateway, h)
	p.t.Hosts = append(p.t.Hosts, h)
	p.t.Nodes = append(p.t.Nodes, h.Name)
}

func (p *parser) checkHost(k, gateway *yaml.Node, h HostSpec) {
	switch {
	case len(p.faults) > 0:
	case h.Segment == "":
		p.fault(k, "%s: \"port: SEGMENT\" is expected", h.Name)
	case h.Address.Addr == 0:
		p.fault(k, "%s: \"address: A.B.C.D/N\" is expected", h.Name)
	case h.Gateway != 0 && !h.Address.Contains(h.Gateway):
		p.fault(gateway, "a gateway in %s is expected, not %s", h.Address.Network(), h.Gateway)
	case h.Gateway == h.Address.Addr:
		p.fault(gateway, "%s is the host itself", h.Gateway)
	}
	for _, other := range p.t.Hosts {
		if other.Segment == h.Segment && other.Address.Addr == h.Address.Addr && h.Address.Addr != 0 {
			p.fault(k, "%s already belongs to %s", h.Address.Addr, other.Name)
		}
	}
}

func (p *parser) hostAddress(v *yaml.Node) wire.Prefix {
	s, ok := p.text(v, "an address such as 10.0.0.100/24")
	if !ok {
		return wire.Prefix{}
	}
	n, err := netip.ParsePrefix(s)
	if err != nil || !n.Addr().Is4() {
		p.fault(v, "an address such as 10.0.0.100/24 is expected, not %q", s)
		return wire.Prefix{}
	}
	a, _ := wire.ParseAddr(n.Addr().String())
	f := wire.Prefix{Addr: a, Bits: uint8(n.Bits())}
	switch {
	case f.Bits == 0 || a.IsMulticast() || a.IsLoopback() || a == wire.Broadcast || a == 0,
		f.Bits < 31 && (a == f.Network().Addr || a == f.DirectedBroadcast()):
		p.fault(v, "%s is no address of a host", s)
		return wire.Prefix{}
	}
	return f
}

func (p *parser) serve(h *HostSpec, n *yaml.Node) {
	s, ok := p.text(n, "a service such as tcp/7")
	if !ok {
		return
	}
	proto, port, _ := strings.Cut(s, "/")
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 || proto != "tcp" && proto != "udp" {
		p.fault(n, "a service such as tcp/7 or udp/7 is expected, not %q", s)
		return
	}
	v := host.Service{Proto: proto, Port: uint16(number)}
	if slices.Contains(h.Serve, v) {
		p.fault(n, "%s stands twice", s)
		return
	}
	h.Serve = append(h.Serve, v)
}
