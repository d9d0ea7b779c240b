//go:build race

package redundancy_test

// forged is how many messages TestForgedMessages forges.
const forged = 60_000
