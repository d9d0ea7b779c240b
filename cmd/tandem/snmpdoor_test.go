package main

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
	"github.com/stretchr/testify/require"
)

// A forward port to 161 reaches the agent from this machine.
func TestForwardedSNMP(t *testing.T) {
	dir, door := t.TempDir(), freePort(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lab.yaml"), []byte(
		"name: managed\nrouters:\n  R1:\n    config: R1.cfg\n    forward: {\""+door+"\": 161}\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "R1.cfg"), []byte("hostname R1\nsnmp-server community public RO\nend\n"), 0o600))
	live(t, dir, "")
	host, port, err := net.SplitHostPort(door)
	require.NoError(t, err)
	number, err := strconv.ParseUint(port, 10, 16)
	require.NoError(t, err)
	client := &gosnmp.GoSNMP{Target: host, Port: uint16(number), Community: "public", Version: gosnmp.Version2c, Timeout: 5 * time.Second, MaxOids: 10}
	require.NoError(t, client.Connect())
	defer client.Conn.Close()
	answer, err := client.Get([]string{".1.3.6.1.2.1.1.5.0"})
	require.NoError(t, err)
	require.Equal(t, []byte("R1"), answer.Variables[0].Value)
	all, err := client.BulkWalkAll(".1.3.6.1.2.1.2.2.1.2")
	require.NoError(t, err)
	require.Equal(t, []byte("GigabitEthernet0/0"), all[0].Value)
}
