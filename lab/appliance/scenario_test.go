package appliance_test

import (
	"bytes"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/scenario"
)

func harness(t *testing.T) scenario.Harness {
	shelf, err := appliance.New("")
	require.NoError(t, err)
	return scenario.Harness{Boot: func() lab.Boot { return shelf.Empty().Boot }, Known: appliance.Known, Type: appliance.Type}
}

func TestScenarios(t *testing.T) { testscript.Run(t, harness(t).Params("testdata")) }

// The scripts that ship with the example labs pass as users run them.
func TestExampleScenarios(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, harness(t).Run(&out, dualLAN), "%s", &out)
	require.Contains(t, out.String(), "ok   failover")
}
