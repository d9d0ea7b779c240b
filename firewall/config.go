package firewall

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Unlimited stands for a threshold that is never reached; it prints as the
// word unlimited. The half-open and one-minute thresholds store it as
// 2147483647, the one per host as 4294967295 (reference firewall 1.2).
const (
	Unlimited     = 2147483647
	UnlimitedHost = 4294967295
)

// Globals are the ip inspect settings that belong to no rule (reference
// firewall 1.1). The zero value is not valid; start from Defaults.
type Globals struct {
	AlertOff   bool // ip inspect alert-off
	AuditTrail bool // ip inspect audit-trail
	LogDrop    bool // ip inspect log drop-pkt

	MaxIncompleteHigh, MaxIncompleteLow uint32 // half-open sessions
	OneMinuteHigh, OneMinuteLow         uint32 // new sessions in the last minute
	MaxIncompleteHost                   uint32 // half-open TCP sessions to one host
	BlockTime                           time.Duration

	SynwaitTime, FinwaitTime time.Duration
	TCPIdleTime, UDPIdleTime time.Duration
	DNSTimeout               time.Duration
	ReassemblyQueue          int // segments a direction
	ReassemblyTimeout        time.Duration
	ReassemblyMemory         int // kilobytes
	ReassemblyAlarmOff       bool
	WindowScale              ScaleCheck
	BlockNonSession          bool
	HashtableSize            int
	RedundancyUpdate         time.Duration // ip inspect redundancy update seconds
}

// Profile is a group of releases with the same default thresholds.
type Profile uint8

// The profiles. Release1249T is the product's default.
const (
	Release1249T  Profile = iota // up to 12.4(9)T: 500, 400 and 50 per host
	Release12411T                // 12.4(11)T and later: unlimited
	profiles
)

// thresholds are the defaults that differ between releases.
var thresholds = [profiles]struct{ high, low, host uint32 }{
	Release1249T:  {500, 400, 50},
	Release12411T: {Unlimited, Unlimited, UnlimitedHost},
}

// Defaults returns the settings of a router without ip inspect lines. The
// reassembly, hash table and icmp values are remembered or sampled as
// reference firewall 1.1 says.
func Defaults(p Profile) Globals {
	t := thresholds[min(p, profiles-1)]
	return Globals{
		MaxIncompleteHigh: t.high, MaxIncompleteLow: t.low,
		OneMinuteHigh: t.high, OneMinuteLow: t.low,
		MaxIncompleteHost: t.host,
		SynwaitTime:       30 * time.Second,
		FinwaitTime:       5 * time.Second,
		TCPIdleTime:       3600 * time.Second,
		UDPIdleTime:       30 * time.Second,
		DNSTimeout:        5 * time.Second,
		ReassemblyQueue:   16,
		ReassemblyTimeout: 5 * time.Second,
		ReassemblyMemory:  1024,
		HashtableSize:     1024,
		RedundancyUpdate:  10 * time.Second,
	}
}

// Range is what a command of Globals takes, in the unit of its line.
type Range struct {
	Command   string // words behind "ip inspect"
	Low, High uint64
}

// Ranges lists the ranges of the global commands and of the options of a rule.
// Those of reassembly, rule timeout and fragment are remembered.
var Ranges = [...]Range{
	{"max-incomplete high", 1, 2147483647},
	{"max-incomplete low", 1, 2147483647},
	{"one-minute high", 1, 2147483647},
	{"one-minute low", 1, 2147483647},
	{"tcp synwait-time", 1, 2147483},
	{"tcp finwait-time", 1, 2147483},
	{"tcp idle-time", 1, 2147483},
	{"udp idle-time", 1, 2147483},
	{"dns-timeout", 1, 2147483},
	{"tcp max-incomplete host", 1, 4294967295},
	{"block-time", 0, 35791},
	{"tcp reassembly queue length", 0, 1024},
	{"tcp reassembly timeout", 1, 3600},
	{"tcp reassembly memory limit", 1, 4194303},
	{"redundancy update seconds", 10, 60},
	{"timeout", 5, 43200},
	{"fragment maximum", 50, 10000},
	{"fragment timeout", 1, 1000},
}

// Switch is an option of a rule line that may be left to the global setting.
type Switch uint8

// The positions of a Switch.
const (
	Unset Switch = iota
	On
	Off
)

func (s Switch) over(global bool) bool {
	if s == Unset {
		return global
	}
	return s == On
}

// Line is one "ip inspect name RULE PROTOCOL" line (reference firewall 1.3).
type Line struct {
	Protocol      string // keyword: one of Protocols
	Alert, Audit  Switch
	RouterTraffic bool          // tcp, udp and icmp only
	Timeout       time.Duration // 0: the idle time of the transport
	Maximum       int           // fragment: datagrams in pieces; 0 is the default
}

// Rule is an inspection rule: its lines in the order they were entered.
type Rule struct {
	Name  string
	Lines []Line
}

// Applied is one "ip inspect NAME in|out" line of an interface. The zero value
// is none.
type Applied struct {
	Rule       string
	Redundancy string // name behind redundancy stateful; empty without
}

// Interface is what the firewall knows of an interface. Its place in
// Config.Interfaces is the index that packets carry.
type Interface struct {
	Name                  string
	AccessIn, AccessOut   string // ip access-group; empty without
	InspectIn, InspectOut Applied
}

// Config is the whole configuration of the engine.
type Config struct {
	Globals    Globals
	Lists      []List
	Rules      []Rule
	Interfaces []Interface
}

// ErrConfig is wrapped by Configure for a configuration that cannot be used.
var ErrConfig = errors.New("firewall: configuration")

// maxInterfaces keeps interface indexes within wire.Packet's.
const maxInterfaces = math.MaxInt16

func (c *Config) validate() error {
	if len(c.Interfaces) > maxInterfaces {
		return fmt.Errorf("%w: %d interfaces", ErrConfig, len(c.Interfaces))
	}
	if c.Globals.SynwaitTime < time.Second || c.Globals.TCPIdleTime < time.Second || c.Globals.UDPIdleTime < time.Second {
		return fmt.Errorf("%w: a timer is below one second", ErrConfig)
	}
	for _, r := range c.Rules {
		for _, l := range r.Lines {
			if _, ok := protocols[l.Protocol]; !ok {
				return fmt.Errorf("%w: rule %s inspects unknown protocol %q", ErrConfig, r.Name, l.Protocol)
			}
		}
	}
	return nil
}
