"""Commitments and openings: the proof, and where they may stand."""

import json
import unittest

from binary import ROOT
from drafts import check_opening
from notes import Malformed
from sample_authority import OFFICE, PAPER, Case, key
from sample_draft import LEAVES, Draft
from sample_log import FORMS, ORIGIN, statement

DRAFT = Draft("Dear Sir,", "We leave – today.", "It is final.")


class Proofs(unittest.TestCase):
    def check(self, text, proof):
        check_opening(proof.decode(), text.decode(), str(LEAVES), DRAFT.root)

    def test_every_choice_of_paragraphs(self):
        for places in ([0], [1], [2], [0, 1], [2, 0], [0, 1, 2]):
            self.check(*DRAFT.open(*places))

    def test_what_does_not_open(self):
        text, proof = DRAFT.open(0, 2)
        lines = proof.decode().splitlines(keepends=True)
        for wrong_text, wrong_proof in (
            (text + b"\n", proof),
            (text.replace(b"\n\n", b"\n"), proof),
            (text.replace(b"Sir", b"Sie"), proof),
            (text, proof[:-1]),
            (text, proof + b"\n"),
            (text, "".join(lines[:-1]).encode()),
            (text, "".join(lines[:2]).encode()),
            (text, proof.replace(b" 3 ", b" 4 ")),
            (text, proof.replace(b" 3 ", b" 19 ")),
            (text, proof.replace(b"leaves 16", b"leaves 32")),
            (b"", b"".join(line.encode() for line in lines[:2])),
        ):
            with self.assertRaises(Malformed, msg=wrong_proof):
                self.check(wrong_text, wrong_proof)
        with self.assertRaisesRegex(Malformed, "a leaf twice"):
            self.check(*DRAFT.open(1, 1))

    def test_the_vectors_are_many(self):
        vectors = json.loads((ROOT / "docs/vectors.json").read_text("utf-8"))["openings"]
        self.assertEqual({vector["opens"] for vector in vectors}, {True, False})


class Openings(Case):
    def setUp(self):
        super().setUp()
        self.record.say_keys(OFFICE, "a")
        self.record.say_keys(PAPER, "a")
        self.commitment = self.commit(OFFICE)

    def commit(self, name, record=ORIGIN):
        lines = [("record", record), ("speaker", name), ("leaves", LEAVES), ("root", DRAFT.root)]
        return self.record.append(statement("commitment", *lines), [key(name, "a")])

    def open(self, name, commitment, path="letter", places=(0, 1), **changes):
        """An opening; `text` in place of the right one."""
        index, (text, proof) = len(self.record.entries), DRAFT.open(*places)
        lines = [("record", changes.get("record", ORIGIN)), ("speaker", name)]
        lines += [("name", f"{name}/{path}"), ("commitment", commitment)]
        lines += [("genre", "letter"), ("lang", "en"), ("forms", FORMS)]
        lines += [("search", "1" * 64), ("comparison", "2" * 64)]
        lines += [self.record.blob(index, "title", b"A draft")]
        lines += [self.record.blob(index, "text", changes.get("text", text))]
        lines += [self.record.blob(index, "proof", proof)]
        return self.record.append(statement("opening", *lines), [key(name, "a")])

    def test_an_opening_is_a_document_with_the_word_draft(self):
        draft = self.open(OFFICE, self.commitment)
        self.record.word(OFFICE, draft, "in-error")
        self.record.issue(OFFICE, comparison="3" * 64)
        self.record.issue(OFFICE, "final", comparison="3" * 64)
        self.assertVoid((self.last() - 1, f"{OFFICE}/letter is taken"))

    def test_whose_commitment_it_is(self):
        self.open(PAPER, self.commitment)
        self.open(OFFICE, "a" * 64)
        self.commit(OFFICE, "x.example")
        self.open(OFFICE, self.commitment, record="x.example")
        self.assertVoid(
            (4, f"opens what is no commitment of {PAPER}"),
            (5, f"opens what is no commitment of {OFFICE}"),
            (6, "for the record 'x.example'"),
            (7, "for the record 'x.example'"),
        )

    def test_nobody_disowns_a_draft_that_it_opened(self):
        draft = self.open(OFFICE, self.commitment)
        self.record.word(OFFICE, draft, "disowned")
        self.assertVoid((5, f"{OFFICE} issued this very text at entry 4"))

    def test_a_text_that_does_not_open_is_a_fault_and_not_void(self):
        self.open(OFFICE, self.commitment, text="Dear Sie,\n\nWe leave – today.".encode())
        ours, theirs = self.readers()
        self.assertIn("blob/000.p/4: proof: a paragraph that is no leaf", ours)
        self.assertIn("FALSE   ", theirs)
        self.assertNotIn("counts for nothing", theirs)


if __name__ == "__main__":
    unittest.main()
