package modes_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	commands "tandem/modes"
	"tandem/router"
)

// FuzzLine types anything in exec or in one of the configuration modes, asks for
// help behind it and completes it: the session stays alive, its prompt stands,
// and what was configured prints as something that loads.
func FuzzLine(f *testing.F) {
	modes := slices.Sorted(maps.Keys(way))
	for i, seed := range []string{
		"show ip route 10.0.0.0", "sh run | sec ^int", "no ip access-list extended x", "permit tcp any eq www any log", "do show clock",
		"default interface gi0/0", "alias exec x show version", "x", "access-list 10 permit any", "\x00\xff|_[", "standby 1 ip 1.2.3.4",
		"ip route 0.0.0.0 0.0.0.0 Null0", "show clock | count [", "interface gi 0/0.10", "remark |", "line vty 0 4", "end", "exit",
	} {
		f.Add(seed, uint8(i%(len(modes)+1)))
	}
	for _, once := range []string{"alias exec x show  ", "line vty 0", "interface range gi0/0 - 1 , fa1/0", "banner motd ^", "banner motd x^C#x"} { // found by fuzzing
		f.Add(once, uint8(slices.Index(modes, "config")))
	}
	for _, e := range commands.AllExamples() {
		f.Add(e.Line, uint8(slices.Index(modes, e.Mode)))
	}
	pristine := privileged(&testing.T{}, nil).Listing()
	f.Fuzz(func(t *testing.T, text string, mode uint8) {
		text = typable(text)
		b := privileged(t, nil)
		if n := int(mode) % (len(modes) + 1); n < len(modes) {
			b.enter("configure terminal")
			for _, s := range way[modes[n]] {
				b.enter(s)
			}
		}
		b.console.Help(b.now, text)
		b.console.Complete(b.now, text)
		b.enter(text)
		b.rest()
		first := b.Listing()
		if first == pristine {
			return // half of all boots are saved so
		}
		if loaded := privileged(t, []byte(first)); loaded.Listing() != first {
			t.Fatalf("%q prints a configuration that does not load:\n%s", text, first)
		}
	})
}

// typable is what the line editor lets through of a text: printable characters,
// and no more than fit. The bytes it keeps out are package terminal's to fuzz.
func typable(text string) string {
	var out []byte
	for _, b := range []byte(text) {
		if ' ' <= b && b <= '~' && len(out) < 254 {
			out = append(out, b)
		}
	}
	return string(out)
}

// rest answers whatever is asked and comes back to an exec prompt.
func (b *bench) rest() {
	for range 8 {
		if b.last.Want == router.WantLine || b.last.Want == router.WantReturn {
			break
		}
		b.enter("no")
	}
	if b.last.Want == router.WantAnswer { // a text that goes on
		b.console.Abandon(b.now)
	}
	if b.last.Want == router.WantReturn { // logged out
		b.enter("")
	}
	b.console.Escape(b.now)
	b.console.EndConfig(b.now, "")
	if !strings.HasSuffix(b.last.Prompt, "#") && !strings.HasSuffix(b.last.Prompt, ">") {
		b.t.Fatalf("the session ends at the prompt %q", b.last.Prompt)
	}
}

func BenchmarkCommand(b *testing.B) {
	r := privileged(&testing.T{}, nil)
	for b.Loop() {
		r.enter("show ip interface brief")
	}
}

// lists is a configuration of n lines, most of them entries of lists.
func lists(n int) []string {
	lines := []string{"ip access-list extended big"}
	for i := range n {
		if i == n/2 {
			lines = append(lines, "access-list 100 permit ip any any")
		}
		if i < n/2 {
			lines = append(lines, fmt.Sprintf("permit tcp host 10.%d.%d.%d any eq www", i>>16, i>>8&255, i&255))
		} else {
			lines = append(lines, fmt.Sprintf("access-list 101 permit udp host 10.%d.%d.%d any eq ntp", i>>16, i>>8&255, i&255))
		}
	}
	return lines
}

func TestPasteOfTenThousandLinesLosesNone(t *testing.T) {
	b := privileged(t, nil)
	b.enter("configure terminal")
	for _, l := range lists(10000) {
		require.Empty(t, b.enter(l))
	}
	b.enter("end")
	listing := b.Listing()
	require.Equal(t, 10001, strings.Count(listing, " permit "))
	require.Equal(t, "Number of lines which match regexp = 5001\n", b.enter("show running-config | count ^access-list"))
}

func BenchmarkPaste10000(b *testing.B) {
	lines := lists(10000)
	for b.Loop() {
		r := privileged(&testing.T{}, nil)
		r.enter("configure terminal")
		for _, l := range lines {
			r.enter(l)
		}
	}
}

func BenchmarkPrint10000(b *testing.B) {
	r := privileged(&testing.T{}, nil)
	r.enter("configure terminal")
	for _, l := range lists(10000) {
		r.enter(l)
	}
	r.enter("end")
	for b.Loop() {
		r.enter("show running-config")
	}
}
