package platform_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/platform"
)

var pair = []struct {
	name    string
	modules map[string]string
}{
	{"RouterA", map[string]string{"0/1": "HWIC-D-9ESW", "1": "NM-2FE2W-V2", "2": "NME-16ES-1G-P"}},
	{"RouterB", map[string]string{"0/1": "HWIC-D-9ESW"}},
}

func build(t *testing.T, chassis string, modules map[string]string, name string) *platform.Hardware {
	t.Helper()
	h, err := platform.New(chassis, modules, name)
	require.NoError(t, err)
	return h
}

// blocks returns the blocks of a listing whose first line begins with prefix,
// header first.
func blocks(t *testing.T, name, prefix string) [][]string {
	t.Helper()
	text, err := os.ReadFile("../config/testdata/" + name + ".show-run.txt")
	require.NoError(t, err)
	var out [][]string
	inside := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, prefix):
			out = append(out, []string{line})
			inside = true
		case inside && strings.HasPrefix(line, "  "):
			out[len(out)-1] = append(out[len(out)-1], strings.TrimSpace(line))
		default:
			inside = false
		}
	}
	return out
}

// untouched writes down what the catalogue says an interface prints by itself.
func untouched(i platform.Interface) []string {
	out := []string{"interface " + i.Name}
	add := func(yes bool, line string) {
		if yes {
			out = append(out, line)
		}
	}
	u := i.Untouched
	add(u.NoIPAddress, "no ip address")
	add(u.Shutdown, "shutdown")
	add(u.Duplex, "duplex auto")
	add(u.Speed, "speed auto")
	add(u.MediaType != "", "media-type "+u.MediaType)
	add(u.Negotiation, "negotiation auto")
	return out
}

func TestInterfacesOfTheListings(t *testing.T) {
	for _, r := range pair {
		h := build(t, "c3845", r.modules, r.name)
		want := blocks(t, r.name, "interface ")
		got := h.Interfaces()
		require.Len(t, got, len(want), r.name)
		for n, i := range got {
			require.Equal(t, want[n][0], "interface "+i.Name)
			if strings.HasPrefix(i.Name, "GigabitEthernet0/") {
				require.Contains(t, want[n], "media-type "+i.Untouched.MediaType, "both listings configure these two")
				continue
			}
			require.Equal(t, want[n], untouched(i), "%s of %s", i.Name, r.name)
		}
	}
}

func TestLinesOfTheListings(t *testing.T) {
	for _, r := range pair {
		var got [][]string
		for _, l := range build(t, "c3845", r.modules, r.name).Lines() {
			got = append(got, append([]string{l.Header()}, l.Untouched...))
		}
		want := blocks(t, r.name, "line ")
		require.Equal(t, "exec-timeout 0 0", want[0][1])
		want[0] = slices.Delete(want[0], 1, 2) // set by the user
		require.Equal(t, want, got)
	}
}

func TestWhatElseTheListingsShow(t *testing.T) {
	a, b := build(t, "c3845", pair[0].modules, "RouterA"), build(t, "c3845", pair[1].modules, "RouterB")
	require.True(t, a.HasNetworkModules())
	require.False(t, b.HasNetworkModules())
	require.Equal(t, []int{1}, a.ClockSlots())
	require.Empty(t, b.ClockSlots())
	require.Equal(t, []int{0}, a.VoiceCards())
	require.Equal(t, []string{"11 FastEthernet interfaces", "3 Gigabit Ethernet interfaces", "1 terminal line"}, a.Counts())
	require.Equal(t, []string{"9 FastEthernet interfaces", "2 Gigabit Ethernet interfaces"}, b.Counts())
	lines := a.Lines()
	require.Equal(t, 322, lines[len(lines)-1].First)
}

func TestFactsOfAnInterface(t *testing.T) {
	h := build(t, "c3845", pair[0].modules, "RouterA")
	for name, want := range map[string]string{
		"GigabitEthernet0/0":    "routed, BCM1125 Internal MAC, 1000000 kbit/s, 10 us, MTU 1500, media type is RJ45",
		"GigabitEthernet0/1.10": "sub-interface, BCM1125 Internal MAC, 1000000 kbit/s, 10 us, MTU 1500, ",
		"FastEthernet0/1/8":     "switch port, Fast Ethernet, 100000 kbit/s, 100 us, MTU 1500, 100BaseTX/FX",
		"FastEthernet1/1":       "routed, AmdFE, 100000 kbit/s, 100 us, MTU 1500, 100BaseTX/FX",
		"GigabitEthernet2/0":    "service module, Internal GigabitEthernet, 1000000 kbit/s, 10 us, MTU 1500, media type is internal",
		"Vlan10":                "VLAN, EtherSVI, 100000 kbit/s, 100 us, MTU 1500, ",
		"Loopback0":             "virtual, Loopback, 8000000 kbit/s, 5000 us, MTU 1514, ",
		"Tunnel7":               "virtual, Tunnel, 9 kbit/s, 500000 us, MTU 1514, ",
		"Null0":                 "virtual, Null, 10000000 kbit/s, 0 us, MTU 1500, ",
	} {
		i, ok := h.Interface(name)
		require.True(t, ok, name)
		require.Equal(t, name, i.Name)
		require.Equal(t, want, fmt.Sprintf("%s, %s, %d kbit/s, %d us, MTU %d, %s", i.Kind, i.Hardware, i.BandwidthKbit, i.DelayUsec, i.MTU, i.Media))
	}
	for _, name := range []string{
		"", "GigabitEthernet0/2", "FastEthernet0/1/0.1", "Vlan0", "Vlan4095", "BVI1", "gi0/0", "Loopback", "Loopback0.1",
		"GigabitEthernet0/0.", "GigabitEthernet0/0.01", "Null1", "Ethernet0/0",
	} {
		_, ok := h.Interface(name)
		require.False(t, ok, name)
	}
	plain := build(t, "c3845", nil, "RouterC")
	_, ok := plain.Interface("Vlan1")
	require.False(t, ok, "no EtherSwitch card, no VLAN")
	require.Len(t, plain.Interfaces(), 2)
}

func TestOrderOfInterfaces(t *testing.T) {
	h := build(t, "c3845", pair[0].modules, "RouterA")
	want := []string{"Loopback0", "Loopback10", "Tunnel1", "GigabitEthernet0/0", "GigabitEthernet0/0.9", "GigabitEthernet0/0.10", "GigabitEthernet0/1"}
	for _, i := range h.Interfaces()[2:] {
		want = append(want, i.Name)
	}
	want = append(want, "Vlan20", "BVI1", "Dialer0", "elsewhere")
	got := slices.Clone(want)
	slices.Sort(got)
	slices.SortStableFunc(got, func(a, b string) int {
		x, y := h.Order(a), h.Order(b)
		return slices.Compare(x[:], y[:])
	})
	require.Equal(t, want, got)
}

func TestAddressesAndSerialNumbers(t *testing.T) {
	boards, macs := map[string]bool{}, map[[6]byte]string{}
	for n := range 200 {
		h := build(t, "c3845", pair[0].modules, fmt.Sprint("R", n))
		board := h.Identity().Board
		require.Regexp(t, `^FTX(09|1[0-3])([0-4]\d|5[0-2])[0-9A-Z]{4}$`, board)
		require.False(t, boards[board], board)
		boards[board] = true
		for _, i := range h.Interfaces() {
			require.Empty(t, macs[i.MAC], "%s of R%d", i.Name, n)
			macs[i.MAC] = i.Name
			require.EqualValues(t, 0xca, i.MAC[0], "unicast, locally administered")
		}
	}
	a, b := build(t, "c3845", pair[0].modules, "RouterA"), build(t, "c3845", pair[1].modules, "RouterA")
	require.Equal(t, a.Identity(), b.Identity(), "modules do not change the chassis")
	x, _ := a.Interface("Vlan1")
	y, _ := b.Interface("Vlan1")
	require.Equal(t, x.MAC, y.MAC, "nor the addresses of what both have")
	z, _ := a.Interface("Vlan2")
	require.Equal(t, x.MAC, z.MAC)
	require.Equal(t, [6]byte{0xca, 0x43, 0x33, 0xbd, 0xad, 0x00}, a.Interfaces()[0].MAC, "the same in every run and release")
}

func TestInventory(t *testing.T) {
	h := build(t, "c3845", pair[0].modules, "RouterA")
	var got strings.Builder
	for _, p := range h.Inventory() {
		require.NotEmpty(t, p.Serial)
		p.Serial = "X"
		got.WriteString(p.String())
	}
	require.Equal(t, `NAME: "3845 chassis", DESCR: "3845 chassis"
PID: CISCO3845         , VID: V05 , SN: X
NAME: "c3845 Motherboard with Gigabit Ethernet on Slot 0", DESCR: "c3845 Motherboard with Gigabit Ethernet"
PID: CISCO3845-MB      , VID: V09 , SN: X
NAME: "9 Port FE Switch on Slot 0 SubSlot 1", DESCR: "9 Port FE Switch"
PID: HWIC-D-9ESW       , VID: V01 , SN: X
NAME: "Two port Fastethernet TX, 2 WIC slots on Slot 1", DESCR: "Two port Fastethernet TX, 2 WIC slots"
PID: NM-2FE2W-V2       , VID: V01 , SN: X
NAME: "16 Port 10/100 EtherSwitch Service Module with 1 Gigabit port on Slot 2", DESCR: "16 Port 10/100 EtherSwitch Service Module with 1 Gigabit port"
PID: NME-16ES-1G-P     , VID: V01 , SN: X
`, got.String())
	require.Equal(t, h.Identity().Board, h.Inventory()[0].Serial)
	require.Equal(t, "Cisco IOS Software, 3800 Software (C3845-ADVSECURITYK9-M), Version 12.4(6)T, RELEASE SOFTWARE (fc1)", h.Identity().Software())
	c7200 := build(t, "c7200", map[string]string{"1": "PA-2FE-TX"}, "R")
	parts := c7200.Inventory()
	require.Equal(t, "module 1", parts[len(parts)-1].Name)
	require.False(t, c7200.HasNetworkModules())
}

func TestEveryChassisWithEveryModule(t *testing.T) {
	for _, c := range platform.Chassis() {
		require.NotEmpty(t, platform.Modules(c))
		for _, m := range platform.Modules(c) {
			for _, slot := range []string{"0/1", "0/3", "1", "2", "6"} {
				h, err := platform.New(c, map[string]string{slot: m}, "R")
				if err != nil {
					require.True(t, strings.Contains(err.Error(), "it has") || strings.Contains(err.Error(), "it takes"), err)
					continue
				}
				names := map[string]bool{}
				for _, i := range h.Interfaces() {
					long, err := platform.LongName(i.Name)
					require.NoError(t, err)
					require.Equal(t, i.Name, long)
					require.False(t, names[i.Name], i.Name)
					names[i.Name] = true
					require.NotEqual(t, i.Name, platform.ShortName(i.Name))
					require.NotEmpty(t, i.Hardware)
				}
				require.NotEmpty(t, h.Counts())
				for _, field := range []string{h.Identity().Hardware, h.Identity().NVRAMLine, h.Identity().Flash, h.Identity().ImageFile, h.Identity().ROM} {
					require.NotEmpty(t, field, c)
				}
				require.Equal(t, c, h.Chassis())
			}
		}
	}
	require.Empty(t, platform.Modules("c1"))
}

func TestErrorsNameWhatExists(t *testing.T) {
	for _, tc := range []struct {
		chassis string
		modules map[string]string
		is      error
		want    string
	}{
		{"c9999", nil, platform.ErrChassis, `platform: no such chassis: "c9999"; there are c2811, c3725, c3825, c3845, c7200`},
		{
			"c3825",
			map[string]string{"3": "NM-1FE-TX"},
			platform.ErrSlot,
			`platform: no such slot: a c3825 has no slot "3"; it has 0/0, 0/1, 0/2, 0/3, 1, 2`,
		},
		{
			"c3845",
			map[string]string{"1": "HWIC-4ESW"},
			platform.ErrModule,
			`platform: module does not fit: "HWIC-4ESW" in slot 1 of a c3845; it takes NM-16ESW, NM-1FE-TX, NM-2FE2W-V2, NME-16ES-1G-P`,
		},
		{
			"c3725",
			map[string]string{"1": "NME-16ES-1G-P"},
			platform.ErrModule,
			`platform: module does not fit: "NME-16ES-1G-P" in slot 1 of a c3725; it takes NM-16ESW, NM-1FE-TX, NM-2FE2W-V2`,
		},
		{
			"c3845",
			map[string]string{"0/0": ""},
			platform.ErrModule,
			`platform: module does not fit: "" in slot 0/0 of a c3845; it takes HWIC-1GE-SFP, HWIC-4ESW, HWIC-D-9ESW`,
		},
		{
			"c3845",
			map[string]string{"0/2": "HWIC-D-9ESW"},
			platform.ErrModule,
			`platform: module does not fit: HWIC-D-9ESW in slot 0/2: it is two slots wide and goes into 0/3`,
		},
		{
			"c3845",
			map[string]string{"0/1": "HWIC-D-9ESW", "0/0": "HWIC-4ESW"},
			platform.ErrModule,
			`platform: module does not fit: HWIC-D-9ESW in slot 0/1 covers slot 0/0, which holds HWIC-4ESW`,
		},
	} {
		_, err := platform.New(tc.chassis, tc.modules, "R")
		require.ErrorIs(t, err, tc.is)
		require.EqualError(t, err, tc.want)
	}
}
