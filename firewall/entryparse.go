package firewall

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"tandem/wire"
)

// ParseEntry reads one entry from the words of its line, the action first:
// "permit tcp any host 10.0.0.1 eq www". Words may be abbreviated as on the
// command line. On failure errorAt is the index of the word at fault, which is
// len(tokens) for ErrIncomplete; the other errors are ErrInput and
// ErrAmbiguous (reference firewall 5.1).
func ParseEntry(tokens []string, kind Kind) (entry Entry, errorAt int, err error) {
	p := entryParser{tokens: tokens, kind: kind}
	if err := p.parse(); err != nil {
		return Entry{}, p.at, err
	}
	return p.entry, len(tokens), nil
}

// entryParser walks over the words; at stays on the word at fault.
type entryParser struct {
	tokens []string
	kind   Kind
	at     int
	entry  Entry
	asked  bool     // gather in next what could follow the last word
	next   []Choice // as gathered, unsorted
}

func (p *entryParser) more() bool { return p.at < len(p.tokens) }

// pick consumes one word of the table.
func (p *entryParser) pick(words []word) (uint16, error) {
	p.offerWords(words)
	if !p.more() {
		return 0, ErrIncomplete
	}
	w, err := pick(words, p.tokens[p.at])
	if err != nil {
		return 0, err
	}
	p.at++
	return w.number, nil
}

// value consumes a word of the table or a number up to most.
func (p *entryParser) value(words []word, most uint64) (uint16, error) {
	p.offerNumber(words, most)
	if !p.more() {
		p.offerWords(words)
		return 0, ErrIncomplete
	}
	if n, ok := number(p.tokens[p.at], most); ok {
		p.at++
		return n, nil
	}
	return p.pick(words)
}

func number(text string, most uint64) (uint16, bool) {
	n, err := strconv.ParseUint(text, 10, 16)
	return uint16(n), err == nil && n <= most && text[0] != '+'
}

func (p *entryParser) parse() error {
	action, err := p.pick(actionWords)
	if err != nil {
		return err
	}
	p.entry.Action = Action(action)
	switch {
	case p.entry.Action == Remark:
		return p.remark()
	case p.kind == Standard:
		return p.standard()
	}
	return p.extended()
}

func (p *entryParser) remark() error {
	p.offer(choiceRemark)
	if !p.more() {
		return ErrIncomplete
	}
	text := strings.Join(p.tokens[p.at:], " ")
	if len(text) > MaxRemark {
		text = text[:MaxRemark]
	}
	p.entry.Text = strings.TrimRight(text, " ")
	return nil
}

func (p *entryParser) standard() (err error) {
	if p.entry.Src, err = p.address(); err != nil {
		return err
	}
	p.entry.Dst = Any
	p.offerWords(standardOptionWords)
	if !p.more() {
		return nil
	}
	if _, err = p.pick(standardOptionWords); err != nil {
		return err
	}
	p.entry.Log = Log
	return p.end()
}

func (p *entryParser) end() error {
	if p.more() {
		return ErrInput
	}
	return nil
}

// address reads any, host A, A W, and for a standard list A alone.
func (p *entryParser) address() (AddrMatch, error) {
	p.offer(choiceAddress)
	p.offerWords(addressWords)
	if !p.more() {
		return AddrMatch{}, ErrIncomplete
	}
	a, err := wire.ParseAddr(p.tokens[p.at])
	if err == nil {
		p.at++
		return p.wildcard(a)
	}
	w, err := p.pick(addressWords)
	if err != nil || w == 0 {
		return Any, err
	}
	p.offer(choiceAddress)
	if !p.more() {
		return AddrMatch{}, ErrIncomplete
	}
	if a, err = wire.ParseAddr(p.tokens[p.at]); err != nil {
		return AddrMatch{}, ErrInput
	}
	p.at++
	return Host(a), nil
}

// wildcard reads what follows an address; only a standard list may leave it out.
func (p *entryParser) wildcard(a wire.Addr) (AddrMatch, error) {
	p.offer(choiceWildcard)
	if p.more() {
		if w, err := wire.ParseAddr(p.tokens[p.at]); err == nil {
			p.at++
			return AddrMatch{a &^ w, w}, nil
		}
	}
	if p.kind == Standard {
		return Host(a), nil
	}
	if p.more() {
		return AddrMatch{}, ErrInput
	}
	return AddrMatch{}, ErrIncomplete
}

func (p *entryParser) extended() error {
	proto, err := p.value(protocolWords, 255)
	if err != nil {
		return err
	}
	e := &p.entry
	e.Proto = uint8(proto)
	if e.Src, err = p.address(); err != nil {
		return err
	}
	if e.SrcPort, err = p.ports(nil); err != nil {
		return err
	}
	if e.Dst, err = p.address(); err != nil {
		return err
	}
	if e.DstPort, err = p.ports(p.options()); err != nil {
		return err
	}
	if e.Proto == wire.ProtoICMP {
		if err := p.icmp(); err != nil {
			return err
		}
	}
	for p.more() {
		if err := p.option(); err != nil {
			return err
		}
	}
	p.offerWords(p.options())
	return nil
}

// options returns the words that may end the entry as read so far.
func (p *entryParser) options() []word {
	words := optionWords
	if p.entry.Proto == wire.ProtoTCP {
		words = tcpOptionWords
	}
	if p.entry.layer4() || p.entry.Flags.Op != AnyFlags {
		words = slices.DeleteFunc(slices.Clone(words), func(w word) bool { return p.excluded(w.number) })
	}
	return words
}

// excluded reports whether an option does not go with what was read: fragments
// have no ports, and flags are listed in one way only.
func (p *entryParser) excluded(option uint16) bool {
	op := p.entry.Flags.Op
	switch option {
	case optFragments:
		return p.entry.layer4()
	case optMatchAll, optMatchAny:
		return op != AnyFlags
	}
	return option < optEstablished && op != AnyFlags && op != FlagList
}

// ports reads a port comparison if there is one; rivals are the other words
// that may stand in its place.
func (p *entryParser) ports(rivals []word) (PortMatch, error) {
	proto := p.entry.Proto
	if proto != wire.ProtoTCP && proto != wire.ProtoUDP {
		return PortMatch{}, nil
	}
	p.offerWords(operatorWords)
	if !p.more() {
		return PortMatch{}, nil
	}
	op, err := pick(operatorWords, p.tokens[p.at])
	if err != nil {
		return PortMatch{}, nil // not a comparison: the next reader judges it
	}
	if other, err := pick(rivals, p.tokens[p.at]); !strings.EqualFold(op.name, p.tokens[p.at]) && !errors.Is(err, ErrInput) {
		if strings.EqualFold(other.name, p.tokens[p.at]) {
			return PortMatch{}, nil
		}
		return PortMatch{}, ErrAmbiguous
	}
	p.at++
	return p.operands(PortOp(op.number), portWords(proto), 0xffff)
}

func (p *entryParser) operands(op PortOp, words []word, most uint64) (PortMatch, error) {
	m := PortMatch{Op: op, Count: 1}
	var err error
	if m.Ports[0], err = p.value(words, most); err != nil {
		return m, err
	}
	switch op {
	case Span:
		m.Count = 2
		if m.Ports[1], err = p.value(words, most); err != nil {
			return m, err
		}
		if m.Ports[0] > m.Ports[1] {
			m.Ports[0], m.Ports[1] = m.Ports[1], m.Ports[0]
		}
	case Eq, Neq:
		for m.Count < MaxPorts {
			p.offerNumber(words, most)
			p.offerWords(words)
			if !p.more() {
				break
			}
			n, ok := exact(words, p.tokens[p.at], most)
			if !ok {
				break
			}
			m.Ports[m.Count] = n
			m.Count++
			p.at++
		}
	}
	return m, nil
}

// exact reads one more port of a list, where abbreviations would swallow the
// words that follow: "host" begins "hostname", "log" begins "login".
func exact(words []word, text string, most uint64) (uint16, bool) {
	if n, ok := number(text, most); ok {
		return n, true
	}
	i := slices.IndexFunc(words, func(w word) bool { return w.name == strings.ToLower(text) })
	if i < 0 {
		return 0, false
	}
	return words[i].number, true
}

func (p *entryParser) icmp() error {
	p.offer(Choice{"<0-255>", "ICMP message type"})
	p.offerWords(icmpWords)
	if !p.more() {
		return nil
	}
	if t, ok := number(p.tokens[p.at], 255); ok {
		p.at++
		p.entry.ICMP = ICMPMatch{Terms: 1, Type: uint8(t)}
		p.offer(Choice{"<0-255>", "ICMP message code"})
		if p.more() {
			if c, ok := number(p.tokens[p.at], 255); ok {
				p.at++
				p.entry.ICMP.Terms, p.entry.ICMP.Code = 2, uint8(c)
			}
		}
		return nil
	}
	if _, err := pick(optionWords, p.tokens[p.at]); err == nil {
		return nil
	}
	n, err := p.pick(icmpWords)
	if err != nil {
		return err
	}
	p.entry.ICMP = ICMPMatch{Terms: 2, Type: uint8(n >> 8), Code: uint8(n)}
	if uint8(n) == icmpNoCode {
		p.entry.ICMP.Terms, p.entry.ICMP.Code = 1, 0
	}
	return nil
}

func (p *entryParser) option() error {
	start := p.at
	opt, err := p.pick(p.options())
	if err != nil {
		return err
	}
	e := &p.entry
	switch opt {
	case optEstablished:
		e.Established = true
	case optMatchAll:
		return p.flags(MatchAll)
	case optMatchAny:
		return p.flags(MatchAny)
	case optPrecedence:
		return p.field(&e.Precedence, precedenceWords, 7)
	case optTOS:
		return p.field(&e.TOS, tosWords, 15)
	case optDSCP:
		return p.field(&e.DSCP, dscpWords, 63)
	case optTTL:
		return p.ttl()
	case optFragments:
		if e.layer4() {
			p.at = start
			return ErrInput
		}
		e.Fragments = true
	case optLog:
		e.Log = Log
	case optLogInput:
		e.Log = LogInput
	default:
		if e.Flags.Op == MatchAll || e.Flags.Op == MatchAny {
			p.at = start
			return ErrInput
		}
		e.Flags.Op, e.Flags.Set = FlagList, e.Flags.Set|uint8(opt)
	}
	return nil
}

func (p *entryParser) field(f *Field, words []word, most uint64) error {
	v, err := p.value(words, most)
	if err != nil {
		return err
	}
	*f = Field{Given: true, Value: uint8(v)}
	return nil
}

func (p *entryParser) ttl() error {
	op, err := p.pick(operatorWords)
	if err != nil {
		return err
	}
	m, err := p.operands(PortOp(op), nil, 255)
	if err != nil {
		return err
	}
	p.entry.TTL = m
	return nil
}

// flags reads +ack -fin ... behind match-all or match-any.
func (p *entryParser) flags(op FlagOp) error {
	if p.entry.Flags.Op != AnyFlags {
		p.at--
		return ErrInput
	}
	p.entry.Flags.Op = op
	p.offerFlags()
	if !p.more() {
		return ErrIncomplete
	}
	first := p.at
	for ; p.more(); p.offerFlags() {
		text := p.tokens[p.at]
		if text == "" || text[0] != '+' && text[0] != '-' {
			break
		}
		w, err := pick(flagWords, text[1:])
		if err != nil {
			return err
		}
		p.at++
		if text[0] == '+' {
			p.entry.Flags.Set |= uint8(w.number)
		} else {
			p.entry.Flags.Clear |= uint8(w.number)
		}
	}
	if p.at == first {
		return ErrInput
	}
	return nil
}
