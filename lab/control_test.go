package lab_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/lab"
)

// recorder notes what was asked of it.
type recorder struct{ asked []string }

func (r *recorder) note(words ...string) error {
	r.asked = append(r.asked, strings.Join(words, " "))
	if words[1] == "bad" {
		return errors.New("lab: no such link: bad")
	}
	return nil
}

func (r *recorder) Cut(l string) error  { return r.note("cut", l) }
func (r *recorder) Join(l string) error { return r.note("join", l) }
func (r *recorder) Impair(l string, s ...string) error {
	return r.note(append([]string{"impair", l}, s...)...)
}

func (r *recorder) Power(n string, p lab.Power) error {
	return r.note("power", n, []string{"off", "on", "cycle"}[p])
}

func TestARunningLabIsControlledByName(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	err := lab.Remote("duo").Cut("inside")
	require.ErrorIs(t, err, lab.ErrNotRunning)
	require.Equal(t, "lab duo is not running; no lab is", err.Error())

	r := new(recorder)
	consoles := []lab.Console{{Node: "RouterA", Address: "127.0.0.1:2001"}}
	s, err := lab.Serve("duo", r, consoles)
	require.NoError(t, err)
	d := lab.Remote("duo")
	require.NoError(t, d.Cut("RouterA:GigabitEthernet0/0"))
	require.NoError(t, d.Join("pc"))
	require.NoError(t, d.Impair("outside", "delay", "20ms", "loss", "5%"))
	require.NoError(t, d.Power("RouterB", lab.Cycle))
	require.EqualError(t, d.Cut("bad"), "lab: no such link: bad")
	got, err := d.Consoles()
	require.NoError(t, err)
	require.Equal(t, consoles, got)

	_, err = lab.Serve("duo", r, nil)
	require.ErrorIs(t, err, lab.ErrRunning)
	require.Equal(t, []string{"duo"}, lab.Running())
	require.EqualError(t, lab.Remote("solo").Cut("x"), "lab solo is not running; running: duo")

	require.NoError(t, s.Close())
	require.ErrorIs(t, d.Cut("pc"), lab.ErrNotRunning)
	require.Equal(t, []string{
		"cut RouterA:GigabitEthernet0/0", "join pc", "impair outside delay 20ms loss 5%",
		"power RouterB cycle", "cut bad",
	}, r.asked)
}

func TestWhatADeadLabLeftIsReplaced(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	path := filepath.Join(dir, "tandem", "duo.sock")
	require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	l.SetUnlinkOnClose(false)
	require.NoError(t, l.Close())
	require.ErrorIs(t, lab.Remote("duo").Cut("x"), lab.ErrNotRunning)

	s, err := lab.Serve("duo", new(recorder), nil)
	require.NoError(t, err)
	require.NoError(t, lab.Remote("duo").Cut("x"))
	require.NoError(t, s.Close())
}

func TestControlRefusesBadNamesAndFolders(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	for _, name := range []string{"", "../x", "a/b", ".", ".."} {
		_, err := lab.Serve(name, new(recorder), nil)
		require.Error(t, err, name)
		require.Error(t, lab.Remote(name).Cut("x"), name)
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "tandem"), 0o700))
	require.NoError(t, os.Chmod(filepath.Join(dir, "tandem"), 0o777))
	_, err := lab.Serve("duo", new(recorder), nil)
	require.ErrorContains(t, err, "others may write")
}

func TestControlSurvivesBabble(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", dir)
	r := new(recorder)
	s, err := lab.Serve("duo", r, nil)
	require.NoError(t, err)
	for _, text := range []string{"{\n", "[]\n", "{\"verb\":\"explode\"}\n", strings.Repeat("x", 70<<10)} {
		c, err := net.Dial("unix", filepath.Join(dir, "tandem", "duo.sock"))
		require.NoError(t, err)
		_, _ = c.Write([]byte(text)) // the lab may hang up on too long a line
		require.NoError(t, c.Close())
	}
	require.NoError(t, lab.Remote("duo").Join("pc"))
	require.NoError(t, s.Close())
	require.Equal(t, []string{"join pc"}, r.asked)
}
