// Package secret holds the forms in which a configuration keeps passwords:
// clear (0), MD5-crypt (5), the reversible Vigenere form (7), PBKDF2 (8) and
// scrypt (9). All are those of reference cli 2.3.
package secret

import (
	"crypto/subtle"
	"errors"
	"fmt"
)

// Kind is the number in front of a stored password.
type Kind uint8

// The kinds.
const (
	Clear    Kind = 0 // as typed
	MD5      Kind = 5 // "$1$salt$hash"
	Vigenere Kind = 7 // two digits of salt, then hexadecimal; can be read back
	PBKDF2   Kind = 8 // "$8$salt$hash"
	Scrypt   Kind = 9 // "$9$salt$hash"
)

// ErrMalformed says that a stored text has not the form of its kind.
var ErrMalformed = errors.New("secret: malformed")

// Secret is one password as a configuration holds it. The zero value is none.
type Secret struct {
	Kind Kind
	Text string
}

// String hides the text: a secret that reaches a log by mistake says nothing.
func (s Secret) String() string { return fmt.Sprintf("secret of type %d", s.Kind) }

// Parse takes a password that was typed with its kind. It returns ErrMalformed
// where the text can't be one of that kind.
func Parse(kind Kind, text string) (Secret, error) {
	s := Secret{Kind: kind, Text: text}
	ok := text != ""
	switch kind {
	case Clear:
	case Vigenere:
		_, ok = reveal(text)
	case MD5:
		_, _, ok = fields(text, "1")
	case PBKDF2, Scrypt:
		var salt, hash string
		salt, hash, ok = fields(text, string('0'+byte(kind)))
		ok = ok && len(salt) == saltLen && len(hash) == hashLen
	default:
		ok = false
	}
	if !ok {
		return Secret{}, ErrMalformed
	}
	return s, nil
}

// Set reports whether there is a password.
func (s Secret) Set() bool { return s.Text != "" }

// Check reports whether plain is the password. It takes the same time whatever
// plain is; a secret that is not set has no password.
func (s Secret) Check(plain string) bool {
	if !s.Set() {
		return false
	}
	var want, got string
	switch s.Kind {
	case Clear, Vigenere:
		want, got = s.Plain(), plain
	case MD5:
		salt, _, _ := fields(s.Text, "1")
		want, got = s.Text, HashMD5(plain, salt).Text
	case PBKDF2:
		salt, _, _ := fields(s.Text, "8")
		want, got = s.Text, HashPBKDF2(plain, salt).Text
	case Scrypt:
		salt, _, _ := fields(s.Text, "9")
		want, got = s.Text, HashScrypt(plain, salt).Text
	}
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}

// Plain returns the password of the kinds that can be read back, "" for
// others.
func (s Secret) Plain() string {
	switch s.Kind {
	case Clear:
		return s.Text
	case Vigenere:
		plain, _ := reveal(s.Text)
		return plain
	}
	return ""
}
