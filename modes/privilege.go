package modes

import (
	"slices"
	"strings"

	"tandem/config"
	"tandem/parser"
)

// privilegeModes are the names that the privilege command has for modes.
var privilegeModes = map[string]string{
	"configure": ConfigMode, "exec": ExecMode, "interface": "config-if", "line": lineMode,
}

// commandLevel is one "privilege MODE [all] level N COMMAND". The words of the
// command itself have it; those on the way to it keep their own (a router
// would raise them along).
var commandLevel = Leaf[string]{
	In: ConfigMode, Syntax: "privilege {configure | exec | interface | line} [all] level <number:0-15> <command:line>",
	No:   "privilege {configure | exec | interface | line} {reset <command:line> | [all] level <number:0-15> <command:line>}",
	Name: func(a parser.Args) string { return a[1].Name + " " + strings.ToLower(a.Get("command")) },
	PlaceOf: func(a parser.Args) config.Place {
		return config.Place{Section: config.SectionControlPlane, Order: [4]int{50}, Text: a[1].Name + " " + a.Get("command")}
	},
	Help: Words{
		"privilege": "Command privilege parameters", "configure": "Global configuration mode", "exec": "Exec mode",
		"interface": "Interface configuration mode", "line": "Line configuration mode",
		"all": "All suboption will be set to the samelevel", "level": "Set privilege level of command", "number": "Privilege level",
		"command": "Initial keywords of the command to modify", "reset": "Reset privilege level of command",
	},
	Parse: typed, Apply: kept[string], Examples: []string{"privilege exec level 7 show running-config"},
}

func privilegeLines() []Declaration { return []Declaration{commandLevel} }

// override is a command whose level was changed.
type override struct {
	words []string
	level int
}

// overrides lists the changed commands of a mode, longest first.
func overrides(root *config.Node, mode string) []override {
	var out []override
	for _, e := range root.Entries() {
		if e.Slot.Leaf != commandLevel.Syntax {
			continue
		}
		f := strings.Fields(e.Value.(string))
		at := slices.Index(f, "level")
		if privilegeModes[f[1]] == mode {
			out = append(out, override{f[at+2:], atoi(f[at+1])})
		}
	}
	slices.SortStableFunc(out, func(a, b override) int { return len(b.words) - len(a.words) })
	return out
}

// covers reports whether the keywords of a command begin with the override's,
// which may be shortened.
func (o override) covers(a parser.Args) bool {
	if len(a) < len(o.words) {
		return false
	}
	for i, w := range o.words {
		if !strings.HasPrefix(strings.ToLower(a[i].Value), strings.ToLower(w)) {
			return false
		}
	}
	return true
}

// privileged matches a line as match does, but at the levels that the
// configuration gave to commands.
func (s *Shell) privileged(mode, text string, match func(line string, ctx parser.Context) parser.Match) parser.Match {
	ctx := s.context()
	if mode == ExecMode {
		ctx = s.execContext()
	}
	m := match(text, ctx)
	if s.Privilege >= highest {
		return m
	}
	changed := overrides(s.Device.Config().Root, s.grammar.modes[mode].home())
	if len(changed) == 0 {
		return m
	}
	ctx.Privilege = highest
	full := match(text, ctx)
	if full.Outcome != parser.Matched {
		return m
	}
	for _, o := range changed {
		if !o.covers(full.Args) {
			continue
		}
		if o.level <= s.Privilege {
			return full
		}
		return parser.Match{Outcome: parser.Invalid, Offset: full.Args[0].Start}
	}
	return m
}

// commandLevelOf is the privilege level of a matched exec command.
func commandLevelOf(root *config.Node, m parser.Match) int {
	for _, o := range overrides(root, ExecMode) {
		if o.covers(m.Args) {
			return o.level
		}
	}
	return max(m.Command.Privilege, 1)
}

// highest is the privilege level that may do everything.
const highest = 15
