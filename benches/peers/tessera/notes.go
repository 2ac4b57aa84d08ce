package main

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"
)

// notes are signed notes, made before the measurement, so that every peer appends the same bytes.
//
// The file holds the public key (32 bytes) and then for each note: the length of the note and of its text
// (16 bits each, big-endian), the note, and the signature over the text (64 bytes).
type notes struct {
	key ed25519.PublicKey
	all []signed
}

type signed struct {
	note, text, signature []byte
}

func readNotes(path string) (*notes, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	cut := func(length int) []byte {
		if len(bytes) < length {
			err = errors.New("cut short")
			return make([]byte, length)
		}
		head := bytes[:length:length]
		bytes = bytes[length:]
		return head
	}
	pool := &notes{key: cut(ed25519.PublicKeySize)}
	for len(bytes) > 0 && err == nil {
		lengths := cut(4)
		note := cut(int(binary.BigEndian.Uint16(lengths)))
		text := int(binary.BigEndian.Uint16(lengths[2:]))
		signature := cut(ed25519.SignatureSize)
		if text > len(note) {
			err = errors.New("a text longer than its note")
			break
		}
		pool.all = append(pool.all, signed{note: note, text: note[:text], signature: signature})
	}
	if err == nil && len(pool.all) == 0 {
		err = errors.New("no notes")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return pool, nil
}

// entry makes the n-th entry: a line with the time, which makes it another each time, and a note.
//
// crypto/ed25519 checks the canonical scalar and the cofactorless equation; a weak key is Erratum's to
// refuse when it reads the key, once.
func (p *notes) entry(n uint64, check bool) ([]byte, error) {
	chosen := p.all[n%uint64(len(p.all))]
	if check && !ed25519.Verify(p.key, chosen.text, chosen.signature) {
		return nil, fmt.Errorf("note %d is not signed", n)
	}
	entry := make([]byte, 0, timeLine+len(chosen.note))
	entry = time.Now().UTC().AppendFormat(entry, "logged 2006-01-02T15:04:05.000Z\n")
	return append(entry, chosen.note...), nil
}

const timeLine = len("logged 2006-01-02T15:04:05.000Z\n")

func (p *notes) entryBytes() int {
	return timeLine + len(p.all[0].note)
}
