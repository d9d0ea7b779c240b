package snmp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"github.com/stretchr/testify/require"

	"tandem/snmp"
	"tandem/wire"
)

var facts = snmp.Facts{
	System: snmp.System{Description: "a router", Name: "RouterA", Product: 544, Uptime: 61 * time.Second},
	Interfaces: []snmp.Interface{
		{
			Index: 1, Name: "GigabitEthernet0/0", Short: "Gi0/0", Description: "inside", Type: snmp.EthernetCSMACD, MTU: 1500, Kbit: 1000000,
			MAC: wire.MAC{2, 0, 0, 0, 0, 1}, AdminUp: true, Up: true, Connector: true, In: snmp.Traffic{Octets: 5 << 32, Unicasts: 7},
		},
		{Index: 2, Name: "Loopback0", Short: "Lo0", Type: snmp.SoftwareLoopback, MTU: 1514, Kbit: 8000000, AdminUp: true, Up: true},
	},
	Addresses:  []snmp.Address{{Interface: 1, Prefix: wire.Prefix{Addr: wire.MustAddr("10.0.0.1"), Bits: 24}}},
	Neighbours: []snmp.Neighbour{{Interface: 1, Addr: wire.MustAddr("10.0.0.2"), MAC: wire.MAC{2, 0, 0, 0, 0, 2}}},
	Groups: []snmp.Group{{
		Interface: 1, Number: 1, Priority: 110, Preempt: true, ConfiguredHello: 3 * time.Second, ConfiguredHold: 10 * time.Second,
		VIP: wire.MustAddr("10.0.0.3"), VIPConfigured: true, State: snmp.GroupActive, MAC: wire.MAC{0, 0, 0x0c, 7, 0xac, 1},
	}},
	Redundancy: &snmp.Redundancy{State: 14, PeerState: 9, Duplex: true, LastReason: 2},
}

// desk is an agent and the request side of it.
type desk struct {
	snmp.Agent
	t       testing.TB
	version gosnmp.SnmpVersion
}

// ask sends a request of the given kind and returns the answer, nil without
// one.
func (d *desk) ask(community string, kind gosnmp.PDUType, repetitions uint32, names ...string) *gosnmp.SnmpPacket {
	d.t.Helper()
	p := gosnmp.SnmpPacket{Version: d.version, Community: community, PDUType: kind, RequestID: 4711, MaxRepetitions: repetitions}
	for _, n := range names {
		p.Variables = append(p.Variables, gosnmp.SnmpPDU{Name: n, Type: gosnmp.Null})
	}
	b, err := p.MarshalMsg()
	require.NoError(d.t, err)
	answer := d.answer(b)
	if answer == nil {
		return nil
	}
	require.LessOrEqual(d.t, len(answer), 1500)
	got, err := (&gosnmp.GoSNMP{Version: d.version}).SnmpDecodePacket(answer)
	require.NoError(d.t, err)
	require.Equal(d.t, gosnmp.GetResponse, got.PDUType)
	require.EqualValues(d.t, 4711, got.RequestID)
	return got
}

func (d *desk) answer(b []byte) []byte {
	return d.Answer(b, func(c string) bool { return c == "public" }, func() snmp.Tree { return snmp.Build(facts, d.Counters) })
}

func newDesk(t testing.TB) *desk { return &desk{t: t, version: gosnmp.Version2c} }

func TestGet(t *testing.T) {
	d := newDesk(t)
	p := d.ask("public", gosnmp.GetRequest, 0, ".1.3.6.1.2.1.1.5.0", ".1.3.6.1.2.1.1.3.0", ".1.3.6.1.2.1.1.2.0", ".1.3.6.1.2.1.31.1.1.1.6.1",
		".1.3.6.1.2.1.1.5.1", ".1.3.6.1.2.1.99.0", ".1.3.6.1.2.1.4.20.1.3.10.0.0.1", ".1.3.6.1.4.1.9.9.106.1.2.1.1.15.1.1", ".1.3.6.1.4.1.9.9.176.1.1.2.0")
	require.Equal(t, gosnmp.NoError, p.Error)
	for i, want := range []any{
		[]byte("RouterA"), uint32(6100), ".1.3.6.1.4.1.9.1.544", uint64(5 << 32), nil, nil, "255.255.255.0", 6, 14,
	} {
		require.Equal(t, want, p.Variables[i].Value, p.Variables[i].Name)
	}
	require.Equal(t, gosnmp.NoSuchInstance, p.Variables[4].Type)
	require.Equal(t, gosnmp.NoSuchObject, p.Variables[5].Type)
}

// A walk by GETNEXT, one by GETBULK and the tree itself are the same.
func TestWalks(t *testing.T) {
	d := newDesk(t)
	var whole, nexts, bulks []string
	for _, v := range snmp.Build(facts, snmp.Counters{}) {
		whole = append(whole, v.OID.String())
	}
	for at := ".1.3"; ; at = nexts[len(nexts)-1] {
		p := d.ask("public", gosnmp.GetNextRequest, 0, at)
		if p.Variables[0].Type == gosnmp.EndOfMibView {
			break
		}
		nexts = append(nexts, p.Variables[0].Name)
	}
	for at, done := ".1.3", false; !done; at = bulks[len(bulks)-1] {
		p := d.ask("public", gosnmp.GetBulkRequest, 1000, at)
		require.NotEmpty(t, p.Variables)
		for _, v := range p.Variables {
			if done = v.Type == gosnmp.EndOfMibView; done {
				break
			}
			bulks = append(bulks, v.Name)
		}
	}
	require.Equal(t, whole, nexts)
	require.Equal(t, whole, bulks)
}

func TestVersion1(t *testing.T) {
	d := newDesk(t)
	d.version = gosnmp.Version1
	p := d.ask("public", gosnmp.GetRequest, 0, ".1.3.6.1.2.1.1.5.0", ".1.3.6.1.2.1.31.1.1.1.6.1")
	require.Equal(t, gosnmp.NoSuchName, p.Error, "SNMPv1 has no Counter64")
	require.EqualValues(t, 2, p.ErrorIndex)
	p = d.ask("public", gosnmp.GetNextRequest, 0, ".1.3.6.1.2.1.31.1.1.1.5.2")
	require.Equal(t, ".1.3.6.1.2.1.31.1.1.1.14.1", p.Variables[0].Name)
	require.Nil(t, d.ask("public", gosnmp.GetBulkRequest, 5, ".1.3"))
}

func TestRefusals(t *testing.T) {
	d := newDesk(t)
	require.Nil(t, d.ask("guess", gosnmp.GetRequest, 0, ".1.3.6.1.2.1.1.5.0"))
	require.EqualValues(t, 1, d.Counters.BadCommunities)
	require.Equal(t, gosnmp.NotWritable, d.ask("public", gosnmp.SetRequest, 0, ".1.3.6.1.2.1.1.5.0").Error)
	require.Nil(t, d.answer([]byte("no message")))
	require.Nil(t, d.answer(nil))
	require.EqualValues(t, 2, d.Counters.Malformed)
	huge := facts
	huge.System.Location = strings.Repeat("x", 2000)
	big := d.Answer(request(t), func(string) bool { return true }, func() snmp.Tree { return snmp.Build(huge, d.Counters) })
	p, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(big)
	require.NoError(t, err)
	require.Equal(t, gosnmp.TooBig, p.Error)
}

// request asks for the location.
func request(t testing.TB) []byte {
	p := gosnmp.SnmpPacket{
		Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetRequest,
		Variables: []gosnmp.SnmpPDU{{Name: ".1.3.6.1.2.1.1.6.0", Type: gosnmp.Null}},
	}
	b, err := p.MarshalMsg()
	require.NoError(t, err)
	return b
}

func TestTraps(t *testing.T) {
	b, err := snmp.GroupChanged(1, 1, snmp.GroupActive).Encode("traps", 9, time.Second, false, 0)
	require.NoError(t, err)
	p, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(b)
	require.NoError(t, err)
	require.Equal(t, "traps", p.Community)
	require.Equal(t, gosnmp.SNMPv2Trap, p.PDUType)
	require.Equal(t, ".1.3.6.1.4.1.9.9.106.2.0.1", p.Variables[1].Value)
	require.Equal(t, ".1.3.6.1.4.1.9.9.106.1.2.1.1.15.1.1", p.Variables[2].Name)
	require.Equal(t, 6, p.Variables[2].Value)

	for _, n := range []snmp.Notification{snmp.ColdStart(), snmp.Link(facts.Interfaces[0]), snmp.Progressed(*facts.Redundancy), snmp.Switchover(*facts.Redundancy, 0)} {
		for _, old := range []bool{false, true} {
			_, err := n.Encode("traps", 1, time.Second, old, wire.MustAddr("10.0.0.1"))
			require.NoError(t, err)
		}
	}
}

// Whatever comes, the agent lives and answers with at most one message that
// decodes.
func FuzzAnswer(f *testing.F) {
	f.Add(request(f))
	for _, kind := range []gosnmp.PDUType{gosnmp.GetNextRequest, gosnmp.GetBulkRequest, gosnmp.SetRequest} {
		p := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: kind, MaxRepetitions: 20, Variables: []gosnmp.SnmpPDU{
			{Name: ".1.3.6.1.2.1", Type: gosnmp.Null}, {Name: ".1.3.6.1.2.1.2", Type: gosnmp.Null},
		}}
		b, err := p.MarshalMsg()
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := newDesk(t)
		answer := d.Answer(b, func(string) bool { return true }, func() snmp.Tree { return snmp.Build(facts, d.Counters) })
		if answer == nil {
			return
		}
		require.LessOrEqual(t, len(answer), 1500)
		_, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(answer)
		require.NoError(t, err)
	})
}
