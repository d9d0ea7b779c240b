package nvram

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// system is what a store needs of a file system. Paths are relative and use
// slashes.
type system interface {
	mkdir(path string) error
	create(path string) (output, error) // truncates
	rename(from, to string) error       // replaces
	remove(path string) error
	syncDir(path string) error // makes the names in a folder durable
	read(path string, limit int64) ([]byte, error)
	// head returns the first n bytes of a file, fewer where it has no more, and
	// the size of the whole.
	head(path string, n int) (first []byte, size int64, err error)
	list(path string) ([]string, error) // names of regular files, in any order
}

// output is a file open for writing; Sync makes its content durable.
type output interface {
	io.WriteCloser
	Sync() error
}

// directory is the host's file system below a root.
type directory struct{ root string }

// openDir takes the lock of dir. The returned function gives it back.
func openDir(dir string) (directory, func() error, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return directory{}, nil, err
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if errors.Is(err, ErrBusy) {
		return directory{}, nil, fmt.Errorf("%s: %w", dir, err)
	}
	return directory{dir}, unlock, err
}

func (d directory) path(p string) string { return filepath.Join(d.root, filepath.FromSlash(p)) }

func (d directory) mkdir(p string) error { return os.MkdirAll(d.path(p), 0o755) }

// create makes files that only their owner reads: they hold passwords.
func (d directory) create(p string) (output, error) {
	return os.OpenFile(d.path(p), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
}

func (d directory) rename(from, to string) error { return os.Rename(d.path(from), d.path(to)) }

func (d directory) remove(p string) error { return os.Remove(d.path(p)) }

func (d directory) syncDir(p string) error {
	f, err := os.Open(d.path(p))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d directory) read(p string, limit int64) ([]byte, error) {
	f, err := os.Open(d.path(p))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrCorrupt, limit)
	}
	return b, err
}

func (d directory) head(p string, n int) ([]byte, int64, error) {
	f, err := os.Open(d.path(p))
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	first, err := io.ReadAll(io.LimitReader(f, int64(n)))
	return first, info.Size(), err
}

func (d directory) list(p string) ([]string, error) {
	entries, err := os.ReadDir(d.path(p))
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			out = append(out, e.Name())
		}
	}
	return out, err
}

// memory is a file system that lives as long as the process, path to content.
type memory map[string][]byte

func (m memory) mkdir(string) error   { return nil }
func (m memory) syncDir(string) error { return nil }

func (m memory) create(p string) (output, error) { return &buffer{owner: m, path: p}, nil }

func (m memory) rename(from, to string) error {
	b, err := m.read(from, 0)
	if err != nil {
		return err
	}
	delete(m, from)
	m[to] = b
	return nil
}

func (m memory) remove(p string) error {
	if _, err := m.read(p, 0); err != nil {
		return err
	}
	delete(m, p)
	return nil
}

func (m memory) read(p string, _ int64) ([]byte, error) {
	b, ok := m[p]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: p, Err: fs.ErrNotExist}
	}
	return b, nil
}

func (m memory) head(p string, n int) ([]byte, int64, error) {
	b, err := m.read(p, 0)
	return b[:min(n, len(b))], int64(len(b)), err
}

func (m memory) list(p string) ([]string, error) {
	var out []string
	for name := range m {
		if rest, ok := strings.CutPrefix(name, p+"/"); ok {
			out = append(out, rest)
		}
	}
	return out, nil
}

// buffer collects a file of a memory; closing it stores the content.
type buffer struct {
	bytes.Buffer
	owner memory
	path  string
}

func (b *buffer) Sync() error { return nil }

func (b *buffer) Close() error {
	b.owner[b.path] = b.Bytes()
	return nil
}
