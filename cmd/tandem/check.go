package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"tandem/check"
)

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check A.cfg B.cfg", Short: "Explain what would keep a pair from failing over",
		Long: "Compare the configurations of a pair, as show running-config prints them. The exit status is 1\n" +
			"when something would keep them from failing over.",
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, files []string) error {
			var text [2]string
			for i, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					return err
				}
				text[i] = string(b)
			}
			faults := 0
			for _, f := range check.Listings(text[0], text[1]) {
				fmt.Fprintln(c.OutOrStdout(), f)
				if f.Severity == check.Fault {
					faults++
				}
			}
			if faults > 0 {
				return fmt.Errorf("%d faults would keep this pair from failing over", faults)
			}
			return nil
		},
	}
}
