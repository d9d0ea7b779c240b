package port

import "sync/atomic"

// Counts are the totals of one port. Bytes are counted without FCS.
type Counts struct {
	FramesIn, BytesIn   uint64
	FramesOut, BytesOut uint64

	InputDrops uint64 // arrived while the input queue was full
	Giants     uint64 // longer than the MTU allows, either way
	Runts      uint64 // shorter than an Ethernet header, either way
	NoCarrier  uint64 // handed to Write without carrier
	Lost       uint64 // refused by the host's network after Write took them
}

// Meter counts for a back end. The zero value is ready for use; it may be
// written by several goroutines.
type Meter struct {
	framesIn, bytesIn, framesOut, bytesOut     atomic.Uint64
	inputDrops, giants, runts, noCarrier, lost atomic.Uint64
}

// Counts implements Counted for the back end that embeds the meter.
func (m *Meter) Counts() Counts {
	return Counts{
		FramesIn: m.framesIn.Load(), BytesIn: m.bytesIn.Load(),
		FramesOut: m.framesOut.Load(), BytesOut: m.bytesOut.Load(),
		InputDrops: m.inputDrops.Load(), Giants: m.giants.Load(), Runts: m.runts.Load(),
		NoCarrier: m.noCarrier.Load(), Lost: m.lost.Load(),
	}
}

// Tally is one batch's share of the counts, gathered without atomic operations
// and added at once.
type Tally struct {
	Frames, Bytes, Drops, Giants, Runts, Lost uint64
}

// Fits reports whether a frame of size bytes may pass a port of the given MTU,
// and counts it if not.
func (t *Tally) Fits(size, mtu int) bool {
	switch {
	case size < MinFrame:
		t.Runts++
	case size > MaxFrame(mtu):
		t.Giants++
	default:
		return true
	}
	return false
}

// Pass counts one frame of size bytes.
func (t *Tally) Pass(size int) {
	t.Frames++
	t.Bytes += uint64(size)
}

// AddIn adds a received batch to the totals.
func (m *Meter) AddIn(t Tally) {
	m.framesIn.Add(t.Frames)
	m.bytesIn.Add(t.Bytes)
	m.addDrops(t)
}

// AddOut adds a sent batch to the totals.
func (m *Meter) AddOut(t Tally) {
	m.framesOut.Add(t.Frames)
	m.bytesOut.Add(t.Bytes)
	m.addDrops(t)
}

// AddNoCarrier counts n frames that were handed to Write without carrier.
func (m *Meter) AddNoCarrier(n int) { m.noCarrier.Add(uint64(n)) }

// addDrops leaves the shared counters alone on the ordinary path.
func (m *Meter) addDrops(t Tally) {
	if t.Drops|t.Giants|t.Runts|t.Lost == 0 {
		return
	}
	m.inputDrops.Add(t.Drops)
	m.giants.Add(t.Giants)
	m.runts.Add(t.Runts)
	m.lost.Add(t.Lost)
}
