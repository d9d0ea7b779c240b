package nvram_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/nvram"
)

// both runs a test on a directory and in memory.
func both(t *testing.T, size int, test func(t *testing.T, s *nvram.Store)) {
	t.Run("directory", func(t *testing.T) {
		s, err := nvram.Open(filepath.Join(t.TempDir(), "RouterA"), size)
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		test(t, s)
	})
	t.Run("memory", func(t *testing.T) { test(t, nvram.NewMemory(size)) })
}

func TestUsableBytes(t *testing.T) {
	require.Equal(t, 245752, nvram.Usable(239))
	require.Equal(t, 491512, nvram.Usable(479))
}

func TestStartupConfiguration(t *testing.T) {
	both(t, nvram.Usable(479), func(t *testing.T, s *nvram.Store) {
		_, err := s.Startup()
		require.ErrorIs(t, err, nvram.ErrEmpty)
		require.EqualError(t, err, "nvram: startup-config is not present")
		require.NoError(t, s.WriteStartup([]byte("!\nend\n")))
		require.NoError(t, s.WriteStartup([]byte("!\nhostname A\nend\n")))
		text, err := s.Startup()
		require.NoError(t, err)
		require.Equal(t, "!\nhostname A\nend\n", string(text))
		used, err := s.Used()
		require.NoError(t, err)
		require.Equal(t, len(text), used)
		require.Equal(t, 491512, s.Size())

		clear(text) // the caller's copy is the caller's
		again, err := s.Startup()
		require.NoError(t, err)
		require.Equal(t, "!\nhostname A\nend\n", string(again))

		require.NoError(t, s.Write("nvram:private-config", []byte("key")))
		require.NoError(t, s.Write("flash:backup", []byte("kept")))
		require.NoError(t, s.Erase())
		_, err = s.Startup()
		require.ErrorIs(t, err, nvram.ErrEmpty)
		kept, err := s.Read("flash:backup")
		require.NoError(t, err)
		require.Equal(t, "kept", string(kept))
		require.NoError(t, s.Erase(), "erasing nothing")
	})
}

func TestNamedFiles(t *testing.T) {
	both(t, 1000, func(t *testing.T, s *nvram.Store) {
		require.NoError(t, s.Write("flash:/b-2", []byte("two")))
		require.NoError(t, s.Write("flash:b-1", nil))
		files, err := s.List("flash:")
		require.NoError(t, err)
		require.Equal(t, []nvram.File{{Name: "flash:b-1"}, {Name: "flash:b-2", Size: 3}}, files)
		empty, err := s.Read("flash:b-1")
		require.NoError(t, err)
		require.Empty(t, empty)
		require.NoError(t, s.Delete("flash:b-1"))
		require.ErrorIs(t, s.Delete("flash:b-1"), fs.ErrNotExist)
		_, err = s.Read("flash:b-1")
		require.ErrorIs(t, err, fs.ErrNotExist)
		_, err = s.List("tftp:")
		require.ErrorIs(t, err, nvram.ErrName)
		_, err = s.List("flash")
		require.ErrorIs(t, err, nvram.ErrName)
	})
}

func TestDirectories(t *testing.T) {
	both(t, 1000, func(t *testing.T, s *nvram.Store) {
		require.ErrorIs(t, s.Write("flash:old/a", []byte("one")), fs.ErrNotExist)
		require.NoError(t, s.Write("flash:old/", nil))
		require.NoError(t, s.Write("flash:/old/deep/", nil))
		require.NoError(t, s.Write("flash:old/deep/a", []byte("one")))
		require.NoError(t, s.Write("flash:old-a", nil))
		for _, taken := range []string{"flash:old", "flash:old/", "flash:old-a/"} {
			require.ErrorIs(t, s.Write(taken, nil), fs.ErrExist, taken)
		}
		require.ErrorIs(t, s.Write("flash:new/", []byte("x")), nvram.ErrName)
		files, err := s.List("flash:")
		require.NoError(t, err)
		require.Equal(t, []nvram.File{{Name: "flash:old-a"}, {Name: "flash:old/"}, {Name: "flash:old/deep/"}, {Name: "flash:old/deep/a", Size: 3}}, files)
		content, err := s.Read("flash:/old/deep/a")
		require.NoError(t, err)
		require.Equal(t, "one", string(content))
		require.ErrorIs(t, s.Delete("flash:old/"), nvram.ErrInUse)
		for _, name := range []string{"flash:old/deep/a", "flash:old/deep/", "flash:old/"} {
			require.NoError(t, s.Delete(name))
		}
		require.ErrorIs(t, s.Delete("flash:old/"), fs.ErrNotExist)
	})
}

func TestNamesThatAreRefused(t *testing.T) {
	s := nvram.NewMemory(1000)
	for _, name := range []string{
		"", "startup-config", "nvram:", "nvram:/", "disk0:a", "flash:../a", "nvram:a/b", "flash:a//b", "flash:a/../b", "flash:a/.b", "flash:/", "flash:a=b", "nvram:a/", "flash:.hidden", "flash:a~",
		"flash:a b", "flash:a\n", "flash:\x00", "flash:ü", "flash:" + strings.Repeat("a", 129), "nvram:-a", "flash://a",
	} {
		require.ErrorIs(t, s.Write(name, nil), nvram.ErrName, "%q", name)
		_, err := s.Read(name)
		require.ErrorIs(t, err, nvram.ErrName, "%q", name)
		require.NotContains(t, err.Error(), "\n")
	}
	require.NoError(t, s.Write("flash:"+strings.Repeat("a", 128), nil))
}

func TestRoom(t *testing.T) {
	both(t, 100, func(t *testing.T, s *nvram.Store) {
		require.NoError(t, s.WriteStartup(bytes.Repeat([]byte("a"), 100)))
		require.ErrorIs(t, s.Write("nvram:b", []byte("b")), nvram.ErrFull)
		require.NoError(t, s.WriteStartup(bytes.Repeat([]byte("a"), 99)), "a file makes room for its own successor")
		require.NoError(t, s.Write("nvram:b", []byte("b")))
		err := s.WriteStartup(bytes.Repeat([]byte("a"), 100))
		require.EqualError(t, err, "nvram: nvram:startup-config: not enough space: 100 bytes, 99 free")
		require.NoError(t, s.Write("flash:c", bytes.Repeat([]byte("c"), 101)), "flash: has room of its own")
		require.ErrorIs(t, s.Write("flash:d", make([]byte, 64<<20+1)), nvram.ErrFull)
	})
}

func TestClosedStore(t *testing.T) {
	s, err := nvram.Open(t.TempDir(), 100)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "twice")
	require.ErrorIs(t, s.WriteStartup(nil), nvram.ErrClosed)
	_, err = s.Startup()
	require.ErrorIs(t, err, nvram.ErrClosed)
	_, err = s.Used()
	require.ErrorIs(t, err, nvram.ErrClosed)
	require.ErrorIs(t, s.Erase(), nvram.ErrClosed)
}

func TestDamageIsNamed(t *testing.T) {
	dir := t.TempDir()
	s, err := nvram.Open(dir, 1000)
	require.NoError(t, err)
	defer s.Close()
	path := filepath.Join(dir, "nvram", "startup-config")
	require.NoError(t, s.WriteStartup([]byte("hostname A\n")))
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		bytes string
		want  string
	}{
		"empty":   {"", "0 bytes are less than a header"},
		"short":   {string(good[:len(good)-1]), `header announces "0000000011" bytes, file has 10`},
		"longer":  {string(good) + "x", `header announces "0000000011" bytes, file has 12`},
		"flipped": {string(good[:len(good)-2]) + "B\n", "checksum mismatch"},
		"foreign": {"hostname A, typed by hand into a plain file\n", "no header"},
	} {
		require.NoError(t, os.WriteFile(path, []byte(tc.bytes), 0o600))
		_, err := s.Startup()
		require.ErrorIs(t, err, nvram.ErrCorrupt, name)
		require.EqualError(t, err, "nvram: nvram:startup-config: file is corrupt: "+tc.want, name)
		_, err = s.List("nvram:")
		require.NoError(t, err, name)
	}
	require.NoError(t, s.WriteStartup([]byte("end\n")), "a damaged file can be replaced")
}

func TestOneStoreADirectory(t *testing.T) {
	dir := t.TempDir()
	s, err := nvram.Open(dir, 100)
	require.NoError(t, err)
	_, err = nvram.Open(dir, 100)
	require.ErrorIs(t, err, nvram.ErrBusy)
	require.Regexp(t, `^nvram: \S+: in use by another router \(process \d+\)$`, err.Error())
	require.NoError(t, s.Close())
	s, err = nvram.Open(dir, 100)
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

func TestLeftoversOfAnInterruptedWriteGo(t *testing.T) {
	dir := t.TempDir()
	s, err := nvram.Open(dir, 100)
	require.NoError(t, err)
	require.NoError(t, s.WriteStartup([]byte("old")))
	require.NoError(t, s.Close())
	left := filepath.Join(dir, "nvram", "startup-config~")
	require.NoError(t, os.WriteFile(left, []byte("half"), 0o600))
	s, err = nvram.Open(dir, 100)
	require.NoError(t, err)
	defer s.Close()
	require.NoFileExists(t, left)
	text, err := s.Startup()
	require.NoError(t, err)
	require.Equal(t, "old", string(text))
}

func TestDirectoryThatCannotBeMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err := nvram.Open(path, 100)
	require.ErrorContains(t, err, "nvram: ")
	require.NotContains(t, err.Error(), "\n")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(nvram.Encode(nil, time.Time{}))
	f.Add(nvram.Encode([]byte("!\nhostname RouterA\nend\n"), time.Time{}))
	f.Add(nvram.Encode([]byte("!\nhostname RouterA\nend\n"), time.Date(2002, 3, 1, 0, 4, 12, 0, time.UTC)))
	f.Add([]byte("tandem-file 2 0000000000 00000000 00000000000000\n"))
	f.Add([]byte("tandem-file 1 0000000000 00000001\n"))
	f.Add([]byte("tandem-file 1 +000000001 5b8d6e01\nx"))
	f.Fuzz(func(t *testing.T, stored []byte) {
		content, err := nvram.Decode(stored)
		if err != nil {
			require.ErrorIs(t, err, nvram.ErrCorrupt)
			require.NotContains(t, err.Error(), "\n")
			return
		}
		_, at := nvram.HeaderOf(stored)
		require.Equal(t, stored, nvram.Encode(content, at))
	})
}

func FuzzName(f *testing.F) {
	for _, name := range []string{"nvram:startup-config", "flash:/a", "flash:../x", "flash:a~", "::", "flash:a/b", "flash:a/"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		s := nvram.NewMemory(100)
		if err := s.Write(name, []byte("x")); err != nil {
			if !strings.Contains(name, "/") || !errors.Is(err, fs.ErrNotExist) { // its directory is not there
				require.ErrorIs(t, err, nvram.ErrName)
			}
			return
		}
		got, err := s.Read(name)
		require.NoError(t, err)
		require.Equal(t, "x", string(got))
		n := 0
		for _, prefix := range []string{"nvram:", "flash:"} {
			files, err := s.List(prefix)
			require.NoError(t, err)
			n += len(files)
		}
		require.Equal(t, 1, n)
	})
}

func BenchmarkWriteStartup(b *testing.B) {
	s, err := nvram.Open(b.TempDir(), nvram.Usable(479))
	require.NoError(b, err)
	defer s.Close()
	text := bytes.Repeat([]byte("interface GigabitEthernet0/0\n"), 90)
	for b.Loop() {
		require.NoError(b, s.WriteStartup(text))
	}
}

func TestDates(t *testing.T) {
	both(t, 1000, func(t *testing.T, s *nvram.Store) {
		at := time.Date(2002, 3, 1, 0, 4, 12, 999, time.FixedZone("", 3600))
		require.NoError(t, s.WriteDated("flash:a", []byte("dated"), at))
		require.NoError(t, s.Write("flash:b", []byte("not")))
		content, err := s.Read("flash:a")
		require.NoError(t, err)
		require.Equal(t, "dated", string(content))
		files, err := s.List("flash:")
		require.NoError(t, err)
		require.Equal(t, []nvram.File{
			{Name: "flash:a", Size: 5, Date: time.Date(2002, 2, 28, 23, 4, 12, 0, time.UTC)},
			{Name: "flash:b", Size: 3},
		}, files)
		require.NoError(t, s.WriteDated("flash:a", []byte("x"), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)))
		files, err = s.List("flash:")
		require.NoError(t, err)
		require.Zero(t, files[0].Date)
	})
}
