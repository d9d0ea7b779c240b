// Command scrapligo drives a router with the library of that name:
//
//	scrapligo NAME SSH-PORT TELNET-PORT
//
// The rest comes in the environment that every client of this folder gets.
package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/scrapli/scrapligo/channel"
	"github.com/scrapli/scrapligo/driver/network"
	"github.com/scrapli/scrapligo/driver/options"
	"github.com/scrapli/scrapligo/platform"
	"github.com/scrapli/scrapligo/transport"
	"github.com/scrapli/scrapligo/util"
)

// patience bounds one operation.
const patience = 30 * time.Second

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: scrapligo NAME SSH-PORT TELNET-PORT")
		os.Exit(2)
	}
	name := os.Args[1]
	for _, c := range []struct{ transport, port string }{
		{transport.StandardTransport, os.Args[2]}, {transport.SystemTransport, os.Args[2]}, {transport.TelnetTransport, os.Args[3]},
	} {
		if err := drive(name, c.transport, c.port); err != nil {
			fmt.Fprintf(os.Stderr, "%s over %s: %v\n", name, c.transport, err)
			os.Exit(1)
		}
	}
}

// drive opens a router, configures it, reads it back and saves it.
func drive(name, how, port string) error {
	d, err := open(how, port)
	if err != nil {
		return err
	}
	defer d.Close() // a client that leaves has nothing more to lose
	prompt, err := d.GetPrompt()
	if err != nil || prompt != name+"#" {
		return fmt.Errorf("the prompt is %q: %w", prompt, err)
	}
	for _, step := range []struct {
		what string
		do   func(d *network.Driver) error
	}{
		{"configuration, read back", configure},
		{"a wrong line is marked as failed", mistake},
		{"an answer to a question saves", save},
	} {
		if err := step.do(d); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	fmt.Printf("drove: %s transport: enable, configuration, a wrong line, read back, save by answering a question\n", how)
	return nil
}

func open(how, port string) (*network.Driver, error) {
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	opts := []util.Option{
		options.WithPort(n), options.WithTransportType(how), options.WithAuthNoStrictKey(), options.WithTimeoutOps(patience), options.WithReadDelay(5 * time.Millisecond),
		options.WithAuthUsername(os.Getenv("DEVICE_USER")), options.WithAuthPassword(os.Getenv("DEVICE_PASSWORD")),
		options.WithAuthSecondary(os.Getenv("DEVICE_SECRET")),
	}
	p, err := platform.NewPlatform("cisco_iosxe", "127.0.0.1", opts...)
	if err != nil {
		return nil, err
	}
	d, err := p.GetNetworkDriver()
	if err != nil {
		return nil, err
	}
	return d, d.Open()
}

// configure sends the client's mark and reads it back.
func configure(d *network.Driver) error {
	number := os.Getenv("CLIENT_NUMBER")
	sent, err := d.SendConfigs([]string{
		"interface Loopback" + number, "description client " + number, "ip address 192.0.2." + number + " 255.255.255.255",
		"ip access-list extended client-" + number, "permit tcp any host 192.0.2." + number + " eq 22", "deny   ip any any log",
	})
	if err == nil {
		err = sent.Failed
	}
	if err != nil {
		return err
	}
	got, err := d.SendCommands([]string{"show running-config interface Loopback" + number, "show access-lists client-" + number, "show version"})
	if err == nil {
		err = got.Failed
	}
	if err != nil {
		return err
	}
	return has(got.JoinedResult(), " description client "+number, "20 deny ip any any log", " uptime is ")
}

func mistake(d *network.Driver) error {
	r, err := d.SendConfig("nonsense here")
	if err != nil {
		return err
	}
	if r.Failed == nil {
		return errors.New("nobody noticed: " + r.Result)
	}
	return has(r.Result, "% Invalid input detected at '^' marker.")
}

// save answers the question for a name with Enter.
func save(d *network.Driver) error {
	r, err := d.SendInteractive([]*channel.SendInteractiveEvent{
		{ChannelInput: "copy running-config startup-config", ChannelResponse: regexp.QuoteMeta("Destination filename [startup-config]?")},
		{},
	})
	if err == nil {
		err = r.Failed
	}
	if err != nil {
		return err
	}
	return has(r.Result, "[OK]")
}

// has asserts parts of a text.
func has(text string, parts ...string) error {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return fmt.Errorf("no %q in %s", part, text)
		}
	}
	return nil
}
