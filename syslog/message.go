// Package syslog holds the log messages a router prints: the message itself,
// its IOS form, and the buffer that show logging reads.
package syslog

import "fmt"

// Severity is a syslog severity: 0 emergencies to 7 debugging.
type Severity uint8

// The severities by their IOS names.
const (
	Emergencies Severity = iota
	Alerts
	Critical
	Errors
	Warnings
	Notifications
	Informational
	Debugging
)

// Message is one log message before it gets its time stamp. A message without
// a Mnemonic is a debug line: its Text stands alone.
type Message struct {
	Facility string // "HSRP"
	Severity Severity
	Mnemonic string // "STATECHANGE"
	Text     string
}

// String prints the message as it follows the time stamp:
// "%HSRP-5-STATECHANGE: text", or the bare text of a debug line.
func (m Message) String() string {
	if m.Mnemonic == "" {
		return m.Text
	}
	return fmt.Sprintf("%%%s-%d-%s: %s", m.Facility, m.Severity, m.Mnemonic, m.Text)
}
