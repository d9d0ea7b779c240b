package appliance_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// figures are the numbers of a screen, addresses aside.
var figures = regexp.MustCompile(`\d+(?:\.\d+){3}|\b[0-9A-F]{8}\b|\d+`)

// layout is a screen with N for its numbers.
func layout(text string) string {
	return figures.ReplaceAllStringFunc(text, func(s string) string {
		if strings.Contains(s, ".") {
			return s
		}
		return "N"
	})
}

// The screens of the association, as reference ha 4.5 remembers them.
var sctpScreens = []struct{ line, want string }{
	{"show ip sctp association list", `
** SCTP Association List **

AssocID: N,  Instance ID: N
Current state: ESTABLISHED
Local port: N, Addrs: 192.168.1.1 192.168.2.1
Remote port: N, Addrs: 192.168.1.2 192.168.2.2

`},
	{"show ip sctp association parameters 0", `
** SCTP Association Parameters **

AssocID: N  Context: N  InstanceID: N
Assoc state: ESTABLISHED  Uptime: N:N:N.N
Local port: N
Local addresses: 192.168.1.1 192.168.2.1

Remote port: N
Primary dest addr: 192.168.1.2
Effective primary dest addr: 192.168.2.2
Destination addresses:

192.168.1.2:  State: INACTIVE
  Heartbeats: Enabled  Timeout: N ms
  RTO/RTT/SRTT: N/N/N ms  TOS: N  MTU: N
  cwnd: N  ssthresh: N  outstand: N
  Num retrans: N  Max retrans: N  Num times failed: N

192.168.2.2:  State: ACTIVE
  Heartbeats: Enabled  Timeout: N ms
  RTO/RTT/SRTT: N/N/N ms  TOS: N  MTU: N
  cwnd: N  ssthresh: N  outstand: N
  Num retrans: N  Max retrans: N  Num times failed: N

Local vertag: N  Remote vertag: N
Num inbound streams: N  outbound streams: N
Max assoc retrans: N  Max init retrans: N
CumSack timeout: N ms  Bundle timeout: N ms
Min RTO: N ms  Max RTO: N ms
LocalRwnd: N  Low: N  RemoteRwnd: N  Low: N
Congest levels: N  current level: N  high mark: N

`},
	{"show ip sctp association statistics 0", `
** SCTP Association Statistics **

AssocID/InstanceID: N/N
Current State: ESTABLISHED
Control Chunks
  Sent: N  Rcvd: N
Data Chunks Sent
  Total: N  Retransmitted: N
  Ordered: N  Unordered: N
  Avg bundled: N  Total Bytes: N
Data Chunks Rcvd
  Total: N  Discarded: N
  Ordered: N  Unordered: N
  Avg bundled: N  Total Bytes: N
  Out of Seq TSN: N
ULP Dgrams
  Sent: N  Ready: N  Rcvd: N

`},
	{"show ip sctp errors", `
*** SCTP Error Statistics **

Destination Address Failed: N
`},
	{"show ip sctp instances", `
*** SCTP Instances ****

Instance ID: N  Local port: N
Instance state: available
Local addrs: 192.168.1.1 192.168.2.1
Default streams inbound: N  outbound: N
 Current associations: (max allowed: N)
 AssocID: N  State: ESTABLISHED  Remote port: N
  Dest addrs: 192.168.1.2 192.168.2.2
`},
	{"show ip sctp statistics", `
*** SCTP Overall Statistics ****

Control Chunks
  Sent: N  Rcvd: N
Data Chunks Sent
  Total: N  Retransmitted: N
  Ordered: N  Unordered: N
  Total Bytes: N
Data Chunks Rcvd
  Total: N  Discarded: N
  Ordered: N  Unordered: N
  Total Bytes: N
  Out of Seq TSN: N
SCTP Dgrams
  Sent: N  Rcvd: N
ULP Dgrams
  Sent: N  Ready: N  Rcvd: N

Additional Stats
  Assocs Currently Estab: N
  TN Expired: N  Fast retransmits: N
  Path MTU lowered: N
`},
	{"show ipc status", `IPC System Status

Zone default, association N: up

  Messages sent              N
  Messages received          N
  Messages acknowledged      N
  Chunks retransmitted       N
  Messages refused           N
  Messages dropped           N
  Association established    N
  Association lost           N
`},
	{"show ipc nodes", `There are N nodes in this IPC realm.
   ID    Type       Name                     Sent       Heard
     N   Local      RouterA                    N          N
     N   SCTP       peer                       N          N
`},
	{"show ipc ports", `There are N ports defined.

Port ID   Type       Name
      N   Unicast    RF : Default.N
      N   Unicast    CF : Default.N
`},
	{"show ipc queue", `There are N IPC messages waiting for acknowledgement in the transmit queue.
There are N SCTP chunks waiting to be sent.
`},
	{"show ipc zones", `IPC zone default
  Association N: up
    Local  port N, addresses 192.168.1.1 192.168.2.1
    Remote port N, addresses 192.168.1.2 192.168.2.2
`},
}

func TestScreensOfTheAssociation(t *testing.T) {
	p := newTwoPath(t, 1)
	require.NoError(t, p.Impair("first", "loss", "100%"))
	require.NoError(t, p.Advance(time.Minute))
	for _, s := range sctpScreens {
		require.Equal(t, s.want, layout(p.show("RouterA", s.line)), s.line)
	}
	require.Contains(t, p.show("RouterA", "show ip sctp association parameters"), "MTU: 1500\n")
	p.show("RouterA", "clear ip sctp statistics")
	require.Contains(t, p.show("RouterA", "show ip sctp errors"), "No SCTP errors logged.\n")
	require.Contains(t, p.show("RouterA", "show ip sctp association statistics"), "Retransmitted: 0\n")

	p.configure("RouterA", "ipc zone default", "association 1", "shutdown")
	require.NoError(t, p.Advance(time.Second))
	require.Equal(t, "\n** SCTP Association List **\n\n", p.show("RouterA", "show ip sctp association list"))
	require.Contains(t, p.show("RouterA", "show ip sctp instances"), "Instance state: unavailable\n")
	require.Contains(t, p.show("RouterA", "show ipc zones"), "Association 1: down (administratively shut down)\n")
	require.Contains(t, p.show("RouterA", "show ipc nodes"), "There is 1 node")
}

// A value that is the default is none, and is not printed (reference ha 4.2).
func TestDefaultsOfTheAssociationAreNotPrinted(t *testing.T) {
	p := newTwoPath(t, 1)
	local := []string{"ipc zone default", "association 1", "protocol sctp", "local-port 5000"}
	shut := []string{"ipc zone default", "association 1", "shutdown"}
	p.configure("RouterA", append(local, "path-retransmit 4", "path-retransmit 9")...)
	p.configure("RouterA", shut...)
	p.configure("RouterA", append(local, "retransmit-timeout 300 msec 600 msec", "assoc-retransmit 4")...)
	require.Contains(t, p.show("RouterA", "show running-config"), `
   local-port 5000
    local-ip 192.168.1.1 192.168.2.1
    path-retransmit 9
   remote-port 5000
`)
}
