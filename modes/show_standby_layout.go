package modes

import (
	"fmt"
	"strings"

	"tandem/hsrp"
	"tandem/platform"
)

// standbyLayout is what releases print differently in show standby.
type standbyLayout struct {
	head string // of show standby brief, under the legend
	row  string // formats name, group, priority, P, state, Active, Standby, virtual IP
	name string // title of the redundancy name
	mac  bool   // says whether the virtual MAC is in use
}

// standbyLegend is above every show standby brief.
const standbyLegend = "                     P indicates configured to preempt.\n" +
	"                     |\n"

// standbyLayouts fixes the columns 0, 12, 16, 21, 23, 32, 48 and 64 of 12.4,
// and 0, 12, 17, 21, 23, 31, 47 and 63 of 15.x (reference ha 2.1, 2.2).
var standbyLayouts = [...]standbyLayout{
	platform.Era124: {
		head: "Interface   Grp Prio P State    Active          Standby         Virtual IP     \n",
		row:  "%-11s %-3d %-4d %s %-8s %-15s %-15s %-15s\n",
		name: "IP redundancy name",
	},
	platform.Era15: {
		head: "Interface   Grp  Pri P State   Active          Standby         Virtual IP\n",
		row:  "%-11s %-4d %-3d %s %-7s %-15s %-15s %s\n",
		name: "Group name", mac: true,
	},
}

// brief is one group on a line; a long name has a line of its own.
func (l standbyLayout) brief(g hsrp.GroupStatus) string {
	name, preempt := platform.ShortName(g.Interface), " "
	if g.Preempt.Enabled {
		preempt = "P"
	}
	if len(name) > 11 {
		name += "\n" + strings.Repeat(" ", 11)
	}
	return fmt.Sprintf(l.row, name, g.Group, g.Priority, preempt,
		g.State, briefPeer(g.Active), briefPeer(g.Standby), addressText(g.VIP))
}

// use says whether this router answers for the virtual MAC.
func (l standbyLayout) use(g hsrp.GroupStatus) string {
	switch {
	case !l.mac:
		return ""
	case g.State == hsrp.Active:
		return " (MAC In Use)"
	}
	return " (MAC Not In Use)"
}
