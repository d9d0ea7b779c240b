package firewall

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/syslog"
	"tandem/wire"
)

// A million forged records, twenty a message: cut, flipped and invented. Every
// one is in one counter, the table stays consistent and bounded by what well
// formed records may put into it, and few log messages come of it.
func TestForgedRecords(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	var known [][]byte
	for n := range uint32(40) {
		u := record{
			kind: recordUpdate, key: key{wire.Addr(n), 2, uint16(n), 80, wire.ProtoTCP}, phase: uint8(Open), serial: 1 + n, rule: nameHash("Gi0/1", "out", "fw"),
			line: nameHash("tcp"), port: [2]uint32{nameHash("Gi0/0"), nameHash("Gi0/1")}, age: 5, idle: 1,
		}
		if n%4 == 0 {
			u.kind = recordDelete
		}
		known = append(known, u.append(nil))
	}
	e := applyBed(t)
	messages, accepted, sent := 0, 0, 0
	for n := range forgedRecords / 20 {
		var b []byte
		for range 20 {
			one := slices.Clone(known[r.IntN(len(known))])
			switch r.IntN(6) {
			case 0:
				one = one[:1+r.IntN(len(one)-1)]
				one[0] = byte(len(one) - 1)
			case 1:
				one[r.IntN(len(one))] = byte(r.Uint32())
			case 2: // as it is
			default:
				for range 1 + r.IntN(6) {
					one[1+r.IntN(len(one)-1)] ^= 1 << r.IntN(8)
				}
			}
			b = append(b, one...)
			sent++
		}
		if n%10 == 0 {
			b = b[:r.IntN(len(b))]
		}
		now := clock.Time(n) * 1e6
		applied, err := e.Apply(now, b)
		accepted += applied
		if err != nil {
			require.ErrorIs(t, err, ErrRecord)
		}
		e.Ends(func(wire.Addr) {})
		e.Messages(func(syslog.Message) { messages++ })
		if n%5000 == 0 {
			audit(t, e)
			e.BeginConfirm()
		}
	}
	audit(t, e)
	h := e.HAStatistics(0)
	require.NotZero(t, accepted)
	require.LessOrEqual(t, uint64(e.Standby()), h.UpdatesHeard)
	require.Equal(t, uint64(accepted)+h.Refused, h.UpdatesHeard+h.DeletesHeard, "every well formed record is taken or refused")
	require.Greater(t, h.UpdatesHeard+h.DeletesHeard+h.Malformed(), uint64(sent/2))
	for fault := range RecordFaults {
		require.NotZero(t, h.Faulty[fault], fmt.Sprint(fault))
	}
	require.LessOrEqual(t, messages, complainLimit)
	e.EndConfirm()
	audit(t, e)
	e.Promote(1e12)
	e.Wake(1e15)
	require.Zero(t, e.table.live, "all of it ends")
}
