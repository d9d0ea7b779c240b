package firewall_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/firewall"
	"tandem/wire"
)

func (b *bed) syn(port uint16) string { return b.send(newFlow(b.t, port, 80).out("S", "")) }

func TestHalfOpenLimit(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) {
		c.Globals.MaxIncompleteHigh, c.Globals.MaxIncompleteLow = 5, 3
	})
	for port := range uint16(5) {
		require.Equal(t, "pass", b.syn(100+port))
	}
	require.Empty(t, b.messages())
	b.syn(105)
	require.Equal(t, []string{"%FW-4-ALERT_ON: getting aggressive, count (6/5) current 1-min rate: 6"}, b.messages())
	require.Equal(t, 6, b.e.Statistics(b.now).HalfOpen)
	b.syn(106) // makes room: the oldest goes, with resets
	require.Equal(t, 6, b.e.Statistics(b.now).HalfOpen)
	require.EqualValues(t, 101, b.e.Sessions(b.now)[0].InitPort)
	require.Len(t, b.resets(), 2)
	b.after(31 * time.Second)
	require.Equal(t, []string{"%FW-4-ALERT_OFF: calming down, count (2/3) current 1-min rate: 7"}, b.messages())
	require.Zero(t, b.e.Statistics(b.now).HalfOpen)
}

func TestOneMinuteRate(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) {
		c.Globals.OneMinuteHigh, c.Globals.OneMinuteLow = 10, 8
	})
	for port := range uint16(11) {
		f := newFlow(t, 100+port, 80)
		b.open(f)
		b.after(time.Second)
	}
	require.Equal(t, []string{"%FW-4-ALERT_ON: getting aggressive, count (1/2147483647) current 1-min rate: 11"}, b.messages())
	b.after(40 * time.Second)
	require.Empty(t, b.messages())
	b.after(30 * time.Second)
	require.Equal(t, []string{"%FW-4-ALERT_OFF: calming down, count (0/2147483647) current 1-min rate: 7"}, b.messages())
	require.EqualValues(t, 11, b.e.Statistics(b.now).MostRate)
}

func TestHostLimit(t *testing.T) {
	b := newBed(t, func(c *firewall.Config) { c.Globals.MaxIncompleteHost = 3 })
	for port := range uint16(5) {
		require.Equal(t, "pass", b.syn(100+port))
	}
	require.Equal(t, []string{"%FW-4-HOST_TCP_ALERT_ON: Max tcp half-open connections (3) exceeded for host 211.0.0.8."}, b.messages())
	require.Len(t, b.e.Sessions(b.now), 3)
	require.EqualValues(t, 102, b.e.Sessions(b.now)[0].InitPort)

	b = newBed(t, func(c *firewall.Config) { c.Globals.MaxIncompleteHost, c.Globals.BlockTime = 3, 2*time.Minute })
	for port := range uint16(3) {
		require.Equal(t, "pass", b.syn(100+port))
	}
	require.Equal(t, refused, b.syn(103))
	require.Empty(t, b.e.Sessions(b.now))
	b.after(119 * time.Second)
	require.Equal(t, refused, b.syn(104))
	b.after(2 * time.Second)
	require.Equal(t, "pass", b.syn(105))
	require.Equal(t, []string{
		"%FW-4-HOST_TCP_ALERT_ON: Max tcp half-open connections (3) exceeded for host 211.0.0.8.",
		"%FW-2-BLOCK_HOST: Blocking new TCP connections to host 211.0.0.8 for 2 minutes (half-open count 3 exceeded).",
		"%FW-4-UNBLOCK_HOST: New TCP connections to host 211.0.0.8 no longer blocked",
	}, b.messages())
}

// ftpBed has a logged-in control channel.
func ftpBed(t *testing.T) (*bed, *flow) {
	b := newBed(t, nil)
	f := newFlow(t, 1045, 21)
	require.Equal(t, "pass", b.send(f.out("S", "")))
	require.Equal(t, "pass", b.send(f.back("SA", "")))
	require.Equal(t, "pass", b.send(f.out("A", "")))
	require.Equal(t, "pass", b.send(f.back("PA", "230 Logged ")))
	require.Equal(t, "pass", b.send(f.back("PA", "in\r\n")))
	return b, f
}

func data(t *testing.T, in int16, sport, dport uint16) wire.Packet {
	src, dst := pc, server
	if in == outside {
		src, dst = server, pc
	}
	h := wire.TCPHeader{SrcPort: sport, DstPort: dport, Seq: 1, Flags: wire.SYN, Window: 100}
	return packet(t, in, wire.ProtoTCP, src, dst, wire.AppendTCP(nil, src, dst, h, nil))
}

func TestFTPActive(t *testing.T) {
	for _, line := range []string{"PORT 10,0,0,100,8,1\r\n", "EPRT |1|10.0.0.100|2049|\r\n"} {
		b, f := ftpBed(t)
		b.run([]step{
			{denied, data(t, outside, 20, 2049)},
			{"pass", f.out("PA", line[:9])},
			{denied, data(t, outside, 20, 2049)},
			{refused, f.raw(inside, "PA", f.cseq+50, f.sseq, 100, line[9:])}, // out of order
			{"pass", f.out("PA", line[9:])},
			{denied, data(t, outside, 20, 2050)},
			{"pass", data(t, outside, 20, 2049)},
			{denied, data(t, outside, 21, 2049)}, // one connection only
		})
		require.Equal(t, "65000500 (211.0.0.8:20)=>(10.0.0.100:2049) ftp-data SIS_OPENING", b.e.Sessions(b.now)[1].String())
	}
}

func TestFTPPassive(t *testing.T) {
	for _, line := range []string{"227 Entering Passive Mode (211,0,0,8,8,1).\r\n", "229 Extended (|||2049|)\r\n"} {
		b, f := ftpBed(t)
		b.run([]step{{"pass", f.back("PA", line)}, {"pass", data(t, inside, 3000, 2049)}})
		require.Equal(t, "ftp-data", b.e.Sessions(b.now)[1].Protocol)
	}
}

func TestFTPRefusals(t *testing.T) {
	for _, line := range []string{"PORT 10,0,0,99,8,1\r\n", "PORT 10,0,0,100,3,1\r\n", "EPRT |1|10.0.0.99|2049|\r\n"} {
		b, f := ftpBed(t)
		require.Equal(t, refused, b.send(f.out("PA", line)))
	}
	// Before the log-in nothing opens.
	b := newBed(t, nil)
	f := newFlow(t, 1045, 21)
	b.run([]step{
		{"pass", f.out("S", "")},
		{"pass", f.back("SA", "")},
		{"pass", f.out("A", "")},
		{"pass", f.out("PA", "PORT 10,0,0,100,8,1\r\n")},
		{denied, data(t, outside, 20, 2049)},
	})
}

func TestTFTP(t *testing.T) {
	b := newBed(t, nil)
	b.run([]step{
		{denied, udp(t, outside, server, 4096, pc, 3000, "x")},
		{"pass", udp(t, inside, pc, 3000, server, 69, "\x00\x01file\x00octet\x00")},
		{denied, udp(t, outside, world, 4096, pc, 3000, "x")},
		{"pass", udp(t, outside, server, 4096, pc, 3000, "x")},
		{"pass", udp(t, inside, pc, 3000, server, 4096, "ack")},
		{denied, udp(t, outside, server, 4097, pc, 3000, "x")},
	})
	require.Equal(t, "tftp-data", b.e.Sessions(b.now)[1].Protocol)
}
