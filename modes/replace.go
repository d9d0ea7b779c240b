package modes

import (
	"fmt"
	"strings"
	"time"

	"tandem/clock"
	"tandem/config"
	"tandem/parser"
	"tandem/syslog"
)

// maxPasses is how often configure replace tries (sample configure-replace).
const maxPasses = 5

const replaceWarning = `This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: `

func replaceCommands() []Declaration {
	return []Declaration{
		Command{
			Syntax: "configure replace <url:file> {force | list | nolock | ignorecase | time <minutes:1-120> | revert trigger [error] [timer <minutes:1-120>]}*", Privilege: 15, Run: configureReplace,
			Help: Words{
				"replace": "Replace the running-config with a new config file", "url": "URL of config file that will replace running-config",
				"force": "Do not prompt for confirmation", "list": "List the commands that are applied",
				"nolock": "Do not acquire configuration lock", "ignorecase": "Ignore the case of the configuration",
				"revert": "Parameters for reverting to the original configuration", "trigger": "Trigger for reverting to the original configuration",
				"error": "Revert to the original configuration upon error", "timer": "Time after which the configuration is reverted",
				"time": "Time, within which confirmation is needed for the replace to stay", "minutes": "Minutes",
			},
		},
		Command{Syntax: "configure terminal revert timer {<minutes:1-120> | idle <minutes:1-120>}", Privilege: 15, Run: configureRevertible, Help: Words{
			"revert": "Parameters for reverting the configuration", "timer": "Time after which the configuration is reverted",
			"minutes": "Time in minutes", "idle": "Idle time after which the configuration is reverted",
		}},
		Command{Syntax: "configure confirm", Privilege: 15, Run: confirmRollback, Help: Words{
			"confirm": "Confirm replacement of running-config with a new config file",
		}},
		Command{Syntax: "configure revert {now | timer {<minutes:1-120> | idle <minutes:1-120>}}", Privilege: 15, Run: revertNow, Help: Words{
			"revert": "Revert the configuration", "now": "Revert now", "timer": "Reset the timer", "minutes": "Time in minutes",
			"idle": "Idle time after which the configuration is reverted",
		}},
	}
}

// configureReplace asks, gets the file and replaces.
func configureReplace(x *Exec, a parser.Args) {
	from := locate(a.Get("url"))
	run := func(x *Exec, content []byte) {
		if a.Has("minutes") && !startRollback(x, a) {
			return
		}
		original := []byte(x.Device.Listing())
		r := replacement{device: x.Device, shell: x.Shell, list: a.Has("list")}
		said, whole := r.apply(x.Now, content)
		x.Print(said)
		if !whole && a.Has("error") {
			r.apply(x.Now, original)
			x.Print("The original configuration has been successfully restored.\n")
		}
		x.Device.ConfiguredFrom(x.Now, from.String(), x.Shell.by())
	}
	proceed := func(x *Exec) {
		if from.remote() {
			fetch(x, from, run)
			return
		}
		content, err := x.Device.ReadFile(from.file())
		if err != nil {
			x.Printf("%%Error opening %s (%s)\n", from, fileError(err))
			return
		}
		run(x, content)
	}
	if a.Has("force") {
		proceed(x)
		return
	}
	x.Ask(Question{Prompt: replaceWarning, Then: func(x *Exec, answer string) {
		if answer = strings.ToLower(strings.TrimSpace(answer)); answer == "y" || answer == "yes" {
			proceed(x)
		}
	}})
}

// replacement turns the running configuration of a device into another one.
type replacement struct {
	device Device
	shell  *Shell
	list   bool // print the commands
}

// apply replaces by as few lines as it can, each typed in its mode, and
// returns what the user reads, and whether all of it could be applied. What
// can't be is listed and left; the rest stays, as on a real router.
func (r replacement) apply(now clock.Time, content []byte) (said string, whole bool) {
	target, refused, err := r.device.Preview(content)
	if err != nil || !isListing(string(content)) {
		return "%The input file is not a valid config file.\n", false
	}
	var out strings.Builder
	passes := 0
	left := r.plan(target)
	for ; len(left) > 0 && passes < maxPasses; passes++ {
		if r.list {
			fmt.Fprintf(&out, "!Pass %d\n!List of Commands:\n%send\n\n", passes+1, script(left))
		}
		for _, step := range left {
			r.shell.Load(now, strings.Join(step.Lines(), "\n"))
		}
		before := script(left)
		if left = r.plan(target); script(left) == before {
			passes = maxPasses - 1 // the next pass would do the same again
		}
	}
	if len(left) == 0 && len(refused) == 0 {
		fmt.Fprintf(&out, "Total number of passes: %d\nRollback Done\n", passes)
		return out.String(), true
	}
	rest := script(left)
	for _, line := range refused {
		rest += line + "\n"
	}
	fmt.Fprintf(&out, "The rollback configlet from the last pass is listed below:\n********\n!List of Rollback Commands:\n%send\n"+
		"********\n\n\nRollback aborted after %d passes\n", rest, maxPasses)
	return out.String(), false
}

func (r replacement) plan(target *config.Tree) []config.Step {
	return config.Plan(config.Diff(r.device.Config(), target, config.IOS))
}

// script lists steps as they are typed.
func script(steps []config.Step) string {
	var b strings.Builder
	for _, s := range steps {
		for _, line := range s.Lines() {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// isListing reports whether a text ends as a whole configuration does.
func isListing(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimRight(line, "\r ") == "end" {
			return true
		}
	}
	return false
}

// rollback is a change that lasts only if it is confirmed.
type rollback struct {
	to      location
	content []byte
	by      string
	minutes int
	tty     int  // line of whoever asked
	idle    bool // the time is that of a line nobody types on
	set     clock.Time
}

// noRollback answers those who ask for one that is not there.
const noRollback = "%No Rollback Confirmed Change pending\n"

func rollbackLog(d Device, now clock.Time, mnemonic, text string) {
	d.Message(now, syslog.Message{
		Facility: "ARCHIVE_DIFF", Severity: syslog.Notifications, Mnemonic: "ROLLBK_CNFMD_CHG_" + mnemonic, Text: text,
	})
}

// startRollback saves the running configuration in the archive and arms the
// way back to it; false when the archive is not set up.
func startRollback(x *Exec, a parser.Args) bool {
	to, err := archiveRunning(x.Device, x.Now)
	if err != nil {
		x.Print(refusal(err) + "\n")
		return false
	}
	x.Printf("Rollback Confirmed Change: Backing up current running config to %s\n\n", to)
	rollbackLog(x.Device, x.Now, "BACKUP", "Backing up current running config to "+to.String())
	x.Device.Upkeep().rollback = &rollback{to: to, content: []byte(x.Device.Listing()), by: x.Shell.by(), tty: x.Shell.TTY}
	armRollback(x.Device, x.Now, a)
	return true
}

func armRollback(d Device, now clock.Time, a parser.Args) {
	r := d.Upkeep().rollback
	r.minutes, r.set, r.idle = a.Int("minutes"), now, a.Has("idle")
	d.Cancel(timerWarning)
	if r.idle {
		rollbackLog(d, now, "START_IDLETIMER",
			fmt.Sprintf("User: %s: Scheduled to rollback to config %s if session idle for %s", r.by, r.to, plural(r.minutes, "minute")))
		d.At(now.Add(r.limit()), timerRollback, func(now clock.Time) { r.watch(d, now) })
		return
	}
	rollbackLog(d, now, "START_ABSTIMER",
		fmt.Sprintf("User: %s: Scheduled to rollback to config %s in %s", r.by, r.to, plural(r.minutes, "minute")))
	due := now.Add(r.limit())
	if r.minutes > 1 {
		d.At(due.Add(-time.Minute), timerWarning, func(now clock.Time) {
			rollbackLog(d, now, "WARNING_ABSTIMER", "System will rollback to config "+r.to.String()+
				" in one minute. Enter \"configure confirm\" if you wish to keep what you've configured")
		})
	}
	d.At(due, timerRollback, func(now clock.Time) { rollBack(d, now, d.Loader()) })
}

func (r *rollback) limit() time.Duration { return time.Duration(r.minutes) * time.Minute }

// watch goes back once nobody has typed on the line for long enough; a line
// that was left counts as idle (assumed).
func (r *rollback) watch(d Device, now clock.Time) {
	for _, l := range d.TerminalLines(now) {
		if l.Number == r.tty && l.Active && l.Idle < r.limit() {
			d.At(now.Add(r.limit()-l.Idle), timerRollback, func(now clock.Time) { r.watch(d, now) })
			return
		}
	}
	rollBack(d, now, d.Loader())
}

// rollBack goes back to the saved configuration.
func rollBack(d Device, now clock.Time, s *Shell) string {
	r := dropRollback(d)
	rollbackLog(d, now, "ROLLBACK_START", "Start rolling to: "+r.to.String())
	said, _ := replacement{device: d, shell: s}.apply(now, r.content)
	d.ConfiguredFrom(now, r.to.String(), r.by)
	return said
}

func dropRollback(d Device) *rollback {
	r := d.Upkeep().rollback
	d.Upkeep().rollback = nil
	d.Cancel(timerRollback)
	d.Cancel(timerWarning)
	return r
}

func configureRevertible(x *Exec, a parser.Args) {
	if startRollback(x, a) {
		startConfig(x)
	}
}

func confirmRollback(x *Exec, _ parser.Args) {
	if x.Device.Upkeep().rollback == nil {
		x.Print(noRollback)
		return
	}
	dropRollback(x.Device)
	rollbackLog(x.Device, x.Now, "CONFIRM", "User: "+x.Shell.by()+": Confirm the configuration change")
}

func revertNow(x *Exec, a parser.Args) {
	switch {
	case x.Device.Upkeep().rollback == nil:
		x.Print(noRollback)
	case a.Has("timer"):
		armRollback(x.Device, x.Now, a)
	default:
		x.Print(rollBack(x.Device, x.Now, x.Shell))
	}
}

func showRollback(x *Exec, _ parser.Args) {
	r := x.Device.Upkeep().rollback
	if r == nil {
		x.Print(noRollback)
		return
	}
	kind := "absolute"
	if r.idle {
		kind = "idle"
	}
	x.Printf("Time configured(or reconfigured): %s\nTimer type: %s timer\nTimer value: %d min\nUser: %s\n",
		x.Device.Calendar().Day(r.set), kind, r.minutes, r.by)
}
