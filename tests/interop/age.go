package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
)

// openAge decrypts a file and prints what is in it. Standard input holds the passphrase in its only line, or
// an identity file as age-keygen writes it.
func openAge(path string, input io.Reader) error {
	secret, err := io.ReadAll(input)
	if err != nil {
		return err
	}
	identities, err := age.ParseIdentities(strings.NewReader(string(secret)))
	if err != nil {
		passphrase, err := age.NewScryptIdentity(strings.TrimSuffix(string(secret), "\n"))
		if err != nil {
			return err
		}
		identities = []age.Identity{passphrase}
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	plain, err := age.Decrypt(file, identities...)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	_, err = io.Copy(os.Stdout, plain)
	return err
}

// sealAge encrypts into a new file what follows on standard input after its first line, which holds a
// passphrase, or recipients with a space after each.
func sealAge(path string, input io.Reader) error {
	rest := bufio.NewReader(input)
	line, err := rest.ReadString('\n')
	if err != nil {
		return err
	}
	recipients, err := age.ParseRecipients(strings.NewReader(strings.ReplaceAll(line, " ", "\n")))
	if err != nil {
		passphrase, err := age.NewScryptRecipient(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return err
		}
		recipients = []age.Recipient{passphrase}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	sealed, err := age.Encrypt(file, recipients...)
	if err != nil {
		return err
	}
	if _, err := io.Copy(sealed, rest); err != nil {
		return err
	}
	if err := sealed.Close(); err != nil {
		return err
	}
	return file.Close()
}
