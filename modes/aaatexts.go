package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
)

// What a login dialogue says while method lists are in force.

// defaultAttempts is how often a line asks before it drops the connection
// (reference cli 2.4).
const defaultAttempts = 3

var aaaAttempts = Leaf[int]{
	In: ConfigMode, Syntax: "aaa authentication attempts login@tries <number:1-25>", No: "aaa authentication attempts login@tries [<number:1-25>]",
	Help: Words{
		"attempts": "Set the maximum number of login attempts",
		"tries":    "Set the maximum number of login attempts", "number": "Number of login attempts",
	},
	Place: in(config.SectionAAA, 1), Default: defaultAttempts, Apply: kept[int],
	Parse: func(x *Exec, a parser.Args) (int, error) {
		if !NewModel(x.Device.Config()) {
			return 0, CaretError{Arg: a[1].Name}
		}
		return a.Int("number"), nil
	},
	Examples: []string{"aaa authentication attempts login 5"},
}

// aaaPrompt is "aaa authentication username-prompt TEXT" or "password-prompt".
// Quotes keep the blanks of a text.
func aaaPrompt(word, help string, rank int) Leaf[string] {
	return Leaf[string]{
		In: ConfigMode, Syntax: "aaa authentication " + word + " <prompt:line>", No: "aaa authentication " + word + " [<prompt:line>]",
		Help:  Words{word: help, "prompt": "Text of prompt"},
		Place: in(config.SectionAAA, rank), Apply: kept[string],
		Parse: func(x *Exec, a parser.Args) (string, error) {
			if !NewModel(x.Device.Config()) {
				return "", CaretError{Arg: a[1].Name}
			}
			return a.Get("prompt"), nil
		},
		Examples: []string{"aaa authentication " + word + " \"Who? \""},
	}
}

var (
	aaaPasswordPrompt = aaaPrompt("password-prompt", "Text to use when prompting for a password", 4)
	aaaUserPrompt     = aaaPrompt("username-prompt", "Text to use when prompting for a username", 5)
)

// aaaText takes the login texts between two delimiters, as banners are.
var aaaText = Verb{
	In: ConfigMode, Syntax: "aaa authentication {banner | fail-message} <text:line>", No: "aaa authentication {banner | fail-message} [<text:line>]",
	Help: Words{
		"banner": "Message to use when starting login/authentication.", "fail-message": "Message to use for failed login/authentication.",
		"text": "c message-text c, where 'c' is a delimiting character",
	},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		kind := a[2].Name
		switch {
		case form != parser.Plain:
			x.Node.Unset(aaaTextSlot(kind))
		case !NewModel(x.Device.Config()):
			return CaretError{Arg: a[1].Name}
		default:
			takeText(x, a.Get("text"), func(text string) { putAAAText(x.Device.Config().Root, kind, text) })
		}
		return nil
	},
	Examples: []string{"aaa authentication fail-message ^CGo away^C"},
}

func aaaTextSlot(kind string) config.Slot {
	return config.Slot{Leaf: "aaa authentication text", Instance: kind}
}

func putAAAText(n *config.Node, kind, text string) {
	rank := map[string]int{"banner": 2, "fail-message": 3}[kind]
	n.Set(config.Entry{
		Slot: aaaTextSlot(kind), Place: in(config.SectionAAA, rank), Value: text,
		Lines: line("aaa authentication " + kind + " " + around(text) + text + around(text)),
	})
}

func aaaTexts() []Declaration {
	return []Declaration{aaaAttempts, aaaText, aaaPasswordPrompt, aaaUserPrompt}
}

// LoginWords is what a login dialogue says.
type LoginWords struct {
	Attempts           int
	Username, Password string // prompts
	Title              string // before the first of them
	Failed             string // "" for the text of the login method
}

// LoginWordsOf returns the words of the device: its own, or those of aaa
// authentication while method lists are in force.
func LoginWordsOf(t *config.Tree) LoginWords {
	w := LoginWords{Attempts: defaultAttempts, Username: "Username: ", Password: "Password: ", Title: "User Access Verification\n"}
	if !NewModel(t) {
		return w
	}
	w.Attempts, w.Failed = aaaAttempts.Value(t.Root), "% Authentication failed\n"
	for _, p := range []struct {
		leaf Leaf[string]
		to   *string
	}{{aaaUserPrompt, &w.Username}, {aaaPasswordPrompt, &w.Password}} {
		if text := p.leaf.Value(t.Root); text != "" {
			*p.to = strings.Trim(text, "\"")
		}
	}
	if e, ok := t.Root.Get(aaaTextSlot("banner")); ok {
		w.Title = strings.Trim(e.Value.(string), "\n") + "\n"
	}
	if e, ok := t.Root.Get(aaaTextSlot("fail-message")); ok {
		w.Failed = strings.Trim(e.Value.(string), "\n") + "\n"
	}
	return w
}
