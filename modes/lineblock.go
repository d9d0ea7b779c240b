package modes

import (
	"maps"
	"slices"
	"strings"

	"tandem/config"
	"tandem/parser"
	"tandem/platform"
)

// The vty lines of one configuration are kept as blocks that cover each line
// once. "line vty 2 6" cuts the blocks there are at 2 and 7, makes what is
// missing, and what is typed then goes into all of them; when it is left,
// neighbours that hold the same are joined again, but never over the border
// between 4 and 5, which a router always prints.
const (
	vtyHeader = "line vty "
	lastFixed = 4 // vty 0 to 4 exist on every router
)

// span is a range of vty lines and its block.
type span struct {
	first, last int
	node        *config.Node
}

// vtySpans lists the vty blocks from 0 up.
func vtySpans(root *config.Node) []span {
	var out []span
	for _, n := range root.Children() {
		if !strings.HasPrefix(n.Header(), vtyHeader) {
			continue
		}
		f := strings.Fields(n.Header())
		out = append(out, span{atoi(f[2]), atoi(f[len(f)-1]), n})
	}
	slices.SortFunc(out, func(a, b span) int { return a.first - b.first })
	return out
}

func vtyName(first, last int) string {
	if first == last {
		return vtyHeader + itoa(first)
	}
	return vtyHeader + itoa(first) + " " + itoa(last)
}

func openVTY(root *config.Node, first, last int) *config.Node {
	return root.Open(vtyName(first, last), lineMode, in(config.SectionLines, 3, first))
}

// lineMode is the mode of every line block.
const lineMode = "config-line"

// openLines is the Nodes of lineBlock.
func openLines(x *Exec, a parser.Args) []*config.Node {
	if !a.Has("vty") {
		n := x.Node.Open(lineHeader(a), lineMode, linePlace(x, a))
		return []*config.Node{n}
	}
	first, last := vtyRange(a)
	growVTYs(x.Node, last)
	cutVTYs(x.Node, first)
	cutVTYs(x.Node, last+1)
	var out []*config.Node
	for _, s := range vtySpans(x.Node) {
		if s.first >= first && s.last <= last {
			out = append(out, s.node)
		}
	}
	x.Shell.split = out[0]
	return out
}

func vtyRange(a parser.Args) (first, last int) {
	first = a.Int("first")
	if a.Has("last") {
		return first, a.Int("last")
	}
	return first, first
}

// growVTYs makes the lines up to last that are not there yet. A new line asks
// for its password, unless the lists of aaa say how to log in.
func growVTYs(root *config.Node, last int) {
	have := vtyCount(root)
	for _, to := range []int{min(last, lastFixed), last} {
		if have > to {
			continue
		}
		n := openVTY(root, have, to)
		if !aaaNewModel.Value(root) {
			setLogin(n, loginPassword)
		}
		have = to + 1
	}
}

// vtyCount is the number of vty lines.
func vtyCount(root *config.Node) int {
	spans := vtySpans(root)
	if len(spans) == 0 {
		return 0
	}
	return spans[len(spans)-1].last + 1
}

// cutVTYs makes a block begin at vty number at.
func cutVTYs(root *config.Node, at int) {
	for _, s := range vtySpans(root) {
		if s.first >= at || s.last < at {
			continue
		}
		root.Rename(s.node.Header(), vtyName(s.first, at-1))
		n := openVTY(root, at, s.last)
		for _, e := range s.node.Entries() {
			n.Set(e)
		}
	}
}

// joinLines undoes cuts that turned out to make no difference, once the block
// that made them is left.
func (s *Shell) joinLines() {
	if s.split == nil || s.top().node == s.split {
		return
	}
	s.split = nil
	root := s.Device.Config().Root
	spans := vtySpans(root)
	for i := len(spans) - 1; i > 0; i-- {
		a, b := spans[i-1], spans[i]
		if a.last == lastFixed || !maps.EqualFunc(linesOf(a.node), linesOf(b.node), slices.Equal[[]config.Line]) {
			continue
		}
		root.Remove(b.node.Header())
		root.Rename(a.node.Header(), vtyName(a.first, b.last))
		spans[i-1].last = b.last
	}
}

func linesOf(n *config.Node) map[config.Slot][]config.Line {
	out := map[config.Slot][]config.Line{}
	for _, e := range n.Entries() {
		out[e.Slot] = e.Lines
	}
	return out
}

// closeLines is the no form of lineBlock: vty lines above 4 go away, all
// others return to what they were delivered with.
func closeLines(x *Exec, a parser.Args) error {
	if !a.Has("vty") {
		header := lineHeader(a)
		if x.Node.Remove(header) {
			for _, l := range x.Device.Hardware().Lines() {
				if l.Header() == header {
					x.reload(append([]string{header}, l.Untouched...))
				}
			}
		}
		return nil
	}
	first, last := vtyRange(a)
	if last < vtyCount(x.Node)-1 && first > lastFixed {
		return Refuse("%% Can't remove line %d: remove the lines behind it first", first)
	}
	cutVTYs(x.Node, first)
	cutVTYs(x.Node, last+1)
	for _, s := range vtySpans(x.Node) {
		if s.first >= first && s.last <= last {
			x.Node.Remove(s.node.Header())
		}
	}
	growVTYs(x.Node, lastFixed)
	return nil
}

// reload types lines from a file, in the middle of a configuration.
func (x *Exec) reload(lines []string) {
	x.Print(NewShell(x.Device, x.Shell.grammar).Load(x.Now, strings.Join(lines, "\n")))
}

// LineNode returns the block of a terminal line, nil when nobody configured
// it. n counts within the kind; a TTY is known by its absolute number.
func LineNode(t *config.Tree, kind platform.LineKind, n int) *config.Node {
	switch kind {
	case platform.Console:
		return t.Root.Child("line con 0")
	case platform.Aux:
		return t.Root.Child("line aux 0")
	case platform.TTY:
		return t.Root.Child("line " + itoa(n))
	}
	for _, s := range vtySpans(t.Root) {
		if s.first <= n && n <= s.last {
			return s.node
		}
	}
	return nil
}

// VTYs returns how many vty lines a configuration has.
func VTYs(t *config.Tree) int { return vtyCount(t.Root) }
