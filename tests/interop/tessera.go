package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

// origin is the name of the log that Tessera writes; its key is the same in every run.
const origin = "tessera.example"

// writeTessera writes a log with Tessera's POSIX driver into DIR/log, stopping at each of the growing sizes
// to publish and keep a checkpoint as DIR/<size>. It prints the log's verifier key.
//
// Entry i has the bytes that entryOf(i) gives; whoever reads the log can compute them.
func writeTessera(folder string, sizes []string) error {
	signer, vkey, err := tesseraKey()
	if err != nil {
		return err
	}
	next := uint64(0)
	for _, text := range sizes {
		size, err := strconv.ParseUint(text, 10, 31)
		if err != nil || size < next {
			return fmt.Errorf("size %q: not a number that grows", text)
		}
		if err := growTessera(filepath.Join(folder, "log"), signer, next, size); err != nil {
			return fmt.Errorf("size %d: %w", size, err)
		}
		next = size
		checkpoint, err := os.ReadFile(filepath.Join(folder, "log", "checkpoint"))
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(checkpoint, fmt.Appendf(nil, "%s\n%d\n", origin, size)) {
			return fmt.Errorf("no checkpoint of size %d was published: %q", size, checkpoint)
		}
		if err := os.WriteFile(filepath.Join(folder, text), checkpoint, 0o644); err != nil {
			return err
		}
	}
	fmt.Println(vkey)
	return nil
}

// growTessera opens the log and appends the entries from one size to another, in order.
func growTessera(folder string, signer note.Signer, from, to uint64) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	driver, err := posix.New(ctx, posix.Config{Path: folder})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithCheckpointInterval(100*time.Millisecond).
		WithBatching(8192, 20*time.Millisecond).
		WithPushback(uint(to - from + 1)).
		// Tessera's readers must still find the partial tiles of the older checkpoints.
		WithGarbageCollectionInterval(0)
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	futures := make([]tessera.IndexFuture, 0, to-from)
	for i := from; i < to; i++ {
		futures = append(futures, appender.Add(ctx, tessera.NewEntry(entryOf(i))))
	}
	for i, future := range futures {
		index, err := future()
		if err != nil {
			return err
		}
		if want := from + uint64(i); index.Index != want {
			return fmt.Errorf("entry %d became entry %d", want, index.Index)
		}
	}
	// Waits until a checkpoint of all of them is published.
	return shutdown(ctx)
}

// entryOf gives the bytes of entry i: its number as text, and filling whose length differs from entry to
// entry, up to 255 bytes.
func entryOf(i uint64) []byte {
	digest := sha256.Sum256(fmt.Appendf(nil, "entry %d", i))
	filling := bytes.Repeat([]byte{digest[1]}, int(digest[0]))
	return append(fmt.Appendf(nil, "entry %d\n", i), filling...)
}

// tesseraKey derives the log's key, as signer and as verifier key.
func tesseraKey() (note.Signer, string, error) {
	seed := sha256.Sum256([]byte("the key of " + origin))
	public, ok := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	if !ok {
		return nil, "", errors.New("not an Ed25519 key")
	}
	const ed25519Type = 1
	typed := append([]byte{ed25519Type}, public...)
	digest := sha256.Sum256(append([]byte(origin+"\n"), typed...))
	id := binary.BigEndian.Uint32(digest[:4])
	secret := base64.StdEncoding.EncodeToString(append([]byte{ed25519Type}, seed[:]...))
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, id, secret))
	if err != nil {
		return nil, "", err
	}
	return signer, fmt.Sprintf("%s+%08x+%s", origin, id, base64.StdEncoding.EncodeToString(typed)), nil
}
