package clients_test

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"
)

func snmpVersion(r *run) string {
	out, _ := r.try("", "snmpwalk", "-V")
	_, version, _ := strings.Cut(strings.TrimSpace(out), "version: ")
	return "Net-SNMP " + version
}

// driveSNMP starts the agents over SSH and reads them through forward ports.
func driveSNMP(r *run) {
	for _, d := range r.pair {
		r.shell(d, "configure terminal\nsnmp-server community reader RO\nsnmp-server location rack 7\nend\nwrite memory\nexit\n", "-T")
		require.Contains(r, d.startup(r.T), "\nsnmp-server community reader RO\n")
		agent := fmt.Sprintf("127.0.0.1:%d", d.snmp)
		read := func(tool, version, object string) string {
			out, err := r.try("", tool, version, "-c", "reader", "-On", agent, object)
			require.NoError(r, err, out)
			return out
		}
		system := read("snmpwalk", "-v2c", ".1.3.6.1.2.1.1")
		require.Contains(r, system, `.1.3.6.1.2.1.1.5.0 = STRING: "`+d.name+`.example.com"`)
		require.Contains(r, system, `.1.3.6.1.2.1.1.6.0 = STRING: "rack 7"`)
		r.drove("snmpwalk -v2c of the system group")
		names := read("snmpwalk", "-v1", ".1.3.6.1.2.1.2.2.1.2")
		require.Equal(r, names, read("snmpbulkwalk", "-v2c", ".1.3.6.1.2.1.2.2.1.2"))
		require.Contains(r, names, `STRING: "GigabitEthernet0/0"`)
		r.drove("ifTable by snmpwalk -v1 and snmpbulkwalk -v2c")
		require.Contains(r, read("snmpget", "-v2c", ".1.3.6.1.4.1.9.9.106.1.2.1.1.11.1.1"), "IpAddress: 10.0.0.3")
		require.Contains(r, read("snmpwalk", "-v2c", ".1.3.6.1.4.1.9.9.176.1.1"), ".1.3.6.1.4.1.9.9.176.1.1.2.0 = INTEGER: ")
		r.drove("CISCO-HSRP-MIB and CISCO-RF-MIB")
		whole := read("snmpwalk", "-v2c", ".1.3")
		require.Contains(r, whole, ".1.3.6.1.4.1.9.9.176.1.1.10.0 = Timeticks: ", "the end of the tree")
		r.drove("a walk of everything")
		_, err := r.try("", "snmpget", "-v2c", "-c", "guess", "-r", "0", "-t", "1", agent, ".1.3.6.1.2.1.1.5.0")
		require.Error(r, err)
		out, err := r.try("", "snmpset", "-v2c", "-c", "reader", agent, ".1.3.6.1.2.1.1.5.0", "s", "x")
		require.Error(r, err)
		require.Contains(r, out, "notWritable")
		r.drove("an unknown community gets no answer, snmpset is refused")
	}
	r.row.result = "passes"
}
