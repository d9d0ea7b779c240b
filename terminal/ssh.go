package terminal

import (
	"errors"
	"net"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"tandem/clock"
	"tandem/modes"
	"tandem/router"
)

// sshIdent is how a router names its SSH (reference cli 1.16).
const sshIdent = "SSH-2.0-Cisco-1.25"

// keyOffers is how many public keys a client may offer besides its passwords:
// agents offer all they hold.
const keyOffers = 6

// farewellTime is how long a client may keep the connection after its session.
const farewellTime = 2 * time.Second

// What is offered: everything that OpenSSH of today likes best, and below it
// what a paramiko of ten years ago has.
var (
	sshExchanges = []string{
		ssh.KeyExchangeCurve25519, ssh.KeyExchangeECDHP256, ssh.KeyExchangeECDHP384, ssh.KeyExchangeECDHP521,
		ssh.KeyExchangeDH16SHA512, ssh.KeyExchangeDH14SHA256, ssh.InsecureKeyExchangeDH14SHA1,
	}
	sshCiphers = []string{
		ssh.CipherAES128GCM, ssh.CipherAES256GCM, ssh.CipherChaCha20Poly1305,
		ssh.CipherAES128CTR, ssh.CipherAES192CTR, ssh.CipherAES256CTR,
	}
	sshMACs     = []string{ssh.HMACSHA256ETM, ssh.HMACSHA512ETM, ssh.HMACSHA256, ssh.HMACSHA512, ssh.HMACSHA1}
	sshHostKeys = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
)

var errLogin = errors.New("terminal: login refused")

// sshServer is one SSH connection.
type sshServer struct {
	lines    *Lines
	conn     net.Conn
	seat     *seat
	settings modes.SSHSettings
	failures int         // passwords that were wrong
	watch    *time.Timer // closes a connection that does not get on with it
}

// SSH serves one SSH connection on a vty line until it ends: a shell, with or
// without a pty, or one command. Nothing is forwarded.
func (l *Lines) SSH(conn net.Conn, c router.Caller) {
	defer conn.Close()
	forget, ok := l.track(conn)
	if !ok {
		return
	}
	defer forget()
	s, err := l.take(c)
	if err != nil {
		reset(conn)
		return
	}
	defer s.leave()
	server := &sshServer{lines: l, conn: conn, seat: s}
	config := server.config()
	if config == nil {
		return
	}
	_ = conn.SetDeadline(time.Now().Add(server.settings.Timeout)) // a connection that is closed fails in the next call
	secure, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	defer secure.Close()
	_ = conn.SetDeadline(time.Time{})
	if !server.admit(secure) {
		return
	}
	go ssh.DiscardRequests(requests)
	server.watch = time.AfterFunc(server.settings.Timeout, func() { conn.Close() })
	server.serve(channels)
	server.watch.Stop()
	s.leave()
	_ = conn.SetDeadline(time.Now().Add(farewellTime))
	_ = secure.Wait() // the client says goodbye first, or fails for want of an answer
}

// config is what the connection negotiates with, nil when the router has no
// SSH of version 2.
func (s *sshServer) config() *ssh.ServerConfig {
	var signer ssh.Signer
	var banner string
	if s.lines.do(func(_ clock.Time, r *router.Router) {
		if r != s.seat.router {
			return
		}
		s.settings = modes.SSHOf(r.Config())
		banner = s.seat.vty.Banner()
		if key := r.PrivateKey(); key != nil && s.settings.Version != 1 {
			signer, _ = ssh.NewSignerFromKey(key) // an RSA key always makes one
		}
	}) != nil || signer == nil {
		return nil
	}
	signer, err := ssh.NewSignerWithAlgorithms(signer.(ssh.AlgorithmSigner), sshHostKeys)
	if err != nil {
		return nil
	}
	c := &ssh.ServerConfig{
		Config:           ssh.Config{KeyExchanges: sshExchanges, Ciphers: sshCiphers, MACs: sshMACs},
		ServerVersion:    sshIdent,
		MaxAuthTries:     s.tries() + keyOffers,
		PasswordCallback: s.password, PublicKeyCallback: s.publicKey,
		KeyboardInteractiveCallback: func(meta ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			if err != nil || len(answers) != 1 {
				return nil, errLogin
			}
			return s.password(meta, []byte(answers[0]))
		},
	}
	if banner != "" {
		c.BannerCallback = func(ssh.ConnMetadata) string { return strings.ReplaceAll(banner, "\n", "\r\n") }
	}
	c.AddHostKey(signer)
	return c
}

// tries is how many passwords a connection may try.
func (s *sshServer) tries() int { return max(1, s.settings.Retries) }

func (s *sshServer) password(meta ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
	if s.failures >= s.tries() {
		return nil, errLogin
	}
	ok := false
	delay := time.Duration(0)
	err := s.lines.do(func(now clock.Time, r *router.Router) {
		ok = r == s.seat.router && s.seat.vty.Password(now, meta.User(), string(password))
		delay = s.seat.vty.Delay()
	})
	if err != nil || !ok {
		s.failures++
		s.lines.rest(delay)
		return nil, errLogin
	}
	return nil, nil
}

// keyOf is where a Permissions holds the key that the client was let in by.
const keyOf = "pubkey"

func (s *sshServer) publicKey(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
	ok := false
	err := s.lines.do(func(_ clock.Time, r *router.Router) {
		ok = r == s.seat.router && s.seat.vty.KnowsKey(meta.User(), key.Marshal())
	})
	if err != nil || !ok {
		return nil, errLogin
	}
	return &ssh.Permissions{Extensions: map[string]string{keyOf: string(key.Marshal())}}, nil
}

// admit logs a user in whose key SSH has verified by now; a password did so
// already.
func (s *sshServer) admit(c *ssh.ServerConn) bool {
	if c.Permissions == nil || c.Permissions.Extensions[keyOf] == "" {
		return true
	}
	ok := false
	err := s.lines.do(func(now clock.Time, r *router.Router) {
		ok = r == s.seat.router && s.seat.vty.Key(now, c.User(), []byte(c.Permissions.Extensions[keyOf]))
	})
	return err == nil && ok
}

// serve runs the first session of the connection and refuses all else.
func (s *sshServer) serve(channels <-chan ssh.NewChannel) {
	for offer := range channels {
		if offer.ChannelType() != "session" {
			_ = offer.Reject(ssh.UnknownChannelType, "only sessions") // fails only with the connection
			continue
		}
		channel, requests, err := offer.Accept()
		if err != nil {
			return
		}
		go func() {
			for more := range channels {
				_ = more.Reject(ssh.Prohibited, "one session a connection")
			}
		}()
		s.session(channel, requests)
		return
	}
}
