package nvram_test

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/nvram"
)

func TestSetAside(t *testing.T) {
	s := nvram.NewMemory(1000)
	for _, want := range []string{"flash:startup-config.bad", "flash:startup-config.bad1", "flash:startup-config.bad2"} {
		require.NoError(t, s.WriteStartup([]byte(want)))
		name, err := s.SetAside(nvram.StartupName)
		require.NoError(t, err)
		require.Equal(t, want, name)
		_, err = s.Startup()
		require.ErrorIs(t, err, nvram.ErrEmpty)
		kept, err := s.Read(name)
		require.NoError(t, err)
		require.Equal(t, want, string(kept), "none replaces another")
	}
	_, err := s.SetAside(nvram.StartupName)
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = s.SetAside("elsewhere")
	require.ErrorIs(t, err, nvram.ErrName)
}
