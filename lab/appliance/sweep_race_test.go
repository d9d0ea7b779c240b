//go:build race

package appliance_test

// Fewer than without the race detector, which makes each several times as long.
const (
	defaultRuns = 6   // of TestSweep
	silentFlows = 500 // of TestSilentLossOfTenThousand
)
