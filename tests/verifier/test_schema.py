"""What `erratum check --json` prints, against docs/check.schema.json.

Needs ERRATUM_BIN (the built binary) and the package jsonschema.
"""

import json
import pathlib
import tempfile
import unittest

import jsonschema
from binary import EXAMPLE, ROOT, erratum

COPIES = EXAMPLE / "copies"
POLICY = EXAMPLE / "policy.toml"


def schema():
    return json.loads((ROOT / "docs/check.schema.json").read_text("utf-8"))


class Schema(unittest.TestCase):
    def setUp(self):
        self.validator = jsonschema.Draft202012Validator(schema())

    def check(self, *arguments, stdin=b""):
        """The report on some files, held against the schema and the exit status."""
        command = ["check", "--json", "--policy", POLICY, *arguments]
        status, out, errors = erratum(*command, stdin=stdin)
        self.assertEqual(errors, b"", arguments)
        report = json.loads(out)
        faults = [f"{e.json_path}: {e.message}" for e in self.validator.iter_errors(report)]
        self.assertEqual(faults, [], arguments)
        self.assertEqual(report["exit"], status, arguments)
        return report

    def test_every_copy_of_the_example(self):
        copies = sorted(path for path in COPIES.iterdir() if path.is_file())
        self.assertGreaterEqual(len(copies), 12)
        for copy in copies:
            report = self.check(copy)
            self.assertEqual([file["file"] for file in report["files"]], [str(copy)])
        report = self.check(COPIES)
        self.assertEqual([file["file"] for file in report["files"]], [str(c) for c in copies])
        self.assertEqual(report["exit"], 1)

    def test_the_copies_reach_every_outcome(self):
        cases = {"final.pdf": 0, "letter.pdf": 1, "wire-report.txt": 1, "unrelated.html": 3}
        for name, status in cases.items():
            self.assertEqual(self.check(COPIES / name)["exit"], status, name)
        parts = self.check(COPIES / "forwarded.eml")["files"][0]["verdict"]["parts"]
        kinds = [part["outcome"]["kind"] for part in parts]
        # What the mail says, what it quotes, what it attaches.
        self.assertEqual(kinds, ["not-found", "not-found", "found"])

    def test_both_questions_about_the_past(self):
        for flag in ("--as-of", "--in-force-at"):
            report = self.check(flag, "2026-01-06T15:00:00Z", COPIES / "letter.pdf")
            found = report["files"][0]["verdict"]["parts"][0]["outcome"]
            self.assertEqual(found["claims"][0]["findings"][0]["standing"], "issued", flag)

    def test_standard_input(self):
        report = self.check("-", stdin=(COPIES / "letter-retyped.txt").read_bytes())
        self.assertEqual((report["files"][0]["file"], report["exit"]), ("-", 1))

    def test_an_error_stands_beside_the_others(self):
        with tempfile.TemporaryDirectory() as folder:
            noise = pathlib.Path(folder) / "noise.pdf"
            noise.write_bytes(bytes(range(256)) * 16)
            missing = pathlib.Path(folder) / "missing.txt"
            report = self.check(missing, noise, COPIES / "final.pdf")
        self.assertEqual(report["exit"], 2)
        first, second, third = report["files"]
        self.assertEqual(first["error"], "No such file or directory (os error 2)")
        self.assertEqual(set(second), {"file", "error"})
        self.assertTrue(third["verdict"]["parts"][0]["outcome"]["good"])

    def test_the_schema_takes_nothing_else(self):
        good = self.check(COPIES / "letter.pdf")
        finding = good["files"][0]["verdict"]["parts"][0]["outcome"]["claims"][0]["findings"][0]
        for place, key, value in (
            (good, "more", 1),
            (good["files"][0], "error", "and a verdict"),
            (finding, "colour", "red"),
            (finding, "standing", "fine"),
            (finding["document"], "id", "A" * 64),
            (finding["proof"], "size", -1),
        ):
            kept = place.get(key)
            place[key] = value
            self.assertFalse(self.validator.is_valid(good), (key, value))
            place[key] = kept
            if kept is None:
                del place[key]
        self.assertTrue(self.validator.is_valid(good))

    def test_the_schema_is_whole(self):
        jsonschema.Draft202012Validator.check_schema(schema())
        self.walk(schema(), "$")

    def walk(self, node, place):
        """Every object is closed, every property described."""
        if isinstance(node, list):
            for index, item in enumerate(node):
                self.walk(item, f"{place}[{index}]")
        if not isinstance(node, dict):
            return
        if node.get("type") == "object":
            self.assertIs(node["additionalProperties"], False, place)
            for key, value in node["properties"].items():
                self.assertTrue(value.get("description"), f"{place}.{key}")
        for key, value in node.items():
            self.walk(value, f"{place}.{key}")


if __name__ == "__main__":
    unittest.main()
