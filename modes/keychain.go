package modes

import (
	"strings"

	"tandem/config"
	"tandem/keychain"
	"tandem/modes/secret"
	"tandem/parser"
)

// Order among the lines of SectionUsers (reference cli 5.3).
const (
	rankTrack    = 80
	rankKeyChain = 90
)

var keyChain = Block{
	In: ConfigMode, Syntax: "key chain <name:word>", Keys: []string{"name"}, Opens: "config-keychain",
	Help: Words{"key": "Key management", "chain": "Key-chain management", "name": "Key-chain name"},
	Place: func(_ *Exec, a parser.Args) config.Place {
		return config.Place{Section: config.SectionUsers, Order: [4]int{rankKeyChain}, Text: a.Get("name")}
	},
	Close: func(x *Exec, a parser.Args) error {
		return x.Device.EditKeyChain(x.Now, a.Get("name"), func(keychain.Chain) keychain.Chain { return nil })
	},
	Examples: []string{"key chain keys"},
}

var keyOfChain = Block{
	In: "config-keychain", Syntax: "key <id:0-2147483647>", Keys: []string{"id"}, Opens: "config-keychain-key",
	Help:  Words{"key": "Configure a key", "id": "Key identifier"},
	Place: func(_ *Exec, a parser.Args) config.Place { return at(a.Int("id")) },
	Close: func(x *Exec, a parser.Args) error {
		return x.Device.EditKeyChain(x.Now, chainName(x.Node), func(c keychain.Chain) keychain.Chain { return c.Without(uint32(a.Int("id"))) })
	},
	Examples: []string{"key 1"},
}

// nextKey lets "key N" follow the lines of another key: there the word alone
// would be short for key-string.
var nextKey = Verb{
	In: "config-keychain-key", Syntax: keyOfChain.Syntax, Keys: keyOfChain.Keys, Help: keyOfChain.Help,
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		x.Node = x.Node.Parent()
		x.Shell.stack = x.Shell.stack[:len(x.Shell.stack)-1]
		return x.Shell.runBlock(x, keyOfChain, parser.Match{Form: form, Args: a})
	},
}

// keyText is a key as typed.
type keyText struct {
	kind int
	text string
}

// String is the line of the key.
func (k keyText) String() string {
	if k.kind > 0 {
		return "key-string " + itoa(k.kind) + " " + k.text
	}
	return "key-string " + k.text
}

// hide turns a clear key into type 7.
func (k keyText) hide(x *Exec) keyText {
	return keyText{int(secret.Vigenere), hide(x, secret.Secret{Text: k.text}).Text}
}

var keyString = Leaf[keyText]{
	In: "config-keychain-key", Syntax: "key-string [<kind:0-7>] <text:line>", Place: at(1), No: "key-string [<text:line>]",
	Help: Words{
		"key-string": "Set key string", "kind": "Specifies an UNENCRYPTED (0) or HIDDEN (7) password will follow",
		"text": "The UNENCRYPTED (cleartext) user password",
	},
	Parse: func(x *Exec, a parser.Args) (keyText, error) {
		k := keyText{a.Int("kind"), a.Get("text")}
		if _, ok := reveal(k.kind, k.text); !ok {
			return k, CaretError{Arg: "text"}
		}
		if k.kind == 0 && hiding(x) {
			k = k.hide(x)
		}
		return k, nil
	},
	Print: func(_ parser.Args, k keyText) string { return k.String() },
	Apply: func(x *Exec, _ parser.Args, k keyText) error {
		clear, _ := reveal(k.kind, k.text)
		return editKey(x, func(key *keychain.Key) { key.Text = clear })
	},
	Examples: []string{"key-string hush hush", "key-string 7 060506324F41"},
}

// chainName is the name in the header of a key chain's block.
func chainName(n *config.Node) string { return strings.TrimPrefix(n.Header(), "key chain ") }

// keyID is the number in the header of a key's block.
func keyID(n *config.Node) uint32 { return uint32(atoi(strings.TrimPrefix(n.Header(), "key "))) }

// editKey changes the key whose block x is in.
func editKey(x *Exec, edit func(k *keychain.Key)) error {
	return x.Device.EditKeyChain(x.Now, chainName(x.Node.Parent()), func(c keychain.Chain) keychain.Chain {
		return c.Edit(keyID(x.Node), edit)
	})
}

func keyChainLines() []Declaration {
	return []Declaration{keyChain, keyOfChain, nextKey, keyString, acceptLifetime, sendLifetime, showKeyChain}
}
