package appliance_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/examples"
	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/scenario"
)

// scriptOf joins the fences of a README that are marked "script".
func scriptOf(readme string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(readme) {
		switch {
		case strings.HasPrefix(line, "```script"):
			inside = true
		case strings.HasPrefix(line, "```"):
			inside = false
		case inside:
			b.WriteString(line)
		}
	}
	return b.String()
}

// What an example's README says happens, happens: its script fences run in
// virtual time beside a copy of the example's files.
func TestREADMEsOfTheExamplesAreTrue(t *testing.T) {
	names, err := fs.Glob(examples.Files, "*")
	require.NoError(t, err)
	shelf, err := appliance.New("")
	require.NoError(t, err)
	h := scenario.Harness{Boot: func() lab.Boot { return shelf.Empty().Boot }, Known: appliance.Known, Type: appliance.Type}
	scripts := 0
	for _, name := range names {
		readme, err := fs.ReadFile(examples.Files, name+"/README.md")
		if err != nil || scriptOf(string(readme)) == "" {
			continue
		}
		scripts++
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name+".txtar")
			require.NoError(t, os.WriteFile(path, archive(t, name, scriptOf(string(readme))), 0o600))
			var out bytes.Buffer
			require.NoError(t, h.Run(&out, path), "%s", &out)
		})
	}
	require.NotZero(t, scripts)
}

// archive is a script with the files of an example.
func archive(t *testing.T, name, script string) []byte {
	t.Helper()
	b := []byte(script)
	files, err := fs.ReadDir(examples.Files, name)
	require.NoError(t, err)
	for _, f := range files {
		text, err := fs.ReadFile(examples.Files, name+"/"+f.Name())
		require.NoError(t, err)
		if f.Name() != "README.md" {
			b = fmt.Appendf(b, "-- %s --\n%s", f.Name(), text)
		}
	}
	return b
}
