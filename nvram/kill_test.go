//go:build unix

package nvram_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tandem/nvram"
)

// TestMain lets the test binary play a router that saves until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("NVRAM_TEST_WRITER"); dir != "" {
		if err := write(dir, os.Getenv("NVRAM_TEST_DIE_AT")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// write saves one generation after another and prints each number once it is
// saved. With dieAt set it kills itself before that operation on the disk.
func write(dir, dieAt string) error {
	last, _ := strconv.Atoi(dieAt)
	n := 0
	s, err := nvram.OpenCounted(dir, 1<<20, func() {
		if n++; n == last {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	})
	if err != nil {
		return err
	}
	for g := 1; ; g++ {
		if err := s.WriteStartup(generation(g)); err != nil {
			return err
		}
		fmt.Println(g)
	}
}

// generation is a configuration of its own length for each number.
func generation(g int) []byte {
	return []byte(fmt.Sprintf("hostname G%d\n", g) + strings.Repeat(fmt.Sprintf("alias %d\n", g), 200+37*(g%11)))
}

// saved starts a writer, kills it once it has reported stop generations (it
// may kill itself before), and returns the last one it reported.
func saved(t *testing.T, dir string, stop int, env ...string) int {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(append(os.Environ(), "NVRAM_TEST_WRITER="+dir), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	last := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		g, err := strconv.Atoi(lines.Text())
		require.NoError(t, err, lines.Text())
		last = g
		if last == stop {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.ErrorContains(t, cmd.Wait(), "killed")
	return last
}

// whole opens what the writer left and checks that it is one generation,
// the last reported or the one that was under way.
func whole(t *testing.T, dir string, last int) {
	t.Helper()
	s, err := nvram.Open(dir, 1<<20)
	require.NoError(t, err)
	defer s.Close()
	text, err := s.Startup()
	if last == 0 && err != nil {
		require.ErrorIs(t, err, nvram.ErrEmpty)
		return
	}
	require.NoError(t, err)
	if string(text) != string(generation(last)) {
		require.Equal(t, string(generation(last+1)), string(text), "generation %d was reported", last)
	}
	files, err := os.ReadDir(filepath.Join(dir, "nvram"))
	require.NoError(t, err)
	require.Len(t, files, 1)
}

func TestKillBeforeEachOperation(t *testing.T) {
	for n := 1; n <= 15; n++ { // two saves of seven operations, and one more
		dir := t.TempDir()
		last := saved(t, dir, 0, fmt.Sprint("NVRAM_TEST_DIE_AT=", n))
		require.Equal(t, (n-1)/7, last)
		whole(t, dir, last)
	}
}

func TestKillAtRandomMoments(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	dir := t.TempDir()
	for range 12 {
		whole(t, dir, saved(t, dir, 1+rng.IntN(20)))
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := nvram.Open(dir, 1<<20)
	require.NoError(t, err)
	defer s.Close()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "NVRAM_TEST_WRITER="+dir)
	out, err := cmd.Output()
	require.Error(t, err)
	require.Equal(t, fmt.Sprintf("%s: in use by another router (process %d)\n", dir, os.Getpid()), string(out))
}
