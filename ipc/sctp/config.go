package sctp

import (
	"errors"
	"fmt"
	"io"
	"time"

	"tandem/wire"
)

// Config is what an endpoint needs to know. Ports, addresses and Random have
// no default; a zero anywhere else means the value in Defaults.
type Config struct {
	LocalPort, RemotePort uint16
	Local, Remote         []wire.Addr // one or two each; the first of Remote is the primary path

	RTOMin, RTOMax, RTOInitial time.Duration // RTOInitial is clamped into the other two
	PathMaxRetrans             int           // errors after which a path is inactive
	AssocMaxRetrans            int           // errors after which the association fails
	MaxInitRetrans             int           // INITs or COOKIE ECHOs repeated before giving up
	HeartbeatInterval          time.Duration // on an idle path, RTO and jitter added
	SackDelay                  time.Duration // 500 ms at most (RFC 9260 section 6.2)
	CookieLife                 time.Duration

	Streams       int // outbound asked for and inbound allowed
	MTU           int // bytes of an IP packet
	ReceiveWindow int // bytes
	SendBuffer    int // bytes of messages not yet acknowledged

	Random io.Reader // read once, by New: 32 bytes that seed tags, nonces and the cookie key
}

// Defaults holds the value of each field of Config that is left zero: RFC 9260
// section 16, the RTO range of reference ha 4.1.
var Defaults = Config{
	RTOMin: 300 * time.Millisecond, RTOMax: 600 * time.Millisecond, RTOInitial: time.Second,
	PathMaxRetrans: 4, AssocMaxRetrans: 4, MaxInitRetrans: 8,
	HeartbeatInterval: 30 * time.Second, SackDelay: 200 * time.Millisecond, CookieLife: time.Minute,
	Streams: 16, MTU: 1500, ReceiveWindow: 256 << 10, SendBuffer: 256 << 10,
}

// Limits of a configuration.
const (
	minWindow = 1500 // smaller ones are refused by the peer (RFC 9260 section 3.3.2)
	maxWindow = 64 << 20
	maxPaths  = 2
)

// ErrConfig is wrapped by what New refuses.
var ErrConfig = errors.New("sctp: configuration")

// WithDefaults returns c with its zero fields filled in and RTOInitial within
// the bounds of the RTO.
func (c Config) WithDefaults() Config {
	d := Defaults
	for _, f := range []struct{ value, preset *time.Duration }{
		{&c.RTOMin, &d.RTOMin},
		{&c.RTOMax, &d.RTOMax},
		{&c.RTOInitial, &d.RTOInitial},
		{&c.HeartbeatInterval, &d.HeartbeatInterval},
		{&c.SackDelay, &d.SackDelay},
		{&c.CookieLife, &d.CookieLife},
	} {
		if *f.value == 0 {
			*f.value = *f.preset
		}
	}
	for _, f := range []struct{ value, preset *int }{
		{&c.PathMaxRetrans, &d.PathMaxRetrans},
		{&c.AssocMaxRetrans, &d.AssocMaxRetrans},
		{&c.MaxInitRetrans, &d.MaxInitRetrans},
		{&c.Streams, &d.Streams},
		{&c.MTU, &d.MTU},
		{&c.ReceiveWindow, &d.ReceiveWindow},
		{&c.SendBuffer, &d.SendBuffer},
	} {
		if *f.value == 0 {
			*f.value = *f.preset
		}
	}
	c.RTOInitial = min(max(c.RTOInitial, c.RTOMin), c.RTOMax)
	return c
}

// check returns what is wrong with c after WithDefaults.
func (c Config) check() error {
	switch {
	case c.LocalPort == 0 || c.RemotePort == 0:
		return fmt.Errorf("%w: port 0", ErrConfig)
	case len(c.Local) < 1 || len(c.Local) > maxPaths || len(c.Remote) < 1 || len(c.Remote) > maxPaths:
		return fmt.Errorf("%w: %d local and %d remote addresses, want one or two", ErrConfig, len(c.Local), len(c.Remote))
	case c.RTOMin < 0 || c.RTOMin > c.RTOMax:
		return fmt.Errorf("%w: RTO from %v to %v", ErrConfig, c.RTOMin, c.RTOMax)
	case c.PathMaxRetrans < 0 || c.AssocMaxRetrans < 0 || c.MaxInitRetrans < 0:
		return fmt.Errorf("%w: negative number of retransmissions", ErrConfig)
	case c.Streams < 1 || c.Streams > 0xffff:
		return fmt.Errorf("%w: %d streams", ErrConfig, c.Streams)
	case c.MTU < minMTU || c.MTU > 0xffff:
		return fmt.Errorf("%w: MTU %d", ErrConfig, c.MTU)
	case c.ReceiveWindow < minWindow || c.ReceiveWindow > maxWindow || c.SendBuffer < minWindow || c.SendBuffer > maxWindow:
		return fmt.Errorf("%w: window %d, send buffer %d", ErrConfig, c.ReceiveWindow, c.SendBuffer)
	case c.Random == nil:
		return fmt.Errorf("%w: no source of randomness", ErrConfig)
	}
	for _, list := range [][]wire.Addr{c.Local, c.Remote} {
		for i, a := range list {
			if a == 0 || a.IsMulticast() || a == wire.Broadcast || (i > 0 && a == list[0]) {
				return fmt.Errorf("%w: address %v", ErrConfig, a)
			}
		}
	}
	return nil
}
