// Package capture records what passes a port in a pcapng file, which wireshark
// and tshark read while it grows.
package capture

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// File is one capture of any number of interfaces. Its methods may be called
// by several goroutines. The same frames at the same times give the same
// bytes.
type File struct {
	mu         sync.Mutex
	w          io.Writer
	writer     *pcapgo.NgWriter // made with the first interface, which the format wants
	interfaces int
	err        error // the first failure: the capture is over
}

// NewFile returns a capture that is written to w.
func NewFile(w io.Writer) *File { return &File{w: w} }

// AddInterface names one more interface and returns its number in the file,
// counted from 0.
func (f *File) AddInterface(name string) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return 0, f.err
	}
	face := pcapgo.NgInterface{Name: name, LinkType: layers.LinkTypeEthernet, TimestampResolution: 9}
	id := f.interfaces
	var err error
	if f.writer == nil {
		options := pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "tandem"}}
		f.writer, err = pcapgo.NewNgWriterInterface(f.w, face, options)
	} else {
		id, err = f.writer.AddInterface(face)
	}
	if err == nil {
		err = f.writer.Flush()
	}
	if err != nil {
		return 0, f.fail(err)
	}
	f.interfaces++
	return id, nil
}

// Record writes frames that passed the numbered interface at one moment, oldest
// first, and flushes them. After a failure it writes no more and returns the
// same error again.
func (f *File) Record(id int, at time.Time, frames ...[]byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	if id < 0 || id >= f.interfaces {
		return fmt.Errorf("capture: no interface %d", id)
	}
	for _, frame := range frames {
		about := gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(frame), Length: len(frame), InterfaceIndex: id}
		if err := f.writer.WritePacket(about, frame); err != nil {
			return f.fail(err)
		}
	}
	if err := f.writer.Flush(); err != nil {
		return f.fail(err)
	}
	return nil
}

// Stop ends the capture: nothing is written after it returns, so the writer
// below may be closed. It returns the failure that ended the capture earlier.
func (f *File) Stop() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if errors.Is(f.err, ErrStopped) {
		return nil
	}
	earlier := f.err
	f.err = ErrStopped
	return earlier
}

// ErrStopped is returned for a capture that was stopped.
var ErrStopped = errors.New("capture: stopped")

func (f *File) fail(err error) error {
	f.err = fmt.Errorf("capture: %w", err)
	return f.err
}
