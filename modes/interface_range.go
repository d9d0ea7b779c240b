package modes

import (
	"regexp"
	"slices"
	"strings"

	"tandem/config"
	"tandem/parser"
	"tandem/platform"
)

// rangeLimit is how many ranges one line may list.
const rangeLimit = 5

// interfaceRange opens several interfaces at once: every line goes into each of
// them. It prints nothing of its own.
var interfaceRange = Block{
	In: ConfigMode, Syntax: "interface range <ports:line>", No: "-", Opens: "config-if-range",
	Help: Words{"range": "interface range command", "ports": "Interfaces: FastEthernet0/1/0 - 3 , GigabitEthernet0/0"},
	Open: func(x *Exec, a parser.Args) error {
		_, err := interfacesOf(x.Device, a.Get("ports"))
		return err
	},
	Nodes: func(x *Exec, a parser.Args) []*config.Node {
		names, _ := interfacesOf(x.Device, a.Get("ports"))
		nodes := make([]*config.Node, len(names))
		for i, name := range names {
			place := in(config.SectionInterfaces, x.Device.InterfaceOrder(name)...)
			nodes[i] = x.Node.Open("interface "+name, "config-if", place)
		}
		return nodes
	},
}

// rangePart is one range: an interface, and the last number of the range where
// there is one.
var rangePart = regexp.MustCompile(`^ *([A-Za-z-]+ *(?:[0-9]+/)*)([0-9]{1,9}) *(?:- *([0-9]{1,9}) *)?$`)

// interfacesOf reads "fa0/1/0 - 3 , gi0/0": the full names of the interfaces,
// each once. All must be there already (assumed: none is made). The error is a
// CaretError.
func interfacesOf(d Device, text string) ([]string, error) {
	var names []string
	offset := 0
	for i, part := range strings.Split(text, ",") {
		more, ok := interfacesIn(d, part)
		if !ok || i == rangeLimit {
			blanks := len(part) - len(strings.TrimLeft(part, " "))
			return nil, CaretError{Arg: "ports", Within: offset + blanks}
		}
		for _, name := range more {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		offset += len(part) + len(",")
	}
	return names, nil
}

// interfacesIn reads one range.
func interfacesIn(d Device, part string) (names []string, ok bool) {
	m := rangePart.FindStringSubmatch(part)
	if m == nil {
		return nil, false
	}
	low := atoi(m[2])
	high := low
	if m[3] != "" {
		high = atoi(m[3])
	}
	for n := low; n <= high; n++ {
		name, err := platform.LongName(m[1] + itoa(n))
		if err != nil {
			return nil, false
		}
		if _, exists := d.InterfaceIndex(name); !exists {
			return nil, false
		}
		names = append(names, name)
	}
	return names, len(names) > 0
}
