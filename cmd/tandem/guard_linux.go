package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"tandem/lab"
	"tandem/port/open"
	"tandem/router"
)

// ward names the variable of the environment that tells a process that it is
// the router of a guard: descriptor 3 takes its last words, from 4 upward are
// its ports in the order of the command line.
const ward = "TANDEM_WARD"

const (
	wordsFD     = 3
	firstPortFD = 4
)

// guarded reports whether this process is the router itself.
func guarded() bool { return os.Getenv(ward) != "" }

// guard opens the ports, runs the router in a process of its own and outlives
// it. However that one ends, kill -9 included, its HSRP groups resign, so the
// other router takes over at once.
func guard(t *lab.Topology, nice int) error {
	var ports []*os.File
	defer func() {
		for _, f := range ports {
			f.Close()
		}
	}()
	for _, s := range t.Segments {
		f, err := open.Descriptor(s.Cable)
		if err != nil {
			return err
		}
		ports = append(ports, f)
	}
	listen, speak, err := os.Pipe()
	if err != nil {
		return err
	}
	defer listen.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), ward+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.ExtraFiles = append([]*os.File{speak}, ports...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // whose end would be the router's, and whose priority it inherits
	defer runtime.UnlockOSThread()
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, nice) // where that is permitted
	defer keepTerminal()()
	err = cmd.Start()
	speak.Close()
	if err != nil {
		return err
	}
	stop := passSignals(cmd.Process)
	defer stop()
	if words := lastWords(listen); len(words) > 0 {
		newHandover(ports, words).run()
	}
	return verdict(cmd.Wait())
}

// keepTerminal returns what puts the terminal back as it is now.
func keepTerminal() (restore func()) {
	fd := int(os.Stdin.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(fd, state) }
}

// passSignals ends the router when this process is asked to end.
func passSignals(to *os.Process) (stop func()) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		for range asked {
			_ = to.Signal(syscall.SIGTERM)
		}
	}()
	return func() {
		signal.Stop(asked)
		close(asked)
	}
}

// lastWords waits for the end of the router and returns what it said last.
func lastWords(from *os.File) (words []router.LastWord) {
	for d := json.NewDecoder(from); ; {
		var next []router.LastWord
		if d.Decode(&next) != nil { // its end, maybe in the middle of a word
			return words
		}
		words = next
	}
}

// verdict ends this process as the router's ended.
func verdict(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return errTold // by the router itself
	}
	if err != nil {
		return fmt.Errorf("the process of the router died: %w", err)
	}
	return nil
}

// inherit makes a router's process use the ports that its guard holds, and tell
// that one its last words.
func (s *settings) inherit(t *lab.Topology) {
	s.cable = func(spec string) (lab.Cable, error) {
		for i, segment := range t.Segments {
			if segment.Cable == spec {
				if err := unix.SetNonblock(firstPortFD+i, true); err != nil {
					return nil, err
				}
				return open.Inherit(spec, os.NewFile(uintptr(firstPortFD+i), spec))
			}
		}
		return nil, fmt.Errorf("no port %s was handed down", spec)
	}
	speak := json.NewEncoder(os.NewFile(wordsFD, "last words"))
	s.lastWords = func(_ string, words []router.LastWord) {
		_ = speak.Encode(words) // a guard that died has nobody to tell
	}
}
