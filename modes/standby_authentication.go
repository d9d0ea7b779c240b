package modes

import (
	"time"

	"tandem/hsrp"
	"tandem/modes/secret"
	"tandem/parser"
	"tandem/wire"
)

// password is the authentication of a group as it is configured: one line,
// whichever of the three forms it has.
type password struct {
	text    string // "authentication WORD"
	key     string // "md5 key-string", as typed
	kind    int    // 7: key is obscured
	timeout int    // seconds that the former key still counts
	chain   string // "md5 key-chain"
}

// hide turns a clear key into type 7.
func (p password) hide(x *Exec) password {
	p.key, p.kind = hide(x, secret.Secret{Text: p.key}).Text, int(secret.Vigenere)
	return p
}

var noPassword = password{text: hsrp.DefaultText}

var standbyAuthentication = standbyGroup(rankGroupAuthentication, Leaf[password]{
	Syntax: "authentication {[text] <password:word> | " +
		"md5 {key-string [<kind:0-7>] <key:word> [timeout <seconds:0-32767>] | key-chain <chain:word>}}",
	No:      "authentication [<values:line>]",
	Default: noPassword,
	Help: Words{
		"authentication": "Authentication", "text": "Plain text authentication",
		"password": "Plain text authentication string (8 chars max)", "md5": "Use MD5 authentication",
		"key-string": "Set key string", "key": "Key string (64 chars max)", "timeout": "Set transition timeout",
		"kind": "Specifies an UNENCRYPTED (0) or HIDDEN (7) key string will follow", "seconds": "Number of seconds the former key is accepted",
		"key-chain": "Set key chain", "chain": "Name of key-chain", "values": "Authentication",
	},
	Parse: parsePassword,
	Print: func(a parser.Args, v password) string {
		text := standbyLine(a) + "authentication "
		switch {
		case v == noPassword:
			return ""
		case v.chain != "":
			return text + "md5 key-chain " + v.chain
		case v.key == "":
			return text + v.text
		}
		text += "md5 key-string "
		if v.kind > 0 {
			text += itoa(v.kind) + " "
		}
		if text += v.key; v.timeout > 0 {
			text += " timeout " + itoa(v.timeout)
		}
		return text
	},
	Examples: []string{
		"standby 1 authentication secret", "standby 1 authentication md5 key-string hush",
		"standby 1 authentication md5 key-string 7 060506324F41 timeout 60", "standby 1 authentication md5 key-chain keys",
	},
}, func(c *hsrp.GroupConfig, _ parser.Args, v password) {
	c.Authentication = hsrp.Authentication{Kind: wire.HSRPAuthMD5, Timeout: time.Duration(v.timeout) * time.Second, KeyChain: v.chain}
	switch {
	case v.chain != "":
	case v.key != "":
		c.Authentication.Key, _ = reveal(v.kind, v.key)
	default:
		c.Authentication = hsrp.Authentication{Kind: wire.HSRPAuthText, Text: v.text}
	}
})

// maxKey bounds an MD5 key of a group, in characters.
const maxKey = 64

func parsePassword(x *Exec, a parser.Args) (password, error) {
	if !a.Has("md5") {
		return password{text: a.Get("password")}, hsrp.CheckText(a.Get("password"))
	}
	p := password{key: a.Get("key"), kind: a.Int("kind"), timeout: a.Int("seconds"), chain: a.Get("chain")}
	if p.chain != "" {
		return p, nil
	}
	clear, ok := reveal(p.kind, p.key)
	if !ok || len(clear) > maxKey {
		return p, CaretError{Arg: "key"}
	}
	if p.kind == 0 && hiding(x) {
		p = p.hide(x)
	}
	return p, nil
}
