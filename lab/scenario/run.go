package scenario

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"
)

// ErrFailed is returned when a script failed.
var ErrFailed = errors.New("scenario: failed")

// Run runs scripts outside of "go test": files, or folders with *.txtar files.
// The outcome of each goes to out. It returns ErrFailed when any failed.
func (h Harness) Run(out io.Writer, paths ...string) error {
	files, err := scripts(paths)
	if err != nil {
		return err
	}
	t := &runner{out: out}
	for _, file := range files {
		p := h.Params(filepath.Dir(file))
		p.Dir, p.Files = "", []string{file}
		guard(func() { testscript.RunT(t, p) })
	}
	if t.failed {
		return fmt.Errorf("%w: %d of %d", ErrFailed, t.failures, len(files))
	}
	return nil
}

func scripts(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		st, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("scenario: %w", err)
		}
		if !st.IsDir() {
			files = append(files, p)
			continue
		}
		found, err := filepath.Glob(filepath.Join(p, "*.txtar"))
		if err != nil {
			return nil, fmt.Errorf("scenario: %w", err)
		}
		slices.Sort(found)
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, errors.New("scenario: no scripts found")
	}
	return files, nil
}

// runner stands for testing.T: scripts run one after another.
type runner struct {
	out      io.Writer
	name     string
	failed   bool
	failures int
	skipped  bool
}

// stopScript unwinds a script that failed or was skipped.
type stopScript struct{}

func guard(f func()) {
	defer func() {
		if r := recover(); r != nil {
			if _, ours := r.(stopScript); !ours {
				panic(r)
			}
		}
	}()
	f()
}

// Skip implements testscript.T.
func (r *runner) Skip(args ...any) {
	r.skipped = true
	r.Log(args...)
	panic(stopScript{})
}

// Fatal implements testscript.T.
func (r *runner) Fatal(args ...any) {
	r.Log(args...)
	r.FailNow()
}

// Log implements testscript.T.
func (r *runner) Log(args ...any) { fmt.Fprintln(r.out, args...) }

// FailNow implements testscript.T.
func (r *runner) FailNow() {
	r.failed = true
	panic(stopScript{})
}

// Parallel implements testscript.T.
func (r *runner) Parallel() {}

// Verbose implements testscript.T: what a script printed is shown when it fails.
func (r *runner) Verbose() bool { return false }

// Run implements testscript.T.
func (r *runner) Run(name string, f func(testscript.T)) {
	sub := &runner{out: r.out, name: name}
	guard(func() { f(sub) })
	verdict := "ok"
	switch {
	case sub.failed:
		r.failed = true
		r.failures++
		verdict = "FAIL"
	case sub.skipped:
		verdict = "skip"
	}
	fmt.Fprintf(r.out, "%-4s %s\n", verdict, name)
}
