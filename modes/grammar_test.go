package modes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/modes"
)

// Every declaration of every mode must merge: one help text a word, no two
// commands for one line.
func TestGrammarMerges(t *testing.T) {
	_, err := modes.New()
	require.NoError(t, err)
}
