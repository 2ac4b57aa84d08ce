"""Slips as they are written: docs/record.md section 9. Nothing is checked but form."""

from dataclasses import dataclass

from atoms import digest, document_name, name_shape, origin
from blobs import SALT_BYTES
from merkle import HASH_BYTES
from notes import Malformed, decode_base64, parse_number
from prefixmap import MOST_SIBLINGS, parse_sibling
from report import Unreadable

MOST_BYTES = 8 * 1024 * 1024
MOST_HASHES = 64
# The facts that a slip may prove, and the form of their names.
FACTS = {
    "issuer": name_shape,
    "name": document_name,
    "document": digest,
    "text": digest,
    "admitted": name_shape,
    "commitment": digest,
}


@dataclass
class Slip:
    """A slip as it is written."""

    record: str
    document: str
    entries: list
    epoch: object  # a SlipEpoch, or None
    checkpoint: bytes


@dataclass
class SlipEpoch:
    """The facts that a slip proves of an epoch."""

    entry: int
    facts: list  # (key, siblings)


@dataclass
class SlipEntry:
    """An entry group of a slip."""

    index: int
    raw: bytes
    path: list
    opened: list  # (position, salt, bytes)


class Lines:
    """The lines of a slip, one after the other."""

    def __init__(self, raw):
        self.rest = raw

    def peek(self):
        return self.rest.partition(b"\n")[0]

    def take(self):
        """The next line, without its newline."""
        line, newline, self.rest = self.rest.partition(b"\n")
        if not newline:
            raise Malformed("ends too early")
        return line

    def words(self, key, count):
        """The words behind a key, on a line of exactly so many."""
        line = self.take().decode("utf-8", "replace")
        parts = line.split(" ")
        if parts[0] != key or len(parts) != count + 1:
            raise Malformed(f"not a line `{key}`: {line[:80]!r}")
        return parts[1:]


def parse_slip(raw):
    """The parts of a slip."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"{len(raw)} bytes, at most {MOST_BYTES}")
    lines = Lines(raw)
    if lines.peek() != b"erratum/v1 slip":
        raise Unreadable("not a slip")
    lines.take()
    (record,) = lines.words("record", 1)
    (document,) = lines.words("document", 1)
    origin(record)
    digest(document)
    entries = []
    while lines.peek().startswith(b"entry "):
        entries.append(parse_slip_entry(lines))
        if entries[1:] and entries[-1].index <= entries[-2].index:
            raise Malformed(f"entry {entries[-1].index} is not in ascending order")
    epoch = parse_epoch(lines) if lines.peek().startswith(b"epoch ") else None
    lines.words("checkpoint", 0)
    return Slip(record, document, entries, epoch, lines.rest)


def parse_slip_entry(lines):
    index, count = (parse_number(word, "entry") for word in lines.words("entry", 2))
    try:
        raw = b"".join(take_lines(lines, count, lambda line: line + b"\n"))
        (length,) = lines.words("path", 1)
        length = parse_number(length, "path")
        if length > MOST_HASHES:
            raise Malformed(f"a path of {length} hashes")
        path = take_lines(lines, length, decode_hash)
        opened = []
        while lines.peek().startswith(b"blob "):
            opened.append(parse_opened(lines))
            if opened[1:] and opened[-1][0] <= opened[-2][0]:
                raise Malformed(f"blob {opened[-1][0]} is opened twice or out of order")
    except Malformed as error:
        raise Malformed(f"entry {index}: {error}") from error
    return SlipEntry(index, raw, path, opened)


def take_lines(lines, count, convert):
    """So many lines, each converted; ends at once where the file does."""
    return [convert(lines.take()) for _ in range(count)]


def decode_hash(line):
    found = decode_base64(line.decode("utf-8", "replace"), "path")
    if len(found) != HASH_BYTES:
        raise Malformed(f"path: a hash of {len(found)} bytes")
    return found


def parse_opened(lines):
    position, encoded = lines.words("blob", 2)
    raw = decode_base64(encoded, "blob")
    if len(raw) < SALT_BYTES:
        raise Malformed(f"blob {position}: {len(raw)} bytes")
    return parse_number(position, "blob"), raw[:SALT_BYTES], raw[SALT_BYTES:]


def parse_epoch(lines):
    entry, count = (parse_number(word, "epoch") for word in lines.words("epoch", 2))
    facts = []
    for _ in range(count):
        facts.append(parse_fact(lines))
        if facts[1:] and facts[-1][0] <= facts[-2][0]:
            raise Malformed(f"the fact {facts[-1][0]!r} is not in ascending order")
    return SlipEpoch(entry, facts)


def parse_fact(lines):
    """`fact <number of siblings> <key>` and the siblings."""
    head, _, rest = lines.take().decode("utf-8", "replace").partition(" ")
    count, _, key = rest.partition(" ")
    kind, space, name = key.partition(" ")
    if head != "fact" or (key != "record" and (kind not in FACTS or not space)):
        raise Malformed(f"not a line `fact`: {head} {rest[:80]}")
    if key != "record":
        FACTS[kind](name)
    count = parse_number(count, "siblings")
    if count > MOST_SIBLINGS:
        raise Malformed(f"a proof of {count} siblings")
    return key, take_lines(lines, count, decode_sibling)


def decode_sibling(line):
    return parse_sibling(line.decode("utf-8", "replace"))
