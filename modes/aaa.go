package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
)

// defaultList is the method list of lines that name none.
const defaultList = "default"

// Methods of a list.
const (
	MethodLocal  = "local"
	MethodLine   = "line"
	MethodEnable = "enable"
	MethodNone   = "none"
)

// aaaNewModel switches from the lines' own login to method lists.
var aaaNewModel = Leaf[bool]{
	In: ConfigMode, Syntax: "aaa new-model", Place: in(config.SectionAAA), Always: true, Parse: given, Print: yesNo("aaa new-model"),
	Help: Words{
		"aaa":       "Authentication, Authorization and Accounting.",
		"new-model": "Enable NEW access control commands and functions.(Disables OLD commands.)",
	},
	Apply: func(x *Exec, _ parser.Args, on bool) error {
		switchModel(x.Device.Config().Root, on)
		return nil
	},
	Examples: []string{"no aaa new-model"},
}

// switchModel takes the old login lines away, or brings back the one that
// vtys are delivered with; the lists end with the model.
func switchModel(root *config.Node, on bool) {
	for _, n := range root.Children() {
		if n.Mode() != lineMode {
			continue
		}
		listed := strings.HasPrefix(loginOf(n), loginList)
		switch {
		case on && !listed, !on && listed && !isVTY(n):
			setLogin(n, loginNone)
		case !on && isVTY(n) && (listed || loginOf(n) == loginNone):
			setLogin(n, loginPassword)
		}
	}
	session := config.Entry{
		Slot: config.Slot{Leaf: "aaa session-id common"}, Place: in(config.SectionAAA, 90), Value: true, Lines: line("aaa session-id common"),
	}
	if on {
		root.Set(session)
		return
	}
	for _, e := range root.Entries() {
		if strings.HasPrefix(e.Slot.Leaf, "aaa ") && e.Slot.Leaf != aaaSyntax {
			root.Unset(e.Slot)
		}
	}
}

const aaaSyntax = "aaa new-model"

// methodList is "aaa authentication login NAME METHOD...".
func methodList(syntax, methods string, rank int, help Words) Leaf[string] {
	help["default"] = "The default authentication list."
	keys := []string{"default"}
	if strings.Contains(syntax, "<level:") {
		keys = append([]string{"level"}, keys...)
	}
	if strings.Contains(syntax, "<list:") {
		help["list"] = "Named authentication list."
		keys = append(keys, "list")
	}
	return Leaf[string]{
		In: ConfigMode, Syntax: syntax + " " + methods, No: syntax + " [" + methods + "]", Help: help, Keys: keys,
		Examples: []string{strings.NewReplacer("{default | <list:word>}", "default", "<level:0-15>", "15").Replace(syntax) + " none"},
		PlaceOf: func(a parser.Args) config.Place {
			if a.Has("level") {
				return in(config.SectionAAA, rank, a.Int("level"))
			}
			return in(config.SectionAAA, rank)
		},
		Parse: func(x *Exec, a parser.Args) (string, error) {
			if !aaaNewModel.Value(x.Device.Config().Root) {
				return "", CaretError{Arg: a[1].Name}
			}
			return typed(x, a)
		},
		Apply: kept[string],
	}
}

var aaaLogin = methodList("aaa authentication login {default | <list:word>}", "{enable | line | local | local-case | none}*", 10, Words{
	"authentication": "Authentication configurations parameters.", "login": "Set authentication lists for logins.",
	"enable": "Use enable password for authentication.", "line": "Use line password for authentication.",
	"local": "Use local username authentication.", "local-case": "Use case-sensitive local username authentication.",
	"none": "NO authentication.",
})

var aaaEnable = methodList("aaa authentication enable default", "{enable@byenable | line | none}*", 20, Words{
	"enable": "Set authentication list for enable.", "byenable": "Use enable password for authentication.",
	"line": "Use line password for authentication.", "none": "NO authentication.",
})

var aaaExec = methodList("aaa authorization exec {default | <list:word>}", "{if-authenticated | local | none}*", 30, Words{
	"authorization": "Authorization configurations parameters.", "exec": "For starting an exec (shell).",
	"if-authenticated": "Succeed if user has authenticated.", "local": "Use local database.", "none": "No authorization (always succeeds).",
})

// aaaCommands asks about each exec command of a level. Lines name no list of
// theirs, so there is only the default one.
var aaaCommands = methodList("aaa authorization commands <level:0-15> default", "{if-authenticated | local | none}*", 31, Words{
	"commands": "For exec (shell) commands.", "level": "Enable level",
	"if-authenticated": "Succeed if user has authenticated.", "local": "Use local database.", "none": "No authorization (always succeeds).",
})

var aaaConsole = Leaf[bool]{
	In: ConfigMode, Syntax: "aaa authorization console", Place: in(config.SectionAAA, 29), Parse: given, Apply: kept[bool],
	Help:     Words{"console": "For enabling console authorization"},
	Examples: []string{"aaa authorization console"},
}

// aaaSession prints by itself while the model is on.
var aaaSession = silent("aaa session-id common", Words{
	"session-id": "AAA Session ID", "common": "Use the same Session ID for all AAA related packets.",
})

func aaaLines() []Declaration {
	return append(aaaTexts(), aaaNewModel, aaaLogin, aaaEnable, aaaExec, aaaCommands, aaaConsole, aaaSession)
}

// methods returns the methods of a list, nil when it does not exist.
func methods(t *config.Tree, l Leaf[string], instance string, skip int) []string {
	e, ok := t.Root.Get(config.Slot{Leaf: l.Syntax, Instance: instance})
	if !ok {
		return nil
	}
	text := strings.ReplaceAll(e.Value.(string), "local-case", MethodLocal)
	return strings.Fields(text)[skip:]
}

// listInstance names a list as its leaf's keys do.
func listInstance(name string) string {
	if name == defaultList {
		return defaultList + " "
	}
	return " " + name
}

// NewModel reports whether method lists are in force.
func NewModel(t *config.Tree) bool { return aaaNewModel.Value(t.Root) }

// LoginMethods returns how a line authenticates, first method first. Without
// the lists of "aaa new-model" it is one of the methods that login stands for.
// A default list that nobody configured asks local users, but not on the
// console (reference cli 2.4).
func LoginMethods(t *config.Tree, s LineSettings, console bool) []string {
	if !NewModel(t) {
		switch s.Login {
		case loginPassword:
			return []string{MethodLine}
		case loginLocal:
			return []string{MethodLocal}
		}
		return []string{MethodNone}
	}
	name := strings.TrimPrefix(s.Login, loginList)
	if name == "" || name == s.Login {
		name = defaultList
	}
	if m := methods(t, aaaLogin, listInstance(name), 4); m != nil {
		return m
	}
	if console {
		return []string{MethodNone}
	}
	return []string{MethodLocal}
}

// EnableMethods returns how enable authenticates.
func EnableMethods(t *config.Tree) []string {
	if m := methods(t, aaaEnable, defaultList, 4); NewModel(t) && m != nil {
		return m
	}
	return []string{MethodEnable}
}

// Authorized reports whether a user's own privilege level counts on a line:
// with the lists of "aaa new-model" only where exec authorization is local.
func Authorized(t *config.Tree, console bool) bool {
	if !NewModel(t) {
		return true
	}
	if console && !aaaConsole.Value(t.Root) {
		return false
	}
	for _, m := range methods(t, aaaExec, listInstance(defaultList), 4) {
		if m == MethodLocal {
			return true
		}
	}
	return false
}

// mayRun reports whether "aaa authorization commands" lets the session run a
// command. Nobody asks the console without "aaa authorization console". A
// local user may run what the user's own level holds.
func (s *Shell) mayRun(m parser.Match) bool {
	t := s.Device.Config()
	if !NewModel(t) || s.Origin == consoleOrigin && !aaaConsole.Value(t.Root) {
		return true
	}
	level := commandLevelOf(t.Root, m)
	list := methods(t, aaaCommands, itoa(level)+" "+defaultList, 5)
	if len(list) == 0 {
		return true
	}
	switch list[0] {
	case MethodNone:
		return true
	case MethodLocal:
		return KnowsUser(t, s.User) && UserPrivilege(t, s.User) >= level
	}
	return s.User != "" // if-authenticated
}
