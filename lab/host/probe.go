package host

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/clock"
	"tandem/wire"
)

// How ping and traceroute ask.
const (
	pingInterval  = time.Second
	pingTimeout   = 2 * time.Second
	pingSize      = 64 // bytes of data
	traceTimeout  = 3 * time.Second
	traceProbes   = 3
	traceHops     = 30
	tracePort     = 33434
	traceSilences = 5 // hops in a row without any answer: give up
)

// job is a foreground command of a shell that waits for answers.
type job struct {
	host  *Host
	key   clock.Key
	print func(format string, args ...any)
	done  func()

	to      wire.Addr
	proto   uint8
	id, seq uint16 // of the probe in flight; UDP: source and destination port
	open    bool   // a probe is in flight
	sent    clock.Time

	// answer takes what came back for the probe in flight.
	answer func(now clock.Time, a answer)
	finish func()
}

func (j *job) matches(a answer) bool {
	if !j.open || a.proto != j.proto || a.id != j.id || a.seq != j.seq {
		return false
	}
	return a.to == j.to || a.to == 0 && a.from == j.to
}

func (h *Host) newJob(to wire.Addr, proto uint8, s *Shell) *job {
	h.lastEcho++
	j := &job{
		host: h, to: to, proto: proto, id: h.lastEcho, print: s.printf, done: s.finished,
		key: clock.Key{Owner: "job", Name: fmt.Sprint(h.lastEcho)},
	}
	h.jobs = append(h.jobs, j)
	return j
}

// end stops the job, with its summary, at its natural end or when interrupted.
func (j *job) end() {
	h := j.host
	h.cancel(j.key)
	j.open = false
	h.jobs = slices.DeleteFunc(h.jobs, func(x *job) bool { return x == j })
	if j.finish != nil {
		j.finish()
	}
	j.done()
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.3f ms", float64(d)/1e6) }

// ping sends count echo requests, one a second.
func (h *Host) ping(now clock.Time, to wire.Addr, count int, s *Shell) *job {
	j := h.newJob(to, wire.ProtoICMP, s)
	var sent, received int
	var least, most, total time.Duration
	var next func(clock.Time)
	next = func(now clock.Time) {
		if j.open {
			j.print("seq %d: no answer\n", j.seq)
		}
		if sent == count {
			j.end()
			return
		}
		sent++
		j.seq, j.open, j.sent = uint16(sent), true, now
		h.sendICMP(now, to, wire.ICMPEcho, 0, uint32(j.id)<<16|uint32(j.seq), pattern(pingSize))
		h.after(j.key, now, pingTimeout, next)
	}
	j.answer = func(now clock.Time, a answer) {
		j.open = false
		if a.icmpType == wire.ICMPEchoReply {
			d := now.Sub(j.sent)
			received++
			total += d
			if received == 1 || d < least {
				least = d
			}
			most = max(most, d)
			j.print("seq %d: answer from %s in %s\n", j.seq, a.from, milliseconds(d))
		} else {
			j.print("seq %d: %s, says %s\n", j.seq, a.why(), a.from)
		}
		if sent == count {
			j.end()
			return
		}
		h.at(j.key, max(now, j.sent.Add(pingInterval)), next)
	}
	j.finish = func() {
		j.print("%d sent, %d received, %d lost", sent, received, sent-received)
		if received > 0 {
			j.print("; min %s, avg %s, max %s", milliseconds(least), milliseconds(total/time.Duration(received)), milliseconds(most))
		}
		j.print("\n")
	}
	j.print("ping %s: %d bytes\n", to, pingSize)
	next(now)
	return j
}

// traceroute sends UDP probes with a growing time to live.
func (h *Host) traceroute(now clock.Time, to wire.Addr, s *Shell) *job {
	j := h.newJob(to, wire.ProtoUDP, s)
	j.id = h.udpPort()
	var from wire.Addr // who answered this hop
	var cells []string
	hop, silent, reached := 1, 0, false
	var next func(clock.Time)
	advance := func(now clock.Time, cell string) {
		j.open = false
		if cells = append(cells, cell); len(cells) < traceProbes {
			next(now)
			return
		}
		name := ""
		if silent++; from != 0 {
			name, silent = from.String()+"  ", 0
		}
		j.print("%2d  %s%s\n", hop, name, strings.Join(cells, "  "))
		if reached || hop == traceHops || silent == traceSilences {
			j.end()
			return
		}
		hop, cells, from = hop+1, nil, 0
		next(now)
	}
	next = func(now clock.Time) {
		j.seq = tracePort + uint16((hop-1)*traceProbes+len(cells))
		j.open, j.sent = true, now
		p := h.header(to, wire.ProtoUDP, uint8(hop), wire.UDPLen+12)
		h.send(now, wire.AppendUDP(p, h.config.Address.Addr, to, j.id, j.seq, pattern(12)))
		h.after(j.key, now, traceTimeout, func(now clock.Time) { advance(now, "*") })
	}
	j.answer = func(now clock.Time, a answer) {
		h.cancel(j.key)
		from = a.from
		cell := milliseconds(now.Sub(j.sent))
		if a.icmpType == wire.ICMPUnreachable {
			reached = true
			if a.code != wire.PortUnreachable {
				cell += " (" + a.why() + ")"
			}
		}
		advance(now, cell)
	}
	j.print("traceroute %s: at most %d hops\n", to, traceHops)
	next(now)
	return j
}

// pattern is n bytes of data that are easy to know in a capture.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(i%26)
	}
	return b
}
