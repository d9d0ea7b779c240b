package terminal

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
)

// shut is a channel whose client opens no window: a write waits for the end of
// the connection.
type shut struct {
	ssh.Channel
	far net.Conn
}

func (s shut) Write([]byte) (int, error) {
	_, err := s.far.Read(make([]byte, 1))
	return 0, err
}

func newShut() *sshChannel {
	near, far := net.Pipe()
	return &sshChannel{Channel: shut{far: far}, watch: time.AfterFunc(time.Hour, func() { near.Close() })}
}

func TestASilentSSHClientIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c := newShut()
		require.NoError(t, c.SetWriteDeadline(time.Now().Add(flushTime)))
		_, err := c.Write([]byte("goodbye"))
		require.True(t, errors.Is(err, io.EOF), err)
		require.Equal(t, flushTime, time.Since(began))

		c = newShut()
		c.within = stallTime
		c.progress()
		_, err = c.Write([]byte("the answer to a request"))
		require.True(t, errors.Is(err, io.EOF), err)
		require.Equal(t, flushTime+stallTime, time.Since(began))
	})
}
