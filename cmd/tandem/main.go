// Command tandem runs IOS-style routers: a lab of them in the foreground, one
// alone, or scripts against a lab in virtual time.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func main() {
	err := root().Execute()
	if err == nil {
		return
	}
	if !errors.Is(err, errTold) {
		fmt.Fprintln(os.Stderr, "tandem:", err)
	}
	os.Exit(1)
}

// errTold is returned when the user has read what went wrong already.
var errTold = errors.New("told")

func root() *cobra.Command {
	c := &cobra.Command{
		Use: "tandem", Short: "IOS-style routers with a real data plane and real stateful failover",
		SilenceErrors: true, SilenceUsage: true,
	}
	c.AddCommand(upCommand(), routerCommand(), consoleCommand(), linkCommand(), powerCommand(), testCommand(),
		checkCommand(), versionCommand())
	return c
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version of this program", Args: cobra.NoArgs,
		Run: func(c *cobra.Command, _ []string) {
			version := "unknown"
			if info, ok := debug.ReadBuildInfo(); ok {
				version = info.Main.Version + " " + info.GoVersion
			}
			fmt.Fprintln(c.OutOrStdout(), "tandem", version)
		},
	}
}
