package rip

import (
	"slices"

	"tandem/wire"
)

// link is one interface.
type link struct {
	name      string
	up        bool
	silent    bool
	addresses []wire.Prefix
	config    LinkConfig
	running   bool // a network statement covers it and it is up
}

func (r *Router) link(name string) *link {
	if i := slices.IndexFunc(r.links, func(l *link) bool { return l.name == name }); i >= 0 {
		return r.links[i]
	}
	return nil
}

// mention returns the link of a name, making it on first mention.
func (r *Router) mention(name string) *link {
	l := r.link(name)
	if l == nil {
		l = &link{name: name}
		r.links = append(r.links, l)
	}
	return l
}

func (r *Router) linkChanged(e LinkChanged) {
	l := r.mention(e.Interface)
	moved := !slices.Equal(l.addresses, e.Addresses)
	l.up, l.silent, l.addresses = e.Up, e.Silent, slices.Clone(e.Addresses)
	if moved && l.running {
		r.dropLink(l) // neighbours of the old subnet are none of the new one
	}
	r.review()
}

// reviewLink starts or ends RIP on an interface.
func (r *Router) reviewLink(l *link) {
	runs := l.up && slices.ContainsFunc(l.addresses, func(p wire.Prefix) bool { return r.config.Covers(p.Addr) })
	switch {
	case runs && !l.running:
		l.running = true
		r.act(Join{l.name})
		r.request(l)
	case !runs && l.running:
		l.running = false
		r.act(Leave{l.name})
		r.dropLink(l)
	}
}

// dropLink gives up every path that leads over an interface. There is no
// hold-down: the loss is certain, not a rumour.
func (r *Router) dropLink(l *link) {
	for _, n := range slices.Clone(r.networks) {
		r.dropPaths(n, func(p *path) bool { return p.link == l })
		r.bury(n, 0)
	}
}

// speaks reports whether updates leave by the interface.
func (r *Router) speaks(l *link) bool {
	return l.running && !l.silent && !r.config.IsPassive(l.name)
}

// primary is the address updates come from.
func (l *link) primary() wire.Addr {
	if len(l.addresses) == 0 {
		return 0
	}
	return l.addresses[0].Addr
}

// subnet returns the prefix of the interface that holds a.
func (l *link) subnet(a wire.Addr) (wire.Prefix, bool) {
	i := slices.IndexFunc(l.addresses, func(p wire.Prefix) bool { return p.Contains(a) })
	if i < 0 {
		return wire.Prefix{}, false
	}
	return l.addresses[i], true
}

// within reports whether the interface has an address in the classful network
// of a.
func (l *link) within(major wire.Prefix) bool {
	return slices.ContainsFunc(l.addresses, func(p wire.Prefix) bool { return Classful(p.Addr) == major })
}

// ours reports whether a is an address of this device.
func (r *Router) ours(a wire.Addr) bool {
	return slices.ContainsFunc(r.links, func(l *link) bool {
		return slices.ContainsFunc(l.addresses, func(p wire.Prefix) bool { return p.Addr == a })
	})
}
