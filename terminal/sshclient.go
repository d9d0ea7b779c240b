package terminal

import (
	"errors"
	"io"
	"net"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"

	"tandem/modes"
	"tandem/router"
)

// What the router's SSH client waits for and asks at most.
const (
	negotiationTime = 120 * time.Second // up to the end of the login
	passwordTries   = 3
	passwordLimit   = 256 // bytes of a typed password
)

// dialSSH connects and logs in. The key of the other end is taken as it comes:
// routers of the time know no other way.
func dialSSH(call *router.Call) (*ssh.Client, error) {
	conn, err := call.Dial()
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(negotiationTime)) // a connection that is closed fails in the next call
	l := &login{call: call}
	secure, channels, requests, err := ssh.NewClientConn(conn, conn.RemoteAddr().String(), &ssh.ClientConfig{
		Config:        ssh.Config{KeyExchanges: sshExchanges, Ciphers: sshCiphers, MACs: sshMACs},
		ClientVersion: sshIdent, User: call.User,
		HostKeyCallback:   func(string, net.Addr, ssh.PublicKey) error { l.negotiated = true; return nil },
		HostKeyAlgorithms: append(slices.Clone(sshHostKeys), ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoED25519),
		Auth: []ssh.AuthMethod{
			ssh.RetryableAuthMethod(ssh.PasswordCallback(l.password), passwordTries),
			ssh.RetryableAuthMethod(ssh.KeyboardInteractive(l.answers), passwordTries),
		},
	})
	if err != nil {
		conn.Close()
		return nil, l.failure(err)
	}
	_ = conn.SetDeadline(time.Time{})
	return ssh.NewClient(secure, channels, requests), nil
}

// login is the login of one call.
type login struct {
	call       *router.Call
	tries      int
	negotiated bool // both ends speak the same SSH
	aborted    bool // by whoever was asked
}

// password gives the one that came with the call, then asks.
func (l *login) password() (string, error) {
	l.tries++
	switch {
	case l.tries > passwordTries:
		return "", modes.ErrAuthentication
	case l.tries == 1 && l.call.Password != "":
		return l.call.Password, nil
	}
	password, err := askPassword(l.call)
	l.aborted = err != nil
	return password, err
}

// answers is password for servers that ask it as a question (RFC 4256).
func (l *login) answers(_, _ string, questions []string, _ []bool) ([]string, error) {
	var out []string
	for range questions {
		answer, err := l.password()
		if err != nil {
			return nil, err
		}
		out = append(out, answer)
	}
	return out, nil
}

// failure is why there is no session, in the router's words where there are
// any.
func (l *login) failure(err error) error {
	var network net.Error
	switch {
	case l.aborted:
		return modes.ErrAborted
	case errors.As(err, &network) && network.Timeout():
		return modes.ErrNoAnswer
	case l.negotiated:
		return modes.ErrAuthentication
	}
	return err
}

// askPassword reads a line of keys that are not shown.
func askPassword(call *router.Call) (string, error) {
	if !call.Tell(modes.CallEvent{Kind: modes.CallAsks, Text: "\r\nPassword: "}) {
		return "", modes.ErrAborted
	}
	var b [1]byte
	var password []byte
	for {
		if _, err := call.Read(b[:]); err != nil {
			return "", err
		}
		switch k := key(b[0]); {
		case k == keyEnter:
			call.Tell(modes.CallEvent{Kind: modes.CallSays, Text: "\r\n"})
			return string(password), nil
		case k == keyAbandon:
			return "", modes.ErrAborted
		case k == keyBackspace, k == keyErase:
			password = password[:max(0, len(password)-1)]
		case k == keyKillBefore, k == keyKillLine:
			password = password[:0]
		case len(password) < passwordLimit:
			password = append(password, b[0])
		}
	}
}

// callSSH serves a shell on another host until it is over.
func callSSH(call *router.Call) error {
	client, err := dialSSH(call)
	if err != nil {
		return err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	length, width := call.Window()
	if err := session.RequestPty(terminalType, length, width, ssh.TerminalModes{}); err != nil {
		return err
	}
	session.Stdout, session.Stderr = screenOf{call}, screenOf{call}
	keys, err := session.StdinPipe()
	if err != nil {
		return err
	}
	if err := session.Shell(); err != nil {
		return err
	}
	if !call.Tell(modes.CallEvent{Kind: modes.CallOpened}) {
		return nil
	}
	go func() {
		_, _ = io.Copy(keys, call) // ends with the call, or with the session
	}()
	go func() {
		for call.Resized() {
			_ = session.WindowChange(call.Window()) // the session may be over
		}
	}()
	_ = session.Wait() // how the shell ended does not matter
	return nil
}

// screenOf shows what is written to it.
type screenOf struct{ call *router.Call }

// Write implements io.Writer.
func (s screenOf) Write(b []byte) (int, error) {
	if !s.call.Tell(modes.CallEvent{Kind: modes.CallSays, Text: string(b)}) {
		return 0, modes.ErrAborted
	}
	return len(b), nil
}
