package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pairFolder makes a lab of the dual-LAN pair in a folder of the test: its
// configurations with the given replacements, and a lab file of the given text,
// in which NAME is a name that no other lab has.
func pairFolder(t *testing.T, text string, replace ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"RouterA.cfg", "RouterB.cfg"} {
		text, err := os.ReadFile(filepath.Join("../../examples/dual-lan", name))
		require.NoError(t, err)
		edited := strings.NewReplacer(replace...).Replace(string(text))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(edited), 0o600))
	}
	name := fmt.Sprintf("%s.%d", strings.ReplaceAll(t.Name(), "/", "."), os.Getpid())
	text = strings.ReplaceAll(text, "NAME", strings.ReplaceAll(name, "_", "-"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lab.yaml"), []byte(text), 0o600))
	return dir
}

// pairRouter is a router of the pair in a lab file.
const pairRouter = `
    modules: {0/1: HWIC-D-9ESW, 1: NM-2FE2W-V2, 2: NME-16ES-1G-P}
    listing: document
    ports: {GigabitEthernet0/0: inside, GigabitEthernet0/1: outside}
`

// tappedPair is the pair whose LANs lead out of the lab.
const tappedPair = `
name: NAME
routers:
  RouterA:
    config: RouterA.cfg` + pairRouter + `  RouterB:
    config: RouterB.cfg` + pairRouter + `segments:
  inside: {tap: tin}
  outside: {tap: tout}
`
