package modes_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/config"
	"tandem/router"
)

var update = flag.Bool("update", false, "rewrite the transcripts; explain each changed line in the commit")

// TestTranscripts replays captured sessions. A line that begins with what the
// screen shows, a prompt or a question and what ? or TAB left behind it, is
// typed; all else is the router's answer. "?", "<TAB>" and "<^U>" at its end
// are those keys.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/transcript/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(name)
			require.NoError(t, err)
			got := replay(t, string(want))
			if *update {
				require.NoError(t, os.WriteFile(name, []byte(got), 0o666))
				return
			}
			require.Equal(t, string(want), got)
		})
	}
}

// replay types the inputs of a transcript on a router of its own and returns
// the transcript that comes of it.
func replay(t *testing.T, script string) string {
	t.Helper()
	var startup []byte
	if strings.HasPrefix(script, "RouterA") {
		startup = example(t, "dual-lan/RouterA.cfg")
	}
	b := newBench(t, "RouterA", config.IOS, startup)
	var got strings.Builder
	for _, line := range strings.Split(script, "\n") {
		shown := b.last.Prompt + b.last.Line
		if shown == "" || !strings.HasPrefix(line, shown) {
			continue
		}
		got.WriteString(line + "\n")
		b.out.Reset()
		typed := line[len(b.last.Prompt):]
		switch {
		case strings.HasSuffix(typed, "<TAB>"):
			b.console.Complete(b.now, strings.TrimSuffix(typed, "<TAB>"))
		case strings.HasSuffix(typed, "<^U>"):
			b.last.Line = ""
		case strings.HasSuffix(typed, "?") && b.last.Want == router.WantLine:
			b.console.Help(b.now, strings.TrimSuffix(typed, "?"))
		default:
			b.enter(typed)
		}
		got.WriteString(b.out.String())
	}
	return got.String()
}
