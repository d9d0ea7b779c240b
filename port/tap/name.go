// Package tap is a port on an interface of the host: a Linux TAP device, made
// on demand or made before by the administrator.
package tap

import (
	"errors"
	"fmt"
	"strings"
)

// MaxName is the longest name of a Linux interface in bytes (IFNAMSIZ less the
// terminating zero).
const MaxName = 15

// ErrName is wrapped by the errors about a device's name.
var ErrName = errors.New("tap: not a device name")

// ErrUnsupported is returned by Open where there are no TAP devices.
var ErrUnsupported = errors.New("tap: TAP devices need Linux")

// checkName refuses what the kernel would refuse, cut short or expand: a
// percent sign makes it pick a number.
func checkName(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return fmt.Errorf("%w: %q", ErrName, name)
	case len(name) > MaxName:
		return fmt.Errorf("%w: %q is longer than %d characters", ErrName, name, MaxName)
	case strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '/' || r == ':' || r == '%' }):
		return fmt.Errorf("%w: %q", ErrName, name)
	}
	return nil
}
