package lab_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/host"
)

// BenchmarkVirtualMinute is a minute of a lab with a TCP flow of 100 records a
// second.
func BenchmarkVirtualMinute(b *testing.B) {
	top, err := lab.Parse("lab.yaml", []byte(bridgeLab), nil)
	require.NoError(b, err)
	top.Segments[0].Capture, top.Segments[1].Capture = "", ""
	for b.Loop() {
		v, err := lab.NewVirtual(top, lab.Options{Boot: bootBridge})
		require.NoError(b, err)
		require.NoError(b, v.DoHost("pc", func(now clock.Time, h *host.Host) {
			h.NewShell(func(string) {}).Exec(now, "connect tcp 10.0.0.2 7 rate 100")
		}))
		require.NoError(b, v.Advance(time.Minute))
	}
}

// BenchmarkLiveSegment is one frame of 64 bytes through a live segment, in
// batches of 64, from a router to a router.
func BenchmarkLiveSegment(b *testing.B) {
	text := `
routers: {A: {ports: {GigabitEthernet0/0: s}}, B: {ports: {GigabitEthernet0/0: s}}}
segments: {s: {}}
`
	top, err := lab.Parse("lab.yaml", []byte(text), nil)
	require.NoError(b, err)
	frames := make([][]byte, 64)
	for i := range frames {
		frames[i] = make([]byte, 64)
	}
	got := make(chan int, 1000)
	l, err := lab.NewLive(top, lab.Options{Boot: func(name string, _ lab.RouterSpec, birth lab.Birth) (lab.Device, error) {
		return &source{bridge: newBridge(birth), frames: frames, got: got}, nil
	}})
	require.NoError(b, err)
	b.ResetTimer()
	for n := 0; n < b.N; {
		require.NoError(b, l.Post("A", func(_ clock.Time, d lab.Device) { d.(*source).burst = true }))
		for in := 0; in < len(frames); {
			in += <-got
		}
		n += len(frames)
	}
	b.StopTimer()
	require.NoError(b, l.Stop())
}

// source sends a batch when told to, and counts what comes.
type source struct {
	*bridge
	frames [][]byte
	burst  bool
	got    chan int
}

func (s *source) Input(_ clock.Time, _ int, frames [][]byte) { s.got <- len(frames) }
func (s *source) Wake(clock.Time)                            {}
func (s *source) NextWake() (clock.Time, bool)               { return 0, false }

func (s *source) Drain(emit func(int, [][]byte)) {
	if s.burst {
		s.burst = false
		emit(0, s.frames)
	}
}
