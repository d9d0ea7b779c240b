package main

import (
	"fmt"
	"os"
	"testing"
)

// playMain names the variable of the environment that makes the test binary
// the program itself.
const playMain = "TANDEM_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(playMain) != "" {
		main()
		return
	}
	// control sockets of labs that run at the same time
	dir, err := os.MkdirTemp("", "tandem-test")
	if err == nil {
		err = os.Setenv("XDG_RUNTIME_DIR", dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}
