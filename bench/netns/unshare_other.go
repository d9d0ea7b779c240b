//go:build !linux

package netns

import "errors"

func unshare() (thread int, err error) { return 0, errors.ErrUnsupported }
