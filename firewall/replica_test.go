package firewall_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/firewall"
	"tandem/wire"
)

// pair is an active and a standby engine with one configuration.
type pair struct {
	t              testing.TB
	active, backup *bed
}

func newPair(t testing.TB, change func(*firewall.Config)) *pair {
	p := &pair{t: t, active: newBed(t, change), backup: newBed(t, change)}
	p.active.e.SetScheme("HAin")
	p.backup.e.SetScheme("HAin")
	p.active.e.Promote(p.active.now)
	p.backup.e.Demote(p.backup.now)
	return p
}

// sync carries what changed to the standby and returns the number of records.
func (p *pair) sync() int {
	out, n := p.active.e.Collect(p.active.now, nil, 1<<20)
	applied, err := p.backup.e.Apply(p.backup.now, out)
	require.NoError(p.t, err)
	require.Equal(p.t, n, applied)
	require.Zero(p.t, p.active.e.Pending())
	return n
}

func TestReplication(t *testing.T) {
	p := newPair(t, nil)
	f, g := newFlow(t, 1045, 23), newFlow(t, 1046, 23)
	p.active.send(f.out("S", ""))
	require.Zero(t, p.sync(), "half-open sessions are not copied")
	p.active.send(f.back("SA", ""))
	p.active.send(f.out("A", ""))
	p.active.open(g)
	p.active.send(udp(t, inside, pc, 9, server, 9, "x"))
	p.active.send(icmp(t, inside, pc, server, 8, 0, nil))
	p.active.send(icmp(t, outside, server, pc, 0, 0, nil))
	require.Equal(t, 2, p.sync())
	p.active.send(udp(t, outside, server, 9, pc, 9, "x"))
	require.Equal(t, 1, p.sync())
	require.Equal(t, 3, p.backup.e.Standby())
	require.Empty(t, p.backup.e.Sessions(p.backup.now))

	ha := p.backup.e.HASessions(p.backup.now)
	require.Len(t, ha, 3)
	require.Equal(t, "65000280 (10.0.0.100:1045)=>(211.0.0.8:23) tcp SIS_OPEN", ha[0].String())
	require.Equal(t, "HA_STANDBY", ha[0].HAState())
	require.Equal(t, p.active.e.HASessions(p.active.now)[0].String(), ha[0].String())

	// A standby session lets nothing through.
	require.Equal(t, denied, p.backup.send(f.raw(outside, "A", f.sseq, f.cseq, 8192, "x")))

	// Deletions travel at once.
	p.active.send(g.out("R", ""))
	require.Equal(t, 1, p.sync())
	require.Equal(t, 2, p.backup.e.Standby())

	// Traffic since the copy was made: 5000 bytes that the standby never heard of.
	for range 5 {
		p.active.send(f.out("A", string(make([]byte, 1000))))
		p.active.send(f.back("A", string(make([]byte, 1000))))
	}
	sessions, unconfirmed := p.backup.e.Promote(p.backup.now)
	require.Equal(t, []int{2, 0}, []int{sessions, unconfirmed})
	require.Equal(t, []string{"%FW_HA-6-AUDIT_TRAIL_STDBY_TO_ACT: Sessions matching HSRP group HAin are being transitioned from Standby to Active state"}, p.backup.messages())
	p.backup.run([]step{
		{"pass", f.back("A", "first of its direction")},
		{"pass", f.out("A", "first of the other")},
		{"fast", f.back("A", "x")},
		{refused, f.raw(outside, "A", f.sseq+1<<22, f.cseq, 8192, "x")}, // strict again
		{refused, f.raw(inside, "A", f.cseq, f.sseq+1<<20, 8192, "x")},
	})
	require.Equal(t, "HA_ACTIVE", p.backup.e.HASessions(p.backup.now)[0].HAState())
	require.Len(t, p.backup.e.Sessions(p.backup.now), 2)
}

func TestRefresh(t *testing.T) {
	p := newPair(t, nil)
	f := newFlow(t, 1045, 23)
	p.active.open(f)
	require.Equal(t, 1, p.sync())
	p.active.e.Refresh(p.active.now)
	p.sync()
	p.active.e.Refresh(p.active.now)
	require.Zero(t, p.active.e.Pending(), "nothing happened since")
	p.active.after(20 * time.Second)
	p.backup.after(20 * time.Second)
	p.active.send(f.out("A", "x"))
	require.Zero(t, p.sync())
	p.active.e.Refresh(p.active.now)
	require.Equal(t, 1, p.sync())
	require.Zero(t, p.backup.e.HASessions(p.backup.now)[0].Heard)
}

func TestIdleTimersRestartOnTakeover(t *testing.T) {
	p := newPair(t, nil)
	p.active.send(udp(t, inside, pc, 9, server, 9, "x"))
	p.active.send(udp(t, outside, server, 9, pc, 9, "x"))
	p.sync()
	p.backup.after(100 * time.Second)
	p.backup.e.Promote(p.backup.now)
	p.backup.after(29 * time.Second)
	require.Len(t, p.backup.e.Sessions(p.backup.now), 1)
	p.backup.after(3 * time.Second)
	require.Empty(t, p.backup.e.Sessions(p.backup.now))
	require.Equal(t, firewall.Counts{}, p.backup.e.Statistics(p.backup.now).Current)
}

func TestBulk(t *testing.T) {
	p := newPair(t, nil)
	for port := range uint16(300) {
		p.active.open(newFlow(t, 2000+port, 23))
	}
	p.sync()
	// The association is lost; the active one goes on.
	stay := newFlow(t, 2000, 23)
	stay.cseq, stay.sseq = 1001, 5001
	p.active.e.Clear(p.active.now, 0)
	p.active.open(newFlow(t, 5000, 23))
	_, _ = p.active.e.Collect(p.active.now, nil, 1<<20) // never arrives

	p.backup.e.BeginConfirm()
	require.Equal(t, 300, p.backup.e.HAStatistics(p.backup.now).Unconfirmed)
	p.active.e.StartBulk()
	p.active.open(newFlow(t, 6000, 23))
	for done := false; !done; {
		var out []byte
		var n int
		out, n, done = p.active.e.Bulk(p.active.now, nil, 100)
		require.LessOrEqual(t, len(out), 100)
		applied, err := p.backup.e.Apply(p.backup.now, out)
		require.NoError(t, err)
		require.Equal(t, n, applied)
	}
	require.Equal(t, 300, p.backup.e.EndConfirm())
	require.Equal(t, 2, p.backup.e.Standby())
	require.Zero(t, p.backup.e.HAStatistics(p.backup.now).Unconfirmed)
}

// A takeover in the middle of a bulk uses what is there and says what was not named.
func TestTakeoverDuringBulk(t *testing.T) {
	p := newPair(t, nil)
	for port := range uint16(10) {
		p.active.open(newFlow(t, 2000+port, 23))
	}
	p.sync()
	p.backup.e.BeginConfirm()
	p.active.e.StartBulk()
	out, n, done := p.active.e.Bulk(p.active.now, nil, 55*4)
	require.Equal(t, 4, n)
	require.False(t, done)
	_, err := p.backup.e.Apply(p.backup.now, out)
	require.NoError(t, err)
	sessions, unconfirmed := p.backup.e.Promote(p.backup.now)
	require.Equal(t, []int{10, 6}, []int{sessions, unconfirmed})
	_, err = p.backup.e.Apply(p.backup.now, out)
	require.ErrorIs(t, err, firewall.ErrRecord)

	// And back: what was taken over is kept for the peer again.
	p.backup.e.Demote(p.backup.now)
	require.Equal(t, 10, p.backup.e.Standby())
	require.Empty(t, p.backup.e.Sessions(p.backup.now))
	p.backup.e.BeginConfirm()
	require.Equal(t, 10, p.backup.e.EndConfirm())
}

// Records travel unordered: the newest word counts.
func TestReordering(t *testing.T) {
	p := newPair(t, nil)
	f := newFlow(t, 1045, 23)
	p.active.open(f)
	add, _ := p.active.e.Collect(p.active.now, nil, 1000)
	p.active.send(f.out("FA", ""))
	closing, _ := p.active.e.Collect(p.active.now, nil, 1000)
	early := func(b []byte) {
		_, err := p.backup.e.ApplyEarly(p.backup.now, b)
		require.NoError(t, err)
	}
	early(closing)
	early(add)
	require.Equal(t, firewall.Closing, p.backup.e.HASessions(p.backup.now)[0].State)
	p.active.send(f.out("R", ""))
	over, _ := p.active.e.Collect(p.active.now, nil, 1000)
	early(over)
	early(closing)
	require.Zero(t, p.backup.e.Standby(), "an update must not raise the dead")
	require.EqualValues(t, 2, p.backup.e.HAStatistics(p.backup.now).Stale)
}

// A flow of the peer that starts anew through the standby takes the place of its copy.
func TestFlowThroughStandby(t *testing.T) {
	p := newPair(t, nil)
	p.active.open(newFlow(t, 1045, 23))
	p.sync()
	p.backup.open(newFlow(t, 1045, 23))
	require.Zero(t, p.backup.e.Standby())
	require.Len(t, p.backup.e.Sessions(p.backup.now), 1)
}

// Only the newest state of a session waits, and the list may overflow.
func TestManyChanges(t *testing.T) {
	p := newPair(t, nil)
	for i := range 5000 {
		p.active.send(udp(t, inside, pc+wire.Addr(i), 9, server, 9, "x"))
		p.active.send(udp(t, outside, server, 9, pc+wire.Addr(i), 9, "x"))
	}
	require.Equal(t, 5000, p.active.e.Pending())
	total := 0
	for p.active.e.Pending() > 0 {
		out, n := p.active.e.Collect(p.active.now, nil, 1200)
		require.LessOrEqual(t, len(out), 1200)
		require.Positive(t, n)
		_, err := p.backup.e.Apply(p.backup.now, out)
		require.NoError(t, err)
		total += n
	}
	require.Equal(t, 5000, total)
	require.Equal(t, 5000, p.backup.e.Standby())
	out, n := p.active.e.Collect(p.active.now, nil, 54)
	require.Empty(t, out)
	require.Zero(t, n)
	p.active.e.Clear(p.active.now, 0)
	require.Equal(t, 5000, p.active.e.Pending())
	require.Equal(t, 5000, p.sync())
	require.Zero(t, p.backup.e.Standby())
}

func TestRefusedRecords(t *testing.T) {
	p := newPair(t, nil)
	p.active.open(newFlow(t, 1045, 23))
	p.active.open(newFlow(t, 1046, 23))
	out, _ := p.active.e.Collect(p.active.now, nil, 1000)
	p.backup.config.Interfaces = []firewall.Interface{{Name: "GigabitEthernet0/0"}, {Name: "GigabitEthernet0/1"}}
	require.NoError(t, p.backup.e.Configure(p.backup.now, p.backup.config))
	n, err := p.backup.e.Apply(p.backup.now, out)
	require.NoError(t, err)
	require.Zero(t, n)
	require.EqualValues(t, 2, p.backup.e.HAStatistics(p.backup.now).Refused)
	require.Len(t, p.backup.messages(), 1)
	require.NotEqual(t, p.active.e.Digest(), p.backup.e.Digest())

	p = newPair(t, nil)
	require.Equal(t, p.active.e.Digest(), p.backup.e.Digest())
	bad := append([]byte{21}, make([]byte, 21)...)
	n, err = p.backup.e.Apply(p.backup.now, append(bad, out...))
	require.ErrorIs(t, err, firewall.ErrRecord)
	require.Equal(t, 2, n, "the records behind a bad one still count")
	_, err = p.backup.e.Apply(p.backup.now, out[:20])
	require.ErrorIs(t, err, firewall.ErrRecord)
}

// Other group names, and rules without redundancy, are not replicated.
func TestOtherScheme(t *testing.T) {
	b := newBed(t, nil)
	b.e.SetScheme("HAout")
	b.open(newFlow(t, 1045, 23))
	require.Zero(t, b.e.Pending())
	b.e.SetScheme("HAin")
	require.Equal(t, 1, b.e.Pending(), "sessions from before count, too")
	b.e.SetScheme("")
	require.Zero(t, b.e.Pending())
}

// The FTP channel of a session that was taken over still opens data channels.
func TestFTPAfterTakeover(t *testing.T) {
	active, f := ftpBed(t)
	p := newPair(t, nil)
	active.e.SetScheme("HAin")
	p.active = active
	require.Equal(t, 1, p.sync())
	p.backup.e.Promote(p.backup.now)
	p.backup.run([]step{
		{"pass", f.out("PA", "PORT 10,0,0,100,8,1\r\n")},
		{"pass", data(t, outside, 20, 2049)},
	})
}

// What the former router saw pass may be acknowledged here, although only a
// part of it is sent again: otherwise neither end would get further.
func TestDataThatOnlyTheFormerRouterSaw(t *testing.T) {
	p := newPair(t, nil)
	f := newFlow(t, 1045, 23)
	p.active.open(f)
	p.sync()
	first, second := f.sseq, string(make([]byte, 1000))
	p.active.send(f.back("A", second))
	p.active.send(f.back("A", second)) // the client has both; its answer dies with the router
	p.backup.e.Promote(p.backup.now)
	verdict := func(q wire.Packet) {
		t.Helper()
		require.Contains(t, []string{"pass", "fast"}, p.backup.send(q))
	}
	verdict(f.raw(outside, "A", first, f.cseq, 8192, second))
	verdict(f.out("A", ""))
	verdict(f.out("A", "data with the same acknowledgement"))
	require.Equal(t, refused, p.backup.send(f.raw(inside, "A", f.cseq, f.sseq+1<<17, 8192, "x")), "more than the window allowed")
}

// A peer that started anew numbers its sessions from the beginning: its copy
// replaces older sessions with higher numbers, and ends of its former life bury
// nothing.
func TestCopyOfAPeerThatStartedAnew(t *testing.T) {
	p := newPair(t, nil)
	f, g, h := newFlow(t, 1045, 23), newFlow(t, 1046, 23), newFlow(t, 1047, 23)
	for _, x := range []*flow{f, g, h} {
		p.active.open(x)
	}
	for range 3 { // records of higher versions, too
		p.sync()
		p.active.send(f.out("A", "x"))
		p.active.e.Refresh(p.active.now)
	}
	p.active.send(h.out("R", ""))
	p.sync()

	p.active = newBed(t, nil)
	p.active.e.SetScheme("HAin")
	p.active.e.Promote(p.active.now)
	again := []*flow{newFlow(t, 1047, 23), newFlow(t, 1046, 23), newFlow(t, 1045, 23)}
	for _, x := range again {
		p.active.open(x)
	}
	p.backup.e.BeginConfirm()
	p.active.e.StartBulk()
	out, n, done := p.active.e.Bulk(p.active.now, nil, 1<<20)
	require.True(t, done)
	require.Equal(t, len(again), n)
	_, err := p.backup.e.Apply(p.backup.now, out)
	require.NoError(t, err)
	p.backup.e.EndConfirm()
	require.Equal(t, len(again), p.backup.e.Standby())
}

// A router that read its rules in another order, as from a saved
// configuration, is still alike.
func TestDigestLeavesOutTheOrder(t *testing.T) {
	a := newBed(t, nil)
	b := newBed(t, func(c *firewall.Config) {
		c.Rules = slices.Clone(c.Rules)
		for i, r := range c.Rules {
			lines := slices.Clone(r.Lines)
			slices.Reverse(lines)
			c.Rules[i].Lines = lines
		}
	})
	c := newBed(t, func(c *firewall.Config) {
		c.Rules = slices.Clone(c.Rules)
		c.Rules[0].Lines = slices.Clone(c.Rules[0].Lines)[1:]
	})
	require.Equal(t, a.e.Digest(), b.e.Digest())
	require.NotEqual(t, a.e.Digest(), c.e.Digest())
}
