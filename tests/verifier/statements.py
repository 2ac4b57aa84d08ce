"""Statements and entries: docs/record.md sections 2 and 4.

Says whether bytes are well formed and what they say. Does not verify a
signature, and does not know what a statement means: who outranks whom, what
`previous` should be, and which standing follows, is the forward pass.
"""

import hashlib
import re
from dataclasses import dataclass

from atoms import time
from blobs import Blob
from notes import Malformed, parse_note
from tables import LINES, blob_fields, known_keys
from together import check_together

NOTE_BYTES = 16 * 1024
MOST_SIGNATURES = 16


@dataclass(frozen=True)
class Statement:
    """A well-formed statement: its id, kind and lines in order."""

    id: str
    kind: str
    lines: tuple
    text: str

    def get(self, key):
        """The value of a line, of several the first, or None."""
        return next((value for name, value in self.lines if name == key), None)

    def all(self, key):
        return [value for name, value in self.lines if name == key]

    def name(self):
        """Of `keys`, a revocation or an acceptance: the name that it is about."""
        return self.get("subordinate") or self.get("speaker")

    def is_epoch(self):
        """Whether it is a `record` statement that commits to a map."""
        return self.kind == "record" and self.get("map") not in (None, "none")

    def blobs(self):
        """The blob lines in order."""
        fields = blob_fields(self.kind)
        lines = [line for line in self.lines if line[0] in fields and line[1] != "none"]
        found = [(key, value.split(" ")) for key, value in lines]
        return [Blob(key, int(length), sha256) for key, (length, sha256) in found]


def parse_statement(text):
    """Reads the text of a statement (bytes, without signatures)."""
    if len(text) > NOTE_BYTES:
        raise Malformed(f"{len(text)} bytes, at most {NOTE_BYTES}")
    stray = re.search(rb"[^\x20-\x7e\n]", text)
    if stray:
        raise Malformed(f"byte {stray.group()[0]:#04x} at {stray.start()} is not ASCII text")
    if not text.endswith(b"\n"):
        raise Malformed("the last line does not end in a newline")
    head, *rest = text.decode("ascii")[:-1].split("\n")
    kind = head.removeprefix("erratum/v1 ")
    if kind == head or kind not in LINES:
        raise Malformed(f"not a statement this version knows: {head!r}")
    lines = tuple(_split_line(line) for line in rest)
    _check_lines(kind, lines)
    whole = text.decode("ascii")
    statement = Statement(hashlib.sha256(text).hexdigest(), kind, lines, whole)
    check_together(statement)
    return statement


def _split_line(line):
    key, space, value = line.partition(" ")
    if not key or not space or not value:
        raise Malformed(f"not a line `key value`: {line!r}")
    return key, value


def _check_lines(kind, lines):
    """Walks the kind's table and the lines side by side."""
    place = 0
    for group, least, most in LINES[kind]:
        count = 0
        while place < len(lines) and lines[place][0] == group[0][0] and count < most:
            for key, check in group:
                _check_line(lines, place, key, check)
                place += 1
            count += 1
        if count < least:
            raise Malformed(f"line `{group[0][0]}` is missing or out of order")
    if place < len(lines):
        key = lines[place][0]
        if key in known_keys(kind):
            raise Malformed(f"line `{key}` is repeated or out of order")
        raise Malformed(f"a `{kind}` has no line `{key}`")


def _check_line(lines, place, key, check):
    if place == len(lines) or lines[place][0] != key:
        raise Malformed(f"line `{key}` is missing or out of order")
    try:
        check(lines[place][1])
    except Malformed as error:
        raise Malformed(f"line `{key}`: {error}") from error


@dataclass(frozen=True)
class Entry:
    """An entry of the log, well formed: the logged time, the note, its statement."""

    logged: str
    note: object
    statement: Statement


def parse_entry(raw):
    """`logged <time>`, a newline, and the note."""
    head, newline, rest = raw.partition(b"\n")
    if not newline or not head.startswith(b"logged "):
        raise Malformed("does not begin with a line `logged <time>`")
    logged = head[7:].decode("ascii", "replace")
    time(logged)
    if len(rest) > NOTE_BYTES:
        raise Malformed(f"a note of {len(rest)} bytes, at most {NOTE_BYTES}")
    note = parse_note(rest, MOST_SIGNATURES)
    return Entry(logged, note, parse_statement(note.text))
