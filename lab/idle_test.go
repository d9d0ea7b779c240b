package lab_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
)

// sleeper counts how often it is called and notes when frames come.
type sleeper struct {
	*bridge
	wakes *atomic.Int64
	came  chan clock.Time
}

func (s *sleeper) Wake(now clock.Time) {
	s.wakes.Add(1)
	s.bridge.Wake(now)
}

func (s *sleeper) Input(now clock.Time, _ int, _ [][]byte) { s.came <- now }

func TestAnIdleLabSleepsAndADelayIsExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wakes atomic.Int64
		came := make(chan clock.Time, 100)
		top, err := lab.Parse("lab.yaml", []byte(`
routers: {A: {ports: {GigabitEthernet0/0: s}}, B: {ports: {GigabitEthernet0/0: s}}}
segments: {s: {delay: 7ms}}
`), nil)
		require.NoError(t, err)
		l, err := lab.NewLive(top, lab.Options{Boot: func(_ string, _ lab.RouterSpec, b lab.Birth) (lab.Device, error) {
			return &sleeper{newBridge(b), &wakes, came}, nil
		}})
		require.NoError(t, err)
		synctest.Wait()
		wakes.Store(0)
		time.Sleep(10*time.Second + 500*time.Millisecond) // the bubble's clock: no time passes
		synctest.Wait()
		require.LessOrEqual(t, wakes.Load(), int64(2*10*4), "a hello each way every second, and nothing else")
		require.Len(t, came, 20)
		require.Equal(t, clock.Time(time.Second+7*time.Millisecond), <-came)
		require.NoError(t, l.Stop())
	})
}
