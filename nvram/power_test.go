package nvram

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	errFault = errors.New("injected fault")
	errPower = errors.New("power is off")
)

// inode is a file as the operating system holds it and as the medium does.
type inode struct{ cached, durable []byte }

// disk is a file system that forgets what was not made durable: the content of
// a file until Sync, the names in a folder until syncDir. The operation number
// left fails; with crash set, power is gone from then on.
type disk struct {
	names, durable map[string]*inode
	left           int
	crash, dead    bool
}

func newDisk() *disk {
	return &disk{names: map[string]*inode{}, durable: map[string]*inode{}, left: -1}
}

func (d *disk) step() error {
	if d.dead {
		return errPower
	}
	if d.left == 0 {
		d.left, d.dead = -1, d.crash
		return errFault
	}
	if d.left > 0 {
		d.left--
	}
	return nil
}

// restart returns the disk after power came back: names and contents as they
// were in memory or as they were on the medium.
func (d *disk) restart(keepNames, keepContent bool) *disk {
	out := newDisk()
	names := d.durable
	if keepNames {
		names = d.names
	}
	for name, n := range names {
		b := n.durable
		if keepContent {
			b = n.cached
		}
		out.names[name] = &inode{b, b}
		out.durable[name] = out.names[name]
	}
	return out
}

func (d *disk) mkdir(string) error { return d.step() }

func (d *disk) create(p string) (output, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	n := &inode{}
	d.names[p] = n
	return &handle{d, n}, nil
}

func (d *disk) rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.names[to] = d.names[from]
	delete(d.names, from)
	return nil
}

func (d *disk) remove(p string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.names[p] == nil {
		return fs.ErrNotExist
	}
	delete(d.names, p)
	return nil
}

func (d *disk) syncDir(p string) error {
	if err := d.step(); err != nil {
		return err
	}
	maps.DeleteFunc(d.durable, func(name string, _ *inode) bool { return strings.HasPrefix(name, p+"/") })
	for name, n := range d.names {
		if strings.HasPrefix(name, p+"/") {
			d.durable[name] = n
		}
	}
	return nil
}

func (d *disk) read(p string, _ int64) ([]byte, error) {
	if d.names[p] == nil {
		return nil, fs.ErrNotExist
	}
	return d.names[p].cached, nil
}

func (d *disk) head(p string, n int) ([]byte, int64, error) {
	b, err := d.read(p, 0)
	return b[:min(n, len(b))], int64(len(b)), err
}

func (d *disk) list(p string) ([]string, error) {
	var out []string
	for name := range d.names {
		if rest, ok := strings.CutPrefix(name, p+"/"); ok {
			out = append(out, rest)
		}
	}
	return out, nil
}

type handle struct {
	d *disk
	n *inode
}

// Write that fails has written half.
func (h *handle) Write(b []byte) (int, error) {
	if err := h.d.step(); err != nil {
		h.n.cached = append(h.n.cached, b[:len(b)/2]...)
		return len(b) / 2, err
	}
	h.n.cached = append(h.n.cached, b...)
	return len(b), nil
}

func (h *handle) Sync() error {
	if err := h.d.step(); err != nil {
		return err
	}
	h.n.durable = bytes.Clone(h.n.cached)
	return nil
}

func (h *handle) Close() error { return h.d.step() }

// prepared returns a store whose disk fails operation n from here on. old is
// what the startup configuration holds, nil for none.
func prepared(t *testing.T, old []byte, n int) (*Store, *disk) {
	t.Helper()
	d := newDisk()
	s, err := newStore(d, 1000)
	require.NoError(t, err)
	if old != nil {
		require.NoError(t, s.WriteStartup(old))
	}
	d.left = n
	return s, d
}

// restarted reads the startup configuration after every way in which power can
// come back.
func restarted(t *testing.T, d *disk, check func(text []byte, err error)) {
	t.Helper()
	for _, names := range []bool{false, true} {
		for _, content := range []bool{false, true} {
			s, err := newStore(d.restart(names, content), 1000)
			require.NoError(t, err)
			check(s.Startup())
			files, err := s.List("nvram:")
			require.NoError(t, err)
			require.LessOrEqual(t, len(files), 1)
		}
	}
}

func TestPowerLossLeavesOldOrNew(t *testing.T) {
	fresh := []byte("the new configuration\n")
	for _, old := range [][]byte{nil, []byte("the old one\n")} {
		oldOrNew := func(text []byte, err error) {
			switch {
			case old == nil && errors.Is(err, ErrEmpty):
			case err == nil && (string(text) == string(fresh) || old != nil && string(text) == string(old)):
			default:
				t.Errorf("read %q, %v", text, err)
			}
		}
		n := 0
		for ; ; n++ {
			s, d := prepared(t, old, n)
			d.crash = true
			if err := s.WriteStartup(fresh); err != nil {
				require.ErrorIs(t, err, errFault)
				restarted(t, d, oldOrNew)
				continue
			}
			restarted(t, d, func(text []byte, err error) {
				require.NoError(t, err)
				require.Equal(t, fresh, text, "a write that was reported is durable")
			})
			break
		}
		require.Equal(t, 6, n, "create, write, sync, close, rename, sync of the folder")
	}
}

func TestFaultLeavesOldOrNew(t *testing.T) {
	for n := 0; ; n++ {
		s, d := prepared(t, []byte("old"), n)
		err := s.WriteStartup([]byte("new"))
		if err == nil {
			break
		}
		require.ErrorIs(t, err, errFault)
		require.ErrorContains(t, err, "nvram:startup-config")
		require.NotContains(t, err.Error(), "\n")
		text, err := s.Startup()
		require.NoError(t, err)
		require.Contains(t, []string{"old", "new"}, string(text))
		for name := range d.names {
			require.False(t, strings.HasSuffix(name, partial), "%s left behind by fault %d", name, n)
		}
		require.NoError(t, s.WriteStartup([]byte("next")))
		text, err = s.Startup()
		require.NoError(t, err)
		require.Equal(t, "next", string(text))
	}
}

func TestEraseIsDurableOnceReported(t *testing.T) {
	for n := 0; ; n++ {
		s, d := prepared(t, []byte("old"), n)
		d.crash = true
		err := s.Erase()
		restarted(t, d, func(text []byte, readErr error) {
			if errors.Is(readErr, ErrEmpty) {
				return
			}
			require.NoError(t, readErr)
			require.Equal(t, "old", string(text))
			require.Error(t, err, "erased, reported, and there again")
		})
		if err == nil {
			break
		}
	}
}

func TestFaultWhileOpening(t *testing.T) {
	for n := range 4 {
		d := newDisk()
		d.names["nvram/startup-config"+partial] = &inode{}
		d.left = n
		_, err := newStore(d, 100)
		require.ErrorIs(t, err, errFault)
	}
}
