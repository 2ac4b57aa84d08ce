"""Tests of the verifier: records made by sample_log.py, whole and damaged.

Run with `python3 -m unittest discover -s tests/verifier`.
"""

import contextlib
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import merkle
import notes
import sample_log
import statements
import verify_record
from notes import Malformed
from sample_log import DESK, LOG, OFFICE, ORIGIN, OUTSIDER, PRESS, Record, b64


def run(*arguments):
    """(exit status, lines) of the command."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = verify_record.main([str(argument) for argument in arguments])
    return status, out.getvalue().splitlines()


class Merkle(unittest.TestCase):
    def test_the_known_root_of_eight_leaves(self):
        # The reference data of the Certificate Transparency implementations.
        data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
        data.append("606162636465666768696a6b6c6d6e6f")
        leaves = [merkle.leaf_hash(bytes.fromhex(item)) for item in data]
        root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        self.assertEqual(merkle.root_hash(merkle.Tree(leaves).node, 8).hex(), root)

    def test_the_proofs_that_rfc_6962_gives_for_seven_leaves(self):
        tree = merkle.Tree([merkle.leaf_hash(bytes([i])) for i in range(7)])
        a, b, d, e, f, j = (tree.node(0, i) for i in (0, 1, 3, 4, 5, 6))
        c = tree.node(0, 2)
        g, h, i, k = (tree.node(1, 0), tree.node(1, 1), tree.node(1, 2), tree.node(2, 0))
        l = merkle.node_hash(i, j)
        self.assertEqual(merkle.inclusion_proof(tree.node, 0, 7), [b, h, l])
        self.assertEqual(merkle.inclusion_proof(tree.node, 3, 7), [c, g, l])
        self.assertEqual(merkle.inclusion_proof(tree.node, 4, 7), [f, j, k])
        self.assertEqual(merkle.inclusion_proof(tree.node, 6, 7), [i, k])
        self.assertEqual(merkle.consistency_proof(tree.node, 3, 7), [c, d, g, l])
        self.assertEqual(merkle.consistency_proof(tree.node, 4, 7), [l])
        self.assertEqual(merkle.consistency_proof(tree.node, 6, 7), [i, j, k])
        self.assertEqual(merkle.node_hash(a, b), g)
        self.assertEqual(merkle.node_hash(e, f), i)

    def test_every_proof_of_every_size(self):
        leaves = [merkle.leaf_hash(bytes([i % 256, i // 256])) for i in range(300)]
        tree = merkle.Tree(leaves)
        roots = [merkle.root_hash(tree.node, size) for size in range(301)]
        self.assertEqual(roots[0], merkle.EMPTY_ROOT)
        for size in range(1, 301):
            node = self.tiles_of(leaves[:size]).node
            for index in {*range(0, size, 7), size // 2, size - 1}:
                proof = merkle.inclusion_proof(node, index, size)
                args = leaves[index], index, size, proof, roots[size]
                self.assertTrue(merkle.inclusion_holds(*args), (index, size))
            for old in {*range(1, size, 11), size // 2 or 1, size}:
                proof = merkle.consistency_proof(node, old, size)
                args = old, roots[old], size, roots[size], proof
                self.assertTrue(merkle.consistency_holds(*args), (old, size))

    def test_a_wrong_proof_never_holds(self):
        leaves = [merkle.leaf_hash(bytes([i])) for i in range(40)]
        tree = merkle.Tree(leaves)
        roots = [merkle.root_hash(tree.node, size) for size in range(41)]
        for size in range(1, 41):
            for index in range(size):
                proof = merkle.inclusion_proof(tree.node, index, size)
                for wrong in self.wrong(proof):
                    args = leaves[index], index, size, wrong, roots[size]
                    self.assertFalse(merkle.inclusion_holds(*args), (index, size))
                other = leaves[index - 1] if size > 1 else bytes(32)
                args = other, index, size, proof, roots[size]
                self.assertFalse(merkle.inclusion_holds(*args), (index, size))
            for old in range(1, size + 1):
                proof = merkle.consistency_proof(tree.node, old, size)
                for wrong in self.wrong(proof):
                    args = old, roots[old], size, roots[size], wrong
                    self.assertFalse(merkle.consistency_holds(*args), (old, size))
                args = old, bytes(32), size, roots[size], proof
                self.assertFalse(merkle.consistency_holds(*args), (old, size))

    def test_paths_and_widths(self):
        self.assertEqual(merkle.number_path(0), "000")
        self.assertEqual(merkle.number_path(1000), "x001/000")
        self.assertEqual(merkle.number_path(1234067), "x001/x234/067")
        self.assertEqual(merkle.tile_path(0, 273, 112), "tile/0/273.p/112")
        # The example of tlog-tiles.
        level = [list(merkle.tiles_of_level(level, 70000)) for level in range(3)]
        self.assertEqual((len(level[0]), level[0][-1]), (274, (273, 112)))
        self.assertEqual(level[1:], [[(0, 256), (1, 17)], [(0, 1)]])
        self.assertEqual(list(merkle.tile_levels(70000)), [0, 1, 2])
        self.assertEqual(list(merkle.tiles_of_level(1, 256)), [(0, 1)])

    def wrong(self, proof):
        yield [*proof, bytes(32)]
        for place in range(len(proof)):
            yield [*proof[:place], bytes(32), *proof[place + 1 :]]
            yield [*proof[:place], *proof[place + 1 :]]

    def tiles_of(self, leaves):
        tree = merkle.Tree(leaves)

        def read(level, number):
            last = min((number + 1) * 256, tree.count(8 * level))
            return b"".join(tree.node(8 * level, i) for i in range(number * 256, last))

        return merkle.Tiles(read)


class Ed25519(unittest.TestCase):
    def test_the_vector_of_rfc_8032(self):
        public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        signature = (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        )
        self.public, self.signature = bytes.fromhex(public), bytes.fromhex(signature)
        notes.verify_ed25519(self.public, self.signature, b"")
        with self.assertRaisesRegex(Malformed, "does not verify"):
            notes.verify_ed25519(self.public, self.signature, b"x")
        s = int.from_bytes(self.signature[32:], "little") + notes.GROUP_ORDER
        high = self.signature[:32] + s.to_bytes(32, "little")
        with self.assertRaisesRegex(Malformed, "not below the group order"):
            notes.verify_ed25519(self.public, high, b"")

    def test_points_of_small_order_are_refused(self):
        for y in notes.SMALL_ORDER_Y:
            self.assertTrue(self.is_small_order(y), y)
            for sign in (0, 1 << 255):
                with self.assertRaisesRegex(Malformed, "R is of small order"):
                    notes.check_point((y | sign).to_bytes(32, "little"), "R")
        self.assertEqual(len(notes.SMALL_ORDER_Y), 5)

    def test_a_y_beyond_the_field_is_refused(self):
        for y in range(notes.FIELD_PRIME, 2**255):
            with self.assertRaisesRegex(Malformed, "A is not canonically encoded"):
                notes.check_point(y.to_bytes(32, "little"), "A")

    def is_small_order(self, y):
        """Doubles a point three times: y alone tells, y' = (y² + x²) / (1 - d x² y²)."""
        p = notes.FIELD_PRIME
        d = -121665 * pow(121666, -1, p) % p
        for _ in range(3):
            square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p  # x²
            y = (y * y + square) * pow(1 - d * square * y * y, -1, p) % p
        return y == 1


class Notes(unittest.TestCase):
    EXAMPLE = (
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n"
        "ed è subito sera.\n\n— quasimodo.example/salvatore "
        "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99"
        "ihAQwaqP3ZekRwNtIc=\n"
    )

    def test_the_example_of_signed_note_parses(self):
        note = notes.parse_note(self.EXAMPLE.encode())
        self.assertTrue(note.text.endswith("ed è subito sera.\n".encode()))
        self.assertEqual(note.signatures[0][0], "quasimodo.example/salvatore")

    def test_what_a_note_may_not_be(self):
        text = "a\n"
        good = DESK.note(text)
        cases = {
            b"a\n": "no signature lines behind a blank line",
            b"a\n\n": "no signature lines behind a blank line",
            good[:-1]: "no signature lines behind a blank line",
            b"a\t" + good: r"control character '\\t'",
            b"\xff" + good: "not UTF-8 at byte 0",
            good.replace(b"\xe2\x80\x94", b"-"): "not a signature line",
            good.replace(b"/desk", b"/de+k"): "not a key name",
            good.replace(b"/desk", b"/de\xc2\x9bk"): "not a key name",
            good.replace(b"=\n", b"\n"): "not base64",
        }
        for raw, why in cases.items():
            with self.assertRaisesRegex(Malformed, why, msg=raw):
                notes.parse_note(raw)
        many = f"{text}\n{DESK.line(text) * 17}".encode()
        with self.assertRaisesRegex(Malformed, "17 signature lines, at most 16"):
            notes.parse_note(many, 16)

    def test_unknown_keys_are_ignored_and_a_bad_known_one_spoils(self):
        text, keys = "a\n", [notes.parse_vkey(DESK.vkey)]
        both = f"{text}\n{PRESS.line(text, spoil=True)}{DESK.line(text)}".encode()
        self.assertEqual(notes.parse_note(both).verify(keys), keys)
        spoilt = f"{text}\n{DESK.line(text)}{DESK.line(text, spoil=True)}".encode()
        with self.assertRaisesRegex(Malformed, f"signature of {DESK.name}: "):
            notes.parse_note(spoilt).verify(keys)
        with self.assertRaisesRegex(Malformed, "no signature by a key in force"):
            notes.parse_note(PRESS.note(text)).verify(keys)

    def test_vkeys(self):
        self.assertEqual(notes.parse_vkey(DESK.vkey).name, DESK.name)
        changed = DESK.vkey.replace("/desk+", "/dusk+")
        with self.assertRaisesRegex(Malformed, "key ID .* of .*/dusk should be "):
            notes.parse_vkey(changed)

    def test_keys_that_no_reader_takes(self):
        prime = notes.FIELD_PRIME
        for y, why in (
            (1, "is of small order"),
            (notes.ORDER_8_Y, "is of small order"),
            (prime + 3, "is not canonically encoded"),
            (2, "is not a point of the curve"),
        ):
            raw = b"\x01" + y.to_bytes(32, "little")
            key_id = hashlib.sha256(b"a.example/weak\n" + raw).hexdigest()[:8]
            with self.assertRaisesRegex(Malformed, f"the key of a.example/weak {why}"):
                notes.parse_vkey(f"a.example/weak+{key_id}+{b64(raw)}")


class Grammar(unittest.TestCase):
    ATOMS = [
        (statements.time, "2026-01-06T21:14:05.123Z", True),
        (statements.time, "2024-02-29T23:59:59.999Z", True),
        (statements.time, "2026-02-29T21:14:05.123Z", False),
        (statements.time, "2026-01-06T21:14:60.000Z", False),
        (statements.time, "2026-01-06T24:00:00.000Z", False),
        (statements.time, "1969-12-31T23:59:59.999Z", False),
        (statements.time, "2026-01-06T21:14:05Z", False),
        (statements.time, "2026-01-06T21:14:05.123+00:00", False),
        (statements.date, "2026-13-06", False),
        (statements.date, "20260106", False),
        (statements.name_shape, "a.example", True),
        (statements.name_shape, "xn--a-b.example", True),
        (statements.name_shape, "example", False),
        (statements.name_shape, "A.example", False),
        (statements.name_shape, "-a.example", False),
        (statements.name_shape, "a-.example", False),
        (statements.name_shape, "a..example", False),
        (statements.name_shape, "a.example.", False),
        (statements.name_shape, "192.0.2.1", False),
        (statements.name_shape, "a.1x", True),
        (statements.name_shape, "a" * 63 + ".example", True),
        (statements.name_shape, "a" * 64 + ".example", False),
        (statements.name_shape, "a.example\n", False),
        (statements.name_shape, ".".join(["a" * 63] * 3 + ["b" * 61]), True),
        (statements.name_shape, ".".join(["a" * 63] * 3 + ["b" * 62]), False),
        (statements.document_name, "a.example/x/y.z_0-1", True),
        (statements.document_name, "a.example/" + "x" * 200, True),
        (statements.document_name, "a.example/" + "x" * 201, False),
        (statements.document_name, "a.example", False),
        (statements.document_name, "a.example/", False),
        (statements.document_name, "a.example/x//y", False),
        (statements.document_name, "a.example/x/../y", False),
        (statements.document_name, "a.example/X", False),
        (statements.origin, "record.example/north", True),
        (statements.origin, "a+b", False),
        (statements.origin, "a b", False),
        (statements.language, "zh-Hant-TW", True),
        (statements.language, "e", False),
        (statements.language, "x-north", False),
        (statements.language, "en_GB", False),
        (statements.media_type, "application/pdf", True),
        (statements.media_type, "text/html; charset=utf-8", False),
        (statements.media_type, "Text/html", False),
        (statements.number, "0", True),
        (statements.number, "01", False),
        (statements.number, "-1", False),
        (statements.number, "\u0661", False),
        (statements.digest, "A" * 64, False),
        (statements.time, "9999-12-30T21:59:59.999Z", True),
        (statements.time, "9999-12-30T22:00:00.000Z", False),
        (statements.printable, "psl-2.1.247", True),
        (statements.printable, "x" * 65, False),
        (statements.forms, sample_log.FORMS, True),
        (statements.forms, sample_log.FORMS.replace(" script=16.0.0", ""), False),
        (statements.forms, sample_log.FORMS.replace("v1", "v2"), False),
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
        self.refused(good.replace("document\n", "revocation\n", 1), "not a statement")
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
        self.refused(later, "neither an admission nor a suffix list")
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
                statements.check_blob_text("text", content)
            else:
                with self.assertRaisesRegex(Malformed, why):
                    statements.check_blob_text("text", content)
        with self.assertRaisesRegex(Malformed, "passage: not JSON"):
            statements.check_blob_text("passage", b"[" * 20000)


class Folders(unittest.TestCase):
    """Whole records on disk."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def sample(self, size=6):
        """A record with a letter, a warning and more letters, written out."""
        record = Record()
        record.begin()
        letter = record.document()
        record.mark(letter, letter)
        record.fill(size)
        record.write(self.folder)
        return record

    def check(self, *arguments):
        return run("record", self.folder, *arguments)

    def assertFault(self, line, *arguments):
        status, lines = self.check(*arguments)
        self.assertIn(line, lines)
        self.assertEqual(status, 1)

    def root(self, record):
        return b64(merkle.root_hash(record.tree().node, len(record.entries)))

    def test_sound_records_of_many_sizes(self):
        record = Record()
        record.begin()
        for size in (2, 3, 4, 7, 8, 255, 256, 257, 300, 513):
            record.fill(size)
            record.write(self.folder)  # the partial tiles of before stay
            summary = f"sound: {size} entries, root {self.root(record)}, "
            self.assertEqual(self.check(), (0, [summary + "log key taken from entry 0"]))
        old = self.folder / "old"
        for size in (1, 2, 255, 256, 300, 513):
            old.write_bytes(record.checkpoint(size))
            if size > 1:  # of size 1 the tiles were never written
                found = self.check("--key", LOG.vkey, "--old", old)
                self.assertEqual(found, (0, [summary + "log key pinned"]))
        partial = self.folder / "tile/1/000.p/1"
        partial.unlink()
        old.write_bytes(record.checkpoint(300))
        what = f"tile/1/000.p/1: missing, though {old} was signed at its size"
        self.assertFault(what, "--old", old)

    def test_a_flipped_bit_in_each_file_is_named(self):
        record = self.sample(260)
        for name, content in record.files().items():
            if name.startswith("blob/") and name > "blob/004":
                continue
            for at in {0, len(content) // 2, len(content) - 1}:
                flipped = bytearray(content)
                flipped[at] ^= 1
                (self.folder / name).write_bytes(flipped)
                status, lines = self.check()
                named = [line for line in lines if name in line]
                self.assertTrue(named, (name, at, lines))
                self.assertEqual(status, 1)
            (self.folder / name).write_bytes(content)
        self.assertEqual(self.check()[0], 0)

    def test_short_and_long_files_are_named(self):
        record = self.sample(260)
        cases = {
            "tile/0/000": "8191 bytes, not 8192",
            "tile/1/000.p/1": "31 bytes, not 32",
            "tile/entries/001.p/4": "3 whole entries and {} bytes, not 4 entries",
            "blob/003": "{} bytes, not {}",
        }
        for name, what in cases.items():
            content = record.files()[name]
            (self.folder / name).write_bytes(content[:-1])
            left = len(record.entries[-1]) + 1
            numbers = [left] if "entries" in name else [len(content) - 1, len(content)]
            self.assertFault(f"{name}: {what.format(*numbers)}")
            (self.folder / name).write_bytes(content + b"\0")
            status, lines = self.check()
            self.assertTrue(any(name in line for line in lines), (name, lines))
            self.assertEqual(status, 1)
            (self.folder / name).unlink()
            self.assertFault(f"{name}: missing")
            (self.folder / name).write_bytes(content)

    def test_a_wrong_length_in_a_bundle(self):
        record = self.sample()
        name = "tile/entries/000.p/6"
        content = bytearray(record.files()[name])
        content[1] ^= 0x80
        (self.folder / name).write_bytes(content)
        status, lines = self.check()
        self.assertRegex(lines[0], f"^{name}: . whole entries and [0-9]+ bytes, not 6 ")
        self.assertEqual(status, 1)

    def test_blobs(self):
        record = self.sample()
        blob = self.folder / "blob/003"
        raw = bytearray(record.blobs[3])
        raw[0] ^= 1
        blob.write_bytes(raw)
        self.assertFault("blob/003: passage: salt and bytes have another digest")
        blob.write_bytes(record.blobs[3])
        (self.folder / "blob/001").write_bytes(b"")
        self.assertFault("blob/001: entry 1 has no blob lines")

    def test_an_entry_changed_against_the_tree(self):
        record = self.sample()
        record.entries[4] = record.entries[4].replace(b"logged 2026", b"logged 2025")
        name = "tile/entries/000.p/6"
        (self.folder / name).write_bytes(record.files()[name])
        self.assertFault(f"{name}: entry 4 is not the one the tree holds")
        earlier = "logged 2025-01-06T21:00:00.005Z, but an entry before it 2026-01-06T21:00:00.004Z"
        self.assertFault(f"entry 4: {earlier}")

    def test_a_changed_entry_with_its_tree_but_the_old_checkpoint(self):
        record = self.sample()
        checkpoint = record.files()["checkpoint"]
        record.entries[4] = record.entries[4].replace(b"T21:00", b"T21:01")
        record.write(self.folder)
        (self.folder / "checkpoint").write_bytes(checkpoint)
        what = f"its root is not that of the entries, {self.root(record)}"
        self.assertFault(f"checkpoint: {what}")

    def test_a_time_running_back(self):
        record = self.sample()
        record._milliseconds = 1
        record.document(path="late")
        record.write(self.folder)
        times = "logged 2026-01-06T21:00:00.002Z, but an entry before it 2026-01-06T21:00:00.006Z"
        self.assertEqual(self.check(), (1, [f"entry 6: {times}"]))

    def test_lines_out_of_order(self):
        record = self.sample()
        lines = record.document_text("out-of-order").splitlines(keepends=True)
        lines[5], lines[6] = lines[6], lines[5]
        record.append("".join(lines), DESK)
        record.write(self.folder)
        what = "line `genre` is missing or out of order"
        self.assertEqual(self.check(), (1, [f"entry 6: {what}"]))

    def test_an_outsiders_key(self):
        record = self.sample()
        record.document(PRESS, "not-theirs")
        record.write(self.folder)
        why = f"no signature by a key in force (signed by {PRESS.name})"
        self.assertEqual(self.check(), (1, [f"entry 6: not signed by {OFFICE}: {why}"]))

    def test_keys(self):
        record = self.sample()
        record.append(self.note_text(record, b"Attach the word error."), PRESS)
        record.append(sample_log.keys_text(OUTSIDER, PRESS), PRESS)
        record.append(self.note_text(record, b"Attach it again."), PRESS)
        record.append(sample_log.keys_text(OFFICE, DESK), DESK)
        stranger = sample_log.Signer("stranger.example/one")
        record.append(sample_log.keys_text("stranger.example", stranger), stranger)
        second = sample_log.Signer(f"{OUTSIDER}/second")
        admit = ("admit", f"{OUTSIDER} {second.vkey}")
        text = sample_log.statement("record", ("record", ORIGIN), admit)
        record.append(text, DESK)
        record.append(text, LOG)
        record.append(sample_log.keys_text(OUTSIDER, second), second)
        record.write(self.folder)
        unsigned = f"no signature by a key in force (signed by {DESK.name})"
        expected = [
            f"entry 6: {OUTSIDER} has no key in this record at this point",
            "entry 9: repeats the statement of entry 1",
            f"entry 10: the key {stranger.vkey} is not admitted for stranger.example",
            f"entry 11: not signed by the log: {unsigned}",
            f"entry 13: {OUTSIDER} has keys already",
        ]
        self.assertEqual(self.check(), (1, expected))

    def test_a_statement_meant_for_another_record(self):
        record = self.sample()
        elsewhere = record.document_text("copied").replace(ORIGIN, "other.example", 1)
        record.append(elsewhere, DESK)
        copied = sample_log.keys_text(OUTSIDER, PRESS, "other.example")
        record.append(copied, PRESS)  # counts: it is admitted, and there is no other
        record.append(sample_log.keys_text(OUTSIDER, PRESS), PRESS)  # takes its place
        record.write(self.folder)
        self.assertEqual(self.check()[0], 0)
        record.append(record.document_text("foreign").replace(ORIGIN, "x.example", 1), PRESS)
        admit = ("admit", f"{OUTSIDER} {PRESS.vkey}")
        text = sample_log.statement("record", ("record", "x.example"), admit)
        record.append(text, LOG)
        record.append(sample_log.keys_text(OUTSIDER, PRESS, "x.example"), PRESS)
        accepts = [("record", "x.example"), ("speaker", OFFICE), ("subordinate", OUTSIDER)]
        record.append(sample_log.statement("acceptance", *accepts, ("keys", "a" * 64)), DESK)
        stranger = sample_log.Signer("stranger.example/one")
        record.append(sample_log.keys_text("stranger.example", stranger, "x.example"), stranger)
        record.write(self.folder)
        why = f"no signature by a key in force (signed by {PRESS.name})"
        expected = [
            f"entry 9: not signed by {OFFICE}: {why}",
            "entry 10: speaks of the record 'x.example'",
            f"entry 11: {OUTSIDER} has keys already",
            "entry 12: an acceptance in the record 'x.example'",
            f"entry 13: the key {stranger.vkey} is not admitted for stranger.example",
        ]
        self.assertEqual(self.check(), (1, expected))

    def test_a_hostile_name_is_printed_inert(self):
        record = self.sample()
        text = record.document_text("hostile")
        line = PRESS.line(text).replace(PRESS.name, "\u202e31m")
        note = f"{text}\n{line}".encode()
        record.entries.append(f"logged {record.next_time()}\n".encode() + note)
        record.write(self.folder)
        why = "no signature by a key in force (signed by \\u202e31m)"
        self.assertEqual(self.check(), (1, [f"entry 6: not signed by {OFFICE}: {why}"]))

    def test_the_script_from_another_folder(self):
        self.sample()
        command = [sys.executable, "-B", verify_record.__file__, "record", "."]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        self.assertRegex(done.stdout, "^sound: 6 entries, root [A-Za-z0-9+/]{43}=, log key taken")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def note_text(self, record, content):
        """The text of an outsider's note for the record's next entry."""
        blob = record.blob(len(record.entries), "text", content)
        head = [("record", ORIGIN), ("speaker", OUTSIDER), ("document", "a" * 64)]
        return sample_log.statement("note", *head, ("lang", "en"), blob)

    def test_the_checkpoints_signature_and_the_pinned_key(self):
        record = self.sample()
        other = sample_log.Signer(ORIGIN + "/other")
        why = f"names the log key {LOG.vkey}, not the pinned one"
        self.assertFault(f"entry 0: {why}", "--key", other.vkey)
        wrong = f"origin {ORIGIN!r}, but the log key is {other.name!r}"
        self.assertFault(f"checkpoint: {wrong}", "--key", other.vkey)
        (self.folder / "checkpoint").write_bytes(record.checkpoint(signer=DESK))
        unsigned = f"no signature by a key in force (signed by {DESK.name})"
        self.assertFault(f"checkpoint: {unsigned}")
        text = f"{ORIGIN}\n6\n{self.root(record)}\nmore\n"
        (self.folder / "checkpoint").write_bytes(LOG.note(text))
        self.assertFault("checkpoint: 4 lines of text where there should be 3")

    def test_a_fork_is_seen_from_an_older_checkpoint(self):
        self.sample()
        fork = Record()
        fork.begin()
        fork.document(path="another")
        fork.fill(5)
        old = self.folder / "old"
        old.write_bytes(fork.checkpoint())
        self.assertFault(f"{old}: the record of 6 entries does not continue it", "--old", old)
        fork.fill(7)
        old.write_bytes(fork.checkpoint())
        self.assertFault(f"{old}: 7 entries, more than the 6 here", "--old", old)

    def test_an_older_checkpoint_of_other_hands(self):
        record = self.sample()
        old = self.folder / "old"
        old.write_bytes(record.checkpoint(signer=DESK))
        unsigned = f"no signature by a key in force (signed by {DESK.name})"
        wanted = [f"{old}: {unsigned}"]
        self.assertEqual(self.check("--old", old), (1, wanted))
        old.write_bytes(LOG.note(f"other.example\n6\n{self.root(record)}\n"))
        wanted = [f"{old}: of another record, 'other.example'"]
        self.assertEqual(self.check("--old", old), (1, wanted))

    def test_partial_tiles_of_earlier_sizes(self):
        record = self.sample(4)
        record.fill(6)
        record.write(self.folder)
        for name in ("tile/0/000.p/4", "tile/entries/000.p/4"):
            raw = bytearray((self.folder / name).read_bytes())
            raw[40] ^= 1
            (self.folder / name).write_bytes(raw)
        expected = [
            "tile/entries/000.p/4: does not hold the same entries",
            "tile/0/000.p/4: hash 1 is not that of the entries",
        ]
        self.assertEqual(self.check(), (1, expected))

    def test_files_of_an_append_under_way_are_let_be(self):
        record = self.sample()
        checkpoint = record.files()["checkpoint"]
        record.fill(300)
        record.write(self.folder)
        for name in ("tile/0/000.p/6", "tile/entries/000.p/6"):
            (self.folder / name).unlink()
        (self.folder / "checkpoint").write_bytes(checkpoint)
        self.assertEqual(self.check()[0], 0)

    def test_nothing_to_read(self):
        status, lines = self.check()
        missing = f"unreadable: {self.folder}/checkpoint: No such file or directory"
        self.assertEqual((status, lines), (2, [missing]))
        status, lines = self.check("--key", "nonsense")
        self.assertEqual((status, lines), (2, ["unreadable: --key: not a vkey: 'nonsense'"]))

    def test_a_checkpoint_that_promises_more_than_there_is(self):
        self.sample()
        text = f"{ORIGIN}\n{2**63}\n{b64(bytes(32))}\n"
        (self.folder / "checkpoint").write_bytes(LOG.note(text))
        self.assertFault("tile/entries/000: missing")


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
            (0, f"salt 0 {b64(self.record.blobs[0][:32])}"),
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
        taken = head + "log key taken from entry 0, later words unknown"
        self.assertEqual(self.check(self.good), (0, [taken, *words]))
        pinned = head + "log key pinned, later words unknown"
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
        # A salt without its bytes is the one thing that nothing in a slip proves.
        salt = self.good.index(b"salt 0 ")
        unproven = range(salt + len(b"salt 0 "), self.good.index(b"\n", salt))
        for at in range(0, len(self.good), 5):
            if at in unproven:
                continue
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
            slip(self.letter, [0, 2]): f"entry 2: {OFFICE} has no key in this record at this point",
            slip(self.letter, [0, 1, 2], [(1, f"salt 0 {b64(bytes(32))}")]): (
                "entry 1: blob 0: no such blob line"
            ),
            slip(self.letter, [0, 1, 2], [(2, f"blob 0 {b64(bytes(45))}")]): (
                "entry 2: title: salt and bytes have another digest"
            ),
            slip(self.letter, [0, 1, 2], [(0, f"salt 0 {b64(bytes(32))}")] * 2): (
                "slip: entry 0: blob 0 is opened twice or out of order"
            ),
            slip(self.letter, [0, 1, 2, 3], self.opened[:2] + self.opened[:2:-1]): (
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


class Vectors(unittest.TestCase):
    def check(self, **changes):
        text, salt = Record().document_text(), bytes(range(32))
        vectors = {
            "notes": [
                {"vkey": DESK.vkey, "note": DESK.note("a\n").decode(), "verifies": True},
                {"vkey": PRESS.vkey, "note": DESK.note("a\n").decode(), "verifies": False},
            ],
            "statements": [{"text": text, "id": sample_log.statement_id(text)}],
            "refused": [{"text": text + "x y\n", "why": "an unknown line"}],
            "blobs": [
                {
                    "salt": salt.hex(),
                    "bytes": b"Repositioning".hex(),
                    "line": f"13 {hashlib.sha256(salt + b'Repositioning').hexdigest()}",
                }
            ],
        }
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "vectors.json"
            path.write_text(json.dumps({**vectors, **changes}))
            return run("vectors", path)

    def test_good_ones(self):
        line = "sound: 2 notes, 1 statements, 1 refused, 1 blobs"
        self.assertEqual(self.check(), (0, [line]))

    def test_bad_ones_are_named(self):
        text, why = Record().document_text(), "nothing is wrong"
        found = self.check(refused=[{"text": text, "why": why}])
        expected = f"refused[0]: should be refused ({why}), but is not"
        self.assertEqual(found, (1, [expected]))
        note = {"vkey": DESK.vkey, "note": DESK.note("a\n").decode(), "verifies": False}
        found = self.check(notes=[note])
        self.assertEqual(found, (1, ["notes[0]: should not verify, but does"]))
        found = self.check(statements=[{"text": text, "id": "0" * 64}])
        expected = f"has the id {sample_log.statement_id(text)}, not {'0' * 64}"
        self.assertEqual(found, (1, [f"statements[0]: {expected}"]))


if __name__ == "__main__":
    unittest.main()
