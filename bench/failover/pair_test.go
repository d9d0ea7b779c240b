//go:build linux

package failover

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"
)

// blow is what makes a router of a pair lose its role.
type blow string

// The blows.
const (
	planned blow = "planned"        // an operator's command
	cable   blow = "cable pulled"   // on the inside and the outside in turn
	killed  blow = "process killed" // kill -9 of the router's process
	silent  blow = "silent loss"    // power: nothing is said, no link goes down for the other one
)

// number returns what the group of a pattern matches in a text.
func number(pattern *regexp.Regexp, text string) (int, error) {
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		return 0, fmt.Errorf("no %s in %q", pattern, text)
	}
	return strconv.Atoi(found[1])
}

// replicated waits until the standby of a pair holds as many sessions, and
// reports false when that takes long.
func replicated(t *testing.T, p pair, standby string, sessions int) bool {
	t.Helper()
	return soon(t, func() bool {
		n, err := p.copied(standby)
		return err == nil && n >= sessions
	})
}

// pair is two redundant firewalls on a field.
type pair interface {
	// settle waits until one of them forwards and the other one is ready to
	// take over everything, and names them.
	settle(t *testing.T) (active, standby string)
	// copied returns how many sessions a router holds for the other one.
	copied(router string) (int, error)
	// worker is the process of a router that copies sessions.
	worker(t *testing.T, router string) (pid int)
	// strike returns as soon as it is done.
	strike(t *testing.T, b blow, active string, run int)
	// mend brings the router back that was struck.
	mend(t *testing.T, b blow, router string, run int)
}
