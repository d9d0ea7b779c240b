package router_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/clock"
	"tandem/modes"
	"tandem/router"
	"tandem/wire"
)

// caller is somebody on the outside.
var caller = router.Caller{Protocol: modes.Telnet, Address: wire.MustAddr("10.9.0.7"), Port: 40000, Local: wire.MustAddr("10.0.0.1")}

// seat is one connection to a vty and what it was shown.
type seat struct {
	t       testing.TB
	r       *router.Router
	line    *router.VTY
	session router.Session
	screens []router.Screen
	now     clock.Time
}

func (b *bench) call(c router.Caller) *seat {
	b.t.Helper()
	line, err := b.Answer(1, c)
	require.NoError(b.t, err)
	s := &seat{t: b.t, r: b.Router, line: line, now: 1}
	s.session = line.Open(1, func(screen router.Screen) { s.screens = append(s.screens, screen) })
	return s
}

// said returns what was shown since the last time, prompt included.
func (s *seat) said() string {
	var out strings.Builder
	for _, screen := range s.screens {
		out.WriteString(screen.Text)
		if !screen.Log {
			out.WriteString(screen.Prompt)
		}
	}
	s.screens = nil
	return out.String()
}

func (s *seat) enter(line string) string {
	s.session.Enter(s.now, line)
	return s.said()
}

func (s *seat) over() bool {
	return len(s.screens) == 0 || s.screens[len(s.screens)-1].Want == router.WantHangup
}

// pass lets time go by.
func (s *seat) pass(d time.Duration) string {
	s.now = s.now.Add(d)
	s.r.Wake(s.now)
	return s.said()
}

// delivered is a router with these lines in its startup configuration.
func delivered(t *testing.T, lines ...string) *bench {
	return newBench(t, "RouterB", []byte("hostname R1\n"+strings.Join(lines, "\n")+"\nend\n"))
}

const access = "\n\nUser Access Verification\n\n"

// The table of reference cli 2.4.
func TestLoginDialogues(t *testing.T) {
	local := []string{"username cisco privilege 15 secret 0 sesame", "line vty 0 4", "login local"}
	for _, c := range []struct {
		name   string
		config []string
		dialog []string // what is said, then what is typed, in turns
	}{
		{"no password", []string{"line vty 0 4", "login"}, []string{"\n\nPassword required, but none set\n"}},
		{"password", []string{"line vty 0 4", "password 7 060506324F41"}, []string{access + "Password: ", "cisco", "R1>"}},
		{"bad password", []string{"line vty 0 4", "password cisco"}, []string{
			access + "Password: ", "a", "Password: ", "b", "Password: ", "c", "% Bad passwords\n",
		}},
		{"local", local, []string{access + "Username: ", "cisco", "Password: ", "sesame", "R1#"}},
		{"bad user", local, []string{
			access + "Username: ", "nobody", "Password: ", "sesame", "% Login invalid\n\nUsername: ",
			"cisco", "Password: ", "", "% Login invalid\n\nUsername: ", "cisco", "Password: ", "x", "% Login invalid\n\n",
		}},
		{"no login", []string{"line vty 0 4", "no login"}, []string{"\nR1>"}},
		{"level of the line", []string{"line vty 0 4", "no login", "privilege level 15"}, []string{"\nR1#"}},
		{"banners", append([]string{"banner motd #", "be good", "#", "banner login /welcome/", "banner exec ^Con $(hostname) $(line)^C"}, local...), []string{
			"\n\nbe good\n\nwelcome\n\nUser Access Verification\n\nUsername: ", "cisco", "Password: ", "sesame", "on R1 322\nR1#",
		}},
		{"new model", []string{"aaa new-model", "username a password b"}, []string{
			access + "Username: ", "a", "Password: ", "x", "\n% Authentication failed\n\nUsername: ", "a", "Password: ", "b", "R1>",
		}},
		{"new model, own words", []string{
			"aaa new-model", "username a password b", "aaa authentication attempts login 2", "aaa authentication username-prompt \"Who: \"",
			"aaa authentication password-prompt Secret:", "aaa authentication banner ^", "be good", "^", "aaa authentication fail-message ^No.^",
		}, []string{
			"\n\nbe good\n\nWho: ", "a", "Secret:", "x", "\nNo.\n\nWho: ", "a", "Secret:", "y", "\nNo.\n\n",
		}},
		{"new model, commands", []string{
			"aaa new-model", "aaa authentication login default local", "aaa authorization exec default local", "aaa authorization commands 15 default local",
			"aaa authorization commands 1 default if-authenticated", "username a password b", "privilege exec level 15 show privilege",
			"enable secret x", "aaa authentication enable default none",
		}, []string{
			access + "Username: ", "a", "Password: ", "b", "R1>", "enable", "R1#", "show privilege", "Command authorization failed.\n\nR1#",
			"show running-config | include x", "Command authorization failed.\n\nR1#", "show users | include nothing", "R1#",
		}},
		{"new model, authorized", []string{
			"aaa new-model", "aaa authentication login default local", "aaa authorization exec default local", "username a privilege 15 password b",
		}, []string{access + "Username: ", "a", "Password: ", "b", "R1#"}},
		{"new model, list", []string{
			"aaa new-model", "aaa authentication login VTY line none", "line vty 0 4", "login authentication VTY",
		}, []string{"\nR1>"}},
		{"new model, enable", []string{"aaa new-model", "aaa authentication login default enable", "enable secret x"}, []string{
			access + "Password: ", "x", "R1>",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := delivered(t, c.config...).call(caller)
			for i := 0; i < len(c.dialog); i += 2 {
				if i > 0 {
					s.session.Enter(1, c.dialog[i-1])
				}
				last := s.over()
				require.Equal(t, c.dialog[i], s.said())
				require.Equal(t, !strings.Contains(c.dialog[i], "R1") && i == len(c.dialog)-1, last)
			}
		})
	}
}

func TestLoginPromptsExpire(t *testing.T) {
	s := delivered(t, "line vty 0 4", "password cisco").call(caller)
	s.said()
	require.Empty(t, s.pass(29*time.Second))
	require.Equal(t, "\n% Password:  timeout expired!\nPassword: ", s.pass(time.Second))
	require.Equal(t, "\n% Password:  timeout expired!\nPassword: ", s.pass(30*time.Second))
	s.now = s.now.Add(30 * time.Second)
	s.r.Wake(s.now)
	require.True(t, s.over())
	require.Equal(t, "\n% Password:  timeout expired!\n% Bad passwords\n", s.said())

	s = delivered(t, "enable secret x", "line vty 0 4", "no login").call(caller)
	s.said()
	require.Equal(t, "Password: ", s.enter("enable"))
	require.Equal(t, "\n% Password:  timeout expired!\nPassword: ", s.pass(30*time.Second))
}

func TestEnable(t *testing.T) {
	for _, c := range []struct {
		name   string
		config []string
		dialog []string
	}{
		{"nothing set", nil, []string{"enable", "% No password set\nR1>"}},
		{"secret", []string{"enable secret class"}, []string{"enable", "Password: ", "class", "R1#"}},
		{"bad secrets", []string{"enable secret 5 $1$cAKq$ALs4Jn4zeIluqaZywN8AT."}, []string{
			"enable", "Password: ", "a", "Password: ", "b", "Password: ", "c", "% Bad secrets\n\nR1>",
		}},
		{"bad passwords", []string{"enable password x"}, []string{
			"enable", "Password: ", "a", "Password: ", "b", "Password: ", "c", "% Bad passwords\n\nR1>",
		}},
		{"level", []string{"enable secret level 5 five", "privilege exec level 5 show running-config"}, []string{
			"show privilege", "Current privilege level is 1\nR1>", "enable 5", "Password: ", "five", "R1#",
			"show privilege", "Current privilege level is 5\nR1#", "disable", "R1>",
		}},
		{"new model", []string{"aaa new-model", "aaa authentication login default none", "enable secret x"}, []string{
			"enable", "Password: ", "y", "% Error in authentication.\n\nR1>",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := delivered(t, append(c.config, "line vty 0 4", "no login")...).call(caller)
			s.said()
			for i := 0; i < len(c.dialog); i += 2 {
				require.Equal(t, c.dialog[i+1], s.enter(c.dialog[i]))
			}
		})
	}
}

func TestPrivilegeOfACommand(t *testing.T) {
	b := delivered(t, "privilege exec level 1 show running-config", "privilege exec level 3 ping", "line vty 0 4", "no login")
	s := b.call(caller)
	s.said()
	require.Contains(t, s.enter("sh run"), "Current configuration")
	require.Contains(t, s.enter("ping 1.1.1.1"), "% Invalid input detected")
	require.Contains(t, s.enter("configure terminal"), "% Invalid input detected")
	require.Contains(t, b.Listing(), "privilege exec level 1 show running-config\n")
}

func TestLinesAreTakenAndGivenBack(t *testing.T) {
	b := delivered(t, "access-list 10 permit 10.9.0.0 0.0.255.255", "line vty 0 4", "no login", "access-class 10 in", "transport input telnet")
	var seats []*seat
	for range 5 {
		seats = append(seats, b.call(caller))
	}
	_, err := b.Answer(1, caller)
	require.ErrorIs(t, err, router.ErrNoLine)
	require.Contains(t, seats[0].enter("show users"), "\n*322 vty 0                idle                 00:00:00   10.9.0.7\n 323 vty 1 ")
	seats[3].session.Hangup(1)
	ssh := caller
	ssh.Protocol = modes.SSH
	_, err = b.Answer(1, ssh)
	require.ErrorIs(t, err, router.ErrNoLine)
	stranger := caller
	stranger.Address = wire.MustAddr("192.168.1.1")
	_, err = b.Answer(1, stranger)
	require.ErrorIs(t, err, router.ErrNoAccess)
	stranger.Console = true
	s := b.call(stranger)
	s.enter("exit")
	b.privileged()
	require.Equal(t, "[confirm]", b.question("clear line vty 4"))
	require.Equal(t, "\n [OK]\n", b.enter("\r"))
	seats[4].screens = nil
	require.Equal(t, router.WantHangup, seats[4].want())
}

// question enters a line and returns the prompt of what it asks.
func (b *bench) question(line string) string {
	b.enter(line)
	return b.prompt()
}

// want is what the session waits for.
func (s *seat) want() router.Want {
	s.session.Complete(s.now, "")
	return s.screens[len(s.screens)-1].Want
}

func TestIdleSessionsEnd(t *testing.T) {
	b := delivered(t, "line vty 0 4", "no login", "exec-timeout 1 30")
	s := b.call(caller)
	require.Empty(t, strings.TrimSpace(strings.ReplaceAll(s.said(), "R1>", "")))
	s.now = s.now.Add(89 * time.Second)
	s.r.Wake(s.now)
	require.NotEqual(t, router.WantHangup, s.want())
	s.now = s.now.Add(90 * time.Second)
	s.r.Wake(s.now)
	require.Equal(t, router.WantHangup, s.want())
	b.call(caller)
}

func TestTerminalMonitor(t *testing.T) {
	b := delivered(t, "line vty 0 4", "no login", "privilege level 15")
	s, other := b.call(caller), b.call(caller)
	s.enter("terminal monitor")
	other.said()
	s.enter("configure terminal")
	require.Contains(t, s.enter("end"), "%SYS-5-CONFIG_I: Configured from console by vty0 (10.9.0.7)\n")
	require.Empty(t, other.said())
	s.enter("terminal no monitor")
	s.enter("configure terminal")
	require.NotContains(t, s.enter("end"), "CONFIG_I")
}

func TestSend(t *testing.T) {
	b := delivered(t, "line vty 0 4", "no login", "privilege level 15")
	s, other := b.call(caller), b.call(caller)
	other.said()
	require.Equal(t, "Enter message, end with CTRL/Z; abort with CTRL/C:\n", s.enter2("send vty 1"))
	s.enter("hello")
	s.session.EndConfig(1, "there")
	require.Equal(t, "Send message? [confirm]", s.said())
	s.session.Key(1, '\r')
	require.Equal(t, "\n***\n***\n*** Message from tty322 to tty323:\n***\nhello\nthere\n\n", other.said())
}

func (s *seat) enter2(line string) string {
	s.screens = nil
	return s.enter(line)
}

func TestLoginBlock(t *testing.T) {
	b := delivered(t, "logging buffered 8192", "login block-for 100 attempts 3 within 60", "login on-failure log",
		"login on-success log", "username cisco secret sesame", "line vty 0 4", "login local")
	s := b.call(caller)
	s.said()
	for n := range 3 {
		require.Equal(t, "Password: ", s.enter("hunter2"))
		require.Equal(t, "% Login invalid\n\n", s.enter("sesame"), "the next prompt waits")
		require.Equal(t, map[bool]string{false: "Username: "}[n == 2], s.pass(time.Second))
	}
	_, err := b.Answer(s.now, caller)
	require.ErrorIs(t, err, router.ErrQuiet)
	log := strings.Join(b.Log().Lines(), "\n")
	require.Contains(t, log, "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ] [Source: 10.9.0.7] [localport: 23] [Reason: Login Authentication Failed] at ")
	require.Contains(t, log, "%SEC_LOGIN-1-QUIET_MODE_ON: Still timeleft for watching failures is 58 secs,")
	require.NotContains(t, log, "sesame")
	require.NotContains(t, log, "hunter2")
	b.Wake(clock.Time(0).Add(103 * time.Second))
	s = b.call(caller)
	s.enter("cisco")
	require.Equal(t, "R1>", s.enter("sesame"))
	log = strings.Join(b.Log().Lines(), "\n")
	require.Contains(t, log, "%SEC_LOGIN-5-QUIET_MODE_OFF: ")
	require.Contains(t, log, "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: cisco]")
}

func TestPasswordEncryption(t *testing.T) {
	b := delivered(t, "enable password one", "username a password two", "line vty 0 4", "password three",
		"key chain k", "key 1", "key-string five", "interface GigabitEthernet0/0", "standby 1 authentication md5 key-string six timeout 60", "standby 2 authentication seven")
	b.privileged()
	b.enter("one")
	require.Contains(t, b.Listing(), "enable password one\n")
	require.Contains(t, b.Listing(), "username a password 0 two\n")
	require.Contains(t, b.Listing(), "password three\n")
	b.enter("configure terminal")
	b.enter("service password-encryption")
	b.enter("line con 0")
	b.enter("password four")
	for _, line := range []string{"key chain k", "key 2", "key-string eight"} {
		b.enter(line)
	}
	b.enter("no service password-encryption")
	b.enter("end")
	text := b.Listing()
	for _, clear := range []string{"one", "two", "three", "four", "five", "six", "eight"} {
		require.NotRegexp(t, " "+clear+`\b`, text)
	}
	require.Regexp(t, `standby 1 authentication md5 key-string 7 \d\d[0-9A-F]+ timeout 60\n`, text)
	require.Contains(t, text, "standby 2 authentication seven\n", "which goes over the wire in clear anyway")
	require.Regexp(t, `(?m)^enable password 7 \d\d[0-9A-F]+$`, text)
	require.Regexp(t, `(?m)^username a password 7 \d\d[0-9A-F]+$`, text)
	again := newBench(t, "RouterB", []byte(text))
	require.Equal(t, text, again.Listing())
	s := again.call(caller)
	s.said()
	require.Equal(t, "R1>", s.enter("three"))
}

// Blocks of vty lines are cut where a command needs it and joined again.
func TestRangesOfLines(t *testing.T) {
	b := delivered(t)
	b.privileged()
	lines := func() string {
		text := b.Listing()
		return text[strings.Index(text, "line vty"):strings.Index(text, "!\nscheduler")]
	}
	for _, c := range []struct {
		typed []string
		want  string
	}{
		{[]string{"line vty 0 15", "exec-timeout 0 0"}, "line vty 0 4\n  exec-timeout 0 0\n  login\nline vty 5 15\n  exec-timeout 0 0\n  login\n"},
		{[]string{"line vty 2 7", "no login"}, "line vty 0 1\n  exec-timeout 0 0\n  login\nline vty 2 4\n  exec-timeout 0 0\n  no login\n" +
			"line vty 5 7\n  exec-timeout 0 0\n  no login\nline vty 8 15\n  exec-timeout 0 0\n  login\n"},
		{[]string{"line vty 2 7", "default login", "no exec-timeout", "exec-timeout 0 0"}, "line vty 0 4\n  exec-timeout 0 0\n  login\nline vty 5 15\n  exec-timeout 0 0\n  login\n"},
		{[]string{"no line vty 5 15"}, "line vty 0 4\n  exec-timeout 0 0\n  login\n"},
		{[]string{"aaa new-model"}, "line vty 0 4\n  exec-timeout 0 0\n"},
		{[]string{"line vty 5 6"}, "line vty 0 4\n  exec-timeout 0 0\nline vty 5 6\n"},
		{[]string{"no line vty 5 6"}, "line vty 0 4\n  exec-timeout 0 0\n"},
		{[]string{"no aaa new-model", "line vty 0 4", "exec-timeout 10 0"}, "line vty 0 4\n  login\n"},
	} {
		b.enter("configure terminal")
		for _, l := range c.typed {
			b.enter(l)
		}
		b.enter("end")
		require.Equal(t, c.want, lines(), "%v", c.typed)
	}
}

func TestBannerPrintsBack(t *testing.T) {
	b := delivered(t)
	b.privileged()
	b.enter("configure terminal")
	require.Equal(t, "Enter TEXT message.  End with the character '#'.\n", b.enter("banner motd # first"))
	b.enter(" second")
	b.enter("third # left out")
	require.Equal(t, "R1(config)#", b.prompt())
	b.enter("end")
	require.Contains(t, b.Listing(), "!\nbanner motd ^C first\n second\nthird ^C\n!\nline con 0")
	require.Equal(t, b.Listing(), newBench(t, "RouterB", []byte(b.Listing())).Listing())
}

// Users are listed in the order in which they were entered, also after one of
// them was changed.
func TestUsersKeepTheirOrder(t *testing.T) {
	b := delivered(t, "username zoe password a", "username adam password b", "username mia password c", "username adam privilege 7", "no username zoe", "username zoe password d")
	b.privileged()
	require.Equal(t, "username adam privilege 7 password 0 b\nusername mia password 0 c\nusername zoe password 0 d\n", b.enter("show running-config | include username"))
}

// What guards the logins shows, and how it was attacked; the name of no user is
// left out, because people type passwords where names belong.
func TestShowLogin(t *testing.T) {
	b := delivered(t, "login block-for 100 attempts 5 within 60", "login delay 3", "login on-failure log every 2", "login on-success log",
		"access-list 10 permit 10.9.0.0 0.0.255.255", "login quiet-mode access-class 10", "username cisco secret sesame", "line vty 0 4", "login local")
	s := b.call(caller)
	s.said()
	for _, name := range []string{"cisco", "hunter2"} {
		s.enter(name)
		s.enter("wrong")
		require.Empty(t, s.pass(2*time.Second))
		require.Equal(t, "Username: ", s.pass(time.Second))
	}
	b.privileged()
	require.Equal(t, "     A login delay of 3 seconds is applied.\n     Quiet-Mode access list 10 is applied.\n     All successful login is logged.\n"+
		"     Every 2 failed login is logged.\n\n     Router enabled to watch for login Attacks.\n     If more than 5 login failures occur in 60 seconds or less,\n"+
		"     logins will be disabled for 100 seconds.\n\n     Router presently in Normal-Mode.\n     Current Watch Window\n"+
		"         Login failures for current window: 2.\n", b.enter("show login"))
	out := b.enter("show login failures")
	require.Contains(t, out, "Total failed logins: 2\n")
	require.Contains(t, out, "cisco           10.9.0.7        23    1     *00:00:00.000 UTC Fri Mar 1 2002\n")
	require.NotContains(t, out, "hunter2")
	b.enter("configure terminal")
	for _, line := range []string{"no login block-for", "no login delay", "no login on-failure log", "no login quiet-mode access-class"} {
		require.Empty(t, b.enter(line), line)
	}
	require.Equal(t, "login on-success log\n", b.enter("do show running-config | include ^login"))
}

// What a line is set to, of one's own and of others.
func TestShowLine(t *testing.T) {
	b := delivered(t, "access-list 7 permit any", "line vty 0 4", "no login", "access-class 7 in", "access-class 8 out", "exec-timeout 0 0",
		"session-timeout 3", "location rack 3", "transport input ssh", "transport output none", "transport preferred none")
	b.privileged()
	const head = "   Tty Line Typ     Tx/Rx    A Modem  Roty AccO AccI  Uses  Noise Overruns  Int\n"
	out := b.enter("show line vty 1")
	require.True(t, strings.HasPrefix(out, head+"   323  323 VTY              -    -      -    8    7     0      0    0/0      -\n\n"+
		"Line 323, Location: \"rack 3\", Type: \"\"\nLength: 24 lines, Width: 80 columns\nStatus: PSI Enabled, Ready, Automore On\n"), out)
	for _, line := range []string{
		"               never        00:03:00                        none     not set\n", "Allowed input transports are ssh.\n",
		"Allowed output transports are none.\n", "Preferred transport is none.\n",
	} {
		require.Contains(t, out, line)
	}
	require.Equal(t, out, b.enter("show line 323"))
	b.enter("terminal length 0")
	require.Equal(t, strings.TrimPrefix(b.enter("show line console 0"), head+"*    0    0 CTY              -    -      -    -    -     1      0    0/0      -\n\n"), b.enter("show terminal"))
	require.Equal(t, "% Invalid line number\n", b.enter("show line 1000"))
}

// "no exec-timeout" is never, "default exec-timeout" ten minutes.
func TestNoExecTimeout(t *testing.T) {
	b := delivered(t, "line vty 0 4", "no exec-timeout")
	b.privileged()
	require.Equal(t, " exec-timeout 0 0\n", strings.ReplaceAll(b.enter("show running-config | include exec-timeout"), "  exec", " exec"))
	for _, line := range []string{"configure terminal", "line vty 0 4", "default exec-timeout"} {
		b.enter(line)
	}
	require.Empty(t, b.enter("do show running-config | include exec-timeout"))
}

// Below level 15 show running-config has what the user may configure.
func TestRunningConfigOfALevel(t *testing.T) {
	b := delivered(t, "privilege exec level 7 show running-config", "privilege configure level 7 interface", "privilege interface level 7 description",
		"username ann password secret", "enable secret 5 $1$mHcJ$FWUkT4TuCA.DSBod7NUDM/", "snmp-server community private RO",
		"interface GigabitEthernet0/0", "description here", "ip address 10.0.0.1 255.255.255.0", "line vty 0 4", "no login", "privilege level 7")
	s := b.call(caller)
	s.enter("terminal length 0")
	shown := s.enter("show running-config")
	require.Regexp(t, `\ninterface GigabitEthernet0/0\n +description here\n!\n`, shown)
	for _, secret := range []string{"username", "secret", "private", "ip address", "privilege", "line vty", "hostname"} {
		require.NotContains(t, shown, secret)
	}
	require.Regexp(t, `!\ninterface GigabitEthernet0/0\n +description here\nend\n`, s.enter("show running-config interface gi0/0"))
	require.NotContains(t, s.enter("show running-config all"), "10.0.0.1")
	require.Regexp(t, `Current configuration : \d+ bytes\n`, shown)

	s = delivered(t, "privilege exec level 7 show running-config", "interface GigabitEthernet0/0", "description here",
		"line vty 0 4", "no login", "privilege level 7").call(caller)
	s.enter("terminal length 0")
	require.NotContains(t, s.enter("show running-config"), "\ninterface")
	require.Contains(t, s.enter("show running-config interface gi0/0"), "\n!\nend\n")
}
