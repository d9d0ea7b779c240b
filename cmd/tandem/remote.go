package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tandem/lab"
)

func linkCommand() *cobra.Command {
	return &cobra.Command{
		Use: "link LAB cut|join|impair LINK [SETTING VALUE]...", Short: "Pull a cable, plug it in, or make it bad",
		Long: "LINK is ROUTER:INTERFACE, a host or a segment. Settings of impair: delay 20ms, loss 5%,\n" +
			"reorder 1%, duplicate 1%, corrupt 1%, or none.",
		Example: "  tandem link dual-lan cut RouterA:GigabitEthernet0/0\n  tandem link dual-lan impair inside loss 5% delay 10ms",
		Args:    cobra.MinimumNArgs(3),
		RunE: func(_ *cobra.Command, a []string) error {
			remote := lab.Remote(a[0])
			switch a[1] {
			case "cut", "join":
				if len(a) > 3 {
					return fmt.Errorf("nothing is expected after %s %s, not %q", a[1], a[2], a[3])
				}
				if a[1] == "cut" {
					return remote.Cut(a[2])
				}
				return remote.Join(a[2])
			case "impair":
				return remote.Impair(a[2], a[3:]...)
			}
			return fmt.Errorf("cut, join or impair is expected, not %q", a[1])
		},
	}
}

func powerCommand() *cobra.Command {
	return &cobra.Command{
		Use: "power LAB off|on|cycle ROUTER", Short: "Power loss and return; cables stay",
		Args: cobra.ExactArgs(3),
		RunE: func(_ *cobra.Command, a []string) error {
			p, err := lab.ParsePower(a[1])
			if err != nil {
				return err
			}
			return lab.Remote(a[0]).Power(a[2], p)
		},
	}
}

func consoleCommand() *cobra.Command {
	return &cobra.Command{
		Use: "console LAB/NODE", Short: "Attach to a console of a running lab; Ctrl-] leaves",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, a []string) error {
			name, node, ok := strings.Cut(a[0], "/")
			if !ok {
				return fmt.Errorf("LAB/NODE is expected, not %q", a[0])
			}
			consoles, err := lab.Remote(name).Consoles()
			if err != nil {
				return err
			}
			var nodes []string
			for _, k := range consoles {
				if k.Node == node {
					conn, err := net.Dial("tcp", k.Address)
					if err != nil {
						return err
					}
					return attach(conn, os.Stdin, c.OutOrStdout())
				}
				nodes = append(nodes, k.Node)
			}
			return errors.New("lab " + name + " has " + strings.Join(nodes, ", ") + ", not " + node)
		},
	}
}
