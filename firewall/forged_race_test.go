//go:build race

package firewall

// forgedRecords is how many records TestForgedRecords forges.
const forgedRecords = 60_000
