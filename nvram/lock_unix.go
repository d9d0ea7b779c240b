//go:build unix

package nvram

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// lock takes the exclusive lock of a file and writes the process number into
// it for the message that the next one gets. The kernel drops the lock with
// its holder, however that ends, so a stale file stops nobody.
func lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w%s", ErrBusy, holder(f))
		}
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := f.Truncate(0); err == nil {
		fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	return f.Close, nil
}

// holder names the process that wrote the lock file, "" when it is not known.
func holder(f *os.File) string {
	b := make([]byte, 20)
	n, _ := f.Read(b)
	if pid := strings.TrimSpace(string(b[:n])); pid != "" && strings.Trim(pid, "0123456789") == "" {
		return " (process " + pid + ")"
	}
	return ""
}
