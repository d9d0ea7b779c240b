package redundancy

import "tandem/clock"

// Divided says whether the groups that share the traffic of the scheme are
// divided: the group of the scheme is Active here, while another one, with
// inspection for the scheme on its interface, is Standby here and Active on an
// equal router. The paper asks that all of them be in one state. HSRP alone does
// not mend it, for nobody preempts an equal, and return traffic meets a router
// that keeps its sessions for the peer.
type Divided struct {
	At      clock.Time
	Divided bool
}

func (e Divided) when() clock.Time { return e.At }

// unite hands the active role to a hot standby that has the other groups
// already (assumed: IOS leaves the pair divided). As always, the router that
// gives up the role reloads.
func (f *Facility) unite() {
	if !f.divided || f.over || f.my != Active || f.peer.state != StandbyHot || !f.peer.talking {
		return
	}
	f.pumpOut()
	f.reload("HSRP groups divided between the routers")
}
