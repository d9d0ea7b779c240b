// Package failover measures for how long nothing passes when one router of a
// redundant pair fails: two processes of tandem router on TAP devices, and the
// Linux pair of keepalived, conntrackd and nftables, in turn under the same
// blows, with the kernel's own UDP and TCP from one end to the other. It is all
// tests; see README.md of bench for how to run the long form and what came out.
package failover
