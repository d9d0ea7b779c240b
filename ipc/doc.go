// Package ipc is the control plane between the two routers of a pair: the zone
// of "ipc zone default" with its one SCTP association (reference ha 4). A Zone
// is driven like every feature: configuration, addresses, packets and time are
// handed in; packets, messages and events are taken out. It starts the
// association when everything it needs is there, and starts it again for ever
// when it fails.
//
// After each call to Configure, Addresses, Input, Wake, Send or Receive the
// owner drains Receive, Events and Packets and asks NextWake.
package ipc
