// Package interop holds ipc/sctp against implementations that others wrote:
// usrsctp in user space, and the SCTP of a Linux kernel through ipc/kernel.
// It has tests only; docs/sctp-interop.md says what they need and how to run
// them. What a machine lacks is a skipped test that says so.
package interop
