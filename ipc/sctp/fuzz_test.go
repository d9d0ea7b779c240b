package sctp_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

func FuzzCodec(f *testing.F) {
	f.Add(sctp.AppendData(nil, 3, sctp.DataHeader{TSN: 1, Stream: 2, Sequence: 3}, []byte("hello")))
	f.Add(sctp.AppendSack(nil, 5, 6, []sctp.GapBlock{{Start: 2, End: 3}}, []uint32{4}))
	f.Add(sctp.AppendInit(nil, sctp.InitAck, sctp.InitMessage{
		Tag: 1, Window: 2, OutStreams: 3, InStreams: 4, TSN: 5,
		Addresses: []wire.Addr{a1, a2}, Cookie: []byte("cookie"), Unknown: []byte{0xc0, 0, 0, 5, 1, 0, 0, 0},
	}))
	f.Add([]byte{6, 0, 0, 9, 0, 12, 0, 5, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, _, err := sctp.NextChunk(b)
		if err != nil {
			require.ErrorIs(t, err, sctp.ErrFormat)
			return
		}
		again, rest, err := sctp.NextChunk(sctp.AppendChunk(nil, c))
		require.NoError(t, err)
		require.Empty(t, rest)
		require.Equal(t, c.Type, again.Type)
		require.True(t, bytes.Equal(c.Body, again.Body))
		if h, payload, err := sctp.ParseData(c.Body); err == nil {
			d, _, _ := sctp.NextChunk(sctp.AppendData(nil, c.Flags, h, payload))
			require.True(t, bytes.Equal(c.Body, d.Body))
		}
		if v, err := sctp.ParseSack(c.Body); err == nil {
			var gaps []sctp.GapBlock
			var dups []uint32
			for i := range v.Gaps() {
				gaps = append(gaps, v.Gap(i))
			}
			for i := range v.Duplicates() {
				dups = append(dups, v.Duplicate(i))
			}
			d, _, _ := sctp.NextChunk(sctp.AppendSack(nil, v.CumTSN, v.Window, gaps, dups))
			require.True(t, bytes.HasPrefix(c.Body, d.Body))
		}
		if m, err := sctp.ParseInit(c.Body); err == nil && len(c.Body) < 20_000 {
			m.Unknown = nil
			d, _, err := sctp.NextChunk(sctp.AppendInit(nil, sctp.InitAck, m))
			require.NoError(t, err)
			again, err := sctp.ParseInit(d.Body)
			require.NoError(t, err)
			m.HostName, m.UnknownSeen = again.HostName, again.UnknownSeen
			require.True(t, bytes.Equal(m.Cookie, again.Cookie))
			m.Cookie, again.Cookie = nil, nil
			require.Equal(t, m, again)
		}
		sctp.FirstCause(c.Body)
	})
}

// FuzzInput feeds chunks to an endpoint in each state, with the right tag or a
// wrong one: nothing may panic, and a wrong tag changes nothing.
func FuzzInput(f *testing.F) {
	for state := range byte(4) {
		f.Add(state, uint8(0), sctp.AppendData(nil, 3, sctp.DataHeader{TSN: 1}, []byte("hello")))
		f.Add(state, uint8(1), sctp.AppendSack(nil, 5, 6, []sctp.GapBlock{{Start: 2, End: 3}}, []uint32{4}))
		f.Add(state, uint8(2), sctp.AppendInit(nil, sctp.Init, sctp.InitMessage{Tag: 1, Window: 2000, OutStreams: 3, InStreams: 4, TSN: 5}))
		f.Add(state, uint8(0), sctp.AppendInit(nil, sctp.InitAck, sctp.InitMessage{Tag: 1, Window: 2000, OutStreams: 3, InStreams: 4, TSN: 5, Cookie: []byte("c")}))
		f.Add(state, uint8(0), []byte{6, 0, 0, 9, 0, 12, 0, 5, 1})
		f.Add(state, uint8(0), []byte{7, 0, 0, 8, 0, 0, 0, 1, 8, 0, 0, 4, 14, 0, 0, 4})
		f.Add(state, uint8(2), make([]byte, 80))
	}
	f.Fuzz(func(t *testing.T, state, tag uint8, chunks []byte) {
		if len(chunks) > 1400 {
			return
		}
		a, b := configs(1, 2)
		w := newWires(t, 1, a, b)
		e := w.ends[0]
		switch state % 4 {
		case 1:
			e.Connect(0)
		case 2, 3:
			w.up()
			_ = e.Send(0, sctp.Ordered, make([]byte, 5000))
		}
		if state%4 == 3 {
			e.Shutdown(w.now)
		}
		e.Packets(w.now, func(_, _ wire.Addr, _ []byte) {})
		s := e.Status(w.now)
		right := []uint32{s.LocalTag, s.LocalTag + 1, 0}[tag%3]
		packet := sctp.AppendHeader(nil, sctp.Header{SrcPort: 5001, DstPort: 5000, Tag: right})
		packet = append(packet, chunks...)
		sctp.Seal(packet)
		borrowed := bytes.Clone(packet)
		why := e.Input(w.now, b1, a1, packet)
		require.Equal(t, borrowed, packet, "the packet is borrowed")
		if tag%3 == 1 && s.State != sctp.Closed {
			require.NotEqual(t, wire.NotDropped, why)
			require.Equal(t, s.State, e.Status(w.now).State)
		}
		e.Receive(func(uint16, []byte) {})
		e.Events(func(sctp.Event) {})
		e.Packets(w.now, func(_, _ wire.Addr, p []byte) {
			_, _, err := sctp.ParsePacket(p)
			require.NoError(t, err)
		})
		e.Wake(w.now.Add(10 * time.Second))
		e.Packets(w.now, func(_, _ wire.Addr, _ []byte) {})
	})
}

// Any ICMP error leaves an association that sends, and packets no longer than
// IP takes.
func FuzzUnreachable(f *testing.F) {
	f.Add(uint8(4), 600, quoted(a1, b1, make([]byte, 1480), 8))
	f.Add(uint8(2), 0, []byte{0x45})
	f.Fuzz(func(t *testing.T, code uint8, mtu int, quotation []byte) {
		a, b := configs(1, 1)
		w := newWires(t, 1, a, b)
		w.up()
		e := w.ends[0]
		if len(quotation) >= 28 { // else no fuzzer would guess the tag
			tag := e.Status(w.now).RemoteTag
			copy(quotation[24:], []byte{byte(tag >> 24), byte(tag >> 16), byte(tag >> 8), byte(tag)})
		}
		require.NoError(t, e.Send(0, sctp.Ordered, make([]byte, 5000)))
		e.Unreachable(w.now, code, mtu, quotation)
		if e.State() != sctp.Established {
			return
		}
		require.GreaterOrEqual(t, e.Status(w.now).Paths[0].MTU, 576)
		require.True(t, w.until(time.Second, func() bool { return len(w.ends[1].got) == 1 }))
	})
}
