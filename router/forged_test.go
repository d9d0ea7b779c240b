package router_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

// forgery is a router with a true peer, 10.0.0.2, and a forger on the same LAN.
type forgery struct {
	*bench
	version uint8
	random  *rand.Rand
	sent    uint64   // frames of the forger
	adverts uint64   // of them: advertisements, which nothing can sign
	helloes int      // periodic messages of the router
	other   []string // everything else it sent
}

const forgedConfig = `key chain keys
 key 3
  key-string third
 key 7
  key-string seventh
interface GigabitEthernet0/0
 ip address 10.0.0.1 255.255.255.0
 standby delay minimum 0 reload 0
 standby version %d
 standby 1 ip 10.0.0.3
 standby 1 timers 1 5
 standby 1 priority 150
 standby 1 authentication md5 key-string secret
 standby 2 ip 10.0.0.4
 standby 2 timers 1 5
 standby 2 preempt
 standby 2 authentication md5 key-chain keys
 standby 3 ip 10.0.0.5
 standby 3 timers 1 5
 standby 3 priority 110
 standby 3 authentication guessme
 standby 4 ip 10.0.0.6
 standby 4 follow hsrp-Gi0/0-1
`

// message is one of the true peer: Standby in groups 1 and 3, Active in 2.
func (f *forgery) message(group uint16, change func(*wire.HSRP)) []byte {
	peer := wire.MustAddr("10.0.0.2")
	m := wire.HSRP{
		Version: f.version, Op: wire.HSRPHello, State: wire.HSRPStandby, Priority: 100, Group: group,
		Hello: time.Second, Hold: 5 * time.Second, Sender: peerMAC, VIP: wire.MustAddr("10.0.0.2") + wire.Addr(group),
	}
	if group == 2 {
		m.State, m.Priority = wire.HSRPActive, 200
	}
	change(&m)
	switch group {
	case 1:
		m.MD5.Sender = peer
		return m.AppendSigned(nil, "secret")
	case 2:
		m.MD5 = wire.HSRPMD5{Sender: peer, KeyID: 7}
		return m.AppendSigned(nil, "seventh")
	}
	m.Auth, m.Text = wire.HSRPAuthText, [8]byte([]byte("guessme\x00"))
	return m.Append(nil)
}

var peerMAC = wire.MAC{2, 0, 0, 0, 0, 2}

// corpus is what a peer might say: every operation and state of each group,
// with more and less priority, and advertisements.
func (f *forgery) corpus() (all [][]byte) {
	for group := uint16(1); group <= 3; group++ {
		for op := wire.HSRPHello; op <= wire.HSRPResign; op++ {
			for state := wire.HSRPInit; state < wire.HSRPStates; state++ {
				for _, priority := range []uint8{0, 100, 255} {
					all = append(all, f.message(group, func(m *wire.HSRP) { m.Op, m.State, m.Priority = op, state, priority }))
				}
			}
		}
	}
	for _, presence := range []wire.HSRPPresence{wire.HSRPDormant, wire.HSRPPassive, wire.HSRPPresent} {
		m := wire.HSRPAdvertise{Version: f.version, State: presence, Active: 1, Passive: 2}
		all = append(all, m.Append(nil))
	}
	return all
}

// forge changes a message of the corpus as somebody without the keys can, and
// chooses who it is said to be from. It never returns a true one.
func (f *forgery) forge(corpus [][]byte) (source wire.Addr, payload []byte) {
	from := corpus[f.random.IntN(len(corpus))]
	b := bytes.Clone(from)
	switch f.random.IntN(7) { // 6 leaves it: a copy under another address
	case 0:
		b = b[:f.random.IntN(len(b))]
	case 1:
		for range 1 + f.random.IntN(4) {
			i := f.random.IntN(8 * len(b))
			b[i/8] ^= 1 << (i % 8)
		}
	case 2: // the head of one, the tail of another
		tail := corpus[f.random.IntN(len(corpus))]
		b = append(b[:f.random.IntN(len(b))], tail[f.random.IntN(len(tail)):]...)
	case 3: // the whole content anew
		for i := range b[2:] {
			b[2+i] = byte(f.random.Uint32())
		}
	case 4: // signed or worded with another secret
		m := wire.HSRP{
			Version: f.version, Op: wire.HSRPOp(f.random.IntN(3)), State: wire.HSRPState(1 + f.random.IntN(6)),
			Priority: uint8(f.random.Uint32()), Group: uint16(f.random.IntN(5)), Hello: time.Second, Hold: time.Hour, VIP: wire.Addr(f.random.Uint32()),
			Auth: wire.HSRPAuthText, Text: [8]byte([]byte("cisco\x00\x00\x00")), MD5: wire.HSRPMD5{Sender: wire.MustAddr("10.0.0.2"), KeyID: uint32(f.random.IntN(8))},
		}
		if b = m.Append(nil); f.random.IntN(2) == 0 {
			b = m.AppendSigned(nil, "guess")
		}
	case 5: // long
		b = append(b[:f.random.IntN(len(b))], make([]byte, f.random.IntN(1400))...)
	}
	switch f.random.IntN(10) {
	case 0:
		source = wire.Addr(f.random.Uint32())
	case 1:
		source = wire.MustAddr("10.0.0.1")
	case 2, 3:
		source = wire.MustAddr("10.0.0.200")
	default:
		source = wire.MustAddr("10.0.0.2")
	}
	if f.says(source, b) {
		return f.forge(corpus)
	}
	return source, b
}

// says reports whether a payload is one that the true peer could send, or
// anybody who knows the text of group 3.
func (f *forgery) says(source wire.Addr, b []byte) bool {
	var m wire.HSRP
	decode := m.Decode1
	if f.version == 2 {
		decode = m.Decode2
	}
	n, err := decode(b)
	return err == nil && (m.Auth == wire.HSRPAuthMD5 && source == wire.MustAddr("10.0.0.2") && (wire.HSRPSigned(b[:n], "secret") || wire.HSRPSigned(b[:n], "third") || wire.HSRPSigned(b[:n], "seventh")) ||
		m.Auth == wire.HSRPAuthText && m.Group == 3 && m.Text == [8]byte([]byte("guessme\x00")))
}

// advertises reports whether a message is an advertisement of a neighbour.
func (f *forgery) advertises(source wire.Addr, b []byte) bool {
	var m wire.HSRPAdvertise
	_, err := m.Decode(f.version, b)
	return err == nil && wire.IsHSRPAdvertise(f.version, b) && source>>8 == wire.MustAddr("10.0.0.0")>>8 && source != wire.MustAddr("10.0.0.1")
}

func (f *forgery) frame(source wire.Addr, from wire.MAC, payload []byte) []byte {
	group := wire.HSRPGroupAddr(f.version)
	b := make([]byte, wire.EthernetLen)
	wire.Ethernet(b).Put(group.MulticastMAC(), from, wire.EtherIPv4)
	b = wire.AppendIPv4(b, wire.IPv4Header{TTL: 1, TOS: 0xc0, Proto: wire.ProtoUDP, Src: source, Dst: group}, wire.UDPLen+len(payload))
	return wire.AppendUDP(b, source, group, wire.HSRPPort, wire.HSRPPort, payload)
}

// peer sends what the true peer sends each second.
func (f *forgery) peer() {
	var all [][]byte
	for group := uint16(1); group <= 3; group++ {
		from := peerMAC
		if group == 2 {
			from = wire.HSRPVirtualMAC(f.version, 2)
		}
		all = append(all, f.frame(wire.MustAddr("10.0.0.2"), from, f.message(group, func(*wire.HSRP) {})))
	}
	f.Input(f.now, 0, all)
}

// HSRP is heard by its group alone: what comes to an address of the router may
// come from anywhere, whoever it says it is from.
func TestHSRPToAnAddressIsNotHeard(t *testing.T) {
	f := newForgery(t, 1)
	coup := f.message(1, func(m *wire.HSRP) { m.Op, m.Priority = wire.HSRPCoup, 255 })
	udp := wire.AppendUDP(nil, wire.MustAddr("10.0.0.2"), wire.MustAddr("10.0.0.1"), wire.HSRPPort, wire.HSRPPort, coup)
	before := f.Plane().Traffic().Drops[wire.NoListener]
	f.Input(f.now, 0, [][]byte{frameTo(f.bench, f.Interface("GigabitEthernet0/0").MAC, wire.MustAddr("10.0.0.2"), wire.MustAddr("10.0.0.1"), wire.ProtoUDP, udp)})
	require.Equal(t, "1 Active 150, 2 Standby 100, 3 Active 110, 4 Active 150, ", f.groups())
	require.Equal(t, before+1, f.Plane().Traffic().Drops[wire.NoListener])
	f.Input(f.now, 0, [][]byte{f.frame(wire.MustAddr("10.0.0.2"), peerMAC, coup)})
	require.Equal(t, "1 Speak 150, 2 Standby 100, 3 Active 110, 4 Speak 150, ", f.groups(), "the same message to the group")
}

// second lets a second pass, in which the forger sends n messages.
func (f *forgery) second(n int, corpus [][]byte) {
	f.peer()
	const batch = 64
	batches := (n + batch - 1) / batch
	for i := range batches {
		var frames [][]byte
		for range min(batch, n-i*batch) {
			source, payload := f.forge(corpus)
			if f.advertises(source, payload) {
				f.adverts++
			}
			frames = append(frames, f.frame(source, wire.MAC{2, 0, 0, 0, 0, byte(f.random.Uint32())}, payload))
		}
		f.sent += uint64(len(frames))
		f.Input(f.now, 0, frames)
		f.pass(time.Second / time.Duration(batches+1))
	}
	f.pass(time.Second / time.Duration(batches+1))
}

// pass lets time pass and looks at what the router sends.
func (f *forgery) pass(d time.Duration) {
	f.until(f.now.Add(d), func(frame []byte) {
		m, ok := helloOf(int(f.version), frame)
		switch {
		case ok && m.Op == wire.HSRPHello:
			f.helloes++
		case wire.Ethernet(frame).Type() == wire.EtherARP && wire.Ethernet(frame).Src() == f.Interface("GigabitEthernet0/0").MAC:
		default:
			f.other = append(f.other, fmt.Sprintf("%s %x", f.now, frame))
		}
	})
}

// newForgery is a router that is Active in group 1 and 3, Standby in group 2 and
// follows group 1 in group 4.
func newForgery(t *testing.T, version uint8) *forgery {
	f := &forgery{bench: newBench(t, "RouterA", fmt.Appendf(nil, forgedConfig, version)), version: version, random: rand.New(rand.NewPCG(7, uint64(version)))}
	f.privileged()
	f.enter("terminal length 0")
	f.Carrier(f.now, 0, true)
	for range 20 {
		f.second(0, nil)
	}
	require.Equal(t, "1 Active 150, 2 Standby 100, 3 Active 110, 4 Active 150, ", f.groups())
	f.helloes, f.other = 0, nil
	return f
}

// groups is what must not change: states, priorities, peers, addresses.
func (f *forgery) groups() (text string) {
	for _, g := range f.Standby().Status(f.now) {
		text += fmt.Sprintf("%d %s %d, ", g.Group, g.State, g.Priority)
	}
	return text
}

// ticking is what show standby counts on, and what differs from one to the next.
var ticking = regexp.MustCompile(`last state change \S+|(sent|expires) in \S+|next( refresh)? [0-9.]+`)

// A million messages of somebody without the keys: each is counted under a
// reason, nothing changes, and the log has a line now and then.
func TestForgedMessagesChangeNothing(t *testing.T) {
	for _, version := range []uint8{1, 2} {
		t.Run(fmt.Sprintf("version %d", version), func(t *testing.T) {
			f := newForgery(t, version)
			corpus := f.corpus()
			before := ticking.ReplaceAllString(f.answer("show standby"), "")
			owned := f.Plane().ARPTable(f.now)
			drops := f.Plane().Traffic().Drops
			f.screens = nil
			const seconds = 40
			for range seconds {
				f.second(forgedMessages/2/seconds, corpus)
			}
			require.Empty(t, f.other[:min(1, len(f.other))], "nothing but hellos of the router leaves it")
			require.InDelta(t, 3*seconds+seconds/10, f.helloes, 3, "at their own pace")
			logs := map[string]int{}
			for _, s := range f.screens {
				logs[regexp.MustCompile(`%[A-Z]+-\d-[A-Z0-9]+`).FindString(s.Text)]++
			}
			delete(logs, "")
			require.LessOrEqual(t, logs["%HSRP-4-BADAUTH"], 3*2, "one in 30 s a group: %v", logs)
			require.LessOrEqual(t, logs["%HSRP-4-DUPADDR"], 2)
			require.Len(t, logs, 2, "%v", logs)

			require.Equal(t, before, ticking.ReplaceAllString(f.answer("show standby"), ""))
			require.Equal(t, owned[:4], f.Plane().ARPTable(f.now)[:4])
			var counted uint64
			for why, n := range f.Plane().Traffic().Drops {
				if n -= drops[why]; n > 0 {
					counted += n
					t.Logf("%-24s %d", wire.Reason(why), n)
				}
			}
			require.Equal(t, f.sent, counted+f.adverts, "each is dropped for a reason, or an advertisement")
			require.LessOrEqual(t, len(f.Standby().Interfaces(f.now)[0].Neighbors), 32)
		})
	}
}
