package terminal

import "strings"

// scrollStep is how many columns a line moves when the cursor would leave the
// screen (reference cli 1.15).
const scrollStep = 10

// painter keeps the typed line on the screen up to date with nothing but
// characters and backspaces, because clients compare the echo with what they
// sent. Without a width the line is as long as it likes; with one, the part
// around the cursor is shown and "$" stands for what is hidden.
type painter struct {
	room   int  // columns for the line, 0 for any number
	muted  bool // a secret is typed
	offset int  // first byte shown
	shown  string
	cursor int // column within shown
}

// start forgets the line: the cursor stands right behind a new prompt on a
// screen of the given width.
func (p *painter) start(prompt string, width int, muted bool) {
	*p = painter{muted: muted}
	if width > 0 {
		prompt = prompt[strings.LastIndexByte(prompt, '\n')+1:]
		p.room = max(width-len(prompt)-1, scrollStep+2)
	}
}

// paint returns the bytes that turn what is shown into the line with the
// cursor at pos.
func (p *painter) paint(line string, pos int) string {
	if p.muted {
		return ""
	}
	view, cursor := p.view(line, pos)
	var b strings.Builder
	same := 0
	for same < len(view) && same < len(p.shown) && view[same] == p.shown[same] {
		same++
	}
	at := p.cursor
	if len(view) != len(p.shown) || same != len(view) {
		move(&b, view, at, same)
		b.WriteString(view[same:])
		at = len(view)
		if gone := len(p.shown) - len(view); gone > 0 {
			b.WriteString(strings.Repeat(" ", gone))
			at += gone
		}
	}
	move(&b, view, at, cursor)
	p.shown, p.cursor = view, cursor
	return b.String()
}

// move brings the cursor from one column of the view to another.
func move(b *strings.Builder, view string, from, to int) int {
	if to < from {
		b.WriteString(strings.Repeat("\b", from-to))
	} else {
		b.WriteString(view[from:to])
	}
	return to
}

// view returns what is visible of a line and the column of its cursor.
func (p *painter) view(line string, pos int) (string, int) {
	if p.room == 0 {
		return line, pos
	}
	for pos-p.offset > p.room {
		p.offset += scrollStep
	}
	for p.offset > 0 && pos <= p.offset {
		p.offset = max(0, p.offset-scrollStep)
	}
	end := min(len(line), p.offset+p.room)
	view := []byte(line[p.offset:end])
	if p.offset > 0 {
		view[0] = '$'
	}
	if end < len(line) {
		view[len(view)-1] = '$'
	}
	return string(view), pos - p.offset
}
