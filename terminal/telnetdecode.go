package terminal

import "bytes"

// telnetEnd is one end of a telnet connection: how it answers what the other
// end says besides text. Its methods return text and answers with theirs added.
type telnetEnd interface {
	// order takes a command without an option.
	order(command byte, text, reply []byte) (t, r []byte)
	// negotiate answers one WILL, WONT, DO or DONT.
	negotiate(command, option byte, reply []byte) []byte
	// subnegotiated takes what stood between SB and SE, cut to subLimit bytes.
	subnegotiated(sub, reply []byte) []byte
}

// decoder takes telnet commands out of a stream.
type decoder struct {
	end     telnetEnd
	state   telnetState
	command byte // will, wont, do or dont, before its option
	sub     []byte
}

type telnetState uint8

const (
	inText telnetState = iota
	afterIAC
	atOption
	inSub
	inSubAfterIAC
)

// decode appends the text of a piece of the stream and the bytes to send back.
func (d *decoder) decode(in, text, reply []byte) (t, r []byte) {
	for _, b := range in {
		switch d.state {
		case inText:
			if b == iac {
				d.state = afterIAC
			} else {
				text = append(text, b)
			}
		case afterIAC:
			text, reply = d.telnetCommand(b, text, reply)
		case atOption:
			d.state = inText
			reply = d.end.negotiate(d.command, b, reply)
		case inSub:
			if b == iac {
				d.state = inSubAfterIAC
			} else {
				d.keep(b)
			}
		case inSubAfterIAC:
			switch b {
			case iac:
				d.state = inSub
				d.keep(b)
			case se:
				d.state = inText
				reply = d.end.subnegotiated(d.sub, reply)
			default: // not allowed here: take it for a lost SE
				d.state = afterIAC
				text, reply = d.telnetCommand(b, text, reply)
			}
		}
	}
	return text, reply
}

func (d *decoder) keep(b byte) {
	if len(d.sub) < subLimit {
		d.sub = append(d.sub, b)
	}
}

func (d *decoder) telnetCommand(b byte, text, reply []byte) (t, r []byte) {
	d.state = inText
	switch b {
	case iac:
		return append(text, iac), reply
	case will, wont, do, dont:
		d.command, d.state = b, atOption
	case sb:
		d.sub, d.state = d.sub[:0], inSub
	default:
		return d.end.order(b, text, reply)
	}
	return text, reply
}

// quoted is text as it is sent: the byte that begins commands is doubled.
func quoted(text []byte) []byte { return bytes.ReplaceAll(text, []byte{iac}, []byte{iac, iac}) }
