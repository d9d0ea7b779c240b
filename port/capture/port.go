package capture

import (
	"time"

	"tandem/port"
)

// Port is another port under observation.
type Port struct {
	port.Counted
	file *File
	id   int
	now  func() time.Time
}

// Tap returns p with everything that passes it recorded in f under the given
// interface name: what Read delivers and what Write took, as it is at that
// moment. Traffic goes on when the capture fails; File.Stop tells of it.
func (f *File) Tap(name string, p port.Counted, now func() time.Time) (*Port, error) {
	id, err := f.AddInterface(name)
	if err != nil {
		return nil, err
	}
	return &Port{Counted: p, file: f, id: id, now: now}, nil
}

// Read implements port.Port.
func (p *Port) Read(bufs [][]byte, sizes []int) (int, error) {
	n, err := p.Counted.Read(bufs, sizes)
	if n > 0 {
		frames := make([][]byte, n)
		for i := range frames {
			frames[i] = bufs[i][:sizes[i]]
		}
		p.record(p.now(), frames)
	}
	return n, err
}

// Write implements port.Port.
func (p *Port) Write(frames [][]byte) (int, error) {
	at := p.now() // before the far end can answer
	n, err := p.Counted.Write(frames)
	if n > 0 {
		p.record(at, frames[:n])
	}
	return n, err
}

// record leaves the error to the file, which keeps it for Stop.
func (p *Port) record(at time.Time, frames [][]byte) { _ = p.file.Record(p.id, at, frames...) }
