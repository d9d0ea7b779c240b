package platform

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrName is returned for text that names no interface.
var ErrName = errors.New("platform: not an interface name")

// Type is a family of interfaces as it is typed in configuration.
type Type struct {
	Name     string // "GigabitEthernet"
	Short    string // "Gi": how tables begin the name
	Help     string
	Min, Max int  // numbers of a type that configuration creates
	Virtual  bool // numbered 0, 1, ... instead of slot/port
	class    int  // place in the listing: see the constants below
}

// Classes of interface in the order of the configuration (reference cli 4.2).
const (
	classCreated  = iota // Loopback, Tunnel and the like
	classPhysical        // in the order of the slots
	classVLAN
	classLast // Dialer, BVI
)

// Types lists the families in the order of the "?" help. Help texts and
// ranges are from memory.
var Types = []Type{
	{Name: "BVI", Short: "BV", Help: "Bridge-Group Virtual Interface", Min: 1, Max: 255, Virtual: true, class: classLast},
	{Name: "Dialer", Short: "Di", Help: "Dialer interface", Max: 255, Virtual: true, class: classLast},
	{Name: "Ethernet", Short: "Et", Help: "IEEE 802.3", class: classPhysical},
	{Name: "FastEthernet", Short: "Fa", Help: "FastEthernet IEEE 802.3", class: classPhysical},
	{Name: "GigabitEthernet", Short: "Gi", Help: "GigabitEthernet IEEE 802.3z", class: classPhysical},
	{Name: "Loopback", Short: "Lo", Help: "Loopback interface", Max: 2147483647, Virtual: true},
	{Name: "Null", Short: "Nu", Help: "Null interface", Virtual: true},
	{Name: "Port-channel", Short: "Po", Help: "Ethernet Channel of interfaces", Min: 1, Max: 64, Virtual: true},
	{Name: "Serial", Short: "Se", Help: "Serial", class: classPhysical},
	{Name: "Tunnel", Short: "Tu", Help: "Tunnel interface", Max: 2147483647, Virtual: true},
	{Name: "Vlan", Short: "Vl", Help: "Catalyst Vlans", Min: 1, Max: 4094, Virtual: true, class: classVLAN},
}

// ShortName returns the two-letter form that tables show: "Gi0/0" for
// "GigabitEthernet0/0". Text that is no full name is returned as it is.
func ShortName(name string) string {
	t, rest, ok := split(name)
	if !ok {
		return name
	}
	return t.Short + rest
}

// LongName returns the full name for what a user may type: an unambiguous
// beginning of the type in any case, perhaps a blank, and the number ("gi 0/0",
// "Vlan1", "fa0/1/0.10"). It says nothing about whether the interface exists.
// The error wraps ErrName.
func LongName(typed string) (string, error) {
	at := strings.IndexAny(typed, "0123456789")
	if at <= 0 {
		return "", fmt.Errorf("%w: %q", ErrName, typed)
	}
	word, number := strings.ToLower(strings.TrimRight(typed[:at], " ")), typed[at:]
	var found *Type
	for i, t := range Types {
		name := strings.ToLower(t.Name)
		if !strings.HasPrefix(name, word) {
			continue
		}
		if found != nil {
			return "", fmt.Errorf("%w: %q is %s or %s", ErrName, typed, found.Name, t.Name)
		}
		found = &Types[i]
	}
	if found == nil || word == "" {
		return "", fmt.Errorf("%w: %q", ErrName, typed)
	}
	if err := found.number(number); err != nil {
		return "", fmt.Errorf("%w: %q: %w", ErrName, typed, err)
	}
	return found.Name + number, nil
}

// number checks what follows the type: one to three numbers parted by "/" and
// a sub-interface for slots, one number in range for the others.
func (t Type) number(s string) error {
	if t.Virtual {
		n, err := plain(s)
		if err != nil {
			return err
		}
		if n < t.Min || n > t.Max {
			return fmt.Errorf("%d is not in %d-%d", n, t.Min, t.Max)
		}
		return nil
	}
	unit, sub, dotted := strings.Cut(s, ".")
	if dotted {
		if _, err := plain(sub); err != nil {
			return err
		}
	}
	parts := strings.Split(unit, "/")
	if len(parts) > 3 {
		return fmt.Errorf("more than slot/subslot/port")
	}
	for _, p := range parts {
		if n, err := plain(p); err != nil || n > 255 {
			return fmt.Errorf("%q is not in 0-255", p)
		}
	}
	return nil
}

// plain reads a number without sign or leading zeros.
func plain(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return int(n), nil
}

// split parts a full name into type and number.
func split(name string) (t Type, number string, ok bool) {
	at := strings.IndexAny(name, "0123456789")
	if at < 0 {
		return Type{}, "", false
	}
	for _, t := range Types {
		if t.Name == name[:at] {
			return t, name[at:], true
		}
	}
	return Type{}, "", false
}
