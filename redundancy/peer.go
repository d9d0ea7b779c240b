package redundancy

import (
	"strings"

	"tandem/clock"
	"tandem/syslog"
)

// peer is what is known of the other router, and the conversation with it.
type peer struct {
	associated bool   // the association is up
	stream     uint32 // ours: one for each time it came up
	known      bool   // its Hello of this conversation has arrived
	talking    bool   // and it has ours
	intro      Introduction
	theirs     uint32 // its stream
	state      State
	since      clock.Time // of state
	led        bool       // it was active at some time
	matches    bool       // release, platform and digest are ours
	forced     bool       // it was told to hand over
	spoke      bool       // within this keepalive interval
	silent     int        // keepalive intervals without a message
	digest     uint64     // ours, as last told
	mismatch   string     // as last logged

	seen  bool       // it was heard ever, by the association or by HSRP
	heard clock.Time // last
}

func (p *peer) see(now clock.Time) { p.seen, p.heard = true, now }

func (p *peer) speaks(now clock.Time) {
	p.spoke, p.silent = true, 0
	p.see(now)
}

// connect begins a conversation: both sides introduce themselves.
func (f *Facility) connect() {
	f.lose()
	f.peer.associated = true
	f.peer.stream++
	if f.scheme == "" || !f.booted {
		return
	}
	f.sayHello()
	f.arm(&f.keepalive, f.now.Add(keepaliveInterval))
}

func (f *Facility) disconnect() {
	f.lose()
	f.peer.associated = false
	f.stop(&f.keepalive)
}

// lose ends the conversation. It begins anew with the next Hello of a new
// stream.
func (f *Facility) lose() {
	talked := f.peer.talking
	f.peer.known, f.peer.talking, f.peer.matches, f.peer.silent = false, false, false, 0
	f.breakOff()
	if !talked {
		return
	}
	f.counters.LinkDown++
	if f.my.IsActive() && f.peer.state.IsStandby() {
		f.counters.StandbyFailures++
	}
	f.remember(Entry{Kind: Status, Code: codePeerComm.number, Name: codePeerComm.name})
	f.remember(Entry{Kind: Status, Code: codePeerPresence.number, Name: codePeerPresence.name})
	f.setPeer(Disabled)
	f.logPeer("TANDEM", syslog.Notifications, "PEER_COMM", "communication with the redundancy peer lost")
	f.judge(PeerLost)
}

// sayHello introduces this router, and asks the peer to do so until it is known
// to talk.
func (f *Facility) sayHello() { f.introduce(f.peer.talking) }

// introduce sends a Hello; a settled one needs no answer.
func (f *Facility) introduce(settled bool) {
	f.peer.digest = f.sessions.Digest()
	m := Message{Kind: Hello, Settled: settled, Hello: Introduction{
		Boot: f.boot, Digest: f.peer.digest, Release: f.config.Release, Platform: f.config.Platform,
	}}
	if f.peer.known {
		m.Hello.Echo = f.peer.theirs
	}
	f.tell(&m)
}

func (f *Facility) sayState() {
	if f.peer.talking {
		f.tell(&Message{Kind: StateChange})
	}
}

// tell sends a message that is not data. A lost one is repeated by whatever
// sent it, or made good by the next Keepalive.
func (f *Facility) tell(m *Message) bool {
	if !f.peer.associated {
		f.counters.InvalidSends++
		return false
	}
	m.Stream, m.State, m.Sequence = f.peer.stream, f.my, f.supply.last()
	if m.Bulk == 0 {
		m.Bulk = f.supply.bulk
	}
	return f.transmit(m.Append(make([]byte, 0, HeaderLen+64)))
}

// transmit sends what must arrive in order: each such message says how things
// stand now.
func (f *Facility) transmit(b []byte) bool { return f.transmitted(f.transport.Send(b)) }

// transmitData sends records: the numbers in them tell their order.
func (f *Facility) transmitData(b []byte) bool { return f.transmitted(f.transport.SendUnordered(b)) }

func (f *Facility) transmitted(taken bool) bool {
	if !taken {
		f.counters.SendFailures++
		return false
	}
	f.counters.Sent++
	return true
}

// keepAlive shows that we are there, looks whether the peer is, and repeats
// what may be lost.
func (f *Facility) keepAlive() {
	f.arm(&f.keepalive, f.now.Add(keepaliveInterval))
	f.peer.silent++
	if f.peer.spoke {
		f.peer.silent, f.peer.spoke = 0, false
	}
	if f.peer.silent >= keepaliveThreshold && f.peer.talking {
		f.connect()
		return
	}
	if !f.peer.talking {
		f.sayHello()
		return
	}
	if f.sessions.Digest() != f.peer.digest {
		f.sayHello()
		f.compare()
	}
	if !f.peer.matches { // what it said of itself may have been damaged, or forged
		f.introduce(false)
	}
	f.tell(&Message{Kind: Keepalive})
	if f.my == StandbyBulk && f.intake.upTo == 0 {
		f.tell(&Message{Kind: BulkRequest, Bulk: f.intake.bulk})
	}
}

// receive judges one message and acts on it.
func (f *Facility) receive(b []byte) {
	var m Message
	if err := m.Decode(b); err != nil {
		f.malformed(err)
		return
	}
	f.counters.Received++
	if !f.peer.associated || f.scheme == "" || !f.booted {
		f.counters.Stale++
		return
	}
	if m.Kind == Hello {
		f.receiveHello(&m)
		return
	}
	if !f.peer.known || m.Stream != f.peer.theirs {
		f.counters.Stale++
		return
	}
	f.peer.speaks(f.now)
	if m.Kind.IsData() {
		f.takeData(&m) // which may be late: its state is not the latest
		return
	}
	switch {
	case m.Kind == Ack:
		f.acked(&m)
	case m.Kind == BulkRequest:
		f.serve(m.Bulk)
	case m.Kind == Keepalive:
		f.checkHole(&m)
	case m.Forced:
		f.peer.forced = true
	}
	f.setPeer(m.State)
	f.advance()
}

// receiveHello begins a conversation if the Hello is of a new one, and answers
// until both know each other.
func (f *Facility) receiveHello(m *Message) {
	p := &f.peer
	fresh := !p.known || p.theirs != m.Stream || p.intro.Boot != m.Hello.Boot
	if fresh && p.known {
		f.lose()
	}
	p.speaks(f.now)
	if f.whole != m.Hello.Boot { // the life that had the copy is over
		f.whole, f.unsure = 0, 0
	}
	p.known, p.theirs, p.intro = true, m.Stream, m.Hello
	begins := m.Hello.Echo == p.stream && !p.talking
	p.talking = p.talking || begins
	if fresh || m.Hello.Echo != p.stream || !m.Settled {
		f.sayHello()
	}
	if begins {
		f.counters.LinkUp++
		f.remember(Entry{Kind: Status, Code: codePeerPresence.number, Name: codePeerPresence.name, Op: 1})
		f.remember(Entry{Kind: Status, Code: codePeerComm.number, Name: codePeerComm.name, Op: 1})
		f.logPeer("TANDEM", syslog.Notifications, "PEER_COMM", "communication with the redundancy peer established")
		f.sayState()
	}
	f.setPeer(m.State)
	f.compare()
}

// setPeer notes the peer's state.
func (f *Facility) setPeer(s State) {
	if !f.peer.talking && s != Disabled {
		s = Unknown
	}
	if f.peer.state == s {
		return
	}
	if f.my.IsActive() && s.IsActive() {
		f.logPeer("TANDEM", syslog.Warnings, "BOTH_ACTIVE", "the redundancy peer is %s too; HSRP decides", s)
	}
	f.peer.state, f.peer.since = s, f.now
	f.peer.led = f.peer.led || s.IsActive()
	f.remember(Entry{Kind: StateMoved, My: f.my, Peer: s, PeerMoved: true})
	f.emit(Changed{f.my, s})
}

// compare checks that both routers are alike. A standby of another kind stays
// cold.
func (f *Facility) compare() {
	p := &f.peer
	if !p.talking {
		return
	}
	differs := strings.Join(f.differences(), ", ")
	was := p.matches
	p.matches = differs == ""
	if !p.matches {
		f.breakOff()
		if differs != p.mismatch {
			f.logPeer("TANDEM", syslog.Warnings, "PEER_MISMATCH", "the redundancy peer has another %s; the standby router stays STANDBY COLD", differs)
		}
		p.mismatch = differs
		if f.my.IsStandby() && f.my != StandbyCold {
			f.judge(PeerLost)
			f.sayState()
		}
		return
	}
	p.mismatch = ""
	if !was {
		f.advance()
	}
}

func (f *Facility) differences() []string {
	var all []string
	if f.peer.intro.Release != brief(f.config.Release) {
		all = append(all, "software release ("+f.peer.intro.Release+")")
	}
	if f.peer.intro.Platform != brief(f.config.Platform) {
		all = append(all, "platform ("+f.peer.intro.Platform+")")
	}
	if f.peer.intro.Digest != f.sessions.Digest() {
		all = append(all, "inspection configuration")
	}
	return all
}
