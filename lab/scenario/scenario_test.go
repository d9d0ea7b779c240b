package scenario_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/scenario"
)

// repeater is a device of two ports that copies each frame to the other one.
type repeater struct {
	up   [2]bool
	out  [2][][]byte
	wait clock.Time
	done bool
	say  func(string)
}

func (r *repeater) Input(_ clock.Time, port int, frames [][]byte) {
	for _, f := range frames {
		if r.up[1-port] {
			r.out[1-port] = append(r.out[1-port], bytes.Clone(f))
		}
	}
}

func (r *repeater) Carrier(_ clock.Time, port int, up bool) { r.up[port] = up }

func (r *repeater) Wake(now clock.Time) {
	if r.wait > 0 && now >= r.wait {
		r.wait, r.done = 0, true
		r.say("waited\n")
	}
}

func (r *repeater) NextWake() (clock.Time, bool) { return r.wait, r.wait > 0 }

func (r *repeater) Drain(emit func(int, [][]byte)) {
	for p, frames := range r.out {
		r.out[p] = nil
		emit(p, frames)
	}
}

func (r *repeater) Reload() bool { return false }
func (r *repeater) Close()       {}

func harness() scenario.Harness {
	return scenario.Harness{
		Boot: func() lab.Boot {
			return func(string, lab.RouterSpec, lab.Birth) (lab.Device, error) { return new(repeater), nil }
		},
		Type: func(now clock.Time, d lab.Device, line string, out func(string)) func() bool {
			r := d.(*repeater)
			if wait, ok := strings.CutPrefix(line, "wait "); ok {
				d, _ := time.ParseDuration(wait)
				r.wait, r.say, r.done = now.Add(d), out, false
				return func() bool { return r.done }
			}
			out(fmt.Sprintf("0 %v 1 %v\n", r.up[0], r.up[1]))
			return nil
		},
	}
}

func TestScripts(t *testing.T) { testscript.Run(t, harness().Params("testdata")) }

func TestRunOutsideOfGoTest(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, harness().Run(&out, "testdata"), "%s", &out)
	require.Contains(t, out.String(), "ok   flow")

	dir := t.TempDir()
	bad := filepath.Join(dir, "wrong.txtar")
	require.NoError(t, os.WriteFile(bad, []byte("advance 5s\n"), 0o600))
	out.Reset()
	require.ErrorIs(t, harness().Run(&out, bad), scenario.ErrFailed)
	require.Contains(t, out.String(), "lab FILE comes first")
	require.Contains(t, out.String(), "FAIL wrong")

	require.Error(t, harness().Run(&out, filepath.Join(dir, "none")))
	require.Error(t, harness().Run(&out, t.TempDir()))
}
