package modes

import (
	"errors"
	"strings"

	"tandem/clock"
	"tandem/config"
	"tandem/parser"
)

// configLine runs a line of a configuration mode: the current mode first, then
// each enclosing one (reference cli 1.11).
func (s *Shell) configLine(x *Exec, text string) {
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	body := text[indent:]
	if body == "" || body[0] == '!' {
		return
	}
	prompt := s.Prompt()
	if rest, at, ok := s.doCommand(body); ok {
		s.runExec(x, prompt, rest, indent+at)
		return
	}
	furthest := parser.Match{Outcome: parser.Invalid, Offset: -1}
	for depth := len(s.stack) - 1; depth >= 1; depth-- {
		f := s.stack[depth]
		m := s.privileged(f.mode, body, s.grammar.graphs[f.mode].MatchConfig)
		switch m.Outcome {
		case parser.Matched:
			s.runConfig(x, depth, prompt, text, indent, m)
			return
		case parser.Ambiguous, parser.Incomplete:
			x.loadError(text)
			x.Print(x.refuse(prompt, m, 0))
			return
		}
		if m.Offset > furthest.Offset {
			furthest = m
		}
	}
	s.refuseConfig(x, prompt, text, indent, furthest)
}

// refuseConfig prints a refused line. From a file the line itself comes first
// and the caret knows no prompt (reference cli 1.3).
func (s *Shell) refuseConfig(x *Exec, prompt, text string, indent int, m parser.Match) {
	if x.loading {
		prompt = ""
	}
	x.loadError(text)
	x.Print(x.refuse(prompt, m, indent))
}

// runConfig carries out a matched configuration line at a depth of the mode
// stack. The modes below that depth are left only when the line was taken.
func (s *Shell) runConfig(x *Exec, depth int, prompt, text string, indent int, m parser.Match) {
	kept := s.stack
	s.stack = s.stack[: depth+1 : depth+1]
	x.Node = s.top().node
	var err error
	switch c := m.Command.Value.(type) {
	case setter:
		err = c.set(x, m)
		for _, n := range s.top().also {
			if x.Node = n; err == nil {
				err = c.set(x, m)
			}
		}
	case Block:
		err = s.runBlock(x, c, m)
	case Verb:
		also := s.top().also
		err = c.Run(x, m.Form, m.Args)
		for _, n := range also {
			if x.Node = n; err == nil && m.Command.No != "-" { // exit and end act once
				err = c.Run(x, m.Form, m.Args)
			}
		}
	}
	if err == nil {
		if !x.loading && m.Command.No != "-" { // exit and end change nothing
			s.Device.Upkeep().changes.record(s.Device, x.Now, s, written(m))
		}
		return
	}
	s.stack = kept
	if failure, ok := parseFailure(err, m.Args); ok {
		s.refuseConfig(x, prompt, text, indent, failure)
		return
	}
	x.loadError(text)
	x.Print(refusal(err) + "\n")
}

// parseFailure returns the match that an error of a matched line stands for.
func parseFailure(err error, a parser.Args) (parser.Match, bool) {
	var caret CaretError
	switch {
	case errors.As(err, &caret):
		return parser.Match{Outcome: parser.Invalid, Offset: a.Offset(caret.Arg) + caret.Within}, true
	case errors.Is(err, errAmbiguous):
		return parser.Match{Outcome: parser.Ambiguous}, true
	case errors.Is(err, errIncomplete):
		return parser.Match{Outcome: parser.Incomplete}, true
	}
	return parser.Match{}, false
}

// runBlock opens, reopens or removes a sub-mode's block.
func (s *Shell) runBlock(x *Exec, b Block, m parser.Match) error {
	header, parent := b.header(m.Args), x.Node
	apart := b.Apart != nil && b.Apart(m.Args)
	if node := parent.Child(header); m.Form == parser.Defaulted && b.Reset != nil && node != nil {
		return b.Reset(x, m.Args, node)
	}
	if m.Form != parser.Plain {
		if b.Nodes != nil {
			return b.Close(x, m.Args)
		}
		if parent.Child(header) == nil && !apart {
			return nil
		}
		if b.Close == nil {
			return Refuse("%% This can't be removed")
		}
		if err := b.Close(x, m.Args); err != nil {
			return err
		}
		parent.Remove(header)
		return nil
	}
	if b.Open != nil {
		if err := b.Open(x, m.Args); err != nil {
			return err
		}
	}
	mode := b.mode(m.Args)
	if b.Nodes != nil {
		nodes := b.Nodes(x, m.Args)
		s.stack = append(s.stack, frame{mode: mode, node: nodes[0], also: nodes[1:]})
		return nil
	}
	if apart {
		parent = config.New().Root
	}
	node := parent.Child(header)
	if node == nil && b.Single {
		node = renameOnly(parent, mode, header)
	}
	if node == nil {
		node = parent.Open(header, mode, b.Place(x, m.Args))
		if b.New != nil {
			b.New(x, node)
		}
	}
	s.stack = append(s.stack, frame{mode: mode, node: node})
	return nil
}

// renameOnly gives the one block of a mode another header, keeping what it
// holds; nil when there is none.
func renameOnly(parent *config.Node, mode, header string) *config.Node {
	for _, c := range parent.Children() {
		if c.Mode() == mode {
			return parent.Rename(c.Header(), header)
		}
	}
	return nil
}

// enterConfig goes from exec to global configuration.
func (s *Shell) enterConfig() {
	s.stack = append(s.stack[:1], frame{mode: ConfigMode, node: s.Device.Config().Root})
}

// leaveConfig goes back to exec and says so in the log.
func (s *Shell) leaveConfig(now clock.Time) {
	if !s.InConfig() {
		return
	}
	s.stack = s.stack[:1]
	s.joinLines()
	s.Device.Configured(now, s.User, s.Origin)
}

// up leaves the current configuration mode for its parent.
func (s *Shell) up(now clock.Time) {
	if len(s.stack) == 2 {
		s.leaveConfig(now)
		return
	}
	s.stack = s.stack[:len(s.stack)-1]
}

// doCommand splits "do show clock" typed in a configuration mode: the exec
// line and where it starts.
func (s *Shell) doCommand(body string) (rest string, at int, ok bool) {
	word, rest, found := strings.Cut(body, " ")
	if !found || !strings.EqualFold(word, "do") {
		return "", 0, false
	}
	trimmed := strings.TrimLeft(rest, " ")
	if trimmed == "" {
		return "", 0, false
	}
	return trimmed, len(body) - len(trimmed), true
}
