package nvram

import (
	"fmt"
	"slices"
	"strings"
)

// folders are the file systems, without the colon.
var folders = []string{"nvram", "flash"}

// partial ends the name of a file that is being written. No file of a user
// can have such a name.
const partial = "~"

// Directories of flash: are names that end in a slash: empty files whose names
// begin those of what is in them. So every write is still one file made durable
// and renamed, in one folder of the host. On the host slash stands for the
// slashes; no file of a user can have it in its name.
const (
	separator = "/"
	slash     = "="
)

// maxName bounds a name in bytes; host file systems take 255.
const maxName = 128

// file is a name that was checked.
type file struct{ folder, name string }

// String returns the name as IOS spells it.
func (f file) String() string { return f.folder + ":" + f.name }

// path returns the file's place below the store's directory.
func (f file) path() string { return f.folder + "/" + strings.ReplaceAll(f.name, separator, slash) }

// isDirectory reports whether the name is that of a directory.
func (f file) isDirectory() bool { return strings.HasSuffix(f.name, separator) }

// parent is the directory that holds the file; ok is false in the root.
func (f file) parent() (dir file, ok bool) {
	at := strings.LastIndex(strings.TrimSuffix(f.name, separator), separator)
	return file{f.folder, f.name[:at+1]}, at >= 0
}

// failed names the file in an error of one line.
func (f file) failed(err error) error { return fmt.Errorf("nvram: %s: %w", f, err) }

// locate reads "nvram:NAME", "flash:NAME", "flash:/NAME" or "flash:DIRECTORY/NAME".
func (s *Store) locate(name string) (file, error) {
	if s.disk == nil {
		return file{}, fmt.Errorf("nvram: %s: %w", name, ErrClosed)
	}
	folder, rest, ok := strings.Cut(name, ":")
	if !ok || !slices.Contains(folders, folder) {
		return file{}, fmt.Errorf("nvram: %w: %q names a file of neither nvram: nor flash: here", ErrName, name)
	}
	rest = strings.TrimPrefix(rest, "/")
	if err := check(folder, rest); err != nil {
		return file{}, fmt.Errorf("nvram: %w: %q %w", ErrName, name, err)
	}
	return file{folder, rest}, nil
}

// check refuses names that a host could take for a path or show badly. Of each
// part the first character is a letter or a digit; then also "-", "_", "." and
// "+". Only flash: has directories.
func check(folder, name string) error {
	if len(name) > maxName {
		return fmt.Errorf("is longer than %d characters", maxName)
	}
	parts := []string{name}
	if folder == "flash" {
		parts = strings.Split(strings.TrimSuffix(name, separator), separator)
	}
	for _, part := range parts {
		if err := checkPart(part); err != nil {
			return err
		}
	}
	return nil
}

func checkPart(name string) error {
	if name == "" {
		return fmt.Errorf("is empty")
	}
	for i, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || !strings.ContainsRune("-_.+", rune(c))) {
			return fmt.Errorf("has %q in it", c)
		}
	}
	return nil
}
