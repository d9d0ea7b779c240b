package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/lab"
)

// recorded copies the dual-LAN lab into a folder of the test and makes it
// capture both LANs.
func recorded(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"lab.yaml", "RouterA.cfg", "RouterB.cfg"} {
		text, err := os.ReadFile(filepath.Join("../../examples/dual-lan", name))
		require.NoError(t, err)
		for _, lan := range []string{"inside", "outside"} {
			text = []byte(strings.Replace(string(text), "  "+lan+": {}", "  "+lan+": {capture: "+lan+".pcapng}", 1))
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	return dir
}

// The main job on real input and in real time: elect, inspect, pull a cable,
// lose no byte, come back as standby. Then tshark reads what was on the wires.
func TestLiveFailover(t *testing.T) {
	dir := recorded(t)
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	p, err := start(dir, settings{seed: 1, log: func(text string) { t.Log(text) }})
	require.NoError(t, err)
	stopped := false
	t.Cleanup(func() {
		if !stopped {
			require.NoError(t, p.stop())
		}
	})
	a, b, pc, server := telnet(t, p, "RouterA"), telnet(t, p, "RouterB"), telnet(t, p, "pc"), telnet(t, p, "server")
	pc.until("pc> ")
	server.until("server> ")
	a.privileged("RouterA")
	b.privileged("RouterB")
	a.sees("Grp 2 state Standby -> Active\r\n")
	b.sees("(SSO)\r\n")
	require.Contains(t, a.command("show standby brief", "RouterA#"), "Active   local           10.0.0.2")
	require.Contains(t, b.command("show redundancy states", "RouterB#"), "my state = 8  -STANDBY HOT")

	pc.command("connect tcp 211.0.0.100 7 rate 50", "pc> ")
	server.command("connect tcp 10.0.0.100 7", "server> ")
	sessions := ""
	for !strings.Contains(sessions, "=>(211.0.0.100:7) tcp SIS_OPEN") {
		sessions = a.command("show ip inspect sessions", "RouterA#")
	}
	copied := ""
	for !strings.Contains(copied, "tcp SIS_OPEN  HA_STANDBY") {
		copied = b.command("show ip inspect ha sessions", "RouterB#")
	}
	require.Contains(t, server.command("show flows", "server> "), "administratively prohibited", "the access list refuses what comes from outside")

	require.NoError(t, lab.Remote(p.topology.Name).Cut("RouterA:GigabitEthernet0/0"))
	b.sees("Grp 1 state Standby -> Active\r\n")
	require.Contains(t, b.command("show ip inspect sessions", "RouterB#"), "=>(211.0.0.100:7) tcp SIS_OPEN")
	a.sees("started!\r\n")
	require.NoError(t, lab.Remote(p.topology.Name).Join("RouterA:GigabitEthernet0/0"))
	a.send("\r")
	a.until("RouterA>")
	a.sees("(SSO)\r\n")

	// what the flow sent meanwhile comes back, to the last record
	var flow string
	var fields []string
	for received := 0; received < 200; {
		flow = pc.command("show flows", "pc> ")
		fields = strings.Fields(flow[strings.Index(flow, "1 tcp")+2:])
		received, err = strconv.Atoi(fields[4])
		require.NoError(t, err, flow)
	}
	require.Equal(t, []string{"tcp", "211.0.0.100:7", "established"}, fields[:3], flow)
	require.Equal(t, []string{"0", "0", "0", "0"}, fields[5:9], "lost, duplicated, out of order, damaged: %s", flow)

	stopped = true
	require.NoError(t, p.stop())
	read(t, filepath.Join(dir, "inside.pcapng"), "sctp.chunk_type == 0", "hsrp")
	read(t, filepath.Join(dir, "outside.pcapng"), "hsrp", "tcp.port == 7")
}

// read has tshark dissect a capture: nothing malformed, no bad checksum, and
// some of each kind of packet that must be there.
func read(t *testing.T, file string, kinds ...string) {
	t.Helper()
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("no tshark to read the captures:", err)
	}
	count := func(filter string) int {
		cmd := exec.Command(tshark, "-r", file, "-o", "sctp.checksum:CRC32C", "-o", "ip.check_checksum:TRUE",
			"-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-Y", filter, "-T", "fields", "-e", "frame.number")
		cmd.Stderr = io.Discard
		out, err := cmd.Output()
		require.NoError(t, err, filter)
		return strings.Count(string(out), "\n")
	}
	require.Zero(t, count("_ws.malformed"), "%s: malformed packets", file)
	require.Zero(t, count(`ip.checksum.status == "Bad" || tcp.checksum.status == "Bad" || udp.checksum.status == "Bad" || sctp.checksum.status == "Bad"`),
		"%s: bad checksums", file)
	for _, k := range kinds {
		require.NotZero(t, count(k), "%s: no %s", file, k)
	}
}
