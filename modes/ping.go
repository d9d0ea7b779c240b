package modes

import (
	"fmt"
	"strings"
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
			"timeout <seconds:0-3600> | source {<interface:interface> | <address:ip>} | df-bit}*", Run: pingNow, Help: Words{
			"ping": "Send echo messages", "ip": "IP echo", "target": "Ping destination address or hostname",
			"repeat": "specify repeat count", "size": "specify datagram size", "timeout": "specify timeout interval",
			"source": "specify source address or name", "df-bit": "enable do not fragment bit in IP header",
			"interface": "Interface number", "address": "Source address",
			"count": "Repeat count", "bytes": "Datagram size", "seconds": "Timeout in seconds",
		}},
		Command{Syntax: "ping", Run: pingDialog, Help: Words{}},
		Command{Syntax: "traceroute [ip] <target:word>", Run: traceroute, Help: Words{
			"traceroute": "Trace route to destination", "ip": "IP Trace", "target": "Trace route to destination address or hostname",
		}},
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
	if a.Has("address") {
		o.Source, _ = wire.ParseAddr(a.Get("address"))
	}
	if a.Has("interface") {
		o.Source = x.Device.Interface(a.Get("interface")).Primary.Addr
	}
	if a.Has("source") && !x.Device.OwnAddress(o.Source) {
		x.Print("% Invalid source address- IP address not on any of our up interfaces\n")
		return
	}
	ping(x, o, a.Has("source"))
}

// ping prints the head, a mark an echo and the summary.
func ping(x *Exec, o forward.PingOptions, sourced bool) {
	x.Printf("\nType escape sequence to abort.\nSending %d, %d-byte ICMP Echos to %s, timeout is %d seconds:\n",
		o.Repeat, o.Size, o.Target, o.Timeout/time.Second)
	if sourced {
		x.Printf("Packet sent with a source address of %s \n", o.Source)
	}
	if o.Flags&wire.DontFragment != 0 {
		x.Print("Packet sent with the DF bit set\n")
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
	stop := x.Device.Ping(x.Now, o, func(now clock.Time, e forward.Event) {
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

// pingDialog asks for everything (sample ping_dialog).
func pingDialog(x *Exec, _ parser.Args) {
	o := forward.PingOptions{Repeat: 5, Size: 100, Timeout: 2 * time.Second}
	number := func(prompt string, low, high int, to func(n int), then func(x *Exec)) func(x *Exec) {
		return func(x *Exec) {
			x.Ask(Question{Prompt: prompt, Then: func(x *Exec, answer string) {
				if answer = strings.TrimSpace(answer); answer != "" {
					n := atoi(answer)
					if n < low || n > high {
						x.Print("% A decimal number between " + itoa(low) + " and " + itoa(high) + ".\n")
						return
					}
					to(n)
				}
				then(x)
			}})
		}
	}
	ask := func(prompt string, then func(x *Exec)) func(x *Exec) {
		return func(x *Exec) {
			x.Ask(Question{Prompt: prompt, Then: func(x *Exec, _ string) { then(x) }})
		}
	}
	sweep := ask("Sweep range of sizes [n]: ", func(x *Exec) { ping(x, o, false) })
	extended := ask("Extended commands [n]: ", sweep)
	timeout := number("Timeout in seconds [2]: ", 0, 3600, func(n int) { o.Timeout = time.Duration(n) * time.Second }, extended)
	size := number("Datagram size [100]: ", 36, 18024, func(n int) { o.Size = n }, timeout)
	repeat := number("Repeat count [5]: ", 1, 2147483647, func(n int) { o.Repeat = n }, size)
	target := func(x *Exec) {
		x.Ask(Question{Prompt: "Target IP address: ", Then: func(x *Exec, answer string) {
			var err error
			if o.Target, err = wire.ParseAddr(strings.TrimSpace(answer)); err != nil {
				x.Print("% Bad IP address\n")
				return
			}
			repeat(x)
		}})
	}
	x.Ask(Question{Prompt: "Protocol [ip]: ", Then: func(x *Exec, answer string) {
		if answer = strings.TrimSpace(answer); answer != "" && answer != "ip" {
			x.Print("% Unknown protocol - \"" + answer + "\", type \"ping ?\" for help\n")
			return
		}
		target(x)
	}})
}

// traceroute prints a line a hop (sample traceroute_old_style).
func traceroute(x *Exec, a parser.Args) {
	target, known := resolve(x.Device.Config(), a.Get("target"))
	if !known {
		unresolved(x, a.Get("target"))
		return
	}
	x.Printf("\nType escape sequence to abort.\nTracing the route to %s\n\n", target)
	var from wire.Addr
	first := true
	stop := x.Device.Traceroute(x.Now, forward.TracerouteOptions{Target: target}, func(now clock.Time, e forward.Event) {
		x.Now = now
		if e.Kind == forward.Finished {
			if !first {
				x.Print("\n")
			}
			x.Finish()
			return
		}
		if e.Seq == 0 {
			if !first {
				x.Print("\n")
			}
			first, from = false, 0
			x.Printf("%3d", e.TTL)
		}
		x.Print(traceMark(e, &from))
		x.Flush()
	})
	x.Wait(func(now clock.Time) {
		stop(now)
		x.Print("\n")
		x.Finish()
	})
}

func traceMark(e forward.Event, from *wire.Addr) string {
	if e.Mark == '*' {
		return "  * "
	}
	text := " "
	if e.From != *from {
		*from = e.From
		text += e.From.String() + " "
	}
	if e.Mark != 0 {
		return text + "!" + string(e.Mark) + " "
	}
	return text + fmt.Sprintf("%d msec", millis(e.RTT))
}
