package clients_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/clients.md and testdata/golden from this run")

// row is a row of the table in the document.
type row struct {
	client, version string
	drives          []string // in the order in which they worked
	result          string   // "" while the client has not come to its end
}

// document is where the table is; what stands above it is written by hand.
const document = "../docs/clients.md"

const head = "| client | version | driven | result |\n| --- | --- | --- | --- |\n"

// line is the row as the document has it.
func (r row) line() string {
	return "| " + r.client + " | " + r.version + " | " + strings.Join(r.drives, "; ") + " | " + r.result + " |\n"
}

// read returns the rows of a document by client, and what stands above them.
func read(t *testing.T, text string) (preface string, rows map[string]row) {
	t.Helper()
	preface, table, ok := strings.Cut(text, head)
	require.True(t, ok, "%s has no table of clients", document)
	rows = map[string]row{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(line, "|\n"), " | ")
		require.Len(t, cells, 4, line)
		name := strings.TrimSpace(cells[0])
		rows[name] = row{name, cells[1], strings.Split(cells[2], "; "), strings.TrimSpace(cells[3])}
	}
	return preface, rows
}

// report prints the rows of the clients that ran and holds the document to
// them: versions differ from machine to machine, all else must not.
func report(t *testing.T, rows []row) {
	text, err := os.ReadFile(document)
	require.NoError(t, err)
	preface, written := read(t, string(text))
	table := ""
	for n, r := range rows {
		if r.result == "" { // absent, left out by -run, or failed and said so
			if w, ok := written[all[n].name]; ok {
				table += w.line()
			}
			continue
		}
		t.Log(strings.TrimSpace(r.line()))
		table += r.line()
		if w := written[r.client]; !*update {
			r.version = w.version
			require.Equal(t, r, w, "%s is not what this run did: go test ./clients -update", document)
		}
	}
	if !*update {
		require.Len(t, written, len(rows), "%s has rows of no client", document)
	} else {
		require.False(t, t.Failed(), "nothing is written after a failure")
		require.NoError(t, os.WriteFile(document, []byte(preface+head+table), 0o644))
	}
}
