//go:build !linux

package main

import "tandem/lab"

// guarded is true where a router is its own process: only Linux hands ports
// down to another one here.
func guarded() bool { return true }

func guard(*lab.Topology, int) error { return nil }

func (*settings) inherit(*lab.Topology) {}
