package lab_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/host"
)

func virtual(t *testing.T, text string, o lab.Options) (*lab.Virtual, *files) {
	t.Helper()
	top, err := lab.Parse("bridged/lab.yaml", []byte(text), nil)
	require.NoError(t, err)
	f := new(files)
	o.Capture = f.create
	if o.Boot == nil {
		o.Boot = bootBridge
	}
	v, err := lab.NewVirtual(top, o)
	require.NoError(t, err)
	return v, f
}

// command runs one command on a host and returns its output until it is done.
func command(t *testing.T, v *lab.Virtual, name, line string) string {
	t.Helper()
	var out strings.Builder
	var s *host.Shell
	require.NoError(t, v.DoHost(name, func(now clock.Time, h *host.Host) {
		s = h.NewShell(func(text string) { out.WriteString(text) })
		s.Exec(now, line)
	}))
	ok, err := v.RunUntil(func() bool { return !s.Busy() }, 10*time.Minute)
	require.NoError(t, err)
	require.True(t, ok, "%s did not end", line)
	return out.String()
}

func flows(t *testing.T, v *lab.Virtual, name string) (out []host.Flow) {
	require.NoError(t, v.DoHost(name, func(_ clock.Time, h *host.Host) {
		for _, f := range h.Flows() {
			out = append(out, *f)
		}
	}))
	return out
}

func TestPingAndTracerouteThroughADevice(t *testing.T) {
	v, _ := virtual(t, bridgeLab, lab.Options{Boot: bootBridge})
	out := command(t, v, "pc", "ping 10.0.0.2 count 3")
	require.Contains(t, out, "seq 3: answer from 10.0.0.2 in 4.040 ms")
	require.Contains(t, out, "3 sent, 3 received, 0 lost")
	require.Contains(t, command(t, v, "pc", "traceroute 10.0.0.2"), " 1  10.0.0.2  4.040 ms")
	require.Contains(t, command(t, v, "pc", "show arp"), "10.0.0.2         0200.0000.0002")
	require.Contains(t, command(t, v, "pc", "ping 10.0.0.9 count 1"), "1 sent, 0 received, 1 lost\n")
	require.NoError(t, v.Close())
}

func TestATCPFlowSurvivesCutAndJoinWithoutLosingAByte(t *testing.T) {
	v, _ := virtual(t, bridgeLab, lab.Options{})
	require.Contains(t, command(t, v, "pc", "connect tcp 10.0.0.2 7 rate 100"), "connecting")
	require.NoError(t, v.Advance(5*time.Second))
	require.NoError(t, v.Cut("R1:gi0/1"))
	require.NoError(t, v.Advance(7*time.Second))
	require.NoError(t, v.Join("R1:gi0/1"))
	require.NoError(t, v.Advance(60*time.Second))
	require.Contains(t, command(t, v, "pc", "stop 1"), "")
	require.NoError(t, v.Advance(time.Second))
	f := flows(t, v, "pc")[0]
	require.Equal(t, "closed", f.State.String())
	require.Greater(t, f.Tally.Sent, uint64(6000))
	require.Equal(t, f.Tally.Sent, f.Tally.Received)
	require.Zero(t, f.Lost(v.Now())+f.Tally.Damaged+f.Tally.Duplicated+f.Tally.OutOfOrder)
	require.Greater(t, f.Tally.Longest, 7*time.Second)
	require.Less(t, f.Tally.Longest, 30*time.Second)
}

func TestUDPLossIsCounted(t *testing.T) {
	v, _ := virtual(t, bridgeLab, lab.Options{})
	command(t, v, "pc", "connect udp 10.0.0.2 7 rate 50")
	require.NoError(t, v.Advance(10*time.Second))
	require.NoError(t, v.Cut("server"))
	require.NoError(t, v.Advance(2*time.Second))
	require.NoError(t, v.Join("server"))
	require.NoError(t, v.Advance(10*time.Second))
	f := flows(t, v, "pc")[0]
	require.Equal(t, host.Established, f.State)
	require.InDelta(t, 100, f.Lost(v.Now()), 2)
	require.InDelta(t, 2020, f.Tally.Gap(v.Now()).Milliseconds(), 40)
}

func TestARefusedAndAResetFlowSaySo(t *testing.T) {
	v, _ := virtual(t, bridgeLab, lab.Options{})
	command(t, v, "pc", "connect tcp 10.0.0.2 80")
	command(t, v, "pc", "connect udp 10.0.0.2 80")
	require.NoError(t, v.Advance(time.Second))
	out := command(t, v, "pc", "show flows")
	require.Contains(t, out, "refused")
	require.Contains(t, out, "last error: port unreachable")
	f := flows(t, v, "pc")
	require.Equal(t, host.RefusedFlow, f[0].State)
	require.Equal(t, host.RefusedFlow, f[1].State)
}

func TestFloodLeavesItsHandshakesOpen(t *testing.T) {
	v, _ := virtual(t, bridgeLab, lab.Options{})
	command(t, v, "pc", "flood syn 10.0.0.2 7 rate 2000")
	require.NoError(t, v.Advance(100*time.Millisecond))
	command(t, v, "pc", "stop 1")
	require.NoError(t, v.Advance(10*time.Millisecond))
	require.Contains(t, command(t, v, "pc", "show flows"), "201 sent, 201 answered, 0 of them resets, stopped")
}

// scenario is a run with everything that is random in it.
func scenario(t *testing.T, seed uint64) (hash string, captures *files) {
	v, captures := virtual(t, bridgeLab, lab.Options{Seed: seed})
	require.NoError(t, v.Impair("outside", "loss", "3%", "reorder", "5%", "duplicate", "2%", "corrupt", "1%"))
	command(t, v, "pc", "connect tcp 10.0.0.2 7 rate 200")
	command(t, v, "pc", "connect udp 10.0.0.2 7 rate 200")
	require.NoError(t, v.Advance(3*time.Second))
	require.NoError(t, v.Cut("inside"))
	require.NoError(t, v.Power("R1", lab.Cycle))
	require.NoError(t, v.Advance(time.Second))
	require.NoError(t, v.Join("inside"))
	require.NoError(t, v.Advance(10*time.Second))
	h := sha256.New()
	fmt.Fprint(h, command(t, v, "pc", "show flows"))
	require.NoError(t, v.Close())
	for _, name := range []string{"inside.pcapng", "outside.pcapng"} {
		h.Write(captures.byName[name].Bytes())
	}
	return fmt.Sprintf("%x", h.Sum(nil)), captures
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	first, captures := scenario(t, 7)
	again, _ := scenario(t, 7)
	other, _ := scenario(t, 8)
	require.Equal(t, first, again)
	require.NotEqual(t, first, other)

	r, err := pcapgo.NewNgReader(bytes.NewReader(captures.byName["outside.pcapng"].Bytes()), pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	packets, last := 0, time.Time{}
	for {
		_, ci, err := r.ReadPacketData()
		if err != nil {
			break
		}
		require.False(t, ci.Timestamp.Before(last), "captures are in order of time")
		last = ci.Timestamp
		packets++
	}
	require.Greater(t, packets, 5000)
	i, err := r.Interface(0)
	require.NoError(t, err)
	require.Equal(t, "R1:GigabitEthernet0/1", i.Name)
}

func TestImpairmentsLoseNoByteOfATCPFlow(t *testing.T) {
	for seed := range uint64(5) {
		v, _ := virtual(t, bridgeLab, lab.Options{Seed: seed})
		require.NoError(t, v.Impair("server", "loss", "10%", "reorder", "20%", "duplicate", "10%", "corrupt", "5%"))
		command(t, v, "pc", "connect tcp 10.0.0.2 7 rate 50")
		require.NoError(t, v.Advance(time.Minute))
		require.NoError(t, v.Impair("server", "none"))
		require.NoError(t, v.Advance(time.Minute))
		command(t, v, "pc", "stop 1")
		require.NoError(t, v.Advance(3*time.Second))
		f := flows(t, v, "pc")[0]
		require.Equal(t, host.ClosedFlow, f.State, "seed %d", seed)
		require.Greater(t, f.Tally.Sent, uint64(2500), "seed %d", seed)
		require.Equal(t, f.Tally.Sent, f.Tally.Received, "seed %d", seed)
		require.Zero(t, f.Tally.Damaged, "seed %d", seed)
	}
}

func TestCarrierFollowsTheCable(t *testing.T) {
	text := `
routers:
  R1: {ports: {GigabitEthernet0/0: lan, GigabitEthernet0/1: cable}}
  R2: {ports: {GigabitEthernet0/0: lan, GigabitEthernet0/1: cable}}
segments: {lan: {}, cable: {}}
hosts: {pc: {port: lan, address: 10.0.0.1/24}}
`
	devices := map[string]*bridge{}
	v, _ := virtual(t, text, lab.Options{Boot: func(name string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
		devices[name] = newBridge(b)
		return devices[name], nil
	}})
	up := func(name string, port int) bool { return devices[name].up[port] }
	require.True(t, up("R1", 0) && up("R1", 1) && up("R2", 0) && up("R2", 1))

	require.NoError(t, v.Cut("R1:GigabitEthernet0/0"))
	require.False(t, up("R1", 0))
	require.True(t, up("R2", 0), "the LAN stays for the others")

	require.NoError(t, v.Cut("R1:Gi0/1"))
	require.False(t, up("R1", 1) || up("R2", 1), "a cable has two ends")

	require.NoError(t, v.Power("R1", lab.Off))
	require.NoError(t, v.Power("R1", lab.On))
	require.False(t, up("R1", 0) || up("R1", 1), "power does not mend cables")

	require.NoError(t, v.Join("cable"))
	require.NoError(t, v.Join("lan"))
	require.True(t, up("R1", 0) && up("R1", 1) && up("R2", 0) && up("R2", 1))
	require.NoError(t, v.Cut("lan"))
	require.False(t, up("R1", 0) || up("R2", 0))

	for _, bad := range []string{"nowhere", "R1", "R1:Gi0/9", "R1:Fa0/0", "pc:eth0", ""} {
		require.ErrorIs(t, v.Cut(bad), lab.ErrNoLink, bad)
	}
	require.ErrorIs(t, v.Power("pc", lab.Off), lab.ErrNoPower)
	require.ErrorIs(t, v.Power("R9", lab.Off), lab.ErrNoNode)
}

func TestReloadGivesAFreshDeviceOnTheSameCables(t *testing.T) {
	var births []lab.Birth
	var devices []*bridge
	closed := 0
	v, _ := virtual(t, bridgeLab, lab.Options{Boot: func(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
		d := newBridge(b)
		d.closed = func() { closed++ }
		births, devices = append(births, b), append(devices, d)
		return d, nil
	}})
	require.NoError(t, v.Advance(1500*time.Millisecond))
	require.NoError(t, v.Do("R1", func(clock.Time, lab.Device) { devices[0].reload = true }))
	require.Len(t, births, 2)
	require.Equal(t, lab.Reloaded, births[1].Cause)
	require.Equal(t, v.Now(), births[1].Now)
	require.NotEqual(t, births[0].Seed, births[1].Seed)
	require.True(t, devices[1].up[0] && devices[1].up[1])
	require.Equal(t, 1, closed)
	require.Contains(t, command(t, v, "pc", "ping 10.0.0.2 count 1"), "1 received")
}

func TestARouterThatReloadsWithoutEndIsTurnedOff(t *testing.T) {
	boots := 0
	loop := false
	v, _ := virtual(t, bridgeLab, lab.Options{Boot: func(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
		boots++
		d := newBridge(b)
		d.reload = loop
		return d, nil
	}})
	loop = true
	err := v.Power("R1", lab.Cycle)
	require.ErrorIs(t, err, lab.ErrReloads)
	require.Less(t, boots, 20)
	require.NoError(t, v.Do("R1", func(_ clock.Time, d lab.Device) { require.Nil(t, d) }))
}

func TestABootThatFailsIsReported(t *testing.T) {
	broken := errors.New("no image")
	top, err := lab.Parse("lab.yaml", []byte(bridgeLab), nil)
	require.NoError(t, err)
	_, err = lab.NewVirtual(top, lab.Options{
		Capture: new(files).create,
		Boot:    func(string, lab.RouterSpec, lab.Birth) (lab.Device, error) { return nil, broken },
	})
	require.ErrorIs(t, err, broken)
}

func TestWakeNudgeReachesTheDevice(t *testing.T) {
	var d *bridge
	v, _ := virtual(t, bridgeLab, lab.Options{Boot: func(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
		d = newBridge(b)
		return d, nil
	}})
	d.hello = 0 // due already, but nobody was told
	d.birth.Wake()
	require.NoError(t, v.Advance(0))
	require.Equal(t, clock.Time(1e9), d.hello)
}
