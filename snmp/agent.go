package snmp

import (
	"github.com/gosnmp/gosnmp"
)

// Counters counts the messages of an agent (RFC 3418, snmp group).
type Counters struct {
	In, Out                uint64 // messages
	BadVersions, Malformed uint64
	BadCommunities         uint64
	Gets, Nexts, Bulks     uint64 // requests
	Sets                   uint64 // all refused
	Variables              uint64 // that were read
	TooBig                 uint64 // answers that would not fit
	Traps                  uint64 // sent
}

// Agent answers requests. The zero value is ready.
type Agent struct {
	Counters Counters
}

// message is a request on its way to its answer.
type message struct {
	*gosnmp.SnmpPacket
	tree Tree
	old  bool // SNMPv1
}

// Answer returns the answer to a request, nil when there is none to give: the
// message is malformed, of another version, or its community may not read.
// allows judges the community; tree is asked only when it may.
func (a *Agent) Answer(request []byte, allows func(community string) bool, tree func() Tree) []byte {
	a.Counters.In++
	p, err := decode(request)
	switch {
	case p != nil && p.Version != gosnmp.Version1 && p.Version != gosnmp.Version2c:
		a.Counters.BadVersions++
		return nil
	case err != nil:
		a.Counters.Malformed++
		return nil
	case !allows(p.Community):
		a.Counters.BadCommunities++
		return nil
	}
	m := message{SnmpPacket: p, tree: tree(), old: p.Version == gosnmp.Version1}
	var ok bool
	switch p.PDUType {
	case gosnmp.GetRequest:
		a.Counters.Gets++
		ok = m.get()
	case gosnmp.GetNextRequest:
		a.Counters.Nexts++
		ok = m.next()
	case gosnmp.GetBulkRequest:
		a.Counters.Bulks++
		ok = !m.old && m.bulk()
	case gosnmp.SetRequest:
		a.Counters.Sets++
		ok = m.refuse()
	}
	if !ok {
		a.Counters.Malformed++
		return nil
	}
	return a.seal(m)
}

// seal encodes the answer; one that does not fit is replaced by tooBig.
func (a *Agent) seal(m message) []byte {
	m.PDUType, m.NonRepeaters, m.MaxRepetitions = gosnmp.GetResponse, 0, 0
	b, err := m.MarshalMsg()
	if err != nil || len(b) > maxMessage {
		a.Counters.TooBig++
		m.Error, m.ErrorIndex, m.Variables = gosnmp.TooBig, 0, nil
		if b, err = m.MarshalMsg(); err != nil {
			return nil
		}
	}
	a.Counters.Out++
	a.Counters.Variables += uint64(len(m.Variables))
	return b
}

// fail makes the answer an error about one variable, from 1. The variables are
// those of the request.
func (m message) fail(status gosnmp.SNMPError, at int) bool {
	m.Error, m.ErrorIndex = status, uint8(min(at, 255))
	for i := range m.Variables {
		m.Variables[i] = gosnmp.SnmpPDU{Name: m.Variables[i].Name, Type: gosnmp.Null}
	}
	return true
}

// get is GetRequest (RFC 3416 section 4.2.1).
func (m message) get() bool {
	out := make([]gosnmp.SnmpPDU, len(m.Variables))
	for i, v := range m.Variables {
		o, err := ParseOID(v.Name)
		if err != nil {
			return false
		}
		value, found := m.tree.Get(o)
		switch {
		case found && (!m.old || value.Kind != Counter64):
			out[i] = binding(Variable{o, value})
		case m.old:
			return m.fail(gosnmp.NoSuchName, i+1)
		case m.tree.has(o[:max(len(o)-1, 0)]):
			out[i] = gosnmp.SnmpPDU{Name: v.Name, Type: gosnmp.NoSuchInstance}
		default:
			out[i] = gosnmp.SnmpPDU{Name: v.Name, Type: gosnmp.NoSuchObject}
		}
	}
	m.Variables = out
	return true
}

// after is the variable behind o that the version of the message can carry.
func (m message) after(o OID) (Variable, bool) {
	for {
		v, ok := m.tree.Next(o)
		if !ok || !m.old || v.Value.Kind != Counter64 {
			return v, ok
		}
		o = v.OID
	}
}

// next is GetNextRequest (section 4.2.2).
func (m message) next() bool {
	out := make([]gosnmp.SnmpPDU, len(m.Variables))
	for i, v := range m.Variables {
		o, err := ParseOID(v.Name)
		if err != nil {
			return false
		}
		following, ok := m.after(o)
		switch {
		case ok:
			out[i] = binding(following)
		case m.old:
			return m.fail(gosnmp.NoSuchName, i+1)
		default:
			out[i] = gosnmp.SnmpPDU{Name: v.Name, Type: gosnmp.EndOfMibView}
		}
	}
	m.Variables = out
	return true
}

// bulk is GetBulkRequest (section 4.2.3): as much as fits.
func (m message) bulk() bool {
	asked := m.Variables
	once := min(int(m.NonRepeaters), len(asked))
	at := make([]OID, len(asked))
	for i, v := range asked {
		o, err := ParseOID(v.Name)
		if err != nil {
			return false
		}
		at[i] = o
	}
	var out []gosnmp.SnmpPDU
	left := maxMessage - len(m.Community) - 64
	step := func(i int) (fits, more bool) {
		v, more := m.after(at[i])
		pdu := gosnmp.SnmpPDU{Name: at[i].String(), Type: gosnmp.EndOfMibView}
		if more {
			pdu, at[i] = binding(v), v.OID
		} else {
			v = Variable{OID: at[i]}
		}
		if left -= room(v); left < 0 {
			return false, more
		}
		out = append(out, pdu)
		return true, more
	}
	fits := true
	for i := 0; i < once && fits; i++ {
		fits, _ = step(i)
	}
	for n := uint32(0); n < m.MaxRepetitions && fits && once < len(asked); n++ {
		any := false
		for i := once; i < len(asked) && fits; i++ {
			var more bool
			fits, more = step(i)
			any = any || more
		}
		if !any {
			break // all are at the end
		}
	}
	m.Variables = out
	return true
}

// refuse answers a SetRequest: nothing can be written.
func (m message) refuse() bool {
	if m.old {
		return m.fail(gosnmp.NoSuchName, 1)
	}
	return m.fail(gosnmp.NotWritable, 1)
}
