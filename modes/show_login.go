package modes

import (
	"fmt"
	"time"

	"tandem/parser"
)

// loginCommands show what "login block-for" and its kin do. The texts are
// remembered.
func loginCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show login", Privilege: 15, Piped: true, Run: showLogin, Help: Words{"login": "Display Secure Login Configurations and State"}},
		Command{Syntax: "show login failures", Privilege: 15, Piped: true, Run: showLoginFailures, Help: Words{
			"failures": "Information about login failures",
		}},
	}
}

func showLogin(x *Exec, _ parser.Args) {
	g := GuardOf(x.Device.Config())
	switch {
	case g.Delay == 0:
		x.Print("     No login delay has been applied.\n")
	case loginDelay.Value(x.Device.Config().Root) == 0:
		x.Printf("     A default login delay of %d seconds is applied.\n", int(g.Delay/time.Second))
	default:
		x.Printf("     A login delay of %d seconds is applied.\n", int(g.Delay/time.Second))
	}
	if g.Exempt == "" {
		x.Print("     No Quiet-Mode access list has been configured.\n")
	} else {
		x.Printf("     Quiet-Mode access list %s is applied.\n", g.Exempt)
	}
	showLogged(x, "successful", g.Success)
	showLogged(x, "failed", g.Failures)
	if g.Quiet == 0 {
		x.Print("\n     Router NOT enabled to watch for login Attacks\n")
		return
	}
	x.Printf("\n     Router enabled to watch for login Attacks.\n     If more than %d login failures occur in %d seconds or less,\n"+
		"     logins will be disabled for %d seconds.\n\n", g.Attempts, int(g.Within/time.Second), int(g.Quiet/time.Second))
	status := x.Device.LoginStatus(x.Now)
	if status.Quiet > 0 {
		x.Printf("     Router presently in Quiet-Mode.\n     Will remain in Quiet-Mode for %d seconds.\n", int(status.Quiet/time.Second))
		return
	}
	x.Printf("     Router presently in Normal-Mode.\n     Current Watch Window\n         Login failures for current window: %d.\n", status.Failures)
}

func showLogged(x *Exec, which string, every int) {
	switch every {
	case 0:
	case 1:
		x.Printf("     All %s login is logged.\n", which)
	default:
		x.Printf("     Every %d %s login is logged.\n", every, which)
	}
}

func showLoginFailures(x *Exec, _ parser.Args) {
	seen := x.Device.LoginStatus(x.Now).Seen
	total := 0
	for _, f := range seen {
		total += f.Count
	}
	x.Printf("Total failed logins: %d\n", total)
	if total == 0 {
		x.Print("\n*** No logged failed login attempts with the device.***\n")
		return
	}
	x.Print("Detailed information about last 50 failures\n\nUsername        SourceIPAddr    lPort Count TimeStamp\n")
	for _, f := range seen {
		x.Print(fmt.Sprintf("%-15s %-15s %-5d %-5d %s\n", f.User, f.Source, f.Port, f.Count, x.Device.Calendar().Show(f.At)))
	}
}
