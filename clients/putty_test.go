package clients_test

import (
	"os"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

func puttyVersion(r *run) string {
	first, _, _ := strings.Cut(r.does("plink", "-V"), "\n")
	return first
}

// plink are the arguments of plink and pscp that come before the host.
func (r *run) plink(d device) []string {
	r.Helper()
	key := r.file("hostkey", r.does("ssh-keyscan", "-p", strconv.Itoa(d.ssh), "127.0.0.1"))
	fingerprint := strings.Fields(r.does("ssh-keygen", "-l", "-f", key))[1]
	return []string{"-batch", "-P", strconv.Itoa(d.ssh), "-l", engineer, "-pw", password, "-hostkey", fingerprint}
}

func drivePuTTY(r *run) {
	m := mark(r.number)
	for _, d := range r.pair {
		reach := r.plink(d)
		out, err := r.try("configure terminal\n"+strings.Join(m, "\n")+"\nend\nwrite memory\nexit\n", "plink", append(reach, "-ssh", "127.0.0.1")...)
		require.NoError(r, err, out)
		require.Contains(r, out, "[OK]")
		r.saved(d, m...)
		r.drove("plink -ssh: configuration, write memory")
		out = r.does("plink", append(reach, "-ssh", "127.0.0.1", "show running-config interface Loopback"+strconv.Itoa(r.number))...)
		require.Contains(r, out, m[1]+"\r\n"+m[2]+"\r\nend\r\n")
		r.drove("plink -ssh: one command")

		got := r.file("got", "")
		for _, protocol := range []string{"-scp", "-P"} { // by itself pscp tries SFTP first
			args := append([]string{protocol}, reach...)
			if protocol == "-P" {
				args = reach
			}
			r.does("pscp", append(args, "127.0.0.1:startup-config", got)...)
			text, err := os.ReadFile(got)
			require.NoError(r, err)
			require.Equal(r, d.startup(r.T), string(text))
		}
		r.drove("pscp of startup-config, with and without -scp")
		r.plinkTelnet(d)
	}
	r.row.result = "passes"
}

func (r *run) plinkTelnet(d device) {
	t := r.talk("plink", "-telnet", "-P", strconv.Itoa(d.telnet), "127.0.0.1")
	t.sees("Username: ")
	t.types(engineer + "\n")
	t.sees("Password: ")
	t.types(password + "\n")
	t.sees(d.name + "#")
	t.types("show ip interface brief | include Loopback\n")
	t.sees("192.0.2." + strconv.Itoa(r.number))
	t.sees("\n" + d.name + "#")
	t.types("exit\n")
	t.ends()
	r.drove("plink -telnet: login, read back")
}
