package appliance_test

import (
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
)

// read asks the agent of a router for the values of objects.
func (p *pair) read(name string, objects ...string) (values []any) {
	request := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetRequest}
	for _, o := range objects {
		request.Variables = append(request.Variables, gosnmp.SnmpPDU{Name: o, Type: gosnmp.Null})
	}
	b, err := request.MarshalMsg()
	require.NoError(p.t, err)
	var answer []byte
	require.NoError(p.t, p.Do(name, func(now clock.Time, d lab.Device) { answer = d.(*appliance.Device).Ask(now, b) }))
	got, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(answer)
	require.NoError(p.t, err)
	for _, v := range got.Variables {
		values = append(values, v.Value)
	}
	return values
}

// What a manager sees of a failover: the states of both protocols, and traps.
func TestManagedFailover(t *testing.T) {
	p := newPair(t, lab.Options{Seed: 1})
	active, standby := p.settle(time.Minute)
	for _, name := range routers {
		p.configure(name, "snmp-server community public RO", "snmp-server host 10.0.0.100 version 2c public", "snmp-server enable traps")
	}
	p.show(standby, "write memory")
	const (
		group = ".1.3.6.1.4.1.9.9.106.1.2.1.1."
		rf    = ".1.3.6.1.4.1.9.9.176.1.1."
	)
	objects := []string{group + "15.1.1", group + "15.2.2", group + "11.1.1", rf + "2.0", rf + "4.0"}
	require.Equal(t, []any{6, 6, "10.0.0.3", 14, 9}, p.read(active, objects...))
	require.Equal(t, []any{5, 5, "10.0.0.3", 9, 14}, p.read(standby, objects...))
	before := p.router(standby).SNMPCounters().Traps
	require.NoError(t, p.Power(active, lab.Off))
	require.NoError(t, p.Advance(2*hold))
	require.Equal(t, []any{6, 6, "10.0.0.3", 14}, p.read(standby, objects[:4]...))
	sent := p.router(standby).SNMPCounters().Traps - before
	require.GreaterOrEqual(t, sent, uint64(4), "two groups, the RF state and the switchover")
}
