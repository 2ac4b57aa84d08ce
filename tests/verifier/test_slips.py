"""Slips, sound and damaged."""

import pathlib
import tempfile
import unittest

import merkle
import sample_log
from running import run
from sample_log import LOG, OFFICE, ORIGIN, Record, b64
from statements import parse_entry


class Slips(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.path = pathlib.Path(holder.name) / "letter.slip"
        self.record = Record()
        self.record.begin()
        self.letter = self.record.document()
        self.word = self.record.mark(self.letter, self.letter)
        self.record.fill(9)
        passage = 32 + len(self.record.blobs[3]) - 64 - len("Preliminary draft, sent by mistake.")
        self.opened = [
            (2, f"blob 0 {b64(self.title(2))}"),
            (5, f"blob 0 {b64(self.title(5))}"),
            (3, f"blob 0 {b64(self.record.blobs[3][:passage])}"),
            (3, f"blob 1 {b64(self.record.blobs[3][passage:])}"),
        ]
        self.good = self.record.slip(self.letter, [0, 1, 2, 3, 5], self.opened)

    def check(self, raw, *arguments):
        self.path.write_bytes(raw)
        return run("slip", self.path, *arguments)

    def test_a_sound_slip(self):
        root = b64(merkle.root_hash(self.record.tree().node, 9))
        other = sample_log.statement_id(self.record_text(5))
        head = f"slip: document {self.letter} of {ORIGIN}, 5 entries, root {root}, "
        words = [
            f"entry 2 {OFFICE} issued",
            f"entry 3 {OFFICE} in-error",
            f"entry 5 {OFFICE} issued on {other}",
        ]
        ending = ", superiors by ancestry not proven, later words unknown"
        taken = f"{head}log key taken from entry 0{ending}"
        self.assertEqual(self.check(self.good), (0, [taken, *words]))
        pinned = f"{head}log key pinned{ending}"
        self.assertEqual(self.check(self.good, "--key", LOG.vkey), (0, [pinned, *words]))

    def title(self, index):
        """Salt and bytes of a document's title, which is its first blob."""
        line = next(line for line in self.record_text(index).splitlines() if line.startswith("title "))
        return self.record.blobs[index][: 32 + int(line.split(" ")[1])]

    def test_what_must_be_opened_is(self):
        closed = self.record.slip(self.letter, [0, 1, 2, 3, 5], self.opened[:-1])
        self.assertEqual(self.check(closed), (1, ["entry 3: its reason is not opened"]))

    def record_text(self, index):
        return self.record.entries[index].decode().partition("\n")[2].rpartition("\n\n")[0] + "\n"

    def test_every_flipped_bit_is_refused(self):
        for at in range(0, len(self.good), 5):
            flipped = bytearray(self.good)
            flipped[at] ^= 1 << at % 7
            status, lines = self.check(bytes(flipped))
            self.assertIn(status, (1, 2), (at, lines))

    def test_every_cut_is_refused(self):
        for at in range(0, len(self.good), 37):
            status, lines = self.check(self.good[:at])
            self.assertEqual(status, 2 if at < len("erratum/v1 slip") else 1, (at, lines))

    def test_faults_are_named(self):
        slip = self.record.slip
        cases = {
            slip(self.letter, [1, 2, 3]): "slip: entry 0 is not in it",
            slip(self.letter, [0, 1, 3]): f"slip: the document {self.letter} is not in it",
            slip(self.letter, [0, 1, 1, 2]): "slip: entry 1 is not in ascending order",
            slip(self.letter, [0, 2], self.opened[:1]): f"entry 2: {OFFICE} has no key in this record at this point",
            slip(self.letter, [0, 1, 2], [(1, f"blob 0 {b64(bytes(32))}")]): (
                "entry 1: blob 0: no such blob line"
            ),
            slip(self.letter, [0, 1, 2], [(2, f"blob 0 {b64(bytes(45))}")]): (
                "entry 2: title: salt and bytes have another digest"
            ),
            slip(self.letter, [0, 1, 2], self.opened[:1] * 2): (
                "slip: entry 2: blob 0 is opened twice or out of order"
            ),
            slip(self.letter, [0, 1, 2, 3], self.opened[:1] + self.opened[:1:-1]): (
                "slip: entry 3: blob 0 is opened twice or out of order"
            ),
            self.good.replace(b"record record.example", b"record other.example", 1): (
                f"checkpoint: of {ORIGIN!r}, but the slip of 'other.example'"
            ),
            self.good.replace(b"in-error", b"withdrwn"): (
                "entry 3: its path does not lead to the checkpoint's root"
            ),
        }
        for raw, line in cases.items():
            status, lines = self.check(raw)
            self.assertIn(line, lines)
            self.assertEqual(status, 1)

    def test_not_a_slip(self):
        found = self.check(b"%PDF-1.7\n")
        self.assertEqual(found, (2, [f"unreadable: {self.path}: not a slip"]))
        found = self.check(self.good + b"\n" * 8 * 1024 * 1024)
        most = f"{len(self.good) + 8 * 1024 * 1024} bytes, at most 8388608"
        self.assertEqual(found, (2, [f"unreadable: {self.path}: {most}"]))



class Epochs(unittest.TestCase):
    """Slips that prove facts of an epoch."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.path = pathlib.Path(holder.name) / "letter.slip"
        self.record = Record()
        self.record.begin()
        self.letter = self.record.document()
        self.word = self.record.mark(self.letter, self.letter)
        self.epoch = self.record.epoch()
        self.keys = [f"document {self.letter}", f"issuer {OFFICE}", "record"]

    def check(self, indexes, keys, hidden=(), epoch=None):
        """Makes a slip in which all is opened, but of the hidden entries, and checks it."""
        opened = []
        for index in indexes[1:]:
            statement = parse_entry(self.record.entries[index]).statement
            raw = self.record.blobs.get(index, b"")
            for position, blob in enumerate(statement.blobs()):
                if blob.field != "text" and index not in hidden:
                    opened.append((index, f"blob {position} {b64(raw[: 32 + blob.length])}"))
                raw = raw[32 + blob.length :]
        epoch = self.epoch if epoch is None else epoch
        self.record.saved.setdefault(epoch, self.record.saved[self.epoch])
        self.path.write_bytes(self.record.slip(self.letter, indexes, opened, epoch, keys))
        return run("slip", self.path)

    def test_nothing_else_was_said(self):
        status, lines = self.check([0, 1, 2, 3, self.epoch], self.keys)
        self.assertEqual(status, 0, lines)
        ending = f", nothing else by 2026-01-06T21:00:00.005Z, the epoch at entry {self.epoch}"
        self.assertTrue(lines[0].endswith(ending), lines[0])

    def test_absence_is_proven_too(self):
        keys = sorted([*self.keys, "issuer nobody.example", f"text {'9' * 64}"])
        self.assertEqual(self.check([0, 1, 2, 3, self.epoch], keys)[0], 0)

    def test_a_word_left_out(self):
        wrong = f"entry {self.epoch}: the fact 'document {self.letter}' is another in its map: "
        status, lines = self.check([0, 1, 2, self.epoch], self.keys)
        self.assertEqual((status, lines[0]), (1, f"{wrong}the proof does not lead to the root"))

    def test_a_fact_left_out(self):
        for key in self.keys[:2]:
            status, lines = self.check([0, 1, 2, 3, self.epoch], [k for k in self.keys if k != key])
            self.assertIn(f"entry {self.epoch}: the fact {key!r} is not proven", lines)
            self.assertEqual(status, 1)

    def test_an_epoch_that_is_none(self):
        self.assertIn("entry 3: is no epoch", self.check([0, 1, 2, 3], self.keys, epoch=3)[1])
        lines = self.check([0, 1, 2, 3], self.keys)[1]
        self.assertEqual(lines, [f"slip: its epoch, entry {self.epoch}, is not in it"])

    def test_facts_in_another_order(self):
        status, lines = self.check([0, 1, 2, 3, self.epoch], self.keys[::-1])
        what = f"slip: the fact 'issuer {OFFICE}' is not in ascending order"
        self.assertEqual((status, lines), (1, [what]))

    def test_a_word_behind_the_epoch(self):
        self.record.mark(self.letter, self.word, "withdrawn")
        status, lines = self.check([0, 1, 2, 3, self.epoch, self.epoch + 1], self.keys)
        self.assertEqual(status, 0, lines)
        self.assertTrue(lines[0].endswith(f", newer than the epoch at entry {self.epoch}"), lines)

    def test_what_is_withheld_need_not_be_opened(self):
        entry = self.record.withhold(3)
        indexes = [0, 1, 2, 3, self.epoch, entry]
        self.assertEqual(self.check(indexes, self.keys, hidden=(3,))[0], 0)
        hidden = self.check(indexes[:-1], self.keys, hidden=(3,))
        self.assertEqual(hidden[0], 1)
        self.assertIn("entry 3: its reason is not opened", hidden[1])


if __name__ == "__main__":
    unittest.main()
