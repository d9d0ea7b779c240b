package router

import (
	"errors"
	"fmt"

	"tandem/modes"
	"tandem/nvram"
)

// causeReload is the Settings.Cause of a router that starts again by itself.
const causeReload = "reload"

// firstStartup is the saved configuration; an empty NVRAM takes the one the
// router is delivered with, and with none the setup dialogue comes. A saved
// configuration that is damaged keeps a router from being powered on: whoever
// starts it learns so in one line and can still mend the file. A router that
// reloads, which nobody watches, keeps the file aside, says so in one line and
// starts as with an empty NVRAM.
func (r *Router) firstStartup() (startup []byte, note string, err error) {
	text, err := r.Store.Startup()
	switch {
	case errors.Is(err, nvram.ErrCorrupt) && r.Cause == causeReload:
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
	t.show(text+t.r.started(), WantReturn)
}
