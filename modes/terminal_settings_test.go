package modes_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What "terminal ..." changed goes back to what the line is configured to do.
func TestTerminalSettingsGoBack(t *testing.T) {
	b := privileged(t, []byte("line con 0\n length 40\n width 100\n history size 30\nend\n"))
	shown := func() string { return b.enter("show terminal") }
	fresh := shown()
	require.Contains(t, fresh, "Length: 40 lines, Width: 100 columns")
	for _, word := range []string{"no", "default"} {
		for _, line := range []string{"length 0", "width 132", "history size 5", "exec prompt timestamp"} {
			require.NotContains(t, b.enter("terminal "+line), "%")
		}
		require.Contains(t, shown(), "Length: 0 lines, Width: 132 columns")
		for _, line := range []string{"length", "width", "history size", "exec prompt timestamp"} {
			require.NotContains(t, b.enter("terminal "+word+" "+line), "%")
		}
		require.Equal(t, fresh, shown(), word)
	}
	b.enter("terminal no history")
	require.NotContains(t, b.enter("show clock")+b.enter("show history"), "  show clock")
	b.enter("terminal default history")
	require.Contains(t, b.enter("show history"), "  show history")
}

func TestExecPromptTimestamp(t *testing.T) {
	b := privileged(t, nil)
	b.enter("terminal exec prompt timestamp")
	require.Regexp(t, `Load for five secs: 0%/0%; one minute: 0%; five minutes: 0%\nNo time source, \*\d\d:\d\d:\d\d\.\d{3} UTC \w{3} Mar 1 2002\n\n.*Current privilege level is 15\n`, b.enter("show privilege"))
	require.NotContains(t, b.enter("terminal length 0"), "Load for")
	b.enter("terminal no exec prompt timestamp")
	require.NotContains(t, b.enter("show privilege"), "Load for")

	b = privileged(t, []byte("line con 0\n exec prompt timestamp\n no exec-banner\nend\n"))
	require.Contains(t, b.enter("show privilege"), "Load for")
	require.Contains(t, b.enter("show running-config | include exec"), " exec prompt timestamp\n")
}
