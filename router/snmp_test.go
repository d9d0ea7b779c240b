package router_test

import (
	"errors"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/router"
	"tandem/wire"
)

// manager is a host that asks over the network.
var manager = struct {
	addr wire.Addr
	mac  wire.MAC
}{wire.MustAddr("10.0.0.9"), wire.MAC{2, 0, 0, 0, 0, 9}}

// newManaged is a router with an agent and a manager on its inside LAN.
func newManaged(t *testing.T, lines ...string) *bench {
	t.Helper()
	b := newPrivileged(t)
	b.configure(append([]string{
		"interface GigabitEthernet0/0", "description inside", "ip address 10.0.0.1 255.255.255.0", "no shutdown", "exit",
	}, lines...)...)
	b.Carrier(1, 0, true)
	reply := wire.ARP{Op: wire.ARPReply, SenderMAC: manager.mac, Sender: manager.addr, TargetMAC: b.mac(), Target: wire.MustAddr("10.0.0.1")}
	frame := make([]byte, wire.EthernetLen)
	wire.Ethernet(frame).Put(b.mac(), manager.mac, wire.EtherARP)
	b.Input(2, 0, [][]byte{append(frame, reply.Append(nil)...)})
	b.sent()
	return b
}

func (b *bench) mac() wire.MAC { return b.Interface("GigabitEthernet0/0").MAC }

// request sends a GetRequest for sysName from the manager and returns the
// datagrams to it.
func (b *bench) request(community string, to wire.Addr) []string {
	p := gosnmp.SnmpPacket{
		Version: gosnmp.Version2c, Community: community, PDUType: gosnmp.GetRequest,
		Variables: []gosnmp.SnmpPDU{{Name: ".1.3.6.1.2.1.1.5.0", Type: gosnmp.Null}},
	}
	payload, err := p.MarshalMsg()
	require.NoError(b.t, err)
	u := wire.AppendUDP(nil, manager.addr, to, 5000, router.SNMPPort, payload)
	b.Input(max(b.now, 3), 0, [][]byte{frameTo(b, b.mac(), manager.addr, to, wire.ProtoUDP, u)})
	return b.sent()
}

// sent returns the UDP payloads that the router sends to the manager, each
// after the address it comes from.
func (b *bench) sent() (out []string) {
	b.Drain(func(_ int, frames [][]byte) {
		for _, f := range frames {
			var p wire.Packet
			if p.Decode(f, 0) != wire.NotDropped || p.Proto != wire.ProtoUDP || p.Dst != manager.addr {
				continue
			}
			out = append(out, p.Src.String()+" "+string(wire.UDP(p.Transport()).Payload()))
		}
	})
	return out
}

func TestSNMPLinesPrintBack(t *testing.T) {
	for typed, want := range map[string]string{
		"snmp-server community public":                                                "snmp-server community public RO",
		"snmp-server community private rw 10":                                         "snmp-server community private RW 10",
		"snmp-server community x ro managers":                                         "snmp-server community x RO managers",
		"snmp-server location rack 7, left":                                           "snmp-server location rack 7, left",
		"snmp-server contact noc":                                                     "snmp-server contact noc",
		"snmp-server chassis-id 0815":                                                 "snmp-server chassis-id 0815",
		"snmp-server trap-source gi0/0":                                               "snmp-server trap-source GigabitEthernet0/0",
		"snmp-server enable traps hsrp":                                               "snmp-server enable traps hsrp",
		"snmp-server enable traps snmp linkup linkdown":                               "snmp-server enable traps snmp linkdown linkup",
		"snmp-server host 10.0.0.9 public":                                            "snmp-server host 10.0.0.9 public",
		"snmp-server host 10.0.0.9 traps version 2c traps udp-port 1162 snmp rf hsrp": "snmp-server host 10.0.0.9 version 2c traps udp-port 1162  snmp hsrp rf",
	} {
		b := newPrivileged(t)
		before := b.Listing()
		b.configure(typed)
		require.Contains(t, b.Listing(), "\n"+want+"\n", typed)
		b.configure(want)
		require.Equal(t, 1, strings.Count(b.Listing(), "snmp-server "), typed)
		b.configure("no " + want)
		require.Equal(t, before, b.Listing(), typed)
	}
	b := newPrivileged(t)
	before := b.Listing()
	b.configure("snmp-server enable traps")
	require.Contains(t, b.Listing(), "\nsnmp-server enable traps snmp authentication linkdown linkup coldstart warmstart\nsnmp-server enable traps hsrp\nsnmp-server enable traps rf\n")
	b.configure("no snmp-server enable traps")
	require.Equal(t, before, b.Listing())
	b.configure("snmp-server enable traps", "snmp-server community public", "snmp-server location here", "no snmp-server")
	require.Equal(t, before, b.Listing())
	b.enter("configure terminal")
	require.Equal(t, "% Incomplete command.\n\n", b.enter("snmp-server"))
}

func TestSNMPOverTheNetwork(t *testing.T) {
	b := newManaged(t)
	own := wire.MustAddr("10.0.0.1")
	require.Empty(t, b.request("public", own))
	require.Equal(t, "%SNMP agent not enabled\n", b.enter("show snmp"))
	b.configure("access-list 10 permit 10.0.0.8", "snmp-server community public ro", "snmp-server community few ro 10", "hostname managed")
	answers := b.request("public", own)
	require.Len(t, answers, 1)
	require.True(t, strings.HasPrefix(answers[0], "10.0.0.1 "))
	require.Contains(t, answers[0], "managed")
	require.Empty(t, b.request("guess", own))
	require.Empty(t, b.request("few", own), "the list does not permit the manager")
	b.configure("access-list 10 permit 10.0.0.9")
	require.Len(t, b.request("few", own), 1)
	require.Empty(t, b.request("public", wire.MustAddr("10.0.0.255")), "a broadcast is not answered")
	require.Contains(t, b.enter("show ip sockets"), "--any--           161 ")
	require.Contains(t, b.enter("show snmp community"), "\nCommunity name: few\nCommunity Index: cisco0\nCommunity SecurityName: few\nstorage-type: nonvolatile\t active\taccess-list: 10\n\n")
	require.Empty(t, b.enter("show snmp user"))
	require.Contains(t, b.enter("show snmp"), "4 SNMP packets input\n    0 Bad SNMP version errors\n    2 Unknown community name\n")
}

func TestTraps(t *testing.T) {
	b := newManaged(t, "snmp-server host 10.0.0.9 version 2c traps", "snmp-server host 10.0.0.9 old hsrp", "snmp-server enable traps")
	b.configure("interface GigabitEthernet0/0", "standby 1 ip 10.0.0.3", "standby 1 priority 120")
	var got []string
	for end := clock.Time(30 * time.Second); ; {
		at, ok := b.NextWake()
		if !ok || at > end {
			break
		}
		b.Wake(at)
		got = append(got, b.sent()...)
	}
	// the link came up, for the host that did not choose; then the group became
	// Standby and Active, each for both
	require.Len(t, got, 5)
	up, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).UnmarshalTrap([]byte(strings.TrimPrefix(got[0], "10.0.0.1 ")), false)
	require.NoError(t, err)
	require.Equal(t, ".1.3.6.1.6.3.1.1.5.4", up.Variables[1].Value)
	require.Equal(t, []byte("GigabitEthernet0/0"), up.Variables[5].Value)
	states := map[gosnmp.PDUType][]int{}
	for _, payload := range got[1:] {
		p, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).UnmarshalTrap([]byte(strings.TrimPrefix(payload, "10.0.0.1 ")), false)
		require.NoError(t, err)
		last := p.Variables[len(p.Variables)-1]
		require.Equal(t, ".1.3.6.1.4.1.9.9.106.1.2.1.1.15.1.1", last.Name)
		states[p.PDUType] = append(states[p.PDUType], last.Value.(int))
	}
	require.Equal(t, map[gosnmp.PDUType][]int{gosnmp.SNMPv2Trap: {5, 6}, gosnmp.Trap: {5, 6}}, states)
	require.Equal(t, "Notification host: 10.0.0.9\tudp-port: 162\ttype: trap\nuser: old\tsecurity model: v1\n\n"+
		"Notification host: 10.0.0.9\tudp-port: 162\ttype: trap\nuser: traps\tsecurity model: v2c\n\n", b.enter("show snmp host"))
	b.now = clock.Time(31 * time.Second)
	require.NotEmpty(t, b.request("guess", wire.MustAddr("10.0.0.1")), "authenticationFailure")
	require.Contains(t, b.enter("show snmp"), "    6 Trap PDUs\n\nSNMP logging: enabled\n    Logging to 10.0.0.9.162\n")
}

// net-snmp's own tools read the agent.
func TestNetSNMP(t *testing.T) {
	if _, err := exec.LookPath("snmpwalk"); err != nil {
		t.Skip("snmpwalk is not installed")
	}
	b := newManaged(t, "snmp-server community public ro", "snmp-server location rack 7", "hostname walked")
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		request := make([]byte, 65535)
		for {
			n, from, err := conn.ReadFrom(request)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if answer := b.Ask(clock.Time(time.Minute), request[:n]); answer != nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	t.Cleanup(func() {
		require.NoError(t, conn.Close())
		<-done
	})
	run := func(tool string, args ...string) (string, error) {
		args = append([]string{"-c", "public", "-On", "-r", "1", "-t", "5"}, args...)
		out, err := exec.Command(tool, args...).CombinedOutput()
		return string(out), err
	}
	agent := conn.LocalAddr().String()
	walk, err := run("snmpwalk", "-v2c", agent, ".1.3")
	require.NoError(t, err, walk)
	for _, line := range []string{
		".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.9.1.544", ".1.3.6.1.2.1.1.3.0 = Timeticks: (6000) 0:01:00.00",
		`.1.3.6.1.2.1.1.5.0 = STRING: "walked"`, `.1.3.6.1.2.1.1.6.0 = STRING: "rack 7"`,
		`.1.3.6.1.2.1.2.2.1.2.1 = STRING: "GigabitEthernet0/0"`, ".1.3.6.1.2.1.2.2.1.8.1 = INTEGER: 1",
		`.1.3.6.1.2.1.31.1.1.1.18.1 = STRING: "inside"`, ".1.3.6.1.2.1.4.20.1.3.10.0.0.1 = IpAddress: 255.255.255.0",
		".1.3.6.1.2.1.4.22.1.3.1.10.0.0.9 = IpAddress: 10.0.0.9",
	} {
		require.Contains(t, walk, line+"\n")
	}
	require.NotContains(t, walk, "No more variables left in this MIB View (It is past the end of the MIB tree)\n.1")
	bulk, err := run("snmpbulkwalk", "-v2c", agent, ".1.3.6.1.2.1.2")
	require.NoError(t, err, bulk)
	next, err := run("snmpwalk", "-v2c", agent, ".1.3.6.1.2.1.2")
	require.NoError(t, err, next)
	require.Equal(t, next, bulk)
	old, err := run("snmpget", "-v1", agent, ".1.3.6.1.2.1.1.5.0")
	require.NoError(t, err, old)
	require.Contains(t, old, `STRING: "walked"`)
	set, err := run("snmpset", "-v2c", agent, ".1.3.6.1.2.1.1.5.0", "s", "hacked")
	require.Error(t, err)
	require.Contains(t, set, "notWritable")
}
