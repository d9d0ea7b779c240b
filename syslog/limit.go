package syslog

import (
	"time"

	"tandem/clock"
)

// Limit is "logging rate-limit": so many messages a second. The zero value
// lets everything pass, which is the default here (assumed: what a real 12.4
// limits without being told is not known).
type Limit struct {
	PerSecond   int      // 1 to 10000; 0 is no limit
	ConsoleOnly bool     // only what the console shows is limited
	Debugs      bool     // "all": debug lines count too
	Excepted    bool     // Except holds
	Except      Severity // messages of this severity and more urgent ones always pass
}

func (l Limit) applies(m Message) bool {
	switch {
	case l.PerSecond == 0:
		return false
	case m.Mnemonic == "":
		return l.Debugs
	}
	return !l.Excepted || m.Severity > l.Except
}

// pace counts the messages of the present second.
type pace struct {
	second int64
	count  int
}

// admit reports whether one more message fits into the second of now.
func (p *pace) admit(now clock.Time, perSecond int) bool {
	if s := int64(now) / int64(time.Second); s != p.second {
		*p = pace{second: s}
	}
	p.count++
	return p.count <= perSecond
}
