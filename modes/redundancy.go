package modes

import (
	"tandem/config"
	"tandem/parser"
)

var interDevice = Block{
	In: ConfigMode, Syntax: "redundancy inter-device", Opens: "config-red-interdevice",
	Help: Words{
		"redundancy": "Enter redundancy mode", "inter-device": "Enter inter-device redundancy configuration mode",
	},
	Place: always(in(config.SectionInterDevice)),
	Close: func(x *Exec, _ parser.Args) error {
		x.Device.InterDeviceSecurity(x.Now, "")
		_, err := x.Device.Scheme(x.Now, "")
		return err
	},
}

var scheme = Leaf[string]{
	In: "config-red-interdevice", Syntax: "scheme standby <group:word>", Place: at(1), Parse: word("group"),
	Help: Words{
		"scheme": "Define the redundancy scheme", "standby": "Use an HSRP group", "group": "HSRP standby group name",
	},
	Apply: func(x *Exec, _ parser.Args, v string) error {
		note, err := x.Device.Scheme(x.Now, v)
		if err == nil && note != "" && !x.loading {
			x.Print(note + "\n")
		}
		return err
	},
	Examples: []string{"scheme standby HAin"},
}

// security is kept and shown; nothing protects the association (reference ha
// 3.1, decided).
var security = Leaf[string]{
	In: "config-red-interdevice", Syntax: "security ipsec <profile:word>", Place: at(2), Parse: word("profile"),
	Help: Words{
		"security": "Protect the traffic between the devices", "ipsec": "Use IPsec", "profile": "IPsec profile name",
	},
	Apply: func(x *Exec, _ parser.Args, v string) error {
		x.Device.InterDeviceSecurity(x.Now, v)
		if v != "" && !x.loading {
			x.Print("% Warning: IPsec is not implemented, the traffic between the devices is not protected\n")
		}
		return nil
	},
	Examples: []string{"security ipsec hapair"},
}

func redundancyLines() []Declaration {
	return []Declaration{
		interDevice, scheme,
		security,
		Block{
			In: ConfigMode, Syntax: "redundancy", Opens: "config-red", Place: always(in(config.SectionRedundancy)),
			Close: func(*Exec, parser.Args) error { return nil },
		},
	}
}
