//go:build !linux

package tap

import (
	"errors"
	"os"

	"tandem/port"
)

// Open is not possible on this system.
func Open(name string) (port.Counted, error) {
	_, err := Descriptor(name)
	return nil, err
}

// Descriptor is not possible on this system.
func Descriptor(name string) (*os.File, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	return nil, ErrUnsupported
}

// Inherit is not possible on this system.
func Inherit(name string, file *os.File) (port.Counted, error) {
	_, err := Descriptor(name)
	return nil, errors.Join(err, file.Close())
}
