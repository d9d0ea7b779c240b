package firewall

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Choice is what may stand at a place of an entry's line: a word, or an
// argument as help shows it ("A.B.C.D", "<0-65535>", "LINE").
type Choice struct{ Word, Help string }

// The arguments of an entry as help shows them.
var (
	choiceAddress  = Choice{"A.B.C.D", "IP address"}
	choiceWildcard = Choice{"A.B.C.D", "Wildcard bits"}
	choicePort     = Choice{"<0-65535>", "Port number"}
	choiceRemark   = Choice{"LINE", "Comment up to 100 characters"}
)

// NextEntryWords returns what may follow the words of an entry's line, in the
// order help lists it, and whether the entry may end there. The error is that
// of ParseEntry for words that no entry begins with.
func NextEntryWords(tokens []string, kind Kind) (next []Choice, complete bool, err error) {
	p := entryParser{tokens: tokens, kind: kind, asked: true}
	switch err := p.parse(); {
	case err == nil:
		complete = true
	case p.at < len(tokens):
		return nil, false, err
	}
	slices.SortStableFunc(p.next, func(a, b Choice) int { return cmp.Compare(a.Word, b.Word) })
	return slices.Compact(p.next), complete, nil
}

// offer notes what could be read at the end of the words.
func (p *entryParser) offer(choices ...Choice) {
	if p.asked && !p.more() {
		p.next = append(p.next, choices...)
	}
}

// offerWords is offer for a table of words.
func (p *entryParser) offerWords(words []word) {
	if !p.asked || p.more() {
		return
	}
	for _, w := range words {
		p.next = append(p.next, Choice{w.name, helpOf(words, w.name)})
	}
}

// offerNumber offers the number that may stand instead of a word of the table.
func (p *entryParser) offerNumber(words []word, most uint64) {
	switch {
	case most == 0xffff:
		p.offer(choicePort)
	case len(words) > 0 && &words[0] == &protocolWords[0]:
		p.offer(Choice{"<0-255>", "An IP protocol number"})
	default:
		p.offer(Choice{"<0-" + strconv.FormatUint(most, 10) + ">", "Value to match"})
	}
}

// offerFlags offers the flags behind match-all and match-any.
func (p *entryParser) offerFlags() {
	for _, w := range flagWords {
		p.offer(Choice{"+" + w.name, wordHelp[w.name]}, Choice{"-" + w.name, "Match on the " + strings.ToUpper(w.name) + " bit being clear"})
	}
}
