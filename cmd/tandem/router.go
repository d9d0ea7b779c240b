package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tandem/lab"
	"tandem/lab/appliance"
	"tandem/platform"
	"tandem/port/open"
)

// routerFlags describe one router alone.
type routerFlags struct {
	settings
	name, chassis, release, config, listing, sctp string
	modules, ports                                []string
	nice                                          int
}

func routerCommand() *cobra.Command {
	var r routerFlags
	c := &cobra.Command{
		Use: "router", Short: "Run one router, its console on this terminal; Ctrl-] ends it",
		Example: "  tandem router --port Gi0/0=tap:tap0 --port Gi0/1=udp:127.0.0.1:10001->127.0.0.1:10002",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			r.log = func(text string) { fmt.Fprintln(c.ErrOrStderr(), text) }
			ctx, cancel := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
			defer cancel()
			return r.run(ctx, c)
		},
	}
	f := c.Flags()
	f.StringVar(&r.name, "name", "Router", "name: hardware addresses and the folder of saved files follow from it")
	f.StringVar(&r.chassis, "chassis", appliance.DefaultChassis, "hardware: "+strings.Join(platform.Chassis(), ", "))
	f.StringVar(&r.release, "release", platform.Releases()[0], "software: "+strings.Join(platform.Releases(), ", "))
	f.StringArrayVar(&r.modules, "module", nil, "SLOT=MODULE, for example 1=NM-2FE2W-V2")
	f.StringArrayVar(&r.ports, "port", nil, "INTERFACE=tap:NAME or INTERFACE=udp:LOCAL->REMOTE")
	f.StringVar(&r.config, "config", "", "startup configuration of an empty NVRAM")
	f.StringVar(&r.listing, "listing", "ios", "show run as ios or document prints it")
	f.StringVar(&r.sctp, "sctp", "router", "the association runs over the SCTP of router, its own, or of kernel, the host's, with the host's addresses")
	f.StringVar(&r.state, "state", "", "folder of saved configurations (default: in memory)")
	f.IntVar(&r.nice, "nice", -10, "scheduling priority, where the system permits it: a router that has to wait for the machine is taken for dead")
	f.IntVar(&r.base, "console", 0, "serve the console on this TCP port too")
	return c
}

// topology is a lab of this one router, each port on a segment that leads out.
func (r *routerFlags) topology() (*lab.Topology, error) {
	spec := lab.RouterSpec{Name: r.name, Chassis: r.chassis, Release: r.release, Listing: r.listing, SCTP: r.sctp}
	if r.sctp != "router" && r.sctp != "kernel" {
		return nil, fmt.Errorf("--sctp: router or kernel is expected, not %q", r.sctp)
	}
	for _, m := range r.modules {
		slot, module, ok := strings.Cut(m, "=")
		if !ok {
			return nil, fmt.Errorf("--module: SLOT=MODULE is expected, not %q", m)
		}
		spec.Modules = append(spec.Modules, lab.Module{Slot: slot, Name: module})
	}
	if r.config != "" {
		path, err := filepath.Abs(r.config)
		if err != nil {
			return nil, err
		}
		spec.Config = path
	}
	known, err := appliance.Known(spec)
	if err != nil {
		return nil, err
	}
	t := &lab.Topology{Name: r.name, Nodes: []string{r.name}}
	for _, text := range r.ports {
		b, err := open.ParseBinding(text)
		if err != nil {
			return nil, err
		}
		name, err := platform.LongName(b.Interface)
		if err != nil {
			return nil, err
		}
		if !contains(known, name) {
			return nil, fmt.Errorf("--port: %s has %s, not %s", spec.Chassis, strings.Join(known, ", "), name)
		}
		spec.Ports = append(spec.Ports, lab.Port{Interface: name, Segment: name})
		t.Segments = append(t.Segments, lab.SegmentSpec{Name: name, Cable: b.Spec})
	}
	t.Routers = []lab.RouterSpec{spec}
	return t, nil
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func (r *routerFlags) run(ctx context.Context, c *cobra.Command) error {
	t, err := r.topology()
	if err != nil {
		return err
	}
	if !guarded() {
		return guard(t, r.nice)
	}
	r.inherit(t)
	r.seed = uint64(time.Now().UnixNano())
	p, err := startTopology(t, os.ReadFile, r.settings)
	if err != nil {
		return err
	}
	go p.makeKeys(r.log)
	fmt.Fprintf(c.OutOrStdout(), "console also at telnet %s; Ctrl-] ends the router\r\n", p.consoles[0].Address)
	conn, err := net.Dial("tcp", p.consoles[0].Address)
	if err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		conn.Close()
	}()
	err = attach(conn, os.Stdin, c.OutOrStdout())
	if stopped := p.stop(); err == nil {
		err = stopped
	}
	return err
}
