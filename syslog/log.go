package syslog

import (
	"fmt"
	"slices"
	"strings"

	"tandem/clock"
)

// DefaultBuffer is the size of the log buffer in bytes when "logging buffered"
// names none.
const DefaultBuffer = 4096

// Destination is one place that messages go to, with its threshold: messages
// of a numerically higher severity stay out.
type Destination struct {
	On     bool
	Level  Severity
	Logged int // messages taken
}

func (d *Destination) takes(s Severity) bool { return d.On && s <= d.Level }

// Log is the logging of one router: where messages go and what the buffer
// keeps.
type Log struct {
	Console, Monitor, Buffer, Trap Destination

	Silent      bool  // "no logging on": the console alone gets messages
	Sequence    bool  // "service sequence-numbers"
	Limit       Limit // "logging rate-limit"
	RateLimited int   // messages that the limit kept back
	XMLLogged   int   // messages taken by the XML buffer
	Relay       Relay // syslog hosts
	History     History

	calendar *Calendar
	stamps   [2]Stamp // log, debug
	kept     buffer
	xml      buffer
	number   int // of the last message
	pace     pace
	tallies  tallies // by name; nil while nobody counts
	show     func(line string, to Target) (monitored bool)
}

// Target says which sessions a line is for.
type Target struct {
	Console, Monitor bool
}

// New returns a log with IOS 12.4's defaults: console and monitor at
// debugging, no buffer (reference cli 2.6). show is called for every line that
// goes to a terminal; it reports whether a monitor was there to see it.
func New(c *Calendar, show func(line string, to Target) (monitored bool)) *Log {
	return &Log{
		Console: Destination{On: true, Level: Debugging},
		Monitor: Destination{On: true, Level: Debugging},
		Buffer:  Destination{Level: Debugging},
		Trap:    Destination{On: true, Level: Informational},
		Relay:   Relay{Facility: DefaultFacility},
		History: History{Level: DefaultHistoryLevel, size: DefaultHistorySize},
		kept:    buffer{size: DefaultBuffer}, calendar: c, show: show,
		stamps: [2]Stamp{{Form: StampUptime}, {Form: StampUptime}},
	}
}

// SetStamp sets the time stamp of debug or of log lines.
func (l *Log) SetStamp(debug bool, s Stamp) {
	if debug {
		l.stamps[1] = s
		return
	}
	l.stamps[0] = s
}

// SetBuffer sets the size of the buffer in bytes and switches it on; older
// lines go when it shrinks.
func (l *Log) SetBuffer(size int) {
	l.kept.size, l.Buffer.On = size, true
	l.kept.trim()
}

// BufferSize returns the size of the buffer in bytes.
func (l *Log) BufferSize() int { return l.kept.size }

// Lines returns the buffered lines, oldest first.
func (l *Log) Lines() []string { return slices.Clone(l.kept.lines) }

// Clear empties the buffer.
func (l *Log) Clear() { l.kept.clear() }

// Dropped counts the messages that reached no syslog host.
func (l *Log) Dropped() int { return l.Relay.dropped() }

// Write logs one message at now.
func (l *Log) Write(now clock.Time, m Message) {
	severity, stamp := m.Severity, l.stamps[0]
	if m.Mnemonic == "" {
		severity, stamp = Debugging, l.stamps[1]
	}
	l.number++
	held := l.Limit.applies(m) && !l.pace.admit(now, l.Limit.PerSecond)
	if held {
		l.RateLimited++
		if !l.Limit.ConsoleOnly {
			return
		}
	}
	at := l.calendar.Stamp(now, stamp)
	if l.tallies != nil && m.Mnemonic != "" {
		l.tallies.add(m, strings.TrimSuffix(at, ": "))
	}
	line := at + m.String()
	if l.Sequence {
		line = fmt.Sprintf("%06d: %s", l.number, line)
	}
	to := Target{Console: !held && l.Console.takes(severity)}
	if !l.Silent {
		if m.Mnemonic != "" {
			l.History.add(m, l.calendar.Uptime(now))
		}
		l.keep(severity, line)
		if l.xml.size > 0 {
			l.XMLLogged++
			l.xml.add(m.XML(strings.TrimSuffix(at, ": ")))
		}
		to.Monitor = l.Monitor.takes(severity)
		if l.Trap.takes(severity) {
			l.Trap.Logged += l.Relay.add(severity, line)
		}
	}
	if to.Console {
		l.Console.Logged++
	}
	if (to.Console || to.Monitor) && l.show(line, to) {
		l.Monitor.Logged++
	}
}

// keep puts a line into the buffer.
func (l *Log) keep(severity Severity, line string) {
	if !l.Buffer.takes(severity) {
		return
	}
	l.Buffer.Logged++
	l.kept.add(line)
}
