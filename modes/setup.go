package modes

import (
	"fmt"
	"strings"

	"tandem/clock"
	"tandem/config"
	"tandem/parser"
	"tandem/wire"
)

// The dialogue follows sample console-session-c1941-154.
const (
	setupIntroduction = `
At any point you may enter a question mark '?' for help.
Use ctrl-c to abort configuration dialog at any prompt.
Default settings are in square brackets '[]'.

Basic management setup configures only enough connectivity
for management of the system, extended setup will ask you
to configure each interface on the system

`
	setupBasic = "Would you like to enter basic management setup? [yes/no]: "
	// Extended setup asks about every interface in turn; here it is left to
	// configuration mode.
	setupExtended   = "% Extended setup is not available here: use 'configure terminal'.\n"
	setupHelp       = "% An answer, Enter for the default in brackets, or ctrl-c to abort.\n"
	setupHostname   = "Configuring global parameters:\n\n"
	setupSecretText = `
  The enable secret is a password used to protect access to
  privileged EXEC and configuration modes. This password, after
  entered, becomes encrypted in the configuration.
`
	setupPasswordText = `
  The enable password is used when you do not specify an
  enable secret password, with some older software versions, and
  some boot images.
`
	setupTerminalText = `
  The virtual terminal password is used to protect
  access to the router over a network interface.
`
	setupSummary = `
Current interface summary


Any interface listed with OK? value "NO" does not have a valid configuration

`
	setupManagement = "\nEnter interface name used to connect to the\nmanagement network from the above interface summary"
	setupBadAddress = "%% Bad %s.\n%% Enter %s of the form 'X.X.X.X', where each\n%% letter corresponds to a decimal number between 0 and 255.\n\n"
	setupMenu       = `
[0] Go to the IOS command prompt without saving this config.
[1] Return back to the setup without saving this config.
[2] Save this configuration to nvram and exit.

`
	setupDone = "Use the enabled mode 'configure' command to modify this configuration.\n"
	noDefault = "% No defaulting allowed\n"
	// SetupAborted is said after Ctrl-C.
	SetupAborted = "\nConfiguration aborted, no changes made.\n"
)

// setup is the dialogue under way.
type setup struct {
	hostname, secret, password, terminal string
	community                            string // "" for no SNMP
	manager                              string // interface
	address                              wire.Prefix
}

func setupCommands() []Declaration {
	return []Declaration{Command{
		Syntax: "setup", Privilege: 15, Help: Words{"setup": "Run the SETUP command facility"},
		Run: func(x *Exec, _ parser.Args) {
			x.Print("\n         --- System Configuration Dialog ---\n\n")
			askYesNo(x, "Continue with configuration dialog? [yes/no]: ", "", Setup, func(*Exec) {})
		},
	}}
}

// Run carries out what is no typed line, for instance Setup.
func (s *Shell) Run(now clock.Time, run func(x *Exec)) Result {
	x := s.newExec(now)
	run(x)
	return s.settle(x)
}

// Setup asks for enough to manage the router and writes the configuration.
func Setup(x *Exec) {
	x.Print(setupIntroduction)
	askYesNo(x, setupBasic, "", func(x *Exec) {
		x.Print(setupHostname)
		new(setup).askHostname(x)
	}, func(x *Exec) { x.Print(setupExtended) })
}

// askYesNo asks until it is told; offered answers an empty line.
func askYesNo(x *Exec, prompt, offered string, yes, no func(x *Exec)) {
	x.Ask(Question{Prompt: prompt, Then: func(x *Exec, answer string) {
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer == "" {
			answer = offered
		}
		switch {
		case answer != "" && strings.HasPrefix("yes", answer):
			yes(x)
		case answer != "" && strings.HasPrefix("no", answer):
			no(x)
		default:
			x.Print("% Please answer 'yes' or 'no'.\n")
			askYesNo(x, prompt, offered, yes, no)
		}
	}})
}

// enter asks until the answer is accepted: accept returns what is wrong with
// it, "" for nothing.
func enter(x *Exec, prompt string, accept func(x *Exec, answer string) (wrong string)) {
	x.Ask(Question{Prompt: prompt, Then: func(x *Exec, answer string) {
		answer = strings.TrimSpace(answer)
		wrong := setupHelp
		if answer != "?" {
			wrong = accept(x, answer)
		}
		if wrong != "" {
			x.Print(wrong)
			enter(x, prompt, accept)
		}
	}})
}

func (s *setup) askHostname(x *Exec) {
	enter(x, "  Enter host name [Router]: ", func(x *Exec, answer string) string {
		switch {
		case answer == "":
			answer = "Router"
		case strings.ContainsAny(answer, " \t"):
			return "% Hostname contains one or more illegal characters.\n"
		}
		s.hostname = answer
		x.Print(setupSecretText)
		s.askSecret(x)
		return ""
	})
}

func (s *setup) askSecret(x *Exec) {
	enter(x, "  Enter enable secret: ", func(x *Exec, answer string) string {
		if answer == "" {
			return noDefault
		}
		s.secret = answer
		x.Print(setupPasswordText)
		s.askPassword(x)
		return ""
	})
}

// askPassword warns once of a password that is the secret, and then takes it.
func (s *setup) askPassword(x *Exec) {
	warned := false
	enter(x, "  Enter enable password: ", func(x *Exec, answer string) string {
		switch {
		case answer == "":
			return noDefault
		case answer == s.secret && !warned:
			warned = true
			return "% Please choose a password that is different from the enable secret\n"
		}
		s.password = answer
		x.Print(setupTerminalText)
		s.askTerminal(x)
		return ""
	})
}

func (s *setup) askTerminal(x *Exec) {
	enter(x, "  Enter virtual terminal password: ", func(x *Exec, answer string) string {
		if answer == "" {
			return noDefault
		}
		s.terminal = answer
		askYesNo(x, "  Configure SNMP Network Management? [yes]: ", "yes", s.askCommunity, s.summary)
		return ""
	})
}

func (s *setup) askCommunity(x *Exec) {
	enter(x, "    Community string [public]: ", func(x *Exec, answer string) string {
		switch {
		case answer == "":
			answer = "public"
		case strings.ContainsAny(answer, " \t"):
			return "% A community string has no blanks.\n"
		}
		s.community = answer
		s.summary(x)
		return ""
	})
}

func (s *setup) summary(x *Exec) {
	x.Print(setupSummary)
	showIPBrief(x, nil)
	s.askManager(x)
}

// askManager takes an interface that exists, however it is abbreviated.
func (s *setup) askManager(x *Exec) {
	enter(x, setupManagement+": ", func(x *Exec, answer string) string {
		if answer == "" {
			return noDefault
		}
		for _, i := range x.Device.Interfaces() {
			if strings.EqualFold(i.Name, strings.ReplaceAll(answer, " ", "")) || strings.EqualFold(short(i.Name), answer) {
				s.manager = i.Name
			}
		}
		if s.manager == "" {
			return "% Invalid interface name \"" + answer + "\"\n"
		}
		x.Print("\nConfiguring interface " + s.manager + ":\n")
		askYesNo(x, "  Configure IP on this interface? [yes]: ", "yes", s.askAddress, s.review)
		return ""
	})
}

func (s *setup) askAddress(x *Exec) {
	enter(x, "    IP address for this interface: ", func(x *Exec, answer string) string {
		addr, err := wire.ParseAddr(answer)
		if err != nil || addr == 0 || addr.IsMulticast() || addr.IsLoopback() || addr == wire.Broadcast {
			return fmt.Sprintf(setupBadAddress, "Internet address", "an Internet address")
		}
		s.address.Addr = addr
		s.askMask(x)
		return ""
	})
}

// classBits is the length of the network of an address's class.
func classBits(a wire.Addr) (class string, bits uint8) {
	switch {
	case a>>31 == 0:
		return "A", 8
	case a>>30 == 2:
		return "B", 16
	}
	return "C", 24
}

func (s *setup) askMask(x *Exec) {
	class, bits := classBits(s.address.Addr)
	natural := wire.Prefix{Addr: s.address.Addr, Bits: bits}
	x.Ask(Question{
		Prompt: "    Subnet mask for this interface [" + natural.Mask().String() + "] : ",
		Then: func(x *Exec, answer string) {
			mask, err := natural.Mask(), error(nil)
			if answer = strings.TrimSpace(answer); answer != "" {
				mask, err = wire.ParseAddr(answer)
			}
			n, contiguous := wire.BitsOf(mask)
			if err != nil || !contiguous || n < 1 || n > 30 {
				x.Printf(setupBadAddress, "subnet mask", "a subnet mask")
				s.askAddress(x)
				return
			}
			s.address.Bits = n
			x.Printf("    Class %s network is %s, %d subnet bits; mask is /%d\n", class, natural.Network().Addr, n, n)
			s.review(x)
		},
	})
}

// review shows the script and asks what to do with it. Passwords show as the
// configuration will hold them.
func (s *setup) review(x *Exec) {
	x.Print("\nThe following configuration command script was created:\n\n" + s.shown(x) + "\n")
	x.Print(setupMenu)
	enter(x, "Enter your selection [2]: ", func(x *Exec, answer string) string {
		switch answer {
		case "0":
		case "1":
			new(setup).askHostname(x)
		case "", "2":
			x.Print(x.Shell.Load(x.Now, s.script()))
			x.Device.Configured(x.Now, x.Shell.User, consoleOrigin)
			save(x)
			x.Print(setupDone)
		default:
			return "% Enter 0, 1 or 2\n"
		}
		return ""
	})
}

// script is the configuration that was asked for.
func (s *setup) script() string {
	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	put("hostname %s", s.hostname)
	put("enable secret %s", s.secret)
	put("enable password %s", s.password)
	put("line vty 0 4")
	put("password %s", s.terminal)
	if s.community != "" {
		put("snmp-server community %s", s.community)
	}
	put("!\ninterface %s", s.manager)
	put("no shutdown")
	if s.address.Addr == 0 {
		put("no ip address")
	} else {
		put("ip address %s %s", s.address.Addr, s.address.Mask())
	}
	put("!\nend")
	return b.String()
}

// shown is the script with each line as the configuration prints it.
func (s *setup) shown(x *Exec) string {
	tree, _, err := x.Device.Preview([]byte(s.script()))
	if err != nil {
		return s.script()
	}
	listing := strings.Split(config.Print(tree, config.IOS, config.Layout{}), "\n")
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(s.script(), "\n"), "\n") {
		if words := strings.Fields(line); len(words) > 2 && words[0] == "enable" {
			for _, l := range listing {
				if strings.HasPrefix(l, words[0]+" "+words[1]+" ") {
					line = l
				}
			}
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
