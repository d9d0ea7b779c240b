// Package config is the running configuration as a tree: a root for global
// lines, a node for every block such as "interface GigabitEthernet0/0", and in
// each node one entry a configured value. Each entry brings its printed lines
// and its place, so the tree knows no feature. The package prints a tree as
// IOS does, counts its bytes and tells what to type to turn one tree into
// another.
//
// A caller fills a tree and prints it:
//
//	t := config.New()
//	t.Root.Set(config.Entry{
//		Slot:  config.Slot{Leaf: "hostname"},
//		Place: config.Place{Section: config.SectionHostname},
//		Value: "RouterA",
//		Lines: []config.Line{{Text: "hostname RouterA"}},
//	})
//	intf := t.Root.Open("interface Loopback0", "config-if", config.Place{Section: config.SectionInterfaces})
//	intf.Set(...)
//	text := config.Print(t, config.IOS, config.Layout{})
//
// A tree belongs to one goroutine. Clone gives an independent copy: values and
// lines are shared between copies and must not be changed in place.
package config
