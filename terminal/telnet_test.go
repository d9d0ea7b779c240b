package terminal_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/terminal"
)

// telnet runs one telnet conversation: what the client sends, what the
// server reads of it, and every byte that the server sends back.
func telnet(t testing.TB, sent []byte) (typed, reply []byte, sizes [][2]int) {
	near, far := net.Pipe()
	server := terminal.NewTelnet(near, func(length, width int) { sizes = append(sizes, [2]int{length, width}) })
	var done sync.WaitGroup
	done.Go(func() { reply, _ = io.ReadAll(far) })
	done.Go(func() {
		for len(sent) > 0 { // in pieces of three, so that commands are cut
			n := min(3, len(sent))
			if _, err := far.Write(sent[:n]); err != nil {
				break
			}
			sent = sent[n:]
		}
		// half of a pipe cannot be closed: a text marks the end
		far.Write([]byte{255, 240, 255, 240, 4})
	})
	for {
		var p [64]byte
		n, err := server.Read(p[:])
		require.NoError(t, err)
		typed = append(typed, p[:n]...)
		if n > 0 && p[n-1] == 4 {
			break
		}
	}
	server.Close()
	done.Wait()
	return typed[:len(typed)-1], reply, sizes
}

// greeting is the capture of two IOS telnet servers (reference cli 1.16).
var greeting = []byte{0xff, 0xfb, 0x01, 0xff, 0xfb, 0x03, 0xff, 0xfd, 0x18, 0xff, 0xfd, 0x1f}

func TestTelnet(t *testing.T) {
	for name, c := range map[string]struct {
		sent, typed, reply string
		sizes              [][2]int
	}{
		"text":             {"abc\r\x00", "abc\r\x00", "", nil},
		"client agrees":    {"\xff\xfd\x01\xff\xfd\x03a", "a", "", nil},
		"terminal type":    {"\xff\xfb\x18\xff\xfb\x18\xff\xfa\x18\x00xterm\xff\xf0a", "a", "\xff\xfa\x18\x01\xff\xf0", nil},
		"window":           {"\xff\xfb\x1f\xff\xfa\x1f\x02\x00\x03\xe8\xff\xf0a", "a", "", [][2]int{{1000, 512}}},
		"window with 255":  {"\xff\xfa\x1f\x00\xff\xff\x00\x18\xff\xf0a", "a", "", [][2]int{{24, 255}}},
		"window unknown":   {"\xff\xfa\x1f\x00\x00\x00\x00\xff\xf0", "", "", nil},
		"window too short": {"\xff\xfa\x1f\x00\xff\xf0", "", "", nil},
		"client refuses":   {"\xff\xfe\x01\xff\xfe\x01\xff\xfc\x18\xff\xfc\x1fa", "a", "\xff\xfc\x01", nil},
		"we refuse":        {"\xff\xfd\x22\xff\xfb\x20\xff\xfd\x22\xff\xfb\x20a", "a", "\xff\xfc\x22\xff\xfe\x20", nil},
		"go ahead":         {"\xff\xfb\x03\xff\xfb\x03", "", "\xff\xfd\x03", nil},
		"escaped 255":      {"a\xff\xffb", "a\xffb", "", nil},
		"interrupts":       {"\xff\xf3\xff\xf4\xff\xf7\xff\xf8", "\x1ex\x03\x7f\x15", "", nil},
		"nop":              {"\xff\xf1\xff\xf1\xff\xf1a", "a", "", nil},
		"lost end":         {"\xff\xfa\x18\x00xt\xff\xfd\x01a", "a", "", nil},
	} {
		typed, reply, sizes := telnet(t, []byte(c.sent))
		require.Equal(t, c.typed, string(typed), name)
		require.Equal(t, string(greeting)+c.reply, string(reply), name)
		require.Equal(t, c.sizes, sizes, name)
	}
	_, reply, _ := telnet(t, []byte("\xff\xf6\xff"))
	require.Contains(t, string(reply), "[Yes]")
}

func TestTelnetEscapesOutput(t *testing.T) {
	near, far := net.Pipe()
	go func() {
		n, err := terminal.NewTelnet(near, nil).Write([]byte("a\xffb"))
		require.Equal(t, 3, n)
		require.NoError(t, err)
		near.Close()
	}()
	got, err := io.ReadAll(far)
	require.NoError(t, err)
	require.Equal(t, "a\xff\xffb", string(got))
}

func TestTelnetStormEnds(t *testing.T) {
	var storm []byte
	for range 50 {
		for option := range 255 {
			storm = append(storm, 255, 253, byte(option), 255, 251, byte(option), 255, 254, byte(option))
		}
	}
	_, reply, _ := telnet(t, storm)
	require.LessOrEqual(t, len(reply), len(greeting)+2*256*3+6)
}

func TestServer(t *testing.T) {
	served := make(chan string, 2)
	s, err := terminal.Listen("127.0.0.1:0", func(conn net.Conn) {
		text, _ := io.ReadAll(conn)
		served <- string(text)
	})
	require.NoError(t, err)
	a, err := net.Dial("tcp", s.Addr().String())
	require.NoError(t, err)
	b, err := net.Dial("tcp", s.Addr().String())
	require.NoError(t, err)
	defer b.Close()
	_, err = io.WriteString(a, "hello")
	require.NoError(t, err)
	a.Close()
	require.Equal(t, "hello", <-served)
	require.NoError(t, s.Close(), "it does not wait for clients to leave")
	require.Error(t, s.Close())
	_, err = terminal.Listen("127.0.0.1:-1", nil)
	require.ErrorContains(t, err, "terminal: ")
}
