package tap

import (
	"errors"
	"io/fs"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"tandem/port"
)

// watch follows the operational state and the MTU of one interface. The kernel
// tells that some link changed; what it is now is then asked, so a lost message
// or an unknown one does no harm.
type watch struct {
	name   string
	query  int      // socket for interface requests, in the namespace of the device
	events *os.File // netlink socket subscribed to link changes
	signal *port.Signal
	mtu    atomic.Int32
	shut   atomic.Bool   // close was called
	ended  chan struct{} // closed when the follower has left
}

func watchLink(name string) (*watch, error) {
	events, err := linkEvents()
	if err != nil {
		return nil, err
	}
	query, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		events.Close()
		return nil, os.NewSyscallError("socket", err)
	}
	w := &watch{name: name, query: query, events: events, ended: make(chan struct{})}
	w.mtu.Store(port.DefaultMTU)
	w.signal = port.NewSignal(w.running()) // after the subscription: no change falls between
	go w.follow()
	return w, nil
}

// linkEvents subscribes to the kernel's link messages (rtnetlink(7)).
func linkEvents() (*os.File, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: unix.RTMGRP_LINK}); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("bind", err)
	}
	return os.NewFile(uintptr(fd), "netlink"), nil
}

func (w *watch) follow() {
	defer close(w.ended)
	message := make([]byte, 64<<10)
	for {
		_, err := w.events.Read(message)
		if err != nil && !errors.Is(err, unix.ENOBUFS) { // ENOBUFS: messages were lost, ask again
			if !errors.Is(err, fs.ErrClosed) {
				w.signal.Set(false)
			}
			return
		}
		w.signal.Set(w.running())
	}
}

// running asks for the interface's state, and notes its MTU on the way. An
// interface that is gone does not run.
func (w *watch) running() bool {
	ask, err := unix.NewIfreq(w.name)
	if err != nil {
		return false
	}
	if unix.IoctlIfreq(w.query, unix.SIOCGIFMTU, ask) == nil {
		w.mtu.Store(int32(min(ask.Uint32(), port.MaxMTU)))
	}
	if unix.IoctlIfreq(w.query, unix.SIOCGIFFLAGS, ask) != nil {
		return false
	}
	const up = unix.IFF_UP | unix.IFF_RUNNING
	return ask.Uint16()&up == up
}

// close ends the watch and reports whether it was on until now.
func (w *watch) close() bool {
	if !w.shut.CompareAndSwap(false, true) {
		return false
	}
	w.signal.Close()
	w.events.Close()
	<-w.ended
	unix.Close(w.query)
	return true
}
