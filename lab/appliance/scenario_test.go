package appliance_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/scenario"
)

func TestScenarios(t *testing.T) {
	shelf, err := appliance.New("")
	require.NoError(t, err)
	testscript.Run(t, scenario.Harness{
		Boot: func() lab.Boot { return shelf.Empty().Boot }, Known: appliance.Known, Type: appliance.Type,
	}.Params("testdata"))
}
