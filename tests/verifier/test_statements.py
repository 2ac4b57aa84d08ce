"""The grammar of atoms, statements, entries and blobs."""

import hashlib
import unittest

import atoms
import blobs
import sample_log
import statements
from notes import Malformed
from sample_log import DESK, OFFICE, ORIGIN, OUTSIDER, PRESS, Record


class Grammar(unittest.TestCase):
    ATOMS = [
        (atoms.time, "2026-01-06T21:14:05.123Z", True),
        (atoms.time, "2024-02-29T23:59:59.999Z", True),
        (atoms.time, "2026-02-29T21:14:05.123Z", False),
        (atoms.time, "2026-01-06T21:14:60.000Z", False),
        (atoms.time, "2026-01-06T24:00:00.000Z", False),
        (atoms.time, "1969-12-31T23:59:59.999Z", False),
        (atoms.time, "2026-01-06T21:14:05Z", False),
        (atoms.time, "2026-01-06T21:14:05.123+00:00", False),
        (atoms.date, "2026-13-06", False),
        (atoms.date, "20260106", False),
        (atoms.name_shape, "a.example", True),
        (atoms.name_shape, "xn--a-b.example", True),
        (atoms.name_shape, "example", False),
        (atoms.name_shape, "A.example", False),
        (atoms.name_shape, "-a.example", False),
        (atoms.name_shape, "a-.example", False),
        (atoms.name_shape, "a..example", False),
        (atoms.name_shape, "a.example.", False),
        (atoms.name_shape, "192.0.2.1", False),
        (atoms.name_shape, "a.1x", True),
        (atoms.name_shape, "a" * 63 + ".example", True),
        (atoms.name_shape, "a" * 64 + ".example", False),
        (atoms.name_shape, "a.example\n", False),
        (atoms.name_shape, ".".join(["a" * 63] * 3 + ["b" * 61]), True),
        (atoms.name_shape, ".".join(["a" * 63] * 3 + ["b" * 62]), False),
        (atoms.document_name, "a.example/x/y.z_0-1", True),
        (atoms.document_name, "a.example/" + "x" * 200, True),
        (atoms.document_name, "a.example/" + "x" * 201, False),
        (atoms.document_name, "a.example", False),
        (atoms.document_name, "a.example/", False),
        (atoms.document_name, "a.example/x//y", False),
        (atoms.document_name, "a.example/x/../y", False),
        (atoms.document_name, "a.example/X", False),
        (atoms.origin, "record.example/north", True),
        (atoms.origin, "a+b", False),
        (atoms.origin, "a b", False),
        (atoms.language, "zh-Hant-TW", True),
        (atoms.language, "e", False),
        (atoms.language, "x-north", False),
        (atoms.language, "en_GB", False),
        (atoms.media_type, "application/pdf", True),
        (atoms.media_type, "text/html; charset=utf-8", False),
        (atoms.media_type, "Text/html", False),
        (atoms.number, "0", True),
        (atoms.number, "01", False),
        (atoms.number, "-1", False),
        (atoms.number, "\u0661", False),
        (atoms.digest, "A" * 64, False),
        (atoms.time, "9999-12-30T21:59:59.999Z", True),
        (atoms.time, "9999-12-30T22:00:00.000Z", False),
        (atoms.printable, "psl-2.1.247", True),
        (atoms.printable, "x" * 65, False),
        (atoms.forms, sample_log.FORMS, True),
        (atoms.forms, sample_log.FORMS.replace(" script=16.0.0", ""), False),
        (atoms.forms, sample_log.FORMS.replace("v1", "v2"), False),
    ]

    def test_atoms(self):
        for check, value, good in self.ATOMS:
            with self.subTest(value=value):
                if good:
                    check(value)
                else:
                    self.assertRaises(Malformed, check, value)

    def refused(self, text, why):
        raw = text if isinstance(text, bytes) else text.encode()
        with self.assertRaisesRegex(Malformed, why):
            statements.parse_statement(raw)

    def test_lines(self):
        good = Record().document_text()
        self.assertEqual(
            statements.parse_statement(good.encode()).id,
            hashlib.sha256(good.encode()).hexdigest(),
        )
        lines = good.splitlines(keepends=True)
        swapped = "".join([*lines[:5], lines[6], lines[5], *lines[7:]])
        self.refused(swapped, "line `genre` is missing or out of order")
        self.refused(good + lines[-1], "line `text` is repeated or out of order")
        self.refused(good.replace("lang en\n", ""), "line `lang` is missing")
        self.refused(good + "mood good\n", "a `document` has no line `mood`")
        self.refused(good + "\n", "not a line `key value`: ''")
        self.refused(good[:-1], "the last line does not end in a newline")
        self.refused(good.replace("lang en", "lang\ten"), "byte 0x09 at")
        self.refused(good.replace("lang en", "lang én"), "byte 0xc3 at")
        self.refused(good.replace("lang en", "lang  en"), "line `lang`: not a language")
        self.refused(good.replace("/v1 doc", "/v2 doc"), "not a statement this version")
        self.refused(good.replace("document\n", "promise\n", 1), "not a statement")
        self.refused(good.replace("title 13", "title 1025"), "1025 bytes, at most 1024")
        self.refused(b"erratum/v1 note\n" + b"x" * 16384, "bytes, at most 16384")

    def test_lines_that_go_together(self):
        good, reason = Record().document_text(), f"reason 3 {'a' * 64}\n"
        foreign = good.replace(f"name {OFFICE}/", f"name {OUTSIDER}/")
        self.refused(foreign, f"line `name`: of {OUTSIDER}, but {OFFICE} speaks")
        self.refused(good + reason, "the word `issued` may not have a line `reason`")
        disowned = good.replace("word issued", "word disowned")
        self.refused(disowned, "the word `disowned` needs a line `reason`")
        statements.parse_statement((disowned + reason).encode())
        attributed = good.replace("word issued", "word attributed")
        self.refused(attributed, "the word `attributed` needs a line `attributed-to`")
        to = f"attributed\nattributed-to {OUTSIDER}\n"
        reported = attributed.replace("attributed\n", to)
        self.refused(reported, "the word `attributed` needs a line `reported`")
        reported = reported.replace(to, f"{to}reported draft\n")
        self.refused(reported, "the word `attributed` needs a line `source`")
        statements.parse_statement((reported + reason.replace("reason", "source")).encode())
        lifted = reported.replace("reported draft", "reported lift")
        self.refused(lifted, "line `reported`: 'lift' is none of issued, corrected, superseded, ")
        replaces = f"issued\nreplaces {'a' * 64}\n"
        self.refused(good.replace("issued\n", replaces), "needs a line `previous`")
        self.refused(
            good.replace("issued\n", f"issued\nprevious {'a' * 64}\n"),
            "a document that replaces none may not have a line `previous`",
        )

    def test_the_operators_words(self):
        first = Record()
        first.begin()
        good = statements.parse_entry(first.entries[0]).note.text.decode()
        for line in ("rule", "manifest", "map", "checkpoint"):
            without = "".join(l for l in good.splitlines(True) if not l.startswith(line))
            self.refused(without, f"line `log-key` without line `{line}`")
        without = "".join(l for l in good.splitlines(True) if not l.startswith("suffix"))
        self.refused(without, "the first `record` needs a line `suffixes`")
        later = sample_log.statement("record", ("record", ORIGIN))
        self.refused(later, "a `record` that says nothing")
        self.refused(f"{later}suffix-version 1\n", "`suffix-version` without line `suffixes`")
        admit = f"admit {OUTSIDER} {PRESS.vkey}\n"
        statements.parse_statement((later + admit * 64).encode())
        self.refused(later + admit * 65, "line `admit` is repeated or out of order")
        foreign = later + f"admit {OFFICE} {PRESS.vkey}\n"
        self.refused(foreign, f"line `admit`: a key of {OUTSIDER}, not of {OFFICE}")

    def test_words(self):
        def standing(word, *more):
            head = [("record", ORIGIN), ("speaker", OFFICE), ("document", "a" * 64)]
            lines = [*head, ("previous", "a" * 64), ("word", word), *more]
            return sample_log.statement("standing", *lines)

        lang, reason = ("lang", "en"), ("reason", "3 " + "a" * 64)
        passage = ("passage", "3 " + "a" * 64)
        other = ("replaced-by", "b" * 64)
        for good in (
            standing("issued", lang),
            standing("issued", lang, reason),
            standing("corrected", other, lang, *[passage] * 16, reason),
            standing("lift", ("lifts", "b" * 64), lang, reason),
        ):
            statements.parse_statement(good.encode())
        self.refused(standing("held", lang), "`held` needs a line `reason`")
        self.refused(standing("superseded", lang, reason), "needs a line `replaced-by`")
        self.refused(standing("held", other, lang, reason), "may not have a line `replaced-by`")
        self.refused(standing("lift", lang, reason), "`lift` needs a line `lifts`")
        self.refused(standing("draft", lang, reason), "'draft' is none of")
        self.refused(standing("held", lang, *[passage] * 17, reason), "line `passage` is rep")

    def test_entries(self):
        time, text = "logged 2026-01-06T21:14:05.123Z\n", Record().document_text()
        good = time.encode() + DESK.note(text)
        self.assertEqual(statements.parse_entry(good).statement.kind, "document")
        big = time + text + "\n" + "".join(PRESS.line(text) * 150)
        cases = {
            good[7:]: "does not begin with a line `logged <time>`",
            good.replace(b".123Z", b"Z"): "not a time: '2026-01-06T21:14:05Z'",
            big.encode(): f"a note of {len(big.encode()) - 32} bytes, at most 16384",
        }
        for raw, why in cases.items():
            with self.assertRaisesRegex(Malformed, why):
                statements.parse_entry(raw)

    def test_blob_text(self):
        for content, why in (
            (b"a\tb\nc", None),
            (b"a\rb", "U\\+000D"),
            (b"a\x7f", "U\\+007F"),
            ("a\u202eb".encode(), "U\\+202E"),
            ("a\u2066b".encode(), "U\\+2066"),
            ("a\u200eb".encode(), None),
            (b"a\xc3", "not UTF-8 at byte 1"),
        ):
            if why is None:
                blobs.check_blob_text("text", content)
            else:
                with self.assertRaisesRegex(Malformed, why):
                    blobs.check_blob_text("text", content)
        with self.assertRaisesRegex(Malformed, "passage: not JSON"):
            blobs.check_blob_text("passage", b"[" * 20000)


if __name__ == "__main__":
    unittest.main()
