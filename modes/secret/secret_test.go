package secret_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/modes/secret"
)

// vectors are those of reference cli 2.3.
var vectors = []struct {
	kind        secret.Kind
	text, plain string
}{
	{secret.Clear, "cisco", "cisco"},
	{secret.Vigenere, "060506324F41", "cisco"},
	{secret.Vigenere, "0822455D0A16", "cisco"},
	{secret.Vigenere, "01161E05561B0A0A", "example"},
	{secret.MD5, "$1$mHcJ$FWUkT4TuCA.DSBod7NUDM/", "1234"},
	{secret.MD5, "$1$cAKq$ALs4Jn4zeIluqaZywN8AT.", "class"},
	{secret.MD5, "$1$mERr$V7cjNHFi7FcITLCiKNEah.", "apr"},
	{secret.PBKDF2, "$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk", "hashcat"},
	{secret.Scrypt, "$9$Bp5GvMPutUfh2I$wsctJDWwH8/BLOC6juhB2Jc45qtYJ/gWy.JwLZ4zii.", "cisco"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		s, err := secret.Parse(v.kind, v.text)
		require.NoError(t, err, v.text)
		require.True(t, s.Check(v.plain), v.text)
		require.False(t, s.Check(v.plain+"x"), v.text)
		require.False(t, s.Check(""), v.text)
	}
}

func TestReversibleFormRoundTrips(t *testing.T) {
	require.Equal(t, "01161E05561B0A0A", secret.Obscure("example", 1).Text)
	long := "a password that is longer than the key of fifty-three bytes is"
	for salt := range byte(16) {
		require.Equal(t, long, secret.Obscure(long, salt).Plain())
	}
}

func TestMalformed(t *testing.T) {
	for _, c := range []struct {
		kind secret.Kind
		text string
	}{
		{secret.Clear, ""},
		{secret.Vigenere, "0"},
		{secret.Vigenere, "06"},
		{secret.Vigenere, "0605063"},
		{secret.Vigenere, "9905"},
		{secret.Vigenere, "06ZZ"},
		{secret.MD5, "cisco"},
		{secret.MD5, "$1$abcd$short"},
		{secret.MD5, "$9$mHcJ$FWUkT4TuCA.DSBod7NUDM/"},
		{secret.PBKDF2, "$8$salt$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk"},
		{secret.Scrypt, "$9$Bp5GvMPutUfh2I$x"},
		{3, "x"},
	} {
		_, err := secret.Parse(c.kind, c.text)
		require.ErrorIs(t, err, secret.ErrMalformed, c.text)
	}
	require.False(t, secret.Secret{}.Check(""))
	require.NotContains(t, secret.Secret{Text: "cisco"}.String(), "cisco")
}

func TestSaltsOfTheAlphabet(t *testing.T) {
	s := secret.HashMD5("cisco", secret.Salt([]byte{0, 63, 64, 255}))
	require.Regexp(t, `^\$1\$\./?`, s.Text)
	_, err := secret.Parse(secret.MD5, s.Text)
	require.NoError(t, err)
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors[:7] {
		f.Add(uint8(v.kind), v.text, v.plain)
	}
	f.Fuzz(func(t *testing.T, kind uint8, text, plain string) {
		s, err := secret.Parse(secret.Kind(kind), text)
		if err != nil {
			return
		}
		if kind == 7 && len(text)%2 == 0 {
			require.True(t, s.Check(s.Plain()) || s.Plain() == "")
		}
		if kind < 8 {
			s.Check(plain)
		}
	})
}
