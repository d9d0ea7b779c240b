package modes

import (
	"slices"

	"tandem/config"
	"tandem/hsrp"
	"tandem/parser"
	"tandem/wire"
)

// virtualIP is "standby N ip [A]": on, and its address or 0 to learn it.
type virtualIP struct {
	on   bool
	addr wire.Addr
}

var standbyIP = standbyGroup(rankGroupIP, Leaf[virtualIP]{
	Syntax: "ip [<vip:ip>]",
	Help: Words{
		"standby": "HSRP interface configuration commands", "group": "group number",
		"ip": "Enable HSRP and set the virtual IP address", "vip": "Virtual IP address",
	},
	Parse: func(x *Exec, a parser.Args) (virtualIP, error) {
		if !a.Has("vip") {
			return virtualIP{on: true}, nil
		}
		addr, err := virtualAddress(x, a, "vip")
		return virtualIP{on: true, addr: addr}, err
	},
	Print: func(a parser.Args, v virtualIP) string {
		switch {
		case !v.on:
			return ""
		case v.addr == 0:
			return standbyLine(a) + "ip"
		}
		return standbyLine(a) + "ip " + v.addr.String()
	},
	Apply:    applyVirtualIP,
	Examples: []string{"standby 1 ip 10.0.0.3", "standby ip 10.0.0.3", "standby 7 ip"},
}, nil)

// errTwice is our text: an address is primary or secondary.
const errTwice = Refusal("% Address is a virtual IP address of this group already")

// applyVirtualIP sets the primary virtual address. Without one there are no
// secondary ones either (reference ha 1.10).
func applyVirtualIP(x *Exec, a parser.Args, v virtualIP) error {
	if err := checkGroup(x, a); err != nil {
		return err
	}
	twice := false
	err := x.Device.EditGroup(x.Now, interfaceName(x), groupOf(a), func(c *hsrp.GroupConfig) {
		if twice = v.addr != 0 && slices.Contains(c.Secondary, v.addr); twice {
			return
		}
		if c.Enabled, c.VIP = v.on, v.addr; v.addr == 0 {
			c.Secondary = nil
		}
	})
	switch {
	case twice:
		return errTwice
	case v.addr == 0:
		forgetSecondary(x, groupOf(a))
	}
	return err
}

// forgetSecondary takes the secondary virtual addresses of a group out of the
// configuration.
func forgetSecondary(x *Exec, group int) {
	place := standbySecondaryPlace(group)
	for _, e := range x.Node.Entries() {
		if e.Place.Order == place.Order {
			x.Node.Unset(e.Slot)
		}
	}
}

func standbySecondaryPlace(group int) config.Place {
	return config.Place{Order: [4]int{rankStandby, standbyGroups, group, rankGroupSecondary}}
}

// firstMulticast is where addresses of one host end: class D, E and broadcast.
var firstMulticast = wire.MustAddr("224.0.0.0")

// virtualAddress reads a virtual address and judges it against the
// interface's own; a warning is printed and the address taken.
func virtualAddress(x *Exec, a parser.Args, name string) (wire.Addr, error) {
	addr, err := wire.ParseAddr(a.Get(name))
	if err != nil || addr == 0 || addr >= firstMulticast {
		return 0, CaretError{Arg: name}
	}
	own := x.Device.Interface(interfaceName(x))
	var list []wire.Prefix
	if own.Primary.Bits > 0 {
		list = append([]wire.Prefix{own.Primary}, own.Secondary...)
	}
	warning, err := hsrp.CheckVIP(addr, list)
	if warning != "" && !x.loading {
		x.Print(warning + "\n")
	}
	return addr, err
}

var standbySecondary = standbyGroup(rankGroupSecondary, Leaf[wire.Addr]{
	Syntax: "ip <vip:ip> secondary", Keys: []string{"vip"}, No: "ip <vip:ip> secondary",
	Help:  Words{"secondary": "Make this IP address a secondary virtual IP address"},
	Parse: func(x *Exec, a parser.Args) (wire.Addr, error) { return virtualAddress(x, a, "vip") },
	Print: func(a parser.Args, v wire.Addr) string { return standbyLine(a) + "ip " + v.String() + " secondary" },
	Apply: func(x *Exec, a parser.Args, v wire.Addr) error {
		var refused error
		err := x.Device.EditGroup(x.Now, interfaceName(x), groupOf(a), func(c *hsrp.GroupConfig) {
			if refused = hsrp.CheckSecondary(*c); refused == nil && v == c.VIP {
				refused = errTwice
			}
			if refused != nil && v != 0 {
				return
			}
			refused = nil
			gone := wire.MustAddr(a.Get("vip"))
			var list []wire.Addr
			for _, s := range c.Secondary {
				if s != gone {
					list = append(list, s)
				}
			}
			if v != 0 {
				list = append(list, v)
			}
			c.Secondary = list
		})
		if refused != nil {
			return refused
		}
		return err
	},
	Examples: []string{"standby 1 ip 10.0.0.4 secondary"},
}, nil)
