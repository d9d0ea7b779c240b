package lab

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"tandem/wire"
)

// A frame that is reordered is held back this long, plus a random time up to
// the second value.
const (
	reorderHold   = 2 * time.Millisecond
	reorderSpread = 8 * time.Millisecond
)

var errUnknown = errors.New("lab: unknown impairment")

// Set changes one impairment from text: "delay" takes a duration such as 20ms,
// the others a share such as 5% or 0.5%.
func (m *Impairments) Set(name, text string) error {
	share := map[string]*float64{
		"loss": &m.Loss, "reorder": &m.Reorder, "duplicate": &m.Duplicate, "corrupt": &m.Corrupt,
	}[name]
	switch {
	case name == "delay":
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 || d > maxDelay {
			return fmt.Errorf("a delay from 0 to %s such as 20ms is expected, not %q", maxDelay, text)
		}
		m.Delay = d
		return nil
	case share == nil:
		return errUnknown
	}
	number, ok := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || !(v >= 0 && v <= 100) {
		return fmt.Errorf("a share from 0%% to 100%% such as 5%% is expected, not %q", text)
	}
	*share = v / 100
	return nil
}

// fate decides about one frame on its way to one receiver: how many copies
// arrive, none when it is lost, and after what time. corrupt is the bit to
// flip, or negative.
func (m Impairments) fate(rng *rand.Rand, frame []byte) (copies int, after time.Duration, corrupt int) {
	hit := func(p float64) bool { return p > 0 && rng.Float64() < p }
	if hit(m.Loss) {
		return 0, 0, -1
	}
	copies, after, corrupt = 1, m.Delay, -1
	if hit(m.Duplicate) {
		copies = 2
	}
	if hit(m.Reorder) {
		after += reorderHold + time.Duration(rng.Int64N(int64(reorderSpread)))
	}
	if len(frame) > wire.EthernetLen && hit(m.Corrupt) {
		corrupt = 8*wire.EthernetLen + rng.IntN(8*(len(frame)-wire.EthernetLen))
	}
	return copies, after, corrupt
}

// certain reports whether no chance is involved: frames pass untouched after
// the delay.
func (m Impairments) certain() bool {
	return m.Loss == 0 && m.Reorder == 0 && m.Duplicate == 0 && m.Corrupt == 0
}

// with is what a frame meets that passes m and then n.
func (m Impairments) with(n Impairments) Impairments {
	either := func(p, q float64) float64 { return p + q - p*q }
	return Impairments{
		Delay: m.Delay + n.Delay, Loss: either(m.Loss, n.Loss), Reorder: either(m.Reorder, n.Reorder),
		Duplicate: either(m.Duplicate, n.Duplicate), Corrupt: either(m.Corrupt, n.Corrupt),
	}
}
