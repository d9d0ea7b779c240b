// Package platform is the hardware catalogue: which chassis and modules exist,
// the interfaces and lines they give a router, and what show version and show
// inventory say of them.
//
//	hw, err := platform.New("c3845", map[string]string{"0/1": "HWIC-D-9ESW"}, "RouterB")
//	for _, i := range hw.Interfaces() { ... }
//
// A Hardware never changes once made. Everything in it follows from the three
// arguments of New, serial numbers and addresses included.
package platform
