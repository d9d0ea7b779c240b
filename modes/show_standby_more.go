package modes

import (
	"time"

	"tandem/hsrp"
	"tandem/parser"
	"tandem/platform"
)

// showStandbyInternal lists what HSRP keeps, under the heads of sample
// show_standby_internal_01; hash values are not shown, for there are none.
func showStandbyInternal(x *Exec, _ parser.Args) {
	all := standbyStatus(x)
	x.Print("HSRP virtual IP Hash Table (global)\n")
	for _, g := range all {
		if g.VIP != 0 {
			x.Printf("%-32s %-10s Grp %d\n", g.VIP, platform.ShortName(g.Interface), g.Group)
		}
	}
	x.Print("\nHSRP MAC Address Table\n")
	for _, g := range all {
		x.Printf("%s %s\n    %s Grp %d\n", platform.ShortName(g.Interface), g.LocalMAC, platform.ShortName(g.Interface), g.Group)
	}
}

// showStandbyRedirect lists the redirect settings, the virtual addresses that
// hosts may be redirected to, and the routers that they may not be redirected
// to. Its columns are remembered.
func showStandbyRedirect(x *Exec, _ parser.Args) {
	x.Print("Interface              Redirects Adv   Holddown\n")
	for _, i := range standbyInterfaces(x) {
		r := i.Config.Redirects
		state := "disabled"
		if r.Enabled {
			state = "enabled"
		}
		x.Printf("%-22s %-9s %-5d %d\n", i.Interface, state, r.Advertise/time.Second, r.Hold/time.Second)
	}
	x.Print("\nActive          Hits     Interface  Group  Virtual IP      Virtual MAC\n")
	for _, g := range standbyStatus(x) {
		if g.State < hsrp.Learn || g.Active.Role == hsrp.Unknown {
			continue
		}
		x.Printf("%-15s %-8d %-10s %-6d %-15s %s\n", briefPeer(g.Active), g.Redirects, platform.ShortName(g.Interface), g.Group, addressText(g.VIP), macText(g.ActiveMAC))
	}
	x.Print("\nPassive         Hits     Interface  Expires in\n")
	for _, i := range standbyInterfaces(x) {
		for _, p := range i.Passives {
			x.Printf("%-15s %-8d %-10s %.3f\n", p.Address, p.Redirects, platform.ShortName(i.Interface), p.Expires.Seconds())
		}
	}
}
