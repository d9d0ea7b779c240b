package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/hsrp"
	"tandem/platform"
)

// What show standby says of groups that follow another: no public listing was
// found, the words are remembered, and what is left out is decided.

// followingText stands in a group that follows, in the place of hellos,
// preemption and priority, which it has none of.
func followingText(g hsrp.GroupStatus) string {
	text := "  MAC refresh " + itoa(int(g.Refresh/time.Second)) + " secs"
	if g.RefreshIn > 0 {
		text += fmt.Sprintf(" (next refresh %.3f secs)", g.RefreshIn.Seconds())
	}
	return text + fmt.Sprintf("\n  Following \"%s\"\n  Active router is %s\n  Standby router is %s\n",
		g.Following, peerText(g.Active), peerText(g.Standby))
}

// followersText closes a group that others follow.
func followersText(g hsrp.GroupStatus) string {
	if len(g.Followers) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("  Followed by groups:\n")
	for _, f := range g.Followers {
		fmt.Fprintf(&b, "    %s Grp %d %s %s %s refresh %d secs", platform.ShortName(f.Interface), f.Group, f.State, addressText(f.VIP), f.MAC, f.Refresh/time.Second)
		if f.RefreshIn > 0 {
			fmt.Fprintf(&b, " (next %.3f)", f.RefreshIn.Seconds())
		}
		b.WriteByte('\n')
	}
	return b.String()
}
