//go:build race

package appliance_test

// defaultRuns of TestSweep: the race detector makes each several times as long.
const defaultRuns = 6
