package router_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/nvram"
	"tandem/router"
)

// at lets time pass on a bench: every timer up to then runs.
func (b *bench) at(d time.Duration) string {
	b.screens = nil
	end := clock.Time(d)
	for {
		next, ok := b.NextWake()
		if !ok || next > end {
			break
		}
		b.Wake(next)
	}
	b.Wake(end)
	b.now = end
	return b.text()
}

func (b *bench) text() string {
	var out strings.Builder
	for _, s := range b.screens {
		out.WriteString(s.Text)
	}
	return out.String()
}

// key presses one key and returns what it printed.
func (b *bench) key(k byte) string {
	b.screens = nil
	b.console.Key(b.now, k)
	return b.text()
}

// type enters lines one after another and returns all they printed, with the
// prompts of questions and the answers in between.
func (b *bench) dialogue(lines ...string) string {
	var out strings.Builder
	for _, line := range lines {
		if len(b.screens) > 0 && b.last().Want == router.WantKey {
			out.WriteString(b.key(line[0]))
		} else {
			out.WriteString(line + "\n" + b.enter(line))
		}
		if w := b.last().Want; w == router.WantAnswer || w == router.WantKey {
			out.WriteString(b.prompt())
		}
	}
	return out.String()
}

func (b *bench) last() router.Screen { return b.screens[len(b.screens)-1] }

func newPrivileged(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, "RouterB", nil)
	b.privileged()
	b.configure("no logging console", "line con 0", "exec-timeout 0 0")
	return b
}

func (b *bench) configure(lines ...string) {
	b.enter("configure terminal")
	for _, l := range lines {
		require.NotContains(b.t, b.enter(l), "% ", "line %q", l)
	}
	b.enter("end")
}

func TestCopyDialogues(t *testing.T) {
	b := newPrivileged(t)
	require.Equal(t, "copy run start\nDestination filename [startup-config]? \nBuilding configuration...\n[OK]\n",
		b.dialogue("copy run start", ""))
	out := b.dialogue("copy running-config flash:one", "")
	require.Regexp(t, `^copy running-config flash:one\nDestination filename \[one\]\? \n\d+ bytes copied in 0\.436 secs \(\d+ bytes/sec\)\n$`, out)
	require.Contains(t, b.dialogue("copy running-config flash:one", "", "n"),
		"%Warning:There is a file already existing with this name\nDo you want to over write? [confirm]\n")
	require.Contains(t, b.dialogue("copy flash: startup-config", "none", ""),
		"Source filename []? none\nDestination filename [startup-config]? \n%Error opening flash:none (No such file or directory)\n")
	require.Regexp(t, `Destination filename \[startup-config\]\? \n\[OK\]\n\d+ bytes copied`, b.dialogue("copy flash:one startup-config", ""))
	require.Regexp(t, `Destination filename \[running-config\]\? \n\d+ bytes copied`, b.dialogue("copy startup-config running-config", ""))

	b.configure("file prompt quiet")
	require.Equal(t, "copy run start\nBuilding configuration...\n[OK]\n", b.dialogue("copy run start"))
	require.Equal(t, "delete flash:one\n", b.dialogue("delete flash:one"))
	require.Contains(t, b.enter("more flash:one"), "%Error opening flash:one (No such file or directory)\n")
}

func TestFileSystems(t *testing.T) {
	b := newPrivileged(t)
	require.Contains(t, b.enter("dir"), "Directory of flash:/\n\nNo files in directory\n\n")
	b.enter("write memory")
	require.Regexp(t, `Directory of nvram:/\n\n    1  -rw-  +\d+                    <no date>  startup-config\n\n491512 bytes total \(\d+ bytes free\)\n`, b.enter("dir nvram:"))
	b.dialogue("copy run flash:a", "")
	b.dialogue("rename flash:a flash:b", "")
	require.Contains(t, b.enter("dir flash:"), "  b\n")
	require.NotContains(t, b.enter("dir flash:"), "  a\n")
	require.Contains(t, b.dialogue("delete flash:b", "", "y"), "Delete filename [b]? \nDelete flash:b? [confirm]\n")
	require.Contains(t, b.enter("dir flash:"), "No files in directory")
	require.Regexp(t, `\* +\d+ +\d+ +disk +rw +flash:\n`, b.enter("show file systems"))
	require.Equal(t, "erase startup-config\nErasing the nvram filesystem will remove all configuration files! Continue? [confirm]\n[OK]\nErase of nvram: complete\n",
		b.dialogue("erase startup-config", "\r"))
	require.Equal(t, "startup-config is not present\n", b.enter("show startup-config"))
}

func TestFolders(t *testing.T) {
	b := newPrivileged(t)
	require.Contains(t, b.dialogue("copy run flash:old/a", ""), "%Error writing flash:old/a (No such file or directory)\n")
	require.Equal(t, "mkdir old\nCreate directory filename [old]? \nCreated dir flash:old\n", b.dialogue("mkdir old", ""))
	require.Contains(t, b.dialogue("mkdir flash:/old/", ""), "%Error Creating dir flash:old (File exists)\n")
	require.Contains(t, b.dialogue("mkdir nvram:x", ""), "%Error Creating dir nvram:x (Invalid file name)\n")
	require.Contains(t, b.dialogue("mkdir", "old/deep"), "Create directory filename []? old/deep\nCreated dir flash:old/deep\n")
	require.Regexp(t, `Destination filename \[old/running-config\]\? \n\d+ bytes copied`, b.dialogue("copy running-config flash:old", ""))

	require.Regexp(t, `^Directory of flash:/\n\n    1  drw-           0   Mar 1 2002 00:00:00 \+00:00  old\n\n`, b.enter("dir"))
	require.Regexp(t, `^Directory of flash:/old/\n\n    2  drw- .*  deep\n    3  -rw- .*  running-config\n\n`, b.enter("dir flash:old"))
	require.Regexp(t, `(?s)of flash:/\n.*of flash:/old/\n.*of flash:/old/deep/\n\nNo files`, b.enter("dir /recursive flash:"))
	require.Regexp(t, `\d old\n.* old/deep\n.* old/running-config\n`, b.enter("show flash:"))

	require.Equal(t, "%Error changing to flash:new (No such file or directory)\n", b.enter("cd new"))
	require.Equal(t, "flash:/old/\n", b.enter("cd old")+b.enter("pwd"))
	require.Contains(t, b.enter("more running-config"), "hostname")
	require.Equal(t, "flash:/old/deep/\n", b.enter("cd deep")+b.enter("pwd"))
	require.Equal(t, "flash:/old/\n", b.enter("cd ..")+b.enter("pwd"))
	require.Contains(t, b.dialogue("rmdir deep", "", "y"), "Remove directory filename [old/deep]? \nDelete flash:old/deep? [confirm]\nRemoved dir flash:old/deep\n")
	require.Equal(t, "flash:\n", b.enter("cd ..")+b.enter("cd ..")+b.enter("pwd"))

	require.Contains(t, b.dialogue("rmdir old", "", "y"), "%Error Removing dir flash:old (Directory not empty)\n")
	b.dialogue("delete /force flash:old/running-config")
	require.Contains(t, b.dialogue("rmdir old", "", "y"), "Removed dir flash:old\n")
	require.Contains(t, b.enter("dir"), "No files in directory")
	b.dialogue("mkdir a", "")
	b.dialogue("mkdir a/b", "")
	b.dialogue("erase flash:", "y")
	require.Contains(t, b.enter("dir"), "No files in directory")
}

func TestFullNVRAM(t *testing.T) {
	b := newPrivileged(t)
	b.Store = nvram.NewMemory(100)
	require.Equal(t, "Building configuration...\nstartup-config file open failed (Not enough space)\n", b.enter("write memory"))
}

func TestReplaceByTheLeast(t *testing.T) {
	b := newPrivileged(t)
	b.configure("interface GigabitEthernet0/0", "ip address 10.0.0.1 255.255.255.0", "no shutdown")
	b.enter("copy running-config flash:base")
	b.enter("")
	want := b.Listing()
	b.configure("hostname Other", "interface Loopback5", "ip address 10.5.5.5 255.255.255.255", "interface GigabitEthernet0/0",
		"description changed", "ip access-list extended x", "permit tcp any any eq 80", "logging 10.0.0.9", "ip route 10.9.0.0 255.255.0.0 10.0.0.9")
	out := b.enter("show archive config differences system:running-config flash:base")
	require.Contains(t, out, "!Contextual Config Diffs:\n+hostname Router\n")
	require.Contains(t, out, "\n-hostname Other\n")
	require.Contains(t, out, "interface GigabitEthernet0/0\n -description changed\n")
	out = b.dialogue("configure replace flash:base list", "y")
	require.Contains(t, out, "configuration. Enter Y if you are sure you want to proceed. ? [no]: y\n!Pass 1\n!List of Commands:\n")
	require.Contains(t, out, "no interface Loopback5\n")
	require.NotContains(t, out, "ip address 10.0.0.1", "what is the same stays alone")
	require.Contains(t, out, "end\n\nTotal number of passes: 1\nRollback Done\n")
	require.Equal(t, want, b.Listing())
	require.Equal(t, "configure replace flash:base force\nTotal number of passes: 0\nRollback Done\n", b.dialogue("configure replace flash:base force"))
}

func TestReplaceRefuses(t *testing.T) {
	b := newPrivileged(t)
	before := b.Listing()
	require.NoError(t, b.Store.Write("flash:junk", []byte("neither\nhere\n")))
	require.NoError(t, b.Store.Write("flash:odd", []byte(before[:len(before)-4]+"frobnicate\nend\n")))
	require.Equal(t, "%The input file is not a valid config file.\n", b.enter("configure replace flash:junk force"))
	require.Contains(t, b.enter("configure replace flash:odd force"), "!List of Rollback Commands:\nfrobnicate\nend\n********\n\n\nRollback aborted after 5 passes\n")
	require.Equal(t, before, b.Listing())
	require.Equal(t, "%Error opening flash:none (No such file or directory)\n", b.enter("configure replace flash:none force"))
	require.NoError(t, b.Store.Write("flash:half", []byte("hostname Half\nfrobnicate\nend\n")))
	require.Contains(t, b.enter("configure replace flash:half force revert trigger error"),
		"Rollback aborted after 5 passes\nThe original configuration has been successfully restored.\n")
	require.Equal(t, before, b.Listing())
}

// What a listing in the paper's style adds: its sub-modes are not indented.
func TestIncrementalDifferencesReadAnyStyle(t *testing.T) {
	b := newPrivileged(t)
	b.configure("ipc zone default", "association 1", "protocol sctp", "local-port 5000", "local-ip 10.0.0.1")
	require.NoError(t, b.Store.Write("flash:same", []byte(b.Listing())))
	require.Equal(t, "!List of Commands:\nend\n", b.enter("show archive config incremental-diffs flash:same"))
	require.NoError(t, b.Store.Write("flash:more", []byte(
		"ipc zone default\nassociation 1\nprotocol sctp\nlocal-port 5000\nlocal-ip 10.0.0.2\nfrobnicate\n")))
	require.Equal(t, "!List of Commands:\nipc zone default\n association 1\n  protocol sctp\n   local-port 5000\n    local-ip 10.0.0.2\nfrobnicate\nend\n",
		b.enter("show archive config incremental-diffs flash:more ignorecase"))
}

func TestArchive(t *testing.T) {
	b := newPrivileged(t)
	require.Equal(t, " Archive feature not enabled\n", b.enter("show archive"))
	b.configure("archive", "path flash:$h", "maximum 2", "write-memory", "time-period 60")
	b.enter("archive config")
	b.configure("hostname Second")
	b.configure("archive", "path flash:Router")
	require.Contains(t, b.enter("write memory"), "[OK]\n")
	out := b.enter("show archive")
	require.Equal(t, "The maximum archive configurations allowed is 2.\nThere are currently 2 archive configurations saved.\n"+
		"The next archive file will be named flash:Router-3\n Archive #  Name\n   1        flash:Router-1\n   2        flash:Router-2 <- Most Recent\n", out)
	b.at(61 * time.Minute)
	require.Contains(t, b.enter("show archive"), "   1        flash:Router-2\n   2        flash:Router-3 <- Most Recent\n")
	require.Equal(t, "!Contextual Config Diffs:\n!No changes were found\n", b.enter("show archive config differences system:running-config nvram:startup-config"))
	b.configure("hostname Third")
	require.Equal(t, "!Contextual Config Diffs:\n+hostname Second\n-hostname Third\n", b.enter("show archive config differences"))
	require.NoError(t, b.Store.Write("flash:part", []byte("hostname Third\ninterface GigabitEthernet0/1\n description x\n")))
	require.Equal(t, "!List of Commands:\ninterface GigabitEthernet0/1\n description x\nend\n", b.enter("show archive config incremental-diffs flash:part"))
}

func TestTimedRollback(t *testing.T) {
	b := newPrivileged(t)
	require.Equal(t, "%No Rollback Confirmed Change pending\n", b.enter("show archive config rollback timer"))
	require.Equal(t, " Archive feature not enabled\n", b.enter("configure terminal revert timer 5"))
	b.configure("archive", "path flash:cfg", "logging buffered 16000")
	want := b.Listing()
	require.Equal(t, "Rollback Confirmed Change: Backing up current running config to flash:cfg-1\n\n"+
		"Enter configuration commands, one per line.  End with CNTL/Z.\n", b.enter("configure terminal revert timer 5"))
	b.enter("hostname Cut")
	b.enter("interface GigabitEthernet0/0")
	b.enter("shutdown")
	b.enter("end")
	require.Contains(t, b.enter("show archive config rollback timer"), "Timer type: absolute timer\nTimer value: 5 min\nUser: console\n")
	b.at(6 * time.Minute)
	require.Equal(t, want, b.Listing())
	require.Contains(t, b.enter("show logging"), "ROLLBK_CNFMD_CHG_WARNING_ABSTIMER: System will rollback to config flash:cfg-1 in one minute")

	b.enter("configure terminal revert timer 5")
	b.enter("hostname Kept")
	b.enter("end")
	require.Empty(t, b.enter("configure confirm"))
	b.at(20 * time.Minute)
	require.Equal(t, "Kept", b.Hostname())
	b.enter("configure terminal revert timer 5")
	b.enter("hostname Gone")
	b.enter("end")
	require.Equal(t, "Total number of passes: 1\nRollback Done\n", b.enter("configure revert now"))
	require.Equal(t, "Kept", b.Hostname())
}

// A change waits for a line that nobody types on, or for a time.
func TestRollbackTimers(t *testing.T) {
	b := newPrivileged(t)
	b.configure("archive", "path flash:cfg")
	b.enter("configure terminal revert timer idle 5")
	b.enter("hostname Idle")
	b.enter("end")
	b.at(4 * time.Minute)
	require.Contains(t, b.enter("show archive config rollback timer"), "Timer type: idle timer\nTimer value: 5 min\n")
	b.at(8 * time.Minute)
	require.Equal(t, "Idle", b.Hostname())
	b.at(10 * time.Minute)
	require.Equal(t, "Router", b.Hostname())

	b.configure("hostname Other")
	require.NoError(t, b.Store.Write("flash:new", []byte(strings.ReplaceAll(b.Listing(), "Other", "Newer"))))
	require.Contains(t, b.enter("configure replace flash:new force revert trigger timer 3"), "Rollback Done\n")
	require.Equal(t, "Newer", b.Hostname())
	require.Contains(t, b.enter("show archive config rollback timer"), "Timer type: absolute timer\nTimer value: 3 min\n")
	b.enter("configure revert timer 1")
	b.at(12 * time.Minute)
	require.Equal(t, "Other", b.Hostname())
	require.NoError(t, b.Store.Write("flash:bad", []byte(strings.ReplaceAll(b.Listing(), "hostname Other", "hostname Third\nnonsense"))))
	require.Contains(t, b.enter("configure replace flash:bad force revert trigger error"), "The original configuration has been successfully restored.\n")
	require.Equal(t, "Other", b.Hostname())
}

func TestScheduledReload(t *testing.T) {
	b := newPrivileged(t)
	b.enter("write memory")
	b.configure("logging console", "line con 0", "exec-timeout 0 0")
	require.Equal(t, "No reload is scheduled.\n", b.enter("show reload"))
	require.Equal(t, "%No reload is scheduled.\n", b.enter("reload cancel"))
	out := b.dialogue("reload in 5", "n", "\r")
	require.Contains(t, out, "reload in 5\n\nSystem configuration has been modified. Save? [yes/no]: n\n"+
		"Reload scheduled in 5 minutes by console\nReload reason: Reload Command\nProceed with reload? [confirm]\n")
	require.Contains(t, out, "\n\n***\n*** --- SHUTDOWN in 0:05:00 ---\n***\n\n")
	require.Contains(t, out, "%SYS-5-SCHEDULED_RELOAD: Reload requested for 00:05:00 UTC Fri Mar 1 2002 at 00:00:00 UTC Fri Mar 1 2002 by console. Reload Reason: Reload Command.")
	require.Contains(t, b.at(4*time.Minute+10*time.Second), "--- SHUTDOWN in 0:01:00 ---")
	require.Equal(t, "Reload scheduled in 50 seconds by console\nReload reason: Reload Command\n", b.enter("show reload"))
	require.Contains(t, b.enter("reload cancel"), "*** --- SHUTDOWN ABORTED ---\n")
	b.at(10 * time.Minute)
	require.False(t, b.Reload())

	require.Contains(t, b.enter("reload at 3:00"), "clock must be set")
	b.enter("clock set 12:00:00 1 jan 2024")
	out = b.dialogue("reload at 12:30 jan 2 planned work", "no", "y")
	require.Contains(t, out, "Reload scheduled for 12:30:00 UTC Tue Jan 2 2024 (in 24 hours and 30 minutes) by console\nReload reason: planned work\n")
	out = b.at(25 * time.Hour)
	require.Contains(t, out, "--- SHUTDOWN NOW ---")
	require.Contains(t, out, "%SYS-5-RELOAD: Reload requested by console. Reload Reason: planned work.")
	require.True(t, b.Reload())
}

func TestSetupDialogue(t *testing.T) {
	b := newBench(t, "RouterB", nil)
	require.Contains(t, b.dialogue(""), "% Please answer 'yes' or 'no'.\n")
	out := b.dialogue("yes", "yes", "test", "", "1234", "1234", "1234", "123", "yes", "lab", "", "gi0/1", "yes", "1203210321", "192.168.0.2",
		"255.0.255.0", "192.168.0.2", "")
	for _, want := range []string{
		"Use ctrl-c to abort configuration dialog at any prompt.\n", "% No defaulting allowed\n  Enter enable secret: 1234\n",
		"% Please choose a password that is different from the enable secret\n  Enter enable password: ",
		"  Configure SNMP Network Management? [yes]: yes\n", "    Community string [public]: lab\n", "\nsnmp-server community lab\n",
		"\nConfiguring interface GigabitEthernet0/1:\n  Configure IP on this interface? [yes]: ", "% Bad Internet address.\n", "% Bad subnet mask.\n",
		"    Class C network is 192.168.0.0, 24 subnet bits; mask is /24\n\nThe following configuration command script was created:\n\nhostname test\n",
		"[2] Save this configuration to nvram and exit.\n\nEnter your selection [2]: ",
	} {
		require.Contains(t, out, want)
	}
	out = b.dialogue("2")
	require.Contains(t, out, "Building configuration...\n[OK]\nUse the enabled mode 'configure' command to modify this configuration.\n\n\nPress RETURN to get started!\n")
	require.Equal(t, "test", b.Hostname())
	require.Contains(t, b.Listing(), "\nsnmp-server community lab RO\n")
	b.enter("")
	require.Equal(t, "test>", b.prompt())

	b = newBench(t, "RouterB", nil)
	b.dialogue("yes", "yes")
	b.screens = nil
	b.console.Abandon(0)
	require.Contains(t, b.text(), "Configuration aborted, no changes made.\n")
	require.Equal(t, router.WantReturn, b.last().Want)
	require.Equal(t, "Router", b.Hostname())
}
