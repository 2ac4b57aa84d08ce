"""Openings of commitments to drafts (docs/record.md section 10).

Knows the proof of an opening and nothing of who may open.
"""

from atoms import digest
from merkle import HASH_BYTES, leaf_hash, inclusion_holds
from notes import Malformed, decode_base64, parse_number


def check_opening(proof, text, leaves, root):
    """Whether `proof` shows that `text` is made of leaves of the commitment with `leaves` and `root`."""
    if not proof.endswith("\n"):
        raise Malformed("proof: it does not end with a newline")
    lines = iter(proof[:-1].split("\n"))
    digest(root)
    if value(lines, "leaves") != leaves or value(lines, "root") != root:
        raise Malformed("proof: of another commitment")
    size = parse_number(leaves, "leaves")
    rest, taken = text.encode(), set()
    opened = list(paragraphs(lines, size.bit_length() - 1))
    if not opened:
        raise Malformed("proof: it opens nothing")
    for place, (length, position, salt, path) in enumerate(opened):
        paragraph, rest = rest[:length], rest[length:]
        if length == 0 or len(paragraph) != length:
            raise Malformed("proof: a length that is not in the text")
        if place < len(opened) - 1:
            if not rest.startswith(b"\n\n"):
                raise Malformed("proof: paragraphs without two newlines between")
            rest = rest[2:]
        if position in taken:
            raise Malformed("proof: a leaf twice")
        taken.add(position)
        leaf = leaf_hash(salt + paragraph)
        if not inclusion_holds(leaf, position, size, path, bytes.fromhex(root)):
            raise Malformed("proof: a paragraph that is no leaf")
    if rest:
        raise Malformed("proof: text behind the last paragraph")


def paragraphs(lines, depth):
    """The groups of a proof: length, position, salt and path of each."""
    for line in lines:
        words = line.split(" ")
        if len(words) != 4 or words[0] != "paragraph":
            raise Malformed(f"proof: not a paragraph: {line!r}")
        length, position = (parse_number(word, "paragraph") for word in words[1:3])
        path = [hash_of(next(lines, "")) for _ in range(depth)]
        yield length, position, hash_of(words[3]), path


def hash_of(text):
    raw = decode_base64(text, "proof")
    if len(raw) != HASH_BYTES:
        raise Malformed(f"proof: {len(raw)} bytes, not {HASH_BYTES}")
    return raw


def value(lines, key):
    word, _, rest = next(lines, "").partition(" ")
    if word != key:
        raise Malformed(f"proof: expected {key}")
    return rest
