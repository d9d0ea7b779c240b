package clients_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

func netmikoVersion(r *run) string {
	return strings.TrimSpace(r.does(python, "-c", "import netmiko, paramiko; print(netmiko.__version__ + ', paramiko ' + paramiko.__version__)"))
}

// routers are the arguments of a script that drives all of them: name, SSH and
// telnet port of each.
func (r *run) routers() []string {
	var args []string
	for _, d := range r.pair {
		args = append(args, d.name, strconv.Itoa(d.ssh), strconv.Itoa(d.telnet))
	}
	return args
}

func driveNetmiko(r *run) {
	r.does(python, append([]string{r.script("netmiko_drive.py")}, r.routers()...)...)
	for _, d := range r.pair {
		r.saved(d, mark(r.number)...)
		for _, kind := range []string{"cisco_ios", "cisco_ios_telnet"} {
			r.saved(d, "ip access-list extended "+kind, " permit tcp host 198.51.100.1 any eq 10000", " permit tcp host 198.51.100.50 any eq 10299")
		}
		log, err := os.ReadFile(filepath.Join(r.home, "cisco_ios-"+d.name+".log"))
		require.NoError(r, err)
		r.golden("netmiko-"+d.name+".txt", firstConfigSet(r, string(log)))
	}
	r.row.result = "passes"
}

// firstConfigSet is a session log up to the end of the first config set. How
// often netmiko sends an empty line before a prompt depends on the clock, so
// that empty prompts are left out.
func firstConfigSet(r *run, log string) string {
	r.Helper()
	log = strings.ReplaceAll(log, "\r", "")
	set, _, ok := strings.Cut(log, "#end\n")
	require.True(r, ok, log)
	var kept strings.Builder
	for line := range strings.Lines(set + "#end\n") {
		bare := strings.TrimSpace(line)
		if bare != "" && !strings.HasSuffix(bare, "#") && !strings.HasSuffix(bare, ">") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
