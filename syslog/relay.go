package syslog

import (
	"fmt"
	"slices"
	"strings"

	"tandem/wire"
)

// Port is where syslog hosts listen (RFC 3164 section 2).
const Port = 514

// Facility is the part of the priority that says who speaks (RFC 3164 section
// 4.1.1).
type Facility uint8

// DefaultFacility is local7.
const DefaultFacility Facility = 23

// facilities are the names that "logging facility" takes, by number; two names
// of the RFC that IOS lacks have none.
var facilities = [24]string{
	"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "sys9", "sys10", "sys11", "sys12", "sys13", "sys14", "cron",
	"local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
}

// Facilities lists the names in alphabetical order.
func Facilities() []string {
	names := slices.Clone(facilities[:])
	slices.Sort(names)
	return names
}

// ParseFacility returns the facility of a name, DefaultFacility for one that
// is none.
func ParseFacility(name string) Facility {
	if i := slices.Index(facilities[:], name); i >= 0 {
		return Facility(i)
	}
	return DefaultFacility
}

// String names the facility.
func (f Facility) String() string { return facilities[f] }

// What is done about hosts that can't be reached. All of it is assumed.
const (
	queueLimit = 100 // lines that wait for a host; the oldest go first
	retryLimit = 10  // vain attempts, a second apart, before what waits is dropped
)

// Host is one syslog host.
type Host struct {
	Addr    wire.Addr
	Port    uint16 // UDP
	Lines   int    // lines sent
	Dropped int    // lines given up
	Down    bool   // the last attempt failed

	waiting  [][]byte
	attempts int
}

// Relay turns log lines into datagrams for the syslog hosts.
type Relay struct {
	Facility Facility
	Origin   func() string // "logging origin-id"; nil for none
	Hosts    []Host        // in the order they were configured

	number int // of the last line relayed
}

// SetHost adds a host or changes its port.
func (r *Relay) SetHost(addr wire.Addr, port uint16) {
	if i := r.index(addr); i >= 0 {
		r.Hosts[i].Port = port
		return
	}
	r.Hosts = append(r.Hosts, Host{Addr: addr, Port: port})
}

// RemoveHost forgets a host and what waits for it.
func (r *Relay) RemoveHost(addr wire.Addr) {
	if i := r.index(addr); i >= 0 {
		r.Hosts = slices.Delete(r.Hosts, i, i+1)
	}
}

func (r *Relay) index(addr wire.Addr) int {
	return slices.IndexFunc(r.Hosts, func(h Host) bool { return h.Addr == addr })
}

// add queues a message for every host, a datagram a line, and returns the
// number of lines: "<189>29: *Mar  1 00:00:48.355: %SYS-5-CONFIG_I: ..."
// (reference cli 2.6).
func (r *Relay) add(severity Severity, text string) (lines int) {
	priority := int(r.Facility)<<3 | int(severity)
	origin := ""
	if r.Origin != nil {
		origin = r.Origin() + ": "
	}
	for line := range strings.SplitSeq(text, "\n") {
		lines++
		r.number++
		payload := fmt.Appendf(nil, "<%d>%d: %s%s", priority, r.number, origin, line)
		for i := range r.Hosts {
			r.Hosts[i].queue(payload)
		}
	}
	return lines
}

func (h *Host) queue(payload []byte) {
	if len(h.waiting) == queueLimit {
		h.waiting = h.waiting[1:]
		h.Dropped++
	}
	h.waiting = append(h.waiting, payload)
}

// Flush sends what waits, host by host, oldest first. send reports whether a
// datagram left. Flush reports whether something waits for another attempt,
// which is due in a second.
func (r *Relay) Flush(send func(to wire.Addr, port uint16, payload []byte) bool) (again bool) {
	for i := range r.Hosts {
		h := &r.Hosts[i]
		for len(h.waiting) > 0 {
			if h.Down = !send(h.Addr, h.Port, h.waiting[0]); h.Down {
				break
			}
			h.waiting, h.attempts = h.waiting[1:], 0
			h.Lines++
		}
		again = h.retries() || again
	}
	return again
}

// retries counts a vain attempt and reports whether another one follows.
func (h *Host) retries() (again bool) {
	if len(h.waiting) == 0 {
		return false
	}
	if h.attempts++; h.attempts < retryLimit {
		return true
	}
	h.Dropped += len(h.waiting)
	h.waiting, h.attempts = nil, 0
	return false
}

// Waiting reports whether a line waits for a host.
func (r *Relay) Waiting() bool {
	return slices.ContainsFunc(r.Hosts, func(h Host) bool { return len(h.waiting) > 0 })
}

func (r *Relay) dropped() (n int) {
	for _, h := range r.Hosts {
		n += h.Dropped
	}
	return n
}
