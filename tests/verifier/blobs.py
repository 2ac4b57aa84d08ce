"""Blobs: docs/record.md section 5. What a statement promises of one, and whether
bytes keep it. Where they lie is the folder's business.
"""

import hashlib
import json
import unicodedata
from dataclasses import dataclass

from notes import Malformed

SALT_BYTES = 32
MOST_BLOB_BYTES = 8 * 1024 * 1024


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


def open_blobs(blobs, raw):
    """The contents of the blobs of an entry, in the order of its blob lines."""
    wanted = sum(SALT_BYTES + blob.length for blob in blobs)
    if len(raw) != wanted:
        raise Malformed(f"{len(raw)} bytes, not {wanted}")
    contents = []
    for blob in blobs:
        salt, raw = raw[:SALT_BYTES], raw[SALT_BYTES:]
        content, raw = raw[: blob.length], raw[blob.length :]
        blob.check(salt, content)
        contents.append(content)
    return contents


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
