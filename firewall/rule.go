package firewall

import (
	"hash/fnv"
	"time"

	"tandem/wire"
)

// rule is a compiled inspection rule.
type rule struct {
	name     string
	lines    []*line
	fragment *line
	byPort   map[uint32]*line // transport<<16 | port of an application keyword
	generic  [8]*line         // by transport bit
}

// line is one compiled line of a rule.
type line struct {
	keyword       string
	hash          uint32 // of the keyword, for records
	reads         reader
	alert, audit  bool
	routerTraffic bool
	timeout       uint32 // seconds; 0: that of the transport
	maximum       int    // of a fragment line
}

// The defaults of a fragment line, remembered.
const (
	fragmentMaximum = 256
	fragmentTimeout = 1
)

func compileRule(r Rule, g *Globals) *rule {
	c := &rule{name: r.Name, byPort: map[uint32]*line{}}
	for _, in := range r.Lines {
		p := protocols[in.Protocol]
		l := &line{
			keyword: in.Protocol, hash: nameHash(in.Protocol), reads: p.reads, alert: in.Alert.over(!g.AlertOff), audit: in.Audit.over(g.AuditTrail),
			routerTraffic: in.RouterTraffic, timeout: seconds(in.Timeout), maximum: in.Maximum,
		}
		c.lines = append(c.lines, l)
		if in.Protocol == "fragment" {
			c.fragment = l.fragmentDefaults()
			continue
		}
		c.claim(l, p)
	}
	return c
}

func (l *line) fragmentDefaults() *line {
	if l.maximum == 0 {
		l.maximum = fragmentMaximum
	}
	if l.timeout == 0 {
		l.timeout = fragmentTimeout
	}
	return l
}

// claim enters the line for its transports and ports; the first line that
// names a port keeps it.
func (c *rule) claim(l *line, p protocol) {
	for bit := overTCP; bit <= overICMP; bit <<= 1 {
		if p.over&bit == 0 {
			continue
		}
		if len(p.ports) == 0 {
			c.generic[bit] = l
		}
		for _, port := range p.ports {
			if at := uint32(bit)<<16 | uint32(port); c.byPort[at] == nil {
				c.byPort[at] = l
			}
		}
	}
}

// lineFor returns the line that inspects a packet, or nil. An application
// keyword wins over tcp and udp for the ports it owns.
func (c *rule) lineFor(p *wire.Packet) *line {
	bit := transportBit(p.Proto)
	if bit == 0 {
		return nil
	}
	if bit != overICMP {
		if l := c.byPort[uint32(bit)<<16|uint32(p.DstPort)]; l != nil {
			return l
		}
	}
	return c.generic[bit]
}

func (c *rule) line(keyword string) *line {
	for _, l := range c.lines {
		if l.keyword == keyword {
			return l
		}
	}
	return nil
}

// way says in which direction a rule or list is applied to an interface.
type way uint8

const (
	inbound way = iota
	outbound
)

func (w way) String() string {
	if w == inbound {
		return "in"
	}
	return "out"
}

// binding is a rule applied to an interface in one direction.
type binding struct {
	port       int16 // interface index
	portName   string
	way        way
	rule       *rule
	redundancy string
	hash       uint32 // names it to the peer: interface, direction and rule
}

// lineFor is rule.lineFor for a binding that may be nil.
func (b *binding) lineFor(p *wire.Packet) *line {
	if b == nil {
		return nil
	}
	return b.rule.lineFor(p)
}

// guard is what the firewall does at one interface.
type guard struct {
	name                  string
	hash                  uint32 // of the name
	accessIn, accessOut   string // names as configured
	in, out               *Filter
	inspectIn, inspectOut *binding
	plain                 bool // neither list nor rule
}

// nameHash is the 32-bit FNV-1a hash of names, by which the two routers of a
// pair speak of interfaces and rules.
func nameHash(names ...string) uint32 {
	h := fnv.New32a()
	for _, n := range names {
		h.Write([]byte(n))
		h.Write([]byte{0})
	}
	return h.Sum32()
}

func seconds(d time.Duration) uint32 { return uint32(d / time.Second) }
