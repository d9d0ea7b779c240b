package config_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/config"
)

// ranked gives the place of a line by how it begins. The order of the table is
// the order inside each section or mode; nothing is taken from the order of
// the listing that is loaded.
type ranked struct {
	prefix  string
	section config.Section
}

var global = []ranked{
	{"version", config.SectionServices},
	{"service timestamps debug", config.SectionServices},
	{"service timestamps log", config.SectionServices},
	{"no service password-encryption", config.SectionServices},
	{"hostname", config.SectionHostname},
	{"boot-start-marker", config.SectionBoot},
	{"boot-end-marker", config.SectionBoot},
	{"redundancy inter-device", config.SectionInterDevice},
	{"redundancy", config.SectionRedundancy},
	{"ipc zone", config.SectionIPC},
	{"no aaa new-model", config.SectionAAA},
	{"resource policy", config.SectionResourcePolicy},
	{"memory-size", config.SectionPlatform},
	{"no network-clock-participate", config.SectionPlatform},
	{"ip cef", config.SectionIPGlobals},
	{"ip inspect max-incomplete high", config.SectionInspect},
	{"ip inspect max-incomplete low", config.SectionInspect},
	{"ip inspect one-minute high", config.SectionInspect},
	{"ip inspect one-minute low", config.SectionInspect},
	{"ip inspect tcp idle-time", config.SectionInspect},
	{"ip inspect tcp max-incomplete", config.SectionInspect},
	{"ip inspect name", config.SectionInspect},
	{"ip inspect redundancy", config.SectionInspect},
	{"voice-card", config.SectionVoiceCard},
	{"interface", config.SectionInterfaces},
	{"ip route", config.SectionStaticRoutes},
	{"ip http server", config.SectionHTTP},
	{"no ip http secure-server", config.SectionHTTP},
	{"ip access-list", config.SectionAccessLists},
	{"ip sla", config.SectionManagement},
	{"control-plane", config.SectionControlPlane},
	{"line", config.SectionLines},
	{"scheduler", config.SectionScheduler},
}

var below = []string{
	"scheme standby",
	"association", "no shutdown", "protocol", "local-port", "local-ip", "retransmit-timeout", "path-retransmit",
	"assoc-retransmit", "remote-port", "remote-ip",
	"no dspfarm",
	"ip address", "no ip address", "ip access-group", "ip inspect", "shutdown", "duplex", "speed", "media-type",
	"standby delay", "standby 1 ip", "standby 1 timers", "standby 1 preempt", "standby 1 name", "standby 1 track",
	"standby 2 ip", "standby 2 timers", "standby 2 preempt", "standby 2 name", "standby 2 track",
	"exec-timeout", "no activation-character", "no exec", "transport preferred", "transport input", "transport output",
	"stopbits", "login",
}

// nesting lists the IPC lines that open a mode and the header that encloses each.
var nesting = map[string]string{
	"association": "ipc zone", "protocol": "association", "local-port": "protocol", "remote-port": "protocol",
}

// block is a top-level line and what follows it, two blanks in.
type block struct{ lines []string }

// cut splits a document listing into its blocks.
func cut(listing string) []block {
	var out []block
	for line := range strings.Lines(listing) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "!" || line == "end":
		case strings.HasPrefix(line, "  "):
			last := &out[len(out)-1]
			last.lines = append(last.lines, strings.TrimSpace(line))
		default:
			out = append(out, block{[]string{line}})
		}
	}
	return out
}

// load sorts the listing into a tree, its blocks and their lines in an order
// drawn from seed.
func load(t *testing.T, listing string, seed uint64) *config.Tree {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	tree := config.New()
	blocks := cut(listing)
	rng.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
	for _, b := range blocks {
		head, body := b.lines[0], b.lines[1:]
		place := globalPlace(t, head)
		opens := len(body) > 0 || place.Section == config.SectionInterfaces
		switch {
		case !opens:
			tree.Root.Set(entry(head, place))
		case place.Section == config.SectionIPC:
			loadIPC(t, tree.Root.Open(head, "config-ipczone", place), body)
		case place.Section == config.SectionAccessLists:
			loadList(tree.Root.Open(head, "config-ext-nacl", place), body)
		default:
			node := tree.Root.Open(head, "sub", place)
			rng.Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
			for _, line := range body {
				node.Set(entry(line, config.Place{Order: [4]int{rankBelow(t, line)}}))
			}
		}
	}
	return tree
}

// loadIPC builds the nesting that the flat listing does not show.
func loadIPC(t *testing.T, zone *config.Node, body []string) {
	node := zone
	for _, line := range body {
		place := config.Place{Order: [4]int{rankBelow(t, line)}}
		word, _, _ := strings.Cut(line, " ")
		parent, opens := nesting[word]
		if !opens {
			node.Set(entry(line, place))
			continue
		}
		for !strings.HasPrefix(node.Header(), parent) {
			node = node.Parent()
			require.NotNil(t, node, line)
		}
		node = node.Open(line, "config-ipc", place)
	}
}

// loadList keeps the order of an access list, as sequence numbers do.
func loadList(list *config.Node, body []string) {
	for i, line := range body {
		e := entry(line, config.Place{Order: [4]int{10 * (i + 1)}})
		e.Slot.Instance = strconv.Itoa(10 * (i + 1))
		if rest, ok := strings.CutPrefix(line, "deny "); ok {
			e.Lines = []config.Line{{Text: "deny   " + rest, Document: line}}
		}
		list.Set(e)
	}
}

func entry(line string, place config.Place) config.Entry {
	return config.Entry{Slot: config.Slot{Leaf: line}, Place: place, Value: line, Lines: []config.Line{{Text: line}}}
}

var digits = regexp.MustCompile(`\d+`)

// globalPlace finds the row with the longest matching prefix; numbers in an
// interface name or a line order the rest.
func globalPlace(t *testing.T, line string) config.Place {
	t.Helper()
	best := -1
	for i, r := range global {
		if strings.HasPrefix(line, r.prefix) && (best < 0 || len(r.prefix) > len(global[best].prefix)) {
			best = i
		}
	}
	require.GreaterOrEqual(t, best, 0, line)
	p := config.Place{Section: global[best].section, Order: [4]int{best}, Text: line}
	switch p.Section {
	case config.SectionInterfaces:
		if strings.Contains(line, "Vlan") {
			p.Order[0]++
		}
		for i, n := range digits.FindAllString(line, 3) {
			p.Order[i+1], _ = strconv.Atoi(n)
		}
		// 0/1 is onboard and 0/1/0 sits in a card: cards of slot 0 after the chassis
		if strings.Count(line, "/") == 1 && p.Order[1] == 0 {
			p.Order[2], p.Order[3] = 0, p.Order[2]
		}
	case config.SectionLines:
		p.Order[1] = map[string]int{"con": 0, "aux": 1, "130": 130, "vty": 322}[strings.Fields(line)[1]]
	}
	return p
}

func rankBelow(t *testing.T, line string) int {
	t.Helper()
	best := -1
	for i, prefix := range below {
		if strings.HasPrefix(line, prefix) && (best < 0 || len(prefix) > len(below[best])) {
			best = i
		}
	}
	require.GreaterOrEqual(t, best, 0, line)
	return best
}

func golden(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".show-run.txt")
	require.NoError(t, err)
	return string(b)
}

var listings = []struct {
	name   string
	layout config.Layout
	bytes  int
}{
	{"RouterA", config.Layout{NetworkModules: true}, 2623},
	{"RouterB", config.Layout{}, 2150},
}

func TestListingsPrintBackVerbatim(t *testing.T) {
	for _, l := range listings {
		want := golden(t, l.name)
		for seed := range uint64(20) {
			got := config.Print(load(t, want, seed), config.Document, l.layout)
			require.Equal(t, want, got, "%s seed %d", l.name, seed)
		}
		require.Equal(t, l.bytes, config.Bytes(want))
		require.Equal(t, l.bytes, config.Bytes(strings.TrimSuffix(want, "\n")))
	}
}

func TestIOSStyleOfTheListing(t *testing.T) {
	tree := load(t, golden(t, "RouterA"), 7)
	got := config.Print(tree, config.IOS, config.Layout{NetworkModules: true})
	require.Contains(t, got, `!
ipc zone default
 association 1
  no shutdown
  protocol sctp
   local-port 5000
    local-ip 10.0.0.1
    retransmit-timeout 300 10000
    path-retransmit 10
    assoc-retransmit 10
   remote-port 5000
    remote-ip 10.0.0.2
!
no aaa new-model
!
`)
	require.Contains(t, got, "\n permit ip host 211.0.0.1 host 211.0.0.2\n deny   ip any any\n!\n")
	require.Contains(t, got, "\ninterface FastEthernet1/0\n no ip address\n shutdown\n duplex auto\n speed auto\n!\n")
}

func TestOneBlock(t *testing.T) {
	tree := load(t, golden(t, "RouterA"), 3)
	require.Equal(t, "!\ninterface Vlan1\n no ip address\nend\n",
		config.PrintNode(tree.Root.Child("interface Vlan1"), config.IOS))
	require.Equal(t, "!\ninterface Vlan1\n  no ip address\nend\n",
		config.PrintNode(tree.Root.Child("interface Vlan1"), config.Document))
	require.Equal(t, "line con 0\n exec-timeout 0 0\n stopbits 1\n",
		config.PrintBlock(tree.Root.Child("line con 0"), config.IOS))
	local := tree.Root.Child("ipc zone default").Child("association 1").Child("protocol sctp").Child("local-port 5000")
	require.Equal(t, []string{"ipc zone default", "association 1", "protocol sctp", "local-port 5000"}, local.Path())
	require.Equal(t, "config-ipc", local.Mode())
}

func TestDifferencesOfTheTwoListings(t *testing.T) {
	a, b := load(t, golden(t, "RouterA"), 1), load(t, golden(t, "RouterB"), 2)
	var got []string
	for _, c := range config.Diff(a, b, config.Document) {
		if len(c.Path) > 0 && c.Path[0] != "interface GigabitEthernet0/0" {
			continue
		}
		got = append(got, c.Lines()...)
	}
	require.Equal(t, []string{
		"+hostname RouterB",
		"-hostname RouterA",
		"-no network-clock-participate slot 1",
		"-ip route 0.0.0.0 0.0.0.0 80.80.80.1",
		"-interface FastEthernet1/0", "  -no ip address", "  -shutdown", "  -duplex auto", "  -speed auto",
		"-interface FastEthernet1/1", "  -no ip address", "  -shutdown", "  -duplex auto", "  -speed auto",
		"-interface GigabitEthernet2/0", "  -no ip address", "  -shutdown",
		"-line 130", "  -no activation-character", "  -no exec", "  -transport preferred none", "  -transport input all",
		"  -transport output pad telnet rlogin lapb-ta mop udptn v120 ssh",
		"interface GigabitEthernet0/0",
		" +speed 1000", " +standby delay reload 120",
		" -speed 100", " -standby delay minimum 120 reload 120",
	}, got)
}

func ExampleBytes() {
	fmt.Println(config.Bytes("!\ninterface Vlan1\n no ip address\nend\n"))
	// Output: 38
}
