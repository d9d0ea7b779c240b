package hsrp

import (
	"errors"
	"fmt"
	"time"

	"tandem/wire"
)

// Refusals of configuration; the text is what the device prints. Those marked
// assumed have no source.
var (
	ErrAddressInUse = errors.New("% Address cannot equal interface IP address")
	ErrHold         = errors.New("% Hold time must be greater than hello time")        // assumed
	ErrVersion      = errors.New("% HSRP version 1 supports groups 0-255 only")        // assumed
	ErrNoPrimary    = errors.New("% Primary virtual IP address must be configured")    // assumed
	ErrText         = errors.New("% Authentication string is limited to 8 characters") // assumed
)

// WarnSubnet is printed when a virtual address outside the subnets of its
// interface is accepted.
const WarnSubnet = "% Warning: address is not within a subnet on this interface"

// CheckVIP judges a virtual address against the addresses of its interface.
// It returns a warning to print while accepting, or an error to print while
// refusing. Without any address there is nothing to compare with.
func CheckVIP(vip wire.Addr, addresses []wire.Prefix) (warning string, err error) {
	for _, a := range addresses {
		if a.Addr == vip {
			return "", ErrAddressInUse
		}
	}
	if len(addresses) > 0 && !within(vip, addresses) {
		return WarnSubnet, nil
	}
	return "", nil
}

// CheckSecondary refuses a secondary virtual address of a group without a
// primary one; the rest is CheckVIP.
func CheckSecondary(config GroupConfig) error {
	if config.VIP == 0 {
		return ErrNoPrimary
	}
	return nil
}

// CheckTimers judges configured timers (reference ha 1.11): hold exceeds
// hello; a hold in milliseconds is at least 3 hellos and 50 ms; a hold in
// seconds beside a hello in milliseconds is at least hello + 50 ms, rounded up
// to a second.
func CheckTimers(hello, hold time.Duration) error {
	if hold <= hello {
		return ErrHold
	}
	least := time.Duration(0)
	switch {
	case hold%time.Second != 0:
		least = max(3*hello, 50*time.Millisecond)
	case hello%time.Second != 0:
		least = (hello + 50*time.Millisecond + time.Second - 1).Truncate(time.Second)
	}
	if hold < least {
		return fmt.Errorf("%w (at least %d msec)", ErrHold, least.Milliseconds())
	}
	return nil
}

// CheckVersion refuses version 1 while one of the groups needs version 2.
func CheckVersion(version uint8, groups []uint16) error {
	for _, g := range groups {
		if version == 1 && g > MaxGroup1 {
			return ErrVersion
		}
	}
	return nil
}

// CheckText refuses a text password that does not fit a message.
func CheckText(text string) error {
	if len(text) > MaxText {
		return ErrText
	}
	return nil
}

func within(a wire.Addr, prefixes []wire.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
