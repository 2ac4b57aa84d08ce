"""The files of a record's folder: docs/record.md sections 4 and 5. Tiles, bundles of
entries and of blobs.

Files beyond the checkpoint's size, which an append under way leaves, are not
looked at. What the entries say is not known here.
"""

import pathlib
import re

import merkle
from blobs import MOST_BLOB_BYTES
from merkle import HASH_BYTES, TILE_WIDTH, tile_path
from notes import Malformed
from report import Unreadable


class Folder:
    """The files of a record, and what they turn out to hold."""

    def __init__(self, path, report):
        self.path = pathlib.Path(path)
        self.report = report
        self._tiles = {}
        self._bundles = {}

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

    def blobs(self, index, size):
        """(name, bytes) of an entry's blobs, of which there may be none."""
        number, place = divmod(index, TILE_WIDTH)
        whole, single = blob_path(number), f"{blob_path(number)}.p/{place}"
        if (number + 1) * TILE_WIDTH > size and (raw := self.read(single)) is not None:
            return single, raw
        bundle = self.bundle_of_blobs(number)
        if bundle is None:
            return (whole if (number + 1) * TILE_WIDTH <= size else single), b""
        return whole, bundle[place]

    def bundle_of_blobs(self, number):
        """The blobs of 256 entries; None without a sound file."""
        if number not in self._bundles:
            name = blob_path(number)
            raw = self.read(name)
            try:
                self._bundles[number] = None if raw is None else split_blobs(raw)
            except Malformed as error:
                self.report.fault(name, error)
                self._bundles[number] = None
        return self._bundles[number]


def blob_path(number):
    return f"blob/{merkle.number_path(number)}"


def split_blobs(raw):
    """The blobs of each entry of a bundle: 256 lengths, then the bytes."""
    end = 4 * TILE_WIDTH
    if len(raw) < end:
        raise Malformed("ends within its 256 lengths")
    lengths = [int.from_bytes(raw[at : at + 4], "big") for at in range(0, end, 4)]
    if max(lengths) > MOST_BLOB_BYTES or sum(lengths) + end != len(raw):
        raise Malformed("its lengths are not those of its bytes")
    found, at = [], end
    for length in lengths:
        found.append(raw[at : at + length])
        at += length
    return found


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
