package modes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The lines of a rule stay together in the order they were entered; a line
// entered again keeps its place (reference firewall 1.3).
func TestInspectionLinesKeepTheirOrder(t *testing.T) {
	b := privileged(t, nil)
	b.enter("configure terminal")
	for _, l := range []string{
		"ip inspect name two udp", "ip inspect name one tcp", "ip inspect name two ftp", "ip inspect name one icmp",
		"ip inspect name two udp timeout 60",
	} {
		require.Empty(t, b.enter(l))
	}
	var got []string
	for _, l := range trimmed(b.Listing()) {
		if strings.HasPrefix(l, "ip inspect name") {
			got = append(got, strings.TrimPrefix(l, "ip inspect name "))
		}
	}
	require.Equal(t, []string{"two udp timeout 60", "two ftp", "one tcp", "one icmp"}, got)
}
