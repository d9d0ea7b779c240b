package tandem_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the import path of this repository.
const module = "tandem"

// layers are the folders of the repository from top to bottom. A package may
// import what stands on a lower row; those side by side never import each
// other. A sub-package belongs to its folder.
var layers = [][]string{
	{"cmd", "bench", "clients"},
	{"lab", "terminal", "check"},
	{"router"},
	{"modes"},
	{"parser"},
	{"config"},
	{"nvram"},
	{"firewall", "hsrp", "redundancy", "ipc", "rip", "forward", "track", "tftp", "snmp", "port", "keychain"},
	{"syslog"}, // stamps its messages by the clock
	{"clock", "wire", "platform", "examples", "docs"},
}

// features are the protocols: of the repository they see only these leaves.
var (
	features = []string{"firewall", "hsrp", "redundancy", "ipc", "rip", "forward", "track", "tftp", "snmp"}
	leaves   = []string{"clock", "wire", "syslog"}
)

// thirdParty says which of our packages may import a module: a path stands for
// itself and what lies below it. Those that only tests use have no path.
var thirdParty = map[string][]string{
	"github.com/chzyer/readline":      {"terminal"},
	"github.com/gosnmp/gosnmp":        {"snmp"},
	"github.com/google/gopacket":      {"wire/hsrplayer", "port/capture", "lab", "bench"},
	"github.com/ishidawataru/sctp":    {"ipc/kernel", "bench"},
	"github.com/pion/sctp":            nil,
	"github.com/rogpeppe/go-internal": {"lab"},
	"github.com/sirikothe/gotextfsm":  nil,
	"github.com/songgao/water":        {"port/tap"},
	"github.com/spf13/cobra":          {"cmd"},
	"github.com/stretchr/testify":     nil,
	"go.yaml.in/yaml/v3":              {"lab"},
	"golang.org/x/crypto":             {"modes/secret", "terminal"},
	"golang.org/x/net":                {"port/udp"},
	"golang.org/x/sys":                {"cmd", "lab", "port", "ipc/kernel", "bench"},
	"golang.org/x/term":               {"cmd", "terminal"},
	"golang.org/x/tools":              nil,
	"gvisor.dev/gvisor":               {"lab/netstack", "forward/local"},
}

// source is one Go file and what it imports.
type source struct {
	name    string // path in the repository
	folder  string // of the package: "port/udp", or "." for the root
	imports []string
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// sources parses the imports of every Go file, those for other systems too.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || isModule(name)):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		s := source{name: filepath.ToSlash(name), folder: filepath.ToSlash(filepath.Dir(name))}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, path)
		}
		all = append(all, s)
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

// isModule reports whether a folder is a module of its own, which a program
// that tests run may be: what that needs is not what ours needs.
func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		if s.folder == "." {
			continue
		}
		if row(s.folder) < 0 {
			t.Errorf("%s: folder %s is in no layer", s.name, top(s.folder))
		}
		for _, path := range s.imports {
			to, ours := strings.CutPrefix(path, module+"/")
			if !ours || s.isTest() {
				continue
			}
			if why := sideways(s.folder, to); why != "" {
				t.Errorf("%s imports %s: %s", s.name, to, why)
			}
		}
	}
}

func TestThirdPartyPackagesStayAtTheRim(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range s.imports {
			first, _, _ := strings.Cut(path, "/")
			if first == module || !strings.Contains(first, ".") {
				continue // ours or the standard library's
			}
			mod, known := owner(path)
			if !known {
				t.Errorf("%s imports %s, a module that docs/dependencies.md does not plan for", s.name, path)
				continue
			}
			if !s.isTest() && !slices.ContainsFunc(thirdParty[mod], func(p string) bool { return within(s.folder, p) }) {
				t.Errorf("%s imports %s, which belongs in %v and tests", s.name, mod, thirdParty[mod])
			}
		}
	}
}

// The rules themselves, on imports that nobody should write.
func TestTheRulesRefuse(t *testing.T) {
	for _, c := range []struct {
		from, to, why string
	}{
		{"hsrp", "router", "upward"},
		{"hsrp", "redundancy", "side by side"},
		{"lab", "terminal", "side by side"},
		{"terminal/telnet", "lab", "side by side"},
		{"firewall", "port", "side by side"},
		{"ipc/sctp", "platform", "a feature"},
		{"clock", "wire", "side by side"},
		{"wire", "port/udp", "upward"},
		{"router", "attic", "no layer"},
		{"router", "firewall", ""},
		{"port/tap", "port", ""},
		{"forward", "forward/local", ""},
		{"modes", "platform", ""},
		{"hsrp", "wire", ""},
	} {
		got := sideways(c.from, c.to)
		if c.why == "" {
			require.Empty(t, got, "%s -> %s", c.from, c.to)
		} else {
			require.Contains(t, got, c.why, "%s -> %s", c.from, c.to)
		}
	}
	mod, known := owner("github.com/google/gopacket/layers")
	require.True(t, known)
	require.Equal(t, "github.com/google/gopacket", mod)
	_, known = owner("github.com/google/gopacketry")
	require.False(t, known)
}

// sideways says what is wrong with an import between two of our folders, or
// nothing.
func sideways(from, to string) string {
	a, b := top(from), top(to)
	switch {
	case a == b:
		return ""
	case row(to) < 0:
		return fmt.Sprintf("%s is in no layer", b)
	case row(to) < row(from):
		return "upward"
	case row(to) == row(from):
		return fmt.Sprintf("%s and %s stand side by side", a, b)
	case slices.Contains(features, a) && !slices.Contains(leaves, b):
		return fmt.Sprintf("%s is a feature and sees only %v", a, leaves)
	}
	return ""
}

// top returns the first folder of a path.
func top(folder string) string {
	first, _, _ := strings.Cut(folder, "/")
	return first
}

// row returns the layer of a folder counted from the top, or -1.
func row(folder string) int {
	return slices.IndexFunc(layers, func(names []string) bool { return slices.Contains(names, top(folder)) })
}

// owner returns the planned module that an import path belongs to.
func owner(path string) (string, bool) {
	for mod := range thirdParty {
		if within(path, mod) {
			return mod, true
		}
	}
	return "", false
}

// within reports whether path is root or lies below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}
