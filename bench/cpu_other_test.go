//go:build !linux

package bench_test

import "time"

var processStart = time.Now()

// cpuTime is the time of day where a thread's own is not to be had.
func cpuTime() time.Duration { return time.Since(processStart) }

// processTime is cpuTime of all threads of the process.
func processTime() time.Duration { return time.Since(processStart) }
