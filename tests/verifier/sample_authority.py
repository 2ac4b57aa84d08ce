"""A record in which names get keys, superiors and revocations, and a test case that
holds both readers against it.
"""

import contextlib
import io
import pathlib
import re
import tempfile
import unittest

import verify_record
from binary import erratum
from sample_log import LOG, ORIGIN, Record, Signer, statement

LIST = b"// ===BEGIN ICANN DOMAINS===\nexample\npub.example\n"
MINISTRY, PRESS, PAPER, OFFICE = (
    "gov.example",
    "press.gov.example",
    "paper.example",
    "office.example",
)
NAMES = [MINISTRY, PRESS, PAPER, OFFICE]
LABELS = "abcdr"


def key(name, label):
    return Signer(f"{name}/{label}")


class Offices(Record):
    """A record in which the keys a to d of four names are admitted."""

    def __init__(self, is_open=False):
        super().__init__()
        lines = [("record", ORIGIN), ("log-key", LOG.vkey), ("rule", "1"), ("suffix-version", "1")]
        lines += [self.blob(0, "suffixes", LIST)]
        lines += [("manifest", "none"), ("map", "none"), ("checkpoint", "none")]
        lines += [("open", 9)] if is_open else []
        for name in [] if is_open else NAMES:
            lines += [("admit", f"{name} {key(name, label).vkey}") for label in "abcd"]
        self.append(statement("record", *lines), LOG)

    def say_keys(self, name, labels, by=None, **more):
        """`keys` with these labels; signed by `by`, labels of the speaker, else by all."""
        text = self.keys_text(name, labels, **more)
        speaker = more.get("speaker", name)
        return self.append(text, [key(speaker, label) for label in by or labels])

    def keys_text(self, name, labels, previous="none", rules=("all 1",), **more):
        speaker, recovery = more.get("speaker", name), more.get("recovery", "")
        lines = [("record", more.get("record", ORIGIN)), ("speaker", speaker)]
        lines += [("subordinate", name)] if speaker != name else []
        lines += [("previous", previous)]
        for label in labels:
            expires = more.get("expires", {}).get(label)
            lines.append(("key", key(name, label).vkey + (f" {expires}" if expires else "")))
        lines += [("rule", rule) for rule in rules]
        lines += [("recovery", key(name, label).vkey) for label in recovery]
        lines += [(word, more[word]) for word in ("home", "superior") if more.get(word)]
        return statement("keys", *lines)

    def accept(self, speaker, name, keys, by="a"):
        lines = [("record", ORIGIN), ("speaker", speaker), ("subordinate", name), ("keys", keys)]
        return self.append(statement("acceptance", *lines), [key(speaker, label) for label in by])

    def revoke(self, name, label, by, speaker=None, suspect=None):
        """A revocation, signed by these labels of its speaker; `suspect` in hours."""
        lines = [("record", ORIGIN), ("speaker", speaker or name)]
        lines += [("subordinate", name)] if speaker else []
        lines += [("key", key(name, label).vkey)]
        lines += [("suspect", self.time(suspect))] if suspect is not None else []
        lines += [("lang", "en"), self.blob(len(self.entries), "reason", b"Stolen.")]
        signers = [key(speaker or name, label) for label in by]
        return self.append(statement("revocation", *lines), signers)

    def issue(self, name, path="letter", by="a", **changes):
        """A document; its id."""
        index = len(self.entries)
        text = self.document_text(path, speaker=name, name=f"{name}/{path}", **changes)
        assert index == len(self.entries)
        return self.append(text, [key(name, label) for label in by])

    def word(self, speaker, document, word, previous=None, by="a", **more):
        """A word on a document; its id. `previous` is the document's id if it is not given."""
        lines = [("record", ORIGIN), ("speaker", speaker), ("document", document)]
        lines += [("previous", previous or document), ("word", word)]
        lines += [("lifts", more["lifts"])] if "lifts" in more else []
        lines += [("lang", "en"), self.blob(len(self.entries), "reason", b"Because.")]
        return self.append(statement("standing", *lines), [key(speaker, label) for label in by])

    def remark(self, kind, speaker, document, by="a"):
        lines = [("record", ORIGIN), ("speaker", speaker), ("document", document), ("lang", "en")]
        lines += [self.blob(len(self.entries), "text", b"Well.")]
        return self.append(statement(kind, *lines), [key(speaker, label) for label in by])

    def prove(self, name, keys, superior="-"):
        evidence = self.blob(len(self.entries), "evidence", b"erratum/v1 evidence\n")
        return self.say(("proof", f"{name} {keys} dns {superior}"), evidence)

    def admit(self, name, label):
        return self.say(("admit", f"{name} {key(name, label).vkey}"))


class Case(unittest.TestCase):
    """Holds what the verifier and `erratum audit` find void against each other."""

    def setUp(self):
        self.record = Offices()

    def last(self):
        return len(self.record.entries) - 1

    def readers(self):
        """What the verifier and `erratum audit` say of the record."""
        self.record.epoch()
        with tempfile.TemporaryDirectory() as folder:
            self.record.write(pathlib.Path(folder))
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                status = verify_record.main(["record", folder])
            audit, said, errors = erratum("audit", folder)
        self.assertNotIn(2, (status, audit))
        self.assertEqual(errors, b"")
        return out.getvalue(), said.decode()

    def voids(self):
        """Why entries are void: entry -> what the verifier says of it."""
        ours, theirs = self.readers()
        self.assertNotIn("its map", ours + theirs)
        found = dict(re.findall(r"^entry (\d+): (.*)$", ours, re.MULTILINE))
        first = re.search(r"^FALSE   entry (\d+) counts for .*?(?: \(and (\d+) more.*)?$", theirs, re.M)
        count = (first[1], 1 + int(first[2] or 0)) if first else (None, 0)
        self.assertEqual((next(iter(found), None), len(found)), count, (ours, theirs))
        return {int(entry): why for entry, why in found.items()}

    def assertVoid(self, *expected):
        """Exactly these entries are void, each for a reason that holds these words."""
        found = self.voids()
        self.assertEqual(list(found), [entry for entry, _ in expected], found)
        for entry, why in expected:
            self.assertIn(why, found[entry])

    def assertValid(self):
        self.assertEqual(self.voids(), {})
