package router

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"strings"

	"tandem/clock"
	"tandem/config"
	"tandem/forward"
	"tandem/modes"
	"tandem/nvram"
	"tandem/platform"
	"tandem/syslog"
	"tandem/wire"
)

// The methods of modes.Device about the system, its files and its network.

// Hostname implements modes.Device.
func (r *Router) Hostname() string { return modes.HostnameOf(r.tree) }

// SetHostname implements modes.Device: prompts ask Hostname each time.
func (r *Router) SetHostname(string) {}

// Hardware implements modes.Device.
func (r *Router) Hardware() *platform.Hardware { return r.Settings.Hardware }

// Config implements modes.Device.
func (r *Router) Config() *config.Tree { return r.tree }

// Style implements modes.Device.
func (r *Router) Style() config.Style { return r.Settings.Style }

// Listing implements modes.Device.
func (r *Router) Listing() string {
	return config.Print(r.tree, r.Settings.Style, config.Layout{NetworkModules: r.Settings.Hardware.HasNetworkModules()})
}

// Log implements modes.Device.
func (r *Router) Log() *syslog.Log { return r.log }

// Calendar implements modes.Device.
func (r *Router) Calendar() *syslog.Calendar { return r.wall }

// Battery implements modes.Device.
func (r *Router) Battery() *syslog.Battery { return r.Settings.Battery }

// Message implements modes.Device: one message to wherever messages go.
func (r *Router) Message(now clock.Time, m syslog.Message) { r.log.Write(now, m) }

// showLine puts a logged line on the terminals that watch. The console holds
// what comes until the system has started.
func (r *Router) showLine(line string, to syslog.Target) (monitored bool) {
	if to.Console && r.starting() {
		r.unseen = append(r.unseen, line)
		r.unseen = r.unseen[max(0, len(r.unseen)-unseenLimit):]
		to.Console = false
	}
	for _, t := range r.ttys {
		if t.watches(to.Console, to.Monitor) {
			t.message(line)
			monitored = monitored || t.kind != platform.Console
		}
	}
	return monitored
}

// Valid implements modes.Device: an interface must exist, or be one that
// configuration can create.
func (r *Router) Valid(typeName, value string) bool {
	if typeName != "interface" || r.byName[value] != nil {
		return true
	}
	_, ok := r.Settings.Hardware.Interface(value)
	return ok
}

// NameLookup implements modes.Device.
func (r *Router) NameLookup() bool { return modes.NameLookupOf(r.tree) }

// Configured implements modes.Device: the message that closes every stay in
// configuration (reference cli 2.6).
func (r *Router) Configured(now clock.Time, user, origin string) {
	by := origin
	if user != "" {
		by = user + " on " + origin
	}
	r.ConfiguredFrom(now, "console", by)
}

// ConfiguredFrom implements modes.Device.
func (r *Router) ConfiguredFrom(now clock.Time, source, by string) {
	r.Message(now, syslog.Message{
		Facility: "SYS", Severity: syslog.Notifications, Mnemonic: "CONFIG_I", Text: "Configured from " + source + " by " + by,
	})
}

// Debug implements modes.Device.
func (r *Router) Debug() *modes.Debug { return &r.debug }

// ReloadReason implements modes.Device.
func (r *Router) ReloadReason() string { return r.Cause }

// Startup implements modes.Device.
func (r *Router) Startup() ([]byte, error) { return r.Store.Startup() }

// Save implements modes.Device.
func (r *Router) Save(clock.Time) error {
	return r.Store.WriteStartup([]byte(r.Listing()))
}

// EraseStartup implements modes.Device.
func (r *Router) EraseStartup(now clock.Time) error {
	if err := r.Store.Erase(); err != nil {
		return err
	}
	r.Message(now, syslog.Message{
		Facility: "SYS", Severity: syslog.Debugging, Mnemonic: "NV_BLOCK_INIT", Text: "Initialized the geometry of nvram",
	})
	return nil
}

// Unsaved implements modes.Device. A startup configuration that was written by
// hand is as good as what it became when the router read it.
func (r *Router) Unsaved() bool {
	saved, err := r.Store.Startup()
	if err != nil {
		return true
	}
	running := []byte(r.Listing())
	return !bytes.Equal(saved, running) &&
		(sha256.Sum256(saved) != r.read.startup || sha256.Sum256(running) != r.read.running)
}

// reading identifies a startup configuration and what it became.
type reading struct{ startup, running [sha256.Size]byte }

// NVRAMSize implements modes.Device.
func (r *Router) NVRAMSize() int { return r.Store.Size() }

// The two configurations as files.
const (
	runningConfig = "running-config"
	startupConfig = "startup-config"
)

// ReadFile implements modes.Device.
func (r *Router) ReadFile(name string) ([]byte, error) {
	switch name {
	case runningConfig:
		return []byte(r.Listing()), nil
	case startupConfig:
		return r.Store.Startup()
	}
	if filePath(name) == hostKeyFile {
		return nil, fs.ErrPermission
	}
	return r.Store.Read(filePath(name))
}

// WriteFile implements modes.Device.
func (r *Router) WriteFile(now clock.Time, name string, content []byte) error {
	if name == startupConfig {
		return r.Store.WriteStartup(content)
	}
	if filePath(name) == hostKeyFile {
		return fs.ErrPermission
	}
	path := filePath(name)
	if strings.HasPrefix(path, "nvram:") {
		return r.Store.Write(path, content) // its files carry no dates (remembered)
	}
	return r.Store.WriteDated(path, content, r.wall.Date(now))
}

// DeleteFile implements modes.Device.
func (r *Router) DeleteFile(now clock.Time, name string) error {
	if name == startupConfig {
		return r.EraseStartup(now)
	}
	return r.Store.Delete(filePath(name))
}

// ListFiles implements modes.Device.
func (r *Router) ListFiles(prefix string) []string {
	var names []string
	for _, f := range r.Directory(prefix) {
		names = append(names, f.Name)
	}
	return names
}

// Directory implements modes.Device.
func (r *Router) Directory(prefix string) []nvram.File {
	files, err := r.Store.List(prefix)
	if err != nil {
		return nil
	}
	return files
}

// filePath completes a bare file name: it is in flash.
func filePath(name string) string {
	if strings.Contains(name, ":") {
		return name
	}
	return "flash:" + name
}

// RequestReload implements modes.Device.
func (r *Router) RequestReload(_ clock.Time, by, reason string) { r.restart(by, reason) }

// Interface implements modes.Device.
func (r *Router) Interface(name string) forward.Interface {
	if l := r.byName[name]; l != nil {
		return l.Interface
	}
	return forward.Interface{}
}

// Interfaces implements modes.Device.
func (r *Router) Interfaces() []forward.Interface {
	var out []forward.Interface
	for _, name := range r.interfaceNames() {
		out = append(out, r.byName[name].Interface)
	}
	return out
}

// interfaceNames lists the interfaces in the order of show commands: hardware
// first, then what configuration made.
func (r *Router) interfaceNames() []string {
	var out []string
	for _, l := range r.links {
		// Null0 exists without being configured, and only then is not listed
		if !l.gone && (l.Kind != forward.Null || r.tree.Root.Child("interface "+l.Name) != nil) {
			out = append(out, l.Name)
		}
	}
	return out
}

// InterfaceIndex implements modes.Device.
func (r *Router) InterfaceIndex(name string) (int, bool) {
	if l := r.byName[name]; l != nil {
		return l.index, true
	}
	return 0, false
}

// InterfaceName implements modes.Device.
func (r *Router) InterfaceName(index int) string {
	if index >= 0 && index < len(r.links) {
		return r.links[index].Name
	}
	return ""
}

// InterfaceOrder implements modes.Device.
func (r *Router) InterfaceOrder(name string) []int {
	order := r.Settings.Hardware.Order(name)
	return order[:]
}

// InterfaceState implements modes.Device.
func (r *Router) InterfaceState(name string) modes.InterfaceState {
	if l := r.byName[name]; l != nil {
		s := l.state
		s.InputBits, s.InputPackets = l.in.rates(r.now, l.load)
		s.OutputBits, s.OutputPackets = l.out.rates(r.now, l.load)
		return s
	}
	return modes.InterfaceState{}
}

// MulticastGroups implements modes.Device.
func (r *Router) MulticastGroups(name string) []wire.Addr {
	if l := r.byName[name]; l != nil {
		return r.plane.Groups(l.index)
	}
	return nil
}

// Plane implements modes.Device.
func (r *Router) Plane() *forward.Plane { return r.plane }

// AddRoute implements modes.Device.
func (r *Router) AddRoute(now clock.Time, route forward.Route) error {
	r.routing.unknown = true
	err := r.plane.AddRoute(now, route)
	r.trackRoutes()
	return err
}

// RemoveRoute implements modes.Device.
func (r *Router) RemoveRoute(now clock.Time, route forward.Route) {
	r.routing.unknown = true
	r.plane.RemoveRoute(now, route)
	r.trackRoutes()
}

// OwnAddress implements modes.Device: an address of an interface that is up.
func (r *Router) OwnAddress(a wire.Addr) bool {
	for _, l := range r.links {
		if !l.up() {
			continue
		}
		for _, p := range addresses(l.Interface) {
			if p.Addr == a {
				return true
			}
		}
	}
	return false
}

// Ping implements modes.Device.
func (r *Router) Ping(now clock.Time, o forward.PingOptions, show func(clock.Time, forward.Event)) func(clock.Time) {
	r.applyFilters()
	return r.probe(r.plane.StartPing(now, o), show)
}

// Traceroute implements modes.Device.
func (r *Router) Traceroute(now clock.Time, o forward.TracerouteOptions, show func(clock.Time, forward.Event)) func(clock.Time) {
	r.applyFilters()
	return r.probe(r.plane.StartTraceroute(now, o), show)
}

func (r *Router) probe(id int, show func(clock.Time, forward.Event)) func(clock.Time) {
	r.probes[id] = show
	return func(now clock.Time) {
		delete(r.probes, id)
		r.plane.Stop(now, id)
	}
}
