package lab

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SyntaxError is one fault of a lab file.
type SyntaxError struct {
	File         string
	Line, Column int // from 1
	Text         string
}

// Error prints file:line:column: what was expected.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text)
}

// maxFaults bounds what one reading reports.
const maxFaults = 20

// document collects the faults of one file while it is read.
type document struct {
	file   string
	faults []error
}

func (d *document) fault(n *yaml.Node, format string, args ...any) {
	if len(d.faults) < maxFaults {
		d.faults = append(d.faults, &SyntaxError{d.file, max(n.Line, 1), max(n.Column, 1), fmt.Sprintf(format, args...)})
	}
}

// parse returns the top node of data, or nil after a fault.
func (d *document) parse(data []byte) *yaml.Node {
	var top yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	if err := dec.Decode(&top); err != nil {
		d.yamlFault(err)
		return nil
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		d.fault(&second, "a lab file is one YAML document")
		return nil
	}
	if top.Kind != yaml.DocumentNode || len(top.Content) != 1 {
		d.fault(&top, "name, routers, segments and hosts are expected")
		return nil
	}
	return top.Content[0]
}

// yamlFault turns the YAML reader's "yaml: line N: text" into our form; it
// tells no column.
func (d *document) yamlFault(err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if n, scanErr := fmt.Sscanf(text, "line %d: ", &line); scanErr == nil && n == 1 {
		_, text, _ = strings.Cut(text, ": ")
	}
	if text == "EOF" {
		text = "the file is empty"
	}
	d.faults = append(d.faults, &SyntaxError{d.file, max(line, 1), 1, text})
}

func (d *document) err() error { return errors.Join(d.faults...) }

// plain reports faults of anchors and aliases: a lab file has none.
func (d *document) plain(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.fault(n, "anchors and aliases are not used in lab files")
		return false
	}
	return true
}

// mapping calls each entry in order; a key that stands twice is a fault, and a
// value left empty is an empty mapping.
func (d *document) mapping(n *yaml.Node, what string, entry func(key, value *yaml.Node)) {
	if !d.plain(n) || n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.fault(n, "%s: \"key: value\" lines are expected, not %s", what, kindName(n))
		return
	}
	seen := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if !d.plain(k) || !d.plain(v) {
			continue
		}
		if k.Kind != yaml.ScalarNode || k.Value == "" || k.Tag == "!!merge" {
			d.fault(k, "%s: a plain key is expected", what)
			continue
		}
		if first, twice := seen[k.Value]; twice {
			d.fault(k, "%s: %q already stands at line %d", what, k.Value, first.Line)
			continue
		}
		seen[k.Value] = k
		entry(k, v)
	}
}

// list calls each item of a sequence.
func (d *document) list(n *yaml.Node, what string, item func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		d.fault(n, "%s: a list such as [a, b] is expected, not %s", what, kindName(n))
		return
	}
	for _, v := range n.Content {
		if d.plain(v) {
			item(v)
		}
	}
}

// text returns a scalar as written.
func (d *document) text(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || n.Value == "" {
		d.fault(n, "%s is expected, not %s", what, kindName(n))
		return "", false
	}
	return n.Value, true
}

func kindName(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null" || n.Value == "":
		return "nothing"
	}
	return fmt.Sprintf("%q", n.Value)
}
