package router_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/nvram"
	"tandem/platform"
	"tandem/router"
)

// The dialogue of the sample crypto-key-generate, and the key after a reload.
func TestKeyGeneration(t *testing.T) {
	b := delivered(t)
	b.privileged()
	b.enter("configure terminal")
	require.Equal(t, "% Please define a domain-name first.\n", b.enter("crypto key generate rsa"))
	require.Empty(t, b.enter("ip domain-name example.com"))
	require.Equal(t, "The name for the keys will be: R1.example.com\n"+
		"Choose the size of the key modulus in the range of 360 to 4096 for your\n"+
		"  General Purpose Keys. Choosing a key modulus greater than 512 may take\n  a few minutes.\n\n", b.enter("crypto key generate rsa"))
	require.Equal(t, "How many bits in the modulus [512]: ", b.prompt())
	said := b.enter("1024")
	require.Contains(t, said, "% Generating 1024 bit RSA keys, keys will be non-exportable...[OK]\n")
	require.Contains(t, said, "%SSH-5-ENABLED: SSH 1.99 has been enabled\n")
	require.Contains(t, b.enter("do show ip ssh"), "SSH Enabled - version 1.99\n")

	require.Equal(t, "% You already have RSA keys defined named R1.example.com.\n", b.enter("crypto key generate rsa modulus 1024"))
	require.Equal(t, "% Do you really want to replace them? [yes/no]: ", b.prompt())
	old := b.PrivateKey()
	require.Equal(t, "% Please answer 'yes' or 'no'.\n", b.enter("perhaps"))
	require.Empty(t, b.enter("no"))
	require.True(t, old.Equal(b.PrivateKey()), "it is kept")
	shown := b.enter("do show crypto key mypubkey rsa")
	require.True(t, strings.HasPrefix(shown, "Key name: R1.example.com\n Usage: General Purpose Key\n Key is not exportable.\n Key Data:\n  30819F30 0D06092A 864886F7 0D010101 05000381 8D003081 "), shown)
	b.enter("crypto key generate rsa exportable modulus 1024")
	require.Contains(t, b.enter("yes"), "% Generating 1024 bit RSA keys, keys will be exportable...[OK]\n")
	require.False(t, old.Equal(b.PrivateKey()), "it is replaced")

	again, err := router.New(b.now, b.Settings)
	require.NoError(t, err)
	require.True(t, again.PrivateKey().Equal(b.PrivateKey()), "it is kept in NVRAM")
	require.Equal(t, b.HostKey(), again.HostKey(), "so is its name")
}

// The key that a lab's router starts with is replaced without a question.
func TestFirstKeyIsNobodys(t *testing.T) {
	b := delivered(t, "ip domain name example.com")
	key, err := router.NewHostKey()
	require.NoError(t, err)
	require.NoError(t, b.AdoptHostKey(1, key))
	b.privileged()
	require.Contains(t, b.enter("show crypto key mypubkey rsa"), "Key name: R1\n")
	b.enter("configure terminal")
	require.Contains(t, b.enter("crypto key generate rsa modulus 1024"), "The name for the keys will be: R1.example.com\n")
}

// A router goes on while its key is made; the answer comes when it is.
func TestKeyGenerationStallsNobody(t *testing.T) {
	hw, err := platform.New("c3845", nil, "R1")
	require.NoError(t, err)
	posted := make(chan func(clock.Time))
	r, err := router.New(0, router.Settings{
		Hardware: hw, Store: nvram.NewMemory(nvram.Usable(hw.Identity().NVRAM)), Grammar: grammar,
		Startup: []byte("hostname R1\nip domain name example.com\nline vty 0 4\n no login\nend\n"),
		Random:  rand.NewChaCha8([32]byte{1}), Cause: "power-on", Post: func(f func(clock.Time)) { posted <- f },
	})
	require.NoError(t, err)
	t.Cleanup(r.Close)
	b := &bench{Router: r, t: t}
	b.console = r.OpenConsole(0, func(s router.Screen) { b.screens = append(b.screens, s) })
	b.privileged()
	b.enter("configure terminal")
	require.Contains(t, b.enter("crypto key generate rsa modulus 2048"), "% Generating 2048 bit RSA keys, keys will be non-exportable...")
	require.Equal(t, router.WantNothing, b.screens[len(b.screens)-1].Want)
	require.Nil(t, r.PrivateKey())
	other := b.call(caller)
	other.said()
	require.Equal(t, "Current privilege level is 1\nR1>", other.enter("show privilege"), "others are served")

	b.screens = nil
	select {
	case then := <-posted:
		then(2)
	case <-time.After(time.Minute):
		t.Fatal("no key")
	}
	require.Equal(t, "[OK]\n", b.screens[0].Text)
	require.Equal(t, "R1(config)#", b.screens[0].Prompt)
	require.Equal(t, 2048, r.HostKeyBits())
}

// A key that comes after the loss of power belongs to nobody.
func TestKeyOfARouterThatIsOver(t *testing.T) {
	hw, err := platform.New("c3845", nil, "R1")
	require.NoError(t, err)
	posted := make(chan func(clock.Time))
	r, err := router.New(0, router.Settings{
		Hardware: hw, Store: nvram.NewMemory(nvram.Usable(hw.Identity().NVRAM)), Grammar: grammar, Startup: []byte("end\n"),
		Random: rand.NewChaCha8([32]byte{1}), Cause: "power-on", Post: func(f func(clock.Time)) { posted <- f },
	})
	require.NoError(t, err)
	r.MakeHostKey(1, "R1", 1024, false, func(clock.Time, error) { t.Error("told of a key") })
	r.Close()
	(<-posted)(2)
	require.Nil(t, r.PrivateKey())
}
