package main

import (
	"fmt"
	"math/bits"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// waits counts durations in buckets, 32 to each doubling of a microsecond: exact to 3%.
type waits struct {
	counts [64 * 32]atomic.Uint64
}

func (w *waits) add(wait time.Duration) {
	w.counts[bucket(uint64(max(wait.Microseconds(), 0)))].Add(1)
}

// bucket is the place of a number of microseconds: below 32 the number itself, then its highest five bits
// after the first and how many follow them.
func bucket(micros uint64) int {
	if micros < 32 {
		return int(micros)
	}
	shift := bits.Len64(micros) - 6
	return (shift+1)*32 + int(micros>>shift) - 32
}

// percentile gives the wait in milliseconds below which so many percent lie.
func (w *waits) percentile(percent uint64) float64 {
	var total, seen uint64
	for i := range w.counts {
		total += w.counts[i].Load()
	}
	for i := range w.counts {
		seen += w.counts[i].Load()
		if seen*100 >= total*percent && seen > 0 {
			return float64(lowest(i)) / 1000
		}
	}
	return 0
}

// lowest is the least number of microseconds in a bucket.
func lowest(i int) uint64 {
	if i < 32 {
		return uint64(i)
	}
	return uint64(i%32+32) << (i/32 - 1)
}

// written gives how many bytes this process has sent to the disk.
func written() (int64, error) {
	io, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(io)) {
		var bytes int64
		if _, err := fmt.Sscanf(line, "write_bytes: %d", &bytes); err == nil {
			return bytes, nil
		}
	}
	return 0, fmt.Errorf("no write_bytes in /proc/self/io")
}

// maxResident gives the most memory that this process had, in KiB.
func maxResident() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return usage.Maxrss
}
