package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// firstConsole is where consoles begin, the habit of dynamips and GNS3.
const firstConsole = 2001

func upCommand() *cobra.Command {
	s := settings{}
	var ephemeral bool
	c := &cobra.Command{
		Use: "up [LAB]", Short: "Start a lab and stay in the foreground",
		Long: "Start a lab: LAB is a folder with a lab.yaml, or such a file; without it the built-in\n" +
			"dual-LAN pair. Saved configurations live in LAB/.tandem, those of the built-in lab in memory.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			name := strings.Join(args, "")
			if !ephemeral && s.state == "" && name != "" {
				s.state = stateFolder(name)
			}
			s.log = func(text string) { fmt.Fprintln(c.ErrOrStderr(), text) }
			ctx, cancel := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
			defer cancel()
			return up(ctx, c.OutOrStdout(), name, s)
		},
	}
	f := c.Flags()
	f.IntVar(&s.base, "console-base", firstConsole, "TCP port of the first console; 0 lets the system choose all")
	f.StringVar(&s.state, "state", "", "folder of saved configurations (default LAB/.tandem)")
	f.BoolVar(&ephemeral, "ephemeral", false, "keep saved configurations in memory only")
	f.Uint64Var(&s.seed, "seed", uint64(time.Now().UnixNano()), "seed of everything random")
	return c
}

// stateFolder is LAB/.tandem for a folder or a file in it.
func stateFolder(name string) string {
	if st, err := os.Stat(name); err == nil && !st.IsDir() {
		name = filepath.Dir(name)
	}
	return filepath.Join(name, ".tandem")
}

// up runs a lab until ctx ends.
func up(ctx context.Context, out io.Writer, name string, s settings) error {
	p, err := start(name, s)
	if err != nil {
		return err
	}
	go p.makeKeys(s.log)
	p.describe(out)
	<-ctx.Done()
	fmt.Fprintln(out, "\nstopping", p.topology.Name)
	return p.stop()
}

// describe prints what runs and what to try.
func (p *plant) describe(out io.Writer) {
	fmt.Fprintf(out, "lab %s is up\n\n", p.topology.Name)
	for _, c := range p.consoles {
		_, port, _ := strings.Cut(c.Address, ":")
		fmt.Fprintf(out, "  %-10s telnet 127.0.0.1 %-6s %s\n", c.Node, port, p.about(c.Node))
	}
	name := p.topology.Name
	fmt.Fprintf(out, "\nOn a router: enable, show standby brief, show ip inspect sessions, show redundancy states, show run\n")
	if len(p.topology.Hosts) > 0 {
		h := p.topology.Hosts[0]
		fmt.Fprintf(out, "On %s: ping ADDRESS, connect tcp ADDRESS 7 rate 10, show flows, help\n", h.Name)
	}
	if r := p.topology.Routers; len(r) > 0 && len(r[0].Ports) > 0 {
		fmt.Fprintf(out, "In another shell:\n"+
			"  %[4]s link %[1]s cut %[2]s:%[3]s     and join, when you have seen enough\n"+
			"  %[4]s power %[1]s off %[2]s\n  %[4]s console %[1]s/%[2]s\n", name, r[0].Name, r[0].Ports[0].Interface, os.Args[0])
	}
	fmt.Fprintf(out, "\nCtrl-C stops the lab.\n")
}

// about is one line on a router or host.
func (p *plant) about(name string) string {
	for _, r := range p.topology.Routers {
		if r.Name == name {
			var ports []string
			for _, port := range r.Ports {
				ports = append(ports, port.Interface+" on "+port.Segment)
			}
			return "router, " + strings.Join(ports, ", ")
		}
	}
	for _, h := range p.topology.Hosts {
		if h.Name == name {
			text := fmt.Sprintf("host %s on %s", h.Address, h.Segment)
			for _, s := range h.Serve {
				text += fmt.Sprintf(", serves %s/%d", s.Proto, s.Port)
			}
			return text
		}
	}
	return ""
}
