//go:build !unix

package nvram

import (
	"errors"
	"fmt"
	"os"
)

// lock keeps others out by holding an open handle on a file that it creates
// anew: where files in use cannot be removed, a second store fails here.
func lock(path string) (unlock func() error, err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w", ErrBusy)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return f.Close, nil
}
