"""Slips that carry histories of names, commitments and openings."""

import pathlib
import tempfile
import unittest

from running import run
from sample_authority import LIST, MINISTRY, OFFICE, PAPER, Offices, key
from sample_draft import LEAVES, Draft
from sample_log import FORMS, ORIGIN, b64, statement
from statements import parse_entry


class Slips(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.record = Offices()

    def check(self, document, keys, without=(), closed=()):
        """Checks a slip of all entries but some; `closed` are (entry, field) not opened."""
        epoch = len(self.record.entries) - 1
        indexes = [index for index in range(epoch + 1) if index not in without]
        opened = [line for index in indexes[1:] for line in self.opened(index, closed)]
        slip = self.record.slip(document, indexes, opened, epoch, sorted(keys))
        (self.folder / "slip").write_bytes(slip)
        (self.folder / "list").write_bytes(LIST)
        return run("slip", self.folder / "slip", "--suffixes", self.folder / "list")

    def opened(self, index, closed):
        found, raw = parse_entry(self.record.entries[index]).statement, self.record.blobs.get(index, b"")
        for position, blob in enumerate(found.blobs()):
            part, raw = raw[: 32 + blob.length], raw[32 + blob.length :]
            is_text = blob.field == "text" and found.kind == "document"
            if not is_text and (index, blob.field) not in closed:
                yield index, f"blob {position} {b64(part)}"


class Histories(Slips):
    def setUp(self):
        super().setUp()
        self.record.say_keys(PAPER, "a")
        self.record.say_keys(MINISTRY, "a")
        first = self.record.say_keys(OFFICE, "ab", superior=MINISTRY)
        self.record.accept(MINISTRY, OFFICE, first)
        then = self.record.say_keys(OFFICE, "ab", by="a", previous=first, superior=PAPER)
        self.record.accept(PAPER, OFFICE, then)
        self.record.wait(80)
        self.letter = self.record.issue(OFFICE)
        self.record.word(PAPER, self.letter, "in-error")
        self.record.revoke(OFFICE, "a", "b", suspect=-1)
        self.record.epoch()
        names = (OFFICE, PAPER, MINISTRY)
        self.keys = [f"document {self.letter}", *(f"issuer {name}" for name in names)]

    def test_a_sound_one(self):
        status, lines = self.check(self.letter, self.keys)
        self.assertEqual(status, 0, lines)
        self.assertEqual(lines[1:], [f"entry 7 {OFFICE} issued", f"entry 8 {PAPER} in-error"])

    def test_no_part_of_a_history_can_be_left_out(self):
        for entry in range(1, 10):
            status, lines = self.check(self.letter, self.keys, without=[entry])
            self.assertEqual(status, 1, (entry, lines))

    def test_all_who_bear_on_the_document_are_proven(self):
        for key_of_fact in self.keys:
            left = [one for one in self.keys if one != key_of_fact]
            status, lines = self.check(self.letter, left)
            self.assertEqual(status, 1)
            self.assertEqual(lines[0], f"entry 10: the fact {key_of_fact!r} is not proven")


class Openings(Slips):
    def setUp(self):
        super().setUp()
        self.begin()

    def begin(self, changed=None):
        """A record with an opening; `changed` in place of its text."""
        self.record = Offices()
        self.record.say_keys(OFFICE, "a")
        draft = Draft("Dear Sir,", "We leave – today.")
        head = [("record", ORIGIN), ("speaker", OFFICE)]
        lines = [*head, ("leaves", LEAVES), ("root", draft.root)]
        self.commitment = self.record.append(statement("commitment", *lines), [key(OFFICE, "a")])
        text, proof = draft.open(0, 1)
        lines = [*head, ("name", f"{OFFICE}/letter"), ("commitment", self.commitment)]
        lines += [("genre", "letter"), ("lang", "en"), ("forms", FORMS)]
        lines += [("search", "1" * 64), ("comparison", "2" * 64)]
        lines += [self.record.blob(3, "title", b"A draft"), self.record.blob(3, "text", changed or text)]
        lines += [self.record.blob(3, "proof", proof)]
        self.draft = self.record.append(statement("opening", *lines), [key(OFFICE, "a")])
        self.record.epoch()
        self.keys = [f"document {self.draft}", f"issuer {OFFICE}", f"commitment {self.commitment}"]

    def test_a_sound_one(self):
        status, lines = self.check(self.draft, self.keys)
        self.assertEqual(status, 0, lines)
        self.assertEqual(lines[1:], [f"entry 3 {OFFICE} draft"])

    def test_the_commitment_is_proven(self):
        status, lines = self.check(self.draft, self.keys[:-1])
        self.assertEqual(status, 1)
        self.assertEqual(lines[0], f"entry 4: the fact {self.keys[-1]!r} is not proven")
        self.assertEqual(self.check(self.draft, self.keys, without=[2])[0], 1)

    def test_text_and_proof_are_opened(self):
        for field in ("title", "text", "proof"):
            found = self.check(self.draft, self.keys, closed=[(3, field)])
            self.assertEqual(found, (1, [f"entry 3: its {field} is not opened"]))

    def test_a_text_that_does_not_open(self):
        self.begin("Dear Sie,\n\nWe leave – today.".encode())
        status, lines = self.check(self.draft, self.keys)
        self.assertEqual((status, lines[0]), (1, "entry 3: proof: a paragraph that is no leaf"))



if __name__ == "__main__":
    unittest.main()
