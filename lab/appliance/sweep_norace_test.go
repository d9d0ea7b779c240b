//go:build !race

package appliance_test

// defaultRuns of TestSweep.
const defaultRuns = 24
