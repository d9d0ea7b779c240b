package sctp_test

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"tandem/ipc/sctp"
	"tandem/wire"
)

// recorder writes what both ends send to a pcapng file of IPv4 packets.
type recorder struct {
	t     *testing.T
	file  *os.File
	w     *pcapgo.NgWriter
	count int
	kinds map[sctp.ChunkType]int
}

func newRecorder(t *testing.T, path string) *recorder {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	w, err := pcapgo.NewNgWriter(f, layers.LinkTypeIPv4)
	require.NoError(t, err)
	return &recorder{t: t, file: f, w: w, kinds: map[sctp.ChunkType]int{}}
}

// attach records w from now on; each association needs a pair of ports of its
// own, or the reader would take it for a continuation.
func (r *recorder) attach(w *wires) {
	w.record = func(src, dst wire.Addr, packet []byte) {
		b := wire.AppendIPv4(nil, wire.IPv4Header{Fragment: wire.DontFragment, TTL: 255, Proto: wire.ProtoSCTP, Src: src, Dst: dst}, len(packet))
		b = append(b, packet...)
		err := r.w.WritePacket(gopacket.CaptureInfo{Timestamp: time.Unix(0, int64(w.now)), CaptureLength: len(b), Length: len(b)}, b)
		require.NoError(r.t, err)
		r.count++
		for rest := packet[sctp.HeaderLen:]; len(rest) > 0; {
			var c sctp.Chunk
			c, rest, err = sctp.NextChunk(rest)
			require.NoError(r.t, err)
			r.kinds[c.Type]++
		}
	}
}

func (r *recorder) close() {
	require.NoError(r.t, r.w.Flush())
	require.NoError(r.t, r.file.Close())
}

// stories are associations that together have every chunk we send.
var stories = []struct {
	name string
	tell func(t *testing.T, w *wires)
}{
	{"messages over a bad link, heartbeats, shutdown", func(t *testing.T, w *wires) {
		w.loss, w.dup, w.jitter = 0.05, 0.05, 3*time.Millisecond
		w.up()
		tr := traffic{count: 60}
		require.True(t, w.until(time.Minute, func() bool { tr.pump(t, w.ends[0]); return len(w.ends[1].got) == tr.count }))
		w.run(10 * time.Second)
		w.ends[1].Shutdown(w.now)
		w.run(5 * time.Second)
	}},
	{"both start, one aborts", func(_ *testing.T, w *wires) {
		w.ends[0].Connect(0)
		w.ends[1].Connect(0)
		w.run(time.Second)
		w.ends[0].Abort(w.now)
		w.run(time.Second)
	}},
	{"unknown chunks and parameters, an invalid stream", func(t *testing.T, w *wires) {
		w.up()
		e := w.ends[1]
		tag := e.Status(w.now).LocalTag
		for _, kind := range []sctp.ChunkType{0x7f, 0xff} {
			for n := range 8 {
				e.Input(w.now, a1, b1, forge(tag, sctp.Chunk{Type: kind, Body: make([]byte, n)}))
			}
		}
		w.flush()
		packet := sctp.AppendHeader(nil, sctp.Header{SrcPort: 5000, DstPort: 5001})
		start := len(packet)
		packet = sctp.AppendInit(packet, sctp.Init, sctp.InitMessage{Tag: 9, Window: 9000, OutStreams: 2, InStreams: 3, TSN: 8})
		packet = append(packet, 0xc0, 0x77, 0, 7, 1, 2, 3, 0)
		binary.BigEndian.PutUint16(packet[start+2:], uint16(len(packet)-start-1))
		sctp.Seal(packet)
		e.Input(w.now, a1, b1, packet)
		w.flush()
	}},
	{"a reload during shutdown", func(t *testing.T, w *wires) {
		w.up()
		w.tap = func(_ int, packet []byte) bool { return sctp.ChunkType(packet[12]) != sctp.ShutdownComplete }
		w.ends[0].Shutdown(w.now)
		require.True(t, w.until(time.Second, func() bool { return w.ends[1].State() == sctp.ShutdownAckSent }))
		a, _ := configs(99, 1)
		w.power(0, a)
		w.tap = nil
		w.ends[0].Connect(w.now)
		w.run(2 * time.Second)
	}},
	{"a stale cookie, a packet out of the blue", func(_ *testing.T, w *wires) {
		w.tap = func(from int, packet []byte) bool {
			return sctp.ChunkType(packet[12]) != sctp.CookieEcho || w.now > 1<<30
		}
		w.ends[0].Connect(w.now)
		w.run(4 * time.Second)
		w.ends[1].Input(w.now, a1, b1, forge(1, sctp.Chunk{Type: sctp.ShutdownAck}))
		w.flush()
	}},
	{"a peer that breaks the protocol", func(_ *testing.T, w *wires) {
		w.up()
		tag := w.ends[1].Status(w.now).LocalTag
		w.ends[1].Input(w.now, a1, b1, forge(tag, sctp.Chunk{Type: sctp.Data, Flags: 3, Body: make([]byte, 12)}))
		w.run(time.Second)
	}},
}

// tell plays all stories into a capture file.
func tell(t *testing.T, path string) *recorder {
	r := newRecorder(t, path)
	for i, s := range stories {
		a, b := configs(uint64(i), 2)
		for _, c := range []*sctp.Config{&a, &b} {
			c.HeartbeatInterval, c.CookieLife, c.MaxInitRetrans = time.Second, time.Second, 20
		}
		w := newWires(t, uint64(i), a, b)
		r.attach(w)
		s.tell(t, w)
	}
	r.close()
	return r
}

// What Wireshark makes of our packets: no malformed one, no wrong checksum and
// no complaint of its experts.
func TestWiresharkReadsOurPackets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "association.pcapng")
	r := tell(t, path)
	for _, kind := range []sctp.ChunkType{
		sctp.Data, sctp.Init, sctp.InitAck, sctp.Sack, sctp.Heartbeat, sctp.HeartbeatAck, sctp.Abort, sctp.Shutdown,
		sctp.ShutdownAck, sctp.Error, sctp.CookieEcho, sctp.CookieAck, sctp.ShutdownComplete,
	} {
		require.NotZero(t, r.kinds[kind], "no %v in the stories", kind)
	}
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skipf("no tshark to judge the capture: %v", err)
	}
	read := func(filter string, fields ...string) []string {
		args := []string{"-r", path, "-o", "sctp.checksum:crc-32c", "-Y", filter, "-T", "fields"}
		for _, f := range fields {
			args = append(args, "-e", f)
		}
		out, err := exec.Command(tshark, args...).Output()
		require.NoError(t, err)
		return strings.FieldsFunc(string(out), func(c rune) bool { return c == '\n' })
	}
	require.Len(t, read("sctp", "frame.number"), r.count)
	require.Len(t, read("sctp.checksum.status == 1", "frame.number"), r.count, "good checksums")
	require.Empty(t, read("_ws.malformed || _ws.expert", "frame.number", "_ws.expert.message"))
}
