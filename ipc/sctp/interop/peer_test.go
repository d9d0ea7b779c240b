//go:build linux

package interop_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// peer is a process that runs the other implementation. It takes commands and
// tells what happens in the lines that peer/peer.c describes.
type peer struct {
	t        *testing.T
	cmd      *exec.Cmd
	in       io.WriteCloser
	lines    chan string
	said     []string // all lines but those of messages
	messages []message
}

// startPeer runs cmd and waits for it to be ready. It must be called on the
// thread whose network namespace the peer is to live in.
func startPeer(t *testing.T, cmd *exec.Cmd) *peer {
	t.Helper()
	p := &peer{t: t, cmd: cmd, lines: make(chan string, 1024)}
	var err error
	p.in, err = cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	go func() {
		defer close(p.lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			p.lines <- scan.Text()
		}
	}()
	t.Cleanup(p.kill)
	line, ok := <-p.lines
	require.True(t, ok && line == "ready", "peer: %q", line)
	return p
}

// kill ends the peer as a power loss does.
func (p *peer) kill() {
	_ = p.cmd.Process.Kill()
	for range p.lines { // until its output is closed
	}
	_ = p.cmd.Wait() // "signal: killed"
}

// command sends one line.
func (p *peer) command(format string, args ...any) {
	p.t.Helper()
	_, err := fmt.Fprintf(p.in, format+"\n", args...)
	require.NoError(p.t, err)
}

// hear takes one line of the peer.
func (p *peer) hear(line string) {
	var m message
	if n, _ := fmt.Sscanf(line, "message %d %d %x", &m.stream, &m.length, &m.sum); n == 3 {
		p.messages = append(p.messages, m)
		return
	}
	require.False(p.t, strings.HasPrefix(line, "error"), "peer: %s", line)
	p.said = append(p.said, line)
}

// told reports whether the peer said line.
func (p *peer) told(line string) bool { return slices.Contains(p.said, line) }

// tail is the end of what the peer said, for a failing test.
func (p *peer) tail() []string { return p.said[max(0, len(p.said)-10):] }

// removePeer deletes what usrsctp built.
var removePeer = func() {}

// usrsctp builds the peer program once, in a folder that outlives the test.
var usrsctp = sync.OnceValues(func() (string, error) {
	cc, err := exec.LookPath("gcc")
	if err != nil {
		return "", fmt.Errorf("no C compiler: %w", err)
	}
	dir, err := os.MkdirTemp("", "sctp-peer-")
	if err != nil {
		return "", err
	}
	removePeer = func() { _ = os.RemoveAll(dir) }
	program := filepath.Join(dir, "peer")
	out, err := exec.Command(cc, "-Wall", "-O1", "-o", program, filepath.Join("peer", "peer.c"), "-lusrsctp", "-lpthread").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("peer/peer.c does not build, is libusrsctp-dev installed? %w\n%s", err, out)
	}
	return program, nil
})

// usrsctpPeer returns the program, or skips the test and says why.
func usrsctpPeer(t *testing.T) string {
	t.Helper()
	program, err := usrsctp()
	if err != nil {
		t.Skip(err)
	}
	return program
}
