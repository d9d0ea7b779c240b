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
		// each script has its own routers, so each its own saved files
		Boot: func(name string, spec lab.RouterSpec, b lab.Birth) (lab.Device, error) {
			return shelf.Boot(b.Dir+"/"+name, spec, b)
		},
		Known: appliance.Known, Type: appliance.Type,
	}.Params("testdata"))
}
