//go:build !linux

package bench_test

import "time"

var processStart = time.Now()

// cpuTime is the time of day where a thread's own is not to be had.
func cpuTime() time.Duration { return time.Since(processStart) }
