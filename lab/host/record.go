package host

import (
	"encoding/binary"
	"time"

	"tandem/clock"
)

// RecordLen is the length of a numbered record in bytes.
const RecordLen = 32

// A record is what a flow sends and expects back unchanged:
//
//	| magic "TNDM" (4) | flow (4) | number, from 1 (8) | pattern of the number (16) |
const recordMagic = 0x544e444d

// AppendRecord appends record number n of a flow to b.
func AppendRecord(b []byte, flow uint32, n uint64) []byte {
	b = binary.BigEndian.AppendUint32(b, recordMagic)
	b = binary.BigEndian.AppendUint32(b, flow)
	b = binary.BigEndian.AppendUint64(b, n)
	b = binary.BigEndian.AppendUint64(b, n*0x9e3779b97f4a7c15)
	return binary.BigEndian.AppendUint64(b, ^n)
}

// ParseRecord returns the number in b, and false unless b is an intact record
// of the flow.
func ParseRecord(b []byte, flow uint32) (uint64, bool) {
	if len(b) != RecordLen || binary.BigEndian.Uint32(b) != recordMagic || binary.BigEndian.Uint32(b[4:]) != flow {
		return 0, false
	}
	n := binary.BigEndian.Uint64(b[8:])
	return n, n > 0 && binary.BigEndian.Uint64(b[16:]) == n*0x9e3779b97f4a7c15 && binary.BigEndian.Uint64(b[24:]) == ^n
}

// Tally counts what became of the records of one flow.
type Tally struct {
	Sent       uint64
	Received   uint64        // distinct records that came back
	Duplicated uint64        // came back once more
	OutOfOrder uint64        // came back behind a later one
	Damaged    uint64        // came back changed
	Longest    time.Duration // longest time without news while the flow stood

	patience time.Duration // an answer later than this is not waited for; 0 waits for ever
	lost     uint64
	highest  uint64
	judged   uint64 // records up to this one are counted as received or lost
	marks    []mark
	seen     [window / 64]uint64 // bit per record among the last window
	running  bool
	last     clock.Time // of the last news
}

// mark remembers how many records had been sent at a moment.
type mark struct {
	at   clock.Time
	sent uint64
}

// window is how many records behind the newest are still told apart.
const window = 1 << 16

func (t *Tally) bit(n uint64) (word *uint64, mask uint64) {
	return &t.seen[n%window/64], 1 << (n % 64)
}

// start begins to measure gaps: the flow stands.
func (t *Tally) start(now clock.Time) { t.running, t.last = true, now }

// stop ends the measuring.
func (t *Tally) stop(now clock.Time) {
	if t.running {
		t.Longest = t.Gap(now)
		t.running = false
	}
}

// Gap is the longest time without news, the present one included.
func (t *Tally) Gap(now clock.Time) time.Duration {
	if !t.running {
		return t.Longest
	}
	return max(t.Longest, now.Sub(t.last))
}

// send counts the next record and returns its number.
func (t *Tally) send(now clock.Time) uint64 {
	t.judge(now)
	t.Sent++
	w, m := t.bit(t.Sent)
	*w &^= m
	if t.patience > 0 {
		t.marks = append(t.marks, mark{now, t.Sent})
	}
	return t.Sent
}

// receive counts a record that came back.
func (t *Tally) receive(now clock.Time, n uint64) {
	if n > t.Sent || n == 0 {
		t.Damaged++
		return
	}
	if n+window <= t.Sent { // too old to tell
		t.OutOfOrder++
		return
	}
	w, m := t.bit(n)
	if *w&m != 0 {
		t.Duplicated++
		return
	}
	*w |= m
	t.Received++
	if n <= t.judged {
		t.lost--
	}
	if n < t.highest {
		t.OutOfOrder++
	}
	t.highest = max(t.highest, n)
	t.Longest = t.Gap(now)
	t.last = now
}

// judge counts as lost what was waited for too long.
func (t *Tally) judge(now clock.Time) {
	for len(t.marks) > 0 && now.Sub(t.marks[0].at) > t.patience {
		for upTo := t.marks[0].sent; t.judged < upTo; {
			t.judged++
			if w, m := t.bit(t.judged); *w&m == 0 {
				t.lost++
			}
		}
		t.marks = t.marks[1:]
	}
}

// Lost is how many records are given up as of now.
func (t *Tally) Lost(now clock.Time) uint64 {
	t.judge(now)
	return t.lost
}

// settle counts everything that has not come back as lost: the flow is over.
func (t *Tally) settle() {
	t.marks, t.judged = nil, t.Sent
	t.lost = t.Sent - t.Received
}
