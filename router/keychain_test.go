package router_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeyLifetimeLines(t *testing.T) {
	b := configured(t, "key chain keys", "key 1", "key-string hush",
		"send-lifetime local 1:2:3 25 january 1996 duration 7200", "accept-lifetime 00:00:00 Dec 31 2001 12:00:00 29 Feb 2004",
		"key 2", "accept-lifetime 00:00:00 Jan 1 2030 infinite", "key-string later")
	want := []string{
		"key 1", "key-string hush", "accept-lifetime 00:00:00 Dec 31 2001 12:00:00 Feb 29 2004", "send-lifetime local 01:02:03 Jan 25 1996 duration 7200",
		"key 2", "key-string later", "accept-lifetime 00:00:00 Jan 1 2030 infinite",
	}
	require.Equal(t, want, block(b, "key chain keys"))

	invalid := "% Invalid input detected at '^' marker.\n"
	b.enter("key 2")
	for line, answer := range map[string]string{
		"send-lifetime 24:00:00 Jan 1 2030 infinite":                   invalid,
		"send-lifetime 00:00:00 Foo 1 2030 infinite":                   invalid,
		"send-lifetime 00:00:00 Feb 30 2030 infinite":                  invalid,
		"send-lifetime 00:00:00 Jan 1 2036 infinite":                   invalid,
		"send-lifetime 00:00:00 Jan 1 2030 duration 0":                 invalid,
		"send-lifetime 00:00:00 Jan 1 2030":                            "% Incomplete command.\n",
		"send-lifetime 00:00:00 Jan 1 2030 00:00:00 31 Dec 2029":       "% End time must be after start time\n",
		"send-lifetime 00:00:00 Jan 1 2030 infinite 00:00:00 Jan 2 30": invalid,
	} {
		require.Contains(t, b.answer(line), answer, "line %q", line)
	}
	require.Equal(t, want, block(b, "key chain keys"), "nothing half applied")

	require.Empty(t, b.answer("no accept-lifetime 00:00:00 Jan 1 2030 infinite"))
	require.Empty(t, b.answer("key 1"))
	require.Empty(t, b.answer("no send-lifetime"))
	require.Equal(t, append(want[:3:3], want[4:6]...), block(b, "key chain keys"))
}

func TestShowKeyChain(t *testing.T) {
	b := configured(t, "clock timezone CET 1",
		"key chain other", "key 7",
		"key chain keys", "key 2", "key-string later", "accept-lifetime 00:00:00 Jan 1 2030 infinite",
		"key 1", "key-string 7 060506324F41", "send-lifetime local 12:00:00 Mar 1 2002 duration 3600",
		"accept-lifetime 00:00:00 Jan 1 2002 12:00:00 Mar 1 2002")
	b.enter("end")
	b.enter("clock set 12:59:59 1 Mar 2002") // 11:59:59 UTC
	keys := `Key-chain keys:
    key 1 -- text "cisco"
        accept lifetime (00:00:00 UTC Jan 1 2002) - (12:00:00 UTC Mar 1 2002) [valid now]
        send lifetime (12:00:00 CET Mar 1 2002) - (13:00:00 CET Mar 1 2002) [valid now]
    key 2 -- text "later"
        accept lifetime (00:00:00 UTC Jan 1 2030) - (infinite)
        send lifetime (always valid) - (always valid) [valid now]
`
	require.Equal(t, keys, b.answer("show key chain keys"))
	require.Equal(t, keys+"Key-chain other:\n", b.answer("show key chain"))
	b.enter("clock set 13:00:00 1 Mar 2002")
	require.NotContains(t, b.answer("show key chain | begin key 1 "), "2002) [valid now]")
}
