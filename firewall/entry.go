package firewall

import (
	"errors"

	"tandem/wire"
)

// Kind says which sort of access list an entry belongs to.
type Kind uint8

// The kinds of IPv4 access lists.
const (
	Standard Kind = iota // matches the source address
	Extended             // matches addresses, protocol, ports and more
)

// Action is what an entry does with a packet it matches.
type Action uint8

// The actions. A Remark matches nothing.
const (
	Permit Action = iota
	Deny
	Remark
)

// AddrMatch matches an IPv4 address: bits set in Wildcard are ignored. Addr has
// no bit that Wildcard ignores, so equal matches compare equal.
type AddrMatch struct {
	Addr, Wildcard wire.Addr
}

// Any matches every address.
var Any = AddrMatch{Wildcard: wire.Broadcast}

// Host returns the match of exactly one address.
func Host(a wire.Addr) AddrMatch { return AddrMatch{Addr: a} }

// Matches reports whether a is covered.
func (m AddrMatch) Matches(a wire.Addr) bool { return a&^m.Wildcard == m.Addr }

// PortOp compares a port, or a TTL, with the operands of an entry.
type PortOp uint8

// The comparisons. Span is the word range on the command line: both ends count.
const (
	AnyPort PortOp = iota
	Eq             // one of up to MaxPorts values
	Neq            // none of up to MaxPorts values
	Gt
	Lt
	Span
)

// MaxPorts is the number of ports that eq and neq take.
const MaxPorts = 10

// PortMatch matches a TCP or UDP port. Count says how many of Ports are used:
// 1 to MaxPorts for Eq and Neq, 1 for Gt and Lt, 2 for Span.
type PortMatch struct {
	Op    PortOp
	Count uint8
	Ports [MaxPorts]uint16
}

// Matches reports whether port satisfies the comparison.
func (m PortMatch) Matches(port uint16) bool {
	switch m.Op {
	case Eq, Neq:
		for _, p := range m.Ports[:m.Count] {
			if p == port {
				return m.Op == Eq
			}
		}
		return m.Op == Neq
	case Gt:
		return port > m.Ports[0]
	case Lt:
		return port < m.Ports[0]
	case Span:
		return m.Ports[0] <= port && port <= m.Ports[1]
	}
	return true
}

// ICMPMatch matches an ICMP message by type, or by type and code.
type ICMPMatch struct {
	Terms      uint8 // 0 every message, 1 the type counts, 2 the code counts too
	Type, Code uint8
}

// FlagOp says how an entry looks at the TCP control bits.
type FlagOp uint8

// The ways to match control bits.
const (
	AnyFlags FlagOp = iota
	FlagList        // ack fin ...: one of the bits in Set is set
	MatchAny        // match-any +a -b: one of the conditions holds
	MatchAll        // match-all +a -b: every condition holds
)

// FlagMatch matches TCP control bits: Set holds those that must be set, Clear
// those that must not.
type FlagMatch struct {
	Op         FlagOp
	Set, Clear uint8
}

// Matches reports whether the control bits satisfy the conditions.
func (m FlagMatch) Matches(flags uint8) bool {
	switch m.Op {
	case FlagList:
		return flags&m.Set != 0
	case MatchAny:
		return flags&m.Set != 0 || ^flags&m.Clear != 0
	case MatchAll:
		return flags&m.Set == m.Set && flags&m.Clear == 0
	}
	return true
}

// Field is an optional value of the type-of-service byte.
type Field struct {
	Given bool
	Value uint8
}

// LogMode says whether a match is logged.
type LogMode uint8

// The log modes.
const (
	NoLog    LogMode = iota
	Log              // log
	LogInput         // log-input: with interface and source MAC
)

// Entry is one line of an access list (reference firewall 5.1). It is
// comparable: two lines that mean the same to IOS are equal.
type Entry struct {
	Action           Action
	Proto            uint8 // IP protocol number; 0 is ip, every protocol
	Src, Dst         AddrMatch
	SrcPort, DstPort PortMatch
	ICMP             ICMPMatch
	Established      bool // ACK or RST is set
	Flags            FlagMatch
	Precedence       Field // 0-7
	TOS              Field // 0-15
	DSCP             Field // 0-63
	TTL              PortMatch
	Fragments        bool // matches only fragments other than the first
	Log              LogMode
	Text             string // of a Remark, at most MaxRemark bytes
}

// MaxRemark is the length of the longest remark in bytes.
const MaxRemark = 100

// The errors of ParseEntry; each is wrapped or returned as it is.
var (
	ErrIncomplete = errors.New("firewall: entry is incomplete")
	ErrInput      = errors.New("firewall: word not understood")
	ErrAmbiguous  = errors.New("firewall: word is ambiguous")
)

// layer4 reports whether the entry looks behind the IP header, where only a
// whole packet or a first fragment can match.
func (e *Entry) layer4() bool {
	return e.SrcPort.Op != AnyPort || e.DstPort.Op != AnyPort || e.ICMP.Terms != 0 ||
		e.Established || e.Flags.Op != AnyFlags
}

// varies reports whether packets of one session may differ in what the entry
// looks at, or must be seen one by one because they are logged.
func (e *Entry) varies() bool {
	return e.Established || e.Flags.Op != AnyFlags || e.Precedence.Given || e.TOS.Given ||
		e.DSCP.Given || e.TTL.Op != AnyPort || e.Log != NoLog
}

// matches reports whether the entry covers a packet that is whole or a first
// fragment.
func (e *Entry) matches(p *wire.Packet) bool {
	if e.Action == Remark || e.Fragments || !e.matchesNetwork(p) {
		return false
	}
	if e.SrcPort.Op != AnyPort && !e.SrcPort.Matches(p.SrcPort) ||
		e.DstPort.Op != AnyPort && !e.DstPort.Matches(p.DstPort) {
		return false
	}
	if e.ICMP.Terms > 0 && uint16(e.ICMP.Type) != p.SrcPort || e.ICMP.Terms > 1 && uint16(e.ICMP.Code) != p.DstPort {
		return false
	}
	if e.Established && p.TCPFlags&(wire.ACK|wire.RST) == 0 {
		return false
	}
	return e.Flags.Op == AnyFlags || e.Flags.Matches(p.TCPFlags)
}

// matchesLater is matches for a fragment other than the first: permit entries
// with layer-4 terms match by their layer-3 part, deny entries with such terms
// do not match (reference firewall 5.5).
func (e *Entry) matchesLater(p *wire.Packet) bool {
	if e.Action == Remark || e.Action == Deny && e.layer4() {
		return false
	}
	return e.matchesNetwork(p)
}

func (e *Entry) matchesNetwork(p *wire.Packet) bool {
	if e.Proto != 0 && e.Proto != p.Proto || !e.Src.Matches(p.Src) || !e.Dst.Matches(p.Dst) {
		return false
	}
	if e.Precedence.Given && e.Precedence.Value != p.TOS>>5 ||
		e.TOS.Given && e.TOS.Value != p.TOS>>1&0xf ||
		e.DSCP.Given && e.DSCP.Value != p.TOS>>2 {
		return false
	}
	return e.TTL.Op == AnyPort || e.TTL.Matches(uint16(p.TTL))
}
