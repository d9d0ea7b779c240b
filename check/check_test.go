package check_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/check"
	"tandem/examples"
)

func listing(t testing.TB, name string) string {
	t.Helper()
	text, err := examples.Files.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

func lines(found []check.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.String())
	}
	return out
}

func TestCorrectedPairHasNoFindings(t *testing.T) {
	require.Empty(t, check.Listings(listing(t, "dual-lan/RouterA.cfg"), listing(t, "dual-lan/RouterB.cfg")))
}

// The paper as printed: the same addresses on both, an association with
// itself, a list that lets no hello through, and different inspection.
func TestPaperPair(t *testing.T) {
	found := lines(check.Listings(listing(t, "paper/RouterA.cfg"), listing(t, "paper/RouterB.cfg")))
	for _, want := range []string{
		"fault: ipc zone default: local-ip of the first router (10.0.0.1) is not remote-ip of the second (10.0.0.2)",
		"fault: ipc zone default: local-ip of the second router (10.0.0.1) is not remote-ip of the first (10.0.0.2)",
		"fault: GigabitEthernet0/0: both routers have the address 10.0.0.1",
		"fault: GigabitEthernet0/1: both routers have the address 211.0.0.1",
		"fault: GigabitEthernet0/1: access list fw-ha-acl of the first router denies HSRP: it never hears the other one and both are Active; permit udp any host 224.0.0.2 eq 1985",
		"fault: GigabitEthernet0/1: access list fw-ha-acl of the second router denies HSRP: it never hears the other one and both are Active; permit udp any host 224.0.0.2 eq 1985",
	} {
		require.Contains(t, found, want)
	}
}

// One change to the second router of the corrected pair, and what it leads to.
func TestFindings(t *testing.T) {
	a, b := listing(t, "dual-lan/RouterA.cfg"), listing(t, "dual-lan/RouterB.cfg")
	const inside = "GigabitEthernet0/0"
	for _, c := range []struct{ old, changed, want string }{
		{"scheme standby HAin", "scheme standby HAx", "fault: redundancy inter-device: scheme HAin on the first router, HAx on the second"},
		{"scheme standby HAin", "scheme standby HAx", "fault: redundancy inter-device: no HSRP group of the second router is named HAx"},
		{"  scheme standby HAin\n", "", "fault: redundancy inter-device: a scheme on one router only"},
		{"no shutdown", "shutdown", "fault: ipc zone default: the association of the second router is shut"},
		{"remote-port 5000", "remote-port 5001", "fault: ipc zone default: local-port of the first router (5000) is not remote-port of the second (5001)"},
		{"local-ip 10.0.0.2", "local-ip 10.0.0.7", "fault: ipc zone default: local-ip 10.0.0.7 of the second router is on none of its interfaces"},
		{"path-retransmit 10", "path-retransmit 5", "doubt: ipc zone default: the retransmission settings differ"},
		{"ip address 10.0.0.2", "ip address 10.0.9.2", "fault: " + inside + ": 10.0.0.1 and 10.0.9.2 are in different subnets"},
		{"standby 1 ip 10.0.0.3", "standby 1 ip 10.0.0.4", "fault: " + inside + " group 1: the virtual address is 10.0.0.3 on the first router, 10.0.0.4 on the second"},
		{"standby 1 timers 1 5", "standby 1 timers 3 10", "doubt: " + inside + " group 1: the timers are 1 5 on the first router, 3 10 on the second"},
		{"standby 1 preempt\n", "", "doubt: " + inside + " group 1: a tracked failure moves the group only if the other router has preempt"},
		{"standby 1 preempt", "standby 1 priority 120\n  standby 1 preempt", "doubt: " + inside + " group 1: priorities 100 and 120: the higher router preempts when it returns, and the active one reloads"},
		{"standby 1 preempt", "standby 1 authentication x\n  standby 1 preempt", "fault: " + inside + " group 1: the authentication is not set on the first router, x on the second"},
		{"standby 1 preempt", "standby version 2\n  standby 1 preempt", "fault: " + inside + ": HSRP version 1 on the first router, 2 on the second"},
		{"standby 1 preempt", "shutdown\n  standby 1 preempt", "fault: " + inside + ": the interface of the second router is shut down"},
		{"ha-protocols udp\n", "ha-protocols udp timeout 60\n", `fault: ip inspect: the inspection differs: "ip inspect name ha-protocols udp" is on the first router only`},
		{"stateful HAin", "stateful HAx", "fault: GigabitEthernet0/1: redundancy stateful HAx of the second router does not name its scheme"},
	} {
		require.Contains(t, b, c.old)
		require.Contains(t, lines(check.Listings(a, strings.Replace(b, c.old, c.changed, 1))), c.want, "%q", c.changed)
	}
}

// What follows "authentication", and what the routers must agree on in it.
func TestAuthentication(t *testing.T) {
	a, b := listing(t, "dual-lan/RouterA.cfg"), listing(t, "dual-lan/RouterB.cfg")
	with := func(text, line, chain string) string {
		return chain + strings.Replace(text, "standby 1 preempt", "standby 1 authentication "+line+"\n  standby 1 preempt", 1)
	}
	chain := func(keys ...string) string { return "key chain c\n " + strings.Join(keys, "\n ") + "\n" }
	one := chain("key 1", " key-string cisco")
	const where = "GigabitEthernet0/0 group 1: "
	for _, c := range []struct{ lineA, lineB, chainA, chainB, want string }{
		{"md5 key-string cisco", "md5 key-string 7 060506324F41", "", "", ""},
		{"md5 key-string 7 060506324F41", "md5 key-string 7 02050D480809 timeout 60", "", "", ""},
		{"md5 key-string other", "md5 key-string 7 060506324F41", "", "", "fault: " + where + "the MD5 key of the second router is another"},
		{"text x", "x", "", "", ""},
		{"md5 key-chain c", "md5 key-string cisco", one, "", "fault: " + where + "the authentication is md5 key-chain on the first router, md5 key-string on the second"},
		{"md5 key-chain c", "md5 key-chain c", one, chain("key 1", " key-string 7 060506324F41"), ""},
		{"md5 key-chain c", "md5 key-chain d", one, one, "fault: " + where + "key chain d of the second router has no key"},
		{"md5 key-chain c", "md5 key-chain c", one, chain("key 2", " key-string cisco"), "fault: " + where + "key chains c and c have no key in common"},
		{
			"md5 key-chain c", "md5 key-chain c", one, chain("key 1", " key-string cisco", " send-lifetime 00:00:00 Jan 1 2030 infinite"),
			"doubt: " + where + `key chains c and c differ: "key 1 send-lifetime 00:00:00 Jan 1 2030 infinite" is on the second router only`,
		},
	} {
		found := lines(check.Listings(with(a, c.lineA, c.chainA), with(b, c.lineB, c.chainB)))
		if c.want == "" {
			require.Empty(t, found, "%q and %q", c.lineA, c.lineB)
			continue
		}
		require.Equal(t, []string{c.want}, found)
	}
	two := one + " key 2\n  key-string "
	require.Equal(t, []string{"doubt: " + where + "key 2 is another on the second router"},
		lines(check.Listings(with(a, "md5 key-chain c", two+"x\n"), with(b, "md5 key-chain c", two+"y\n"))))
	follows := strings.Replace(a, "standby 1 preempt", "standby 1 follow x\n  standby 1 preempt", 1)
	require.Contains(t, lines(check.Listings(follows, b)), "fault: "+where+"the group to follow is x on the first router, not set on the second")
}

// Any text is taken without a panic.
func FuzzListings(f *testing.F) {
	f.Add("interface x\n standby\n standby 1\n", "ip access-list extended a\n permit\naccess-list 100\n")
	f.Add("key chain a\n key 1\n  key-string 7\n  send-lifetime\ninterface x\n standby 1 authentication md5 key-string 7 zz", "key chain a\n key-string\n")
	f.Add(listing(f, "paper/RouterA.cfg"), listing(f, "dual-lan/RouterB.cfg"))
	f.Fuzz(func(_ *testing.T, a, b string) { check.Listings(a, b) })
}
