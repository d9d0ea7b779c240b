package bench_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is what the calling thread has used of a processor: what else runs
// on the machine does not count. The caller holds its thread.
func cpuTime() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
