package modes

import (
	"strconv"
	"strings"
	"time"

	"tandem/forward"
	"tandem/parser"
	"tandem/platform"
	"tandem/wire"
)

// What the dialogue of ping refuses with; the first is remembered, the others
// are assumed.
const (
	badSource  = "% Invalid source address- IP address not on any of our up interfaces\n"
	badPattern = "% Bad data pattern\n"
	noOptions  = "% IP options are not supported\n"
	noSweep    = "% A sweep of sizes is not supported\n"
)

// probeQuestion is one question of the dialogue of ping or traceroute. take reads an answer; what it
// returns ends the dialogue. An empty answer is the default, where there is one.
type probeQuestion struct {
	prompt string
	take   func(x *Exec, answer string) (refusal string)
	must   bool // there is no default
}

// pingDialog asks for everything (samples ping_dialog and
// ping_acl_denied_extended_dialog).
func pingDialog(x *Exec, _ parser.Args) {
	o := &pinging{PingOptions: forward.PingOptions{Repeat: 5, Size: 100, Timeout: 2 * time.Second}}
	extended := false
	questions := []probeQuestion{
		protocolQuestion("ping"), targetQuestion(&o.Target),
		{prompt: "Repeat count [5]: ", take: numberIn(1, 2147483647, func(n int) { o.Repeat = n })},
		{prompt: "Datagram size [100]: ", take: numberIn(36, 18024, func(n int) { o.Size = n })},
		{prompt: "Timeout in seconds [2]: ", take: numberIn(0, 3600, func(n int) { o.Timeout = time.Duration(n) * time.Second })},
		{prompt: "Extended commands [n]: ", take: yesTo(func() { extended = true })},
	}
	sweep := probeQuestion{prompt: "Sweep range of sizes [n]: ", take: func(_ *Exec, answer string) string {
		if isYes(answer) {
			return noSweep
		}
		return ""
	}}
	askProbe(x, questions, func(x *Exec) {
		rest := []probeQuestion{sweep}
		if extended {
			rest = append(extendedPing(o), sweep)
		}
		askProbe(x, rest, func(x *Exec) { ping(x, *o) })
	})
}

// extendedPing are the questions behind "Extended commands [n]: y".
func extendedPing(o *pinging) []probeQuestion {
	return []probeQuestion{
		{prompt: "Source address or interface: ", take: func(x *Exec, answer string) (refusal string) {
			o.sourced = true
			return sourceAnswer(x, answer, &o.Source)
		}},
		{prompt: "Type of service [0]: ", take: numberIn(0, 255, func(n int) { o.TOS = uint8(n) })},
		{prompt: "Set DF bit in IP header? [no]: ", take: yesTo(func() { o.Flags = wire.DontFragment })},
		{prompt: "Validate reply data? [no]: ", take: yesTo(func() { o.validate = true })},
		{prompt: "Data pattern [0xABCD]: ", take: func(_ *Exec, answer string) string {
			var err error
			if o.Pattern, err = patternOf(answer); err != nil {
				return badPattern
			}
			return ""
		}},
		optionsQuestion,
	}
}

// protocolQuestion knows only IP.
func protocolQuestion(command string) probeQuestion {
	return probeQuestion{prompt: "Protocol [ip]: ", take: func(_ *Exec, answer string) string {
		if answer == "ip" {
			return ""
		}
		return "% Unknown protocol - \"" + answer + "\", type \"" + command + " ?\" for help\n"
	}}
}

func targetQuestion(to *wire.Addr) probeQuestion {
	return probeQuestion{prompt: "Target IP address: ", must: true, take: func(x *Exec, answer string) string {
		var known bool
		if *to, known = resolve(x.Device.Config(), answer); !known {
			return "% Bad IP address\n"
		}
		return ""
	}}
}

// optionsQuestion asks for IP options, of which there are none here.
var optionsQuestion = probeQuestion{prompt: "Loose, Strict, Record, Timestamp, Verbose[none]: ", take: func(_ *Exec, answer string) string {
	if strings.HasPrefix("none", strings.ToLower(answer)) {
		return ""
	}
	return noOptions
}}

// sourceAnswer reads an address of the router, or an interface that has one.
func sourceAnswer(x *Exec, answer string, to *wire.Addr) (refusal string) {
	if name, err := platform.LongName(answer); err == nil {
		*to = x.Device.Interface(name).Primary.Addr
	} else if *to, err = wire.ParseAddr(answer); err != nil {
		return badSource
	}
	if !x.Device.OwnAddress(*to) {
		return badSource
	}
	return ""
}

// askProbe asks one question after the other.
func askProbe(x *Exec, questions []probeQuestion, then func(x *Exec)) {
	if len(questions) == 0 {
		then(x)
		return
	}
	q := questions[0]
	x.Ask(Question{Prompt: q.prompt, Then: func(x *Exec, answer string) {
		if answer = strings.TrimSpace(answer); answer != "" || q.must {
			if refused := q.take(x, answer); refused != "" {
				x.Print(refused)
				return
			}
		}
		askProbe(x, questions[1:], then)
	}})
}

// numberIn reads a decimal number.
func numberIn(low, high int, to func(n int)) func(*Exec, string) string {
	return func(_ *Exec, answer string) string {
		n, err := strconv.Atoi(answer)
		if err != nil || n < low || n > high {
			return "% A decimal number between " + itoa(low) + " and " + itoa(high) + ".\n"
		}
		to(n)
		return ""
	}
}

// yesTo does something on a yes.
func yesTo(do func()) func(*Exec, string) string {
	return func(_ *Exec, answer string) string {
		if isYes(answer) {
			do()
		}
		return ""
	}
}

func isYes(answer string) bool { return strings.HasPrefix("yes", strings.ToLower(answer)) }

// patternOf reads a data pattern of at most four hexadecimal digits: "0xABCD".
func patternOf(text string) (uint16, error) {
	text = strings.TrimPrefix(strings.ToLower(text), "0x")
	n, err := strconv.ParseUint(text, 16, 16)
	return uint16(n), err
}
