package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/clock"
	"tandem/config"
	"tandem/parser"
	"tandem/wire"
)

// filePrompt is "file prompt": quiet asks nothing that has a default.
var filePrompt = Leaf[string]{
	In: ConfigMode, Syntax: "file prompt {alert | noisy | quiet}", No: "file prompt [alert | noisy | quiet]", Place: in(config.SectionServices, 40), Default: "alert",
	Help: Words{
		"file": "Adjust file system parameters", "prompt": "Prompt level", "alert": "Prompt only for destructive file operations",
		"noisy": "Confirm all file operation parameters", "quiet": "Seldom prompt for file operations",
	},
	Parse: func(_ *Exec, a parser.Args) (string, error) { return a[len(a)-1].Value, nil },
	Print: func(_ parser.Args, v string) string {
		if v == "alert" {
			return ""
		}
		return "file prompt " + v
	},
	Apply: kept[string], Examples: []string{"file prompt quiet"},
}

func quiet(x *Exec) bool { return filePrompt.Value(x.Device.Config().Root) == "quiet" }

// copying is one copy command between its questions.
type copying struct {
	from, to location
	begun    clock.Time
}

func copyFile(x *Exec, a parser.Args) {
	c := &copying{from: x.Shell.locate(a[1].Value), to: x.Shell.locate(a[2].Value)}
	if isFolder(x.Device, c.to) {
		c.to.name = c.to.folder()
	}
	c.askHost(x)
}

// ask puts a question whose default stands in its brackets. Under file prompt
// quiet a question with a default answers itself.
func ask(x *Exec, text, offered string, then func(x *Exec, answer string)) {
	if offered != "" && quiet(x) {
		then(x, offered)
		return
	}
	x.Ask(Question{Prompt: text + " [" + offered + "]? ", Then: func(x *Exec, answer string) {
		if answer = strings.TrimSpace(answer); answer == "" {
			answer = offered
		}
		then(x, answer)
	}})
}

// askHost asks for the host of a remote file that came without one.
func (c *copying) askHost(x *Exec) {
	remote := &c.from
	if c.to.remote() {
		remote = &c.to
	}
	if !remote.remote() || remote.host != "" {
		c.askUser(x)
		return
	}
	ask(x, "Address or name of remote host", "", func(x *Exec, answer string) {
		if remote.host = answer; answer == "" {
			x.Print("%Error: no remote host given\n")
			return
		}
		c.askUser(x)
	})
}

func (c *copying) askSource(x *Exec) {
	if c.from.name != "" {
		c.askDestination(x)
		return
	}
	ask(x, "Source filename", "", func(x *Exec, answer string) {
		if answer == "" {
			x.Print("%Error: no file name given\n")
			return
		}
		c.from.name = answer
		c.askDestination(x)
	})
}

// askDestination offers the name that was typed, else one that suits.
func (c *copying) askDestination(x *Exec) {
	offered := c.to.base()
	switch {
	case offered != "":
		offered = c.to.name
	case c.to.remote() && c.from.system != flashFiles:
		offered = strings.ToLower(x.Device.Hostname()) + "-confg"
	default:
		offered = c.to.name + c.from.base()
	}
	ask(x, "Destination filename", offered, func(x *Exec, answer string) {
		if strings.Contains(answer, ":") && !c.to.remote() {
			c.to = locate(answer)
		} else {
			c.to.name = answer
		}
		c.guard(x)
	})
}

// guard asks before a file is written over.
func (c *copying) guard(x *Exec) {
	if c.to.system != flashFiles || quiet(x) {
		c.start(x)
		return
	}
	if _, err := x.Device.ReadFile(c.to.file()); err != nil {
		c.start(x)
		return
	}
	x.Print("%Warning:There is a file already existing with this name\n")
	x.Confirm("Do you want to over write? [confirm]", c.start)
}

// start moves the file: at once when both ends are here.
func (c *copying) start(x *Exec) {
	c.begun = x.Now
	switch {
	case c.from.remote() && c.to.remote():
		x.Printf("%%Error: cannot copy from %s to %s\n", c.from, c.to)
	case c.from.running() && c.to.startup():
		save(x)
	case c.from.remote():
		fetch(x, c.from, func(x *Exec, content []byte) { c.finish(x, content) })
	default:
		content, err := x.Device.ReadFile(c.from.file())
		if err != nil {
			x.Printf("%%Error opening %s (%s)\n", c.from, fileError(err))
			return
		}
		switch {
		case c.to.system == scpFiles:
			c.scpUpload(x, content)
			return
		case c.to.remote():
			c.upload(x, content)
			return
		}
		c.finish(x, content)
	}
}

// finish puts the content where it belongs and sums up.
func (c *copying) finish(x *Exec, content []byte) {
	switch {
	case c.to.running():
		x.Print(x.Shell.Load(x.Now, string(content)))
		source := c.from.String()
		if c.from.startup() {
			source = "memory"
		}
		x.Device.ConfiguredFrom(x.Now, source, x.Shell.by())
	default:
		if err := x.Device.WriteFile(x.Now, c.to.file(), content); err != nil {
			x.Printf("%%Error writing %s (%s)\n", c.to, fileError(err))
			return
		}
		if c.to.startup() {
			x.Print("[OK]\n")
		}
	}
	x.Print(copied(len(content), c.took(x.Now)))
}

// localCopyTime is what a copy within the router is said to take (reference
// cli 3).
const localCopyTime = 436 * time.Millisecond

func (c *copying) took(now clock.Time) time.Duration {
	if c.from.remote() || c.to.remote() {
		return max(now.Sub(c.begun), time.Millisecond)
	}
	return localCopyTime
}

func copied(n int, took time.Duration) string {
	ms := int(took / time.Millisecond)
	return fmt.Sprintf("%d bytes copied in %d.%03d secs (%d bytes/sec)\n", n, ms/1000, ms%1000, n*1000/max(ms, 1))
}

// remoteHost reads the address or the name of a host.
func remoteHost(x *Exec, l location) (wire.Addr, bool) {
	addr, known := resolve(x.Device.Config(), l.host)
	if !known {
		x.Printf("%%Error opening %s (Bad IP address or host name)\n", l)
		return 0, false
	}
	return addr, true
}

// fetch shows how a remote file comes and hands it over.
func fetch(x *Exec, from location, then func(x *Exec, content []byte)) {
	if from.system == scpFiles {
		scpFetch(x, from, then)
		return
	}
	addr, ok := remoteHost(x, from)
	if !ok {
		return
	}
	x.Printf("Accessing %s...\n", from)
	loading := false
	stop := x.Device.Download(x.Now, addr, from.name, func(now clock.Time, p Progress) {
		x.Now = now
		switch {
		case p.Mark != 0 && !loading && p.Mark == '!':
			loading = true
			x.Printf("Loading %s from %s (via %s): !", from.name, addr, x.Device.Via(addr))
		case p.Mark != 0 && loading:
			x.Print(string(p.Mark))
		}
		if !p.Done {
			x.Flush()
			return
		}
		if loading {
			x.Print("\n")
		}
		if p.Err != nil {
			x.Printf("%%Error opening %s (%s)\n", from, fileError(p.Err))
		} else {
			x.Printf("[OK - %d bytes]\n\n", len(p.Content))
			then(x, p.Content)
		}
		x.Finish() // or goes on, when then asked something
	})
	waitFor(x, stop)
}

// waitFor lets the user escape from a transfer.
func waitFor(x *Exec, stop func()) {
	x.Wait(func(now clock.Time) {
		x.Now = now
		stop()
		x.Print("\n%Error: transfer aborted\n")
		x.Finish()
	})
}

// upload shows how a file goes to a remote host.
func (c *copying) upload(x *Exec, content []byte) {
	addr, ok := remoteHost(x, c.to)
	if !ok {
		return
	}
	stop := x.Device.Upload(x.Now, addr, c.to.name, content, func(now clock.Time, p Progress) {
		x.Now = now
		if p.Mark != 0 {
			x.Print(string(p.Mark))
		}
		if !p.Done {
			x.Flush()
			return
		}
		x.Print("\n")
		if p.Err != nil {
			x.Printf("%%Error opening %s (%s)\n", c.to, fileError(p.Err))
		} else {
			x.Print(copied(len(content), c.took(now)))
		}
		x.Finish()
	})
	waitFor(x, stop)
}
