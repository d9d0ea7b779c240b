package modes

import (
	"tandem/clock"
	"tandem/config"
	"tandem/wire"
)

// Storage is what commands about saved state and messages need of the device
// beyond its files.
type Storage interface {
	// Loader is a shell for lines that nobody types.
	Loader() *Shell
	// Upkeep is what such commands have under way.
	Upkeep() *Upkeep
	// At calls do at a moment, instead of what was set under that name.
	At(at clock.Time, name string, do func(now clock.Time))
	// Cancel forgets what was set under a name, and says whether there was
	// something.
	Cancel(name string) bool
	// Broadcast shows text on every session, whatever it is doing.
	Broadcast(text string)
	// Preview reads a configuration as if the device booted from it: the tree
	// it would have, and the lines it would refuse.
	Preview(text []byte) (tree *config.Tree, refused []string, err error)
	// Download and Upload exchange a file with a TFTP host. They tell progress
	// until done, never before they return; stop gives up without a word.
	Download(now clock.Time, host wire.Addr, name string, tell func(now clock.Time, p Progress)) (stop func())
	Upload(now clock.Time, host wire.Addr, name string, content []byte, tell func(now clock.Time, p Progress)) (stop func())
	// Via names the interface that packets to an address leave by, "" without a
	// route.
	Via(a wire.Addr) string
	// SyslogSource is the address that syslog datagrams come from, 0 without
	// one.
	SyslogSource() wire.Addr
}

// Progress is news of a file transfer.
type Progress struct {
	Mark    byte   // '!' for ten packets, '.' for a timeout; 0 for none
	Done    bool   // the last news
	Content []byte // of a file that was fetched, when Done
	Err     error  // why it failed, when Done
}
