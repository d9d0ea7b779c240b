//go:build linux

package interop_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/ipc/sctp"
	"tandem/wire"
)

// Ports of the two sides.
const (
	ourPort   = 5000
	theirPort = 5001
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

// arrival is an SCTP packet without its IP header.
type arrival struct {
	lan      int // it came over
	src, dst wire.Addr
	packet   []byte
}

// medium carries packets between the station and the peer.
type medium interface {
	arrivals() <-chan arrival
	send(src, dst wire.Addr, packet []byte) error
}

// message is one that arrived: stream, length and checksum.
type message struct {
	stream, length int
	sum            uint32
}

// station is our endpoint in real time on a medium that may lose packets.
type station struct {
	t      *testing.T
	cfg    sctp.Config
	e      *sctp.Endpoint
	medium medium
	peer   *peer
	start  time.Time
	rng    *rand.Rand
	loss   float64 // share of packets lost each way
	cut    [2]bool // LANs without carrier
	deaf   bool    // messages are left in the endpoint
	single bool    // the peer tells no streams: use the first
	got    []message
	events []string
	lost   int
}

// config is our side towards a peer at the same number of addresses.
func config(local, remote []wire.Addr) sctp.Config {
	return sctp.Config{
		LocalPort: ourPort, RemotePort: theirPort, Local: local, Remote: remote,
		RTOMin: 50 * time.Millisecond, RTOMax: 400 * time.Millisecond, RTOInitial: 100 * time.Millisecond,
		PathMaxRetrans: 3, AssocMaxRetrans: 10, MaxInitRetrans: 20, HeartbeatInterval: 200 * time.Millisecond,
		Random: rand.NewChaCha8([32]byte{1}),
	}
}

func newStation(t *testing.T, cfg sctp.Config, m medium, p *peer) *station {
	s := &station{t: t, cfg: cfg, medium: m, peer: p, start: time.Now(), rng: rand.New(rand.NewPCG(1, 2))}
	s.power(1)
	return s
}

// power makes a fresh endpoint: what was known of the association is gone.
func (s *station) power(seed byte) {
	s.cfg.Random = rand.NewChaCha8([32]byte{seed})
	e, err := sctp.New(s.cfg)
	require.NoError(s.t, err)
	s.e, s.got, s.events = e, nil, nil
}

func (s *station) now() clock.Time { return clock.Time(time.Since(s.start)) }

// drop reports whether a packet is lost on a LAN.
func (s *station) drop(lan int) bool {
	if s.cut[lan] || (s.loss > 0 && s.rng.Float64() < s.loss) {
		s.lost++
		return true
	}
	return false
}

// drain takes everything out of the endpoint.
func (s *station) drain() {
	if !s.deaf {
		s.e.Receive(func(stream uint16, msg []byte) { s.got = append(s.got, message{int(stream), len(msg), sum(msg)}) })
	}
	s.e.Events(func(ev sctp.Event) { s.events = append(s.events, ev.String()) })
	s.e.Packets(s.now(), func(src, dst wire.Addr, packet []byte) {
		if !s.drop(lanOf(dst)) {
			require.NoError(s.t, s.medium.send(src, dst, packet))
		}
	})
}

// step waits for one thing to happen, at most until limit.
func (s *station) step(limit time.Time) {
	if at, ok := s.e.NextWake(); ok {
		if due := s.start.Add(time.Duration(at)); due.Before(limit) {
			limit = due
		}
	}
	timer := time.NewTimer(time.Until(limit))
	defer timer.Stop()
	select {
	case a, ok := <-s.medium.arrivals():
		require.True(s.t, ok, "the medium is gone")
		if !s.drop(a.lan) {
			s.e.Input(s.now(), a.src, a.dst, a.packet)
		}
	case line, ok := <-s.peer.lines:
		require.True(s.t, ok, "the peer is gone: %v", s.peer.said)
		s.peer.hear(line)
	case <-timer.C:
	}
	s.e.Wake(s.now())
}

// until runs until done, and fails the test when that takes too long.
func (s *station) until(what string, done func() bool) {
	s.t.Helper()
	limit := time.Now().Add(patience)
	for s.drain(); !done(); s.drain() {
		if time.Now().After(limit) {
			s.t.Fatalf("no %s in %v; our end %v %v, %d messages; peer said %v", what, patience, s.e.State(), s.events, len(s.got), s.peer.tail())
		}
		s.step(limit)
	}
}

// run lets d pass.
func (s *station) run(d time.Duration) {
	limit := time.Now().Add(d)
	for s.drain(); time.Now().Before(limit); s.drain() {
		s.step(limit)
	}
}

// happened reports whether an event of the endpoint was seen.
func (s *station) happened(event string) bool {
	for _, ev := range s.events {
		if ev == event {
			return true
		}
	}
	return false
}

// understood fails the test when a packet of the peer could not be read.
func (s *station) understood() {
	s.t.Helper()
	f := s.e.Status(s.now()).Faults
	require.Zero(s.t, f.Malformed+f.Checksums)
}

// batch is count messages of one length on one stream.
type batch struct {
	stream, length, count int
	order                 sctp.Order
}

func (b batch) String() string { return fmt.Sprintf("%d of %d bytes", b.count, b.length) }

// ours sends a batch and waits until the peer has told of every message, in
// order where that was asked for.
func (s *station) ours(b batch) {
	s.t.Helper()
	if s.single {
		b.stream = 0
	}
	from, sent := len(s.peer.messages), 0
	var want []message
	s.until("delivery of our "+b.String(), func() bool {
		for sent < b.count && s.e.Writable() >= b.length {
			msg := body(sent, b.length)
			require.NoError(s.t, s.e.Send(uint16(b.stream), b.order, msg))
			want = append(want, message{b.stream, b.length, sum(msg)})
			sent++
		}
		return len(s.peer.messages)-from >= b.count
	})
	b.compare(s.t, want, s.peer.messages[from:])
}

// theirs has the peer send a batch and waits for it.
func (s *station) theirs(b batch) {
	s.t.Helper()
	if s.single {
		b.stream = 0
	}
	from := len(s.got)
	s.peer.command("send %d %c %d %d", b.stream, "ou"[b.order], b.length, b.count)
	s.until("delivery of the peer's "+b.String(), func() bool { return len(s.got)-from >= b.count })
	var want []message
	for n := range b.count {
		want = append(want, message{b.stream, b.length, sum(body(n, b.length))})
	}
	b.compare(s.t, want, s.got[from:])
}

func (b batch) compare(t *testing.T, want, got []message) {
	t.Helper()
	if b.order == sctp.Ordered {
		require.Equal(t, want, got)
		return
	}
	require.ElementsMatch(t, want, got)
}

// body is message n of a batch, as peer/peer.c describes it.
func body(n, length int) []byte {
	b := make([]byte, length)
	for j := range b {
		b[j] = byte(n*7 + j)
	}
	binary.BigEndian.PutUint32(b, uint32(n))
	return b
}

// sum is the 32-bit FNV-1a of msg.
func sum(msg []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range msg {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
