package terminal

import (
	"regexp"
	"strings"

	"tandem/modes"
)

// more is the pager's prompt, and erase what takes it away again: the bytes of
// 12.x (reference cli 1.14).
const (
	more  = " --More-- "
	erase = "\b\b\b\b\b\b\b\b\b" + "        " + "\b\b\b\b\b\b\b\b\b"
)

// filtering is printed between a pattern and the text it leaves; assumed.
const filtering = "filtering...\n"

// pager holds what a page is cut from, and how the reader wants the rest.
type pager struct {
	paging bool   // --More-- stands on the screen
	rest   string // text behind it
	quit   bool   // the reader had enough of this command's output
	lines  int    // printed since the last stop

	way     byte           // '+' or '-': of the rest of this command's output
	pattern *regexp.Regexp // that the lines shown match, or do not; nil without
	asking  byte           // the key whose pattern is being typed, or 0
	typed   string         // so far
}

// none forgets the text behind the prompt.
func (g *pager) none() { g.paging, g.rest, g.asking, g.typed = false, "", 0, "" }

// over is the end of a command's output.
func (g *pager) over() { g.lines, g.quit, g.pattern = 0, false, nil }

// standing is the pager's line at the bottom of the screen.
func (g *pager) standing() string {
	if g.asking != 0 {
		return string(g.asking) + g.typed
	}
	return more
}

// page prints text up to the bottom of a screen of so many lines.
func (g *pager) page(b *strings.Builder, length int) {
	room := max(1, length-1)
	for g.rest != "" && g.lines < room {
		line, rest, ended := strings.Cut(g.rest, "\n")
		g.rest = rest
		if g.pattern != nil && g.pattern.MatchString(line) != (g.way == '+') {
			continue
		}
		b.WriteString(line)
		if ended {
			b.WriteByte('\n')
			g.lines++
		}
	}
	if g.paging = g.rest != ""; g.paging {
		b.WriteString(more)
	}
}

// turn acts on a key at the pager's prompt: a page, a line, a pattern, or the
// end.
func (g *pager) turn(b *strings.Builder, k key, length int) {
	switch {
	case g.asking != 0:
		g.ask(b, k, length)
		return
	case k == '/' || k == '+' || k == '-':
		g.asking = byte(k)
		b.WriteString(erase + string(g.asking))
		return
	case k == ' ':
		g.lines = 0
	case k == keyEnter:
		g.lines = max(0, length-2)
	default:
		g.rest, g.quit = "", true
	}
	b.WriteString(erase)
	g.page(b, length)
}

// ask takes a key of a pattern.
func (g *pager) ask(b *strings.Builder, k key, length int) {
	switch {
	case k == keyBackspace || k == keyErase:
		if g.typed == "" {
			g.asking = 0
			b.WriteString("\b \b" + more)
			return
		}
		g.typed = g.typed[:len(g.typed)-1]
		b.WriteString("\b \b")
	case k == keyEnter:
		b.WriteByte('\n')
		g.search(b, length)
	case k == keyAbandon || k == keyEndConfig || k > 0xff:
		g.none()
		g.quit = true
		b.WriteByte('\n')
	case k >= ' ' && k <= '~' && len(g.typed) < lineLimit:
		g.typed += string(rune(k))
		b.WriteByte(byte(k))
	}
}

// search goes on as the pattern asks: '/' from the first line that matches, '+'
// with the lines that do, '-' with those that do not. What is no pattern leaves
// the pager where it was.
func (g *pager) search(b *strings.Builder, length int) {
	way, typed := g.asking, g.typed
	g.asking, g.typed = 0, ""
	pattern, err := modes.Pattern(typed)
	if err != nil || typed == "" {
		b.WriteString(more)
		return
	}
	b.WriteString(filtering)
	g.lines = 0
	if way != '/' {
		g.way, g.pattern = way, pattern
	}
	for g.rest != "" && way == '/' {
		line, rest, _ := strings.Cut(g.rest, "\n")
		if pattern.MatchString(line) {
			break
		}
		g.rest = rest
	}
	g.page(b, length)
}
