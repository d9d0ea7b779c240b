package firewall_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/firewall"
)

// disorder carries messages of records to the standby in any order, each
// delayed by some others, and says of each whether an earlier one is missing.
type disorder struct {
	*pair
	random *rand.Rand
	made   int // messages so far
	next   int // the first that has not arrived
	flight []numbered
	ahead  map[int]bool
}

type numbered struct {
	number  int
	records []byte
}

// collect makes messages of what changed; most hold a record or two.
func (d *disorder) collect() {
	for d.active.e.Pending() > 0 {
		out, n := d.active.e.Collect(d.active.now, nil, 60+d.random.IntN(300))
		if n > 0 {
			d.flight = append(d.flight, numbered{d.made, out})
			d.made++
		}
	}
}

// arrive delivers one of the messages on their way.
func (d *disorder) arrive() {
	i := d.random.IntN(min(len(d.flight), 40))
	m := d.flight[i]
	d.flight = slices.Delete(d.flight, i, i+1)
	d.ahead[m.number] = true
	for d.ahead[d.next] {
		delete(d.ahead, d.next)
		d.next++
	}
	apply := d.backup.e.Apply
	if len(d.ahead) > 0 {
		apply = d.backup.e.ApplyEarly
	}
	_, err := apply(d.backup.now, m.records)
	require.NoError(d.t, err)
}

// Whatever order records arrive in, the standby ends with what the active has:
// connections that began, closed, were reset and began anew with the same ports.
func TestAnyOrderEndsAlike(t *testing.T) {
	for seed := range uint64(40) {
		d := &disorder{pair: newPair(t, nil), random: rand.New(rand.NewPCG(seed, 3)), ahead: map[int]bool{}}
		flows := map[uint16]*flow{}
		for range 400 {
			port := uint16(2000 + d.random.IntN(12))
			f := flows[port]
			switch {
			case f == nil:
				f = newFlow(t, port, 23)
				d.active.open(f)
				flows[port] = f
			case d.random.IntN(3) == 0:
				d.active.send(f.out("R", ""))
				delete(flows, port)
			case d.random.IntN(3) == 0:
				d.active.send(f.out("FA", ""))
			default:
				d.active.send(f.out("A", "x"))
				d.active.e.Refresh(d.active.now)
			}
			if d.random.IntN(3) > 0 {
				d.collect()
			}
			for len(d.flight) > 0 && d.random.IntN(4) > 0 {
				d.arrive()
			}
		}
		for _, f := range flows { // two words about each on their way
			d.active.send(f.out("A", "x"))
			d.active.e.Refresh(d.active.now)
			d.collect()
			d.active.send(f.out("FA", ""))
		}
		d.collect()
		for len(d.flight) > 0 {
			d.arrive()
		}
		lines := func(sessions []firewall.Session) (all []string) {
			for _, s := range sessions {
				all = append(all, s.String())
			}
			slices.Sort(all)
			return all
		}
		want := lines(d.active.e.HASessions(d.active.now))
		require.NotEmpty(t, want)
		require.Equal(t, want, lines(d.backup.e.HASessions(d.backup.now)), "seed %d", seed)
	}
}
