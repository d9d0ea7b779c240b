//go:build !linux

package tap

import "tandem/port"

// Open is not possible on this system.
func Open(name string) (port.Counted, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	return nil, ErrUnsupported
}
