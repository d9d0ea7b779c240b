package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"tandem/router"
	"tandem/wire"
)

// wireTo returns the end of a port that a guard holds, and the far one.
func wireTo(t *testing.T) (port, far *os.File) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	port, far = os.NewFile(uintptr(fds[0]), "port"), os.NewFile(uintptr(fds[1]), "far")
	t.Cleanup(func() { port.Close(); far.Close() })
	return port, far
}

func frameOf(dst, src wire.MAC, text string) []byte {
	b := make([]byte, wire.EthernetLen, wire.EthernetLen+len(text))
	wire.Ethernet(b).Put(dst, src, wire.EtherIPv4)
	return append(b, text...)
}

// A guard says the last words of its router on the port they are for. What is
// sent to the dead router waits until its successor speaks, and then goes to
// that one, from the dead router's own MAC; everything else is dropped.
func TestHandoverPassesOnWhatComesToTheDead(t *testing.T) {
	inside, lan := wireTo(t)
	outside, wan := wireTo(t)
	host, dead, virtual := wire.MAC{2, 1}, wire.MAC{2, 2}, wire.HSRPVirtualMAC(1, 1)
	resign := frameOf(wire.AllRouters.MulticastMAC(), dead, "resign")
	send := func(frame []byte) {
		_, err := lan.Write(frame)
		require.NoError(t, err)
	}
	send(frameOf(virtual, host, "early"))
	send(frameOf(dead, host, "to the router itself"))
	send([]byte("runt"))
	send(frameOf(wire.BroadcastMAC, virtual, "announcement of the successor"))
	send(frameOf(virtual, host, "late"))

	newHandover([]*os.File{inside, outside}, []router.LastWord{{Port: 0, MAC: virtual, Frame: resign}, {Port: 7, Frame: resign}}).run()

	var buf [2048]byte
	for _, want := range [][]byte{resign, frameOf(virtual, dead, "early"), frameOf(virtual, dead, "late")} {
		n, err := lan.Read(buf[:])
		require.NoError(t, err)
		require.Equal(t, want, buf[:n])
	}
	for _, quiet := range []*os.File{lan, wan} {
		require.NoError(t, unix.SetNonblock(int(quiet.Fd()), true))
		_, err := unix.Read(int(quiet.Fd()), buf[:])
		require.ErrorIs(t, err, unix.EAGAIN)
	}
}
