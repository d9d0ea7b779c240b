package main

import (
	"errors"
	"fmt"
	"net"

	"tandem/clock"
	"tandem/lab"
	"tandem/lab/appliance"
)

// longestDatagram is what UDP over IPv4 can carry, in bytes.
const longestDatagram = 65507

// snmpDoor leads the datagrams of a port of this machine to the SNMP agent of a
// router, one after the other. A router without power does not answer.
type snmpDoor struct {
	conn net.PacketConn
	done chan struct{}
}

// openSNMPDoor listens on a UDP address until it is closed.
func openSNMPDoor(address, name string, live *lab.Live) (*snmpDoor, error) {
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		return nil, err
	}
	d := &snmpDoor{conn: conn, done: make(chan struct{})}
	go d.serve(name, live)
	return d, nil
}

func (d *snmpDoor) serve(name string, live *lab.Live) {
	defer close(d.done)
	request := make([]byte, longestDatagram)
	for {
		n, from, err := d.conn.ReadFrom(request)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // about one datagram: a peer that is gone
		}
		var answer []byte
		err = live.Do(name, func(now clock.Time, dev lab.Device) {
			if dev != nil {
				answer = dev.(*appliance.Device).Ask(now, request[:n])
			}
		})
		if err != nil {
			return // the lab has stopped
		}
		if answer != nil {
			_, _ = d.conn.WriteTo(answer, from) // who asked asks again
		}
	}
}

// Close stops listening and waits for the request in hand.
func (d *snmpDoor) Close() error {
	if err := d.conn.Close(); err != nil {
		return fmt.Errorf("snmp: %w", err)
	}
	<-d.done
	return nil
}
