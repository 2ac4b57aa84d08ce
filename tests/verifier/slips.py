"""The check of a slip: docs/record.md section 9. Needs nothing but the slip."""

from base64 import b64encode
from dataclasses import dataclass

import merkle
from folder import check_signature, key_source
from keyring import Keyring
from merkle import HASH_BYTES
from notes import Malformed, decode_base64, parse_checkpoint, parse_number
from report import Report, Unreadable
from statements import SALT_BYTES, digest, origin, parse_entry

MOST_BYTES = 8 * 1024 * 1024
MOST_HASHES = 64


@dataclass
class SlipEntry:
    """An entry group of a slip."""

    index: int
    raw: bytes
    path: list
    opened: list  # (position, salt, bytes or None)


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
    """(origin, document id, entries, checkpoint bytes) of docs/record.md section 9."""
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
    lines.words("checkpoint", 0)
    return record, document, entries, lines.rest


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
        while lines.peek().startswith((b"blob ", b"salt ")):
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
    key = lines.peek().partition(b" ")[0].decode()
    position, encoded = lines.words(key, 2)
    raw = decode_base64(encoded, key)
    if len(raw) < SALT_BYTES or (key == "salt" and len(raw) > SALT_BYTES):
        raise Malformed(f"{key} {position}: {len(raw)} bytes")
    content = raw[SALT_BYTES:] if key == "blob" else None
    return parse_number(position, key), raw[:SALT_BYTES], content


def verify_slip(raw, pinned=None):
    """Checks a slip; nothing else is needed to do so."""
    report = Report()
    try:
        record, document, entries, checkpoint = parse_slip(raw)
    except Malformed as error:
        report.fault("slip", error)
        return report
    try:
        checkpoint = parse_checkpoint(checkpoint)
    except Malformed as error:
        report.fault("checkpoint", error)
        return report
    if checkpoint.origin != record:
        report.fault("checkpoint", f"of {checkpoint.origin!r}, but the slip of {record!r}")
    if not entries or entries[0].index != 0:
        report.fault("slip", "entry 0 is not in it")
    keyring = Keyring(record, pinned)
    statements = [
        (entry.index, check_slip_entry(report, checkpoint, keyring, entry))
        for entry in entries
    ]
    check_signature(report, "checkpoint", checkpoint, keyring.log_key)
    good = [(index, statement) for index, statement in statements if statement]
    if not any(s.id == document and s.kind == "document" for _, s in good):
        report.fault("slip", f"the document {document} is not in it")
    root = b64encode(checkpoint.root).decode()
    report.summary = [
        f"slip: document {document} of {record}, {len(entries)} entries, root {root}, "
        f"{key_source(pinned)}, later words unknown",
        *words_said(good, document),
    ]
    return report


def check_slip_entry(report, checkpoint, keyring, entry):
    """One entry of a slip: inclusion, statement, signature, opened blobs."""
    where = f"entry {entry.index}"
    leaf = merkle.leaf_hash(entry.raw)
    size, root = checkpoint.size, checkpoint.root
    if not merkle.inclusion_holds(leaf, entry.index, size, entry.path, root):
        report.fault(where, "its path does not lead to the checkpoint's root")
    try:
        parsed = parse_entry(entry.raw)
        for field in left_closed(parsed.statement, entry.opened):
            report.fault(where, f"its {field} is not opened")
        check_opened(parsed.statement.blobs(), entry.opened)
        keyring.accept(entry.index, parsed)
    except Malformed as error:
        report.fault(where, error)
        return None
    return parsed.statement


def left_closed(statement, opened):
    """The fields of blobs that must be opened and are not: all but a document's or translation's text."""
    shown = {position for position, _, _ in opened}
    is_text = statement.kind in ("document", "rendition")
    return [
        blob.field
        for position, blob in enumerate(statement.blobs())
        if position not in shown and not (is_text and blob.field == "text")
    ]


def check_opened(blobs, opened):
    for position, salt, content in opened:
        if position >= len(blobs):
            raise Malformed(f"blob {position}: no such blob line")
        if content is not None:
            blobs[position].check(salt, content)


def words_said(statements, document):
    """A line for each word; of another document than the slip's, with its id."""
    lines = []
    for index, statement in statements:
        word = statement.get("word")
        if word is not None:
            subject = statement.get("document") or statement.id
            other = "" if subject == document else f" on {subject}"
            lines.append(f"entry {index} {statement.get('speaker')} {word}{other}")
    return lines
