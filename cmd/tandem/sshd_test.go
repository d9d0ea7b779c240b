package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/modes/secret"
)

const (
	sshdUser     = "admin"
	sshdPassword = "sesame-4711"
)

// sshd runs Debian's OpenSSH server in a namespace, with keys, a configuration,
// a user and a home of its own: none of this machine's. It returns the home.
func sshd(home *namespace, address string) (folder string) {
	t := home.t
	program, err := exec.LookPath("sshd")
	if err != nil {
		if program = "/usr/sbin/sshd"; exec.Command("test", "-x", program).Run() != nil {
			t.Skip("no sshd: install openssh-server")
		}
	}
	for _, tool := range []string{"ssh-keygen", "unshare", "scp"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s: %v", tool, err)
		}
	}
	dir := t.TempDir()
	folder = filepath.Join(dir, "home")
	require.NoError(t, os.Mkdir(folder, 0o700))
	require.NoError(t, exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, "key")).Run())
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	passwd := write("passwd", fmt.Sprintf("root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n%s:x:0:0::%s:/bin/sh\n", sshdUser, folder))
	shadow := write("shadow", fmt.Sprintf("root:*:19000::::::\n%s:%s:19000::::::\n", sshdUser, secret.HashMD5(sshdPassword, "salt").Text))
	config := write("sshd_config", "ListenAddress "+address+"\nHostKey "+filepath.Join(dir, "key")+
		"\nPidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication yes\nPermitRootLogin yes\nPubkeyAuthentication no\nPrintMotd no\n")
	require.NoError(t, os.Chmod(passwd, 0o644))

	server := exec.Command("unshare", "--mount", "sh", "-c",
		"mount --bind "+passwd+" /etc/passwd && mount --bind "+shadow+" /etc/shadow && mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec "+program+" -D -e -f "+config)
	said, err := server.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, home.Do(server.Start))
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "listening") {
			go func() {
				for lines.Scan() {
					t.Log("sshd:", lines.Text())
				}
			}()
			return folder
		}
		t.Log("sshd:", lines.Text())
	}
	t.Fatal("sshd did not start")
	return ""
}

const oneOnATap = `
name: NAME
routers:
  R1: {config: R1.cfg, ports: {GigabitEthernet0/0: inside}}
segments: {inside: {tap: tscp}}
`

// oneRouter is R1 at 10.9.8.2 on a TAP device, this end of which is 10.9.8.1.
func oneRouter(t *testing.T) (home *namespace, r1 *user) {
	home = newNamespace(t)
	home.ip("tuntap add dev tscp mode tap")
	home.ip("addr add 10.9.8.1/24 dev tscp")
	home.ip("link set tscp up")
	dir := t.TempDir()
	config := "hostname R1\nlogging buffered 64000 debugging\ninterface GigabitEthernet0/0\n ip address 10.9.8.2 255.255.255.0\nend\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "R1.cfg"), []byte(config), 0o600))
	name := fmt.Sprintf("%s-%d", t.Name(), os.Getpid())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lab.yaml"), []byte(strings.ReplaceAll(oneOnATap, "NAME", name)), 0o600))
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	p := startIn(home, dir)
	r1 = telnetIn(home, t, p, "R1")
	r1.privileged("R1")
	answered := ""
	for !strings.Contains(answered, "!!!!") { // until both ends know each other
		answered = r1.command("ping 10.9.8.1", "R1#")
	}
	return home, r1
}

// Configurations go to an OpenSSH server and come back, and a shell of it is
// used from the router.
func TestCopyToAndFromOpenSSH(t *testing.T) {
	home, u := oneRouter(t)
	folder := sshd(home, "10.9.8.1")
	say := func(keys, end string) string {
		u.send(keys)
		return u.until(end)
	}

	say("copy running-config scp:\r", "Address or name of remote host []? ")
	say("10.9.8.1\r", "Destination username [R1]? ")
	say(sshdUser+"\r", "Destination filename [r1-confg]? ")
	require.Contains(t, say("\r", "Password: "), "Writing r1-confg ")
	out := say(sshdPassword+"\r", "R1#")
	require.Regexp(t, `^\r\n Sink: C0644 \d+ r1-confg\r\n!\r\n\d+ bytes copied in \d+\.\d{3} secs \(\d+ bytes/sec\)\r\nR1#$`, out)
	saved, err := os.ReadFile(filepath.Join(folder, "r1-confg"))
	require.NoError(t, err)
	require.Contains(t, string(saved), "\nhostname R1\n")
	require.True(t, strings.HasSuffix(string(saved), "\nend\n"))

	say("copy scp: flash:\r", "Address or name of remote host []? ")
	say("10.9.8.1\r", "Source username [R1]? ")
	say(sshdUser+"\r", "Source filename []? ")
	say("r1-confg\r", "Destination filename [r1-confg]? ")
	say("\r", "Password: ")
	require.Regexp(t, `^\r\n Sending file modes: C0644 \d+ r1-confg\r\n!\r\n\d+ bytes copied in `, say(sshdPassword+"\r", "R1#"))
	require.Equal(t, string(saved), strings.TrimPrefix(u.command("more flash:r1-confg", "R1#"), "\n"))

	require.NoError(t, os.WriteFile(filepath.Join(folder, "more"), []byte("banner motd #from afar#\nend\n"), 0o600))
	say("copy scp://"+sshdUser+":"+sshdPassword+"@10.9.8.1/more running-config\r", "Destination filename [running-config]? ")
	require.Contains(t, say("\r", "R1#"), "bytes copied in")
	require.Contains(t, u.command("show running-config | include banner", "R1#"), "from afar")

	say("copy scp://"+sshdUser+"@10.9.8.1/none flash:\r", "Destination filename [none]? ")
	say("\r", "Password: ")
	require.Contains(t, say(sshdPassword+"\r", "R1#"), "\r\n%Error opening scp://admin@10.9.8.1/none (No such file or directory)\r\n")
	say("copy scp://"+sshdUser+":wrong@10.9.8.1/more flash:\r", "Destination filename [more]? ")
	say("\r", "Password: ")
	say("wrong\r", "Password: ")
	require.Contains(t, say("wrong\r", "R1#"), "\r\n%Error opening scp://admin@10.9.8.1/more (Permission denied)\r\n")

	say("ssh -l "+sshdUser+" 10.9.8.1\r", "Password: ")
	say(sshdPassword+"\r", "# ")
	require.Contains(t, say("echo $((1000+700)) $TERM\r", "# "), "1700 vt100")
	require.Contains(t, say("exit\r", "R1#"), "[Connection to 10.9.8.1 closed by foreign host]")
	require.NotContains(t, u.command("show logging", "R1#"), sshdPassword)
}
