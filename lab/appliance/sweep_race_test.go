//go:build race

package appliance_test

// Fewer than without the race detector, which makes each several times as long.
const (
	defaultRuns = 6   // of TestSweep
	replays     = 2   // seeds of TestSweepReplays
	silentFlows = 500 // of TestSilentLossOfTenThousand
	pairSeeds   = 1   // of TestTwentyFailovers
)
