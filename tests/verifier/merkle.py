"""The tree of RFC 6962 section 2.1 and its tiles (C2SP tlog-tiles).

Hashes, inclusion and consistency proofs, the check of each, and where a tile
lies and how wide it is. Reads no file and knows nothing of what an entry says.

The functions that make a proof take `node`, a function of (height, index) that
returns the hash of the complete subtree over the leaves
[index * 2**height, (index + 1) * 2**height). `Tree.node` answers it from leaf
hashes, `Tiles.node` from tiles, so that one can be held against the other.
"""

import hashlib

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_BYTES = 32
TILE_WIDTH = 256


def leaf_hash(entry):
    """The hash of a leaf: SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size):
    """The largest power of two smaller than `size` (RFC 6962's k); size > 1."""
    return 1 << (size - 1).bit_length() - 1


def range_hash(node, low, high):
    """MTH(D[low:high]) for a range that a proof can ask for; high > low."""
    size = high - low
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return node(height, low >> height)
    middle = low + split(size)
    return node_hash(range_hash(node, low, middle), range_hash(node, middle, high))


def root_hash(node, size):
    """The root over the first `size` leaves."""
    return range_hash(node, 0, size) if size else EMPTY_ROOT


class Tree:
    """Every complete subtree over a list of leaf hashes."""

    def __init__(self, leaves):
        self.levels = [list(leaves)]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            pairs = range(0, len(below) - 1, 2)
            self.levels.append([node_hash(below[i], below[i + 1]) for i in pairs])

    def node(self, height, index):
        return self.levels[height][index]

    def count(self, height):
        """How many complete subtrees of this height there are."""
        return len(self.levels[height]) if height < len(self.levels) else 0


# Proofs.


def inclusion_proof(node, index, size):
    """PATH(index, D[size]) of RFC 6962 section 2.1.1, the leaf's sibling first."""
    proof, low, high = [], 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            proof.append(range_hash(node, middle, high))
            high = middle
        else:
            proof.append(range_hash(node, low, middle))
            low = middle
    return proof[::-1]


def inclusion_holds(leaf, index, size, proof, root):
    """Whether `proof` shows `leaf` at `index` in the tree of `size` and `root`.

    RFC 6962 gives no steps for this check; these are those of RFC 9162 section
    2.1.3.2 for the same proofs.
    """
    if not 0 <= index < size:
        return False
    position, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while position & 1 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and result == root


def consistency_proof(node, old, size):
    """PROOF(old, D[size]) of RFC 6962 section 2.1.2; 0 < old <= size."""
    return _subproof(node, old, 0, size, True)


def _subproof(node, old, low, high, whole):
    size = high - low
    if old == size:
        return [] if whole else [range_hash(node, low, high)]
    middle = low + split(size)
    if low + old <= middle:
        rest = _subproof(node, old, low, middle, whole)
        return rest + [range_hash(node, middle, high)]
    rest = _subproof(node, low + old - middle, middle, high, False)
    return rest + [range_hash(node, low, middle)]


def consistency_holds(old, old_root, size, root, proof):
    """Whether `proof` shows that the tree (old, old_root) begins (size, root).

    The steps of RFC 9162 section 2.1.4.2, for the proofs of RFC 6962.
    """
    if not 0 < old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if not proof:
        return False
    path = ([old_root] if old & (old - 1) == 0 else []) + proof
    first, last = old - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old_result = result = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old_result = node_hash(sibling, old_result)
            result = node_hash(sibling, result)
            while first & 1 == 0 and first:
                first, last = first >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old_result == old_root and result == root


# Tiles.


def number_path(number):
    """A number as path elements of three digits: 1234067 is x001/x234/067."""
    parts = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        parts.append(f"x{number % 1000:03}")
    return "/".join(reversed(parts))


def tile_path(level, number, width=TILE_WIDTH):
    """Where a tile lies; `level` is a number or "entries"."""
    partial = f".p/{width}" if width < TILE_WIDTH else ""
    return f"tile/{level}/{number_path(number)}{partial}"


def tiles_of_level(level, size):
    """(number, width) of each tile of one level of a tree, the partial one last."""
    hashes = size >> 8 * level
    for number in range(hashes // TILE_WIDTH):
        yield number, TILE_WIDTH
    if hashes % TILE_WIDTH:
        yield hashes // TILE_WIDTH, hashes % TILE_WIDTH


def tile_levels(size):
    """The levels that a tree of this size has tiles at."""
    level = 0
    while size >> 8 * level:
        yield level
        level += 1


class Tiles:
    """The nodes of a tree, computed from its tiles alone.

    `read` is a function of (level, number) that returns the tile's bytes. A
    node that no tile reaches raises LookupError.
    """

    def __init__(self, read):
        self._read = read
        self._known = {}

    def node(self, height, index):
        key = height, index
        if key not in self._known:
            self._known[key] = self._compute(height, index)
        return self._known[key]

    def _compute(self, height, index):
        if height % 8:
            left = self.node(height - 1, 2 * index)
            return node_hash(left, self.node(height - 1, 2 * index + 1))
        number, place = divmod(index, TILE_WIDTH)
        tile = self._read(height // 8, number)
        found = tile[place * HASH_BYTES : (place + 1) * HASH_BYTES]
        if len(found) < HASH_BYTES:
            raise LookupError(f"no hash {place} in {tile_path(height // 8, number)}")
        return found
