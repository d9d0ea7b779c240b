package lab

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"tandem/clock"
)

// capture writes the frames of a segment as they are sent, before impairments,
// to a pcapng file with one interface an attachment. Nothing in it depends on
// the machine.
type capture struct {
	epoch time.Time // of Time 0
	file  io.WriteCloser
	w     *pcapgo.NgWriter
}

func newCapture(file io.WriteCloser, epoch time.Time, segment string, attachments []*attachment) (*capture, error) {
	c := &capture{epoch: epoch, file: file}
	section := pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "tandem", Comment: "segment " + segment}}
	for i, a := range attachments {
		a.captureID = i
		nic := pcapgo.NgInterface{Name: a.name, LinkType: layers.LinkTypeEthernet, TimestampResolution: 9}
		var err error
		if i == 0 {
			c.w, err = pcapgo.NewNgWriterInterface(file, nic, section)
		} else {
			_, err = c.w.AddInterface(nic)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lab: capture of %s: %w", segment, err), file.Close())
		}
	}
	return c, nil
}

func (c *capture) write(now clock.Time, from *attachment, frame []byte) error {
	return c.w.WritePacket(gopacket.CaptureInfo{
		Timestamp: c.epoch.Add(time.Duration(now)), CaptureLength: len(frame), Length: len(frame),
		InterfaceIndex: from.captureID,
	}, frame)
}

func (c *capture) close() error { return errors.Join(c.w.Flush(), c.file.Close()) }
