package terminal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/crypto/ssh"

	"tandem/modes"
	"tandem/nvram"
	"tandem/router"
)

// callCopy copies a file to or from another host; content is that of a file
// that was fetched.
func callCopy(call *router.Call) (content []byte, err error) {
	client, err := dialSSH(call)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	out, err := session.StdinPipe()
	if err != nil {
		return nil, err
	}
	pipe, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(pipe)
	if call.Copy.Upload {
		if err := session.Start("scp -t " + shellWord(call.Copy.Name)); err != nil {
			return nil, err
		}
		err = upload(call, out, in)
	} else {
		if err := session.Start("scp -f " + shellWord(call.Copy.Name)); err != nil {
			return nil, err
		}
		content, err = download(call, out, in)
	}
	if err != nil {
		return nil, err
	}
	if err := out.Close(); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return content, exitError(session.Wait())
}

// exitError is the failure of a copy that both ends thought done. Servers that
// are routers send no status.
func exitError(err error) error {
	var silent *ssh.ExitMissingError
	if errors.As(err, &silent) {
		return nil
	}
	return err
}

// upload is the source's side of the protocol (see scp.go).
func upload(call *router.Call, out io.Writer, in *bufio.Reader) error {
	c := call.Copy
	if err := answered(in); err != nil {
		return err
	}
	header := fmt.Sprintf("C0644 %d %s", len(c.Content), path.Base(c.Name))
	if _, err := io.WriteString(out, header+"\n"); err != nil {
		return err
	}
	if err := answered(in); err != nil {
		return err
	}
	if !call.Tell(modes.CallEvent{Kind: modes.CallCopies, Text: "Sink: " + header}) {
		return modes.ErrAborted
	}
	if _, err := out.Write(append(c.Content[:len(c.Content):len(c.Content)], 0)); err != nil {
		return err
	}
	return answered(in)
}

// download is the sink's side.
func download(call *router.Call, out io.Writer, in *bufio.Reader) ([]byte, error) {
	if _, err := out.Write([]byte{0}); err != nil {
		return nil, err
	}
	for {
		kind, err := in.ReadByte()
		if err != nil {
			return nil, fs.ErrNotExist // a server without an scp says nothing here
		}
		line, err := readLine(in)
		switch {
		case err != nil:
			return nil, err
		case kind == 1, kind == 2:
			return nil, remoteError(line)
		case kind == 'T': // times: not kept
			if _, err := out.Write([]byte{0}); err != nil {
				return nil, err
			}
			continue
		case kind != 'C':
			return nil, errSCP
		}
		if !call.Tell(modes.CallEvent{Kind: modes.CallCopies, Text: "Sending file modes: C" + line}) {
			return nil, modes.ErrAborted
		}
		content, err := readCopy(out, in, "C"+line)
		if err != nil {
			return nil, err
		}
		_, err = out.Write([]byte{0})
		return content, err
	}
}

// answered reads the far end's answer: a zero, or what is wrong.
func answered(in *bufio.Reader) error {
	b, err := in.ReadByte()
	switch {
	case err != nil:
		return fs.ErrNotExist
	case b == 0:
		return nil
	}
	line, err := readLine(in)
	if err != nil {
		return err
	}
	return remoteError(line)
}

// readLine reads a line of at most the reader's buffer, without its end.
func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return "", errSCP
	}
	return string(line[:len(line)-1]), nil
}

// remoteError is a message of the far end as an error of the router.
func remoteError(message string) error {
	switch {
	case strings.Contains(message, "No such file"), strings.Contains(message, "not a regular file"):
		return fs.ErrNotExist
	case strings.Contains(message, "ermission denied"), strings.Contains(message, "Privilege denied"), strings.Contains(message, "disabled"):
		return fs.ErrPermission
	case strings.Contains(message, "No space"):
		return nvram.ErrFull
	}
	return errSCP
}

// shellWord quotes a name for the far end's shell where that could misread it.
func shellWord(name string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_./~-+=@%:,", r)
	}
	if strings.HasPrefix(name, "-") {
		name = "./" + name // or it would be an option
	}
	if name != "" && strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
