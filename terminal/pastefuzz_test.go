package terminal

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/config"
	"tandem/modes"
	"tandem/nvram"
	"tandem/platform"
	"tandem/router"
)

// grammar is built once: it is most of a router's start.
var grammar = sync.OnceValues(modes.New)

// desk is a router with a console, and writes down what reaches its session.
// Time moves only while a command runs.
type desk struct {
	router.Session
	t       *testing.T
	router  *router.Router
	console *Console
	now     clock.Time

	jobs     chan func()
	last     router.Screen
	taken    strings.Builder // lines with their Enter, and single keys
	lossless bool            // nothing typed may be dropped: no pager, no logout, no call
}

func newDesk(t *testing.T, paged bool) *desk {
	known, err := grammar()
	require.NoError(t, err)
	hardware, err := platform.New("c3845", nil, "R1")
	require.NoError(t, err)
	startup := "hostname R1\nline con 0\n privilege level 15\n exec-timeout 0 0\n"
	if !paged {
		startup += " length 0\n"
	}
	d := &desk{t: t, jobs: make(chan func(), 16), lossless: true}
	d.router, err = router.New(0, router.Settings{
		Hardware: hardware, Store: nvram.NewMemory(nvram.Usable(hardware.Identity().NVRAM)), Grammar: known, Style: config.IOS,
		Startup: []byte(startup + "end\n"), Ports: []string{"GigabitEthernet0/0"},
		Random: rand.NewChaCha8([32]byte{1}), Cause: "power-on",
	})
	require.NoError(t, err)
	d.console = NewConsole(d)
	d.Session = d.router.OpenConsole(0, func(s router.Screen) {
		if s.Log {
			return // breaks in where it likes
		}
		s.More = false
		d.last = s
		if s.Paged && s.Length > 0 || s.Want == router.WantReturn || s.Want == router.WantRaw || s.Want == router.WantHangup {
			d.lossless = false
		}
		d.console.Show(s)
	})
	d.Session.Enter(0, "")
	require.Equal(t, "R1#", d.last.Prompt)
	d.lossless = true
	return d
}

// drive is the router's goroutine: it runs until the jobs are closed. A
// command that does not end by itself is escaped from.
func (d *desk) drive() {
	for job := range d.jobs {
		job()
		for step := 0; d.last.Want == router.WantNothing && step < 2000; step++ {
			at, ok := d.router.NextWake()
			if step == 1999 || !ok {
				d.Session.Escape(d.now)
				break
			}
			d.now = max(d.now, at)
			d.router.Wake(d.now)
		}
		switch {
		case d.router.Reload():
			d.last.Want = router.WantHangup
			d.console.Show(router.Screen{Want: router.WantHangup})
		case d.last.Want == router.WantNothing:
			d.t.Errorf("no prompt after %q", d.taken.String())
			d.console.Show(router.Screen{Want: router.WantHangup})
		}
	}
}

// Do implements Line. What waits on the console is bounded whenever something
// is asked of the router.
func (d *desk) Do(f func(clock.Time, router.Session)) {
	c := d.console
	c.mu.Lock()
	keys, screens := len(c.keys), len(c.queue)
	c.mu.Unlock()
	if keys > keyLimit+4096+1 || screens > 16 {
		d.t.Errorf("%d keys and %d screens wait", keys, screens)
	}
	d.jobs <- func() { f(d.now, d) }
}

// Enter implements router.Session.
func (d *desk) Enter(now clock.Time, line string) {
	d.taken.WriteString(line + "\r")
	d.Session.Enter(now, line)
}

// Key implements router.Session.
func (d *desk) Key(now clock.Time, key byte) {
	d.taken.WriteByte(key)
	d.Session.Key(now, key)
}

// typist is a connection whose other end sends some bytes and then ends it.
type typist struct {
	net.Conn
	console *Console
	slow    bool // each byte is sent when the one before was taken
	rest    []byte

	mu   sync.Mutex
	seen bytes.Buffer
}

func (p *typist) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	if p.slow {
		b = b[:1]
		for p.waiting() {
			runtime.Gosched()
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func (p *typist) waiting() bool {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	return len(p.console.keys) > 0
}

func (p *typist) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.Write(b)
}

func (p *typist) Close() error                     { return nil }
func (p *typist) SetWriteDeadline(time.Time) error { return nil }

// hangs is after how long a session that took some bytes counts as lost.
const hangs = time.Minute

// outcome is what became of some bytes.
type outcome struct {
	screen, listing, taken string
	lossless               bool
}

// paste sends bytes through telnet and console into a new router.
func paste(t *testing.T, sent []byte, slow, paged bool) outcome {
	d := newDesk(t, paged)
	var driving sync.WaitGroup
	driving.Go(d.drive)
	client := &typist{console: d.console, slow: slow, rest: bytes.Clone(sent)}
	stuck := time.AfterFunc(hangs, func() { panic(fmt.Sprintf("%q hangs", sent)) })
	stream := NewTelnet(client, d.console.Resize)
	require.NoError(t, stream.greet()) // before the prompt, which the console sends in its own time
	d.console.Attach(stream)
	stuck.Stop()
	d.console.Close()
	close(d.jobs)
	driving.Wait()
	return outcome{client.seen.String(), d.router.Listing(), d.taken.String(), d.lossless}
}

// FuzzPaste sends bytes as they come in one piece through the telnet decoder,
// the line editor and its way for whole lines into a router's session. The
// session ends or stands at a prompt. Typed key by key the same bytes show the
// same screen and make the same configuration, and of plain lines each reaches
// the session once and in order.
func FuzzPaste(f *testing.F) {
	for _, seed := range []string{
		"", "show clock\r", "configure terminal\rhostname R2\rinterface Gi0/0\r ip address 10.0.0.1 255.255.255.0\r no shutdown\rend\r",
		"conf t\rbanner motd #\rfirst\rsecond#\raccess-list 101 permit ip any any\r! comment\r\r\rend\rshow run\r q",
		"conf t\r\nip access-list extended x\r\n permit tcp any any eq www\r\n remark a?b\r\nend\n", "sh?\rsh\tclo\t\r\x10\r\x01no \x1a",
		"\xff\xfb\x1f\xff\xfa\x1f\x00\x28\x00\x05\xff\xf0show run\r  \xff\xf4q", "ping 10.9.9.9\rshow clock\r", "write erase\r\rshow start\r",
		"exit\r\rshow users\r", "telnet 10.9.9.9\r\x1e\x1ex\rend\r", "conf t\ralias exec x show clock\rend\rx\rshow nothing\rreload\rn",
		"show " + strings.Repeat("x", 300) + "\rshow clock\r", strings.Repeat("! comment\r", 300), "copy run start\r\rterminal length 5\rshow run\r\r q",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, sent []byte, paged bool) {
		// What is half typed when a connection ends is forgotten, shown or not.
		sent = append(bytes.Clone(sent[:min(len(sent), 4096)]), "\r\r"...)
		whole := paste(t, sent, false, paged)
		if bytes.ContainsAny(sent, "\x1e") || bytes.IndexByte(sent, iac) >= 0 {
			return // the escape character, a window's size and "are you there" act when they come, not in turn
		}
		single := paste(t, sent, true, paged)
		require.Equal(t, single.screen, whole.screen)
		require.Equal(t, single, whole)
		if whole.lossless && plain(sent) {
			require.Equal(t, string(sent[:bytes.LastIndexByte(sent, '\r')+1]), whole.taken[:min(len(whole.taken), len(sent))])
		}
	})
}

// plain reports whether bytes are lines of plain text that fit the editor.
func plain(sent []byte) bool {
	column := 0
	for _, b := range sent {
		if column++; b == '\r' {
			column = 0
		}
		if b != '\r' && (b < ' ' || b > '~' || b == '?') || column > lineLimit {
			return false
		}
	}
	return true
}
