package bench_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is what the calling thread has used of a processor: what else runs
// on the machine does not count. The caller holds its thread.
func cpuTime() time.Duration { return clockTime(unix.CLOCK_THREAD_CPUTIME_ID) }

// processTime is cpuTime of all threads of the process.
func processTime() time.Duration { return clockTime(unix.CLOCK_PROCESS_CPUTIME_ID) }

func clockTime(clock int32) time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(clock, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
