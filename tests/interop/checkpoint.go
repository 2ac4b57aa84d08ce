package main

import (
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// openCheckpoint reads the checkpoint in a file, signed by the log's key and by every witness given.
func openCheckpoint(file, vkey string, witnesses []string) (torchwood.Checkpoint, *note.Note, error) {
	fail := func(err error) (torchwood.Checkpoint, *note.Note, error) {
		return torchwood.Checkpoint{}, nil, fmt.Errorf("%s: %w", file, err)
	}
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return fail(fmt.Errorf("the log's key: %w", err))
	}
	verifiers := []note.Verifier{log}
	for _, witness := range witnesses {
		verifier, err := torchwood.NewCosignatureVerifier(witness)
		if err != nil {
			return fail(fmt.Errorf("the witness's key: %w", err))
		}
		verifiers = append(verifiers, verifier)
	}
	signed, err := os.ReadFile(file)
	if err != nil {
		return fail(err)
	}
	opened, err := note.Open(signed, note.VerifierList(verifiers...))
	if err != nil {
		return fail(err)
	}
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	if err != nil {
		return fail(err)
	}
	if checkpoint.Origin != log.Name() {
		return fail(fmt.Errorf("the origin is %q, the key's name %q", checkpoint.Origin, log.Name()))
	}
	for _, verifier := range verifiers {
		if !signedBy(opened, verifier) {
			return fail(fmt.Errorf("%s has not signed it", verifier.Name()))
		}
	}
	return checkpoint, opened, nil
}

func signedBy(opened *note.Note, verifier note.Verifier) bool {
	for _, signature := range opened.Sigs {
		if signature.Name == verifier.Name() && signature.Hash == verifier.KeyHash() {
			return true
		}
	}
	return false
}

// cosigned verifies that the log and all witnesses have signed a checkpoint.
func cosigned(file, vkey string, witnesses []string) error {
	checkpoint, opened, err := openCheckpoint(file, vkey, witnesses)
	if err != nil {
		return err
	}
	for _, signature := range opened.Sigs {
		if signature.Name == checkpoint.Origin {
			continue
		}
		at, err := torchwood.CosignatureTimestamp(signature)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", file, signature.Name, err)
		}
		fmt.Printf("cosigned size %d by %s at %d\n", checkpoint.N, signature.Name, at)
	}
	return nil
}
