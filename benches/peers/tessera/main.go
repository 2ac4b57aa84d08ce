// Command tessera-peer appends to a log with Tessera's POSIX driver and prints one line of JSON on how fast
// that was, for the benchmark of the record to compare with.
//
// Durability: Tessera v1.0.4 opens every file with O_SYNC, renames it and syncs its folder (and every
// folder that it makes, with its parent); an index is given out when bundles, tiles and tree state are
// written so. What is acknowledged here therefore survives a power loss as it does in Erratum, and nothing
// was added or left out. It is committed to by a signed checkpoint only some time later; `-await
// publication` waits for that, which Erratum always does.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
	"k8s.io/klog/v2"
)

type options struct {
	folder, notes, await string
	inFlight             int
	seconds              float64
	check                bool
	batch                uint
	age                  time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.folder, "dir", "", "an empty folder on the disk to measure")
	flag.StringVar(&o.notes, "notes", "", "the file of signed notes to append")
	flag.StringVar(&o.await, "await", "index", "what to wait for: index or publication")
	flag.IntVar(&o.inFlight, "in-flight", 64, "how many appends wait at a time")
	flag.Float64Var(&o.seconds, "seconds", 10, "how long to measure")
	flag.BoolVar(&o.check, "check", false, "check each note's signature before it is appended")
	flag.UintVar(&o.batch, "batch", tessera.DefaultBatchMaxSize, "the most entries of a batch")
	flag.DurationVar(&o.age, "age", tessera.DefaultBatchMaxAge, "how long a batch waits to be filled")
	flag.Parse()
	klog.LogToStderr(false)
	klog.SetOutput(discard{})
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "tessera-peer:", err)
		os.Exit(1)
	}
}

type discard struct{}

func (discard) Write(bytes []byte) (int, error) { return len(bytes), nil }

func run(o options) error {
	pool, err := readNotes(o.notes)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	log, err := open(ctx, o)
	if err != nil {
		return err
	}
	before, err := written()
	if err != nil {
		return err
	}
	result := measure(ctx, o, pool, log.append)
	if result.err != nil {
		return result.err
	}
	after, err := written()
	if err != nil {
		return err
	}
	if err := log.shutdown(ctx); err != nil {
		return err
	}
	line, err := json.Marshal(map[string]any{
		"peer":             "tessera-posix",
		"version":          "1.0.4",
		"batch":            o.batch,
		"age_ms":           o.age.Milliseconds(),
		"await":            o.await,
		"checked":          o.check,
		"cores":            runtime.GOMAXPROCS(0),
		"in_flight":        o.inFlight,
		"entry_bytes":      pool.entryBytes(),
		"seconds":          result.seconds,
		"appended":         result.appended,
		"per_second":       float64(result.appended) / result.seconds,
		"p50_ms":           result.waits.percentile(50),
		"p99_ms":           result.waits.percentile(99),
		"max_rss_kb":       maxResident(),
		"bytes_per_append": float64(after-before) / float64(max(result.all, 1)),
	})
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	return nil
}

// log is an open log and the two things done with it.
type log struct {
	append   func([]byte) error
	shutdown func(context.Context) error
}

func open(ctx context.Context, o options) (*log, error) {
	secret, _, err := note.GenerateKey(nil, "tessera.example")
	if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	driver, err := posix.New(ctx, posix.Config{Path: o.folder})
	if err != nil {
		return nil, err
	}
	settings := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		// The shortest that the driver takes.
		WithCheckpointInterval(100*time.Millisecond).
		WithBatching(o.batch, o.age).
		WithPushback(uint(2*o.inFlight) + 4096)
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, settings)
	if err != nil {
		return nil, err
	}
	var wait func(tessera.IndexFuture) error
	switch o.await {
	case "index":
		wait = func(future tessera.IndexFuture) error {
			_, err := future()
			return err
		}
	case "publication":
		awaiter := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 10*time.Millisecond)
		wait = func(future tessera.IndexFuture) error {
			_, _, err := awaiter.Await(ctx, future)
			return err
		}
	default:
		return nil, fmt.Errorf("-await %q: neither index nor publication", o.await)
	}
	add := func(entry []byte) error { return wait(appender.Add(ctx, tessera.NewEntry(entry))) }
	return &log{append: add, shutdown: shutdown}, nil
}

type outcome struct {
	// The appends in the time that counts, and all of them.
	appended, all uint64
	seconds       float64
	waits         *waits
	err           error
}

// measure keeps appends in flight for a time; each waits for its acknowledgement before it makes the next.
// What is acknowledged in the first fifth is not counted.
func measure(ctx context.Context, o options, pool *notes, add func([]byte) error) outcome {
	var (
		all      sync.WaitGroup
		next     atomic.Uint64
		done     atomic.Uint64
		appended atomic.Uint64
		counted  waits
		failed   atomic.Pointer[error]
	)
	warm := time.Duration(o.seconds / 5 * float64(time.Second))
	start := time.Now().Add(warm)
	end := start.Add(time.Duration(o.seconds * float64(time.Second)))
	for range o.inFlight {
		all.Add(1)
		go func() {
			defer all.Done()
			for time.Now().Before(end) && failed.Load() == nil {
				begun := time.Now()
				entry, err := pool.entry(next.Add(1), o.check)
				if err == nil {
					err = add(entry)
				}
				if err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
				now := time.Now()
				if now.After(start) && now.Before(end) {
					appended.Add(1)
					counted.add(now.Sub(begun))
				}
			}
		}()
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return outcome{err: *err}
	}
	return outcome{appended: appended.Load(), all: done.Load(), seconds: o.seconds, waits: &counted}
}
