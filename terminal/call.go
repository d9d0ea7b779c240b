package terminal

import (
	"tandem/modes"
	"tandem/router"
)

// Call serves a connection that a router makes: it is its Inband.Call. It
// returns when the connection is over.
func Call(c *router.Call) {
	var over modes.CallEvent
	switch {
	case c.Protocol == modes.Telnet:
		over.Err = callTelnet(c)
	case c.Copy != nil:
		over.Content, over.Err = callCopy(c)
	default:
		over.Err = callSSH(c)
	}
	over.Kind = modes.CallOver
	c.Tell(over)
}
