"""Makes proofs and folders of the standing map for the tests: docs/map.md."""

import hashlib
import zlib

from prefixmap import (
    EMPTY,
    KEY_BITS,
    ROOT_LABEL,
    Tree,
    begins_with,
    bit,
    common,
    leaf,
    node_hash,
    sha256,
)


def prove(tree_of, key):
    """The proof of a key, present or not: `tree_of` are (key, H(value)) pairs."""
    nodes = [((KEY_BITS, item), commits_to) for item, commits_to in sorted(tree_of)]
    if not nodes:
        return [EMPTY]
    return _prove(nodes, (KEY_BITS, key), ROOT_LABEL)


def _subtree(nodes):
    """The topmost node over some leaves."""
    if len(nodes) == 1:
        return nodes[0]
    label = common(nodes[0][0], nodes[-1][0])
    halves = [[n for n in nodes if bit(n[0][1], label[0]) == side] for side in (0, 1)]
    return label, sha256(*(node_hash(_subtree(half)) for half in halves))


def _prove(nodes, key, label):
    """The siblings below the node with this label, from the key's side up."""
    side = bit(key[1], label[0])
    halves = [[n for n in nodes if bit(n[0][1], label[0]) == s] for s in (0, 1)]
    other = _subtree(halves[1 - side]) if halves[1 - side] else EMPTY
    if not halves[side]:
        return [EMPTY, other]
    child = _subtree(halves[side])
    if child[0] == key:
        return [other]
    if not begins_with(key, child[0]):
        return [child, other]
    return [*_prove(halves[side], key, child[0]), other]


def number(value, count):
    return value.to_bytes(count, "big")


def layer(facts, depth=2, bits=1):
    """A layer of all these facts."""
    tree = Tree([(key, node_hash(leaf(key, value))) for key, value in facts.items()])
    blocks, groups, cells = b"", [], b""
    for bucket in range(1 << depth):
        keys = sorted(key for key in facts if key[0] >> (8 - depth) == bucket)
        if keys:
            top = tree.topmost((depth, number(bucket << (8 - depth), 1) + bytes(31)))
            head = number(bucket, 4) + number(len(keys), 4) + number(len(blocks), 8)
            groups.append(head + top)
            for key in keys:
                value = facts[key]
                blocks += key + node_hash(leaf(key, value)) + number(len(value), 4)
            blocks += b"".join(facts[key] for key in keys)
    for cell in range((1 << bits) + 1):
        place = lambda group: int.from_bytes(group[:4], "big") >> (depth - bits)
        before = sum(place(group) < cell for group in groups)
        mine = [group for group in groups if place(group) == cell]
        cells += number(before, 4) + number(zlib.crc32(b"".join([number(cell, 4), *mine])), 4)
    slots, counts = b"", [0] * 31
    for level in range(depth - 1, 0, -1):
        for slot in range(1 << level):
            top = tree.topmost((level, number(slot << (8 - level), 1) + bytes(31)))
            if top:
                slots += number(slot, 4) + top
                counts[level - 1] += 1
    header = b"erratum/v1 layer" + number(depth, 4) + number(bits, 4)
    header += number(len(facts), 8) + number(len(groups), 8) + number(len(blocks), 8)
    header += b"".join(number(count, 8) for count in counts)
    header += number(zlib.crc32(header), 4)
    return header + blocks + b"".join(groups) + cells + slots


def map_files(facts, entry, **more):
    """`map/current` and one layer, by name."""
    raw = layer(facts, **more)
    tree = Tree([(key, node_hash(leaf(key, value))) for key, value in facts.items()])
    name = f"{entry:06}.layer"
    text = f"erratum/v1 map\ncovers {entry}\nentry {entry}\nroot {tree.root().hex()}\n"
    text += f"keys {len(facts)}\nlayer {name} {len(raw)} {sha256(raw[:300]).hex()}\n"
    text += f"sum {hashlib.sha256(text.encode()).hexdigest()}\n"
    return {"map/current": text.encode(), f"map/{name}": raw}
