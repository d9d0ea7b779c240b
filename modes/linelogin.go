package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
)

// What a line asks before it gives a prompt.
const (
	loginNone     = ""         // nothing, the default of all lines but vtys
	loginOff      = "no login" // nothing, on a vty
	loginPassword = "login"    // its own password
	loginLocal    = "login local"
	loginList     = "login authentication " // a list of aaa authentication login
)

const loginSyntax = "login [local | authentication <list:word>]"

// LoginByPassword is the LineSettings.Login of a line that asks for its own
// password.
const LoginByPassword = loginPassword

// login is a leaf whose no form leaves a line on vtys, where "login" is what
// they are delivered with.
type loginLeaf struct{ Leaf[string] }

var login = loginLeaf{Leaf[string]{
	In: lineMode, Syntax: loginSyntax, Place: at(60), Default: loginNone,
	Help: Words{
		"login": "Enable password checking", "local": "Local password checking",
		"authentication": "Authentication parameters.", "list": "Use an authentication list with this name.",
	},
	Examples: []string{"login"},
}}

func (l loginLeaf) declare() (string, parser.Command) {
	mode, c := l.Leaf.declare()
	c.Value = l
	return mode, c
}

func (l loginLeaf) set(x *Exec, m parser.Match) error {
	aaa := aaaNewModel.Value(x.Device.Config().Root)
	switch {
	case m.Form == parser.Plain && m.Args.Has("list"):
		if !aaa {
			return CaretError{Arg: "authentication"}
		}
		text := loginList + m.Args.Get("list")
		if m.Args.Get("list") == defaultList {
			text = loginNone
		}
		setLogin(x.Node, text)
	case aaa && m.Form == parser.Plain:
		return nil // the lists rule; the old forms are taken and mean nothing
	case m.Form == parser.Plain && m.Args.Has("local"):
		setLogin(x.Node, loginLocal)
	case m.Form == parser.Plain:
		setLogin(x.Node, loginPassword)
		if !linePassword.Value(x.Node).Set() && !x.loading {
			x.Print(loginDisabled(x.Node.Header(), VTYBase(x.Device)))
		}
	case isVTY(x.Node) && !aaa && m.Form == parser.Defaulted:
		setLogin(x.Node, loginPassword)
	case isVTY(x.Node) && !aaa:
		setLogin(x.Node, loginOff)
	default:
		setLogin(x.Node, loginNone)
	}
	return nil
}

func isVTY(n *config.Node) bool { return strings.HasPrefix(n.Header(), vtyHeader) }

// setLogin writes the login line of a block.
func setLogin(n *config.Node, text string) {
	slot := config.Slot{Leaf: loginSyntax}
	if text == loginNone {
		n.Unset(slot)
		return
	}
	n.Set(config.Entry{Slot: slot, Place: at(60), Value: text, Lines: line(text)})
}

// VTYBase is the absolute number of vty 0.
func VTYBase(d Device) int {
	lines := d.Hardware().Lines()
	return lines[len(lines)-1].First
}
