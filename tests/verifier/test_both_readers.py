"""The two readers on the same records: the verifier and `erratum audit` call the same
entries void and make the same facts. ERRATUM_BIN names the built binary.
"""

import contextlib
import io
import os
import pathlib
import re
import tempfile
import unittest

import sample_log
import verify_record
from binary import erratum
from random_log import RandomLog
from sample_log import DESK, LOG, OFFICE, ORIGIN, OUTSIDER, PRESS, Record

# So many random logs are tried; more with ERRATUM_SEEDS.
SEEDS = int(os.environ.get("ERRATUM_SEEDS", "6"))


class BothReaders(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.record = Record()
        self.record.begin()

    def faults(self):
        """The entries that the verifier finds void; `erratum audit` names the first of each
        kind of lie and says how many more there are.
        """
        lines, said = self.both()
        ours = re.findall(r"^entry (\d+): (?!its map )", lines, re.MULTILINE)
        first = re.search(r"^FALSE   entry (\d+) counts for .*?(?: \(and (\d+) more.*)?$", said, re.M)
        theirs = (first[1], 1 + int(first[2] or 0)) if first else (None, 0)
        self.assertEqual((ours[0] if ours else None, len(ours)), theirs, (lines, said))
        return [int(entry) for entry in ours]

    def both(self):
        """What the verifier and `erratum audit` say of the record, of which both say yes or no."""
        self.record.write(self.folder)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = verify_record.main(["record", str(self.folder)])
        audit, said, errors = erratum("audit", self.folder)
        self.assertEqual((audit, errors), (status, b""), (out.getvalue(), said))
        return out.getvalue(), said.decode()

    def append(self, text, signer=DESK, **more):
        self.record.append(text, signer, **more)
        return len(self.record.entries) - 1

    def note(self, signer):
        """A note on a document that nobody registered: never valid."""
        index = len(self.record.entries)
        blob = self.record.blob(index, "text", b"Attach the word error.")
        head = [("record", ORIGIN), ("speaker", OUTSIDER), ("document", "a" * 64)]
        return self.append(sample_log.statement("note", *head, ("lang", "en"), blob), signer)

    def admit(self, name, signer, **more):
        line = ("admit", f"{name} {signer.vkey}")
        text = sample_log.statement("record", ("record", ORIGIN), line)
        return self.append(text, LOG, **more)

    def test_a_sound_log_of_several_tiles(self):
        for number in range(300):
            name = f"office-{number}.example"
            self.admit(name, sample_log.Signer(f"{name}/desk"))
        self.assertEqual(self.faults(), [])

    def test_random_logs_give_the_same_facts(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder:
                self.folder, self.record = pathlib.Path(folder), RandomLog(seed)
                epochs = 0
                for _ in range(12):
                    self.record.grow(10)
                    self.record.epoch()
                    epochs += 1
                lines, said = self.both()
                # A root that either reader made otherwise would show here.
                self.assertNotIn("map", lines)
                self.assertNotIn("map", said)
                self.assertIn(f" {epochs} epochs", said)
                self.assertNotEqual(self.faults(), [])

    def test_a_root_that_does_not_follow(self):
        self.record.document()
        entry = self.record.epoch(root="a" * 64, save=False)
        self.record.epoch()
        lines, said = self.both()
        self.assertIn(f"entry {entry}: its map is not what the log gives", lines)
        self.assertIn(f"FALSE   entry {entry}: its map is not what the log gives by then", said)

    def test_void_keys(self):
        self.append(sample_log.keys_text(OUTSIDER, PRESS, "other.example"), PRESS)
        self.append(sample_log.keys_text(OUTSIDER, PRESS), PRESS)
        stranger = sample_log.Signer("stranger.example/one")
        keys = sample_log.keys_text("stranger.example", stranger)
        void = [
            self.append(keys, stranger),
            self.append(sample_log.keys_text(OUTSIDER, PRESS, "third.example"), PRESS),
            self.append(sample_log.keys_text(OFFICE, DESK)),
            # Admitted, but at a time that runs back: so the keys after it are not.
            self.admit("stranger.example", stranger, logged="2025-01-06T21:00:00.000Z"),
            self.append(keys, stranger),
        ]
        self.admit("stranger.example", stranger)
        void += [self.append(keys, PRESS)]
        self.append(keys, stranger)
        self.assertEqual(self.faults(), void)

    def test_void_signatures(self):
        void = [self.note(PRESS)]  # no keys yet
        keys = sample_log.keys_text(OUTSIDER, PRESS)
        hostile = PRESS.line(keys).replace(PRESS.name, "a\x9b31m")
        for lines in (
            PRESS.line(keys, spoil=True),
            PRESS.line(keys) + PRESS.line(keys, spoil=True),
            PRESS.line(keys) + hostile,
            PRESS.line(keys) * 17,
        ):
            note = f"{keys}\n{lines}".encode()
            self.record.entries.append(f"logged {self.record.next_time()}\n".encode() + note)
            void.append(len(self.record.entries) - 1)
        both = f"{keys}\n{DESK.line(keys, spoil=True)}{PRESS.line(keys)}".encode()
        self.record.entries.append(f"logged {self.record.next_time()}\n".encode() + both)
        self.assertEqual(self.faults(), void)

    def test_what_is_no_statement(self):
        good = sample_log.keys_text(OUTSIDER, PRESS)
        void = [
            self.append(text, PRESS)
            for text in (
                good.replace("erratum/v1", "erratum/v2"),
                good.replace("previous none\n", ""),
                good.replace("rule all 1", "rule all 2"),
                good.replace("rule all 1", "rule keys 1"),
                good + "superior example\n",
                good + f"superior {OFFICE}\nsuperior {OFFICE}\n",
                good.replace("previous none", "previous  none"),
                good.replace("speaker ", "Speaker "),
                good.replace("keys", "revocation", 1),
            )
        ]
        self.append(good + f"superior {OFFICE}\n", PRESS)
        self.assertEqual(self.faults(), void)


if __name__ == "__main__":
    unittest.main()
