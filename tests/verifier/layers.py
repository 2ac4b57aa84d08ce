"""The map as files: docs/map.md sections 3 and 4. `map/current`, and every byte of
the layers that it names, held against the facts that the log gives.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass

from atoms import digest
from notes import Malformed, parse_number
from prefixmap import Tree, leaf, node_hash

CURRENT = "map/current"
MAGIC = b"erratum/v1 layer"
HEADER_BYTES, GROUP_BYTES, CELL_BYTES, SLOT_BYTES = 300, 48, 8, 36
MOST_DEPTH = 31


@dataclass
class Current:
    """What `map/current` says."""

    covers: int
    entry: int
    root: str
    keys: int
    layers: list  # (file, bytes, hash of the header), newest first


def parse_current(raw):
    try:
        lines = raw.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("not ASCII") from error
    if lines[0] != "erratum/v1 map" or lines.pop() or len(lines) < 6:
        raise Malformed("not the file of a map")
    body = "".join(f"{line}\n" for line in lines[:-1]).encode()
    numbers = {}
    for place, key in enumerate(("covers", "entry", "root", "keys"), 1):
        head, _, value = lines[place].partition(" ")
        if head != key:
            raise Malformed(f"not a line `{key}`: {lines[place]!r}")
        numbers[key] = value
    digest(numbers["root"])
    if lines[-1] != f"sum {hashlib.sha256(body).hexdigest()}":
        raise Malformed("its sum is not that of its lines")
    layers = [parse_layer_line(line) for line in lines[5:-1]]
    counts = {key: parse_number(numbers[key], key) for key in ("covers", "entry", "keys")}
    return Current(root=numbers["root"], layers=layers, **counts)


def parse_layer_line(line):
    parts = line.split(" ")
    if len(parts) != 4 or parts[0] != "layer":
        raise Malformed(f"not a line `layer`: {line!r}")
    if not re.fullmatch(r"[0-9]{6,}\.layer", parts[1]):
        raise Malformed(f"not the name of a layer: {parts[1]!r}")
    digest(parts[3])
    return parts[1], parse_number(parts[2], "bytes"), parts[3]


class Cursor:
    """Bytes, taken from the front."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        found = self.raw[self.at : self.at + count]
        if len(found) < count:
            raise Malformed("ends too early")
        self.at += count
        return found

    def number(self, count):
        return int.from_bytes(self.take(count), "big")


@dataclass
class Layer:
    """A layer as it is written."""

    depth: int
    header: bytes
    groups: dict  # bucket -> (hash, records)
    slots: dict  # (level, number) -> hash


def parse_layer(raw):
    cursor = Cursor(raw)
    header = cursor.take(HEADER_BYTES)
    head = Cursor(header)
    if head.take(len(MAGIC)) != MAGIC:
        raise Malformed("not a layer")
    depth, bits = head.number(4), head.number(4)
    records, groups, blocks = (head.number(8) for _ in range(3))
    slots = [head.number(8) for _ in range(MOST_DEPTH)]
    if head.number(4) != zlib.crc32(header[:-4]):
        raise Malformed("the checksum of its header is wrong")
    if not 1 <= depth <= MOST_DEPTH or bits > depth or any(slots[depth - 1 :]):
        raise Malformed("its header cannot be")
    body = cursor.take(blocks)
    table = cursor.take(groups * GROUP_BYTES)
    check_cells(cursor, table, depth, bits)
    found = parse_groups(table, body, depth)
    if sum(len(records) for _, records in found.values()) != records:
        raise Malformed(f"has not the {records} records of its header")
    hashes = parse_slots(cursor, depth, slots)
    if cursor.at != len(raw):
        raise Malformed(f"{len(raw) - cursor.at} bytes behind its end")
    return Layer(depth, header, found, hashes)


def check_cells(cursor, table, depth, bits):
    """Each cell names the first group at or behind it, and sums up its groups."""
    groups = [table[at : at + GROUP_BYTES] for at in range(0, len(table), GROUP_BYTES)]
    cells = [int.from_bytes(group[:4], "big") >> (depth - bits) for group in groups]
    if cells and max(cells) >= 1 << bits:
        raise Malformed("a bucket beyond its depth")
    at = 0
    for cell in range((1 << bits) + 1):
        mine = []
        while at < len(groups) and cells[at] == cell:
            mine.append(groups[at])
            at += 1
        first, crc = cursor.number(4), cursor.number(4)
        wanted = zlib.crc32(b"".join([cell.to_bytes(4, "big"), *mine]))
        if (first, crc) != (at - len(mine), wanted):
            raise Malformed(f"cell {cell} of its directory is wrong")


def parse_groups(table, body, depth):
    cursor, blocks, found, last = Cursor(table), Cursor(body), {}, -1
    while cursor.at < len(table):
        bucket, count, start = cursor.number(4), cursor.number(4), cursor.number(8)
        if bucket <= last or start != blocks.at or not count:
            raise Malformed(f"group of bucket {bucket} out of its place")
        found[bucket] = cursor.take(32), parse_block(blocks, bucket, count, depth)
        last = bucket
    if blocks.at != len(body):
        raise Malformed("bytes behind its last block")
    return found


def parse_block(blocks, bucket, count, depth):
    """The records of a block: key -> value."""
    heads = [(blocks.take(32), blocks.take(32), blocks.number(4)) for _ in range(count)]
    keys = [key for key, _, _ in heads]
    if keys != sorted(set(keys)):
        raise Malformed(f"the keys of bucket {bucket} are not in ascending order")
    records = {}
    for key, hashed, length in heads:
        value = records[key] = blocks.take(length)
        if int.from_bytes(key[:4], "big") >> (32 - depth) != bucket:
            raise Malformed(f"a key in bucket {bucket} that belongs elsewhere")
        if node_hash(leaf(key, value)) != hashed:
            raise Malformed(f"the leaf of {key.hex()} has another hash")
    return records


def parse_slots(cursor, depth, counts):
    found = {}
    for level in range(depth - 1, 0, -1):
        last = -1
        for _ in range(counts[level - 1]):
            number = cursor.number(4)
            if not last < number < 1 << level:
                raise Malformed(f"slot {number} of level {level} out of its place")
            found[level, number] = cursor.take(32)
            last = number
    return found


def check_map(folder, current, facts):
    """Holds the layers that are named against the facts; `facts` is by the map's keys."""
    if current.keys != len(facts):
        folder.report.fault(CURRENT, f"{current.keys} keys, where the log gives {len(facts)}")
    layers = [read_layer(folder, *named) for named in current.layers]
    if None in layers:
        return
    if len({layer.depth for layer in layers}) > 1:
        folder.report.fault(CURRENT, "its layers have different depths")
        return
    if facts and not layers:
        folder.report.fault(CURRENT, "names no layer")
        return
    check_values(folder.report, layers, facts)
    if layers:
        check_hashes(folder.report, layers, facts)


def read_layer(folder, name, length, head):
    name = f"map/{name}"
    raw = folder.read(name)
    try:
        if raw is None:
            raise Malformed("missing")
        if len(raw) != length:
            raise Malformed(f"{len(raw)} bytes, not {length}")
        layer = parse_layer(raw)
        if hashlib.sha256(layer.header).hexdigest() != head:
            raise Malformed("its header is not the one that map/current names")
    except Malformed as error:
        folder.report.fault(name, error)
        return None
    return layer


def check_values(report, layers, facts):
    """The newest value of each key is the fact that the log gives."""
    newest = {}
    for layer in reversed(layers):
        for _, records in layer.groups.values():
            newest.update(records)
    for key in sorted({*newest, *facts}):
        if newest.get(key) != facts.get(key):
            line = (newest.get(key) or facts[key]).partition(b"\n")[0]
            what = f"its fact {line.decode('utf-8', 'replace')!r} is not the one of the log"
            report.fault("map", what)


def check_hashes(report, layers, facts):
    """The newest hash of each bucket and slot is that of the tree over the facts."""
    depth = layers[0].depth
    tree = Tree([(key, node_hash(leaf(key, value))) for key, value in facts.items()])
    places = {(level, int.from_bytes(key[:4], "big") >> (32 - level))
              for key in facts for level in range(1, depth + 1)}
    found = {}
    for layer in reversed(layers):
        found.update({(depth, bucket): top for bucket, (top, _) in layer.groups.items()})
        found.update(layer.slots)
    for level, number in sorted({*places, *found}):
        start = (number << (32 - level)).to_bytes(4, "big") + bytes(28)
        if found.get((level, number)) != tree.topmost((level, start)):
            what = "bucket" if level == depth else f"level {level}, slot"
            report.fault("map", f"{what} {number}: its hash is not that of its facts")
