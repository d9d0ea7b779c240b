package firewall

import (
	"slices"

	"tandem/wire"
)

// The bounds of expected data channels, decided here.
const (
	expectTime  = 60 // seconds an expectation is good for
	expectLimit = 1024
)

// expectKey names the first packet of a data channel; its source port is free.
type expectKey struct {
	src, dst wire.Addr
	dstPort  uint16
	proto    uint8
}

// expectation is a data channel that an application announced.
type expectation struct {
	binding *binding
	line    *line
	label   string // "ftp-data"
	until   uint32 // second
}

// expectations holds the announced data channels, each good for one session.
type expectations struct {
	byKey map[expectKey]expectation
	order []expectKey
}

// add announces a channel; an earlier announcement of the same is replaced.
func (x *expectations) add(k expectKey, v expectation, now uint32) {
	x.forget(now)
	if len(x.order) >= expectLimit {
		x.order = slices.DeleteFunc(x.order, func(k expectKey) bool { _, waits := x.byKey[k]; return !waits })
	}
	if len(x.order) >= expectLimit {
		return
	}
	if x.byKey == nil {
		x.byKey = map[expectKey]expectation{}
	}
	v.until = now + expectTime
	x.byKey[k] = v
	x.order = append(x.order, k)
}

// forget drops what ran out or was used from the front.
func (x *expectations) forget(now uint32) {
	n := 0
	for n < len(x.order) {
		if v, ok := x.byKey[x.order[n]]; ok && v.until > now {
			break
		}
		delete(x.byKey, x.order[n])
		n++
	}
	if x.order = x.order[n:]; len(x.order) == 0 {
		x.order = nil
	}
}

func (x *expectations) find(p *wire.Packet, now uint32) (expectKey, expectation, bool) {
	if len(x.byKey) == 0 || p.LaterFragment() {
		return expectKey{}, expectation{}, false
	}
	k := expectKey{src: p.Src, dst: p.Dst, dstPort: p.DstPort, proto: p.Proto}
	v, ok := x.byKey[k]
	return k, v, ok && v.until > now && opensChannel(p)
}

// opensChannel reports whether a packet may be the first of a data channel.
func opensChannel(p *wire.Packet) bool {
	return p.Proto != wire.ProtoTCP || p.TCPFlags&(wire.SYN|wire.ACK|wire.RST|wire.FIN) == wire.SYN
}

// awaits reports whether p opens an announced channel.
func (x *expectations) awaits(p *wire.Packet, now uint32) bool {
	_, _, ok := x.find(p, now)
	return ok
}

// take returns the announcement that p answers and uses it up.
func (x *expectations) take(p *wire.Packet, now uint32) (expectation, bool) {
	k, v, ok := x.find(p, now)
	if ok {
		delete(x.byKey, k)
	}
	return v, ok
}
