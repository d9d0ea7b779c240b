package appliance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

// shared is plain with n groups of version 2 inside, of which each router is
// to have every other one.
func shared(x, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "hostname R%[1]d\ninterface GigabitEthernet0/0\n ip address 10.0.0.%[1]d 255.255.0.0\n standby version 2\n standby delay minimum 0 reload 0\n", x)
	for g := range n {
		fmt.Fprintf(&b, " standby %[1]d ip %[2]s\n standby %[1]d timers 1 3\n standby %[1]d preempt\n", g, wire.MustAddr("10.0.1.0")+wire.Addr(g))
		if g%2 == x%2 {
			fmt.Fprintf(&b, " standby %d priority 110\n", g)
		}
	}
	return b.String()
}

// Two routers share many groups, one takes them all when the other is cut off,
// and gives its half back.
func TestManyGroupsAreShared(t *testing.T) {
	const n = 600
	s := newStage(t, shared(1, n), shared(2, n))
	active := func(name string) int {
		return strings.Count(s.enter(name, "terminal length 0", "show standby brief"), " Active   local ")
	}
	s.wait(20 * time.Second)
	require.Equal(t, []int{n / 2, n / 2}, []int{active("A"), active("B")})
	require.NoError(t, s.Cut("A:GigabitEthernet0/0"))
	s.wait(3100 * time.Millisecond)
	require.Equal(t, []int{0, n}, []int{active("A"), active("B")})
	require.NoError(t, s.Join("A:GigabitEthernet0/0"))
	s.wait(10 * time.Second)
	require.Equal(t, []int{n / 2, n / 2}, []int{active("A"), active("B")})
}
