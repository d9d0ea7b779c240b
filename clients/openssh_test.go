package clients_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

func opensshVersion(r *run) string {
	out, _ := r.try("", "ssh", "-V")
	version, _, _ := strings.Cut(out, ",")
	return strings.TrimSpace(version)
}

// reach are the options of ssh and scp that lead to a router, as its engineer.
func (r *run) reach(d device) []string {
	return []string{
		"-F", "none", "-o", "Port=" + strconv.Itoa(d.ssh), "-o", "User=" + engineer, "-o", "StrictHostKeyChecking=accept-new",
		"-o", "UserKnownHostsFile=" + filepath.Join(r.home, "known_hosts"),
	}
}

// openssh runs ssh or scp; a program beside it answers for the password.
func (r *run) openssh(input, program string, args ...string) (string, error) {
	r.Helper()
	ask := filepath.Join(r.home, "askpass")
	require.NoError(r, os.WriteFile(ask, []byte("#!/bin/sh\necho \"$DEVICE_PASSWORD\"\n"), 0o700))
	return r.try(input, "env", append([]string{"SSH_ASKPASS_REQUIRE=force", "SSH_ASKPASS=" + ask, program}, args...)...)
}

// ssh runs a command on a router.
func (r *run) ssh(d device, command string, options ...string) string {
	r.Helper()
	out, err := r.openssh("", "ssh", append(append(r.reach(d), options...), "127.0.0.1", command)...)
	require.NoError(r, err, "%s\n%s", command, out)
	return out
}

// shell types into a shell and returns the whole screen.
func (r *run) shell(d device, typed string, options ...string) string {
	r.Helper()
	out, err := r.openssh(typed, "ssh", append(append(r.reach(d), options...), "-o", "LogLevel=ERROR", "127.0.0.1")...)
	require.NoError(r, err, out)
	return out
}

func driveOpenSSH(r *run) {
	for _, d := range r.pair {
		r.logins(d)
		r.algorithms(d)
		r.shells(d)
		r.publicKey(d)
		r.copies(d)
	}
	r.row.result = "passes"
}

func (r *run) logins(d device) {
	for _, method := range []string{"password", "keyboard-interactive"} {
		out := r.ssh(d, "show privilege", "-o", "PreferredAuthentications="+method)
		require.Contains(r, out, "Current privilege level is 15\r\n", out)
		r.drove("login by " + method)
	}
	out, err := r.openssh("", "ssh", append(r.reach(d), "-W", "10.0.0.1:22", "127.0.0.1")...)
	require.Error(r, err, out)
	require.Contains(r, out, "open failed")
	r.drove("forwarding is refused")
}

// algorithms connects with one old or new algorithm of each kind at a time.
func (r *run) algorithms(d device) {
	for _, c := range []struct{ exchange, cipher, mac, key string }{
		{"curve25519-sha256", "chacha20-poly1305@openssh.com", "hmac-sha2-256", "rsa-sha2-512"},
		{"curve25519-sha256@libssh.org", "aes128-gcm@openssh.com", "hmac-sha2-256", "rsa-sha2-256"},
		{"ecdh-sha2-nistp256", "aes256-ctr", "hmac-sha2-256-etm@openssh.com", "rsa-sha2-512"},
		{"diffie-hellman-group14-sha256", "aes128-ctr", "hmac-sha2-256", "rsa-sha2-256"},
		{"diffie-hellman-group14-sha1", "aes128-ctr", "hmac-sha1", "ssh-rsa"},
	} {
		out := r.ssh(d, "show clock", "-o", "KexAlgorithms="+c.exchange, "-o", "Ciphers="+c.cipher, "-o", "MACs="+c.mac,
			"-o", "HostKeyAlgorithms="+c.key)
		require.Contains(r, out, "UTC")
		r.drove(c.exchange + " with " + c.cipher)
	}
	// For four seconds nobody says anything but the two keepalives a second
	// that must be answered; the keys change meanwhile.
	out, err := r.openssh("terminal length 0\nshow tech-support\nping 10.0.0.77 repeat 1 timeout 4\nexit\n", "ssh", append(r.reach(d),
		"-tt", "-v", "-o", "RekeyLimit=1K", "-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1", "127.0.0.1")...)
	require.NoError(r, err, out)
	require.Contains(r, out, "Success rate is 0 percent (0/1)")
	require.Greater(r, strings.Count(out, "SSH2_MSG_NEWKEYS received"), 1, out)
	r.drove("rekeying and keepalives")
}

// shells configures in a shell without a terminal and reads back in one with
// it.
func (r *run) shells(d device) {
	m := mark(r.number)
	out := r.shell(d, "configure terminal\n"+strings.Join(m, "\n")+"\nend\nexit\n", "-T")
	r.golden("ssh-T-"+d.name+".txt", out)
	r.drove("configuration through a shell without a pty")
	out = r.shell(d, "terminal length 0\nshow running-config interface Loopback1\nshow access-lists client-1\nwrite memory\nexit\n", "-tt")
	r.golden("ssh-tt-"+d.name+".txt", out)
	r.saved(d, m...)
	r.drove("read back and write memory with a pty")
}

// publicKey gives the engineer a key and uses it.
func (r *run) publicKey(d device) {
	key := filepath.Join(r.home, "id_rsa_"+d.name)
	r.does("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key)
	text, err := os.ReadFile(key + ".pub")
	require.NoError(r, err)
	encoded := strings.Fields(string(text))[1]
	typed := "configure terminal\nip ssh pubkey-chain\nusername " + engineer + "\nkey-string\n"
	for len(encoded) > 0 { // a key is longer than a line may be
		n := min(len(encoded), 200)
		typed += encoded[:n] + "\n"
		encoded = encoded[n:]
	}
	r.shell(d, typed+"exit\nend\nwrite memory\nexit\n", "-T")
	out, err := r.try("", "ssh", append(r.reach(d), "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", key, "127.0.0.1", "show privilege")...)
	require.NoError(r, err, out)
	require.Contains(r, out, "Current privilege level is 15")
	r.drove("login by publickey (ip ssh pubkey-chain)")
}

// copies moves files both ways with the protocol that scp had before SFTP.
func (r *run) copies(d device) {
	copyFile := func(from, to string) {
		r.Helper()
		out, err := r.openssh("", "scp", append(append([]string{"-O"}, r.reach(d)...), from, to)...)
		require.NoError(r, err, out)
	}
	got := filepath.Join(r.home, d.name)
	copyFile("127.0.0.1:running-config", got)
	running, err := os.ReadFile(got)
	require.NoError(r, err)
	require.Contains(r, string(running), "\nhostname "+d.name+"\n")
	r.drove("scp -O of running-config")

	lines := "interface Loopback101\n description copied\n"
	put := r.file("copied.cfg", lines)
	copyFile(put, "127.0.0.1:flash:copied.cfg")
	require.Contains(r, r.ssh(d, "more flash:copied.cfg"), strings.ReplaceAll(lines, "\n", "\r\n"))
	r.drove("scp -O to flash:")
	copyFile(put, "127.0.0.1:running-config")
	require.Contains(r, r.ssh(d, "write memory"), "[OK]")
	r.saved(d, "interface Loopback101", " description copied")
	r.drove("scp -O to running-config merges")

	copyFile("127.0.0.1:startup-config", got)
	startup, err := os.ReadFile(got)
	require.NoError(r, err)
	require.Equal(r, d.startup(r.T), string(startup))
	copyFile(got, "127.0.0.1:startup-config")
	require.Equal(r, d.startup(r.T), string(startup))
	r.drove("scp -O of startup-config both ways")
}
