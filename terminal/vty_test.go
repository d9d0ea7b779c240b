package terminal_test

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/router"
	"tandem/terminal"
)

// remote is one live router with its vty lines on ports of this machine.
type remote struct {
	t           *testing.T
	lines       *terminal.Lines
	telnet, ssh string
	way         *appliance.Way
}

const patience = 20 * time.Second

func newRemote(t *testing.T, config string) *remote {
	t.Helper()
	return newRemoteThrough(t, config, func(h terminal.Host) terminal.Host { return h })
}

func newRemoteThrough(t *testing.T, config string, through func(terminal.Host) terminal.Host) *remote {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "R1.cfg"), []byte("hostname R1\n"+config+"\nend\n"), 0o600))
	topology, err := lab.Parse(filepath.Join(dir, "lab.yaml"),
		[]byte("name: one\nrouters: {R1: {config: R1.cfg, ports: {GigabitEthernet0/0: inside}}}\nsegments: {inside: {}}\n"), appliance.Known)
	require.NoError(t, err)
	shelf, err := appliance.New("")
	require.NoError(t, err)
	live, err := lab.NewLive(topology, lab.Options{Boot: shelf.Boot, Seed: 1})
	require.NoError(t, err)
	r := &remote{t: t, way: &appliance.Way{Name: "R1"}}
	r.way.Lead(live)
	r.lines = terminal.NewLines(through(r.way))
	require.NoError(t, r.lines.Prepare())
	var servers []*terminal.Server
	for port, address := range map[uint16]*string{router.TelnetPort: &r.telnet, router.SSHPort: &r.ssh} {
		serve, err := r.lines.Port(port)
		require.NoError(t, err)
		server, err := terminal.Listen("127.0.0.1:0", serve)
		require.NoError(t, err)
		*address = server.Addr().String()
		servers = append(servers, server)
	}
	t.Cleanup(func() {
		r.lines.Close()
		for _, s := range servers {
			require.NoError(t, s.Close())
		}
		require.NoError(t, live.Stop())
		require.NoError(t, shelf.Close())
	})
	return r
}

const people = "username cisco privilege 15 secret sesame\nline vty 0 4\n login local\n"

func (r *remote) dial(address string) net.Conn {
	conn, err := net.Dial("tcp", address)
	require.NoError(r.t, err)
	require.NoError(r.t, conn.SetDeadline(time.Now().Add(patience)))
	r.t.Cleanup(func() { conn.Close() })
	return conn
}

// expect reads until the output ends with what is expected.
func expect(t *testing.T, from io.Reader, end string) string {
	t.Helper()
	var seen bytes.Buffer
	b := make([]byte, 1)
	for !strings.HasSuffix(seen.String(), end) {
		n, err := from.Read(b)
		seen.Write(b[:n])
		require.NoError(t, err, "after %q", seen.String())
	}
	return seen.String()
}

func send(t *testing.T, to io.Writer, text string) {
	t.Helper()
	_, err := io.WriteString(to, text)
	require.NoError(t, err)
}

func TestTelnetToAVTY(t *testing.T) {
	r := newRemote(t, people)
	c := r.dial(r.telnet)
	require.Equal(t, "\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\r\n\r\nUser Access Verification\r\n\r\nUsername: ", expect(t, c, "Username: "))
	send(t, c, "cisco\r\n")
	require.Equal(t, "cisco\r\nPassword: ", expect(t, c, "Password: "))
	send(t, c, "sesame\r\x00")
	require.Equal(t, "\r\nR1#", expect(t, c, "#"))
	send(t, c, "show users\n")
	require.Contains(t, expect(t, c, "Address\r\nR1#"), "*322 vty 0     cisco      idle                 00:00:00   127.0.0.1\r\n")
	send(t, c, "exit\r")
	rest, err := io.ReadAll(c)
	require.NoError(t, err)
	require.Equal(t, "exit\r\n", string(rest))
}

// hasty is a router that has done everything before its caller can go on.
type hasty struct{ terminal.Host }

func (h hasty) Post(f func(now clock.Time, r *router.Router)) error {
	done := make(chan struct{})
	err := h.Host.Post(func(now clock.Time, r *router.Router) {
		defer close(done)
		f(now, r)
	})
	if err == nil {
		<-done
	}
	return err
}

// However fast the router is, the caller sees all that it says.
func TestTheGreetingIsNeverLost(t *testing.T) {
	r := newRemoteThrough(t, people, func(h terminal.Host) terminal.Host { return hasty{h} })
	require.Equal(t, "\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\r\n\r\nUser Access Verification\r\n\r\nUsername: ", expect(t, r.dial(r.telnet), "Username: "))
	_, _, out := r.shell(t)
	b := make([]byte, 64)
	n, err := out.Read(b)
	require.NoError(t, err)
	require.Equal(t, "\r\nR1#", string(b[:n]), "in one write")
}

func TestTelnetToAPaperRouterIsRefused(t *testing.T) {
	r := newRemote(t, "line vty 0 4\n login\n")
	c := r.dial(r.telnet)
	text, err := io.ReadAll(c)
	require.NoError(t, err)
	require.Equal(t, "\r\n\r\nPassword required, but none set\r\n", string(text[12:]))
}

// More callers than lines: those that find none are refused, and every line
// comes back.
func TestManyCallers(t *testing.T) {
	r := newRemote(t, "line vty 0 19\n no login\n privilege level 15\n")
	for range 3 {
		var held []net.Conn
		for range 20 {
			c := r.dial(r.telnet)
			expect(t, c, "R1#")
			held = append(held, c)
		}
		extra, err := net.Dial("tcp", r.telnet)
		if err == nil { // the reset may come as early as that
			_, err = io.ReadAll(extra)
			extra.Close()
		}
		require.Error(t, err, "a reset")
		for i, c := range held {
			if i%2 == 0 {
				send(t, c, "exit\r")
				_, err := io.ReadAll(c)
				require.NoError(t, err)
				continue
			}
			c.Close()
		}
		require.Eventually(t, func() bool {
			c, err := net.Dial("tcp", r.telnet)
			if err != nil {
				return false
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(patience))
			_, _ = io.WriteString(c, "show users | count vty\rexit\r")
			text, _ := io.ReadAll(c)
			return strings.Contains(string(text), "match regexp = 1\r")
		}, patience, 10*time.Millisecond)
	}
}

func TestReloadHangsUp(t *testing.T) {
	r := newRemote(t, people)
	c := r.dial(r.telnet)
	expect(t, c, "Username: ")
	send(t, c, "cisco\rsesame\r")
	expect(t, c, "R1#")
	send(t, c, "reload\r")
	for {
		text := expect(t, c, "]")
		if strings.HasSuffix(text, "[yes/no]") {
			send(t, c, "no\r")
			continue
		}
		break
	}
	send(t, c, "\r")
	_, err := io.ReadAll(c)
	require.NoError(t, err)
	require.Eventually(t, func() bool { // it refuses callers until it has booted
		c, err := net.Dial("tcp", r.telnet)
		if err != nil {
			return false
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(patience))
		text, _ := bufio.NewReader(c).ReadString(':')
		return strings.HasSuffix(text, "Username:")
	}, patience, 10*time.Millisecond)
}

func sshConfig(user string, auth ...ssh.AuthMethod) *ssh.ClientConfig {
	return &ssh.ClientConfig{User: user, Auth: auth, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: patience}
}

// Each way to negotiate that clients of today and of ten years ago use.
func TestSSHAlgorithms(t *testing.T) {
	r := newRemote(t, people)
	for _, c := range []ssh.Config{
		{KeyExchanges: []string{"curve25519-sha256@libssh.org"}, Ciphers: []string{"chacha20-poly1305@openssh.com"}},
		{KeyExchanges: []string{"ecdh-sha2-nistp256"}, Ciphers: []string{"aes128-ctr"}, MACs: []string{"hmac-sha2-256"}},
		{KeyExchanges: []string{"diffie-hellman-group14-sha256"}, Ciphers: []string{"aes256-ctr"}, MACs: []string{"hmac-sha2-256-etm@openssh.com"}},
		{KeyExchanges: []string{"diffie-hellman-group14-sha1"}, Ciphers: []string{"aes256-ctr"}, MACs: []string{"hmac-sha1"}},
	} {
		config := sshConfig("cisco", ssh.Password("sesame"))
		config.Config = c
		for _, key := range []string{"rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"} {
			config.HostKeyAlgorithms = []string{key}
			conn, err := ssh.Dial("tcp", r.ssh, config)
			require.NoError(t, err, "%v %s", c, key)
			require.Equal(t, "SSH-2.0-Cisco-1.25", string(conn.ServerVersion()))
			_, _, err = conn.SendRequest("keepalive@openssh.com", true, nil)
			require.NoError(t, err)
			conn.Close()
		}
	}
}

func TestSSHLogins(t *testing.T) {
	_, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	signer, err := ssh.NewSignerFromKey(private)
	require.NoError(t, err)
	r := newRemote(t, people+"ip ssh authentication-retries 2\nip ssh pubkey-chain\n username cisco\n  key-string\n   "+
		base64.StdEncoding.EncodeToString(signer.PublicKey().Marshal())+"\n  exit\n")
	challenge := ssh.KeyboardInteractive(func(_, _ string, questions []string, echos []bool) ([]string, error) {
		require.Equal(t, []string{"Password: "}, questions)
		return []string{"sesame"}, nil
	})
	for name, auth := range map[string]ssh.AuthMethod{"password": ssh.Password("sesame"), "challenge": challenge, "key": ssh.PublicKeys(signer)} {
		conn, err := ssh.Dial("tcp", r.ssh, sshConfig("cisco", auth))
		require.NoError(t, err, name)
		session, err := conn.NewSession()
		require.NoError(t, err)
		out, err := session.Output("show privilege")
		require.NoError(t, err)
		require.Equal(t, "Current privilege level is 15\r\n", string(out))
		conn.Close()
	}
	for name, auth := range map[string]ssh.AuthMethod{"password": ssh.Password("x"), "none": ssh.Password("")} {
		_, err := ssh.Dial("tcp", r.ssh, sshConfig("cisco", auth))
		require.Error(t, err, name)
	}
	tried := 0
	_, err = ssh.Dial("tcp", r.ssh, sshConfig("cisco", ssh.RetryableAuthMethod(ssh.PasswordCallback(func() (string, error) {
		if tried++; tried > 2 {
			return "sesame", nil // too late
		}
		return "wrong", nil
	}), 4)))
	require.Error(t, err)
}

// shell logs in by SSH and opens a shell without a pty.
func (r *remote) shell(t *testing.T) (*ssh.Session, io.Writer, io.Reader) {
	t.Helper()
	conn, err := ssh.Dial("tcp", r.ssh, sshConfig("cisco", ssh.Password("sesame")))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	_, err = conn.Dial("tcp", "127.0.0.1:1")
	require.Error(t, err, "nothing is forwarded")
	session, err := conn.NewSession()
	require.NoError(t, err)
	in, err := session.StdinPipe()
	require.NoError(t, err)
	out, err := session.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, session.Shell())
	return session, in, out
}

func TestSSHShellWithoutAPTY(t *testing.T) {
	session, in, out := newRemote(t, people).shell(t)
	require.Equal(t, "\r\nR1#", expect(t, out, "#"))
	send(t, in, "terminal length 0\nshow ssh\n")
	require.Contains(t, expect(t, out, "Username\r\n0              2.0     IN   aes128-ctr  hmac-sha2-256Session started     cisco\r\n"), "terminal length 0\r\nR1#show ssh\r\n")
	send(t, in, "exit\n")
	require.NoError(t, session.Wait())
}

// openSSH runs the real client; it is skipped where there is none.
func (r *remote) openSSH(t *testing.T, name string, arguments ...string) (string, error) {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s on this machine", name)
	}
	dir := t.TempDir()
	ask := filepath.Join(dir, "askpass")
	require.NoError(t, os.WriteFile(ask, []byte("#!/bin/sh\necho sesame\n"), 0o700))
	_, port, err := net.SplitHostPort(r.ssh)
	require.NoError(t, err)
	flag := map[string]string{"ssh": "-p", "scp": "-P"}[name]
	options := []string{
		flag, port, "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + filepath.Join(dir, "known"),
		"-o", "NumberOfPasswordPrompts=1", "-o", "LogLevel=ERROR", "-o", "PreferredAuthentications=password,publickey",
	}
	command := exec.Command(program, append(options, arguments...)...)
	command.Env = append(os.Environ(), "SSH_ASKPASS="+ask, "SSH_ASKPASS_REQUIRE=force", "DISPLAY=:0", "SSH_AUTH_SOCK=")
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestOpenSSH(t *testing.T) {
	r := newRemote(t, people+"ip scp server enable\n")
	out, err := r.openSSH(t, "ssh", "cisco@127.0.0.1", "show", "version")
	require.NoError(t, err, out)
	require.Contains(t, out, "R1 uptime is")
	require.NotContains(t, out, "--More--")
	require.NotContains(t, out, "R1#")

	file := filepath.Join(t.TempDir(), "running")
	out, err = r.openSSH(t, "scp", "-O", "cisco@127.0.0.1:running-config", file)
	require.NoError(t, err, out)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "hostname R1\n")
	require.NoError(t, os.WriteFile(file, []byte("hostname R2\n"), 0o600))
	out, err = r.openSSH(t, "scp", "-O", file, "cisco@127.0.0.1:running-config")
	require.NoError(t, err, out)
	out, err = r.openSSH(t, "ssh", "cisco@127.0.0.1", "show running-config | include hostname")
	require.NoError(t, err, out)
	require.Equal(t, "hostname R2\r\n", out)
	out, err = r.openSSH(t, "scp", "-O", "cisco@127.0.0.1:flash:nothing", file)
	require.Error(t, err)
	require.Contains(t, out, "No such file or directory")
}

func TestOpenSSHWithAKey(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	key, err := ssh.NewPublicKey(public)
	require.NoError(t, err)
	r := newRemote(t, people+"ip ssh pubkey-chain\n username cisco\n  key-string "+base64.StdEncoding.EncodeToString(key.Marshal())+"\n")
	block, err := ssh.MarshalPrivateKey(private, "")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "id")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
	out, err := r.openSSH(t, "ssh", "-i", file, "-o", "PasswordAuthentication=no", "-tt", "cisco@127.0.0.1", "show privilege")
	require.NoError(t, err, out)
	require.Equal(t, "Current privilege level is 15\r\n", out)
}

func TestNothingStaysBehind(t *testing.T) {
	r := newRemote(t, people)
	for i := range 8 { // bytes that are no SSH, halves of it, and nothing
		c := r.dial(r.ssh)
		if i%2 == 0 {
			send(t, c, fmt.Sprintf("SSH-2.0-x\r\n%s", strings.Repeat("\xff\x00\x01", i*700)))
		}
		c.Close()
	}
	require.Eventually(t, func() bool {
		conn, err := ssh.Dial("tcp", r.ssh, sshConfig("cisco", ssh.Password("sesame")))
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}, patience, 20*time.Millisecond)
}

// Whoever logs in and then wants nothing does not keep a line for ever.
func TestSSHWithoutASession(t *testing.T) {
	r := newRemote(t, people+"ip ssh time-out 1\n")
	conn, err := ssh.Dial("tcp", r.ssh, sshConfig("cisco", ssh.Password("sesame")))
	require.NoError(t, err)
	require.Error(t, conn.Wait(), "the router hangs up")
}
