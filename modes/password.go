package modes

import (
	"maps"
	"strings"

	"tandem/config"
	"tandem/modes/secret"
	"tandem/parser"
)

// Answers to passwords that can't be stored (reference cli 2.2 and 2.3; the
// texts for a malformed one are assumed).
const (
	invalidEncrypted = "Invalid encrypted password"
	sameAsSecret     = "The enable password you have chosen is the same as your enable secret.\n" +
		"This is not recommended.  Re-enter the enable password.\n"
)

// passwordHelp explains "[0 | 7] LINE"; what names the password.
func passwordHelp(more Words, what string) Words {
	maps.Copy(more, Words{
		"clear": "Specifies an UNENCRYPTED password will follow", "hidden": "Specifies a HIDDEN password will follow",
		"text": "The UNENCRYPTED (cleartext) " + what,
	})
	return more
}

// secretHelp explains "[0 | 5 | 8 | 9] LINE".
func secretHelp(more Words, what string) Words {
	maps.Copy(more, Words{
		"md5": "Specifies an ENCRYPTED secret will follow", "pbkdf2": "Specifies a PBKDF2 HASHED secret will follow",
		"scrypt": "Specifies a SCRYPT HASHED secret will follow", "clear": "Specifies an UNENCRYPTED password will follow",
		"text": "The UNENCRYPTED (cleartext) " + what,
	})
	return more
}

// secretForms is the grammar behind "secret".
const secretForms = "[0@clear | 5@md5 | 8@pbkdf2 | 9@scrypt] <text:line>"

// typedPassword is the Parse of a password: stored as typed, hidden where
// service password-encryption says so.
func typedPassword(x *Exec, a parser.Args) (secret.Secret, error) {
	kind := secret.Clear
	if a.Has("hidden") {
		kind = secret.Vigenere
	}
	s, err := secret.Parse(kind, a.Get("text"))
	if err != nil {
		return secret.Secret{}, Refusal(invalidEncrypted)
	}
	if kind == secret.Clear && hiding(x) {
		s = hide(x, s)
	}
	return s, nil
}

// typedSecret is the Parse of a secret: hashed here unless it was typed with
// its kind. The same secret again keeps its salt.
func typedSecret(x *Exec, a parser.Args, old secret.Secret) (secret.Secret, error) {
	kind := secret.Clear
	for name, k := range map[string]secret.Kind{"md5": secret.MD5, "pbkdf2": secret.PBKDF2, "scrypt": secret.Scrypt} {
		if a.Has(name) {
			kind = k
		}
	}
	text := a.Get("text")
	if kind != secret.Clear {
		s, err := secret.Parse(kind, text)
		if err != nil {
			return secret.Secret{}, Refusal(invalidEncrypted)
		}
		return s, nil
	}
	if old.Kind == secret.MD5 && old.Check(text) {
		return old, nil
	}
	salt := make([]byte, secret.MD5SaltLen)
	x.Device.Draw(salt)
	return secret.HashMD5(text, secret.Salt(salt)), nil
}

func hide(x *Exec, s secret.Secret) secret.Secret {
	salt := make([]byte, 1)
	x.Device.Draw(salt)
	return secret.Obscure(s.Text, salt[0])
}

// bare prints a password the way lines and enable do: without a 0.
func bare(word string, s secret.Secret) string {
	switch {
	case !s.Set():
		return ""
	case s.Kind == secret.Clear:
		return word + " " + s.Text
	}
	return numbered(word, s)
}

// numbered prints a password with its kind.
func numbered(word string, s secret.Secret) string {
	return word + " " + itoa(int(s.Kind)) + " " + s.Text
}

// The grammars of the two enable passwords.
const (
	enableSecretSyntax   = "enable secret [level@levels <level:1-15>] " + secretForms
	enablePasswordSyntax = "enable password [level@levels <level:1-15>] [0@clear | 7@hidden] <text:line>"
)

// levelWords are those of "enable secret level 5".
func levelWords(password string, more Words) Words {
	more["enable"] = "Modify enable password parameters"
	more[password] = "Assign the privileged level " + password
	more["levels"] = "Set exec level password"
	more["level"] = "Level number"
	more["rest"] = "The password"
	return more
}

func enableLevel(a parser.Args) string {
	if a.Has("level") {
		return a.Get("level")
	}
	return "15"
}

func enablePlace(order int) func(a parser.Args) config.Place {
	return func(a parser.Args) config.Place {
		return in(config.SectionSecurity, order, atoi(enableLevel(a)))
	}
}

// enableWord is "enable secret" with its level.
func enableWord(word string, a parser.Args) string {
	if l := enableLevel(a); l != "15" {
		return "enable " + word + " level " + l
	}
	return "enable " + word
}

var enableSecret = Leaf[secret.Secret]{
	In: ConfigMode, Syntax: enableSecretSyntax, No: "enable secret [level@levels <level:1-15>] [<rest:line>]",
	Help: secretHelp(levelWords("secret", Words{}), "'enable' secret"), Name: enableLevel, PlaceOf: enablePlace(10),
	Parse: func(x *Exec, a parser.Args) (secret.Secret, error) {
		old, _ := x.Node.Get(config.Slot{Leaf: enableSecretSyntax, Instance: enableLevel(a)})
		before, _ := old.Value.(secret.Secret)
		return typedSecret(x, a, before)
	},
	Print: func(a parser.Args, s secret.Secret) string {
		if !s.Set() {
			return ""
		}
		return numbered(enableWord("secret", a), s)
	},
	Apply:    kept[secret.Secret],
	Examples: []string{"enable secret 5 $1$mHcJ$FWUkT4TuCA.DSBod7NUDM/"},
}

var enablePassword = Leaf[secret.Secret]{
	In: ConfigMode, Syntax: enablePasswordSyntax,
	No:   "enable password [level@levels <level:1-15>] [<rest:line>]",
	Help: passwordHelp(levelWords("password", Words{}), "'enable' password"), Name: enableLevel, PlaceOf: enablePlace(11),
	Parse: func(x *Exec, a parser.Args) (secret.Secret, error) {
		s, err := typedPassword(x, a)
		if err == nil && enableSecret.Value(x.Node, enableLevel(a)).Check(s.Plain()) {
			x.Print(sameAsSecret)
		}
		return s, err
	},
	Print: func(a parser.Args, s secret.Secret) string { return bare(enableWord("password", a), s) },
	Apply: kept[secret.Secret], Examples: []string{"enable password cisco"},
}

// passwordEncryption hides every clear password, at once and for good; its no
// form only stops hiding new ones.
var passwordEncryption = Leaf[bool]{
	In: ConfigMode, Syntax: "service password-encryption", Place: in(config.SectionServices, 30), Always: true,
	Help:  Words{"password-encryption": "Encrypt system passwords"},
	Parse: given, Print: yesNo("service password-encryption"),
	Apply: func(x *Exec, _ parser.Args, on bool) error {
		if on {
			hideAll(x, x.Device.Config().Root)
		}
		return nil
	},
	Examples: []string{"service password-encryption", "no service password-encryption"},
}

// hideAll turns the clear passwords of a block and of those in it into type 7.
func hideAll(x *Exec, n *config.Node) {
	for _, e := range n.Entries() {
		switch v := e.Value.(type) {
		case secret.Secret:
			if v.Kind == secret.Clear && v.Set() {
				hidden := hide(x, v)
				for i := range e.Lines {
					e.Lines[i].Text = strings.TrimSuffix(e.Lines[i].Text, " "+v.Text) + " 7 " + hidden.Text
				}
				e.Value = hidden
				n.Set(e)
			}
		case keyText:
			if v.kind == 0 {
				e.Value = v.hide(x)
				e.Lines[0].Text = e.Value.(keyText).String()
				n.Set(e)
			}
		case password:
			if v.key != "" && v.kind == 0 {
				h := v.hide(x)
				e.Lines[0].Text = strings.Replace(e.Lines[0].Text, " key-string "+v.key, " key-string 7 "+h.key, 1)
				e.Value = h
				n.Set(e)
			}
		case user:
			if v.password.Kind == secret.Clear && v.password.Set() {
				v.password = hide(x, v.password)
				putUser(n, e.Slot.Instance, v)
			}
		}
	}
	for _, c := range n.Children() {
		hideAll(x, c)
	}
}

// hiding reports whether clear passwords are stored as type 7 from now on.
func hiding(x *Exec) bool { return passwordEncryption.Value(x.Device.Config().Root) }

func passwordLines() []Declaration {
	return []Declaration{enableSecret, enablePassword, passwordEncryption}
}

// EnableSecret returns what "enable LEVEL" asks for and whether it is a secret
// rather than a password; the zero Secret when nothing is set.
func EnableSecret(t *config.Tree, level int) (s secret.Secret, hashed bool) {
	if s := enableSecret.Value(t.Root, itoa(level)); s.Set() {
		return s, true
	}
	return enablePassword.Value(t.Root, itoa(level)), false
}
