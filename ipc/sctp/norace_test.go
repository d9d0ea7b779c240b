//go:build !race

package sctp_test

// raceEnabled tells that the race detector slows everything down.
const raceEnabled = false
