package terminal_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"tandem/router"
	"tandem/terminal"
)

// dialogue types keys at a fresh console and returns the screen and the calls.
func dialogue(t *testing.T, keys ...string) (screens, calls []string) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		synctest.Wait()
		require.Equal(t, "R1#", u.screen())
		for _, k := range keys {
			u.typed(t, k)
			synctest.Wait()
			screens = append(screens, u.screen())
		}
		calls = s.calls()
	})
	return screens, calls
}

func TestEchoAndEnter(t *testing.T) {
	screens, calls := dialogue(t, "s", "how", "\r", "\n", "a\r\n", "b\r\x00", "\x00c\x00\n")
	require.Equal(t, []string{"s", "how", "\r\nR1#", "", "a\r\nR1#", "b\r\nR1#", "c\r\nR1#"}, screens)
	require.Equal(t, []string{`enter "show"`, `enter "a"`, `enter "b"`, `enter "c"`}, calls)
}

func TestEditingKeys(t *testing.T) {
	for keys, want := range map[string]string{
		"abc\bd\r":                                 "abd",
		"abc\x7f\x7f\x7f\x7f\x7fd\r":               "d",
		"bc\x01a\x05d\r":                           "abcd",
		"ad\x02bc\r":                               "abcd",
		"bcd\x01\x06\x06X\r":                       "bcXd",
		"abc\x1b[D\x1b[DX\r":                       "aXbc",
		"abc\x1bOD\x1bOCX\r":                       "abcX",
		"abc\x01\x04\r":                            "bc",
		"abc\x01\x1b[3~\r":                         "bc",
		"\x04\x04a\r":                              "a",
		"one two\x01\x06\x0b\r":                    "o",
		"one two\x02\x15\r":                        "o",
		"one two\x18x\r":                           "x",
		"one two\x17\r":                            "one ",
		"one two\x01\x1bf\x0b\r":                   "one ",
		"one two\x1bbX\r":                          "one Xtwo",
		"one two\x01\x1bd\r":                       " two",
		"one two\x17\x19\x19\r":                    "one twotwo",
		"one two\x17\x17\x19\x1by\r":               "one two",
		"ba\x14\r":                                 "ab",
		"a\x14\x14\x14\r":                          "a",
		"one two\x01\x1bc\x1bu\r":                  "One TWO",
		"ONE\x01\x1bl\r":                           "one",
		"what\x16?\x1bq?\r":                        "what??",
		"a\x1b[200~b\x1b[1;5Ac\x1bzd\r":            "abcd",
		"a\x1b[" + strings.Repeat("1", 99) + "A\r": "a" + strings.Repeat("1", 99-16) + "A",
		"\x1b[H\x1b[Fx\r":                          "x",
		"h\xc3\xa4\xffllo\x07\r":                   "hllo",
		"a\x1exb\r":                                "ab", // the escape sequence means nothing here
		strings.Repeat("x", 300) + "\r":            strings.Repeat("x", 254),
		strings.Repeat("x", 300) + "\b\by\b\bzz\r": strings.Repeat("x", 251) + "zz",
		strings.Repeat("x", 300) + "\x15\x19\b\r":  strings.Repeat("x", 253),
	} {
		_, calls := dialogue(t, keys)
		require.Equal(t, []string{fmt.Sprintf("enter %q", want)}, calls, "%q", keys)
	}
}

func TestEchoIsTheLeastDifference(t *testing.T) {
	screens, _ := dialogue(t, "abc", "\b", "\x01", "X", "\x05", "\x15", "\x1b[D")
	require.Equal(t, []string{"abc", "\b \b", "\b\b", "Xab\b\b", "ab", "\b\b\b   \b\b\b", ""}, screens)
}

func TestHelpAndCompletionActAtOnce(t *testing.T) {
	screens, calls := dialogue(t, "show ?", "x\r", "co\t", "t\r")
	require.Equal(t, "show ?\r\n  <cr>\r\nR1#show ", screens[0])
	require.Equal(t, "x\r\nR1#", screens[1])
	require.Equal(t, "co\r\nR1#configure ", strings.ReplaceAll(screens[2], "nfigure", "nfigure"))
	require.Equal(t, []string{`help "show "`, `enter "show x"`, `complete "co"`, `enter "configure t"`}, calls)
}

func TestHistoryIsKeptPerKindOfPrompt(t *testing.T) {
	_, calls := dialogue(t, "one\rtwo\rtwo\r", "dr\x10\x10\x0e\x0e\x0eaft\r", "conf\r", "\x10\x1b[A", "hostname x\r", "\x10\r", "\x1a", "\x10\r")
	require.Equal(t, []string{
		`enter "one"`, `enter "two"`, `enter "two"`, `enter "draft"`, `enter "conf"`,
		`enter "hostname x"`, `enter "hostname x"`, `end ""`, `enter "conf"`,
	}, calls)
}

func TestControlKeys(t *testing.T) {
	screens, calls := dialogue(t, "half\x12", "\x0c", "\x03", "half\x1a")
	require.Equal(t, []string{"half\r\nR1#half", "\r\nR1#half", "^C\r\nR1#", "half^Z\r\nR1#"}, screens)
	require.Equal(t, []string{"abandon", `end "half"`}, calls)
}

func TestSecretsAndKeysAndAnswers(t *testing.T) {
	screens, calls := dialogue(t, "secret\r", "pa\bass?\r", "confirm\r", "y", "x\r")
	require.Equal(t, []string{"secret\r\nPassword: ", "\r\nR1#", "confirm\r\n[confirm]", "\r\nR1#", "x\r\nR1#"}, screens)
	require.Equal(t, []string{`enter "secret"`, `enter "pass?"`, `enter "confirm"`, `key 'y'`, `enter "x"`}, calls)
}

func TestEscapeStopsACommandAndTypeAheadWaits(t *testing.T) {
	screens, calls := dialogue(t, "ping\r", "next\r", "\x1ex", "more")
	require.Equal(t, []string{"ping\r\nType escape sequence to abort.\r\n", "", "aborted\r\nR1#next\r\nR1#", "more"}, screens)
	require.Equal(t, []string{`enter "ping"`, "escape", `enter "next"`}, calls)
}

func TestPager(t *testing.T) {
	line := "a line of text\r\n"
	erase := strings.Repeat("\b", 9) + strings.Repeat(" ", 8) + strings.Repeat("\b", 9)
	thirty := "lines " + strings.Repeat("x", 30) + "\r"
	screens, _ := dialogue(t, thirty, "\r", " ", thirty, "q", "lines xx\r", thirty, "\x03", "after\r")
	require.Equal(t, thirty+"\n"+strings.Repeat(line, 23)+" --More-- ", screens[0])
	require.Equal(t, erase+line+" --More-- ", screens[1])
	require.Equal(t, erase+strings.Repeat(line, 6)+"R1#", screens[2])
	require.Equal(t, erase+"R1#", screens[4], "any other key ends it")
	require.Equal(t, "lines xx\r\n"+line+line+"R1#", screens[5], "a new command is shown again")
	require.Equal(t, "after\r\nR1#", screens[8])
}

func TestMessagesBreakIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		u.typed(t, "half")
		synctest.Wait()
		u.screen()
		message := router.Screen{Log: true, Text: "%SYS-5-CONFIG_I: Configured\n"}
		s.console.Show(message)
		synctest.Wait()
		require.Equal(t, "\r\n%SYS-5-CONFIG_I: Configured\r\n", u.screen())
		u.typed(t, "x")
		synctest.Wait()
		require.Equal(t, "x", u.screen(), "the line is still there")
		message.Synchro = true
		s.console.Show(message)
		synctest.Wait()
		require.Equal(t, "\r\n%SYS-5-CONFIG_I: Configured\r\nR1#halfx", u.screen())
		u.typed(t, "\r")
		require.Equal(t, []string{`enter "halfx"`}, s.callsAfterWait())
		u.typed(t, "lines "+strings.Repeat("x", 30)+"\r")
		synctest.Wait()
		u.screen()
		s.console.Show(message)
		synctest.Wait()
		require.Equal(t, "\r\n%SYS-5-CONFIG_I: Configured\r\n --More-- ", u.screen())
	})
}

func (s *station) callsAfterWait() []string {
	synctest.Wait()
	return s.calls()
}

func TestEveryConnectionSeesTheSameAndMayType(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		a := s.attach()
		a.typed(t, "sh")
		synctest.Wait()
		b := s.attach()
		synctest.Wait()
		require.Equal(t, "R1#sh", b.screen(), "a new screen gets the line that stands there")
		b.typed(t, "ow")
		synctest.Wait()
		a.typed(t, "\r")
		synctest.Wait()
		require.Equal(t, "R1#show\r\nR1#", a.screen())
		require.Equal(t, "ow\r\nR1#", b.screen())
		require.Equal(t, []string{`enter "show"`}, s.calls())

		a.typed(t, "rel")
		a.Close()
		b.typed(t, "oad")
		synctest.Wait()
		<-a.left
		require.Equal(t, "reload", b.screen(), "somebody is still there")
		b.Close()
		<-b.left
		synctest.Wait()
		c := s.attach()
		c.typed(t, "\r")
		synctest.Wait()
		require.Equal(t, "R1#\r\nR1#", c.screen(), "nobody can enter a line that its writer left behind")
		require.Equal(t, []string{`enter "show"`, `enter ""`}, s.calls())
	})
}

func TestPastedLinesRunBeforeTheConnectionIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		u.typed(t, "ping\rone\rtwo\rhal")
		u.Close()
		synctest.Wait()
		require.Equal(t, []string{`enter "ping"`}, s.calls(), "a command that has a writer left runs on")
		s.do(func() { s.session.Escape(0) })
		<-u.left
		require.Equal(t, []string{`enter "ping"`, "escape", `enter "one"`, `enter "two"`}, s.callsAfterWait())
	})
}

func TestHangupDropsConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		u.typed(t, "logout\rand more\r")
		<-u.left
		require.Equal(t, "R1#logout\r\n", u.screen())
		require.Equal(t, []string{`enter "logout"`}, s.calls())
	})
}

func TestTheRouterMayTakeTheLineAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		u.typed(t, "rel")
		synctest.Wait()
		u.screen()
		s.do(func() {
			s.session.prompt = ""
			s.session.answer("\nPress RETURN to get started.\n", router.WantReturn, "")
		})
		synctest.Wait()
		require.Equal(t, "\r\nPress RETURN to get started.\r\n", u.screen())
		s.do(func() { s.session.prompt = "R1>" })
		u.typed(t, "oad\rx\r")
		require.Equal(t, []string{`enter ""`, `enter "x"`}, s.callsAfterWait())
		require.Equal(t, "\r\nR1>x\r\nR1>", u.screen())
	})
}

func TestLongLinesScroll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		s.session.base.Width = 20 // room for 16 characters behind "R1#"
		u.typed(t, "\r")
		synctest.Wait()
		u.screen()
		u.typed(t, "abcdefghijklmnop")
		synctest.Wait()
		require.Equal(t, "abcdefghijklmnop", u.screen())
		u.typed(t, "q")
		synctest.Wait()
		require.Equal(t, strings.Repeat("\b", 16)+"$lmnopq"+strings.Repeat(" ", 9)+strings.Repeat("\b", 9), u.screen())
		u.typed(t, "\x01\r")
		require.Equal(t, `enter "abcdefghijklmnopq"`, s.callsAfterWait()[1])
	})
}

// A paste is a client that sends everything before it looks.
func TestPasteOfTenThousandLinesLosesNothing(t *testing.T) {
	s := newStation(t)
	server, err := terminal.Listen("127.0.0.1:0", s.console.Telnet)
	require.NoError(t, err)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	s.do(func() { s.session.calls = nil })
	const lines = 10_000
	go func() {
		var b strings.Builder
		for i := range lines {
			fmt.Fprintf(&b, "permit %d\r\n", i)
		}
		b.WriteString("logout\r\n")
		io.WriteString(conn, b.String())
	}()
	_, err = io.Copy(io.Discard, conn)
	require.NoError(t, err)
	calls := s.calls()
	require.Len(t, calls, lines+1)
	for i, call := range calls[:lines] {
		require.Equal(t, fmt.Sprintf(`enter "permit %d"`, i), call)
	}
}

func TestCloseWithoutAndWithConnections(t *testing.T) {
	terminal.NewConsole(nil).Close()
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		u.typed(t, "half")
		synctest.Wait()
		s.console.Close()
		<-u.left
		require.Empty(t, s.calls())
		late := s.attach()
		<-late.left
		s.console.Show(router.Screen{Text: "nobody is there\n"})
	})
}

func BenchmarkPasteLine(b *testing.B) {
	s := newStation(b)
	u := s.attach()
	b.ReportAllocs()
	for b.Loop() {
		io.WriteString(u.Conn, "access-list 101 permit tcp any host 10.0.0.1\r")
	}
}

// A message that follows a screen at once comes before the keys that wait.
func TestMessageBehindAScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		u := s.attach()
		synctest.Wait()
		u.screen()
		s.console.Show(router.Screen{Prompt: "R1#", More: true})
		u.typed(t, "ahead\r")
		synctest.Wait()
		require.Equal(t, "R1#", u.screen())
		s.console.Show(router.Screen{Log: true, Text: "%SYS-5-CONFIG_I: Configured\n"})
		synctest.Wait()
		require.Contains(t, u.screen(), "\r\n%SYS-5-CONFIG_I: Configured\r\nahead\r\n")
		require.Equal(t, []string{`enter "ahead"`}, s.calls())
	})
}
