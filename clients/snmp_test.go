package clients_test

import (
	"strings"

	"github.com/stretchr/testify/require"
)

func snmpVersion(r *run) string {
	out, _ := r.try("", "snmpwalk", "-V")
	_, version, _ := strings.Cut(strings.TrimSpace(out), "version: ")
	return "Net-SNMP " + version
}

// driveSNMP has nothing to walk: the routers have no agent. The day that one
// takes a community, this fails and wants to be written.
func driveSNMP(r *run) {
	for _, d := range r.pair {
		out := r.shell(d, "configure terminal\nsnmp-server community public RO\nend\nexit\n", "-T")
		require.Contains(r, out, "% Invalid input detected at '^' marker.", "the router has an SNMP agent: walk it")
	}
	r.drove("nothing")
	r.row.result = "the routers have no SNMP agent"
}
