package main

import (
	"github.com/spf13/cobra"

	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/lab/scenario"
)

func testCommand() *cobra.Command {
	return &cobra.Command{
		Use: "test PATH...", Short: "Run scenario scripts in virtual time",
		Long: "Run scenario scripts (*.txtar), or all scripts of a folder, against labs in virtual time.\n" +
			"The exit status is 0 when every script passes.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, paths []string) error {
			shelf, err := appliance.New("")
			if err != nil {
				return err
			}
			h := scenario.Harness{Boot: func() lab.Boot { return shelf.Empty().Boot }, Known: appliance.Known, Type: appliance.Type}
			return h.Run(c.OutOrStdout(), paths...)
		},
	}
}
