package forward_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/wire"
)

// Whatever was owned and disowned on two interfaces that contend for the same
// addresses, the router answers as one that learned it all at once.
func TestOwnedAddressesInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	addresses := []wire.Addr{vip, vip + 1, routerIn, routerOut, wire.MustAddr("10.0.0.255"), wire.MustAddr("211.0.0.0"), wire.MustAddr("211.0.0.3")}
	macs := []wire.MAC{virtualMAC, mac("0000.0c07.ac02")}
	r := newRig(t)
	answers := func() string {
		text := fmt.Sprint(r.ARPTable(r.now))
		for _, a := range addresses {
			source, _ := r.SourceFor(a)
			text += fmt.Sprint(a, source == a)
		}
		for _, m := range macs {
			for index, from := range [][]byte{inside: fromPC(udp(pc, routerIn, 1)), outside: eth(outsideMAC, srvMAC, wire.EtherIPv4, udp(srv, routerOut, 1))} {
				f := append([]byte(nil), from...)
				copy(f, m[:])
				was := r.Counters(index).Drops[wire.NotForUs]
				r.Input(r.now, index, [][]byte{f})
				text += fmt.Sprint(" ", m, index, r.Counters(index).Drops[wire.NotForUs] > was)
			}
		}
		r.out()
		return text
	}
	for range 600 {
		index, a, m := random.IntN(2), addresses[random.IntN(len(addresses))], macs[random.IntN(len(macs))]
		if random.IntN(2) == 0 {
			r.Own(r.now, index, a, m)
		} else {
			r.Disown(r.now, index, a)
		}
		got := answers()
		r.SetInterface(r.now, inside, insideCfg()) // makes the table anew
		require.Equal(t, answers(), got)
	}
}
