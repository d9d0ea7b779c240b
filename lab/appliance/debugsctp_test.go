package appliance_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sctpLines is what each category of debug ip sctp shows while an association
// is shut, started again, loses a path and finds it.
var sctpLines = []struct{ category, line string }{
	{"api", `SCTP: Assoc 0: (shutdown asked for|connect to \[192\.168\.1\.2 192\.168\.2\.2\] port 5000)`},
	{"congestion", `SCTP: Assoc 0: everything in flight is lost on 192\.168\.1\.2, cwnd 1500, ssthresh \d+, outstand \d+`},
	{"init", `SCTP: Assoc 0: INIT ACK received from 192\.168\.\d\.2, tag [0-9A-F]{8}, window \d+, streams 16/16`},
	{"multihome", `SCTP: Assoc 0: destaddr 192\.168\.1\.2 failed 5 times and is inactive`},
	{"performance", `SCTP Sent:  SCTP Dgrams \d+, Chunks \d+, Data Chunks \d+, ULP Dgrams \d+`},
	{"rcvchunks", `SCTP: Assoc 0: rcvd from 192\.168\.2\.2 SACK chunk, 12 bytes`},
	{"rto", `SCTP: Assoc 0: destaddr 192\.168\.1\.2, RTT \d+ ms, SRTT \d+ ms, RTO 600 ms`},
	{"segments", `SCTP: Sent: Assoc 0: s=192\.168\.1\.1 5000, d=192\.168\.1\.2 5000, len \d+\n`},
	{"segmentv", `SCTP: Recv: Assoc 0: s=192\.168\.\d\.2 5000, d=192\.168\.\d\.1 5000, len \d+, ver tag [0-9A-F]{8}\n(.*\n)+?.*SCTP:         TSN ack: [0-9A-F]{8}, rwnd: \d+, num frags: 0, num dups: 0`},
	{"signal", `SCTP: Assoc 0: communication up`},
	{"sndchunks", `SCTP: Assoc 0: sent to 192\.168\.\d\.2 COOKIE ECHO chunk, 76 bytes`},
	{"state", `SCTP: Assoc 0: state COOKIE-WAIT -> COOKIE-ECHOED`},
	{"timer", `SCTP: Assoc 0: timer T3-rtx of 192\.168\.1\.2 expired at `},
	{"warnings", `SCTP: Assoc 0: warning, packet from 192\.168\.2\.2: Invalid checksums`},
}

func TestEveryDebugOfSCTPTellsWhatHappens(t *testing.T) {
	for _, c := range sctpLines {
		t.Run(c.category, func(t *testing.T) {
			p := newTwoPath(t, 1)
			p.configure("RouterA", "logging buffered 1000000 debugging", "no logging console")
			heading := map[string]string{"rcvchunks": "Receive Chunks", "sndchunks": "Send Chunks", "segmentv": "Segments Verbose", "api": "API", "rto": "RTO"}[c.category]
			if heading == "" {
				heading = strings.ToUpper(c.category[:1]) + c.category[1:]
			}
			require.Equal(t, "SCTP "+heading+" debugging is on\n", p.show("RouterA", "debug ip sctp "+c.category))
			require.Contains(t, p.show("RouterA", "show debugging"), "SCTP:\n  SCTP "+heading+" debugging is on\n")
			association := []string{"ipc zone default", "association 1"}
			p.configure("RouterA", append(association, "shutdown")...)
			require.NoError(t, p.Advance(time.Second))
			p.configure("RouterA", append(association, "no shutdown")...)
			require.NoError(t, p.Advance(10*time.Second))
			require.NoError(t, p.Impair("first", "loss", "100%"))
			require.NoError(t, p.Impair("second", "corrupt", "5%"))
			require.NoError(t, p.Advance(time.Minute))
			require.NoError(t, p.Impair("second", "none"))
			text := p.show("RouterA", "show logging")
			require.Regexp(t, regexp.MustCompile(c.line), text)

			require.Equal(t, "SCTP "+heading+" debugging is off\n", p.show("RouterA", "undebug ip sctp "+c.category))
			require.NoError(t, p.Advance(20*time.Second))
			said := strings.Count(p.show("RouterA", "show logging"), "SCTP")
			require.NoError(t, p.Advance(20*time.Second))
			require.Equal(t, said, strings.Count(p.show("RouterA", "show logging"), "SCTP"))
		})
	}
}
