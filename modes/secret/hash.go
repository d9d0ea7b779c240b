package secret

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// alphabet is the one that crypt(3) counts in.
const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Sizes in characters, and the costs of types 8 and 9 (reference cli 2.3).
const (
	MD5SaltLen   = 4
	maxMD5Salt   = 8
	md5HashLen   = 22
	saltLen      = 14
	hashLen      = 43
	keyLen       = 32 // bytes
	pbkdf2Rounds = 20000
	scryptN      = 16384
	md5Rounds    = 1000
)

// encoding64 is the base64 of types 8 and 9.
var encoding64 = base64.NewEncoding(alphabet).WithPadding(base64.NoPadding)

// Salt turns random bytes into as many characters of a salt.
func Salt(random []byte) string {
	out := make([]byte, len(random))
	for i, b := range random {
		out[i] = alphabet[b%64]
	}
	return string(out)
}

// fields splits "$id$salt$hash" and checks its characters.
func fields(text, id string) (salt, hash string, ok bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 4 || parts[0] != "" || parts[1] != id {
		return "", "", false
	}
	for _, p := range parts[2:] {
		if p == "" || strings.Trim(p, alphabet) != "" {
			return "", "", false
		}
	}
	if id == "1" && (len(parts[2]) > maxMD5Salt || len(parts[3]) != md5HashLen) {
		return "", "", false
	}
	return parts[2], parts[3], true
}

// HashPBKDF2 makes a type 8 secret with a salt of 14 characters.
func HashPBKDF2(plain, salt string) Secret {
	key, err := pbkdf2.Key(sha256.New, plain, []byte(salt), pbkdf2Rounds, keyLen)
	if err != nil { // only FIPS mode refuses short keys
		return Secret{}
	}
	return Secret{Kind: PBKDF2, Text: "$8$" + salt + "$" + encoding64.EncodeToString(key)}
}

// HashScrypt makes a type 9 secret with a salt of 14 characters.
func HashScrypt(plain, salt string) Secret {
	key, err := scrypt.Key([]byte(plain), []byte(salt), scryptN, 1, 1, keyLen)
	if err != nil { // the parameters are constant and legal
		return Secret{}
	}
	return Secret{Kind: Scrypt, Text: "$9$" + salt + "$" + encoding64.EncodeToString(key)}
}

// HashMD5 makes a type 5 secret: MD5-crypt as FreeBSD defined it, with a salt
// of at most eight characters.
func HashMD5(plain, salt string) Secret {
	const magic = "$1$"
	inner := md5.Sum([]byte(plain + salt + plain))
	mixed := []byte(plain + magic + salt)
	for n := len(plain); n > 0; n -= md5.Size {
		mixed = append(mixed, inner[:min(n, md5.Size)]...)
	}
	for n := len(plain); n > 0; n >>= 1 {
		if n&1 != 0 {
			mixed = append(mixed, 0)
		} else {
			mixed = append(mixed, plain[0])
		}
	}
	sum := md5.Sum(mixed)
	for i := range md5Rounds {
		sum = md5Round(sum, plain, salt, i)
	}
	return Secret{Kind: MD5, Text: magic + salt + "$" + encodeMD5(sum)}
}

// md5Round is one of the rounds that make guessing slow.
func md5Round(sum [md5.Size]byte, plain, salt string, i int) [md5.Size]byte {
	var b []byte
	add := func(whole bool) {
		if whole {
			b = append(b, plain...)
		} else {
			b = append(b, sum[:]...)
		}
	}
	add(i&1 != 0)
	if i%3 != 0 {
		b = append(b, salt...)
	}
	if i%7 != 0 {
		b = append(b, plain...)
	}
	add(i&1 == 0)
	return md5.Sum(b)
}

// encodeMD5 writes a sum in the order of bytes that MD5-crypt uses.
func encodeMD5(sum [md5.Size]byte) string {
	var out []byte
	put := func(v uint32, n int) {
		for range n {
			out = append(out, alphabet[v&0x3f])
			v >>= 6
		}
	}
	for i := range 5 {
		third := 12 + i
		if i == 4 {
			third = 5
		}
		put(uint32(sum[i])<<16|uint32(sum[i+6])<<8|uint32(sum[third]), 4)
	}
	put(uint32(sum[11]), 2)
	return string(out)
}
