#!/usr/bin/env python3
"""A second reader of Erratum's records, written from the specifications alone.

    verify_record.py record DIR [--key VKEY] [--old CHECKPOINT_FILE]... [--witness VKEY]...
    verify_record.py slip FILE [--key VKEY] [--suffixes FILE]
    verify_record.py vectors FILE

Written from C2SP signed-note, tlog-checkpoint, tlog-tiles and tlog-cosignature,
RFC 6962, docs/record.md, docs/map.md and the rules of docs/authority.md, and
from nothing else, so that it and the Rust code can only agree where the
documents say enough. Prints one line when all is sound (a slip:
and one for each word) and exits 0; one line for each fault, naming the file or
the entry, and exits 1; 2 if there is nothing to read.

It checks that everything is well formed, signed by as many keys as it takes, valid at
its place, and committed to by the checkpoint; that opened drafts were committed to;
makes every fact and, at every epoch, the root of the map; and reads the saved map whole.
It does not say which word leads, and does not look into texts, nor into the evidence of
names: the forms of texts and the segments of the index are not its business.
"""

import argparse
import json
import sys

from atoms import digest
from blobs import SALT_BYTES, Blob
from cosignatures import parse_witness
from drafts import check_opening
from notes import Malformed, parse_note, parse_number, parse_vkey
from proven import verify_slip
from record import verify_record
from report import Report, Unreadable, must_read
from statements import parse_statement

# Test vectors.


def verify_vectors(raw):
    """Checks the test vectors of docs/vectors.json."""
    try:
        vectors = json.loads(raw)
        lists = {key: vectors[key] for key in ("notes", "statements", "refused", "blobs", "openings")}
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"not a file of vectors: {error}") from error
    report = Report()
    checks = {
        "notes": check_note_vector,
        "statements": check_statement_vector,
        "refused": check_refused_vector,
        "blobs": check_blob_vector,
        "openings": check_opening_vector,
    }
    for name, vectors in lists.items():
        for place, vector in enumerate(vectors):
            try:
                checks[name](vector)
            except (Malformed, KeyError, TypeError, ValueError) as error:
                report.fault(f"{name}[{place}]", error)
    counts = ", ".join(f"{len(vectors)} {name}" for name, vectors in lists.items())
    report.summary.append(f"sound: {counts}")
    return report


def check_note_vector(vector):
    try:
        key = parse_vkey(vector["vkey"])
        parse_note(vector["note"].encode("utf-8", "surrogatepass")).verify([key])
        why = None
    except Malformed as error:
        why = error
    if vector["verifies"] and why is not None:
        raise Malformed(f"should verify: {why}")
    if not vector["verifies"] and why is None:
        raise Malformed("should not verify, but does")


def check_statement_vector(vector):
    found = parse_statement(vector["text"].encode("utf-8", "surrogatepass")).id
    if found != vector["id"]:
        raise Malformed(f"has the id {found}, not {vector['id']}")


def check_refused_vector(vector):
    try:
        parse_statement(vector["text"].encode("utf-8", "surrogatepass"))
    except Malformed:
        return
    raise Malformed(f"should be refused ({vector['why']}), but is not")


def check_blob_vector(vector):
    length, sha256 = vector["line"].split(" ")
    digest(sha256)
    blob = Blob("blob", parse_number(length, "length"), sha256)
    salt = bytes.fromhex(vector["salt"])
    if len(salt) != SALT_BYTES:
        raise Malformed(f"a salt of {len(salt)} bytes")
    blob.check(salt, bytes.fromhex(vector["bytes"]))


def check_opening_vector(vector):
    lines = dict(line.split(" ", 1) for line in vector["commitment"].splitlines())
    try:
        check_opening(vector["proof"], vector["text"], lines["leaves"], lines["root"])
        why = None
    except Malformed as error:
        why = error
    if vector["opens"] and why is not None:
        raise Malformed(f"should open: {why}")
    if not vector["opens"] and why is None:
        raise Malformed("should not open, but does")


# The command.


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    record = commands.add_parser("record", help="check a record folder")
    record.add_argument("path", metavar="DIR")
    record.add_argument("--key", metavar="VKEY", help="the log key, if you know it")
    record.add_argument("--old", metavar="CHECKPOINT_FILE", action="append", default=[])
    record.add_argument("--witness", metavar="VKEY", action="append", default=[])
    slip = commands.add_parser("slip", help="check a slip")
    slip.add_argument("path", metavar="FILE")
    slip.add_argument("--key", metavar="VKEY", help="the log key, if you know it")
    slip.add_argument("--suffixes", metavar="FILE", help="the public suffix list")
    vectors = commands.add_parser("vectors", help="check the test vectors")
    vectors.add_argument("path", metavar="FILE")
    return parser.parse_args(arguments)


def run(options):
    try:
        key = getattr(options, "key", None)
        pinned = parse_vkey(key) if key else None
        witnesses = [parse_witness(key) for key in getattr(options, "witness", ())]
    except Malformed as error:
        raise Unreadable(f"a key that was given: {error}") from error
    if options.command == "record":
        return verify_record(options.path, pinned, options.old, witnesses)
    raw = must_read(options.path)
    try:
        if options.command == "slip":
            suffixes = must_read(options.suffixes) if options.suffixes else None
            return verify_slip(raw, pinned, suffixes)
        return verify_vectors(raw)
    except Unreadable as error:
        raise Unreadable(f"{options.path}: {error}") from error


def inert(line):
    """The line with all but printable ASCII escaped: what it quotes may be hostile."""
    return "".join(c if " " <= c <= "~" else ascii(c)[1:-1] for c in line)


def main(arguments=None):
    """Maps what was found to lines and an exit status."""
    try:
        report = run(parse_arguments(arguments))
    except Unreadable as error:
        print(inert(f"unreadable: {error}"), file=sys.stderr)
        return 2
    for line in report.faults or report.summary:
        print(inert(line))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
