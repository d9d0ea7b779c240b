package secret

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// vigenereKey is what type 7 is combined with, byte by byte (reference cli
// 2.3). It protects from glances, nothing else.
const vigenereKey = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"

// saltRange is the number of salts that are given out; every place of the key
// is understood.
const saltRange = 16

// Obscure returns plain as type 7; only the low bits of salt, 0 to 15, count.
func Obscure(plain string, salt byte) Secret {
	start := int(salt % saltRange)
	var b strings.Builder
	fmt.Fprintf(&b, "%02d", start)
	for i := range len(plain) {
		fmt.Fprintf(&b, "%02X", plain[i]^vigenereKey[(start+i)%len(vigenereKey)])
	}
	return Secret{Kind: Vigenere, Text: b.String()}
}

// reveal undoes Obscure.
func reveal(text string) (plain string, ok bool) {
	if len(text) < 4 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9' {
		return "", false
	}
	start := int(text[0]-'0')*10 + int(text[1]-'0')
	b, err := hex.DecodeString(text[2:])
	if err != nil || start >= len(vigenereKey) {
		return "", false
	}
	for i := range b {
		b[i] ^= vigenereKey[(start+i)%len(vigenereKey)]
	}
	return string(b), true
}
