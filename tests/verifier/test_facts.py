"""How facts are written: docs/record.md section 6."""

import unittest

from facts import fact
from sample_authority import OFFICE, PAPER, Offices, key
from sample_draft import LEAVES, Draft
from sample_log import LOG, ORIGIN, statement
from statements import parse_entry


class Written(unittest.TestCase):
    def setUp(self):
        self.record = Offices()

    def lines(self, name):
        return fact(self.record.state(), name).decode().split("\n")

    def text(self, entry):
        return parse_entry(self.record.entries[entry]).statement.text

    def test_a_record_that_is_open(self):
        self.record = Offices(is_open=True)
        head = ["record", f"origin {ORIGIN}", f"log-key {LOG.vkey}", "open 9", "suffixes 0 1", ""]
        self.assertEqual(self.lines("record"), head)

    def test_what_is_admitted_and_proven(self):
        self.record.admit("new.example", "z")
        self.record.prove("new.example", "a" * 64)
        self.record.prove("new.example", "a" * 64, PAPER)
        vkey = key("new.example", "z").vkey
        self.assertEqual(
            self.lines("admitted new.example"),
            [
                "admitted new.example",
                f"key 1 {vkey}",
                f"proof 2 2026-01-06T21:00:00.003Z {'a' * 64} dns -",
                f"proof 3 2026-01-06T21:00:00.004Z {'a' * 64} dns {PAPER}",
                "",
            ],
        )

    def test_a_history_has_all_signers(self):
        self.record.say_keys(PAPER, "a")
        more = {"rules": ("all 1", "keys 2"), "recovery": "rs", "superior": PAPER}
        keys = self.record.say_keys(OFFICE, "abc", by="cab", **more)
        self.record.accept(PAPER, OFFICE, keys)
        self.record.revoke(OFFICE, "a", "acb")
        self.record.revoke(OFFICE, "b", "sbr", suspect=0)
        expected = f"issuer {OFFICE}\n"
        for entry, kind, signers in (
            (2, "keys", "2:0,1,2"),
            (3, "acceptance", "1:0"),
            (4, "revocation", "2:0,1,2"),
            (5, "revocation", "2:r0,r1"),
        ):
            text = self.text(entry)
            head = f"{kind} {entry} 2026-01-06T21:00:00.00{entry + 1}Z {signers}"
            expected += f"{head} {text.count(chr(10))}\n{text}"
        self.assertEqual("\n".join(self.lines(f"issuer {OFFICE}")), expected)
        self.assertIsNone(fact(self.record.state(), "issuer nobody.example"))

    def test_words_and_remarks_have_their_signers(self):
        self.record.say_keys(PAPER, "ab")
        keys = self.record.say_keys(OFFICE, "a", superior=PAPER)
        self.record.accept(PAPER, OFFICE, keys)
        letter = self.record.issue(OFFICE)
        error = self.record.word(PAPER, letter, "in-error", by="ba")
        self.record.remark("comment", PAPER, letter, by="b")
        lines = self.lines(f"document {letter}")
        self.assertEqual(lines[1], "registered 4 2026-01-06T21:00:00.005Z 2:0 12")
        reason = self.text(5).split("\nreason ")[1].split("\n")[0]
        self.assertEqual(
            lines[14:],
            [
                f"word 4 2026-01-06T21:00:00.005Z {letter} {OFFICE} 0 - - - 2:0 en issued -",
                f"word 5 2026-01-06T21:00:00.006Z {error} {PAPER} 1 {OFFICE} - - 1:0,1 en in-error -",
                f"reason {reason}",
                "comment 6 2026-01-06T21:00:00.007Z 1 1:1 6",
                *self.text(6).split("\n"),
            ],
        )

    def test_reasons_in_other_languages(self):
        self.record.say_keys(OFFICE, "a")
        letter = self.record.issue(OFFICE)
        lines = [("record", ORIGIN), ("speaker", OFFICE), ("document", letter)]
        lines += [("previous", letter), ("word", "held"), ("lang", "en")]
        lines += [self.record.blob(3, "reason", b"Because.")]
        lines += [("lang", "fr"), self.record.blob(3, "reason", b"Voila.")]
        self.record.append(statement("standing", *lines), [key(OFFICE, "a")])
        _, word, reason, also, end = "\n".join(self.lines(f"document {letter}")).rsplit("\n", 4)
        self.assertTrue(word.endswith(f" {OFFICE} 0 - - - 1:0 en held -"), word)
        self.assertEqual((reason, also), (f"reason {lines[6][1]}", f"also fr {lines[8][1]}"))
        self.assertEqual(end, "")

    def test_a_commitment(self):
        self.record.say_keys(OFFICE, "a")
        root = Draft("Dear Sir,").root
        lines = [("record", ORIGIN), ("speaker", OFFICE), ("leaves", LEAVES), ("root", root)]
        id = self.record.append(statement("commitment", *lines), [key(OFFICE, "a")])
        self.assertEqual(
            self.lines(f"commitment {id}"),
            [
                f"commitment {id}",
                "entry 2 2026-01-06T21:00:00.003Z",
                f"speaker {OFFICE}",
                f"leaves {LEAVES}",
                f"root {root}",
                "",
            ],
        )


if __name__ == "__main__":
    unittest.main()
