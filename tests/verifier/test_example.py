"""Tests of the verifier on the real thing: the example's record and slip, and the
vectors, all made by the Rust code.

Run with `python3 -m unittest discover -s tests/verifier`; ERRATUM_BIN names the
built binary.
"""

import contextlib
import io
import pathlib
import re
import shutil
import tempfile
import unittest

import folder
import merkle
import notes
import verify_record
from binary import EXAMPLE, ROOT, erratum

RECORD = EXAMPLE / "record"
SLIP = EXAMPLE / "letter.slip"
SUFFIXES = ROOT / "crates/record/data/public_suffix_list.dat"


def run(*arguments):
    """(exit status, lines) of the command."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = verify_record.main([str(argument) for argument in arguments])
    return status, out.getvalue().splitlines()


def pinned_key():
    """The log key that the example's policy pins."""
    policy = (EXAMPLE / "policy.toml").read_text("utf-8")
    return re.search('^key = "(.+)"$', policy, re.MULTILINE)[1]


def entries():
    """Every entry of the example, as bytes."""
    size = checkpoint().size
    raw = (RECORD / merkle.tile_path("entries", 0, size)).read_bytes()
    found, rest = folder.split_bundle(raw)
    assert (len(found), rest) == (size, 0)
    return found


def checkpoint():
    return notes.parse_checkpoint((RECORD / "checkpoint").read_bytes())


class Example(unittest.TestCase):
    def test_the_record_is_sound(self):
        size = checkpoint().size
        for arguments, key in (
            ([], "log key taken from entry 0"),
            (["--key", pinned_key()], "log key pinned"),
        ):
            status, lines = run("record", RECORD, *arguments)
            self.assertEqual((status, len(lines)), (0, 1), lines)
            self.assertRegex(lines[0], f"^sound: {size} entries, [1-9][0-9]* epochs, root [A-Za-z0-9+/]{{43}}=, {key}$")

    def test_its_slip_proves_the_words_in_error(self):
        for arguments, key in (
            ([], "log key taken from entry 0"),
            (["--key", pinned_key()], "log key pinned"),
        ):
            status, lines = run("slip", SLIP, "--suffixes", SUFFIXES, *arguments)
            self.assertEqual(status, 0, lines)
            ending = f", {key}, nothing else by 2026-[-0-9T:.]+Z, the epoch at entry [0-9]+$"
            self.assertRegex(lines[0], ending)
            words = [re.sub("^entry [0-9]+ ", "", line) for line in lines[1:]]
            for word in (
                "northern-command.example issued",
                "northern-command.example held",
                "defence.example in-error",
                "northern-command.example in-error",
            ):
                self.assertIn(word, words)

    def test_the_vectors_hold(self):
        status, lines = run("vectors", ROOT / "docs/vectors.json")
        self.assertEqual((status, len(lines)), (0, 1), lines)
        self.assertRegex(lines[0], "^sound: [1-9][0-9]* notes, [1-9][0-9]* statements, ")

    def test_the_sample_in_the_documentation_is_an_entry_of_the_example(self):
        text = (ROOT / "docs/record.md").read_text("utf-8")
        sample = text.partition("### Sample\n")[2].split("```\n")[1]
        self.assertIn(sample.encode(), entries())

    def test_consistency_from_every_smaller_size(self):
        now, leaves = checkpoint(), [merkle.leaf_hash(entry) for entry in entries()]
        tiles = merkle.Tiles(self.read_tile)
        tree = merkle.Tree(leaves)
        for size in range(1, now.size + 1):
            root = merkle.root_hash(tree.node, size)
            proof = merkle.consistency_proof(tiles.node, size, now.size)
            holds = merkle.consistency_holds(size, root, now.size, now.root, proof)
            self.assertTrue(holds, size)
            wrong = merkle.consistency_holds(size, bytes(32), now.size, now.root, proof)
            self.assertFalse(wrong, size)

    def read_tile(self, level, number):
        width = dict(merkle.tiles_of_level(level, checkpoint().size))[number]
        return (RECORD / merkle.tile_path(level, number, width)).read_bytes()


class LeftOut(unittest.TestCase):
    """The example's slip without one of its entries."""

    def test_no_word_comment_or_key_can_be_left_out(self):
        raw = SLIP.read_bytes()
        starts = [m.start() for m in re.finditer(rb"^entry [0-9]+ [0-9]+$", raw, re.MULTILINE)]
        ends = [*starts[1:], raw.index(b"\nepoch ") + 1]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "letter.slip"
            for start, end in zip(starts, ends):
                path.write_bytes(raw[:start] + raw[end:])
                status, lines = run("slip", path, "--suffixes", SUFFIXES)
                self.assertEqual(status, 1, raw[start:end].partition(b"\n")[0])


class FlippedBits(unittest.TestCase):
    """A copy of the example, one bit wrong."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def test_in_every_file_of_the_record(self):
        copy = self.folder / "record"
        shutil.copytree(RECORD, copy)
        names = sorted(p.relative_to(copy) for p in copy.rglob("*") if p.is_file())
        parts = {"blob", "checkpoint", "map", "match", "tile"}
        self.assertEqual({name.parts[0] for name in names}, parts)
        # A layer or segment of an earlier epoch is kept for those who still read it.
        current = (copy / "map/current").read_text() + (copy / "match/manifest").read_text()
        old = {name for name in names if name.suffix in (".layer", ".segment")}
        old = {name for name in old if name.name not in current}
        for name in [name for name in names if name not in old]:
            good = (copy / name).read_bytes()
            places = {0, len(good) // 3, len(good) - 1}
            for at in sorted({len(good) // 2} if ".p" in str(name) else places):
                (copy / name).write_bytes(self.flip(good, at))
                status, lines = run("record", copy)
                self.assertEqual(status, 1, (str(name), at, lines))
                self.assertNotEqual(lines, [], (str(name), at))
            (copy / name).write_bytes(good)
        self.assertEqual(run("record", copy)[0], 0)

    def test_in_the_index(self):
        copy = self.folder / "record"
        shutil.copytree(RECORD, copy)
        index = next(iter((copy / "match").glob("*.segment")))
        good = index.read_bytes()
        for at in range(0, len(good), len(good) // 20):
            index.write_bytes(self.flip(good, at))
            status, out, errors = erratum("audit", copy)
            self.assertEqual((status, errors), (1, b""), (at, out))
            self.assertIn(f"index {index}".encode(), out, at)
        index.write_bytes(good)
        self.assertEqual(erratum("audit", copy)[0], 0)

    def test_in_the_slip(self):
        good, copy = SLIP.read_bytes(), self.folder / "letter.slip"
        for at in range(0, len(good), len(good) // 150):
            copy.write_bytes(self.flip(good, at))
            status, lines = run("slip", copy, "--suffixes", SUFFIXES)
            self.assertIn(status, (1, 2), (at, lines))

    def flip(self, raw, at):
        flipped = bytearray(raw)
        flipped[at] ^= 1 << at % 7
        return bytes(flipped)


if __name__ == "__main__":
    unittest.main()
