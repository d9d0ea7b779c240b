package router

import (
	"errors"
	"fmt"

	"tandem/modes"
	"tandem/nvram"
)

// firstStartup is the saved configuration; an empty NVRAM takes the one the
// router is delivered with, and with none the setup dialogue comes. A saved
// configuration that is damaged is kept aside and said so in one line, and the
// router starts as with an empty NVRAM: a router that does not boot helps
// nobody, and one that boots from half a file helps less.
func (r *Router) firstStartup() (startup []byte, note string, err error) {
	text, err := r.Store.Startup()
	switch {
	case errors.Is(err, nvram.ErrCorrupt):
		aside, err := r.Store.SetAside(nvram.StartupName)
		if err != nil {
			return nil, "", fmt.Errorf("router: damaged startup configuration: %w", err)
		}
		note = "%Error opening " + nvram.StartupName + " (File is corrupt): kept as " + aside + "\n"
	case !errors.Is(err, nvram.ErrEmpty):
		return text, "", err
	}
	if r.Settings.Startup == nil {
		r.setup = true
		return nil, note, nil
	}
	if err := r.Store.WriteStartup(r.Settings.Startup); err != nil {
		return nil, "", fmt.Errorf("router: first startup configuration: %w", err)
	}
	return r.Settings.Startup, note, nil
}

// startSetup begins the dialogue that the user said yes to.
func (t *tty) startSetup() {
	t.r.setup = false
	t.phase = phaseSetup
	t.shell = t.r.Loader()
	t.shell.Privilege, t.shell.Output = 15, t.result
	t.result(t.shell.Run(t.r.now, modes.Setup))
}

// endSetup leaves the dialogue for the line's first prompt.
func (t *tty) endSetup(text string) {
	t.shell, t.question, t.running = nil, nil, false
	t.phase = phaseReturn
	t.show(text+pressReturnBoot, WantReturn)
}
