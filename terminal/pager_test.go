package terminal_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/router"
	"tandem/terminal"
)

const (
	more  = " --More-- "
	erase = "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"
)

// reading types "count" with a hundred lines, then keys at the pager, and
// returns what each of them showed.
func reading(t *testing.T, keys ...string) []string {
	screens, _ := dialogue(t, append([]string{"count " + strings.Repeat("x", 100) + "\r"}, keys...)...)
	require.True(t, strings.HasSuffix(screens[0], "line 23\r\n"+more), screens[0])
	return screens[1:]
}

func TestPagerSearches(t *testing.T) {
	screens := reading(t, "/", "line 9", "\b", "8", "\r")
	require.Equal(t, []string{erase + "/", "line 9", "\b \b", "8"}, screens[:4])
	require.True(t, strings.HasPrefix(screens[4], "\r\nfiltering...\r\nline 80\r\nline 81\r\n"), screens[4])
	require.True(t, strings.HasSuffix(screens[4], "line 100\r\nR1#"), screens[4])

	screens = reading(t, "/none such\r", "x")
	require.Equal(t, []string{erase + "/none such\r\nfiltering...\r\nR1#", "x"}, screens)
}

func TestPagerKeepsAndDropsLines(t *testing.T) {
	screens := reading(t, "+5$\r")
	require.Equal(t, erase+"+5$\r\nfiltering...\r\nline 25\r\nline 35\r\nline 45\r\nline 55\r\nline 65\r\nline 75\r\nline 85\r\nline 95\r\nR1#", screens[0])

	screens = reading(t, "-[0-8]$\r")
	require.Equal(t, erase+"-[0-8]$\r\nfiltering...\r\nline 29\r\nline 39\r\nline 49\r\nline 59\r\nline 69\r\nline 79\r\nline 89\r\nline 99\r\nR1#", screens[0])

	// the pattern holds over pages, and another takes its place
	screens = reading(t, "+line\r", "-[1-8]$\r", "q")
	require.True(t, strings.HasSuffix(screens[0], "line 46\r\n"+more), screens[0])
	require.Equal(t, erase+"-[1-8]$\r\nfiltering...\r\nline 49\r\nline 50\r\nline 59\r\nline 60\r\nline 69\r\nline 70\r\nline 79\r\nline 80\r\nline 89\r\nline 90\r\nline 99\r\nline 100\r\nR1#", screens[1])
}

func TestPagerPatternIsLeft(t *testing.T) {
	screens := reading(t, "/", "\b", "/\r", "/(\r", "+ab\x03", "c")
	require.Equal(t, []string{erase + "/", "\b \b" + more, erase + "/\r\n" + more, erase + "/(\r\n" + more, erase + "+ab\r\nR1#", "c"}, screens)
}

func TestMessageInAPattern(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		u.typed(t, "count "+strings.Repeat("x", 100)+"\r/ab")
		synctest.Wait()
		u.screen()
		s.do(func() { s.console.Show(router.Screen{Text: "%SYS-5-CONFIG_I: Configured\n", Log: true}) })
		synctest.Wait()
		require.Equal(t, "\r\n%SYS-5-CONFIG_I: Configured\r\n/ab", u.screen())
	})
}

// A new session finds nothing of what the one before it typed.
func TestHistoryEndsWithTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		u.typed(t, "enable\rshow run\r")
		synctest.Wait()
		s.do(func() { s.session.answer("", router.WantReturn, "") })
		synctest.Wait()
		u.typed(t, "\r")
		s.do(func() { s.session.prompt = "R1>"; s.session.answer("", router.WantLine, "") })
		synctest.Wait()
		u.screen()
		u.typed(t, "\x10")
		synctest.Wait()
		require.Empty(t, u.screen())
	})
}

// A telnet client that takes no output cannot keep its connection when the
// session ends.
func TestADeadClientIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		near, far := net.Pipe()
		defer far.Close()
		left := make(chan struct{})
		go func() {
			s.console.Open(terminal.NewTelnet(near, s.console.Resize), func() {})
			close(left)
		}()
		_, err := io.ReadFull(far, make([]byte, len(greeting)+len("R1#"))) // and no more
		require.NoError(t, err)
		s.do(func() { s.session.answer("goodbye", router.WantHangup, "") })
		began := time.Now()
		<-left
		require.Less(t, time.Since(began), 10*time.Second)
	})
}

// What a client asks for while it takes none of the answers stays undone, so
// that the answers do not pile up.
func TestACommandWaitsForItsReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		s.session.base.Length = 0
		near, far := net.Pipe()
		defer far.Close()
		go s.console.Attach(near)
		typist := make(chan struct{})
		go func() {
			defer close(typist)
			for range 5000 {
				if _, err := io.WriteString(far, "big\r"); err != nil {
					return
				}
			}
		}()
		synctest.Wait()
		require.Less(t, len(s.calls()), 40, "a megabyte waits")
		far.Close()
		<-typist
	})
}

// A line that comes as a whole is echoed as key by key, on a narrow screen too.
func TestALineAtOnce(t *testing.T) {
	for _, width := range []int{0, 20, 80} {
		for _, line := range []string{"", "show clock", strings.Repeat("0123456789", 9), "a b?", strings.Repeat("x", 300)} {
			var screens [2]string
			for i, at := range []int{1, 1000} { // keys at a time
				synctest.Test(t, func(t *testing.T) {
					s := newStation(t)
					s.session.base.Width = width
					u := s.attach()
					synctest.Wait() // the greeting is through
					s.do(func() { s.session.answer("", router.WantLine, "pre ") })
					synctest.Wait()
					for rest := line + "\r" + line + "\r"; rest != ""; {
						n := min(at, len(rest))
						u.typed(t, rest[:n])
						rest = rest[n:]
						synctest.Wait()
					}
					screens[i] = u.screen()
				})
			}
			require.Equal(t, screens[0], screens[1], "%q on %d columns", line, width)
		}
	}
}
