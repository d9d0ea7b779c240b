package sctp

// byteRing holds bytes in order between two positions that only grow. Its
// array doubles on demand, so an idle association costs little.
type byteRing struct {
	buf        []byte // length 0 or a power of two
	head, tail uint64
}

func (r *byteRing) len() int { return int(r.tail - r.head) }

// put appends b and returns the position of its first byte.
func (r *byteRing) put(b []byte) uint64 {
	r.grow(r.len() + len(b))
	at := r.tail
	i := int(at) & (len(r.buf) - 1)
	n := copy(r.buf[i:], b)
	copy(r.buf, b[n:])
	r.tail += uint64(len(b))
	return at
}

// appendTo appends the n bytes from position at to dst.
func (r *byteRing) appendTo(dst []byte, at uint64, n int) []byte {
	i := int(at) & (len(r.buf) - 1)
	if i+n <= len(r.buf) {
		return append(dst, r.buf[i:i+n]...)
	}
	dst = append(dst, r.buf[i:]...)
	return append(dst, r.buf[:i+n-len(r.buf)]...)
}

// free drops the n oldest bytes.
func (r *byteRing) free(n int) { r.head += uint64(n) }

func (r *byteRing) grow(need int) {
	if need <= len(r.buf) {
		return
	}
	size := max(4096, len(r.buf))
	for size < need {
		size *= 2
	}
	old := *r
	r.buf = make([]byte, size)
	for at := old.head; at < old.tail; {
		i, j := int(at)&(len(old.buf)-1), int(at)&(size-1)
		n := min(len(old.buf)-i, size-j, int(old.tail-at))
		copy(r.buf[j:], old.buf[i:i+n])
		at += uint64(n)
	}
}

// ring is a queue of T addressed from its oldest entry. Its array doubles on
// demand and never shrinks.
type ring[T any] struct {
	items   []T // length 0 or a power of two
	head, n int
}

func (r *ring[T]) at(i int) *T { return &r.items[(r.head+i)&(len(r.items)-1)] }

// push appends a zero entry and returns it.
func (r *ring[T]) push() *T {
	if r.n == len(r.items) {
		items := make([]T, max(16, 2*len(r.items)))
		for i := range r.n {
			items[i] = *r.at(i)
		}
		r.items, r.head = items, 0
	}
	r.n++
	p := r.at(r.n - 1)
	var zero T
	*p = zero
	return p
}

// pop drops the oldest entry.
func (r *ring[T]) pop() {
	var zero T
	*r.at(0) = zero
	r.head = (r.head + 1) & (len(r.items) - 1)
	r.n--
}

// cut drops all entries from the n-th on.
func (r *ring[T]) cut(n int) {
	var zero T
	for r.n > n {
		r.n--
		r.items[(r.head+r.n)&(len(r.items)-1)] = zero
	}
}

func (r *ring[T]) clear() {
	for r.n > 0 {
		r.pop()
	}
}
