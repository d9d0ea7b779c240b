package modes_test

import (
	"strings"
	"testing"
)

// FuzzKeyLifetime types anything behind accept-lifetime and send-lifetime: what
// is taken prints as a line that says the same, and shows as two dates in order.
func FuzzKeyLifetime(f *testing.F) {
	for _, seed := range []string{
		"00:00:00 Jan 1 2026 infinite", "local 1:2:3 25 january 1996 duration 2147483646", "23:59:59 Feb 29 2004 0:0:0 Mar 1 2035",
		"00:00:00 31 jun 2000 infinite", "l 00:00:00 may 1 1993 d 1", "00:00:00 1 Jan 2000 00:00:00 1 Jan 2000",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b := privileged(t, nil)
		for _, l := range []string{"configure terminal", "clock timezone X -3 30", "key chain fuzzed", "key 1", "key-string x"} {
			b.enter(l)
		}
		before := b.Listing()
		text = typable(text)
		b.enter("accept-lifetime " + text)
		b.enter("send-lifetime " + text)
		b.rest()
		after := b.Listing()
		shown := b.enter("show key chain fuzzed")
		if len(b.KeyChain("fuzzed")) == 1 && after == before && strings.Count(shown, "(always valid)") != 4 {
			t.Fatalf("%q is refused and shows\n%s", text, shown)
		}
		for _, k := range b.KeyChain("fuzzed") {
			if start, end := k.Send.Window(b.Calendar().Zone()); !end.IsZero() && !end.After(start) {
				t.Fatalf("%q ends before it starts:\n%s", text, shown)
			}
		}
		if loaded := privileged(t, []byte(after)); loaded.Listing() != after {
			t.Fatalf("%q prints a configuration that does not load:\n%s", text, after)
		}
	})
}
