package tftp_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/tftp"
	"tandem/wire"
)

// exchange joins a client and a server; lose says which of their packets, by
// number, go astray.
func exchange(t *testing.T, c *tftp.Client, s *tftp.Server, lose func(n int) bool) (d tftp.Done, marks string) {
	t.Helper()
	var now, due clock.Time
	const client, port = wire.Addr(0x0a000001), 40000
	type datagram struct {
		toServer bool
		port     uint16
		payload  []byte
	}
	var line []datagram
	n, done := 0, false
	act := func(actions []tftp.Action) {
		for _, action := range actions {
			switch a := action.(type) {
			case tftp.Send:
				line = append(line, datagram{true, a.Port, a.Payload})
			case tftp.Arm:
				due = a.At
			case tftp.Mark:
				marks += string(a.Char)
			case tftp.Done:
				d, done = a, true
			}
		}
	}
	act(c.Start(now))
	for !done {
		if len(line) == 0 {
			now = due
			act(c.Wake(now))
			continue
		}
		g := line[0]
		line = line[1:]
		if n++; lose(n) {
			continue
		}
		if !g.toServer {
			act(c.Receive(now, g.port, g.payload))
		} else if r := s.Receive(client, port, g.port, g.payload); r != nil {
			line = append(line, datagram{false, r.FromPort, r.Payload})
		}
		require.Less(t, n, 1000)
	}
	return d, marks
}

func never(int) bool { return false }

func content(n int) []byte { return bytes.Repeat([]byte("0123456789abcde\n"), n/16+1)[:n] }

func TestTransfersBothWays(t *testing.T) {
	for _, size := range []int{0, 1, 511, 512, 513, 1024, 20 * 512} {
		for name, lose := range map[string]func(int) bool{
			"clean": never, "every third lost": func(n int) bool { return n%3 == 0 }, "first lost": func(n int) bool { return n == 1 },
		} {
			want := content(size)
			s := &tftp.Server{Files: map[string][]byte{"a": want}, Limit: 1 << 20}
			d, marks := exchange(t, tftp.Get("a", 1<<20), s, lose)
			require.NoError(t, d.Err, "%d bytes, %s", size, name)
			require.Equal(t, string(want), string(d.Content))
			require.Contains(t, marks, "!")

			d, _ = exchange(t, tftp.Put("b", want), s, lose)
			require.NoError(t, d.Err, "%d bytes, %s", size, name)
			require.Equal(t, string(want), string(s.Files["b"]))
		}
	}
}

func TestFailures(t *testing.T) {
	s := &tftp.Server{Files: map[string][]byte{"big": content(2000)}, Limit: 1000}
	d, _ := exchange(t, tftp.Get("none", 100), s, never)
	require.ErrorIs(t, d.Err, tftp.ErrNotFound)
	d, _ = exchange(t, tftp.Get("big", 1500), s, never)
	require.ErrorIs(t, d.Err, tftp.ErrTooLarge)
	d, _ = exchange(t, tftp.Put("new", content(1500)), s, never)
	require.ErrorIs(t, d.Err, tftp.ErrFull)
	require.NotContains(t, s.Files, "new", "half a file is no file")
	d, marks := exchange(t, tftp.Get("big", 5000), s, func(int) bool { return true })
	require.ErrorIs(t, d.Err, tftp.ErrTimeout)
	require.Equal(t, ".....", marks)
}

func TestStrangerIsRefused(t *testing.T) {
	c := tftp.Get("a", 1000)
	c.Start(0)
	c.Receive(0, 1000, tftp.Packet{Op: tftp.Data, Block: 1, Payload: content(512)}.Append(nil))
	out := c.Receive(0, 1001, tftp.Packet{Op: tftp.Data, Block: 2, Payload: content(1)}.Append(nil))
	require.Len(t, out, 1)
	p, err := tftp.Parse(out[0].(tftp.Send).Payload)
	require.NoError(t, err)
	require.Equal(t, tftp.UnknownID, p.Code)
}

func FuzzParse(f *testing.F) {
	for _, p := range []tftp.Packet{
		{Op: tftp.ReadRequest, Name: "a", Mode: "octet"},
		{Op: tftp.Data, Block: 7, Payload: []byte("x")},
		{Op: tftp.Ack, Block: 9},
		{Op: tftp.Failure, Code: tftp.FileNotFound, Text: "none"},
	} {
		f.Add(p.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := tftp.Parse(b)
		if err != nil {
			require.ErrorIs(t, err, tftp.ErrMalformed)
			return
		}
		again, err := tftp.Parse(p.Append(nil))
		require.NoError(t, err)
		require.Equal(t, p, again)
		c := tftp.Get("a", 100)
		c.Start(0)
		c.Receive(0, 1, b)
		s := tftp.Server{Files: map[string][]byte{"a": {1}}, Limit: 100}
		s.Receive(1, 2, tftp.Port, b)
	})
}
