package snmp

import (
	"slices"
	"time"

	"tandem/wire"
)

// Kind is the type of a value (RFC 2578 section 7.1).
type Kind uint8

// The kinds of value.
const (
	None      Kind = iota // no value: a hole in a row
	Integer               // INTEGER, 32 bits, signed
	String                // OCTET STRING
	ObjectID              // OBJECT IDENTIFIER
	IPAddress             // IpAddress
	Counter32             // wraps
	Gauge32               // also Unsigned32; sticks at its maximum
	TimeTicks             // hundredths of a second; wraps
	Counter64             // not in SNMPv1
)

// Value is the value of one object.
type Value struct {
	Kind   Kind
	Number uint64 // all but String and ObjectID; an Integer as its two's complement
	Text   string // String
	ID     OID    // ObjectID
}

func integer(n int) Value         { return Value{Kind: Integer, Number: uint64(n)} }
func text(s string) Value         { return Value{Kind: String, Text: s} }
func objectID(o OID) Value        { return Value{Kind: ObjectID, ID: o} }
func address(a wire.Addr) Value   { return Value{Kind: IPAddress, Number: uint64(a)} }
func counter(n uint64) Value      { return Value{Kind: Counter32, Number: n & 0xffffffff} }
func gauge(n uint64) Value        { return Value{Kind: Gauge32, Number: min(n, 0xffffffff)} }
func ticks(d time.Duration) Value { return Value{Kind: TimeTicks, Number: uint64(d/tick) & 0xffffffff} }
func counter64(n uint64) Value    { return Value{Kind: Counter64, Number: n} }
func macAddress(m wire.MAC) Value { return text(string(m[:])) }

// choice is an INTEGER with two values.
func choice(first bool, one, other int) Value {
	if first {
		return integer(one)
	}
	return integer(other)
}

// truth is a TruthValue.
func truth(on bool) Value { return choice(on, 1, 2) }

// tick is the unit of TimeTicks.
const tick = 10 * time.Millisecond

// Variable is one object with its value.
type Variable struct {
	OID   OID
	Value Value
}

// Tree is everything that can be read at one moment, in ascending order.
type Tree []Variable

// Get returns the value of an object.
func (t Tree) Get(o OID) (Value, bool) {
	i, found := t.find(o)
	if !found {
		return Value{}, false
	}
	return t[i].Value, true
}

// Next returns the first object behind o, false at the end.
func (t Tree) Next(o OID) (Variable, bool) {
	i, found := t.find(o)
	if found {
		i++
	}
	if i == len(t) {
		return Variable{}, false
	}
	return t[i], true
}

func (t Tree) find(o OID) (int, bool) {
	return slices.BinarySearchFunc(t, o, func(v Variable, o OID) int { return v.OID.Compare(o) })
}

// has reports whether something lies below a prefix.
func (t Tree) has(prefix OID) bool {
	i, _ := t.find(prefix)
	return i < len(t) && t[i].OID.starts(prefix)
}

// scalar adds the single instance of an object.
func (t *Tree) scalar(object OID, v Value) { *t = append(*t, Variable{object.Under(0), v}) }

// row adds one row of a table: the first value belongs to column first, the
// next one to the column behind it. The zero Value leaves its column out.
func (t *Tree) row(entry OID, first uint32, index OID, values ...Value) {
	for n, v := range values {
		if v.Kind != None {
			*t = append(*t, Variable{slices.Concat(entry, OID{first + uint32(n)}, index), v})
		}
	}
}

func (t Tree) sort() {
	slices.SortFunc(t, func(a, b Variable) int { return a.OID.Compare(b.OID) })
}

// indexOf is an address as the index of a table.
func indexOf(a wire.Addr) OID {
	return OID{uint32(a >> 24), uint32(a >> 16 & 0xff), uint32(a >> 8 & 0xff), uint32(a & 0xff)}
}
