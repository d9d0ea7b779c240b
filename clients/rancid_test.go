package clients_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

func rancidVersion(r *run) string { return strings.TrimSpace(r.does(rancid+"/rancid", "-V")) }

// driveRancid configures with clogin and collects with rancid, which runs its
// whole list of commands and wants each to end at the prompt.
func driveRancid(r *run) {
	ssh := r.file("ssh", "#!/bin/sh\nexec ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile="+r.home+"/known_hosts \"$@\"\n")
	require.NoError(r, os.Chmod(ssh, 0o700))
	for _, d := range r.pair {
		for _, method := range []string{"ssh:" + strconv.Itoa(d.ssh), "telnet:" + strconv.Itoa(d.telnet)} {
			r.file(".cloginrc", "add user * "+user+"\nadd password * "+password+" "+secret+"\nadd method * {"+method+"}\nadd sshcmd * {"+ssh+"}\n")
			r.loginOnce(d, method)
			r.collect(d, method)
		}
		r.saved(d, mark(r.number)...)
	}
	r.row.result = "passes"
}

// perl runs a program of the package with the paths that its configuration
// sets.
func (r *run) perl(program string, args ...string) string {
	r.Helper()
	return r.does("env", append([]string{"PATH=" + rancid + ":/usr/bin:/bin", "PERL5LIB=/usr/share/perl5/rancid", "TERM=network", rancid + "/" + program}, args...)...)
}

func (r *run) loginOnce(d device, method string) {
	commands := "configure terminal\n" + strings.Join(mark(r.number), "\n") + "\nend\nwrite memory\n"
	out := r.perl("clogin", "-x", r.file("commands", commands), "127.0.0.1")
	require.Contains(r, out, d.name+"#write memory\r\nBuilding configuration...\r\n[OK]\r\n"+d.name+"#", out)
	protocol, _, _ := strings.Cut(method, ":")
	r.drove(protocol + ": clogin with a file of commands, write memory")
}

func (r *run) collect(d device, method string) {
	log := r.perl("rancid", "-d", "-t", "cisco", "127.0.0.1")
	require.NotContains(r, log, "missed cmd", log)
	require.NotContains(r, log, "not found", log)
	got, err := os.ReadFile(filepath.Join(r.home, "127.0.0.1.new"))
	require.NoError(r, err)
	text := string(got)
	for _, part := range []string{
		"\n!Chassis type: 3845\n", "\n!Memory: nvram 479K\n", "\n!Image: Software: C3845-ADVSECURITYK9-M, 12.4(6)T, RELEASE SOFTWARE (fc1)\n",
		"\nconfig-register 0x2102\n", "\nhostname " + d.name + "\n", "\n description client " + strconv.Itoa(r.number) + "\n", "\nend\n",
	} {
		require.Contains(r, text, part)
	}
	protocol, _, _ := strings.Cut(method, ":")
	r.drove(protocol + ": rancid, its " + strconv.Itoa(strings.Count(log, "HIT COMMAND:")) + " commands")
}
