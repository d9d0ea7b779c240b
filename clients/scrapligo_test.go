package clients_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

// scrapligo is a module of its own.
const scrapligo = "github.com/scrapli/scrapligo"

func scrapligoVersion(r *run) string {
	out, err := inModule("list", "-m", "-f", "{{.Version}}", scrapligo)
	require.NoError(r, err, out)
	return strings.TrimSpace(out)
}

func inModule(args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = "scrapligo"
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func driveScrapligo(r *run) {
	program := filepath.Join(r.home, "scrapligo")
	if out, err := inModule("build", "-o", program, "."); err != nil {
		absent(r.T, "no module %s: %v: %s", scrapligo, err, out)
	}
	for _, d := range r.pair {
		r.does(program, d.name, strconv.Itoa(d.ssh), strconv.Itoa(d.telnet))
		r.saved(d, mark(r.number)...)
	}
	r.row.result = "passes"
}
