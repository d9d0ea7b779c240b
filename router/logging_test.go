package router_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/config"
	"tandem/nvram"
	"tandem/platform"
	"tandem/router"
)

// typedBack are logging and clock lines with what show running-config makes of
// them.
var typedBack = map[string]string{
	"logging host 10.1.1.1":                                             "logging 10.1.1.1",
	"logging 10.1.1.2":                                                  "logging 10.1.1.2",
	"logging host 10.1.1.3 transport udp port 5140":                     "logging host 10.1.1.3 transport udp port 5140",
	"logging facility local0":                                           "logging facility local0",
	"logging origin-id string here and there":                           "logging origin-id string here and there",
	"logging source-interface gi0/0":                                    "logging source-interface GigabitEthernet0/0",
	"logging rate-limit console all 10 except errors":                   "logging rate-limit console all 10 except errors",
	"no logging on":                                                     "no logging on",
	"logging buffered 8192 warnings":                                    "logging buffered 8192 warnings",
	"service sequence-numbers":                                          "service sequence-numbers",
	"service timestamps log datetime show-timezone year msec localtime": "service timestamps log datetime msec localtime show-timezone year",
	"clock timezone EST -5":                                             "clock timezone EST -5",
	"clock summer-time EDT recurring":                                   "clock summer-time EDT recurring",
	"clock summer-time X recurring 1 sun apr 2:00 last Sun Oct 2:00 30": "clock summer-time X recurring 1 Sun Apr 2:00 last Sun Oct 2:00 30",
}

func TestLoggingLinesPrintBack(t *testing.T) {
	for typed, want := range typedBack {
		b := newPrivileged(t)
		before := b.Listing()
		b.configure(typed)
		require.Contains(t, b.Listing(), "\n"+want+"\n", typed)
		b.configure(want)
		after := b.Listing()
		require.Contains(t, after, "\n"+want+"\n")
		if undo, ok := map[string]string{"no logging on": "logging on"}[typed]; ok {
			b.configure(undo)
		} else if typed[:7] == "logging" {
			b.configure("no " + want)
		} else {
			continue
		}
		require.Equal(t, before, b.Listing(), typed)
	}
}

func TestShowLogging(t *testing.T) {
	b := newPrivileged(t)
	b.configure("service timestamps log datetime msec", "logging buffered 16384", "logging 10.0.0.9", "no logging monitor", "logging trap warnings")
	b.enter("clear logging")
	b.key('\r')
	b.configure("service sequence-numbers")
	require.Regexp(t, `^Syslog logging: enabled \(0 messages dropped, 0 messages rate-limited,
                0 flushes, 0 overruns, xml disabled, filtering disabled\)
    Console logging: disabled, xml disabled,
                     filtering disabled
    Monitor logging: disabled, xml disabled,
                     filtering disabled
    Buffer logging: level debugging, \d+ messages logged, xml disabled,
                    filtering disabled
    Logging Exception size \(4096 bytes\)
    Count and timestamp logging messages: disabled

No active filter modules.

    Trap logging: level warnings, \d+ message lines logged
        Logging to 10.0.0.9  \(udp port 514, audit disabled,
              link up\),
              0 message lines logged,
              0 message lines rate-limited,
              0 message lines dropped-by-MD,
              xml disabled, sequence number disabled
              filtering disabled

Log Buffer \(16384 bytes\):

0000\d\d: \*Mar  1 00:00:00.000: %SYS-5-CONFIG_I: Configured from console by console
$`, b.enter("show logging"))
	require.Equal(t, b.enter("show logging"), b.enter("sh log"))
	require.Contains(t, b.enter("sh log | include Console"), "Console logging")
	require.Contains(t, b.enter("sh lo"), "% Ambiguous command")
}

func TestClock(t *testing.T) {
	b := newPrivileged(t)
	b.configure("logging buffered 16384", "no service timestamps")
	require.Equal(t, "% Invalid date\n", b.enter("clock set 10:00:00 31 feb 2024"))
	require.Equal(t, "% Invalid month\n", b.enter("clock set 10:00:00 31 foo 2024"))
	require.Empty(t, b.enter("clock set 10:00:00 feb 29 2024"))
	require.Equal(t, "10:00:00.000 UTC Thu Feb 29 2024\nTime source is user configuration\n", b.enter("show clock detail"))
	require.Contains(t, b.enter("show logging"), "\n%SYS-6-CLOCKUPDATE: System clock has been updated from 00:00:00 UTC Fri Mar 1 2002 "+
		"to 10:00:00 UTC Thu Feb 29 2024, configured from console by console.\n")
	b.configure("clock timezone CET 1")
	require.Equal(t, "11:00:00.000 CET Thu Feb 29 2024\n", b.enter("show clock"))
}

// A saved configuration damaged from outside refuses a power-on in one line. It
// must neither stop a router that reloads nor be lost.
func TestDamagedStartupIsKeptAside(t *testing.T) {
	for name, delivered := range map[string][]byte{"setup": nil, "delivered": []byte("hostname Delivered\nend\n")} {
		dir := t.TempDir()
		store, err := nvram.Open(dir, 100000)
		require.NoError(t, err)
		require.NoError(t, store.WriteStartup([]byte("hostname Precious\nend\n")))
		path := filepath.Join(dir, "nvram", "startup-config")
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		raw[len(raw)-3] ^= 1
		require.NoError(t, os.WriteFile(path, raw, 0o600))

		hw, err := platform.New("c3845", nil, "R")
		require.NoError(t, err)
		settings := router.Settings{
			Hardware: hw, Store: store, Grammar: grammar, Style: config.IOS, Startup: delivered,
			Random: rand.NewChaCha8([32]byte{1}), Cause: "power-on",
		}
		_, err = router.New(0, settings)
		require.ErrorIs(t, err, nvram.ErrCorrupt)
		require.NotContains(t, err.Error(), "\n")
		settings.Cause = "reload"
		r, err := router.New(0, settings)
		require.NoError(t, err, name)
		var first router.Screen
		r.OpenConsole(0, func(s router.Screen) { first = s })
		require.Contains(t, first.Text, "%Error opening nvram:startup-config (File is corrupt): kept as flash:startup-config.bad\n")
		kept, err := os.ReadFile(filepath.Join(dir, "flash", "startup-config.bad"))
		require.NoError(t, err)
		require.Equal(t, raw, kept)
		require.Equal(t, delivered == nil, first.Want == router.WantAnswer, "an empty NVRAM starts the dialogue")
		require.NoError(t, store.Close())
	}
}

// A console that is there from the beginning reads what any IOS router says
// while it starts: loader, legend, image, hardware, then the messages.
func TestBootText(t *testing.T) {
	b := newBench(t, "RouterA", []byte("hostname RouterA\ninterface GigabitEthernet0/0\n no shutdown\nend\n"))
	text := b.text()
	rest := text
	for _, part := range []string{
		"\nSystem Bootstrap, Version 12.3(11r)T2, RELEASE SOFTWARE (fc1)\n",
		"\nc3845 platform with 524288 Kbytes of main memory\n",
		"\nSelf decompressing the image : #",
		"\n              Restricted Rights Legend\n",
		"\nCisco IOS Software, 3800 Software (C3845-ADVSECURITYK9-M), Version 12.4(6)T,",
		"\nCisco 3845 (revision 1.0) with 485376K/38912K bytes of memory.\n",
		"\n\nPress RETURN to get started!\n\n",
		"%LINK-5-CHANGED: Interface GigabitEthernet2/0, changed state to administratively down\n",
		"%SYS-5-RESTART: System restarted --\nCisco IOS Software, 3800 Software",
	} {
		_, after, found := strings.Cut(rest, part)
		require.True(t, found, "%q in\n%s", part, text)
		rest = after
	}

	setup := newBench(t, "RouterB", nil)
	require.NotContains(t, setup.text(), "%SYS-5-RESTART", "messages wait for the end of the dialogue")
	require.Contains(t, setup.enter("no"), "Press RETURN to get started!\n\n*Mar  1 00:00:00.000: %")
}

func TestConfigurationLog(t *testing.T) {
	b := newPrivileged(t)
	b.configure("logging buffered 8192", "archive", "log config", "logging enable", "notify syslog contenttype plaintext", "hidekeys")
	require.Contains(t, b.Listing(), "\narchive\n  log config\n  logging enable\n  notify syslog\n  hidekeys\n")
	b.configure("interface GigabitEthernet0/0", "description to the lab", "username jim password 0 verysecret")
	require.Regexp(t, `^ idx   sess           user@line      Logged command
(.*\n){3} +4 +\d+ +console@console  \|interface GigabitEthernet0/0
 +5 +\d+ +console@console  \|description to the lab
 +6 +\d+ +console@console  \|username jim password \*\*\*\*\*
$`, b.enter("show archive log config all"))
	log := b.enter("show logging")
	require.Contains(t, log, "%PARSER-5-CFGLOG_LOGGEDCMD: User:console  logged command:description to the lab\n")
	require.NotContains(t, log, "verysecret")
	require.NotContains(t, b.enter("show archive log config 5"), "idx   6")
	b.configure("usern kim pass verysecret", "snmp-s comm verysecret", "snmp-s host 10.0.0.9 verysecret", "ena sec verysecret",
		"aaa new-model", "aaa authentication login default local", "no aaa new-model", "int gi0/0", "standby 1 auth hidden77")
	log = b.enter("show archive log config all")
	require.NotContains(t, log, "verysecret")
	require.NotContains(t, log, "hidden77")
	require.Contains(t, log, "|no aaa new-model\n")
	require.Contains(t, log, "|aaa authentication login default local\n")
	b.configure("archive", "no log config")
	b.configure("hostname other")
	require.NotContains(t, b.enter("show archive log config all"), "hostname other")
}

func TestLoggingCount(t *testing.T) {
	b := newPrivileged(t)
	require.Equal(t, "Logging of counts is disabled\n", b.enter("show logging count"))
	b.configure("logging count", "service timestamps log datetime msec")
	b.configure("hostname counted")
	require.Regexp(t, `\nSYS +CONFIG_I +5 +2   \*Mar  1 00:00:00\.000\n-+ -+ -+\nSYS TOTAL +2\n`, b.enter("show logging count"))
	require.Contains(t, b.enter("show logging"), "Count and timestamp logging messages: enabled\n")
	require.Contains(t, b.enter("show logging"), "Monitor logging: level debugging, 0 messages logged", "nobody monitors")
}

func TestUserinfo(t *testing.T) {
	b := newPrivileged(t)
	b.configure("logging buffered 8192", "logging userinfo")
	b.enter("disable")
	b.enter("enable")
	require.Contains(t, b.enter("show logging"), "%SYS-5-PRIV_AUTH_PASS: Privilege level set to 15 by unknown on console\n")
}

// Release 15.x has one long head and rows of its own (sample show-logging-15x).
func TestShowLoggingOf15(t *testing.T) {
	b := newPrivileged(t)
	require.NoError(t, b.Hardware().Install("15.1(4)M"))
	require.Regexp(t, `^Syslog logging: enabled \(0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled\)

No Active Message Discriminator\.



No Inactive Message Discriminator\.


    Console logging: disabled, xml disabled,
                     filtering disabled
    Monitor logging: level debugging, 0 messages logged, xml disabled,
                     filtering disabled
    Buffer logging:  disabled, xml disabled,
                    filtering disabled
    Exception Logging: size \(4096 bytes\)
    Count and timestamp logging messages: disabled
    Persistent logging: disabled

No active filter modules\.

    Trap logging: level informational, \d+ message lines logged
        Logging Source-Interface:       VRF Name:

$`, b.enter("show logging"))
}

// What a line causes is logged behind the prompt that follows it, on the line
// itself; elsewhere at once (reference cli 2.1).
func TestMessagesComeBehindThePrompt(t *testing.T) {
	b := newPrivileged(t)
	b.configure("logging console", "no service timestamps", "line vty 0 4", "privilege level 15", "no login")
	s := b.call(caller)
	s.enter("terminal monitor")
	b.enter("configure terminal")
	s.said()
	b.enter("end")
	require.Len(t, b.screens, 2)
	require.False(t, b.screens[0].Log)
	require.Equal(t, "Router#", b.screens[0].Prompt)
	require.True(t, b.screens[1].Log)
	require.Equal(t, "%SYS-5-CONFIG_I: Configured from console by console\n", b.screens[1].Text)
	require.Equal(t, b.screens[1].Text, s.said())
}
