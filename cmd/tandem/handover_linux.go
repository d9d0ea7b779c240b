package main

import (
	"os"
	"time"

	"golang.org/x/sys/unix"

	"tandem/port"
	"tandem/router"
	"tandem/wire"
)

// handover is what a guard does for a router that died without a word: it sends
// the Resigns, and passes what the hosts still send to the dead one on to its
// successor.
type handover struct {
	fds   []unix.PollFd // of the ports
	words []router.LastWord
	held  [][]byte // as long as the successor has not announced itself
	taken map[wire.MAC]bool
	frame [port.BufferSize]byte
}

// The bounds of a handover: by then every switch knows the successor.
const (
	handoverTime = 100 * time.Millisecond
	handoverHeld = 1024 // frames
)

func newHandover(ports []*os.File, words []router.LastWord) *handover {
	h := &handover{words: words, taken: map[wire.MAC]bool{}}
	for _, f := range ports {
		h.fds = append(h.fds, unix.PollFd{Fd: int32(f.Fd()), Events: unix.POLLIN})
		_ = unix.SetNonblock(int(f.Fd()), true) // as the router had it
	}
	return h
}

func (h *handover) run() {
	for _, w := range h.words {
		h.write(w.Port, w.Frame)
	}
	end := time.Now().Add(handoverTime)
	for left := handoverTime; left > 0; left = time.Until(end) {
		if _, err := unix.Poll(h.fds, int(left.Milliseconds())+1); err != nil && err != unix.EINTR {
			return
		}
		for i := range h.fds {
			for h.fds[i].Revents&unix.POLLIN != 0 {
				n, err := unix.Read(int(h.fds[i].Fd), h.frame[:])
				if err != nil {
					break
				}
				h.pass(i, h.frame[:n])
			}
		}
	}
}

func (h *handover) write(port int, frame []byte) {
	if port >= 0 && port < len(h.fds) {
		_, _ = unix.Write(int(h.fds[port].Fd), frame) // nobody is left to tell
	}
}

// pass looks at one frame. One from a virtual MAC is its new owner's; one to it
// came to the wrong router: it goes back to the LAN with the dead router's own
// MAC as its source, so that no switch looks for the host here.
func (h *handover) pass(at int, frame []byte) {
	if len(frame) < wire.EthernetLen {
		return
	}
	e := wire.Ethernet(frame)
	for _, w := range h.words {
		switch {
		case w.Port != at:
		case e.Src() == w.MAC && !h.taken[w.MAC]:
			h.taken[w.MAC] = true
			h.release(w)
		case e.Dst() == w.MAC:
			e.Put(w.MAC, wire.Ethernet(w.Frame).Src(), e.Type())
			if h.taken[w.MAC] {
				h.write(at, frame)
			} else if len(h.held) < handoverHeld {
				h.held = append(h.held, append([]byte(nil), frame...))
			}
		}
	}
}

// release sends the frames that waited for one virtual MAC's owner.
func (h *handover) release(w router.LastWord) {
	for _, frame := range h.held {
		if wire.Ethernet(frame).Dst() == w.MAC {
			h.write(w.Port, frame)
		}
	}
}
