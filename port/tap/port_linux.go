package tap

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/songgao/water"
	"golang.org/x/sys/unix"

	"tandem/port"
)

// Port is a TAP device. It implements port.Counted. Its carrier is the
// device's operational state, so "ip link set tap0 down" on the host pulls the
// cable; a new device is down until somebody sets it up.
type Port struct {
	port.Meter
	name  string
	file  *os.File
	raw   syscall.RawConn
	watch *watch

	in   transfer    // Read's, which has one caller at a time
	held atomic.Bool // the reader has frames that it has not dealt with
	mu   sync.Mutex
	out  transfer // guarded by mu
}

var (
	_ port.Counted = (*Port)(nil)
	_ port.Waiter  = (*Port)(nil)
)

// Open attaches to the named TAP device, which is made if there is none and
// then goes when the port is closed; one that was there stays. It needs the right to do so: CAP_NET_ADMIN,
// or a device that was made for this user. The device belongs to the network
// namespace of the calling thread.
func Open(name string) (port.Counted, error) {
	file, err := Descriptor(name)
	if err != nil {
		return nil, err
	}
	return Inherit(name, file)
}

// Descriptor attaches to the named TAP device as Open does, for a process that
// hands the descriptor on: a read is a frame, a write is a frame.
func Descriptor(name string) (*os.File, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	device, err := water.New(water.Config{
		DeviceType:             water.TAP,
		PlatformSpecificParams: water.PlatformSpecificParams{Name: name, Persist: exists(name)},
	})
	if err != nil {
		return nil, fmt.Errorf("tap: %s: %w", name, err)
	}
	file, ok := device.ReadWriteCloser.(*os.File)
	if !ok {
		return nil, errors.Join(fmt.Errorf("tap: %s: device gives no descriptor", name), device.Close())
	}
	return file, nil
}

// Inherit is Open with the descriptor of the device already at hand. The port
// closes it, on an error too.
func Inherit(name string, file *os.File) (port.Counted, error) {
	p := &Port{name: name, file: file}
	if err := p.start(name); err != nil {
		file.Close()
		return nil, fmt.Errorf("tap: %s: %w", name, err)
	}
	return p, nil
}

// exists reports whether there is an interface of that name. A TAP device that
// nobody holds is a lasting one, and water would make it go with its user.
func exists(name string) bool {
	_, err := net.InterfaceByName(name)
	return err == nil
}

func (p *Port) start(name string) error {
	var err error
	if p.raw, err = p.file.SyscallConn(); err != nil {
		return err
	}
	p.in.step, p.out.step = p.readSome, p.out.write
	p.watch, err = watchLink(name)
	return err
}

// transfer moves one batch while the descriptor is ready: a batch costs one
// visit to the poller, however many frames are in it.
type transfer struct {
	bufs  [][]byte
	sizes []int
	mtu   int
	n     int // frames done
	tally port.Tally
	err   error
	step  func(fd uintptr) (done bool) // bound once, so that no call allocates
}

// readSome is read for a descriptor that may have something to give.
func (p *Port) readSome(fd uintptr) bool {
	p.held.Store(true)
	done := p.in.read(fd)
	p.held.Store(p.in.n > 0)
	return done
}

func (t *transfer) read(fd uintptr) bool {
	for t.n < len(t.bufs) {
		size, err := unix.Read(int(fd), t.bufs[t.n])
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN:
			return t.n > 0
		case err != nil:
			t.err = err
			return true
		}
		if t.tally.Fits(size, t.mtu) {
			t.tally.Pass(size)
			t.sizes[t.n] = size
			t.n++
		}
	}
	return true
}

func (t *transfer) write(fd uintptr) bool {
	for t.n < len(t.bufs) {
		frame := t.bufs[t.n]
		if !t.tally.Fits(len(frame), t.mtu) {
			t.n++
			continue
		}
		_, err := unix.Write(int(fd), frame)
		switch err {
		case nil:
			t.tally.Pass(len(frame))
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return false
		case unix.ENOBUFS, unix.ENOMEM, unix.EINVAL:
			t.tally.Lost++
		default:
			t.err = err
			return true
		}
		t.n++
	}
	return true
}

// Read implements port.Port.
func (p *Port) Read(bufs [][]byte, sizes []int) (int, error) {
	t := &p.in
	t.bufs, t.sizes, t.mtu, t.n, t.tally, t.err = bufs, sizes, p.MTU(), 0, port.Tally{}, nil
	err := p.raw.Read(t.step)
	t.bufs, t.sizes = nil, nil
	p.AddIn(t.tally)
	if t.n > 0 {
		return t.n, nil // an error comes again with the next call
	}
	return 0, p.explain(err, t.err)
}

// Waiting implements port.Waiter.
func (p *Port) Waiting() bool {
	if p.held.Load() {
		return true
	}
	ready := false
	err := p.raw.Control(func(fd uintptr) {
		ask := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(ask, 0)
		ready = err == nil && n > 0 && ask[0].Revents&unix.POLLIN != 0
	})
	return err == nil && ready
}

// Write implements port.Port.
func (p *Port) Write(frames [][]byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.watch.signal.Up() {
		return 0, p.down(len(frames))
	}
	t := &p.out
	t.bufs, t.mtu, t.n, t.tally, t.err = frames, p.MTU(), 0, port.Tally{}, nil
	err := p.raw.Write(t.step)
	t.bufs = nil
	p.AddOut(t.tally)
	if t.err == unix.EIO { // set down since we looked
		return t.n, p.down(len(frames) - t.n)
	}
	return t.n, p.explain(err, t.err)
}

func (p *Port) down(frames int) error {
	if p.watch.shut.Load() {
		return net.ErrClosed
	}
	p.AddNoCarrier(frames)
	return port.ErrDown
}

// explain gives one error for what the poller and the system call said.
func (p *Port) explain(poll, call error) error {
	switch {
	case errors.Is(poll, net.ErrClosed), errors.Is(poll, fs.ErrClosed), p.watch.shut.Load():
		return net.ErrClosed
	case poll != nil:
		return fmt.Errorf("tap: %s: %w", p.name, poll)
	case call != nil:
		return fmt.Errorf("tap: %s: %w", p.name, call)
	}
	return nil
}

// Carrier implements port.Port.
func (p *Port) Carrier() <-chan bool { return p.watch.signal.Changes() }

// MTU implements port.Port: the device's own, as the host set it, up to what a
// buffer holds.
func (p *Port) MTU() int { return int(p.watch.mtu.Load()) }

// Close implements port.Port.
func (p *Port) Close() error {
	if !p.watch.close() {
		return nil
	}
	return p.file.Close()
}
