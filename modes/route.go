package modes

import (
	"errors"

	"tandem/config"
	"tandem/forward"
	"tandem/parser"
	"tandem/wire"
)

// staticRoute is "ip route": every line is an instance of its own.
var staticRoute = Leaf[forward.Route]{
	In: ConfigMode,
	Syntax: "ip route <prefix:ip> <mask:ip> {<if:interface> [<hop:ip>] | <hop:ip>} [<distance:1-255>] " +
		"{name <label:word> | permanent | tag <tagvalue:1-4294967295>}*",
	No: "ip route <prefix:ip> <mask:ip> {<if:interface> [<hop:ip>] | <hop:ip>} [<rest:line>]",
	Help: Words{
		"route": "Establish static routes", "prefix": "Destination prefix", "mask": "Destination prefix mask",
		"if": "Interface number", "hop": "Forwarding router's address", "distance": "Distance metric for this route",
		"name": "Specify name of the next hop", "label": "Specify name of the next hop", "permanent": "permanent route",
		"tag": "Set tag for this route", "tagvalue": "Tag value", "rest": "Options",
	},
	Keys: []string{"prefix", "mask", "if", "hop"},
	PlaceOf: func(a parser.Args) config.Place {
		p := config.Place{Section: config.SectionStaticRoutes, Order: [4]int{5}, Text: a.String()}
		if addr, err := wire.ParseAddr(a.Get("prefix")); err == nil {
			p.Order[1] = int(addr)
		}
		return p
	},
	Parse: parseRoute,
	Apply: func(x *Exec, a parser.Args, r forward.Route) error {
		if r != (forward.Route{}) {
			return routeError(x.Device.AddRoute(x.Now, r))
		}
		gone, err := parseRoute(x, a)
		if err != nil {
			return err
		}
		x.Device.RemoveRoute(x.Now, gone)
		return nil
	},
	Examples: []string{"ip route 0.0.0.0 0.0.0.0 80.80.80.1", "ip route 10.9.0.0 255.255.0.0 Null0 250"},
}

// parseRoute reads an ip route line; what IOS refuses has its text in
// reference firewall 6.1.
func parseRoute(x *Exec, a parser.Args) (forward.Route, error) {
	r := forward.Route{Source: forward.Static, Distance: 1, Interface: forward.NoInterface, Permanent: a.Has("permanent")}
	prefix, err := wire.ParseAddr(a.Get("prefix"))
	if err != nil {
		return r, CaretError{Arg: "prefix"}
	}
	mask, err := wire.ParseAddr(a.Get("mask"))
	if err != nil {
		return r, CaretError{Arg: "mask"}
	}
	bits, ok := wire.BitsOf(mask)
	r.Prefix = wire.Prefix{Addr: prefix, Bits: bits}
	if !ok || r.Prefix != r.Prefix.Network() {
		return r, Refusal("%Inconsistent address and mask")
	}
	if a.Has("hop") {
		if r.NextHop, err = wire.ParseAddr(a.Get("hop")); err != nil {
			return r, CaretError{Arg: "hop"}
		}
	}
	if a.Has("if") {
		if r.Interface, ok = x.Device.InterfaceIndex(a.Get("if")); !ok {
			return r, CaretError{Arg: "if"}
		}
	}
	if a.Has("distance") {
		r.Distance = uint8(a.Int("distance"))
	}
	if a.Has("tag") {
		r.Tag = uint32(a.Int("tagvalue"))
	}
	r.Name = a.Get("label")
	return r, nil
}

func routeError(err error) error {
	switch {
	case errors.Is(err, forward.ErrHostBits):
		return Refusal("%Inconsistent address and mask")
	case errors.Is(err, forward.ErrDestination):
		return Refusal("%Invalid destination prefix")
	case errors.Is(err, forward.ErrOwnNextHop):
		return Refusal("%Invalid next hop address (it's this router)")
	}
	return err
}

func routeLines() []Declaration { return []Declaration{staticRoute} }
