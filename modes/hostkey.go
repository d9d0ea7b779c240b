package modes

import (
	"encoding/hex"
	"strings"

	"tandem/parser"
)

// HostKey describes the RSA key of SSH.
type HostKey struct {
	Name       string // that the user gave it; "" for the key a lab's router starts with
	Exportable bool
	Public     []byte // DER, as RFC 5280 encodes a SubjectPublicKeyInfo
}

// keyThere is the question before a user's own key is replaced (remembered).
const (
	keyThere   = "%% You already have RSA keys defined named %s.\n"
	replaceKey = "% Do you really want to replace them? [yes/no]: "
)

// replacing asks before a key that somebody made is lost; the key that the
// router made for itself goes without a question.
func replacing(x *Exec, name string, then func(x *Exec)) {
	if x.Device.HostKey().Name != name {
		then(x)
		return
	}
	x.Printf(keyThere, name)
	askYesNo(x, replaceKey, "", then, func(*Exec) {})
}

var showHostKey = Command{
	Syntax: "show crypto key mypubkey rsa", Privilege: 15, Piped: true,
	Help: Words{
		"crypto": "Encryption module", "key": "Show long term public keys", "mypubkey": "Show public keys associated with this router",
		"rsa": "Show RSA public keys",
	},
	Run: func(x *Exec, _ parser.Args) {
		k := x.Device.HostKey()
		if len(k.Public) == 0 {
			return
		}
		name, export := k.Name, "not exportable"
		if name == "" {
			name = HostnameOf(x.Device.Config())
		}
		if k.Exportable {
			export = "exportable"
		}
		x.Printf("Key name: %s\n Usage: General Purpose Key\n Key is %s.\n Key Data:\n%s", name, export, keyData(k.Public))
	},
}

// keyData writes a key in rows of eight groups of eight digits (remembered).
func keyData(key []byte) string {
	var b strings.Builder
	digits := strings.ToUpper(hex.EncodeToString(key))
	for i := 0; i < len(digits); i += 8 {
		if i%64 == 0 {
			b.WriteString(" ")
		}
		b.WriteString(" " + digits[i:min(i+8, len(digits))])
		if i%64 == 56 {
			b.WriteString(" \n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n") + "\n"
}
