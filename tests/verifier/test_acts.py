"""The grammar of statements on names, keys and drafts."""

import unittest

import statements
from notes import Malformed
from sample_authority import MINISTRY, OFFICE, PAPER, Offices, key
from sample_log import LOG, ORIGIN, Record, statement
from statements import parse_entry

A, B, DIGEST = key(OFFICE, "a").vkey, key(OFFICE, "b").vkey, "a" * 64
REASON = f"reason 3 {DIGEST}\n"


class Acts(unittest.TestCase):
    def taken(self, text):
        return statements.parse_statement(text.encode())

    def refused(self, text, why):
        with self.assertRaisesRegex(Malformed, why):
            statements.parse_statement(text.encode())

    def test_keys(self):
        good = Offices().keys_text(OFFICE, "ab", rules=("all 1", "held 1", "keys 2"), recovery="r")
        self.taken(good)
        self.taken(good + "home record.example/north\n" + f"superior {PAPER}\n")
        self.taken(good.replace(f"key {B}", f"key {B} 2027-01-01T00:00:00.000Z"))
        self.taken(good.replace("previous none", f"previous {DIGEST}"))
        self.refused(good.replace(f"key {B}", f"key {B} 2027-01-01"), "line `key`: not a time")
        self.refused(good.replace(f"key {B}", f"key {A}"), "two keys with the same label")
        self.refused(good.replace("recovery", "key", 1), "line `key` is repeated or out of order")
        self.refused(good.replace(f"key {A}\nkey {B}\n", ""), "line `key` is missing")
        self.refused(good.replace("rule all 1\n", ""), "`all` comes first, not `held`")
        self.refused(good.replace("held 1\n", "keys 1\nrule held 1\n"), "out of order")
        self.refused(good.replace("held 1", "held 3"), "more signatures than the 2 keys")
        self.refused(good.replace("keys 2", "keys 1").replace("held 1", "held 2"), "than `keys`")
        self.refused(good.replace("all 1", "all 2").replace("\nrule keys 2", "\nrule keys 1"), "than `keys`")
        self.refused(good.replace("held 1", "held 01"), "not a rule")
        self.refused(good.replace("held 1", "revocation 1"), "'revocation' is none of")
        foreign = good.replace(f"recovery {OFFICE}", f"recovery {PAPER}")
        self.refused(foreign, "line `recovery`: key ID")

    def test_limits_of_keys(self):
        labels = [f"k{number}" for number in range(17)]
        self.taken(Offices().keys_text(OFFICE, labels[:16], recovery=[f"r{n}" for n in range(8)]))
        self.refused(Offices().keys_text(OFFICE, labels), "line `rule` is missing")
        many = Offices().keys_text(OFFICE, "a", recovery=[f"r{n}" for n in range(9)])
        self.refused(many, "line `recovery` is repeated")

    def test_keys_from_above(self):
        good = Offices().keys_text(OFFICE, "a", speaker=MINISTRY, previous=DIGEST)
        self.assertEqual(self.taken(good).name(), OFFICE)
        self.refused(good.replace(f"subordinate {OFFICE}\n", ""), f"a key of {OFFICE}, not of")

    def test_revocations(self):
        head = f"erratum/v1 revocation\nrecord {ORIGIN}\nspeaker {OFFICE}\n"
        good = f"{head}key {A}\nlang en\n{REASON}"
        self.taken(good)
        self.taken(good.replace("lang en", "suspect 2026-01-06T21:00:00.000Z\nlang en"))
        above = good.replace(f"speaker {OFFICE}\n", f"speaker {MINISTRY}\nsubordinate {OFFICE}\n")
        self.assertEqual(self.taken(above).name(), OFFICE)
        self.refused(good.replace(REASON, ""), "line `reason` is missing")
        self.refused(good.replace("lang en\n", ""), "line `lang` is missing")
        self.refused(good.replace(A, key(PAPER, "a").vkey), f"a key of {PAPER}, not of {OFFICE}")

    def test_commitments_and_openings(self):
        head = f"record {ORIGIN}\nspeaker {OFFICE}\n"
        good = f"erratum/v1 commitment\n{head}leaves 16\nroot {DIGEST}\n"
        self.taken(good)
        self.taken(good.replace("16", "65536"))
        for wrong in ("8", "17", "016", "131072"):
            self.refused(good.replace("leaves 16", f"leaves {wrong}"), "line `leaves`")
        document = Record().document_text()
        opening = document.replace("v1 document", "v1 opening")
        opening = opening.replace("word issued\n", f"commitment {DIGEST}\n") + f"proof 9 {DIGEST}\n"
        self.taken(opening)
        self.refused(opening.replace(f"proof 9 {DIGEST}\n", ""), "line `proof` is missing")
        self.refused(opening + REASON, "a `opening` has no line `reason`")
        foreign = opening.replace("speaker northern", "speaker southern")
        self.refused(foreign, "line `name`: of northern-command.example")

    def test_open_records_and_proofs(self):
        first = parse_entry(Offices(is_open=True).entries[0]).statement.text
        self.assertIn("\nopen 9\n", first)
        self.taken(first.replace("open 9", "open 1000000"))
        for wrong in ("0", "1000001", "09"):
            self.refused(first.replace("open 9", f"open {wrong}"), "line `open`")
        later = statement("record", ("record", ORIGIN))
        self.refused(later + "open 9\n", "a later `record` may not have a line `open`")
        proof, evidence = f"proof {OFFICE} {DIGEST} dnssec {PAPER}\n", f"evidence 9 {DIGEST}\n"
        self.taken(later + (proof + evidence) * 16)
        self.refused(later + (proof + evidence) * 17, "line `proof` is repeated")
        self.refused(later + proof, "line `evidence` is missing")
        self.refused(later + evidence, "line `evidence` is repeated or out of order")
        self.taken(later + proof.replace(f"dnssec {PAPER}", "https -") + evidence)
        self.refused(later + proof.replace("dnssec", "http") + evidence, "line `proof`: 'http' is")
        self.refused(later + proof.replace(f" {PAPER}", "") + evidence, "not a proof of a name")
        self.assertEqual(len(self.taken(later + proof + evidence).blobs()), 1)

    def test_reasons_in_other_languages(self):
        head = f"erratum/v1 standing\nrecord {ORIGIN}\nspeaker {OFFICE}\ndocument {DIGEST}\n"
        good = f"{head}previous {DIGEST}\nword held\nlang en\n{REASON}"
        self.taken(good + f"lang fr\n{REASON}" * 7)
        self.refused(good + f"lang fr\n{REASON}" * 8, "line `lang` is repeated")
        self.refused(good + "lang fr\n", "line `reason` is missing")
        self.refused(good + REASON, "line `reason` is repeated")
        issued = good.replace("word held", "word issued").replace(REASON, "")
        self.taken(issued)
        self.refused(f"{issued}lang fr\n{REASON}", "the word `issued` needs a line `reason`")

    def test_the_log_key_signs_no_keys(self):
        self.assertEqual(LOG.name, ORIGIN)
        text = Offices().keys_text(OFFICE, "a").replace(A, LOG.vkey)
        self.refused(text, "line `key`: not a key's label")


if __name__ == "__main__":
    unittest.main()
