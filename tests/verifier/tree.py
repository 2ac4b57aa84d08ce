"""The tree over a record's entries: docs/record.md section 4. Holds checkpoint, tiles and
proofs against it, and earlier checkpoints.
"""

from base64 import b64encode

import merkle
from merkle import TILE_WIDTH
from notes import Malformed, parse_checkpoint
from report import must_read


def check_signature(report, where, checkpoint, key):
    if key is None:
        report.fault(where, "entry 0 names no log key and none is pinned")
        return
    try:
        checkpoint.verify(key)
    except Malformed as error:
        report.fault(where, error)


def check_tree(folder, checkpoint, entries, log_key, olds):
    """The tree over the entries against checkpoint, tiles and proofs."""
    report, size = folder.report, checkpoint.size
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    tree = merkle.Tree(leaves)
    root = merkle.root_hash(tree.node, size)
    if root != checkpoint.root:
        tree = blame(folder, checkpoint, tree)
    folder.check_tiles(size, tree)
    check_inclusion(folder, checkpoint, leaves)
    check_consistency(folder, checkpoint, tree, log_key, olds)


def blame(folder, checkpoint, tree):
    """Says what is at fault when the entries do not lead to the root signed.

    If the tiles of level 0 still do, it is the entries, and the tiles' tree is
    returned; else the entries' own.
    """
    leaves, size = tree.levels[0], checkpoint.size
    tile_root, tile_leaves = folder.level_0_root(size)
    if tile_root != checkpoint.root:
        shown = b64encode(merkle.root_hash(tree.node, size)).decode()
        what = f"its root is not that of the entries, {shown}"
        folder.report.fault("checkpoint", what)
        return tree
    for number, width in merkle.tiles_of_level(0, size):
        name, _ = folder.read_tile("entries", number, width)
        for index in range(number * TILE_WIDTH, number * TILE_WIDTH + width):
            if leaves[index] != tile_leaves[index]:
                what = f"entry {index} is not the one the tree holds"
                folder.report.fault(name, what)
    return merkle.Tree(tile_leaves)


def check_inclusion(folder, checkpoint, leaves):
    """Proves every entry from the tiles; one line for all that fail."""
    node, size, root = folder.tiles().node, checkpoint.size, checkpoint.root
    failed = []
    for index, leaf in enumerate(leaves):
        try:
            proof = merkle.inclusion_proof(node, index, size)
        except LookupError:
            proof = None
        if proof is None or not merkle.inclusion_holds(leaf, index, size, proof, root):
            failed.append(index)
    if failed:
        more = f" and {len(failed) - 1} others" if failed[1:] else ""
        what = f"no inclusion proof from the tiles leads to the root{more}"
        folder.report.fault(f"entry {failed[0]}", what)


def sample_sizes(size):
    """Smaller sizes to prove consistency from: all the corners, some between."""
    powers = {1 << height for height in range(size.bit_length())}
    wanted = {size // 2, size // 3, size - 1, size // TILE_WIDTH * TILE_WIDTH, size}
    wanted |= powers | {power + 1 for power in powers} | {power - 1 for power in powers}
    return sorted(old for old in wanted if 0 < old <= size)


def check_consistency(folder, checkpoint, tree, log_key, olds):
    """From the checkpoints given and from sample sizes to the present one."""
    node, failed = folder.tiles().node, []
    for size in sample_sizes(checkpoint.size):
        if not continues(node, size, merkle.root_hash(tree.node, size), checkpoint):
            failed.append(size)
    if failed:
        more = f" and {len(failed) - 1} others" if failed[1:] else ""
        what = f"no consistency proof from the tiles leads to the root{more}"
        folder.report.fault(f"size {failed[0]}", what)
    for path in olds:
        old = read_old(folder, path, checkpoint, log_key)
        if old is None:
            continue
        check_kept_tiles(folder, path, old.size)
        if not continues(node, old.size, old.root, checkpoint):
            what = f"the record of {checkpoint.size} entries does not continue it"
            folder.report.fault(path, what)


def continues(node, size, root, checkpoint):
    """Whether the checkpoint's tree begins with the tree of this size and root."""
    if size == 0:
        return root == merkle.EMPTY_ROOT
    try:
        proof = merkle.consistency_proof(node, size, checkpoint.size)
    except LookupError:
        return False
    return merkle.consistency_holds(
        size, root, checkpoint.size, checkpoint.root, proof
    )


def read_old(folder, path, checkpoint, log_key):
    """An earlier checkpoint of the same log, or None with a fault."""
    report = folder.report
    try:
        old = parse_checkpoint(must_read(path))
    except Malformed as error:
        report.fault(path, error)
        return None
    if old.origin != checkpoint.origin:
        report.fault(path, f"of another record, {old.origin!r}")
        return None
    check_signature(report, path, old, log_key)
    if old.size > checkpoint.size:
        report.fault(path, f"{old.size} entries, more than the {checkpoint.size} here")
        return None
    return old


def check_kept_tiles(folder, path, size):
    """tlog-tiles: partial tiles of a size once signed stay until the full ones come."""
    for level in ["entries", *merkle.tile_levels(size)]:
        number_level = 0 if level == "entries" else level
        for number, width in merkle.tiles_of_level(number_level, size):
            name, raw = folder.read_tile(level, number, width)
            if raw is None:
                folder.report.fault(name, f"missing, though {path} was signed at its size")
