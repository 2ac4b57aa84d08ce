"""The check of a record folder: docs/record.md sections 4 and 5.

Entries, tiles, blobs, the checkpoint and earlier ones. Files beyond the
checkpoint's size, which an append under way leaves, are not looked at.
"""

import pathlib
import re
from base64 import b64encode

import merkle
from keyring import Keyring
from merkle import HASH_BYTES, TILE_WIDTH, tile_path
from notes import Malformed, parse_checkpoint
from report import Report, Unreadable, must_read
from statements import SALT_BYTES, parse_entry


class Folder:
    """The files of a record, and what they turn out to hold."""

    def __init__(self, path, report):
        self.path = pathlib.Path(path)
        self.report = report
        self._tiles = {}

    def read(self, name):
        """The bytes of a file, or None where there is none."""
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise Unreadable(f"{self.path / name}: {error.strerror}") from error

    def read_tile(self, level, number, width):
        """(name, bytes) of a tile, or of the full one where the partial is gone."""
        name, full = tile_path(level, number, width), tile_path(level, number)
        raw = self.read(name)
        if raw is None and width < TILE_WIDTH:
            raw = self.read(full)
            name = full if raw is not None else name
        return name, raw

    def partials(self, level, number):
        """(width, name) of each partial tile left there, for whatever size."""
        folder = self.path / f"{tile_path(level, number)}.p"
        names = [item.name for item in folder.iterdir()] if folder.is_dir() else []
        widths = [int(name) for name in names if re.fullmatch(r"[1-9][0-9]{0,2}", name)]
        good = sorted(width for width in widths if width < TILE_WIDTH)
        return [(width, tile_path(level, number, width)) for width in good]

    def entries(self, size):
        """Every entry up to `size`, None where its bundle is damaged.

        Stops at the first bundle that is not there.
        """
        entries = []
        for number, width in merkle.tiles_of_level(0, size):
            name, raw = self.read_tile("entries", number, width)
            if raw is None:
                self.report.fault(name, "missing")
                break
            entries += self._bundle(name, raw, width)
            self._check_old_bundles(number, width, entries[number * TILE_WIDTH :])
        return entries

    def _bundle(self, name, raw, width):
        found, rest = split_bundle(raw)
        wanted = width if name.endswith(f".p/{width}") else TILE_WIDTH
        if len(found) != wanted or rest:
            what = f"{len(found)} whole entries and {rest} bytes, not {wanted} entries"
            self.report.fault(name, what)
        return (found + [None] * width)[:width]

    def _check_old_bundles(self, number, width, entries):
        for old, name in self.partials("entries", number):
            if old < width:
                found, rest = split_bundle(self.read(name) or b"")
                if rest or found != entries[:old]:
                    self.report.fault(name, "does not hold the same entries")

    def check_tiles(self, size, tree):
        """Holds every hash tile at every level against the tree."""
        for level in merkle.tile_levels(size):
            for number, width in merkle.tiles_of_level(level, size):
                start = number * TILE_WIDTH
                wanted = [tree.node(8 * level, start + i) for i in range(width)]
                name, raw = self.read_tile(level, number, width)
                whole = width if name.endswith(f".p/{width}") else TILE_WIDTH
                self._check_tile(name, raw, whole, wanted)
                self._tiles[level, number] = raw or b""
                for old, old_name in self.partials(level, number):
                    if old < width:
                        old_raw = self.read(old_name)
                        self._check_tile(old_name, old_raw, old, wanted[:old])

    def _check_tile(self, name, raw, width, wanted):
        if raw is None:
            self.report.fault(name, "missing")
        elif len(raw) != width * HASH_BYTES:
            self.report.fault(name, f"{len(raw)} bytes, not {width * HASH_BYTES}")
        else:
            for place, good in enumerate(wanted):
                if raw[place * HASH_BYTES : (place + 1) * HASH_BYTES] != good:
                    self.report.fault(name, f"hash {place} is not that of the entries")

    def tiles(self):
        """The nodes as the tiles have them."""
        return merkle.Tiles(lambda level, number: self._tiles.get((level, number), b""))

    def level_0_root(self, size):
        """(root, leaf hashes) as the tiles of level 0 have them; (None, []) if broken."""
        leaves = []
        for number, width in merkle.tiles_of_level(0, size):
            raw = self.read_tile(0, number, width)[1] or b""
            step = range(0, width * HASH_BYTES, HASH_BYTES)
            leaves += [raw[at : at + HASH_BYTES] for at in step]
        if any(len(leaf) != HASH_BYTES for leaf in leaves):
            return None, []
        return merkle.root_hash(merkle.Tree(leaves).node, size), leaves

    def check_blobs(self, index, statement):
        """Section 5: the file of an entry's blobs."""
        name = f"blob/{merkle.number_path(index)}"
        raw, blobs = self.read(name), statement.blobs()
        if not blobs:
            if raw is not None:
                self.report.fault(name, f"entry {index} has no blob lines")
            return
        if raw is None:
            self.report.fault(name, "missing")
            return
        wanted = sum(SALT_BYTES + blob.length for blob in blobs)
        if len(raw) != wanted:
            self.report.fault(name, f"{len(raw)} bytes, not {wanted}")
            return
        for blob in blobs:
            salt, raw = raw[:SALT_BYTES], raw[SALT_BYTES:]
            content, raw = raw[: blob.length], raw[blob.length :]
            try:
                blob.check(salt, content)
            except Malformed as error:
                self.report.fault(name, error)


def split_bundle(raw):
    """The whole entries of a bundle and how many bytes are left behind them."""
    entries, at = [], 0
    while at + 2 <= len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if end > len(raw):
            break
        entries.append(raw[at + 2 : end])
        at = end
    return entries, len(raw) - at


def verify_record(path, pinned=None, olds=()):
    """Checks a whole record folder; `olds` are paths of earlier checkpoints."""
    report = Report()
    raw = must_read(pathlib.Path(path) / "checkpoint")
    try:
        checkpoint = parse_checkpoint(raw)
    except Malformed as error:
        report.fault("checkpoint", error)
        return report
    folder = Folder(path, report)
    entries = folder.entries(checkpoint.size)
    keyring = check_entries(folder, checkpoint, entries, pinned)
    check_signature(report, "checkpoint", checkpoint, keyring.log_key)
    if len(entries) == checkpoint.size and None not in entries:
        check_tree(folder, checkpoint, entries, keyring.log_key, olds)
    report.summary.append(
        f"sound: {checkpoint.size} entries, root {b64encode(checkpoint.root).decode()}, "
        f"{key_source(pinned)}"
    )
    return report


def key_source(pinned):
    return "log key pinned" if pinned else "log key taken from entry 0"


def check_signature(report, where, checkpoint, key):
    if key is None:
        report.fault(where, "entry 0 names no log key and none is pinned")
        return
    try:
        checkpoint.verify(key)
    except Malformed as error:
        report.fault(where, error)


def check_entries(folder, checkpoint, entries, pinned):
    """Every statement in its place, and its blobs. Returns the keys in the end."""
    keyring = Keyring(checkpoint.origin, pinned)
    if checkpoint.size == 0:
        folder.report.fault("checkpoint", "size 0: there is no entry 0")
    for index, raw in enumerate(entries):
        if raw is None:
            continue
        try:
            entry = parse_entry(raw)
            folder.check_blobs(index, entry.statement)
            keyring.accept(index, entry)
        except Malformed as error:
            folder.report.fault(f"entry {index}", error)
    return keyring


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
