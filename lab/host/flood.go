package host

import (
	"fmt"
	"slices"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// Source ports of a flood lie below those of connections, so that an answer is
// known as such and left unanswered: an attacker does not reset what he opened.
const (
	floodFirstPort = 1024
	floodPorts     = 31744
)

// MaxFloodRate bounds a flood, in packets a second.
const MaxFloodRate = 100000

// flood sends TCP SYNs from ever new ports and never completes a handshake.
type flood struct {
	Flow
	answers uint64 // packets that came back
	resets  uint64 // of them resets
}

func (h *Host) floodSYN(now clock.Time, to wire.Addr, port uint16, rate int, s *Shell) *Flow {
	f := &flood{Flow: h.newFlow(now, "tcp", to, port, rate, s)}
	h.floods = append(h.floods, f)
	f.begun = now
	h.floodMore(now, f)
	return &f.Flow
}

// floodMore sends what is due, at most every millisecond.
func (h *Host) floodMore(now clock.Time, f *flood) {
	due := uint64(now.Sub(f.begun))*uint64(f.Rate)/uint64(time.Second) + 1
	for ; f.Tally.Sent < due; f.Tally.Sent++ {
		p := h.header(f.To, wire.ProtoTCP, 64, wire.TCPLen+4)
		h.send(now, wire.AppendTCP(p, h.config.Address.Addr, f.To, wire.TCPHeader{
			SrcPort: floodFirstPort + uint16(f.Tally.Sent%floodPorts), DstPort: f.Port,
			Seq: h.rng.Uint32(), Flags: wire.SYN, Window: 65535, Options: []byte{2, 4, 5, 180},
		}, nil))
	}
	step := max(time.Second/time.Duration(f.Rate), time.Millisecond)
	h.after(f.key, now, step, func(now clock.Time) { h.floodMore(now, f) })
}

// flooded reports whether p answers a flood, and counts it.
func (h *Host) flooded(p wire.IPv4) bool {
	t := wire.TCP(p.Payload())
	if len(h.floods) == 0 || len(t) < wire.TCPLen {
		return false
	}
	for _, f := range h.floods {
		if p.Src() == f.To && t.SrcPort() == f.Port && t.DstPort()-floodFirstPort < floodPorts {
			f.answers++
			if t.Flags()&wire.RST != 0 {
				f.resets++
			}
			return true
		}
	}
	return false
}

func (h *Host) stopFlood(number int) bool {
	i := slices.IndexFunc(h.floods, func(f *flood) bool { return f.Number == number })
	if i < 0 {
		return false
	}
	h.cancel(h.floods[i].key)
	h.floods[i].State = ClosedFlow
	return true
}

func (f *flood) line() string {
	state := "running"
	if f.State == ClosedFlow {
		state = "stopped"
	}
	return fmt.Sprintf("flood %d: syn to %s port %d, rate %d: %d sent, %d answered, %d of them resets, %s\n",
		f.Number, f.To, f.Port, f.Rate, f.Tally.Sent, f.answers, f.resets, state)
}
