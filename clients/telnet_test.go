package clients_test

import (
	"context"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

func telnetVersion(r *run) string {
	out, _ := r.try("", "telnet", "--version") // ends with 0 or 1, from version to version
	first, _, _ := strings.Cut(out, "\n")
	return first
}

// dialog is a client that is typed into and read line by line.
type dialog struct {
	r      *run
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    <-chan string
	screen strings.Builder // all that came
	read   int             // how much of it was asked for
}

// talk starts a client program.
func (r *run) talk(name string, args ...string) *dialog {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	r.Cleanup(cancel)
	cmd := r.command(ctx, name, args...)
	in, err := cmd.StdinPipe()
	require.NoError(r, err)
	out, err := cmd.StdoutPipe()
	require.NoError(r, err)
	require.NoError(r, cmd.Start())
	texts := make(chan string)
	go func() {
		defer close(texts)
		for buf := make([]byte, 4<<10); ; {
			n, err := out.Read(buf)
			if n > 0 {
				texts <- string(buf[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	return &dialog{r: r, cmd: cmd, in: in, out: texts}
}

// sees waits until a text is on the screen, behind what was seen before.
func (d *dialog) sees(text string) {
	d.r.Helper()
	late := time.After(patience / 4)
	for {
		if i := strings.Index(d.screen.String()[d.read:], text); i >= 0 {
			d.read += i + len(text)
			return
		}
		select {
		case more, ok := <-d.out:
			d.screen.WriteString(more)
			require.True(d.r, ok, "the client ended without %q:\n%s", text, d.screen.String())
		case <-late:
			require.Fail(d.r, "nothing comes", "waiting for %q:\n%s", text, d.screen.String())
		}
	}
}

func (d *dialog) types(text string) {
	d.r.Helper()
	_, err := io.WriteString(d.in, text)
	require.NoError(d.r, err)
}

// ends waits for the end of the client and returns the whole screen.
func (d *dialog) ends() string {
	d.r.Helper()
	for more := range d.out {
		d.screen.WriteString(more)
	}
	_ = d.cmd.Wait() // telnet ends with 1 when the far end closes
	return d.screen.String()
}

// stranger is who gets the name and the password wrong, and then right.
func (r *run) stranger(d device) *dialog {
	r.Helper()
	t := r.talk("telnet", "127.0.0.1", strconv.Itoa(d.telnet))
	for _, word := range []string{"wrong", password} {
		t.sees("Username: ")
		t.types(user + "\n")
		t.sees("Password: ")
		t.types(word + "\n")
	}
	t.sees(d.name + ">")
	r.drove("login at the second try")
	return t
}

func driveTelnet(r *run) {
	m := mark(r.number)
	for _, d := range r.pair {
		t := r.stranger(d)
		for _, line := range []string{"show privilege", "show runnin", "nonsense here"} {
			t.types(line + "\n")
			t.sees("\n" + d.name + ">")
		}
		for range 3 {
			t.types("\n")
			t.sees("\n" + d.name + ">")
		}
		r.drove("refusals with the caret, empty lines")
		t.types("enable\n")
		t.sees("Password: ")
		t.types(secret + "\n")
		t.sees(d.name + "#")
		r.drove("enable")

		t.types("configure terminal\n" + strings.Join(m, "\n") + "\nend\n")
		t.sees("(config-ext-nacl)#end\r\n" + d.name + "#")
		r.drove("configuration pasted in one write")
		t.types("copy running-config startup-config\n")
		t.sees("Destination filename [startup-config]? ")
		t.types("\n")
		t.sees("[OK]\r\n" + d.name + "#")
		r.saved(d, m...)
		r.drove("copy running-config startup-config")

		t.types("show startup-config\n") // 24 lines a page
		for range 2 {
			t.sees(" --More-- ")
			t.types(" ")
		}
		t.sees(" --More-- ")
		t.types("q")
		t.sees(d.name + "#")
		r.drove("the pager")
		t.types("exit\n")
		r.golden("telnet-"+d.name+".txt", t.ends())
	}
	r.row.result = "passes"
}
