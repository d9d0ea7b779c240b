package config

import "strings"

// Style is how a tree is written down.
type Style uint8

// The two styles (reference cli 5.4).
const (
	IOS      Style = iota // one blank a level, as a real router prints
	Document              // two blanks below the top level whatever the depth, and Line.Document
)

// String names the style as lab files spell it.
func (s Style) String() string {
	if s == Document {
		return "document"
	}
	return "ios"
}

// printer collects the listing.
type printer struct {
	strings.Builder
	style Style
	lines int // lines written so far, "!" of the section rules aside
}

// Print returns the listing from the first "!" through "end", every line
// ended by a line feed.
func Print(t *Tree, style Style, layout Layout) string {
	p := &printer{style: style}
	p.mark(1)
	items := t.Root.items()
	for s := range sectionCount {
		n := 0
		for n < len(items) && items[n].place.Section == s {
			n++
		}
		p.section(rules[s], items[:n], layout)
		items = items[n:]
	}
	p.items(items, 0, 1) // sections that no rule knows: print, never lose
	p.WriteString("end\n")
	return p.String()
}

// PrintNode returns what "show running-config interface X" lists: a "!", the
// block and "end".
func PrintNode(n *Node, style Style) string {
	p := &printer{style: style}
	p.mark(1)
	p.node(n)
	p.WriteString("end\n")
	return p.String()
}

// PrintBlock returns the block alone, as "show running-config | section"
// lists it.
func PrintBlock(n *Node, style Style) string {
	p := &printer{style: style}
	p.node(n)
	return p.String()
}

// Bytes returns the N of "Current configuration : N bytes" for a listing from
// the first "!" through "end": every line with its line feed, plus one
// (reference cli 5.1).
func Bytes(listing string) int {
	if !strings.HasSuffix(listing, "\n") {
		listing += "\n"
	}
	return len(listing) + 1
}

// section prints the items of one section and the "!" lines its rule asks for.
func (p *printer) section(r rule, items []item, layout Layout) {
	before := p.lines
	for i, it := range items {
		if r.parting == byGroup && i > 0 && it.place.Order[0] != items[i-1].place.Order[0] {
			p.mark(1)
		}
		p.items(items[i:i+1], 0, max(r.children, 1))
		if r.parting == byBlock && it.block != nil {
			p.mark(1)
		}
	}
	p.mark(r.closing(layout, p.lines > before))
}

// node prints a block by itself, at the left margin.
func (p *printer) node(n *Node) {
	step := 1
	if s := n.place.Section; n.parent != nil && n.parent.parent == nil && s < sectionCount {
		step = max(rules[s].children, 1)
	}
	if n.parent == nil {
		p.items(n.items(), 0, 1)
		return
	}
	p.items([]item{{block: n}}, 0, step)
}

// items prints entries and blocks after indent blanks. The lines of a block
// are step blanks further in; one blank a level below that.
func (p *printer) items(items []item, indent, step int) {
	for _, it := range items {
		if it.block == nil {
			for _, l := range it.entry.Lines {
				p.line(l, indent)
			}
			continue
		}
		p.line(Line{Text: it.block.header}, indent)
		p.items(it.block.items(), indent+step, 1)
	}
}

// line writes one line. Only its first row is indented: the rows of a banner
// are content.
func (p *printer) line(l Line, indent int) {
	p.WriteString(strings.Repeat(" ", p.style.blanks(indent)))
	p.WriteString(p.style.text(l))
	p.WriteByte('\n')
	p.lines++
}

// mark writes n "!" lines.
func (p *printer) mark(n int) { p.WriteString(strings.Repeat("!\n", n)) }

// blanks turns the indentation of IOS style into that of s.
func (s Style) blanks(indent int) int {
	if s == Document && indent > 0 {
		return 2
	}
	return indent
}

// text returns the line as s spells it.
func (s Style) text(l Line) string {
	if s == Document && l.Document != "" {
		return l.Document
	}
	return l.Text
}
