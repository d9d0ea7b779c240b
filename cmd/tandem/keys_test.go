package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/router"
)

// hostKey is the modulus of a router's SSH key, "" without one.
func (p *plant) hostKey(t *testing.T, name string) (modulus string) {
	t.Helper()
	done := make(chan struct{})
	require.NoError(t, p.ways[name].Post(func(_ clock.Time, r *router.Router) {
		defer close(done)
		if key := r.PrivateKey(); key != nil {
			modulus = key.N.String()
		}
	}))
	<-done
	return modulus
}

// Every router of a lab can be reached by SSH from its first boot on, without
// a key being asked for; the key is the same one at the next start.
func TestRoutersHaveKeysFromTheFirstBoot(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	p, err := start("", settings{state: state, seed: 1})
	require.NoError(t, err)
	p.makeKeys(func(text string) { t.Error(text) })
	keys := map[string]string{}
	for _, name := range []string{"RouterA", "RouterB"} {
		key := p.hostKey(t, name)
		require.NotEmpty(t, key, name)
		keys[name] = key
	}
	require.NotEqual(t, keys["RouterA"], keys["RouterB"])
	require.NoError(t, p.stop())

	again := live(t, "", state)
	for name, key := range keys {
		require.Equal(t, key, again.hostKey(t, name), name)
	}
}
