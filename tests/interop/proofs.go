package main

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// checkProofs reads proofs made elsewhere, one a line, hashes in hexadecimal, and checks each:
//
//	record SIZE ROOT INDEX LEAF HASH…   the leaf is in the tree
//	tree SIZE ROOT SIZE ROOT HASH…      the first tree continues the second
func checkProofs(input io.Reader) error {
	lines := bufio.NewScanner(input)
	checked := 0
	for lines.Scan() {
		if err := checkProof(strings.Fields(lines.Text())); err != nil {
			return fmt.Errorf("%q: %w", lines.Text(), err)
		}
		checked++
	}
	if err := lines.Err(); err != nil {
		return err
	}
	fmt.Printf("checked %d proofs\n", checked)
	return nil
}

func checkProof(words []string) error {
	if len(words) < 5 {
		return errors.New("too short")
	}
	size, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil {
		return err
	}
	number, err := strconv.ParseInt(words[3], 10, 64)
	if err != nil {
		return err
	}
	root, err := parseHash(words[2])
	if err != nil {
		return err
	}
	hash, err := parseHash(words[4])
	if err != nil {
		return err
	}
	proof := make([]tlog.Hash, len(words)-5)
	for i, word := range words[5:] {
		if proof[i], err = parseHash(word); err != nil {
			return err
		}
	}
	switch words[0] {
	case "record":
		return tlog.CheckRecord(proof, size, root, number, hash)
	case "tree":
		return tlog.CheckTree(proof, size, root, number, hash)
	}
	return errors.New("neither record nor tree")
}

func parseHash(text string) (tlog.Hash, error) {
	bytes, err := hex.DecodeString(text)
	if err != nil || len(bytes) != tlog.HashSize {
		return tlog.Hash{}, fmt.Errorf("%q is no hash", text)
	}
	return tlog.Hash(bytes), nil
}
