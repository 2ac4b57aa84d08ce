"""Logs of random statements, many of them void: from a seed, so that they come again."""

import random

import sample_log
from attached import Attached, attach
from authority import Place
from blobs import open_blobs
from facts import Facts
from judge import judge
from notes import Malformed, parse_vkey
from random_authority import RandomAuthority
from random_words import RandomWords
from sample_log import LOG, ORIGIN, Record, Signer, statement
from state import State
from statements import parse_entry
from things import act_of

LIST = b"// ===BEGIN ICANN DOMAINS===\nexample\npub.example\n"
NAMES = [
    "gov.example",
    "press.gov.example",
    "desk.press.gov.example",
    "paper.example",
    "court.example",
    "office.pub.example",
    "unit.office.pub.example",
    "pub.example",
]
LABELS = "abcdefgh"  # the first four are admitted at the beginning
FEW = ["gov.example", "press.gov.example", "paper.example", "court.example"]
WAITS = [1, 30, 71, 73, 200, 340]


class RandomLog(RandomAuthority, RandomWords, Record):
    """A record that grows at random."""

    def __init__(self, seed):
        super().__init__()
        self.random = random.Random(seed)
        self.now = State(ORIGIN)
        self._facts = Facts(self.now)
        self.subject = None  # the document that is spoken of
        self.drafts = {}  # id of a commitment -> its draft
        self.names = NAMES if seed % 3 else FEW
        self.keys = {
            name: [Signer(f"{name}/{label}") for label in LABELS] for name in self.names
        }
        self.by_vkey = {key.vkey: key for keys in self.keys.values() for key in keys}
        lines = [("record", ORIGIN), ("log-key", LOG.vkey), ("rule", "1"), ("suffix-version", "1")]
        lines += [self.blob(0, "suffixes", LIST)]
        lines += [("manifest", "none"), ("map", "none"), ("checkpoint", "none")]
        lines += [("open", 100)] if seed % 2 else []
        lines += [
            ("admit", f"{name} {key.vkey}")
            for name in self.names
            for key in self.keys[name][:4]
            if name != "pub.example"
        ]
        self.append(statement("record", *lines), LOG)
        for name in self.names:
            self.add("keys", name)

    def append(self, text, signer, logged=None):
        """Appends, and keeps the state in step so that later statements can fit."""
        id = super().append(text, signer, logged)
        self.push(len(self.entries) - 1)
        return id

    def push(self, index):
        try:
            entry, attached = parse_entry(self.entries[index]), Attached()
            if entry.statement.kind == "record":
                contents = open_blobs(entry.statement.blobs(), self.blobs.get(index, b""))
                attached = attach(entry.statement, contents, parse_vkey(LOG.vkey))
            self.now.push(index, entry, attached, judge)
        except Malformed:
            pass

    def facts(self):
        self._facts.refresh()
        return dict(self._facts.by_key)

    @property
    def view(self):
        return self.now.view

    def here(self):
        """The place of the next entry."""
        return Place(len(self.entries), self.time())

    def often(self, share=0.8):
        return self.random.random() < share

    def pick(self, items, otherwise=None):
        items = list(items)
        return self.random.choice(items) if items else otherwise

    def grow(self, count):
        kinds = ["keys"] * 5 + ["acceptance"] * 4 + ["revocation"] * 2 + ["document"] * 3
        kinds += ["commitment", "opening", "rendition", "comment", "note"] + ["standing"] * 14
        for _ in range(count):
            if self.often(0.12):
                self.wait(self.pick(WAITS))
            self.subject = self.pick(self.now.documents.values())
            kind, speakers = self.pick(kinds), self.with_keys()
            if kind in ("standing", "comment", "rendition") and self.subject and self.often(0.95):
                speakers = self.view.voices(self.subject.issuer, self.here())
            if kind == "acceptance" and self.often(0.9):
                speakers = self.accepting() or speakers
            self.add(kind, self.pick(speakers))

    def with_keys(self):
        """The names that have keys; now and then, and while there are none, all."""
        found = [name for name in self.names if self.view.in_force(name, self.here())]
        return found if found and self.often(0.93) else self.names

    def add(self, kind, speaker):
        origin = ORIGIN if self.often(0.9) else self.pick(["x.example", "y.example"])
        lines = [("record", origin), ("speaker", speaker)]
        lines += getattr(self, f"make_{kind}")(speaker)
        text = statement(kind, *lines)
        try:
            signers = self.signers(parse_entry(self.unsigned(text)).statement)
        except Malformed:
            signers = self.keys[speaker][:1]  # what is no statement
        logged = None if self.often(0.98) else sample_log.time_at(0)
        self.append(text, signers, logged)
        again = self.pick(self.entries)
        if self.often(0.03) and b"/v1 record\n" not in again:
            self.entries.append(again)
            self.push(len(self.entries) - 1)

    def unsigned(self, text):
        return f"logged {self.time()}\n".encode() + LOG.note(text)

    def signers(self, statement):
        """Who signs: mostly as many as it takes."""
        speaker = statement.get("speaker")
        if statement.kind in ("keys", "revocation") and self.often(0.9):
            return self.signers_on_keys(statement)
        if self.often(0.06):
            return self.random.sample(self.keys[self.pick([speaker, *self.names])], 2)
        act = act_of(statement) if statement.kind not in ("keys", "revocation") else "keys"
        return self.enough(speaker, act) or self.keys[speaker][:2]

    def enough(self, speaker, act, but=None):
        """As many usable keys as the act takes, or one more or fewer."""
        keys = self.view.in_force(speaker, self.here())
        if keys is None:
            return []
        listed = [v for i, v in self.view.usable(keys.list, self.here()) if "r" not in i]
        takes = keys.list.takes(act) + self.pick([0] * 10 + [1, 1, -1])
        listed = [vkey for vkey in listed if vkey != but]
        self.random.shuffle(listed)
        return [self.by_vkey[vkey] for vkey in listed[: max(takes, 1)]]

    def sealed(self, field, content=b"Because."):
        return self.blob(len(self.entries), field, content)

    def effective(self):
        hours = self.pick([-400, -0.0001, 0.0001, 50, 500])
        return [("effective", self.time(hours))] if self.often(0.25) else []
