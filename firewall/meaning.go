package firewall

import "tandem/syslog"

// meaning is what the names in a record stand for here: the terms of the
// session and, once one was made, the policy that has them. Records of one rule
// follow each other by the thousand, so the last one's meaning is kept.
type meaning struct {
	names  names
	terms  terms
	policy uint16
	held   bool // policy is that of terms, or was
}

// names are what a record says of rule and interfaces.
type names struct {
	rule, line uint32
	port       [2]uint32
	channel    uint8
}

func (r *record) names() names { return names{r.rule, r.line, r.port, r.channel} }

// hold is policySet.hold for the terms of m.
func (m *meaning) hold(s *policySet) (n uint16, ok bool) {
	if m.held && s.again(m.policy, &m.terms) {
		return m.policy, true
	}
	m.policy, m.held = s.hold(m.terms)
	return m.policy, m.held
}

// meaningOf finds what a record names here, and returns nil, with one complaint
// a rule, when it is not there.
func (e *Engine) meaningOf(r *record) *meaning {
	if m := &e.ha.last; m.terms.binding != nil && m.names == r.names() {
		return m
	}
	t, ok := e.termsOf(r)
	if !ok {
		e.complain(r.rule)
		return nil
	}
	e.ha.last = meaning{names: r.names(), terms: t}
	return &e.ha.last
}

func (e *Engine) termsOf(r *record) (terms, bool) {
	b := e.ha.bindings[r.rule]
	near, okNear := e.ha.ports[r.port[Forward]]
	far, okFar := e.ha.ports[r.port[Return]]
	if b == nil || !okNear || !okFar {
		return terms{}, false
	}
	for _, l := range b.rule.lines {
		t := terms{binding: b, line: l, label: l.keyword, port: [2]int16{near, far}}
		if l.hash == r.line && e.replicates(&t) {
			if r.channel == 1 {
				t.label += "-data"
			}
			return t, true
		}
	}
	return terms{}, false
}

// complainLimit bounds the rules that are remembered as complained about.
const complainLimit = 64

func (e *Engine) complain(rule uint32) {
	if e.ha.warned[rule] || len(e.ha.warned) >= complainLimit {
		return
	}
	e.ha.warned[rule] = true
	e.log.add(syslog.Message{
		Facility: "FW_HA", Severity: syslog.Warnings, Mnemonic: "UPDATE_REFUSED",
		Text: "Session of the peer refused: no such inspection rule, interface or redundancy group here",
	})
}
