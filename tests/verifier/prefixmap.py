"""The standing map as a tree: docs/map.md sections 1 and 2. Roots, and the check of
proofs.

A label is (bits, bytes): the number of bits, and 32 bytes with zeros behind them.
A node is (label, what it commits to).
"""

import hashlib

from notes import Malformed, decode_base64, parse_number

KEY_BITS = 256
MOST_SIBLINGS = 257
ROOT_LABEL = (0, bytes(32))


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


EMPTY = ((0, b"\x01" * 32), sha256(b"\x00"))


def node_hash(node):
    (bits, label), commits_to = node
    return sha256(commits_to, sha256(bits.to_bytes(4, "big"), label))


def bit(label, place):
    return label[place // 8] >> (7 - place % 8) & 1


def prefix(label, bits):
    """The first bits of a label's bytes, as a label."""
    whole = int.from_bytes(label, "big") >> (KEY_BITS - bits) << (KEY_BITS - bits)
    return bits, whole.to_bytes(32, "big")


def common(a, b):
    """The longest label that both begin with."""
    most = min(a[0], b[0])
    differ = int.from_bytes(a[1], "big") ^ int.from_bytes(b[1], "big")
    return prefix(a[1], min(most, KEY_BITS - differ.bit_length()))


def begins_with(label, start):
    return start[0] <= label[0] and prefix(label[1], start[0]) == start


def leaf(key, value):
    return (KEY_BITS, key), sha256(value)


EMPTY_ROOT = node_hash((ROOT_LABEL, sha256(b"\x00")))


class Tree:
    """The nodes over some leaves."""

    def __init__(self, leaves):
        """`leaves` are (key, hash of the leaf) pairs."""
        self._leaves = sorted(leaves)

    def topmost(self, label):
        """The hash of the topmost node of all keys under a label; None without keys."""
        bits, start = label
        low = self._place(int.from_bytes(start, "big"))
        high = self._place(int.from_bytes(start, "big") + (1 << KEY_BITS - bits))
        return self._hash(low, high, bits) if low < high else None

    def root(self):
        """The root: it stands also over one child, or none."""
        if not self._leaves:
            return EMPTY_ROOT
        sides = [self.topmost(prefix(start, 1)) for start in (bytes(32), b"\x80" + bytes(31))]
        left, right = (side or node_hash(EMPTY) for side in sides)
        return node_hash((ROOT_LABEL, sha256(left, right)))

    def _place(self, number, low=0):
        """Where the first key lies that is not below a number."""
        high = len(self._leaves)
        while low < high:
            middle = (low + high) // 2
            if int.from_bytes(self._leaves[middle][0], "big") < number:
                low = middle + 1
            else:
                high = middle
        return low

    def _hash(self, low, high, bits):
        if high - low == 1:
            return self._leaves[low][1]
        first, last = ((KEY_BITS, self._leaves[i][0]) for i in (low, high - 1))
        label = common(first, last)
        split = int.from_bytes(label[1], "big") | 1 << KEY_BITS - label[0] - 1
        middle = self._place(split, low)
        left = self._hash(low, middle, label[0] + 1)
        right = self._hash(middle, high, label[0] + 1)
        return node_hash((label, sha256(left, right)))


def join(a, b):
    """The parent of two nodes."""
    if EMPTY[0] in (a[0], b[0]):
        other = b if a[0] == EMPTY[0] else a
        if other[0] == EMPTY[0] or other[0][0] == 0:
            raise Malformed("the empty node beside no node")
        sides = [node_hash(EMPTY)] * 2
        sides[bit(other[0][1], 0)] = node_hash(other)
        return ROOT_LABEL, sha256(*sides)
    label = common(a[0], b[0])
    if label[0] in (a[0][0], b[0][0]):
        raise Malformed("a node beside one that it begins with")
    left, right = (b, a) if bit(a[0][1], label[0]) else (a, b)
    return label, sha256(node_hash(left), node_hash(right))


def climb(node, siblings, root):
    for sibling in siblings:
        node = join(node, sibling)
    if node[0] != ROOT_LABEL or node_hash(node) != root:
        raise Malformed("the proof does not lead to the root")


def check_presence(root, key, value, siblings):
    climb(leaf(key, value), siblings, root)


def check_absence(root, key, siblings):
    if siblings == [EMPTY]:
        if root != EMPTY_ROOT:
            raise Malformed("the map is not empty")
        return
    if len(siblings) < 2:
        raise Malformed("no proof of absence")
    first, second, *rest = siblings
    parent = join(first, second)
    label = KEY_BITS, key
    for child in (first, second):
        if child != EMPTY and begins_with(label, child[0]):
            raise Malformed("the key lies under a node of the proof")
    if not begins_with(label, parent[0]):
        raise Malformed("the key does not lie under the parent of the first two nodes")
    climb(parent, rest, root)


def parse_sibling(line):
    """A line of a proof in its text form."""
    if line == "empty":
        return EMPTY
    parts = line.split(" ")
    if len(parts) != 3:
        raise Malformed(f"not a sibling: {line[:80]!r}")
    bits = parse_number(parts[0], "bits")
    start = decode_base64(parts[1], "label")
    commits_to = decode_base64(parts[2], "what a node commits to")
    if not 1 <= bits <= KEY_BITS or len(start) != (bits + 7) // 8 or len(commits_to) != 32:
        raise Malformed(f"not a sibling: {line[:80]!r}")
    label = bits, start.ljust(32, b"\0")
    if prefix(label[1], bits) != label:
        raise Malformed(f"a label with bits behind it: {line[:80]!r}")
    return label, commits_to
