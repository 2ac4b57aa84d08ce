"""Cosignatures by Ed25519 keys, where a reader names a witness: docs/witnesses.md
section 1.
"""

import datetime
import hashlib
from dataclasses import dataclass

from notes import Malformed, check_key_name, check_point, decode_base64, verify_ed25519

COSIGNATURE_TYPE = b"\x04"
# The last second that can be written as a time.
LATEST = 253402207199


@dataclass(frozen=True)
class Witness:
    """A witness's key."""

    name: str
    key_id: bytes
    public: bytes


def parse_witness(text):
    """`<name>+<8 hex digits>+<base64(0x04 || public key)>`."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    check_key_name(name)
    raw = decode_base64(encoded, "vkey")
    if raw[:1] != COSIGNATURE_TYPE or len(raw) != 33:
        raise Malformed(f"not an Ed25519 key of a witness: {text!r}")
    wanted = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if key_id != wanted.hex():
        raise Malformed(f"key ID {key_id} of {name} should be {wanted.hex()}")
    check_point(raw[1:], f"the key of {name}")
    return Witness(name, wanted, raw[1:])


def cosigned_at(note, witness):
    """When a witness cosigned last, as a time; None where it did not. All must verify."""
    latest = None
    for name, key_id, signature in note.signatures:
        if (name, key_id) != (witness.name, witness.key_id):
            continue
        seconds = int.from_bytes(signature[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n".encode() + note.text
        try:
            verify_ed25519(witness.public, signature[8:], message)
        except Malformed as error:
            raise Malformed(f"cosignature of {name}: {error}") from error
        if seconds > LATEST:
            raise Malformed(f"cosignature of {name}: from a time that cannot be written")
        latest = max(latest or 0, seconds)
    if latest is None:
        return None
    at = datetime.datetime.fromtimestamp(latest, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
