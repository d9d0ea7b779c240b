package platform_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/platform"
)

func TestInstall(t *testing.T) {
	h := build(t, "c3845", nil, "R")
	require.Equal(t, "Cisco IOS Software, 3800 Software (C3845-ADVSECURITYK9-M), Version 12.4(6)T, RELEASE SOFTWARE (fc1)", h.Identity().Software())
	require.Equal(t, "flash:c3845-advsecurityk9-mz.124-6.T.bin", h.Identity().ImageFile)
	require.Equal(t, platform.Era124, h.Identity().Era)
	require.NoError(t, h.Install("15.1(4)M"))
	require.Equal(t, "Cisco IOS Software, 3800 Software (C3845-ADVSECURITYK9-M), Version 15.1(4)M, RELEASE SOFTWARE (fc1)", h.Identity().Software())
	require.Equal(t, "flash:c3845-advsecurityk9-mz.151-4.M.bin", h.Identity().ImageFile)
	require.Equal(t, platform.Era15, h.Identity().Era)
	err := h.Install("12.4")
	require.ErrorIs(t, err, platform.ErrRelease)
	require.EqualError(t, err, `platform: no such software release: "12.4"; there are 12.4(6)T, 15.1(4)M`)
	require.Equal(t, "15.1(4)M", h.Identity().Version, "nothing changed")
	require.NoError(t, h.Install(""))
	require.Equal(t, platform.Releases()[0], h.Identity().Version)
}
