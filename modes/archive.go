package modes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tandem/clock"
	"tandem/config"
	"tandem/parser"
	"tandem/syslog"
)

// archiveMode is the mode of the word archive.
const archiveMode = "config-archive"

// defaultMaximum is how many archive files are kept (assumed).
const defaultMaximum = 10

var archivePath = Leaf[string]{
	In: archiveMode, Syntax: "path <url:file>", Place: at(10), Parse: word("url"), Apply: kept[string],
	Help:     Words{"path": "path for backups", "url": "flash:NAME or tftp://HOST/NAME; $h is the host name, $t the time"},
	Print:    func(_ parser.Args, v string) string { return "path " + v },
	Examples: []string{"path flash:router-config"},
}

var archiveMaximum = Leaf[int]{
	In: archiveMode, Syntax: "maximum <files:1-14>", Place: at(20), Default: defaultMaximum, Parse: number("files"),
	Help: Words{"maximum": "maximum number of backup copies", "files": "maximum number of backups of the config to store"},
	Apply: func(x *Exec, _ parser.Args, most int) error {
		prune(x.Device, x.Now, most)
		return nil
	},
	Examples: []string{"maximum 14"},
}

var archiveWriteMemory = Leaf[bool]{
	In: archiveMode, Syntax: "write-memory", Place: at(30), Parse: given, Apply: kept[bool],
	Help:     Words{"write-memory": "Enable automatic backup generation during write memory"},
	Examples: []string{"write-memory"},
}

var archivePeriod = Leaf[int]{
	In: archiveMode, Syntax: "time-period <minutes:1-525600>", Place: at(40), Parse: number("minutes"),
	Help: Words{"time-period": "Period of time in minutes to automatically archive the running-config", "minutes": "Number of minutes"},
	Apply: func(x *Exec, _ parser.Args, minutes int) error {
		x.Device.Cancel(timerArchive)
		if minutes > 0 {
			archiveLater(x.Device, x.Now, time.Duration(minutes)*time.Minute)
		}
		return nil
	},
	Examples: []string{"time-period 1440"},
}

func archiveLater(d Device, now clock.Time, period time.Duration) {
	d.At(now.Add(period), timerArchive, func(now clock.Time) {
		archiveRunning(d, now)
		archiveLater(d, now, period)
	})
}

func archiveLines() []Declaration {
	return []Declaration{
		Block{
			In: ConfigMode, Syntax: "archive", Opens: archiveMode, Place: always(in(config.SectionUsers, 50)),
			Help:  Words{"archive": "Archive the configuration"},
			Close: archiveClosed, Examples: []string{"archive"},
		},
		archivePath, archiveMaximum, archiveWriteMemory, archivePeriod,
		Command{Syntax: "archive config", Privilege: 15, Run: archiveConfig, Help: Words{
			"archive": "manage archive files", "config": "Archive the running configuration",
		}},
		Command{Syntax: "show archive", Privilege: 15, Piped: true, Run: showArchive, Help: Words{
			"archive": "Archive functions",
		}},
		Command{Syntax: "show archive config differences [<file1:file> [<file2:file>]] [ignorecase]", Privilege: 15, Piped: true, Run: showDifferences, Help: Words{
			"config": "Archive configurations", "differences": "Show differences between two config files",
			"file1": "First file, the running configuration by default", "file2": "Second file", "ignorecase": "Ignore the case of the configuration",
		}},
		Command{Syntax: "show archive config incremental-diffs <file:file> [ignorecase]", Privilege: 15, Piped: true, Run: showIncremental, Help: Words{
			"incremental-diffs": "Show incremental config differences", "file": "File to compare with the running configuration",
			"ignorecase": "Ignore the case of the configuration",
		}},
		Command{Syntax: "show archive config rollback timer", Privilege: 15, Piped: true, Run: showRollback, Help: Words{
			"rollback": "Rollback information", "timer": "Rollback timer",
		}},
	}
}

// archiveName is the file that the next archive goes to.
func archiveName(d Device, now clock.Time) location {
	path := archivePath.Value(archiveBlock(d))
	at, zone := d.Calendar().Local(now)
	path = strings.ReplaceAll(path, "$h", d.Hostname())
	path = strings.ReplaceAll(path, "$t", at.Format("Jan-2-15-04-05.000-")+zone)
	l := locate(path)
	l.name += "-" + itoa(newest(d)+1)
	return l
}

// archived lists the archive files, oldest first. Those of this router are
// whatever its file system has of that name, so that a reload forgets none.
func archived(d Device) []string {
	path := archivePath.Value(archiveBlock(d))
	l := locate(path)
	if l.remote() {
		return d.Upkeep().remote
	}
	prefix, _, _ := strings.Cut(strings.ReplaceAll(path, "$h", d.Hostname()), "$t")
	prefix = locate(prefix).String()
	var out []string
	for _, f := range d.ListFiles(l.system) {
		if archiveNumber(f) > 0 && strings.HasPrefix(f, prefix) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return archiveNumber(a) - archiveNumber(b) })
	return out
}

// archiveNumber is what follows the last dash, 0 when it is no number.
func archiveNumber(file string) int {
	n, err := strconv.Atoi(file[strings.LastIndexByte(file, '-')+1:])
	if err != nil {
		return 0
	}
	return n
}

// newest is the number of the newest archive file, 0 without one.
func newest(d Device) int {
	if locate(archivePath.Value(archiveBlock(d))).remote() {
		return d.Upkeep().written
	}
	if files := archived(d); len(files) > 0 {
		return archiveNumber(files[len(files)-1])
	}
	return 0
}

// archiveRunning writes the running configuration to the archive. A failure
// shows in the log: nobody may be looking.
func archiveRunning(d Device, now clock.Time) (location, error) {
	if archivePath.Value(archiveBlock(d)) == "" {
		return location{}, Refusal(" Archive feature not enabled")
	}
	to := archiveName(d, now)
	failed := func(now clock.Time, err error) {
		d.Message(now, syslog.Message{
			Facility: "ARCHIVE", Severity: syslog.Errors, Mnemonic: "WRITE_FAILED",
			Text: fmt.Sprintf("Could not write %s (%s)", to, fileError(err)),
		})
	}
	if !to.remote() {
		if err := d.WriteFile(now, to.file(), []byte(d.Listing())); err != nil {
			failed(now, err)
			return to, Refuse("%%Error writing %s (%s)", to, fileError(err))
		}
		prune(d, now, archiveMaximum.Value(archiveBlock(d)))
		return to, nil
	}
	u := d.Upkeep()
	err := sendFile(d, now, to, []byte(d.Listing()), func(now clock.Time, err error) {
		if err != nil {
			failed(now, err)
			return
		}
		u.remote = append(u.remote, to.String())
		u.remote = u.remote[max(0, len(u.remote)-archiveMaximum.Value(archiveBlock(d))):]
	})
	if err == nil {
		u.written++
	}
	return to, err
}

// prune deletes the oldest archive files over the maximum.
func prune(d Device, now clock.Time, most int) {
	if archivePath.Value(archiveBlock(d)) == "" {
		return
	}
	files := archived(d)
	for len(files) > most && !locate(files[0]).remote() {
		if d.DeleteFile(now, files[0]) != nil {
			return // it shows in show archive
		}
		files = files[1:]
	}
}

func archiveConfig(x *Exec, _ parser.Args) {
	if _, err := archiveRunning(x.Device, x.Now); err != nil {
		x.Print(refusal(err) + "\n")
	}
}

// showArchive follows sample show-archive.
func showArchive(x *Exec, _ parser.Args) {
	if archivePath.Value(archiveBlock(x.Device)) == "" {
		x.Print(" Archive feature not enabled\n")
		return
	}
	files, most := archived(x.Device), archiveMaximum.Value(archiveBlock(x.Device))
	x.Printf("The maximum archive configurations allowed is %d.\n", most)
	x.Printf("There are currently %d archive configurations saved.\n", len(files))
	x.Printf("The next archive file will be named %s\n Archive #  Name\n", archiveName(x.Device, x.Now))
	for i := range max(most, len(files)) {
		switch {
		case i < len(files)-1:
			x.Printf("   %-9d%s\n", i+1, files[i])
		case i == len(files)-1:
			x.Printf("   %-9d%s <- Most Recent\n", i+1, files[i])
		default:
			x.Printf("   %d\n", i+1)
		}
	}
}
