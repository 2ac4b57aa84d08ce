"""The grammar of statements, entries and blobs: docs/record.md sections 1, 2, 4
and 5, read as a table of lines for each kind.

Says whether bytes are well formed and what they say. Does not verify a
signature, and does not know what a statement means: who outranks whom, what
`previous` should be, and which standing follows, is the forward pass.
"""

import datetime
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass

from notes import Malformed, parse_note, parse_number, parse_vkey

NOTE_BYTES = 16 * 1024
MOST_SIGNATURES = 16
MOST_PASSAGES = 16
MOST_ADMISSIONS = 64
SALT_BYTES = 32
LATEST = "9999-12-30T21:59:59.999Z"
SMALL_BLOB, REMARK_BLOB, TEXT_BLOB = 1024, 16 * 1024, 4 * 1024 * 1024

GENRES = (
    "letter statement release order report notice decision speech caption document"
).split()
FIRST_WORDS = ["issued", "disowned", "attributed"]
SUCCESSIONS = ["corrected", "superseded"]
STANDINGS = ["issued", *SUCCESSIONS, "held", "withdrawn", "in-error", "disowned"]


# Atoms: each check refuses a value that is not of its form.


def pattern(regex, what):
    compiled = re.compile(regex)

    def check(value):
        if not compiled.fullmatch(value):
            raise Malformed(f"not {what}: {value!r}")

    return check


def one_of(words):
    def check(value):
        if value not in words:
            raise Malformed(f"{value!r} is none of {', '.join(words)}")

    return check


digest = pattern(r"[0-9a-f]{64}", "a digest")
origin = pattern(r"[!-*,-~]{1,200}", "an origin")
language = pattern(
    r"(?=.{2,35}$)[A-Za-z0-9]{2,8}(-[A-Za-z0-9-]*)?", "a language tag"
)
media_type = pattern(r"(?=.{3,127}$)[a-z0-9.+-]+/[a-z0-9.+-]+", "a media type")
printable = pattern(r"[!-~]{1,64}", "printable text without spaces, up to 64 bytes")
TABLES = "nfkc fold skeleton category script segments".split()
forms = pattern(
    "v1" + "".join(f" {table}=[0-9.]{{1,16}}" for table in TABLES),
    "a version of the forms",
)
label = pattern(r"[a-z0-9-]{1,64}", "a key's label")
name_shape = pattern(
    r"(?=.{1,253}$)"
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?![0-9]+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    "a name",
)
path_shape = pattern(r"[a-z0-9_./-]{1,200}", "a path")


def number(value):
    parse_number(value, "number")


def date(value):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise Malformed(f"not a date: {value!r}")
    try:
        datetime.date.fromisoformat(value)
    except ValueError as error:
        raise Malformed(f"not a date: {value!r}") from error


def time(value):
    shape = r"([0-9]{4})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
    match = re.fullmatch(shape, value)
    if not match or int(match[1]) < 1970 or value > LATEST:
        raise Malformed(f"not a time: {value!r}")
    try:
        datetime.datetime.strptime(value[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError as error:
        raise Malformed(f"not a time: {value!r}") from error


def document_name(value):
    issuer, _, path = value.partition("/")
    name_shape(issuer)
    path_shape(path)
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise Malformed(f"not a path: {path!r}")


def issuer_key(value, issuer=None):
    """A vkey named `<issuer>/<label>`."""
    owner, _, tag = parse_vkey(value).name.partition("/")
    name_shape(owner)
    label(tag)
    if issuer is not None and owner != issuer:
        raise Malformed(f"a key of {owner}, not of {issuer}")


def admission(value):
    issuer, _, key = value.partition(" ")
    name_shape(issuer)
    issuer_key(key, issuer)


def blob(limit):
    def check(value):
        length, _, sha256 = value.partition(" ")
        digest(sha256)
        if parse_number(length, "length of a blob") > limit:
            raise Malformed(f"a blob of {length} bytes, at most {limit}")

    check.limit = limit
    return check


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
        maybe("manifest", one_of(["none"])),
        maybe("map", one_of(["none"])),
        maybe("checkpoint", one_of(["none"])),
        many("admit", admission, MOST_ADMISSIONS),
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
class Blob:
    """A blob line: its field, the length and digest promised."""

    field: str
    length: int
    sha256: str

    def check(self, salt, content):
        """Holds salt and bytes against the line, and the bytes against section 5."""
        if len(content) != self.length:
            raise Malformed(f"{self.field}: {len(content)} bytes, not {self.length}")
        if hashlib.sha256(salt + content).hexdigest() != self.sha256:
            raise Malformed(f"{self.field}: salt and bytes have another digest")
        check_blob_text(self.field, content)


@dataclass(frozen=True)
class Statement:
    """A well-formed statement: its id, kind and lines in order."""

    id: str
    kind: str
    lines: tuple

    def get(self, key):
        """The value of a line, or None."""
        return next((value for name, value in self.lines if name == key), None)

    def all(self, key):
        return [value for name, value in self.lines if name == key]

    def blobs(self):
        """The blob lines in order."""
        fields = {key for key, check, _, _ in LINES[self.kind] if hasattr(check, "limit")}
        found = [(key, value.split(" ")) for key, value in self.lines if key in fields]
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
    statement = Statement(hashlib.sha256(text).hexdigest(), kind, lines)
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
    first = ["log-key", "rule", "manifest", "map", "checkpoint"]
    _all_or_none(statement, first)
    _all_or_none(statement, ["suffix-version", "suffixes"])
    log_key = statement.get("log-key")
    if log_key is not None:
        _exactly_with(statement, "suffixes", True, "the first `record`")
        named = parse_vkey(log_key).name
        if named != statement.get("record"):
            raise Malformed(f"line `log-key`: named {named!r}, not as the origin")
    elif statement.get("suffixes") is None and not statement.all("admit"):
        raise Malformed("neither an admission nor a suffix list")


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


# Blobs and entries.

_BIDI = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def check_blob_text(field, content):
    """Section 5: UTF-8, no controls but tab and newline, no bidirectional override."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"{field}: not UTF-8 at byte {error.start}") from error
    for character in set(text):
        control = unicodedata.category(character) == "Cc" and character not in "\t\n"
        if control or character in _BIDI:
            raise Malformed(f"{field}: holds U+{ord(character):04X}")
    if field == "passage":
        _check_selector(text)


def _check_selector(text):
    """A TextQuoteSelector of the Web Annotation Data Model."""
    try:
        selector = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("passage: not JSON") from error
    if not isinstance(selector, dict) or selector.get("type") != "TextQuoteSelector":
        raise Malformed("passage: not a TextQuoteSelector")
    parts = [selector.get("exact"), selector.get("prefix", ""), selector.get("suffix", "")]
    if not all(isinstance(part, str) for part in parts):
        raise Malformed("passage: not a TextQuoteSelector")


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
