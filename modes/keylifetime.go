package modes

import (
	"time"

	"tandem/config"
	"tandem/keychain"
	"tandem/parser"
)

// lifetimeSyntax follows the help of a 12.4 key: the day and the month stand in
// either order.
const lifetimeSyntax = "[local] <start:time> {<day:1-31> <month:month> | <month:month> <day:1-31>} <year:1993-2035> " +
	"{infinite | duration <seconds:1-2147483646> | " +
	"<end:time> {<endday:1-31> <endmonth:month> | <endmonth:month> <endday:1-31>} <endyear:1993-2035>}"

var (
	acceptLifetime = keyLifetime("accept-lifetime", "Set accept lifetime of key", 2,
		func(k *keychain.Key, l keychain.Lifetime) { k.Accept = l })
	sendLifetime = keyLifetime("send-lifetime", "Set send lifetime of key", 3,
		func(k *keychain.Key, l keychain.Lifetime) { k.Send = l })
)

// keyLifetime makes the leaf of one of the two lifetimes of a key.
func keyLifetime(keyword, help string, rank int, set func(k *keychain.Key, l keychain.Lifetime)) Leaf[keychain.Lifetime] {
	return Leaf[keychain.Lifetime]{
		In: "config-keychain-key", Syntax: keyword + " " + lifetimeSyntax, Place: at(rank), No: keyword + " [<values:line>]",
		Help: Words{
			keyword: help, "local": "Specify time in local timezone", "values": "Lifetime",
			"start": "Time to start", "day": "Day of the month to start", "month": "Month of the year to start", "year": "Year to start",
			"end": "Time to stop", "endday": "Day of the month to stop", "endmonth": "Month of the year to stop", "endyear": "Year to stop",
			"infinite": "Never expires", "duration": "Set key lifetime duration", "seconds": "Duration in seconds",
		},
		Parse: parseLifetime,
		Print: func(_ parser.Args, l keychain.Lifetime) string { return keyword + " " + l.String() },
		Apply: func(x *Exec, _ parser.Args, l keychain.Lifetime) error {
			return editKey(x, func(k *keychain.Key) { set(k, l) })
		},
		Examples: []string{
			keyword + " 00:00:00 Jan 1 2026 infinite", keyword + " local 13:30:00 Jan 25 1996 duration 7200",
			keyword + " 23:59:59 Dec 31 2001 00:00:00 Feb 29 2004",
		},
	}
}

func parseLifetime(_ *Exec, a parser.Args) (l keychain.Lifetime, err error) {
	l = keychain.Lifetime{Limited: true, Local: a.Has("local"), Duration: time.Duration(a.Int("seconds")) * time.Second}
	if l.Start, err = parseDate(a, "start", ""); err != nil {
		return l, err
	}
	if a.Has("end") {
		if l.End, err = parseDate(a, "end", "end"); err != nil {
			return l, err
		}
	}
	return l, l.Check()
}

// parseDate reads a time of day and the three words of a date, whose names
// start with which. A month has no more days than it has.
func parseDate(a parser.Args, clock, which string) (time.Time, error) {
	at, err := time.Parse("15:4:5", a.Get(clock))
	if err != nil {
		return at, CaretError{Arg: clock}
	}
	month, _ := parseMonth(a.Get(which + "month"))
	date := time.Date(a.Int(which+"year"), month, a.Int(which+"day"), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
	if date.Day() != a.Int(which+"day") {
		return date, CaretError{Arg: which + "day"}
	}
	return date, nil
}

// judgeMonth judges the name of a month or its first letters.
func judgeMonth(token string) (fit int, legal bool) {
	for n := len(token); n > 0; n-- {
		if n < 3 {
			return n, false
		}
		if _, ok := parseMonth(token[:n]); ok {
			return n, n == len(token)
		}
	}
	return 0, false
}

var showKeyChain = Command{
	Syntax: "show key chain [<name:word>]", Piped: true,
	Help: Words{"key": "Key information", "chain": "Key-chain information", "name": "Key-chain name"},
	Run: func(x *Exec, a parser.Args) {
		for _, n := range x.Device.Config().Root.Children() {
			if name, ok := chainOf(n); ok && (!a.Has("name") || name == a.Get("name")) {
				printKeyChain(x, name)
			}
		}
	},
}

// chainOf returns the name of the chain whose block n is.
func chainOf(n *config.Node) (string, bool) {
	name := chainName(n)
	return name, name != n.Header()
}

// unsetKey stands for the text of a key without key-string (assumed).
const unsetKey = "(unset)"

// printKeyChain has the layout of public listings: a key at 4 blanks, its
// lifetimes at 8, each marked while it holds.
func printKeyChain(x *Exec, name string) {
	cal := x.Device.Calendar()
	x.Printf("Key-chain %s:\n", name)
	for _, k := range x.Device.KeyChain(name) {
		text := unsetKey
		if k.Text != "" {
			text = "\"" + k.Text + "\""
		}
		x.Printf("    key %d -- text %s\n", k.ID, text)
		for _, l := range []struct {
			name string
			keychain.Lifetime
		}{{"accept", k.Accept}, {"send", k.Send}} {
			valid := ""
			if l.Holds(cal.Date(x.Now), cal.Zone()) {
				valid = " [valid now]"
			}
			x.Printf("        %s lifetime %s%s\n", l.name, l.Show(cal.Zone()), valid)
		}
	}
}
