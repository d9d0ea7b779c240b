package syslog

import (
	"fmt"
	"time"
)

// Defaults of the history table (remembered).
const (
	DefaultHistorySize  = 1
	DefaultHistoryLevel = Warnings
)

// History is the table of the newest messages that management stations read,
// "logging history".
type History struct {
	Level   Severity // this severity or higher is kept
	Ignored int      // messages below it
	Flushed int      // entries that newer ones pushed out

	size    int
	saved   int // messages ever kept
	entries []HistoryEntry
}

// HistoryEntry is one message of the table.
type HistoryEntry struct {
	Number int    // from 1, in the order of all messages that were kept
	Name   string // "SYS-5-CONFIG_I"
	Text   string
	Uptime time.Duration // of the system when it was written
}

// Size returns how many entries the table holds at most.
func (h *History) Size() int { return h.size }

// SetSize sets how many entries the table holds; the oldest go when it
// shrinks.
func (h *History) SetSize(size int) {
	h.size = size
	h.trim()
}

// Entries returns the table, oldest first, until the next message.
func (h *History) Entries() []HistoryEntry { return h.entries }

func (h *History) add(m Message, uptime time.Duration) {
	if m.Severity > h.Level {
		h.Ignored++
		return
	}
	h.saved++
	h.entries = append(h.entries, HistoryEntry{
		Number: h.saved, Name: fmt.Sprintf("%s-%d-%s", m.Facility, m.Severity, m.Mnemonic), Text: m.Text, Uptime: uptime,
	})
	h.trim()
}

func (h *History) trim() {
	if n := len(h.entries) - h.size; n > 0 {
		h.entries = append(h.entries[:0], h.entries[n:]...)
		h.Flushed += n
	}
}
