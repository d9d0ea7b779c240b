package terminal

// history is what one kind of prompt remembers. Exec and configuration lines
// have separate ones (reference cli 1.13).
type history struct {
	lines []string // oldest first
	back  int      // how far up the user is: 0 is the line being typed
	draft string   // that line, while back is not 0
}

// add remembers a line, at most limit of them; blank lines and a repetition of
// the newest line are not worth a place.
func (h *history) add(line string, limit int) {
	h.back = 0
	if n := len(h.lines); line != "" && (n == 0 || h.lines[n-1] != line) {
		h.lines = append(h.lines, line)
	}
	if extra := len(h.lines) - limit; extra > 0 {
		h.lines = append([]string(nil), h.lines[extra:]...)
	}
}

// up returns the line before the one shown.
func (h *history) up(shown string) string {
	if h.back == len(h.lines) {
		return shown
	}
	if h.back == 0 {
		h.draft = shown
	}
	h.back++
	return h.lines[len(h.lines)-h.back]
}

// down returns the line after the one shown, at last the one being typed.
func (h *history) down(shown string) string {
	switch h.back {
	case 0:
		return shown
	case 1:
		h.back = 0
		return h.draft
	}
	h.back--
	return h.lines[len(h.lines)-h.back]
}
