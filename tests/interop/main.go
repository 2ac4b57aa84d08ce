// Command interop lets code that is not Erratum's judge what Erratum writes, and writes what Erratum must
// be able to read.
//
// It holds no implementation of its own of anything it checks: notes and Merkle proofs are those of
// golang.org/x/mod/sumdb, tiles and entries those of Torchwood and of golang.org/x/mod, logs those of
// Tessera, the tree of the standing map that of torchwood/prefix, encrypted files those of filippo.io/age.
// The Rust tests that call it are in crates/remote/tests/interop and in crates/desk/tests/interop.rs.
package main

import (
	"errors"
	"fmt"
	"os"
)

const usage = `usage:
  interop verify DIR VKEY [CHECKPOINT…]   verify the log in DIR, and that it continues the older checkpoints
  interop cosigned CHECKPOINT VKEY WITNESS…   verify a checkpoint's signature and its cosignatures
  interop write-tessera DIR SIZE…         write a log with Tessera's POSIX driver, a checkpoint at each size
  interop check-proofs                    check the proofs of a log on standard input
  interop check-map                       check the facts, roots and proofs of a map on standard input
  interop admit-log DATABASE VKEY         tell the litewitness with this database of a log
  interop open-age FILE                   decrypt by the passphrase or identity on standard input
  interop seal-age FILE                   encrypt to the first line of standard input, what follows it`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	command, args := args[0], args[1:]
	switch {
	case command == "verify" && len(args) >= 2:
		return verify(args[0], args[1], args[2:])
	case command == "cosigned" && len(args) >= 3:
		return cosigned(args[0], args[1], args[2:])
	case command == "write-tessera" && len(args) >= 2:
		return writeTessera(args[0], args[1:])
	case command == "check-proofs" && len(args) == 0:
		return checkProofs(os.Stdin)
	case command == "check-map" && len(args) == 0:
		return checkMap(os.Stdin)
	case command == "admit-log" && len(args) == 2:
		return admitLog(args[0], args[1])
	case command == "open-age" && len(args) == 1:
		return openAge(args[0], os.Stdin)
	case command == "seal-age" && len(args) == 1:
		return sealAge(args[0], os.Stdin)
	}
	return errors.New(usage)
}
