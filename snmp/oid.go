package snmp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// OID is an object identifier.
type OID []uint32

// maxArcs is the longest identifier that SNMP allows (RFC 3416 section 4.1).
const maxArcs = 128

// ParseOID reads "1.3.6.1" or ".1.3.6.1".
func ParseOID(text string) (OID, error) {
	words := strings.Split(strings.TrimPrefix(text, "."), ".")
	if len(words) > maxArcs {
		return nil, fmt.Errorf("snmp: identifier of %d arcs, %d allowed", len(words), maxArcs)
	}
	out := make(OID, 0, len(words))
	for _, w := range words {
		n, err := strconv.ParseUint(w, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("snmp: %q is no object identifier", text)
		}
		out = append(out, uint32(n))
	}
	return out, nil
}

// String prints the identifier with a leading dot.
func (o OID) String() string {
	var b strings.Builder
	for _, arc := range o {
		b.WriteByte('.')
		b.WriteString(strconv.FormatUint(uint64(arc), 10))
	}
	return b.String()
}

// Under returns the identifier with arcs appended; o stays as it is.
func (o OID) Under(arcs ...uint32) OID { return slices.Concat(o, arcs) }

// Compare orders identifiers as a walk meets them.
func (o OID) Compare(other OID) int { return slices.Compare(o, other) }

// starts reports whether o begins with prefix.
func (o OID) starts(prefix OID) bool {
	return len(o) >= len(prefix) && slices.Equal(o[:len(prefix)], prefix)
}
