package nvram

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Errors a caller tells apart with errors.Is. Every one is returned inside a
// single line that names the file.
var (
	ErrEmpty   = errors.New("startup-config is not present")
	ErrCorrupt = errors.New("file is corrupt")
	ErrFull    = errors.New("not enough space")
	ErrName    = errors.New("not a file name")
	ErrInUse   = errors.New("directory is not empty")
	ErrBusy    = errors.New("in use by another router")
	ErrClosed  = errors.New("store is closed")
)

// StartupName is the file that WriteStartup writes.
const StartupName = "nvram:startup-config"

// File is one row of a directory listing.
type File struct {
	Name string    // with its prefix: "flash:backup-1"
	Size int       // bytes of content
	Date time.Time // when it was written, to the second in UTC; zero where that is not known
}

// Store is the non-volatile memory of one router.
type Store struct {
	disk   system
	size   int // bytes usable in nvram:
	unlock func() error
}

// Usable returns the usable bytes of an NVRAM that "show version" counts as
// kbytes: 245752 for 239 and 491512 for 479 (reference cli 3).
func Usable(kbytes int) int { return (kbytes+1)*1024 - 8 }

// Open opens the store in dir, created when absent, with size usable bytes in
// nvram:. A directory that another store has open gives ErrBusy. Files that an
// interrupted write left behind are removed.
func Open(dir string, size int) (*Store, error) {
	disk, unlock, err := openDir(dir)
	if err != nil {
		return nil, fmt.Errorf("nvram: %w", err)
	}
	s, err := newStore(disk, size)
	if err != nil {
		return nil, both(err, unlock())
	}
	s.unlock = unlock
	return s, nil
}

// NewMemory returns a store without a directory: its content lasts as long as
// the store.
func NewMemory(size int) *Store {
	return &Store{disk: memory{}, size: size, unlock: func() error { return nil }}
}

// newStore clears what an interrupted write left on disk.
func newStore(disk system, size int) (*Store, error) {
	s := &Store{disk: disk, size: size}
	for _, folder := range folders {
		if err := disk.mkdir(folder); err != nil {
			return nil, fmt.Errorf("nvram: %s: %w", folder, err)
		}
		names, err := disk.list(folder)
		if err != nil {
			return nil, fmt.Errorf("nvram: %s: %w", folder, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, partial) {
				if err := disk.remove(folder + "/" + name); err != nil {
					return nil, fmt.Errorf("nvram: %s: %w", name, err)
				}
			}
		}
	}
	if err := disk.syncDir("."); err != nil {
		return nil, fmt.Errorf("nvram: %w", err)
	}
	return s, nil
}

// Close releases the directory. Further calls give ErrClosed.
func (s *Store) Close() error {
	if s.disk == nil {
		return nil
	}
	s.disk = nil
	if s.unlock == nil {
		return nil
	}
	return s.unlock()
}

// Startup returns the startup configuration, ErrEmpty when none was saved.
func (s *Store) Startup() ([]byte, error) {
	text, err := s.Read(StartupName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("nvram: %w", ErrEmpty)
	}
	return text, err
}

// WriteStartup replaces the startup configuration.
func (s *Store) WriteStartup(text []byte) error { return s.Write(StartupName, text) }

// Erase removes every file of nvram:, the startup configuration first.
func (s *Store) Erase() error {
	files, err := s.List("nvram:")
	if err != nil {
		return err
	}
	slices.SortStableFunc(files, func(a, b File) int {
		switch {
		case a.Name == StartupName:
			return -1
		case b.Name == StartupName:
			return 1
		}
		return 0
	})
	for _, f := range files {
		if err := s.Delete(f.Name); err != nil {
			return err
		}
	}
	return nil
}

// Read returns the content of a file. A file that is not there gives
// fs.ErrNotExist, one damaged from outside ErrCorrupt.
func (s *Store) Read(name string) ([]byte, error) {
	f, err := s.locate(name)
	if err != nil {
		return nil, err
	}
	stored, err := s.disk.read(f.path(), int64(datedLen+maxContent))
	if err != nil {
		return nil, f.failed(err)
	}
	content, err := decode(stored)
	if err != nil {
		return nil, f.failed(err)
	}
	return bytes.Clone(content), nil
}

// Write replaces a file or creates it. When it returns nil the content is
// durable; when it does not, the file holds the old content or the new.
// Content that does not fit beside the other files of nvram: gives ErrFull.
func (s *Store) Write(name string, content []byte) error {
	return s.WriteDated(name, content, time.Time{})
}

// WriteDated is Write at a date of the router's clock, which List tells.
func (s *Store) WriteDated(name string, content []byte, at time.Time) error {
	f, err := s.locate(name)
	if err != nil {
		return err
	}
	if err := s.placed(f, content); err != nil {
		return f.failed(err)
	}
	if err := s.fits(f, len(content)); err != nil {
		return f.failed(err)
	}
	if err := s.replace(f, encode(content, at)); err != nil {
		return f.failed(err)
	}
	return nil
}

// placed checks that the directory of a file is there, and that no file and
// directory come to have one name.
func (s *Store) placed(f file, content []byte) error {
	if dir, ok := f.parent(); ok && !s.exists(dir) {
		return fs.ErrNotExist
	}
	switch twin := (file{f.folder, strings.TrimSuffix(f.name, separator)}); {
	case !f.isDirectory():
		twin.name += separator
		if s.exists(twin) {
			return fs.ErrExist
		}
	case len(content) > 0:
		return fmt.Errorf("%w: a directory has no content", ErrName)
	case s.exists(f), s.exists(twin):
		return fs.ErrExist
	}
	return nil
}

func (s *Store) exists(f file) bool {
	_, _, err := s.disk.head(f.path(), 0)
	return err == nil
}

// Delete removes a file, or a directory with nothing in it; fs.ErrNotExist when
// it is not there, ErrInUse when the directory holds something.
func (s *Store) Delete(name string) error {
	f, err := s.locate(name)
	if err != nil {
		return err
	}
	if f.isDirectory() {
		files, err := s.List(f.folder + ":")
		if err != nil {
			return err
		}
		if slices.ContainsFunc(files, func(o File) bool { return o.Name != f.String() && strings.HasPrefix(o.Name, f.String()) }) {
			return f.failed(ErrInUse)
		}
	}
	if err := s.disk.remove(f.path()); err != nil {
		return f.failed(err)
	}
	if err := s.disk.syncDir(f.folder); err != nil {
		return f.failed(err)
	}
	return nil
}

// List returns the files of a file system, "nvram:" or "flash:", by name. The
// size of a damaged file is that of what follows its header.
func (s *Store) List(prefix string) ([]File, error) {
	folder := strings.TrimSuffix(prefix, ":")
	if s.disk == nil {
		return nil, fmt.Errorf("nvram: %w", ErrClosed)
	}
	if !slices.Contains(folders, folder) || folder == prefix {
		return nil, fmt.Errorf("nvram: %w: %q is neither nvram: nor flash: here", ErrName, prefix)
	}
	names, err := s.disk.list(folder)
	if err != nil {
		return nil, fmt.Errorf("nvram: %s %w", prefix, err)
	}
	for i, name := range names {
		names[i] = strings.ReplaceAll(name, slash, separator)
	}
	slices.Sort(names)
	var out []File
	for _, name := range names {
		if check(folder, name) != nil {
			continue // not written by a store
		}
		first, n, err := s.disk.head(file{folder, name}.path(), datedLen)
		if err != nil {
			return nil, fmt.Errorf("nvram: %s%s: %w", prefix, name, err)
		}
		length, at := headerOf(first)
		out = append(out, File{Name: prefix + name, Size: max(0, int(n)-length), Date: at})
	}
	return out, nil
}

// Size returns the usable bytes of nvram:.
func (s *Store) Size() int { return s.size }

// Used returns the bytes that the files of nvram: take.
func (s *Store) Used() (int, error) {
	files, err := s.List("nvram:")
	sum := 0
	for _, f := range files {
		sum += f.Size
	}
	return sum, err
}

// fits checks that content of n bytes has room.
func (s *Store) fits(f file, n int) error {
	if n > maxContent {
		return fmt.Errorf("%w: %d bytes, %d allowed", ErrFull, n, maxContent)
	}
	if f.folder != "nvram" {
		return nil
	}
	files, err := s.List("nvram:")
	if err != nil {
		return err
	}
	free := s.size
	for _, other := range files {
		if other.Name != f.String() {
			free -= other.Size
		}
	}
	if n > free {
		return fmt.Errorf("%w: %d bytes, %d free", ErrFull, n, max(free, 0))
	}
	return nil
}

// replace writes the new content beside the file, makes it durable, and only
// then gives it the file's name. The name itself is durable once the folder
// is.
func (s *Store) replace(f file, stored []byte) error {
	beside := f.path() + partial
	if err := s.write(beside, stored); err != nil {
		return both(err, s.disk.remove(beside))
	}
	if err := s.disk.rename(beside, f.path()); err != nil {
		return both(err, s.disk.remove(beside))
	}
	return s.disk.syncDir(f.folder)
}

// write creates a durable file.
func (s *Store) write(path string, stored []byte) error {
	w, err := s.disk.create(path)
	if err != nil {
		return err
	}
	if _, err := w.Write(stored); err != nil {
		return both(err, w.Close())
	}
	if err := w.Sync(); err != nil {
		return both(err, w.Close())
	}
	return w.Close()
}

// both joins two errors in one line; after may be nil.
func both(first, after error) error {
	if after == nil || errors.Is(after, fs.ErrNotExist) {
		return first
	}
	return fmt.Errorf("%w; then %w", first, after)
}

// SetAside gives a file another name without reading it, so that a damaged one
// makes room and is not lost, and returns that name: "flash:startup-config.bad",
// or the first of ".bad1", ".bad2" that is free.
func (s *Store) SetAside(name string) (string, error) {
	f, err := s.locate(name)
	if err != nil {
		return "", err
	}
	aside := file{"flash", f.name + ".bad"}
	for n := 1; ; n++ {
		if _, _, err := s.disk.head(aside.path(), 0); err != nil {
			break
		}
		aside.name = fmt.Sprintf("%s.bad%d", f.name, n)
	}
	if err := s.disk.rename(f.path(), aside.path()); err != nil {
		return "", f.failed(err)
	}
	for _, folder := range []string{aside.folder, f.folder} {
		if err := s.disk.syncDir(folder); err != nil {
			return "", f.failed(err)
		}
	}
	return aside.String(), nil
}
