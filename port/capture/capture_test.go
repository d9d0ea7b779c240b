package capture_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"tandem/port"
	"tandem/port/capture"
	"tandem/port/mem"
	"tandem/wire"
)

// stopped is a clock that stands still at the given second.
func stopped(second int64) func() time.Time {
	return func() time.Time { return time.Unix(second, 7) }
}

func frame(mark byte) []byte {
	b := make([]byte, 60)
	wire.Ethernet(b).Put(wire.BroadcastMAC, wire.MAC{2, 0, 0, 0, 0, mark}, 0x88b5)
	return b
}

// record sends one frame each way past a captured port.
func record(t *testing.T, w io.Writer) *capture.File {
	t.Helper()
	near, far := mem.Pair()
	file := capture.NewFile(w)
	watched, err := file.Tap("RouterA Gi0/0", near, stopped(1000))
	require.NoError(t, err)
	second, err := file.AddInterface("RouterB Gi0/0")
	require.NoError(t, err)
	require.Equal(t, 1, second)

	_, err = watched.Write([][]byte{frame(1)})
	require.NoError(t, err)
	_, err = far.Write([][]byte{frame(2), frame(3)})
	require.NoError(t, err)
	bufs, sizes := port.Batch()
	n, err := watched.Read(bufs, sizes)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.NoError(t, file.Record(second, time.Unix(1001, 0), frame(4)))
	require.Error(t, file.Record(2, time.Unix(1001, 0), frame(5)), "no such interface")

	require.Equal(t, port.DefaultMTU, watched.MTU(), "the rest is the port's own")
	return file
}

func TestCaptureReadsBack(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, record(t, &out).Stop())
	var again bytes.Buffer
	require.NoError(t, record(t, &again).Stop())
	require.Equal(t, out.Bytes(), again.Bytes(), "the same traffic gives the same file")

	r, err := pcapgo.NewNgReader(&out, pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	for i, want := range []struct {
		mark  byte
		face  int
		nanos int64
	}{{1, 0, 1000e9 + 7}, {2, 0, 1000e9 + 7}, {3, 0, 1000e9 + 7}, {4, 1, 1001e9}} {
		data, about, err := r.ReadPacketData()
		require.NoError(t, err)
		require.Equal(t, frame(want.mark), data, "frame %d", i)
		require.Equal(t, want.face, about.InterfaceIndex)
		require.Equal(t, want.nanos, about.Timestamp.UnixNano())
	}
	face, err := r.Interface(1)
	require.NoError(t, err)
	require.Equal(t, "RouterB Gi0/0", face.Name)
	_, _, err = r.ReadPacketData()
	require.ErrorIs(t, err, io.EOF)
}

func TestTsharkReadsTheFile(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skipf("no tshark on this system: %v", err)
	}
	name := filepath.Join(t.TempDir(), "a.pcapng")
	out, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, record(t, out).Stop())
	require.NoError(t, out.Close())

	cmd := exec.Command(tshark, "-r", name, "-T", "fields", "-e", "frame.interface_name", "-e", "eth.src", "-e", "frame.time_epoch")
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "LC_ALL=C")
	listing, err := cmd.Output()
	require.NoError(t, err)
	require.Equal(t, "RouterA Gi0/0\t02:00:00:00:00:01\t1000.000000007\n"+
		"RouterA Gi0/0\t02:00:00:00:00:02\t1000.000000007\n"+
		"RouterA Gi0/0\t02:00:00:00:00:03\t1000.000000007\n"+
		"RouterB Gi0/0\t02:00:00:00:00:04\t1001.000000000\n", string(listing))
}

// full is a disk without room for more than a few bytes.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestAFailedCaptureLeavesTrafficAlone(t *testing.T) {
	near, far := mem.Pair()
	file := capture.NewFile(&full{room: 200})
	watched, err := file.Tap("Gi0/0", near, stopped(0))
	require.NoError(t, err)
	for range 5 {
		n, err := watched.Write([][]byte{frame(1)})
		require.NoError(t, err)
		require.Equal(t, 1, n)
	}
	require.EqualValues(t, 5, far.Counts().FramesIn)
	require.ErrorIs(t, file.Record(0, time.Time{}, frame(1)), errFull)
	require.ErrorIs(t, file.Stop(), errFull)
	require.NoError(t, file.Stop())
	require.ErrorIs(t, file.Record(0, time.Time{}, frame(1)), capture.ErrStopped)
	_, err = file.AddInterface("x")
	require.ErrorIs(t, err, capture.ErrStopped)
}
