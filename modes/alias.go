package modes

import (
	"slices"
	"strings"

	"tandem/config"
	"tandem/parser"
)

// execAliases are built in (reference cli 1.1).
var execAliases = []struct{ name, command string }{
	{"h", "help"},
	{"lo", "logout"},
	{"p", "ping"},
	{"r", "resume"},
	{"s", "show"},
	{"u", "undebug"},
	{"un", "undebug"},
	{"w", "where"},
}

// aliasExec gives an exec command a second name.
var aliasExec = Leaf[string]{
	In: ConfigMode, Syntax: "alias exec <name:word> <command:line>", No: "alias exec <name:word> [<command:line>]",
	Keys: []string{"name"}, Place: in(config.SectionBanners, 90),
	Help: Words{
		"alias": "Create command alias", "exec": "Exec mode", "name": "Alias name", "command": "Command to be aliased",
	},
	Parse: word("command"), Apply: kept[string],
	Print: func(a parser.Args, v string) string {
		if v == "" {
			return ""
		}
		return "alias exec " + a.Get("name") + " " + v
	},
	Examples: []string{"alias exec sib show ip interface brief"},
}

func aliasLines() []Declaration {
	return []Declaration{
		aliasExec,
		Command{Syntax: "show aliases [exec]", Piped: true, Run: showAliases, Help: Words{
			"aliases": "Display alias commands", "exec": "Exec mode",
		}},
	}
}

// showAliases follows sample show-aliases: those of the configuration stand
// behind the built-in ones.
func showAliases(x *Exec, _ parser.Args) {
	x.Print("Exec mode aliases:\n")
	for _, a := range execAliases {
		x.Printf("  %-22s%s\n", a.name, a.command)
	}
	for _, e := range x.Device.Config().Root.Entries() {
		if e.Slot.Leaf == aliasExec.Syntax {
			x.Printf("  %-22s%s\n", e.Slot.Instance, e.Value)
		}
	}
}

// expandAlias replaces a first word that is an alias; grown says by how much
// that moved what follows it to the right.
func (s *Shell) expandAlias(text string) (expanded string, grown int) {
	name, rest, more := strings.Cut(text, " ")
	command := s.alias(name)
	if command == "" {
		return text, 0
	}
	expanded = command
	if more {
		expanded += " " + rest
	}
	return expanded, len(command) - len(name)
}

// alias returns the command that a name stands for, "" for none.
func (s *Shell) alias(name string) string {
	if command := aliasExec.Value(s.Device.Config().Root, name); command != "" {
		return command
	}
	for _, a := range execAliases {
		if strings.EqualFold(name, a.name) {
			return a.command
		}
	}
	return ""
}

// aliasHelp puts the aliases that a first word may become in front of its list,
// as "*s=show" (reference cli 1.1); a command of several words is quoted.
func (s *Shell) aliasHelp(text string, h parser.Help) parser.Help {
	if text == "" || strings.Contains(text, " ") {
		return h
	}
	var aliases []string
	add := func(name, command string) {
		if len(name) < len(text) || !strings.EqualFold(name[:len(text)], text) {
			return
		}
		if strings.Contains(command, " ") {
			command = `"` + command + `"`
		}
		aliases = append(aliases, "*"+name+"="+command)
	}
	configured := s.Device.Config().Root
	for _, a := range execAliases {
		if aliasExec.Value(configured, a.name) == "" {
			add(a.name, a.command)
		}
	}
	for _, e := range configured.Entries() {
		if command, ok := e.Value.(string); ok && e.Slot.Leaf == aliasExec.Syntax {
			add(e.Slot.Instance, command)
		}
	}
	if len(aliases) > 0 {
		slices.Sort(aliases)
		h.Outcome, h.Words = parser.Matched, append(aliases, h.Words...)
	}
	return h
}
