//go:build !race

package appliance_test

const (
	defaultRuns = 200    // of TestSweep
	replays     = 16     // seeds of TestSweepReplays
	silentFlows = 10_000 // of TestSilentLossOfTenThousand
	pairSeeds   = 3      // of TestTwentyFailovers
)
