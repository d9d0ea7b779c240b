package lab_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/lab"
	"tandem/lab/host"
	"tandem/wire"
)

const wholeLab = `name: dual-lan
routers:
  RouterA:
    chassis: c3845
    modules: {0/1: HWIC-D-9ESW, 1: NM-2FE2W-V2, 2: NME-16ES-1G-P}
    config: RouterA.cfg
    listing: document
    sctp: kernel
    ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}
    forward: {127.0.0.1:2222: 22, "127.0.0.1:2223": 23}
  RouterB:
    ports: {GigabitEthernet0/0: inside}
segments:
  inside: {}
  outside: {delay: 2ms, loss: 0.5%, reorder: 1%, duplicate: 2%, corrupt: 100%, capture: outside.pcapng}
  spare:
  wan: {udp: "127.0.0.1:10001->127.0.0.1:10002"}
hosts:
  pc: {port: inside, address: 10.0.0.100/24, gateway: 10.0.0.3}
  server: {port: outside, address: 211.0.0.100/24, serve: [tcp/7, udp/7]}
`

func TestTheWholeFormat(t *testing.T) {
	got, err := lab.Parse("labs/dual/lab.yaml", []byte(wholeLab), nil)
	require.NoError(t, err)
	require.Equal(t, &lab.Topology{
		Name: "dual-lan", Dir: "labs/dual", Nodes: []string{"RouterA", "RouterB", "pc", "server"},
		Routers: []lab.RouterSpec{
			{
				Name: "RouterA", Chassis: "c3845", Config: "RouterA.cfg", Listing: "document", SCTP: "kernel",
				Modules: []lab.Module{{"0/1", "HWIC-D-9ESW"}, {"1", "NM-2FE2W-V2"}, {"2", "NME-16ES-1G-P"}},
				Ports:   []lab.Port{{"GigabitEthernet0/0", "inside"}, {"GigabitEthernet0/1", "outside"}},
				Forward: []lab.Forward{{netip.MustParseAddrPort("127.0.0.1:2222"), 22}, {netip.MustParseAddrPort("127.0.0.1:2223"), 23}},
			},
			{Name: "RouterB", Listing: "ios", Ports: []lab.Port{{"GigabitEthernet0/0", "inside"}}},
		},
		Segments: []lab.SegmentSpec{
			{Name: "inside"},
			{Name: "outside", Capture: "outside.pcapng", Impairments: lab.Impairments{
				Delay: 2 * time.Millisecond, Loss: 0.005, Reorder: 0.01, Duplicate: 0.02, Corrupt: 1,
			}},
			{Name: "spare"},
			{Name: "wan", Cable: "udp:127.0.0.1:10001->127.0.0.1:10002"},
		},
		Hosts: []lab.HostSpec{
			{Name: "pc", Segment: "inside", Address: wire.Prefix{Addr: wire.MustAddr("10.0.0.100"), Bits: 24}, Gateway: wire.MustAddr("10.0.0.3")},
			{
				Name: "server", Segment: "outside", Address: wire.Prefix{Addr: wire.MustAddr("211.0.0.100"), Bits: 24},
				Serve: []host.Service{{Proto: "tcp", Port: 7}, {Proto: "udp", Port: 7}},
			},
		},
	}, got)
}

func TestFaultsNameTheirPlace(t *testing.T) {
	const tail = "\nsegments: {a: {}}\n"
	for name, test := range map[string]struct{ text, want string }{
		"empty":             {"", "f:1:1: the file is empty"},
		"no mapping":        {"[a]", "f:1:1: lab: \"key: value\" lines are expected, not a list"},
		"not YAML":          {"a: [", "f:1:1: "},
		"unknown key":       {"nam: x", "f:1:1: name, routers, segments or hosts is expected, not \"nam\""},
		"twice":             {"name: x\nname: y", "f:2:1: lab: \"name\" already stands at line 1"},
		"no node":           {"name: x", "f:1:1: a lab has at least one router or host"},
		"bad name":          {"name: a/b", "f:1:7: the lab's name is a letter"},
		"router key":        {"routers: {R: {chasis: x}}", "f:1:15: chassis, modules, release, config, listing, sctp, ports or forward is expected, not \"chasis\""},
		"router type":       {"routers: {R: [x]}", "f:1:14: R: \"key: value\" lines are expected, not a list"},
		"sctp":              {"routers: {R: {sctp: host}}", "f:1:21: router or kernel is expected, not \"host\""},
		"listing":           {"routers: {R: {listing: flat}}", "f:1:24: ios or document is expected, not \"flat\""},
		"slot":              {"routers: {R: {modules: {x: y}}}", "f:1:25: a slot such as 1 or 0/1 is expected, not \"x\""},
		"interface":         {"routers: {R: {ports: {gi0/0: a}}}" + tail, "f:1:23: a full interface name such as GigabitEthernet0/0 is expected, not \"gi0/0\""},
		"unknown interface": {"routers: {R: {ports: {Serial0/0: a}}}" + tail, "f:1:23: R has GigabitEthernet0/0, GigabitEthernet0/1, not \"Serial0/0\""},
		"unknown chassis":   {"routers: {R: {chassis: c1}}", "f:1:11: R: no chassis c1"},
		"unknown release":   {"routers: {R: {release: 11.0}}", "f:1:11: R: no release 11.0"},
		"no release":        {"routers: {R: {release: }}", "f:1:24: a software release such as 15.1(4)M is expected, not nothing"},
		"same interface":    {"routers: {R: {ports: {GigabitEthernet0/0: a, GigabitEthernet0/0: a}}}" + tail, "f:1:46: ports: \"GigabitEthernet0/0\" already stands at line 1"},
		"unknown segment":   {"routers: {R: {ports: {GigabitEthernet0/0: b}}}" + tail, "f:1:43: a segment is expected (a), not \"b\""},
		"forward":           {"routers: {R: {forward: {10.0.0.1:22: 22}}}", "f:1:25: a loopback address and port such as 127.0.0.1:2222 is expected, not \"10.0.0.1:22\""},
		"forward port":      {"routers: {R: {forward: {127.0.0.1:22: ssh}}}", "f:1:39: a TCP port from 1 to 65535 is expected, not \"ssh\""},
		"forward twice":     {"routers:\n  R: {forward: {127.0.0.1:22: 22}}\n  S: {forward: {127.0.0.1:22: 22}}", "f:3:17: 127.0.0.1:22 is already forwarded at line 2"},
		"delay":             {"hosts: {}\nsegments: {a: {delay: 5}}", "f:2:23: a delay from 0 to 1m0s such as 20ms is expected, not \"5\""},
		"loss":              {"segments: {a: {loss: 0.5}}", "f:1:22: a share from 0% to 100% such as 5% is expected, not \"0.5\""},
		"loss NaN":          {"segments: {a: {loss: NaN%}}", "f:1:22: a share from 0%"},
		"two ways out":      {"segments: {a: {tap: t0, udp: \"127.0.0.1:1->127.0.0.1:2\"}}", "f:1:25: one way out is expected, udp or tap, not a second one"},
		"segment key":       {"segments: {a: {los: 5%}}", "f:1:16: delay, loss, reorder, duplicate, corrupt, capture, udp or tap is expected, not \"los\""},
		"udp":               {"segments: {a: {udp: \"127.0.0.1:1\"}}", "f:1:21: two addresses with ports"},
		"host address":      {"hosts: {h: {port: a, address: 10.0.0.300/24}}" + tail, "f:1:31: an address such as 10.0.0.100/24 is expected, not \"10.0.0.300/24\""},
		"host broadcast":    {"hosts: {h: {port: a, address: 10.0.0.255/24}}" + tail, "f:1:31: 10.0.0.255/24 is no address of a host"},
		"host twice":        {"hosts:\n  h: {port: a, address: 10.0.0.1/24}\n  i: {port: a, address: 10.0.0.1/24}" + tail, "f:3:3: 10.0.0.1 already belongs to h"},
		"gateway":           {"hosts: {h: {port: a, address: 10.0.0.1/24, gateway: 10.0.1.1}}" + tail, "f:1:53: a gateway in 10.0.0.0/24 is expected, not 10.0.1.1"},
		"own gateway":       {"hosts: {h: {port: a, address: 10.0.0.1/24, gateway: 10.0.0.1}}" + tail, "f:1:53: 10.0.0.1 is the host itself"},
		"no port":           {"hosts: {h: {address: 10.0.0.1/24}}", "f:1:9: h: \"port: SEGMENT\" is expected"},
		"serve":             {"hosts: {h: {port: a, address: 10.0.0.1/24, serve: [tcp/x]}}" + tail, "f:1:52: a service such as tcp/7 or udp/7 is expected, not \"tcp/x\""},
		"serve type":        {"hosts: {h: {port: a, address: 10.0.0.1/24, serve: tcp/7}}" + tail, "f:1:51: serve: a list such as [a, b] is expected, not \"tcp/7\""},
		"same name":         {"hosts: {a: {port: a, address: 10.0.0.1/24}}" + tail, "f:2:12: \"a\" is already in use at line 1"},
		"alias":             {"routers: {R: &x {}, S: *x}", "f:1:14: anchors and aliases are not used in lab files"},
		"two documents":     {"name: x\n---\nname: y", "f:2:1: a lab file is one YAML document"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lab.Parse("f", []byte(test.text), gigabits)
			require.Error(t, err)
			require.Contains(t, err.Error(), test.want)
			var fault *lab.SyntaxError
			require.ErrorAs(t, err, &fault)
		})
	}
}

// gigabits is a catalogue with one kind of hardware.
func gigabits(spec lab.RouterSpec) ([]string, error) {
	switch {
	case spec.Chassis != "" && spec.Chassis != "c3845":
		return nil, errors.New("no chassis " + spec.Chassis)
	case spec.Release != "" && spec.Release != "15.1(4)M":
		return nil, errors.New("no release " + spec.Release)
	}
	return []string{"GigabitEthernet0/0", "GigabitEthernet0/1"}, nil
}

func TestAllFaultsAreReportedTogether(t *testing.T) {
	_, err := lab.Parse("f", []byte("nam: x\nrouters: {R: {listing: flat}}\nsegments: {a: {loss: 5}}"), nil)
	require.Len(t, strings.Split(err.Error(), "\n"), 3)
}

func TestLoadTakesAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "two-hosts")
	require.NoError(t, os.Mkdir(dir, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lab.yaml"),
		[]byte("segments: {a: {}}\nhosts: {h: {port: a, address: 10.0.0.1/24}}"), 0o600))
	top, err := lab.Load(dir, nil)
	require.NoError(t, err)
	require.Equal(t, "two-hosts", top.Name)
	_, err = lab.Load(filepath.Join(dir, "none"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(wholeLab))
	f.Add([]byte(bridgeLab))
	f.Add([]byte("a: &a [*a]\n? {b: c}\n: !!binary x\n<<: *a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		top, err := lab.Parse("f", data, gigabits)
		if err != nil {
			return
		}
		v, err := lab.NewVirtual(top, lab.Options{Boot: bootBridge, Capture: new(files).create})
		require.NoError(t, err, "what parses, runs")
		require.NoError(t, v.Close())
	})
}
