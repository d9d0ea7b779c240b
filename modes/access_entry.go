package modes

import (
	"errors"
	"strings"

	"tandem/firewall"
	"tandem/parser"
)

// entryTail lets the grammar read the entry of an access list behind its
// action: help and TAB know every place of it.
type entryTail struct{ kind firewall.Kind }

// Judge implements parser.Type: the entry itself is judged when it is read.
func (entryTail) Judge(token string) (int, bool) { return len(token), token != "" }

// Show implements parser.Type.
func (entryTail) Show() string { return "LINE" }

// Rank implements parser.Type.
func (entryTail) Rank() parser.Rank { return parser.Free }

// Next implements parser.Tail. What follows permit and deny is the same.
func (t entryTail) Next(words []string) (rows []parser.Row, complete, ok bool) {
	next, complete, err := firewall.NextEntryWords(append([]string{"permit"}, words...), t.kind)
	if err != nil {
		return nil, false, false
	}
	for _, c := range next {
		rows = append(rows, parser.Row{Token: c.Word, Text: c.Help})
	}
	return rows, complete, true
}

// Grammar of an entry: entryWords behind its sequence number, which only named
// lists take.
const (
	standardEntry = "{{permit | deny} <entry:standard-entry> | remark <text:line>}"
	extendedEntry = "{{permit | deny} <entry:extended-entry> | remark <text:line>}"
)

func entrySyntax(kind firewall.Kind) string {
	if kind == firewall.Standard {
		return standardEntry
	}
	return extendedEntry
}

func entryHelp(more Words) Words {
	more["permit"] = "Specify packets to forward"
	more["deny"] = "Specify packets to reject"
	more["remark"] = "Access list entry comment"
	more["entry"] = "Protocol, source, destination and options"
	more["text"] = "Comment up to 100 characters"
	return more
}

// readEntry reads the entry of a matched line.
func readEntry(a parser.Args, kind firewall.Kind) (firewall.Entry, error) {
	words := []string{"permit"}
	switch {
	case a.Has("remark"):
		words = append([]string{"remark"}, strings.Fields(a.Get("text"))...)
	case a.Has("deny"):
		words = append([]string{"deny"}, strings.Fields(a.Get("entry"))...)
	default:
		words = append(words, strings.Fields(a.Get("entry"))...)
	}
	entry, at, err := firewall.ParseEntry(words, kind)
	if err != nil {
		return entry, entryError(a, kind, words, at, err)
	}
	return entry, nil
}

// entryError points at the byte of the entry that nothing accepts (reference
// cli 1.3).
func entryError(a parser.Args, kind firewall.Kind, words []string, at int, err error) error {
	switch {
	case errors.Is(err, firewall.ErrIncomplete), at >= len(words):
		return errIncomplete
	case errors.Is(err, firewall.ErrAmbiguous):
		return errAmbiguous
	}
	rest, offset := a.Get("entry"), 0
	for i := 1; i <= at; i++ {
		offset += strings.Index(rest[offset:], words[i])
		if i < at {
			offset += len(words[i])
		}
	}
	rows, _, _ := entryTail{kind}.Next(words[1:at])
	fit := 0
	for _, r := range rows {
		if n := parser.Fit(r.Token, words[at]); n < len(words[at]) { // else the value as a whole is illegal
			fit = max(fit, n)
		}
	}
	return CaretError{Arg: "entry", Within: offset + fit}
}
