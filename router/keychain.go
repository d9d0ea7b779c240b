package router

import (
	"maps"
	"slices"
	"time"

	"tandem/clock"
	"tandem/hsrp"
	"tandem/keychain"
)

// ownerKeys owns the timer of the next date at which a key becomes valid or
// ends to be.
const ownerKeys = "key chains"

// EditKeyChain implements modes.Device.
func (r *Router) EditKeyChain(_ clock.Time, name string, edit func(c keychain.Chain) keychain.Chain) error {
	if c := edit(r.keys[name]); len(c) > 0 {
		r.keys[name] = c
	} else {
		delete(r.keys, name)
	}
	r.rekey(func(used string) bool { return used == name })
	return nil
}

// KeyChain implements modes.Device.
func (r *Router) KeyChain(name string) keychain.Chain { return r.keys[name] }

// ClockMoved implements modes.Device.
func (r *Router) ClockMoved(clock.Time) { r.turnKeys() }

// turnKeys gives every group that has a key chain the keys of now.
func (r *Router) turnKeys() { r.rekey(func(string) bool { return true }) }

// rekey gives the groups with certain key chains the keys that are valid now,
// and waits for the next date that changes one.
func (r *Router) rekey(concerned func(chain string) bool) {
	for _, s := range r.standby.Status(r.now) {
		if name := s.Authentication.KeyChain; name != "" && concerned(name) {
			r.configureGroup(groupKey{s.Interface, int(s.Group)})
		}
	}
	date, zone := r.wall.Date(r.now), r.wall.Zone()
	var next time.Time
	for _, name := range slices.Sorted(maps.Keys(r.keys)) {
		if t, ok := r.keys[name].Next(date, zone); ok && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if timer := (clock.Key{Owner: ownerKeys}); next.IsZero() {
		r.timers.Stop(timer)
	} else {
		r.timers.Set(timer, r.wall.When(next))
	}
}

// configureGroup hands HSRP the configuration of a group, with the keys of its
// key chain that are valid now.
func (r *Router) configureGroup(key groupKey) {
	c := r.groups[key]
	if a := &c.Authentication; a.KeyChain != "" {
		date, zone := r.wall.Date(r.now), r.wall.Zone()
		for _, k := range r.keys[a.KeyChain].Accepting(date, zone) {
			a.Chain = append(a.Chain, hsrp.Key{ID: k.ID, Text: k.Text})
		}
		if k, ok := r.keys[a.KeyChain].Sending(date, zone); ok {
			a.Key, a.KeyID = k.Text, k.ID
		}
	}
	r.words++ // authentication may be another
	r.step(hsrp.ConfigureGroup{At: r.now, Interface: key.name, Group: uint16(key.group), Config: c})
}
