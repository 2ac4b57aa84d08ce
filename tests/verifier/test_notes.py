"""Signed notes, keys and the strict Ed25519."""

import hashlib
import unittest

import notes
from notes import Malformed
from sample_log import DESK, PRESS, b64


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


if __name__ == "__main__":
    unittest.main()
