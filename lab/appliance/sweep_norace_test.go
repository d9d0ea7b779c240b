//go:build !race

package appliance_test

const (
	defaultRuns = 24     // of TestSweep
	silentFlows = 10_000 // of TestSilentLossOfTenThousand
)
