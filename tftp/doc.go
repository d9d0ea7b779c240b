// Package tftp is the Trivial File Transfer Protocol (RFC 1350) in octet mode
// with blocks of 512 bytes, as IOS 12.4 speaks it without options: both ends
// as pure step functions over the payloads of UDP datagrams. The caller owns
// addresses, ports and timers.
//
//	c := tftp.Get("router-confg", limit) // or tftp.Put(name, content)
//	actions := c.Start(now)
//	actions = c.Receive(now, fromPort, payload)
//	actions = c.Wake(now) // at the moment of the last Arm
package tftp
