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

func redundancyLines() []Declaration {
	return []Declaration{
		interDevice, scheme,
		keptLine("config-red-interdevice", "security ipsec <profile:word>", Words{
			"security": "Protect the traffic between the devices", "ipsec": "Use IPsec", "profile": "IPsec profile name",
		},
			at(2), "security ipsec hapair"),
		Block{
			In: ConfigMode, Syntax: "redundancy", Opens: "config-red", Place: always(in(config.SectionRedundancy)),
			Close: func(*Exec, parser.Args) error { return nil },
		},
	}
}
