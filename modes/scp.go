package modes

import (
	"strings"

	"tandem/clock"
)

// askUser asks who logs in to the host of an scp: file that came without a
// name. The questions of scp, and what it shows, are remembered.
func (c *copying) askUser(x *Exec) {
	remote, what := &c.from, "Source username"
	if c.to.system == scpFiles {
		remote, what = &c.to, "Destination username"
	}
	if remote.system != scpFiles || remote.user != "" {
		c.askSource(x)
		return
	}
	offered := x.Shell.User
	if offered == "" {
		offered = x.Device.Hostname()
	}
	ask(x, what, offered, func(x *Exec, answer string) {
		remote.user = answer
		c.askSource(x)
	})
}

// scpFetch shows how a file comes over SSH and hands it over.
func scpFetch(x *Exec, from location, then func(x *Exec, content []byte)) {
	overSSH(x, from, Copy{Name: from.name}, func(x *Exec, content []byte) { then(x, content) })
}

// scpUpload shows how a file goes over SSH.
func (c *copying) scpUpload(x *Exec, content []byte) {
	x.Printf("Writing %s ", c.to.name)
	overSSH(x, c.to, Copy{Name: c.to.name, Upload: true, Content: content}, func(x *Exec, _ []byte) {
		x.Print(copied(len(content), c.took(x.Now)))
	})
}

// overSSH copies a file to or from a host, which may ask for a password.
func overSSH(x *Exec, l location, file Copy, done func(x *Exec, content []byte)) {
	addr, ok := remoteHost(x, l)
	if !ok {
		return
	}
	failed := func(err error) { x.Printf("\n%%Error opening %s (%s)\n", l, fileError(err)) }
	var call Call
	call, err := x.Device.Call(x.Now, l.outgoing(x.Device, file, addr), func(now clock.Time, e CallEvent, taken func()) {
		x.Now = now
		switch e.Kind {
		case CallAsks:
			x.Raw(func(keys []byte) { call.Type(keys) })
			x.Shell.verbatim(x, e.Text)
		case CallSays: // the end of the password's line
			x.raw = nil
			x.Shell.verbatim(x, e.Text)
		case CallCopies:
			x.raw = nil
			x.Print(" " + e.Text + "\n!")
			x.Flush()
		case CallOver:
			if e.Err != nil {
				failed(e.Err)
			} else {
				x.Print("\n")
				done(x, e.Content)
			}
			x.Finish() // or goes on, when done asked something
		}
		taken()
	})
	if err != nil {
		failed(err)
		return
	}
	waitFor(x, call.Close)
}

// sendFile carries a file to a remote host while nobody watches: who would
// have to type a password is not there to do so.
func sendFile(d Device, now clock.Time, to location, content []byte, tell func(now clock.Time, err error)) error {
	addr, ok := resolve(d.Config(), to.host)
	if !ok {
		return Refuse("%%Error opening %s (Bad IP address or host name)", to)
	}
	if to.system == tftpFiles {
		d.Upload(now, addr, to.name, content, func(now clock.Time, p Progress) {
			if p.Done {
				tell(now, p.Err)
			}
		})
		return nil
	}
	var call Call
	call, err := d.Call(now, to.outgoing(d, Copy{Name: to.name, Upload: true, Content: content}, addr), func(now clock.Time, e CallEvent, taken func()) {
		switch e.Kind {
		case CallAsks:
			call.Close()
			tell(now, ErrAuthentication)
		case CallOver:
			tell(now, e.Err)
		}
		taken()
	})
	return err
}

// secretless is a URL as it may be shown: without a password.
func secretless(user, host string) string {
	if user == "" {
		return host
	}
	return user + "@" + host
}

// account splits "user:password@host".
func account(text string) (user, password, host string) {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return "", "", text
	}
	user, password, _ = strings.Cut(text[:at], ":")
	return user, password, text[at+1:]
}
