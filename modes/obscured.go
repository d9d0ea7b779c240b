package modes

import "encoding/hex"

// obscuring is the fixed text that type 7 secrets are combined with.
const obscuring = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"

// reveal returns the clear text of a secret of type 0 or 7, and false for one
// that is none. A type 7 secret is two decimal digits that say where in the
// fixed text to begin, then the characters combined with it, in hexadecimal.
func reveal(kind int, secret string) (string, bool) {
	if kind == 0 {
		return secret, true
	}
	if kind != 7 || len(secret) < 4 || secret[0] < '0' || secret[0] > '1' || secret[1] < '0' || secret[1] > '9' {
		return "", false
	}
	at := int(secret[0]-'0')*10 + int(secret[1]-'0')
	b, err := hex.DecodeString(secret[2:])
	if err != nil || at > 15 {
		return "", false
	}
	for i := range b {
		b[i] ^= obscuring[(at+i)%len(obscuring)]
	}
	return string(b), true
}
