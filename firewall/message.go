package firewall

import (
	"fmt"
	"time"

	"tandem/syslog"
	"tandem/wire"
)

// messageLimit bounds the messages waiting for their owner.
const messageLimit = 512

// messages holds log messages until the owner takes them. Texts are those of
// reference firewall 3.5; HOST_TCP_ALERT_ON, the block messages and the FW_HA
// ones are remembered.
type messages struct {
	pending []syslog.Message
	lost    uint64
}

func (m *messages) add(msg syslog.Message) bool {
	if len(m.pending) >= messageLimit {
		m.lost++
		return false
	}
	m.pending = append(m.pending, msg)
	return true
}

func (m *messages) say(severity syslog.Severity, mnemonic, format string, args ...any) {
	if len(m.pending) >= messageLimit {
		m.lost++
		return
	}
	m.add(syslog.Message{Facility: "FW", Severity: severity, Mnemonic: mnemonic, Text: fmt.Sprintf(format, args...)})
}

// Messages gives every waiting log message to emit, oldest first.
func (e *Engine) Messages(emit func(syslog.Message)) {
	for _, m := range e.log.pending {
		emit(m)
	}
	e.log.pending = e.log.pending[:0]
}

func (m *messages) started(s *session, label string) {
	m.say(syslog.Informational, "SESS_AUDIT_TRAIL_START", "Start %s session: initiator (%s:%d) -- responder (%s:%d)",
		label, s.initiator, s.initPort, s.responder, s.respPort)
}

func (m *messages) stopped(s *session, label string) {
	m.say(syslog.Informational, "SESS_AUDIT_TRAIL", "Stop %s session: initiator (%s:%d) sent %d bytes -- responder (%s:%d) sent %d bytes",
		label, s.initiator, s.initPort, s.bytes[Forward], s.responder, s.respPort, s.bytes[Return])
}

func (m *messages) standbyStarted(s *session, label string) {
	m.add(syslog.Message{
		Facility: "FW_HA", Severity: syslog.Informational, Mnemonic: "AUDIT_TRAIL_STDBY_START",
		Text: fmt.Sprintf("Start %s standby session: initiator (%s:%d) -- responder (%s:%d)",
			label, s.initiator, s.initPort, s.responder, s.respPort),
	})
}

func (m *messages) standbyStopped(s *session, label string) {
	m.add(syslog.Message{
		Facility: "FW_HA", Severity: syslog.Informational, Mnemonic: "AUDIT_TRAIL_STDBY_STOP",
		Text: fmt.Sprintf("Stop %s standby session: initiator (%s:%d) sent %d bytes -- responder (%s:%d) sent %d bytes",
			label, s.initiator, s.initPort, s.bytes[Forward], s.responder, s.respPort, s.bytes[Return]),
	})
}

func (m *messages) tookOver(scheme string) {
	m.add(syslog.Message{
		Facility: "FW_HA", Severity: syslog.Informational, Mnemonic: "AUDIT_TRAIL_STDBY_TO_ACT",
		Text: fmt.Sprintf("Sessions matching HSRP group %s are being transitioned from Standby to Active state", scheme),
	})
}

func (m *messages) aggressive(half int, high, rate uint32) {
	m.say(syslog.Warnings, "ALERT_ON", "getting aggressive, count (%d/%d) current 1-min rate: %d", half, high, rate)
}

func (m *messages) calm(half int, low, rate uint32) {
	m.say(syslog.Warnings, "ALERT_OFF", "calming down, count (%d/%d) current 1-min rate: %d", half, low, rate)
}

func (m *messages) hostAlert(limit uint32, host wire.Addr) {
	m.say(syslog.Warnings, "HOST_TCP_ALERT_ON", "Max tcp half-open connections (%d) exceeded for host %s.", limit, host)
}

func (m *messages) blocked(host wire.Addr, block time.Duration, limit uint32) {
	m.say(syslog.Critical, "BLOCK_HOST", "Blocking new TCP connections to host %s for %d minutes (half-open count %d exceeded).",
		host, int(block/time.Minute), limit)
}

func (m *messages) unblocked(host wire.Addr) {
	m.say(syslog.Warnings, "UNBLOCK_HOST", "New TCP connections to host %s no longer blocked", host)
}

// dropped prints a drop-pkt message: the long form for whole TCP segments, with
// the identification elsewhere (reference firewall 2.5).
func (m *messages) dropped(p *wire.Packet, f Fault) {
	id := p.IP().ID()
	t := p.Transport()
	if p.Proto == wire.ProtoTCP && len(t) >= wire.TCPLen {
		flags := uint16(t[12])<<8 | uint16(t[13])
		tcp := wire.TCP(t)
		m.say(syslog.Informational, "DROP_TCP_PKT", "Dropping tcp pkt %s:%d => %s:%d due to %s -- ip ident %d tcpflags %d seq.no %d ack %d",
			p.Src, p.SrcPort, p.Dst, p.DstPort, f, id, flags, tcp.Seq(), tcp.Ack())
		return
	}
	m.say(syslog.Informational, "DROP_PKT", "Dropping %s pkt %s:%d => %s:%d with ip ident %d due to %s",
		ProtocolName(p.Proto), p.Src, p.SrcPort, p.Dst, p.DstPort, id, f)
}
