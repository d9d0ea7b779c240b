package modes

// Example is one line of a declaration's Examples with the mode it is typed in.
type Example struct{ Mode, Line string }

// AllExamples returns those of every declaration.
func AllExamples() []Example {
	var out []Example
	for _, d := range declarations() {
		mode, _ := d.declare()
		var lines []string
		switch d := d.(type) {
		case setter:
			lines = d.examples()
		case Block:
			lines = d.Examples
		case Verb:
			lines = d.Examples
		}
		for _, l := range lines {
			out = append(out, Example{mode, l})
		}
	}
	return out
}

// Undeclared returns the grammars of configuration lines that have no example.
func Undeclared() []string {
	var out []string
	for _, d := range declarations() {
		if l, ok := d.(setter); ok && len(l.examples()) == 0 {
			_, c := d.declare()
			out = append(out, c.Syntax)
		}
	}
	return out
}
