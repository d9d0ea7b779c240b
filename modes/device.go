package modes

import (
	"time"

	"tandem/clock"
	"tandem/config"
	"tandem/firewall"
	"tandem/forward"
	"tandem/hsrp"
	"tandem/ipc"
	"tandem/keychain"
	"tandem/nvram"
	"tandem/platform"
	"tandem/redundancy"
	"tandem/snmp"
	"tandem/syslog"
	"tandem/track"
	"tandem/wire"
)

// Device is the router as its commands see it. Every method belongs to the
// goroutine that drives the router.
type Device interface {
	System
	Files
	Storage
	Network
	Features
	Terminals
	Calls
	Routing
}

// System is what the device is and how it talks.
type System interface {
	Hostname() string
	SetHostname(name string)
	Hardware() *platform.Hardware
	Config() *config.Tree
	Style() config.Style
	Listing() string // the running configuration, from the first "!" to "end"
	Log() *syslog.Log
	Calendar() *syslog.Calendar
	Battery() *syslog.Battery
	Message(now clock.Time, m syslog.Message)
	// Valid says whether an argument of a type of the hardware exists.
	Valid(typeName, value string) bool
	NameLookup() bool // an unknown word is looked up as a host name
	// Configured says that a session left configuration.
	Configured(now clock.Time, user, origin string)
	// ConfiguredFrom is Configured for lines that came from a file.
	ConfiguredFrom(now clock.Time, source, by string)
	Debug() *Debug
	ReloadReason() string // why the router last came up: "power-on", "reload"
}

// Files is what the device keeps over a reload.
type Files interface {
	Startup() ([]byte, error)
	Save(now clock.Time) error // running to startup configuration
	EraseStartup(now clock.Time) error
	Unsaved() bool // running and startup configuration differ
	NVRAMSize() int
	ReadFile(name string) ([]byte, error)
	WriteFile(now clock.Time, name string, content []byte) error
	DeleteFile(now clock.Time, name string) error
	ListFiles(prefix string) []string
	// Directory is ListFiles with sizes and dates, which are those of the
	// device's clock in UTC.
	Directory(prefix string) []nvram.File
	// RequestReload restarts the device; by is who asked: "console".
	RequestReload(now clock.Time, by, reason string)
}

// Network is interfaces, routes and neighbours.
type Network interface {
	Interface(name string) forward.Interface
	Interfaces() []forward.Interface // in the order of the configuration
	InterfaceIndex(name string) (int, bool)
	InterfaceName(index int) string
	MulticastGroups(name string) []wire.Addr
	InterfaceOrder(name string) []int // place among the interface blocks
	AddInterface(now clock.Time, name string) error
	RemoveInterface(now clock.Time, name string) error
	EditInterface(now clock.Time, name string, edit func(i *forward.Interface)) error
	SetShutdown(now clock.Time, name string, down bool) error
	AddRoute(now clock.Time, r forward.Route) error
	RemoveRoute(now clock.Time, r forward.Route)
	Plane() *forward.Plane
	// Ping and Traceroute start a probe; show gets each event. stop gives up.
	Ping(now clock.Time, o forward.PingOptions, show func(now clock.Time, e forward.Event)) (stop func(now clock.Time))
	Traceroute(now clock.Time, o forward.TracerouteOptions, show func(now clock.Time, e forward.Event)) (stop func(now clock.Time))
	InterfaceState(name string) InterfaceState
	ClearCounters(now clock.Time, name string)
	SetLoadInterval(name string, d time.Duration)
}

// InterfaceState is what show interfaces knows besides the packet path.
type InterfaceState struct {
	Carrier             bool
	LastChange          clock.Time
	LastInput, LastSent clock.Time // 0 never
	Resets, CarrierLost int
	Cleared             clock.Time // counters; 0 never
	// Averages over the load interval, a second.
	InputBits, InputPackets, OutputBits, OutputPackets uint64
	Method                                             string // how it got its address: "NVRAM", "manual"
}

// Features is access to what the commands of each feature configure and show.
type Features interface {
	EditStandby(now clock.Time, name string, edit func(c *hsrp.InterfaceConfig)) error
	EditGroup(now clock.Time, name string, group int, edit func(c *hsrp.GroupConfig)) error
	RemoveGroup(now clock.Time, name string, group int) error
	Standby() *hsrp.Router
	// EditKeyChain changes the keys of a chain; none removes it.
	EditKeyChain(now clock.Time, name string, edit func(c keychain.Chain) keychain.Chain) error
	// KeyChain returns a chain, ascending by number.
	KeyChain(name string) keychain.Chain
	// ClockMoved says that the calendar was set or its zone changed: what
	// waits for a date is looked at again.
	ClockMoved(now clock.Time)
	EditTrack(now clock.Time, number int, edit func(c *track.Config))
	RemoveTrack(now clock.Time, number int)
	// PollRoutes sets how often routes that objects follow are looked at.
	PollRoutes(now clock.Time, every time.Duration)
	Tracking() *track.Table
	// EditFirewall changes the firewall's configuration. It takes effect
	// before the next packet, so that a pasted list is compiled once.
	EditFirewall(now clock.Time, edit func(c *firewall.Config) error) error
	Firewall() *firewall.Engine
	Filter(name string) firewall.Interface
	EditAssociation(now clock.Time, edit func(c *ipc.Config)) error
	IPC() *ipc.Zone
	// Scheme sets the name of the HSRP group that redundancy follows; the note
	// is what the device says while it accepts.
	Scheme(now clock.Time, group string) (note string, err error)
	// InterDeviceSecurity names the IPsec profile of "security ipsec", for
	// show; "" is none.
	InterDeviceSecurity(now clock.Time, profile string)
	Redundancy() *redundancy.Facility
	ForceSwitchover(now clock.Time) error
	OwnAddress(a wire.Addr) bool
	SNMPCounters() snmp.Counters
}
