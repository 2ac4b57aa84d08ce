package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"filippo.io/torchwood/prefix"
)

// checkMap reads facts and proofs of a map, one line each, and has torchwood/prefix judge them:
//
//	fact KEY VALUE       put this into the map, in hexadecimal; VALUE is the digest of a value
//	root HASH            the map has this root now
//	present KEY VALUE    and then the siblings, each as in a slip: the key has this value
//	absent KEY           and then the siblings: the map does not have the key
//
// Proofs are checked against the root last named.
func checkMap(input io.Reader) error {
	m, err := newMapChecker()
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(input)
	for lines.Scan() {
		if err := m.line(lines.Text()); err != nil {
			return fmt.Errorf("%q: %w", lines.Text(), err)
		}
	}
	if err := errors.Join(lines.Err(), m.finish()); err != nil {
		return err
	}
	fmt.Printf("checked %d roots, %d proofs of presence, %d of absence\n", m.roots, m.present, m.absent)
	return nil
}

type mapChecker struct {
	tree                   *prefix.Tree
	empty                  prefix.ProofNode
	root                   [32]byte
	claim                  []string
	proof                  []prefix.ProofNode
	roots, present, absent int
}

func newMapChecker() (*mapChecker, error) {
	ctx, storage := context.Background(), prefix.NewMemoryStorage()
	if err := prefix.InitStorage(ctx, sha256.Sum256, storage); err != nil {
		return nil, err
	}
	empty, err := storage.Load(ctx, prefix.EmptyNodeLabel)
	if err != nil {
		return nil, err
	}
	return &mapChecker{
		tree:  prefix.NewTree(sha256.Sum256, storage),
		empty: prefix.ProofNode{Label: empty.Label, Hash: empty.Hash},
	}, nil
}

func (m *mapChecker) line(line string) error {
	words := strings.Fields(line)
	if len(words) == 0 {
		return errors.New("an empty line")
	}
	switch words[0] {
	case "fact", "root", "present", "absent":
		if err := m.finish(); err != nil {
			return err
		}
	default:
		return m.sibling(words)
	}
	switch {
	case words[0] == "fact" && len(words) == 3:
		key, value, err := twoHashes(words[1], words[2])
		if err != nil {
			return err
		}
		return m.tree.Insert(context.Background(), key, value)
	case words[0] == "root" && len(words) == 2:
		return m.setRoot(words[1])
	case words[0] == "present" && len(words) == 3, words[0] == "absent" && len(words) == 2:
		m.claim = words
		return nil
	}
	return errors.New("another number of words")
}

func (m *mapChecker) setRoot(text string) error {
	claimed, err := parseHash(text)
	if err != nil {
		return err
	}
	m.root, err = m.tree.RootHash(context.Background())
	if err != nil {
		return err
	}
	if claimed != m.root {
		return fmt.Errorf("the root is %x", m.root)
	}
	m.roots++
	return nil
}

// sibling reads `empty`, or the bits of a label, the label, and what its node commits to.
func (m *mapChecker) sibling(words []string) error {
	if m.claim == nil {
		return errors.New("a sibling of no proof")
	}
	if len(words) == 1 && words[0] == "empty" {
		m.proof = append(m.proof, m.empty)
		return nil
	}
	if len(words) != 3 {
		return errors.New("not a sibling")
	}
	bits, err := strconv.ParseUint(words[0], 10, 32)
	if err != nil {
		return err
	}
	bytes, err := base64.StdEncoding.Strict().DecodeString(words[1])
	if err != nil {
		return err
	}
	value, err := base64.StdEncoding.Strict().DecodeString(words[2])
	if err != nil {
		return err
	}
	label, err := prefix.NewLabel(uint32(bits), bytes)
	if err != nil {
		return err
	}
	m.proof = append(m.proof, prefix.ProofNode{Label: label, Hash: nodeHash(label, value)})
	return nil
}

// nodeHash is what the package does not export: the hash of a node, from its label and what it commits to.
func nodeHash(label prefix.Label, value []byte) [32]byte {
	bits := label.BitLen()
	text := []byte{byte(bits >> 24), byte(bits >> 16), byte(bits >> 8), byte(bits)}
	hash := sha256.Sum256(append(text, label.Bytes()...))
	return sha256.Sum256(append(value[:len(value):len(value)], hash[:]...))
}

// finish checks the proof that was read last.
func (m *mapChecker) finish() error {
	claim, proof := m.claim, m.proof
	m.claim, m.proof = nil, nil
	switch {
	case claim == nil:
		return nil
	case claim[0] == "present":
		key, value, err := twoHashes(claim[1], claim[2])
		if err != nil {
			return err
		}
		m.present++
		return wrap(claim, prefix.VerifyMembershipProof(sha256.Sum256, key, value, proof, m.root))
	}
	key, err := parseHash(claim[1])
	if err != nil {
		return err
	}
	m.absent++
	return wrap(claim, prefix.VerifyNonMembershipProof(sha256.Sum256, key, proof, m.root))
}

func wrap(claim []string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(claim, " "), err)
	}
	return nil
}

func twoHashes(first, second string) (a, b [32]byte, err error) {
	key, err := parseHash(first)
	if err != nil {
		return a, b, err
	}
	value, err := parseHash(second)
	return key, value, err
}
