package clock

import "container/heap"

// Key names one timer of one owner, for example {"hsrp Gi0/0 1", "hold"}.
type Key struct{ Owner, Name string }

// Timers holds the running timers of one device. The zero value is ready for
// use. Timers due at the same moment come out in the order they were set, so a
// run is the same every time.
type Timers struct {
	queue timerQueue
	byKey map[Key]*timer
	seq   uint64
}

// Set starts the timer k to fire at the given time; an earlier setting of k is
// replaced.
func (t *Timers) Set(k Key, at Time) {
	t.seq++
	if old, ok := t.byKey[k]; ok {
		old.at, old.seq = at, t.seq
		heap.Fix(&t.queue, old.index)
		return
	}
	if t.byKey == nil {
		t.byKey = make(map[Key]*timer)
	}
	n := &timer{key: k, at: at, seq: t.seq}
	t.byKey[k] = n
	heap.Push(&t.queue, n)
}

// Stop removes the timer k. A timer that does not run is left alone.
func (t *Timers) Stop(k Key) {
	n, ok := t.byKey[k]
	if !ok {
		return
	}
	delete(t.byKey, k)
	heap.Remove(&t.queue, n.index)
}

// Deadline returns when k fires, and whether it runs at all.
func (t *Timers) Deadline(k Key) (Time, bool) {
	n, ok := t.byKey[k]
	if !ok {
		return 0, false
	}
	return n.at, true
}

// Next returns the earliest deadline, and false when no timer runs.
func (t *Timers) Next() (Time, bool) {
	if len(t.queue) == 0 {
		return 0, false
	}
	return t.queue[0].at, true
}

// Pop takes one timer that is due at or before now.
func (t *Timers) Pop(now Time) (Key, bool) {
	if len(t.queue) == 0 || t.queue[0].at > now {
		return Key{}, false
	}
	n := heap.Pop(&t.queue).(*timer)
	delete(t.byKey, n.key)
	return n.key, true
}

type timer struct {
	key   Key
	at    Time
	seq   uint64
	index int
}

// timerQueue is a heap by deadline, then by the order of setting.
type timerQueue []*timer

func (q timerQueue) Len() int { return len(q) }

func (q timerQueue) Less(i, j int) bool {
	if q[i].at != q[j].at {
		return q[i].at < q[j].at
	}
	return q[i].seq < q[j].seq
}

func (q timerQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *timerQueue) Push(x any) {
	n := x.(*timer)
	n.index = len(*q)
	*q = append(*q, n)
}

func (q *timerQueue) Pop() any {
	old := *q
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return n
}
