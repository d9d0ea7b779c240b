package terminal

import (
	"bufio"
	"io"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"

	"tandem/clock"
	"tandem/router"
)

// answerLimit bounds a line that answers a command's question, in bytes.
const answerLimit = 4 << 10

// screens is the output of a command on its way to a client: the router never
// waits for it.
type screens struct {
	mu      sync.Mutex
	changed *sync.Cond
	queue   []router.Screen
	closed  bool
}

func newScreens() *screens {
	q := &screens{}
	q.changed = sync.NewCond(&q.mu)
	return q
}

// show is the sink of the session.
func (q *screens) show(s router.Screen) {
	q.mu.Lock()
	q.queue = append(q.queue, s)
	q.mu.Unlock()
	q.changed.Broadcast()
}

func (q *screens) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.changed.Broadcast()
}

// next waits for a screen; false when the client is gone.
func (q *screens) next() (router.Screen, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.queue) == 0 && !q.closed {
		q.changed.Wait()
	}
	if q.closed {
		return router.Screen{}, false
	}
	s := q.queue[0]
	q.queue = q.queue[1:]
	return s, true
}

// exec runs one command without a prompt and a pager. What it asks is answered
// from the client's input, line by line.
func (s *sshServer) exec(stream *sshChannel, requests <-chan *ssh.Request, command string) {
	out := newScreens()
	go func() {
		for r := range requests {
			_ = r.Reply(false, nil)
		}
		out.close()
	}()
	if args, ok := copyCommand(command); ok {
		s.copy(stream, args)
		return
	}
	s.seat.show = out.show
	s.seat.with(func(now clock.Time) { s.seat.session = s.seat.vty.Exec(now, command, out.show) })
	in := bufio.NewReaderSize(stream, answerLimit)
	for {
		screen, ok := out.next()
		if !ok {
			return
		}
		text := screen.Text
		if !screen.Verbatim {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		if screen.Want != router.WantNothing && screen.Want != router.WantHangup {
			text += screen.Prompt
		}
		if _, err := io.WriteString(stream, text); err != nil {
			return
		}
		if screen.Want == router.WantHangup {
			return
		}
		if screen.Log || screen.Want == router.WantNothing {
			continue
		}
		if !s.answer(in, screen.Want) {
			return
		}
	}
}

// answer reads what a question wants; false when there is nothing to read.
func (s *sshServer) answer(in *bufio.Reader, want router.Want) bool {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return false
	}
	text := strings.TrimRight(string(line), "\r\n")
	s.seat.Do(func(now clock.Time, session router.Session) {
		switch {
		case want == router.WantRaw:
			session.Type(now, []byte(text+"\r"))
		case want != router.WantKey:
			session.Enter(now, text)
		case text == "":
			session.Key(now, '\r')
		default:
			session.Key(now, text[0])
		}
	})
	return true
}
