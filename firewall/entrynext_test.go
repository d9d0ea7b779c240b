package firewall_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/firewall"
)

// Whatever is offered next may be typed next, and has a text; whatever may be
// typed next is offered.
func TestNextEntryWords(t *testing.T) {
	for _, line := range []string{
		"permit tcp host 10.0.0.1 range 1 www 10.0.0.0 0.0.0.255 eq www 443 match-all +ack -fin log",
		"deny icmp any any 3 1 precedence critical", "permit icmp any any tos normal dscp ef ttl eq 5 fragments",
		"permit udp any gt ntp any neq domain log-input", "permit 89 any any",
	} {
		walkEntry(t, strings.Fields(line), firewall.Extended)
	}
	walkEntry(t, strings.Fields("deny 10.0.0.0 0.0.0.255 log"), firewall.Standard)
	walkEntry(t, strings.Fields("permit host 10.0.0.1"), firewall.Standard)
}

func walkEntry(t *testing.T, words []string, kind firewall.Kind) {
	t.Helper()
	for i := range len(words) + 1 {
		next, complete, err := firewall.NextEntryWords(words[:i], kind)
		require.NoError(t, err, words[:i])
		_, _, parsed := firewall.ParseEntry(words[:i], kind)
		require.Equal(t, parsed == nil, complete, words[:i])
		for _, c := range next {
			require.NotEmpty(t, c.Help, c.Word)
			if strings.HasPrefix(c.Word, "<") || c.Word == "A.B.C.D" || c.Word == "LINE" {
				continue
			}
			_, at, err := firewall.ParseEntry(append(words[:i:i], c.Word), kind)
			require.False(t, errors.Is(err, firewall.ErrInput) && at == i, "%v %s", words[:i], c.Word)
		}
	}
	_, _, err := firewall.NextEntryWords([]string{"permit", "nonsense"}, firewall.Extended)
	require.ErrorIs(t, err, firewall.ErrInput)
}

func FuzzNextEntryWords(f *testing.F) {
	f.Add("permit tcp any eq", true)
	f.Add("deny host 1.1.1.1", false)
	f.Fuzz(func(t *testing.T, line string, extended bool) {
		kind := firewall.Standard
		if extended {
			kind = firewall.Extended
		}
		words := strings.Fields(line)
		_, complete, err := firewall.NextEntryWords(words, kind)
		_, _, parsed := firewall.ParseEntry(words, kind)
		if complete != (parsed == nil) {
			t.Fatalf("%q: complete %v, but %v", line, complete, errors.Join(err, parsed))
		}
	})
}
