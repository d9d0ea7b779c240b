package clients_test

import (
	"strconv"
	"strings"
)

func expectVersion(r *run) string { return strings.TrimSpace(r.does("expect", "-v")) }

func driveExpect(r *run) {
	for _, d := range r.pair {
		r.does("expect", r.script("drive.exp"), d.name, strconv.Itoa(d.ssh), strconv.Itoa(d.telnet))
		r.saved(d, mark(r.number)...)
	}
	r.row.result = "passes"
}
