package sctp_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
)

// Every counter takes part in a difference: a new one must be listed.
func TestSinceKnowsEveryCounter(t *testing.T) {
	fill := func(v any, n uint64) {
		s := reflect.ValueOf(v).Elem()
		for i := range s.NumField() {
			s.Field(i).SetUint(n)
		}
	}
	var s, s0, s1 sctp.Statistics
	fill(&s, 7)
	fill(&s0, 5)
	fill(&s1, 2)
	require.Equal(t, s1, s.Since(s0))
	var f, f0, f1 sctp.Faults
	fill(&f, 7)
	fill(&f0, 5)
	fill(&f1, 2)
	require.Equal(t, f1, f.Since(f0))
}
