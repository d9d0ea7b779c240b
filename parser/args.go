package parser

import (
	"strconv"
	"strings"
)

// Arg is one captured word.
type Arg struct {
	Name  string // of the argument, or the keyword or its label
	Value string // as typed; keywords and interface names in full
	Start int    // byte of the line that the word starts at
}

// Args are the captured words of a line in the order typed.
type Args []Arg

// Get returns the first value captured under a name, "" when there is none.
func (a Args) Get(name string) string {
	for _, arg := range a {
		if arg.Name == name {
			return arg.Value
		}
	}
	return ""
}

// Offset returns where the word captured under a name starts in its line, 0
// when it is absent.
func (a Args) Offset(name string) int {
	for _, arg := range a {
		if arg.Name == name {
			return arg.Start
		}
	}
	return 0
}

// Int returns the value of a number argument, 0 when it is absent or not one.
func (a Args) Int(name string) int {
	n, err := strconv.ParseInt(a.Get(name), 10, 64)
	if err != nil {
		return 0
	}
	return int(n)
}

// Has reports whether the keyword or argument was typed.
func (a Args) Has(name string) bool {
	for _, arg := range a {
		if arg.Name == name {
			return true
		}
	}
	return false
}

// All returns every value captured under a name.
func (a Args) All(name string) []string {
	var values []string
	for _, arg := range a {
		if arg.Name == name {
			values = append(values, arg.Value)
		}
	}
	return values
}

// Names returns the captured names, one a word.
func (a Args) Names() []string {
	names := make([]string, len(a))
	for i, arg := range a {
		names[i] = arg.Name
	}
	return names
}

// String returns the line in full words.
func (a Args) String() string {
	values := make([]string, len(a))
	for i, arg := range a {
		values[i] = arg.Value
	}
	return strings.Join(values, " ")
}
