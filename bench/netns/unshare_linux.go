package netns

import "golang.org/x/sys/unix"

// unshare moves the calling thread into a namespace of its own.
func unshare() (thread int, err error) {
	return unix.Gettid(), unix.Unshare(unix.CLONE_NEWNET)
}
