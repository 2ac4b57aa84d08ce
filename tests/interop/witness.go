package main

import (
	"encoding/base64"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// admitLog tells a litewitness, by its database, of a log that it shall cosign. It does what
// `witnessctl add-log` and `witnessctl add-key` do, which cannot be built without a module that not every
// proxy serves.
func admitLog(database, vkey string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	db, err := sqlite.OpenConn(database, sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	defer db.Close()
	empty, err := tlog.TreeHash(0, nil)
	if err != nil {
		return err
	}
	for _, insert := range []sqlInsert{
		{"INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)",
			[]any{verifier.Name(), base64.StdEncoding.EncodeToString(empty[:])}},
		{"INSERT INTO key (origin, key) VALUES (?, ?)", []any{verifier.Name(), vkey}},
	} {
		if err := sqlitex.Execute(db, insert.query, &sqlitex.ExecOptions{Args: insert.values}); err != nil {
			return err
		}
	}
	return nil
}

type sqlInsert struct {
	query  string
	values []any
}
