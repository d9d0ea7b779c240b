package syslog

import (
	"fmt"
	"slices"
	"strings"
)

// escaper writes text as the content of an element.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// XML returns the message as the XML buffer keeps it; at is its time stamp, ""
// without one. IOS tags each argument of a message; here the whole text is the
// only one (assumed). A debug line has no name and belongs to no facility.
func (m Message) XML(at string) string {
	severity := m.Severity
	if m.Mnemonic == "" {
		severity = Debugging
	}
	return fmt.Sprintf(`<ios-log-msg><facility>%s</facility><severity>%d</severity><msg-id>%s</msg-id><time>%s</time>`+
		`<args><arg id="0">%s</arg></args></ios-log-msg>`,
		escaper.Replace(m.Facility), severity, escaper.Replace(m.Mnemonic), escaper.Replace(at), escaper.Replace(m.Text))
}

// SetXML sets the size of the XML buffer in bytes, 0 for none; older lines go
// when it shrinks.
func (l *Log) SetXML(size int) {
	l.xml.size = size
	l.xml.trim()
}

// XMLSize returns the size of the XML buffer in bytes, 0 for none.
func (l *Log) XMLSize() int { return l.xml.size }

// XMLLines returns the messages of the XML buffer, oldest first.
func (l *Log) XMLLines() []string { return slices.Clone(l.xml.lines) }

// ClearXML empties the XML buffer.
func (l *Log) ClearXML() { l.xml.clear() }
