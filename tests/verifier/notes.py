"""Signed notes (C2SP signed-note), checkpoints (C2SP tlog-checkpoint), and the
strict Ed25519 of docs/record.md section 3.

Parses and verifies; decides nothing about whose key may sign what.
"""

import base64
import binascii
import functools
import hashlib
import re
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHECKPOINT_BYTES = 256 * 1024
MOST_COSIGNATURES = 64
ED25519_TYPE = b"\x01"
FIELD_PRIME = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
# The y of a point of order 8; the other one is its negative.
ORDER_8_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER_Y = frozenset(
    {0, 1, FIELD_PRIME - 1, ORDER_8_Y, FIELD_PRIME - ORDER_8_Y}
)
CURVE_D = -121665 * pow(121666, -1, FIELD_PRIME) % FIELD_PRIME


class Malformed(Exception):
    """Bytes that are not what they should be; the message says why."""


def decode_base64(text, what):
    """Standard base64 in its one canonical spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Malformed(f"{what}: not base64: {text!r}") from error
    if base64.b64encode(raw).decode() != text:
        raise Malformed(f"{what}: not canonical base64: {text!r}")
    return raw


def parse_number(text, what):
    """Decimal ASCII without leading zeros, below 2**64."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,19}", text) or int(text) >= 2**64:
        raise Malformed(f"{what}: not a number: {text!r}")
    return int(text)


# Keys and signatures.


@dataclass(frozen=True)
class Vkey:
    """A verifier key: its name, its key ID and the 32 bytes of the public key."""

    name: str
    key_id: bytes
    public: bytes
    text: str


def is_control(character):
    return unicodedata.category(character) == "Cc"


def check_key_name(name):
    if not name or "+" in name or any(c.isspace() or is_control(c) for c in name):
        raise Malformed(f"not a key name: {name!r}")


def parse_vkey(text):
    """`<name>+<8 hex digits>+<base64(0x01 || public key)>`."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
        raise Malformed(f"not a vkey: {text!r}")
    name, key_id = parts[0], bytes.fromhex(parts[1])
    check_key_name(name)
    raw = decode_base64(parts[2], "vkey")
    if raw[:1] != ED25519_TYPE or len(raw) != 33:
        raise Malformed(f"not an Ed25519 vkey: {text!r}")
    digest = hashlib.sha256(name.encode() + b"\n" + raw).digest()
    if digest[:4] != key_id:
        raise Malformed(f"key ID {parts[1]} of {name} should be {digest[:4].hex()}")
    check_point(raw[1:], f"the key of {name}")
    return Vkey(name, key_id, raw[1:], text)


@functools.lru_cache(maxsize=4096)
def is_on_curve(y):
    """Whether x² = (y² - 1) / (d y² + 1) has a root other than 0."""
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, FIELD_PRIME) % FIELD_PRIME
    return pow(square, (FIELD_PRIME - 1) // 2, FIELD_PRIME) == 1


def check_point(encoded, what):
    """Refuses what is no point, or one of small order or in a second encoding."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    if y >= FIELD_PRIME:
        raise Malformed(f"{what} is not canonically encoded")
    if y in SMALL_ORDER_Y:  # x = 0 with a sign bit is among these
        raise Malformed(f"{what} is of small order")
    if not is_on_curve(y):
        raise Malformed(f"{what} is not a point of the curve")


def verify_ed25519(public, signature, message):
    """Raises Malformed unless the signature verifies strictly."""
    if len(signature) != 64:
        raise Malformed(f"a signature of {len(signature)} bytes")
    check_point(public, "the public key")
    check_point(signature[:32], "R of the signature")
    if int.from_bytes(signature[32:], "little") >= GROUP_ORDER:
        raise Malformed("s of the signature is not below the group order")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Malformed("the signature does not verify") from error


# Notes.


@dataclass(frozen=True)
class Note:
    """A signed note: the text with its last newline, and (name, ID, signature)s."""

    text: bytes
    signatures: tuple

    def verify(self, keys):
        """The keys that signed; Malformed if one of theirs fails or there is none."""
        known = {(key.name, key.key_id): key for key in keys}
        signers = []
        for name, key_id, signature in self.signatures:
            key = known.get((name, key_id))
            if key is None:
                continue
            try:
                verify_ed25519(key.public, signature, self.text)
            except Malformed as error:
                raise Malformed(f"signature of {name}: {error}") from error
            signers.append(key)
        if not signers:
            names = ", ".join(sorted({name for name, _, _ in self.signatures}))
            raise Malformed(f"no signature by a key in force (signed by {names})")
        return signers


def parse_note(raw, most_signatures=None):
    """Splits a note at its last empty line; refuses what signed-note refuses."""
    try:
        note = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 at byte {error.start}") from error
    control = re.search(r"[\x00-\x09\x0b-\x1f]", note)
    if control:
        raise Malformed(f"control character {control.group()!r}")
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise Malformed("no signature lines behind a blank line")
    lines = tail[:-1].split("\n")
    if most_signatures is not None and len(lines) > most_signatures:
        raise Malformed(f"{len(lines)} signature lines, at most {most_signatures}")
    signatures = tuple(_parse_signature(line) for line in lines)
    return Note((text + "\n").encode(), signatures)


def _parse_signature(line):
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014":
        raise Malformed(f"not a signature line: {line!r}")
    check_key_name(parts[1])
    raw = decode_base64(parts[2], "signature")
    if len(raw) < 5:
        raise Malformed(f"not a signature line: {line!r}")
    return parts[1], raw[:4], raw[4:]


# Checkpoints.


@dataclass(frozen=True)
class Checkpoint:
    """A signed tree head."""

    note: Note
    origin: str
    size: int
    root: bytes

    def verify(self, key):
        """Checks the signature of the log's key, which bears the origin's name."""
        if key.name != self.origin:
            raise Malformed(f"origin {self.origin!r}, but the log key is {key.name!r}")
        self.note.verify([key])


def parse_checkpoint(raw):
    """A checkpoint without extension lines."""
    if len(raw) > CHECKPOINT_BYTES:
        raise Malformed(f"{len(raw)} bytes, at most {CHECKPOINT_BYTES}")
    note = parse_note(raw, MOST_COSIGNATURES)
    lines = note.text.decode().split("\n")
    if len(lines) != 4:
        raise Malformed(f"{len(lines) - 1} lines of text where there should be 3")
    origin, size, root = lines[:3]
    if not origin:
        raise Malformed("the origin is empty")
    root = decode_base64(root, "root hash")
    if len(root) != 32:
        raise Malformed(f"a root hash of {len(root)} bytes")
    return Checkpoint(note, origin, parse_number(size, "tree size"), root)
