"""The grammar of statements and entries: docs/record.md sections 2 and 4, read as a
table of lines for each kind.

Says whether bytes are well formed and what they say. Does not verify a
signature, and does not know what a statement means: who outranks whom, what
`previous` should be, and which standing follows, is the forward pass.
"""

import hashlib
import re
from dataclasses import dataclass

from atoms import (
    admission,
    date,
    digest,
    document_name,
    forms,
    issuer_key,
    language,
    media_type,
    name_shape,
    number,
    one_of,
    origin,
    printable,
    time,
)
from blobs import Blob
from notes import Malformed, parse_note, parse_number, parse_vkey

NOTE_BYTES = 16 * 1024
MOST_SIGNATURES = 16
MOST_PASSAGES = 16
MOST_ADMISSIONS = 64
MOST_WITHHELD = 64
SMALL_BLOB, REMARK_BLOB = 1024, 16 * 1024
CHECKPOINT_BLOB, TEXT_BLOB = 256 * 1024, 4 * 1024 * 1024

GENRES = (
    "letter statement release order report notice decision speech caption document"
).split()
FIRST_WORDS = ["issued", "disowned", "attributed"]
SUCCESSIONS = ["corrected", "superseded"]
STANDINGS = ["issued", *SUCCESSIONS, "held", "withdrawn", "in-error", "disowned"]


def blob(limit):
    def check(value):
        length, _, sha256 = value.partition(" ")
        digest(sha256)
        if parse_number(length, "length of a blob") > limit:
            raise Malformed(f"a blob of {length} bytes, at most {limit}")

    check.limit = limit
    return check


def or_none(check):
    """`none`, or what the check takes."""

    def checked(value):
        if value != "none":
            check(value)

    if hasattr(check, "limit"):
        checked.limit = check.limit
    return checked


def manifest(value):
    size, _, sha256 = value.partition(" ")
    digest(sha256)
    number(size)


# Kinds: the lines of each in order, as (key, check, least, most).


def once(key, check):
    return key, check, 1, 1


def maybe(key, check):
    return key, check, 0, 1


def many(key, check, most):
    return key, check, 0, most


SPOKEN = [once("record", origin), once("speaker", name_shape)]
ON_DOCUMENT = [*SPOKEN, once("document", digest)]
REMARK = [*ON_DOCUMENT, once("lang", language), once("text", blob(REMARK_BLOB))]
LINES = {
    "record": [
        once("record", origin),
        maybe("log-key", parse_vkey),
        maybe("rule", one_of(["1"])),
        maybe("suffix-version", printable),
        maybe("suffixes", blob(TEXT_BLOB)),
        maybe("manifest", or_none(manifest)),
        maybe("map", or_none(digest)),
        maybe("checkpoint", or_none(blob(CHECKPOINT_BLOB))),
        many("admit", admission, MOST_ADMISSIONS),
        many("withhold", number, MOST_WITHHELD),
        maybe("reason", blob(REMARK_BLOB)),
    ],
    "keys": [
        *SPOKEN,
        once("previous", one_of(["none"])),
        once("key", issuer_key),
        once("rule", one_of(["all 1"])),
        maybe("superior", name_shape),
    ],
    "acceptance": [*SPOKEN, once("subordinate", name_shape), once("keys", digest)],
    "document": [
        *SPOKEN,
        once("name", document_name),
        once("word", one_of(FIRST_WORDS)),
        maybe("previous", digest),
        maybe("replaces", digest),
        maybe("attributed-to", name_shape),
        maybe("reported", one_of([*STANDINGS, "draft"])),
        once("genre", one_of(GENRES)),
        once("lang", language),
        maybe("date", date),
        maybe("effective", time),
        once("forms", forms),
        once("search", digest),
        once("comparison", digest),
        once("title", blob(SMALL_BLOB)),
        once("text", blob(TEXT_BLOB)),
        maybe("reason", blob(REMARK_BLOB)),
        maybe("source", blob(REMARK_BLOB)),
    ],
    "rendition": [
        *ON_DOCUMENT,
        once("lang", language),
        once("media", media_type),
        once("bytes", number),
        once("sha256", digest),
        maybe("forms", forms),
        maybe("search", digest),
        maybe("comparison", digest),
        maybe("text", blob(TEXT_BLOB)),
    ],
    "standing": [
        *ON_DOCUMENT,
        once("previous", digest),
        once("word", one_of([*STANDINGS, "lift"])),
        maybe("replaced-by", digest),
        maybe("lifts", digest),
        once("lang", language),
        maybe("effective", time),
        many("passage", blob(REMARK_BLOB), MOST_PASSAGES),
        maybe("reason", blob(REMARK_BLOB)),
    ],
    "comment": REMARK,
    "note": REMARK,
}


@dataclass(frozen=True)
class Statement:
    """A well-formed statement: its id, kind and lines in order."""

    id: str
    kind: str
    lines: tuple
    text: str

    def get(self, key):
        """The value of a line, or None."""
        return next((value for name, value in self.lines if name == key), None)

    def all(self, key):
        return [value for name, value in self.lines if name == key]

    def blobs(self):
        """The blob lines in order."""
        fields = {key for key, check, _, _ in LINES[self.kind] if hasattr(check, "limit")}
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
    RULES.get(kind, lambda _: None)(statement)
    return statement


def _split_line(line):
    key, space, value = line.partition(" ")
    if not key or not space or not value:
        raise Malformed(f"not a line `key value`: {line!r}")
    return key, value


def _check_lines(kind, lines):
    """Walks the kind's table and the lines side by side."""
    place = 0
    for key, check, least, most in LINES[kind]:
        start = place
        while place < len(lines) and lines[place][0] == key and place - start < most:
            try:
                check(lines[place][1])
            except Malformed as error:
                raise Malformed(f"line `{key}`: {error}") from error
            place += 1
        if place - start < least:
            raise Malformed(f"line `{key}` is missing or out of order")
    if place < len(lines):
        key = lines[place][0]
        if key in {row[0] for row in LINES[kind]}:
            raise Malformed(f"line `{key}` is repeated or out of order")
        raise Malformed(f"a `{kind}` has no line `{key}`")


# Rules that tie lines of one statement to each other.


def _exactly_with(statement, key, condition, why):
    """The line stands there if and only if the condition holds."""
    if (statement.get(key) is not None) != condition:
        verb = "needs" if condition else "may not have"
        raise Malformed(f"{why} {verb} a line `{key}`")


def _only_with(statement, key, condition, why):
    if statement.get(key) is not None and not condition:
        raise Malformed(f"{why} may not have a line `{key}`")


def _all_or_none(statement, keys):
    present = [key for key in keys if statement.get(key) is not None]
    if present and len(present) < len(keys):
        missing = next(key for key in keys if key not in present)
        raise Malformed(f"line `{present[0]}` without line `{missing}`")


def _check_record(statement):
    epoch = ["manifest", "map", "checkpoint"]
    if statement.get("log-key") is not None:
        _all_or_none(statement, ["log-key", "rule", *epoch])
        _exactly_with(statement, "suffixes", True, "the first `record`")
        for key in epoch:
            if statement.get(key) != "none":
                raise Malformed(f"line `{key}`: not `none` beside a line `log-key`")
    else:
        _exactly_with(statement, "rule", False, "a later `record`")
        _all_or_none(statement, epoch)
        for key in epoch[1:]:
            if statement.get(key) == "none":
                raise Malformed(f"line `{key}`: `none` without a line `log-key`")
    _all_or_none(statement, ["suffix-version", "suffixes"])
    withheld = [int(entry) for entry in statement.all("withhold")]
    if withheld != sorted(set(withheld)):
        raise Malformed("line `withhold`: not in ascending order")
    _exactly_with(statement, "reason", bool(withheld), "a `record`")
    if len(statement.lines) == 1:
        raise Malformed("a `record` that says nothing")


def _check_keys(statement):
    issuer_key(statement.get("key"), statement.get("speaker"))


def _check_document(statement):
    word = statement.get("word")
    named = f"a document with the word `{word}`"
    speaker, issuer = statement.get("speaker"), statement.get("name").split("/")[0]
    if issuer != speaker:
        raise Malformed(f"line `name`: of {issuer}, but {speaker} speaks")
    _only_with(statement, "replaces", word == "issued", named)
    replaces = statement.get("replaces") is not None
    which = "a document that replaces one" if replaces else "a document that replaces none"
    _exactly_with(statement, "previous", replaces, which)
    _exactly_with(statement, "attributed-to", word == "attributed", named)
    _exactly_with(statement, "reported", word == "attributed", named)
    _exactly_with(statement, "reason", word == "disowned", named)
    _exactly_with(statement, "source", word == "attributed", named)


def _check_rendition(statement):
    _all_or_none(statement, ["forms", "search", "comparison", "text"])


def _check_standing(statement):
    word = statement.get("word")
    named = f"the word `{word}`"
    _exactly_with(statement, "replaced-by", word in SUCCESSIONS, named)
    _exactly_with(statement, "lifts", word == "lift", named)
    if word != "issued":
        _exactly_with(statement, "reason", True, named)


RULES = {
    "record": _check_record,
    "keys": _check_keys,
    "document": _check_document,
    "rendition": _check_rendition,
    "standing": _check_standing,
}


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
