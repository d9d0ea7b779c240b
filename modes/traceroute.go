package modes

import (
	"fmt"
	"time"

	"tandem/clock"
	"tandem/forward"
	"tandem/parser"
	"tandem/wire"
)

func traceNow(x *Exec, a parser.Args) {
	var o forward.TracerouteOptions
	var known bool
	if o.Target, known = resolve(x.Device.Config(), a.Get("target")); !known {
		unresolved(x, a.Get("target"))
		return
	}
	for name, to := range map[string]func(n int){
		"port": func(n int) { o.Port = uint16(n) }, "probes": func(n int) { o.Probes = n },
		"seconds": func(n int) { o.Timeout = time.Duration(n) * time.Second },
		"least":   func(n int) { o.MinTTL = n }, "most": func(n int) { o.MaxTTL = n },
	} {
		if a.Has(name) {
			to(a.Int(name))
		}
	}
	if o.MaxTTL < o.MinTTL {
		x.Print(badTTL)
		return
	}
	var ok bool
	if o.Source, ok = probeSource(x, a); !ok {
		return
	}
	traceroute(x, o)
}

// badTTL is assumed.
const badTTL = "% The maximum time to live is less than the minimum\n"

// traceDialog asks for everything; the questions are remembered.
func traceDialog(x *Exec, _ parser.Args) {
	o := &forward.TracerouteOptions{MinTTL: 1, MaxTTL: 30}
	askProbe(x, []probeQuestion{
		protocolQuestion("trace"), targetQuestion(&o.Target),
		{prompt: "Source address: ", take: func(x *Exec, answer string) (refusal string) {
			return sourceAnswer(x, answer, &o.Source)
		}},
		{prompt: "Numeric display [n]: ", take: yesTo(func() {})}, // names are never looked up
		{prompt: "Timeout in seconds [3]: ", take: numberIn(0, 3600, func(n int) { o.Timeout = time.Duration(n) * time.Second })},
		{prompt: "Probe count [3]: ", take: numberIn(1, 65535, func(n int) { o.Probes = n })},
		{prompt: "Minimum Time to Live [1]: ", take: numberIn(1, 255, func(n int) { o.MinTTL = n })},
		{prompt: "Maximum Time to Live [30]: ", take: func(x *Exec, answer string) string {
			return numberIn(o.MinTTL, 255, func(n int) { o.MaxTTL = n })(x, answer)
		}},
		{prompt: "Port Number [33434]: ", take: numberIn(0, 65535, func(n int) { o.Port = uint16(n) })},
		optionsQuestion,
	}, func(x *Exec) { traceroute(x, *o) })
}

// traceroute prints a line a hop (sample traceroute_old_style).
func traceroute(x *Exec, o forward.TracerouteOptions) {
	x.Printf("\nType escape sequence to abort.\nTracing the route to %s\n\n", o.Target)
	var from wire.Addr
	first := true
	stop := x.Device.Traceroute(x.Now, o, func(now clock.Time, e forward.Event) {
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
