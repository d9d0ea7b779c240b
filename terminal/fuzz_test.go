package terminal

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/router"
)

// FuzzTelnetDecoder holds that text without commands passes unchanged, that
// cutting the stream changes nothing, and that answers are bounded.
func FuzzTelnetDecoder(f *testing.F) {
	for _, seed := range []string{
		"", "show\r\n", "\xff\xfd\x01\xff\xfb\x18\xff\xfa\x18\x00vt100\xff\xf0", "\xff\xff\xff",
		"\xff\xfa\x1f\x00\xff\xff\x00\x18\xff\xf0", "\xff\xfa\xff\xfa\xff\xf0", "\xff\xfd\xff\xff\xfb\xff",
	} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, in []byte, cut int) {
		whole, parts := decoder{end: new(clientOptions)}, decoder{end: new(clientOptions)}
		typed, reply := whole.decode(in, nil, nil)
		cut = max(0, min(cut, len(in)))
		there := bytes.Count(in, []byte{iac, ayt})
		pt, pr := parts.decode(in[:cut], nil, nil)
		pt, pr = parts.decode(in[cut:], pt, pr)
		require.Equal(t, typed, pt)
		if there == 0 { // answered once a batch, so cutting does change that
			require.Equal(t, reply, pr)
		}
		require.LessOrEqual(t, len(reply), 2*256*3+6+9)
		require.LessOrEqual(t, len(whole.sub), subLimit)
		if bytes.IndexByte(in, iac) < 0 {
			require.Equal(t, len(in), len(typed))
			require.Empty(t, reply)
		}
	})
}

// FuzzTelnetClient holds for the other end: text passes, cutting changes
// nothing, what a server says is answered by as much at most, and it is
// refused an option once.
func FuzzTelnetClient(f *testing.F) {
	for _, seed := range []string{
		"", "login: ", "\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f", "\xff\xfa\x18\x01\xff\xf0", "\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0",
		"\xff\xfc\x01\xff\xfb\x01\xff\xfc\x01", "\xff\xfe\x1f\xff\xfd\x1f", "\xff\xfb\x2a\xff\xfb\x2a",
	} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, in []byte, cut int) {
		end := func() *serverOptions { return &serverOptions{width: 255, length: 0xffff} }
		whole, parts := decoder{end: end()}, decoder{end: end()}
		text, reply := whole.decode(in, nil, nil)
		cut = max(0, min(cut, len(in)))
		pt, pr := parts.decode(in[:cut], nil, nil)
		pt, pr = parts.decode(in[cut:], pt, pr)
		require.Equal(t, text, pt)
		require.Equal(t, reply, pr)
		require.LessOrEqual(t, len(reply), 6*len(in), "a request of 3 bytes for the window's size is the dearest")
		if bytes.IndexByte(in, iac) < 0 {
			require.Equal(t, len(in), len(text))
			require.Empty(t, reply)
		}
	})
}

// FuzzCopy reads whatever another host says at the begin of a file: never more
// than a file may have, and nothing that was not announced.
func FuzzCopy(f *testing.F) {
	for _, seed := range []string{"C0644 5 a\nhello\x00", "C0644 -1 a\n", "C0644 99999999999999999999 a\n", "C0644 5\n", "D0755 0 d\n", "\n", "C0644 0 \n\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(in), 64)
		line, err := readLine(r)
		if err != nil {
			return
		}
		content, err := readCopy(io.Discard, r, line)
		if err == nil {
			require.LessOrEqual(t, len(content), copyLimit)
			require.Contains(t, string(in), string(content))
		}
	})
}

// model is a screen of one row.
type model struct {
	row []byte
	at  int
}

func (m *model) write(text string) error {
	for _, b := range []byte(text) {
		switch {
		case b == '\b':
			if m.at--; m.at < 0 {
				return fmt.Errorf("backspace over the prompt")
			}
		case b < ' ' || b > '~':
			return fmt.Errorf("byte %#x", b)
		default:
			if m.at == len(m.row) {
				m.row = append(m.row, ' ')
			}
			m.row[m.at] = b
			m.at++
		}
	}
	return nil
}

// FuzzEditor types anything and holds that the line stays short and printable,
// that the screen shows what the line is, and that the editor ends cleanly.
func FuzzEditor(f *testing.F) {
	for _, seed := range []string{
		"show ip\r", "a\x14\x14\x14\x02\x02\x14x\r", "abc\x01\x0b\x19\x19\x1by\r", "\x1b[3~\x1b[\x1bO\x1bb\x1bf\x1bd\r",
		"one two three\x17\x17\x01\x1bu\x1bc\x1bl\r\rx", "?\t\x1a\x03\x0e\x10\x12", "\x16?\x16\r\x00\xff\xe2\x82", "half",
	} {
		f.Add([]byte(seed), 0, true)
		f.Add([]byte(strings.Repeat(seed, 40)), 20, true)
		f.Add([]byte(seed), 80, false)
	}
	f.Fuzz(func(t *testing.T, typed []byte, width int, special bool) {
		if len(typed) > 1000 {
			return
		}
		var paint painter
		var screen model
		var shown string
		var wrong error
		e, err := newEditor(func(int) key {
			if len(typed) == 0 {
				return keyClosed
			}
			k := key(typed[0])
			typed = typed[1:]
			return k
		}, func(_ int, line string, pos int) {
			if wrong == nil {
				wrong = screen.write(paint.paint(line, pos))
			}
			shown = line
		})
		require.NoError(t, err)
		defer e.close()
		for by := keyNone; by != keyClosed; {
			paint.start("R1#", max(0, min(width, 500)), false)
			screen, shown = model{}, "ab"
			require.NoError(t, screen.write(paint.paint(shown, 2)))
			var line string
			line, by = e.readLine(0, shown, router.WantLine, special)
			require.NoError(t, wrong)
			require.LessOrEqual(t, len(line), lineLimit)
			require.False(t, slices.ContainsFunc([]byte(line), func(b byte) bool { return b < ' ' || b > '~' }), "%q", line)
			if by == keyClosed {
				break
			}
			require.Equal(t, shown, line)
			view, cursor := string(screen.row), screen.at
			require.Equal(t, paint.shown, strings.TrimRight(view, " ")+strings.Repeat(" ", len(paint.shown)-len(strings.TrimRight(view, " "))))
			require.Equal(t, paint.cursor, cursor)
			if paint.offset == 0 && (paint.room == 0 || len(line) <= paint.room) {
				require.Equal(t, line, paint.shown)
			}
		}
	})
}
