package router

import (
	"fmt"
	"slices"
	"time"

	"tandem/clock"
	"tandem/modes"
	"tandem/syslog"
	"tandem/tftp"
	"tandem/wire"
)

// UDP that the router speaks for itself: syslog, TFTP and SNMP.

// firstPort begins the range of the router's own UDP ports, one a transfer.
const firstPort = 49152

// downloadLimit bounds a file that is fetched, in bytes: a host may send
// without end.
const downloadLimit = 16 << 20

// ownTTL is that of the router's own datagrams.
const ownTTL = 255

// datagram is UDP for one of the router's ports.
type datagram struct {
	from, to       wire.Addr
	fromPort, port uint16
	payload        []byte
}

// sendUDP sends a datagram; source 0 is the address of the way out. It reports
// whether the datagram left.
func (r *Router) sendUDP(source, to wire.Addr, from, port uint16, payload []byte) bool {
	if source == 0 {
		var ok bool
		if source, ok = r.plane.SourceFor(to); !ok {
			return false
		}
	}
	b := wire.AppendIPv4(nil, wire.IPv4Header{TTL: ownTTL, Proto: wire.ProtoUDP, Src: source, Dst: to}, wire.UDPLen+len(payload))
	b = wire.AppendUDP(b, source, to, from, port, payload)
	return r.plane.Send(r.now, b) == wire.NotDropped
}

// takeMail keeps a datagram for a transfer until the packet path is done with
// what it has in hand: the answer may change the configuration.
func (r *Router) takeMail(p *wire.Packet) bool {
	u := wire.UDP(p.Transport())
	if !slices.ContainsFunc(r.transfers, func(t *transfer) bool { return t.port == p.DstPort && t.host == p.Src }) {
		return false
	}
	r.mail = append(r.mail, datagram{from: p.Src, fromPort: p.SrcPort, port: p.DstPort, payload: slices.Clone(u.Payload())})
	return true
}

// readMail gives each waiting datagram to its transfer.
func (r *Router) readMail() (busy bool) {
	for len(r.mail) > 0 {
		busy = true
		d := r.mail[0]
		r.mail = r.mail[1:]
		if d.port == SNMPPort {
			r.serveRequest(d)
			continue
		}
		for _, t := range slices.Clone(r.transfers) {
			if t.port == d.port && t.host == d.from {
				r.carry(t, t.client.Receive(r.now, d.fromPort, d.payload))
			}
		}
	}
	return busy
}

// transfer is one TFTP transfer of this router.
type transfer struct {
	client *tftp.Client
	host   wire.Addr
	port   uint16 // ours
	tell   func(now clock.Time, p modes.Progress)
}

func (t *transfer) timer() string { return fmt.Sprintf("tftp %d", t.port) }

// Download implements modes.Device.
func (r *Router) Download(_ clock.Time, host wire.Addr, name string, tell func(clock.Time, modes.Progress)) func() {
	return r.transfer(tftp.Get(name, downloadLimit), host, tell)
}

// Upload implements modes.Device.
func (r *Router) Upload(_ clock.Time, host wire.Addr, name string, content []byte, tell func(clock.Time, modes.Progress)) func() {
	return r.transfer(tftp.Put(name, content), host, tell)
}

func (r *Router) transfer(client *tftp.Client, host wire.Addr, tell func(clock.Time, modes.Progress)) (stop func()) {
	t := &transfer{client: client, host: host, port: r.freePort(), tell: tell}
	r.transfers = append(r.transfers, t)
	r.carry(t, client.Start(r.now))
	return func() { r.endTransfer(t) }
}

// freePort is the lowest port that no transfer uses.
func (r *Router) freePort() uint16 {
	port := uint16(firstPort)
	for slices.ContainsFunc(r.transfers, func(t *transfer) bool { return t.port == port }) {
		port++
	}
	return port
}

// carry does what a transfer asks for.
func (r *Router) carry(t *transfer, actions []tftp.Action) {
	for _, action := range actions {
		switch a := action.(type) {
		case tftp.Send:
			r.sendUDP(0, t.host, t.port, a.Port, a.Payload) // what does not leave is repeated
		case tftp.Arm:
			r.At(a.At, t.timer(), func(now clock.Time) { r.carry(t, t.client.Wake(now)) })
		case tftp.Mark:
			t.tell(r.now, modes.Progress{Mark: a.Char})
		case tftp.Done:
			r.endTransfer(t)
			t.tell(r.now, modes.Progress{Done: true, Content: a.Content, Err: a.Err})
		}
	}
}

func (r *Router) endTransfer(t *transfer) {
	r.Cancel(t.timer())
	r.transfers = slices.DeleteFunc(r.transfers, func(o *transfer) bool { return o == t })
}

// relayTask is the name of the timer of syslog lines that wait.
const relayTask = "syslog relay"

// SyslogSource implements modes.Device.
func (r *Router) SyslogSource() wire.Addr {
	if l := r.byName[modes.LoggingSource(r.tree)]; l != nil {
		return l.Primary.Addr
	}
	hosts := r.log.Relay.Hosts
	if len(hosts) == 0 {
		return 0
	}
	source, _ := r.plane.SourceFor(hosts[0].Addr)
	return source
}

// relayLog sends what waits for syslog hosts. While an attempt has failed, the
// next one comes a second later and not with the next message.
func (r *Router) relayLog() (busy bool) {
	relay := &r.log.Relay
	if _, later := r.tasks[relayTask]; later || r.loading || !relay.Waiting() {
		return false
	}
	source := wire.Addr(0)
	if l := r.byName[modes.LoggingSource(r.tree)]; l != nil {
		source = l.Primary.Addr
	}
	if relay.Flush(func(to wire.Addr, port uint16, payload []byte) bool {
		return r.sendUDP(source, to, syslog.Port, port, payload)
	}) {
		r.At(r.now.Add(time.Second), relayTask, func(clock.Time) {})
	}
	return true
}
