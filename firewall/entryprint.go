package firewall

import (
	"fmt"
	"strconv"
	"strings"
)

// Spacing says how the action is set off from what follows it.
type Spacing uint8

// The spacings. IOS pads the action of running-config lines to the width of
// permit; listings that went through a document have a single blank.
const (
	Padded Spacing = iota // "deny   ip any any"
	Single                // "deny ip any any"
)

var actionText = [...]string{Permit: "permit", Deny: "deny", Remark: "remark"}

// String names the action as on the command line.
func (a Action) String() string {
	if int(a) < len(actionText) {
		return actionText[a]
	}
	return "unknown"
}

// Line prints the entry as the running configuration does, from the action on
// and without a sequence number. ParseEntry reads it back (reference firewall 5.2).
func (e Entry) Line(kind Kind, spacing Spacing) string {
	if e.Action == Remark {
		return "remark " + e.Text
	}
	head := e.Action.String()
	if spacing == Padded {
		head = fmt.Sprintf("%-6s", head)
	}
	if kind == Standard {
		return head + " " + e.standardSource(" ") + e.logText()
	}
	return head + " " + e.extendedText()
}

// Show prints the entry as show access-lists does, with its sequence number
// and the count of matches (reference firewall 5.4).
func (e Entry) Show(kind Kind, sequence uint32, matches uint64) string {
	text := e.Action.String() + " "
	if kind == Standard {
		text = fmt.Sprintf("%-6s ", e.Action) + e.standardSource(", wildcard bits ") + e.logText()
	} else {
		text += e.extendedText()
	}
	switch matches {
	case 0:
	case 1:
		text += " (1 match)"
	default:
		text += fmt.Sprintf(" (%d matches)", matches)
	}
	return fmt.Sprintf("    %d %s", sequence, text)
}

func (e *Entry) standardSource(wildcard string) string {
	switch e.Src.Wildcard {
	case 0:
		return e.Src.Addr.String()
	case Any.Wildcard:
		return "any"
	}
	return e.Src.Addr.String() + wildcard + e.Src.Wildcard.String()
}

func (m AddrMatch) text() string {
	switch m.Wildcard {
	case 0:
		return "host " + m.Addr.String()
	case Any.Wildcard:
		return "any"
	}
	return m.Addr.String() + " " + m.Wildcard.String()
}

func (m PortMatch) text(words []word) string {
	if m.Op == AnyPort {
		return ""
	}
	var b strings.Builder
	b.WriteString(" " + nameOf(operatorWords, uint16(m.Op)))
	for _, p := range m.Ports[:m.Count] {
		b.WriteString(" " + nameOf(words, p))
	}
	return b.String()
}

func (e *Entry) extendedText() string {
	ports := portWords(e.Proto)
	var b strings.Builder
	b.WriteString(ProtocolName(e.Proto))
	b.WriteString(" " + e.Src.text() + e.SrcPort.text(ports))
	b.WriteString(" " + e.Dst.text() + e.DstPort.text(ports))
	b.WriteString(e.icmpText())
	if e.Established {
		b.WriteString(" established")
	}
	b.WriteString(e.Flags.text())
	b.WriteString(e.Precedence.text(" precedence ", precedenceWords))
	b.WriteString(e.TOS.text(" tos ", tosWords))
	b.WriteString(e.DSCP.text(" dscp ", dscpWords))
	if e.TTL.Op != AnyPort {
		b.WriteString(" ttl" + e.TTL.text(nil))
	}
	if e.Fragments {
		b.WriteString(" fragments")
	}
	b.WriteString(e.logText())
	return b.String()
}

func (f Field) text(head string, words []word) string {
	if !f.Given {
		return ""
	}
	return head + nameOf(words, uint16(f.Value))
}

func (e *Entry) logText() string {
	return [...]string{NoLog: "", Log: " log", LogInput: " log-input"}[e.Log]
}

func (e *Entry) icmpText() string {
	m := e.ICMP
	if m.Terms == 0 {
		return ""
	}
	code := uint16(icmpNoCode)
	if m.Terms == 2 {
		code = uint16(m.Code)
	}
	named := m.Terms == 1 || code != icmpNoCode
	for _, w := range icmpWords {
		if named && w.number == uint16(m.Type)<<8|code {
			return " " + w.name
		}
	}
	text := " " + strconv.Itoa(int(m.Type))
	if m.Terms == 2 {
		text += " " + strconv.Itoa(int(m.Code))
	}
	return text
}

func (m FlagMatch) text() string {
	var b strings.Builder
	switch m.Op {
	case AnyFlags:
		return ""
	case MatchAny:
		b.WriteString(" match-any")
	case MatchAll:
		b.WriteString(" match-all")
	}
	for _, w := range []word{{"ack", 0x10}, {"fin", 0x01}, {"psh", 0x08}, {"rst", 0x04}, {"syn", 0x02}, {"urg", 0x20}} {
		bit := uint8(w.number)
		switch {
		case m.Op == FlagList && m.Set&bit != 0:
			b.WriteString(" " + w.name)
		case m.Op != FlagList && m.Set&bit != 0:
			b.WriteString(" +" + w.name)
		}
		if m.Op != FlagList && m.Clear&bit != 0 {
			b.WriteString(" -" + w.name)
		}
	}
	return b.String()
}
