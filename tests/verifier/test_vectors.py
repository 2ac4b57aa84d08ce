"""The check of docs/vectors.json."""

import hashlib
import json
import pathlib
import tempfile
import unittest

import sample_log
from running import run
from sample_log import DESK, PRESS, Record


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
            "openings": [],
        }
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "vectors.json"
            path.write_text(json.dumps({**vectors, **changes}))
            return run("vectors", path)

    def test_good_ones(self):
        line = "sound: 2 notes, 1 statements, 1 refused, 1 blobs, 0 openings"
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
