// Package track is the object tracking of one device (reference ha 1.13):
// numbered objects that are up or down, from the state of interfaces, routes
// or other objects, with a delay before a change counts. It is a pure step
// machine like the other features:
//
//	t := track.New(platform.ShortName)
//	for each event {
//		out = t.Step(event, out[:0])
//		for _, action := range out { ... in this order ... }
//	}
//
// An object starts down; what the owner has told about its interface or route
// before counts from the start. Changed is emitted for every object whose
// state changed, members before the lists they are in.
package track
