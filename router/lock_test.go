package router_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/router"
)

func TestLock(t *testing.T) {
	b := delivered(t, "line vty 0 4", "no login", "privilege level 15", "exec-timeout 1 0")
	s := b.call(caller)
	s.said()
	require.Equal(t, "% Locking is not enabled on this line\nR1#", s.enter("lock"))
	s.enter("configure terminal")
	s.enter("line vty 0 4")
	s.enter("lockable")
	s.enter("end")
	require.Contains(t, b.Listing(), " lockable\n")

	require.Equal(t, "Password: ", s.enter("lock"))
	require.Equal(t, "Again: ", s.enter("sesame"))
	require.Equal(t, "% Passwords do not match\nR1#", s.enter("simsim"))
	s.enter("lock")
	s.enter("sesame")
	require.Equal(t, "\n\n\nLocked\n\nPassword: ", s.enter("sesame"))
	require.Equal(t, router.WantSecret, s.after(func() { s.session.Abandon(s.now) }))
	require.Equal(t, router.WantSecret, s.after(func() { s.session.EndConfig(s.now, "") }))
	require.Equal(t, router.WantSecret, s.after(func() { s.session.Escape(s.now) }))
	require.Equal(t, "% Bad password\nPassword: ", s.enter2("simsim"))
	require.Equal(t, "R1#", s.enter("sesame"))

	s.enter("lock")
	s.enter("sesame")
	s.enter("sesame")
	s.pass(61e9)
	require.True(t, s.over(), "exec-timeout ends a locked session too")
}

// after does something and returns what the session waits for then.
func (s *seat) after(do func()) router.Want {
	do()
	return s.screens[len(s.screens)-1].Want
}

func TestLoginAsSomebodyElse(t *testing.T) {
	b := delivered(t, "username ann privilege 15 secret a", "username bob secret b", "line vty 0 4", "login local")
	s := b.call(caller)
	s.enter("ann")
	require.Contains(t, s.enter("a"), "R1#")
	require.Equal(t, "Username: ", s.enter("login"))
	s.enter("bob")
	require.Equal(t, "% Login invalid\n\nUsername: ", s.enter("a")+s.pass(1e9))
	s.enter("bob")
	require.Equal(t, "R1>", s.enter("b"))
	require.Contains(t, s.enter("show users"), "bob")
	s.enter("login")
	for range 3 {
		s.enter("bob")
		s.enter("wrong")
		s.pass(1e9)
	}
	require.Equal(t, router.WantHangup, s.after(func() { s.session.Complete(s.now, "") }))
}

func TestAutoCommandOfAUser(t *testing.T) {
	b := delivered(t, "username ann secret a", "username ann autocommand show privilege", "line vty 0 4", "login local", "autocommand show clock")
	s := b.call(caller)
	s.enter("ann")
	require.Equal(t, "Current privilege level is 1\n", s.enter("a"))
	require.Contains(t, b.Listing(), "\nusername ann autocommand show privilege\n")
	b.privileged()
	b.configure("no username ann")
	require.NotContains(t, b.Listing(), "ann")
}
