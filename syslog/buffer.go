package syslog

// buffer keeps the newest lines that fit into some bytes.
type buffer struct {
	size, used int
	lines      []string
}

func (b *buffer) add(line string) {
	b.lines = append(b.lines, line)
	b.used += len(line) + 1
	b.trim()
}

func (b *buffer) trim() {
	n := 0
	for b.used > b.size && n < len(b.lines) {
		b.used -= len(b.lines[n]) + 1
		n++
	}
	b.lines = b.lines[n:]
}

func (b *buffer) clear() { b.lines, b.used = nil, 0 }
