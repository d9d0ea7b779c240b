package modes

import (
	"encoding/base64"
	"strings"
	"time"

	"tandem/clock"
	"tandem/config"
	"tandem/parser"
)

var domainName = Leaf[string]{
	In: ConfigMode, Syntax: "ip domain name <domain-name:word>", Place: in(config.SectionInspect, 2), Parse: word("domain-name"), Apply: kept[string],
	Help: Words{"name": "Define the default domain name", "domain-name": "Default domain name"},
	Print: func(_ parser.Args, v string) string {
		if v == "" {
			return ""
		}
		return "ip domain name " + v
	},
	Examples: []string{"ip domain name example.com"},
}

// domainNameOld is the older spelling; it prints as the newer one.
var domainNameOld = Verb{
	In: ConfigMode, Syntax: "ip domain-name <name:word>", No: "ip domain-name [<name:word>]",
	Help: Words{"domain-name": "Define the default domain name", "name": "Default domain name"},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		v := a.Get("name")
		if form != parser.Plain {
			v = ""
		}
		domainName.store(x.Node, config.Slot{Leaf: domainName.Syntax}, a, v)
		return nil
	},
}

// sshNumber is one of the numbers of "ip ssh".
func sshNumber(name, help, unit string, bounds string, rank, normal int) Leaf[int] {
	return Leaf[int]{
		In: ConfigMode, Syntax: "ip ssh " + name + " <" + name + "-value:" + bounds + ">",
		Place: in(config.SectionInspect, rank), Default: normal, Parse: number(name + "-value"), Apply: kept[int],
		Help: Words{"ssh": "Configure ssh options", name: help, name + "-value": unit},
		Print: func(_ parser.Args, v int) string {
			if v == normal {
				return ""
			}
			return "ip ssh " + name + " " + itoa(v)
		},
		Examples: []string{"ip ssh " + name + " " + bounds[:1]},
	}
}

// Defaults of ip ssh (reference cli, sample show-ip-ssh).
var (
	sshTimeout = sshNumber("time-out", "Specify SSH time-out interval", "SSH time-out interval (secs)", "1-120", 60, 120)
	sshRetries = sshNumber("authentication-retries", "Specify number of authentication retries", "Number of authentication retries", "0-5", 61, 3)
	sshVersion = sshNumber("version", "Specify protocol version to be supported", "Protocol version", "1-2", 62, 0)
)

var scpServer = Leaf[bool]{
	In: ConfigMode, Syntax: "ip scp server enable", Place: in(config.SectionInspect, 70), Parse: given, Apply: kept[bool],
	Help:     Words{"scp": "Scp commands", "server": "SCP server", "enable": "enable SCP server"},
	Examples: []string{"ip scp server enable"},
}

// The public keys of users are a block of blocks, as routers list them.
const (
	pubkeyChainMode = "conf-ssh-pubkey"
	pubkeyUserMode  = "conf-ssh-pubkey-user"
	pubkeyDataMode  = "conf-ssh-pubkey-data"
)

var pubkeyChain = Block{
	In: ConfigMode, Syntax: "ip ssh pubkey-chain", Opens: pubkeyChainMode,
	Help: Words{"pubkey-chain": "pubkey chain"}, Place: always(in(config.SectionInspect, 65)),
	Close: func(*Exec, parser.Args) error { return nil },
}

var pubkeyUser = Block{
	In: pubkeyChainMode, Syntax: "username <name:word>", Keys: []string{"name"}, Opens: pubkeyUserMode,
	Help:  Words{"username": "SSH user's name", "name": "User's name"},
	Place: always(at(1)), Close: func(*Exec, parser.Args) error { return nil },
}

// pubkeyString reads a public key: on its line, or on the ones that follow up to
// "exit".
var pubkeyString = Verb{
	In: pubkeyUserMode, Syntax: "key-string [<data:line>]", No: "key-string",
	Help: Words{"key-string": "SSH public key in base64", "data": "The key, which may take several lines"},
	Run: func(x *Exec, form parser.Form, a parser.Args) error {
		switch {
		case form != parser.Plain:
			x.Node.Unset(keySlot)
			return nil
		case a.Has("data"):
			return putKey(x.Node, a.Get("data"))
		}
		readKey(x, x.Node, "")
		return nil
	},
}

var keySlot = config.Slot{Leaf: "key-string"}

// keyLimit bounds the text of a public key in bytes.
const keyLimit = 16 << 10

func readKey(x *Exec, n *config.Node, text string) {
	x.Ask(Question{Prompt: x.Device.Hostname() + "(" + pubkeyDataMode + ")#", Answer: AnswerText, Then: func(x *Exec, answer string) {
		answer = strings.TrimSpace(answer)
		switch {
		case answer == "exit" || answer == "end" || len(text) > keyLimit:
			if err := putKey(n, text); err != nil {
				x.Print(refusal(err) + "\n")
			}
		default:
			readKey(x, n, text+answer)
		}
	}})
}

// putKey stores a key in the form of RFC 4253: base64, with or without the
// words that OpenSSH puts around it.
func putKey(n *config.Node, text string) error {
	for _, w := range strings.Fields(text) {
		if strings.HasPrefix(w, "AAAA") {
			text = w
		}
	}
	text = strings.ReplaceAll(text, " ", "")
	if raw, err := base64.StdEncoding.DecodeString(text); err != nil || len(raw) == 0 {
		return Refuse("%%SSH: Failed to decode the Key Value")
	}
	const wrap = 72
	lines := []config.Line{{Text: "key-string"}}
	for rest := text; rest != ""; {
		k := min(wrap, len(rest))
		lines = append(lines, config.Line{Text: " " + rest[:k]})
		rest = rest[k:]
	}
	lines = append(lines, config.Line{Text: " exit"})
	n.Set(config.Entry{Slot: keySlot, Place: at(2), Value: text, Lines: lines, Undo: []string{"no key-string"}})
	return nil
}

// keyGenerate makes the key that SSH needs. It belongs to the router, not to
// its configuration.
var keyGenerate = Verb{
	In: ConfigMode, Syntax: "crypto key {generate rsa [general-keys] [label <label-name:word>] [exportable] [modulus <bits:360-4096>] | zeroize rsa [<label-name:word>]}", No: "-",
	Help: Words{
		"crypto": "Encryption module", "key": "Long term key operations", "generate": "Generate new keys", "rsa": "RSA keys",
		"general-keys": "Generate a general purpose RSA key pair for signing and encryption", "modulus": "Provide number of modulus bits on the command line",
		"label": "Provide a label", "label-name": "RSA keypair label", "exportable": "Allow the key to be exported",
		"bits": "size of the key modulus", "zeroize": "Remove keys",
	},
	Run: func(x *Exec, _ parser.Form, a parser.Args) error {
		if a.Has("zeroize") {
			return zeroize(x)
		}
		name, err := keyName(x, a)
		if err != nil {
			return err
		}
		replacing(x, name, func(x *Exec) { generate(x, name, a) })
		return nil
	},
}

func generate(x *Exec, name string, a parser.Args) {
	x.Print("The name for the keys will be: " + name + "\n")
	if a.Has("bits") {
		x.Printf("\n%% The key modulus size is %d bits\n", a.Int("bits"))
		makeKey(x, name, a.Int("bits"), a.Has("exportable"))
		return
	}
	x.Print("Choose the size of the key modulus in the range of 360 to 4096 for your\n" +
		"  General Purpose Keys. Choosing a key modulus greater than 512 may take\n  a few minutes.\n\n")
	askModulus(x, name, a.Has("exportable"))
}

// keyName is the label of a key, or else the name of the router.
func keyName(x *Exec, a parser.Args) (string, error) {
	host, domain := HostnameOf(x.Device.Config()), DomainOf(x.Device.Config())
	switch {
	case a.Has("label"):
		return a.Get("label-name"), nil
	case host == hostname.Default:
		return "", Refuse("%% Please define a hostname other than %s.", hostname.Default)
	case domain == "":
		return "", Refuse("%% Please define a domain-name first.")
	}
	return host + "." + domain, nil
}

func askModulus(x *Exec, name string, exportable bool) {
	x.Ask(Question{Prompt: "How many bits in the modulus [512]: ", Then: func(x *Exec, answer string) {
		bits := 512
		if answer = strings.TrimSpace(answer); answer != "" {
			bits = atoi(answer)
		}
		if bits < 360 || bits > 4096 {
			x.Print("% A decimal number between 360 and 4096.\n")
			askModulus(x, name, exportable)
			return
		}
		makeKey(x, name, bits, exportable)
	}})
}

// makeKey waits for the key. The user can't stop it: the key is the router's.
func makeKey(x *Exec, name string, bits int, exportable bool) {
	export := "non-exportable"
	if exportable {
		export = "exportable"
	}
	x.Printf("%% Generating %d bit RSA keys, keys will be %s...", bits, export)
	done, waiting := false, false
	x.Device.MakeHostKey(x.Now, name, bits, exportable, func(now clock.Time, err error) {
		x.Now, done = now, true
		if err != nil {
			x.Print("\n" + refusal(err) + "\n")
		} else {
			x.Print("[OK]\n")
		}
		if waiting {
			x.Finish()
		}
	})
	if waiting = !done; waiting {
		x.Wait(func(clock.Time) {})
	}
}

func zeroize(x *Exec) error {
	if x.Device.HostKeyBits() == 0 {
		return Refuse("%% No Signature RSA Keys found in configuration.\n")
	}
	x.Print("% All RSA keys will be removed.\n% All router certs issued using these keys will also be removed.\n")
	x.Ask(Question{Prompt: "Do you really want to remove these keys? [yes/no]: ", Then: func(x *Exec, answer string) {
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "" && strings.HasPrefix("yes", answer) {
			if err := x.Device.RemoveHostKey(x.Now); err != nil {
				x.Print(refusal(err) + "\n")
			}
		}
	}})
	return nil
}

func cryptoLines() []Declaration {
	return []Declaration{
		domainName, domainNameOld, sshTimeout, sshRetries, sshVersion, scpServer, pubkeyChain, pubkeyUser, pubkeyString, keyGenerate,
	}
}

// sshModes are the modes of public keys.
func sshModes() []Mode {
	return []Mode{
		{Name: pubkeyChainMode, Prompt: "(conf-ssh-pubkey)#", Title: "SSH public key configuration commands:", Parent: ConfigMode},
		{Name: pubkeyUserMode, Prompt: "(conf-ssh-pubkey-user)#", Title: "SSH public key user configuration commands:", Parent: pubkeyChainMode},
	}
}

// DomainOf returns the default domain name, "" when there is none.
func DomainOf(t *config.Tree) string { return domainName.Value(t.Root) }

// SSHSettings is what "ip ssh" and "ip scp" configure.
type SSHSettings struct {
	Timeout time.Duration // for the negotiation and the login
	Retries int           // of the authentication
	Version int           // 1, 2, or 0 for both
	SCP     bool
}

// SSHOf returns the settings of SSH.
func SSHOf(t *config.Tree) SSHSettings {
	return SSHSettings{
		Timeout: time.Duration(sshTimeout.Value(t.Root)) * time.Second, Retries: sshRetries.Value(t.Root),
		Version: sshVersion.Value(t.Root), SCP: scpServer.Value(t.Root),
	}
}

// PublicKey returns the key of a user as RFC 4253 encodes it, nil when there
// is none.
func PublicKey(t *config.Tree, name string) []byte {
	chain := t.Root.Child("ip ssh pubkey-chain")
	if chain == nil {
		return nil
	}
	n := chain.Child("username " + name)
	if n == nil {
		return nil
	}
	e, ok := n.Get(keySlot)
	if !ok {
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(e.Value.(string))
	if err != nil {
		return nil
	}
	return raw
}
