package modes

import (
	"time"

	"tandem/clock"
	"tandem/forward"
	"tandem/parser"
	"tandem/wire"
)

// marksALine is how many marks a line of ping takes (reference firewall 6.5).
const marksALine = 70

func pingCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "ping [ip] <target:word> {repeat <count:1-2147483647> | size <bytes:36-18024> | " +
			"timeout <seconds:0-3600> | source {<interface:interface> | <address:ip>} | data <pattern:hex> | df-bit | validate}*", Run: pingNow, Help: Words{
			"ping": "Send echo messages", "ip": "IP echo", "target": "Ping destination address or hostname",
			"repeat": "specify repeat count", "size": "specify datagram size", "timeout": "specify timeout interval",
			"source": "specify source address or name", "df-bit": "enable do not fragment bit in IP header",
			"interface": "Interface number", "address": "Source address", "data": "specify data pattern", "pattern": "0-FFFF Specify hexadecimal pattern",
			"validate": "validate reply data",
			"count":    "Repeat count", "bytes": "Datagram size", "seconds": "Timeout in seconds",
		}},
		Command{Syntax: "ping", Run: pingDialog, Help: Words{}},
		Command{Syntax: "traceroute [ip] <target:word> {numeric | port <port:0-65535> | probe <probes:1-65535> | " +
			"source {<interface:interface> | <address:ip>} | timeout <seconds:0-3600> | ttl <least:1-255> <most:1-255>}*", Run: traceNow, Help: Words{
			"traceroute": "Trace route to destination", "ip": "IP Trace", "target": "Trace route to destination address or hostname",
			"numeric": "display numeric address", "port": "specify port number", "probe": "specify number of probes per hop",
			"source": "specify source address or name", "timeout": "specify time out", "ttl": "specify minimum and maximum ttl",
			"probes": "Number of probes", "least": "Minimum time to live", "most": "Maximum time to live", "seconds": "Timeout in seconds",
			"interface": "Interface number", "address": "Source address",
		}},
		Command{Syntax: "traceroute", Run: traceDialog, Help: Words{}},
	}
}

func pingNow(x *Exec, a parser.Args) {
	o := forward.PingOptions{Repeat: 5, Size: 100, Timeout: 2 * time.Second}
	var known bool
	if o.Target, known = resolve(x.Device.Config(), a.Get("target")); !known {
		unresolved(x, a.Get("target"))
		return
	}
	if a.Has("repeat") {
		o.Repeat = a.Int("count")
	}
	if a.Has("size") {
		o.Size = a.Int("bytes")
	}
	if a.Has("timeout") {
		o.Timeout = time.Duration(a.Int("seconds")) * time.Second
	}
	if a.Has("df-bit") {
		o.Flags = wire.DontFragment
	}
	if a.Has("data") {
		pattern, err := patternOf(a.Get("pattern"))
		if err != nil {
			x.Print(badPattern)
			return
		}
		o.Pattern = pattern
	}
	var ok bool
	if o.Source, ok = probeSource(x, a); !ok {
		return
	}
	ping(x, pinging{PingOptions: o, sourced: a.Has("source"), validate: a.Has("validate")})
}

// probeSource reads the "source" of a probe, 0 where none is given, and refuses
// what is not an address of this router.
func probeSource(x *Exec, a parser.Args) (source wire.Addr, ok bool) {
	if a.Has("address") {
		source, _ = wire.ParseAddr(a.Get("address"))
	}
	if a.Has("interface") {
		source = x.Device.Interface(a.Get("interface")).Primary.Addr
	}
	if a.Has("source") && !x.Device.OwnAddress(source) {
		x.Print(badSource)
		return 0, false
	}
	return source, true
}

// pinging is what ping says besides what it sends. Replies are compared with
// what was sent whether "validate" asks for it or not.
type pinging struct {
	forward.PingOptions
	sourced, validate bool
}

// ping prints the head, a mark an echo and the summary.
func ping(x *Exec, o pinging) {
	x.Printf("\nType escape sequence to abort.\nSending %d, %d-byte ICMP Echos to %s, timeout is %d seconds:\n",
		o.Repeat, o.Size, o.Target, o.Timeout/time.Second)
	if o.sourced {
		x.Printf("Packet sent with a source address of %s \n", o.Source)
	}
	if o.Flags&wire.DontFragment != 0 {
		x.Print("Packet sent with the DF bit set\n")
	}
	if o.validate {
		x.Print("Reply data will be validated\n")
	}
	if o.Pattern != 0 {
		x.Printf("Packet has data pattern 0x%04X\n", o.Pattern)
	}
	marks, sent, received := 0, 0, 0
	finish := func(e forward.Event) {
		if marks%marksALine != 0 {
			x.Print("\n")
		}
		rate := 0
		if e.Sent > 0 {
			rate = 100 * e.Received / e.Sent
		}
		x.Printf("Success rate is %d percent (%d/%d)", rate, e.Received, e.Sent)
		if e.Received > 0 {
			x.Printf(", round-trip min/avg/max = %d/%d/%d ms", millis(e.Min), millis(e.Avg), millis(e.Max))
		}
		x.Print("\n")
		x.Finish()
	}
	stop := x.Device.Ping(x.Now, o.PingOptions, func(now clock.Time, e forward.Event) {
		x.Now = now
		if e.Kind == forward.Finished {
			finish(e)
			return
		}
		marks++
		sent++
		if e.Mark == '!' {
			received++
		}
		x.Print(string(e.Mark))
		if marks%marksALine == 0 {
			x.Print("\n")
		}
		x.Flush()
	})
	x.Wait(func(now clock.Time) {
		stop(now)
		finish(forward.Event{Sent: sent, Received: received})
	})
}

// millis rounds up to the millisecond: IOS never shows 0 for a neighbour.
func millis(d time.Duration) int { return int((d + time.Millisecond - 1) / time.Millisecond) }
