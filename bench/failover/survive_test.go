//go:build linux

package failover

import (
	"errors"
	"flag"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	open      = flag.Int("open", 1000, "TCP connections that are open when a router is lost")
	survivals = flag.Int("survivals", 1, "how often it is lost with them")
)

// TestSessionsSurvive loses a router, without a word, with many connections of
// the kernel's TCP open, and then has each of them carry a byte there and back.
func TestSessionsSurvive(t *testing.T) {
	for _, side := range []struct {
		name  string
		start func(t *testing.T, f *field) pair
		ours  bool
	}{
		{"tandem", func(t *testing.T, f *field) pair { return startTandem(t, f, "timers msec 15 msec 50") }, true},
		{"linux", func(t *testing.T, f *field) pair { return startLinux(t, f, "0.01") }, false},
	} {
		t.Run(side.name, func(t *testing.T) {
			f := newField(t)
			p := side.start(t, f)
			p.settle(t)
			f.reach(t)
			load(t, f.outside, "echo "+serverAddr+":9") // a process has not enough descriptors for both ends
			conns := dialMany(t, f, *open)
			for run := range *survivals {
				active, standby := p.settle(t)
				copied := replicated(t, p, standby, len(conns))
				p.strike(t, silent, active, run)
				alive := exchange(conns, byte(run))
				t.Logf("run %d: %d of %d connections survive the loss of %s", run, alive, len(conns), active)
				if side.ours {
					require.True(t, copied)
					require.Equal(t, len(conns), alive)
				}
				p.mend(t, silent, active, run)
			}
		})
	}
}

// dialMany opens connections to the server.
func dialMany(t *testing.T, f *field, n int) []net.Conn {
	t.Helper()
	conns := make([]net.Conn, n)
	require.NoError(t, f.inside.Do(func() error {
		for i := range conns {
			var c net.Conn
			err := errors.New("not tried")
			for start := time.Now(); err != nil && time.Since(start) < patience; { // the other process may not listen yet
				c, err = net.DialTimeout("tcp", serverAddr+":9", patience)
			}
			if err != nil {
				return err
			}
			conns[i] = c
		}
		return nil
	}))
	t.Cleanup(func() {
		for _, c := range conns {
			c.Close()
		}
	})
	return conns
}

// exchange sends a byte on each connection and returns how many brought it
// back in time.
func exchange(conns []net.Conn, b byte) int {
	var alive atomic.Int64
	var all sync.WaitGroup
	for _, c := range conns {
		all.Go(func() {
			back := make([]byte, 1)
			if c.SetDeadline(time.Now().Add(patience)) != nil {
				return
			}
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			if _, err := io.ReadFull(c, back); err == nil && back[0] == b {
				alive.Add(1)
			}
		})
	}
	all.Wait()
	return int(alive.Load())
}
