"""Logs of random statements, many of them void: from a seed, so that they come again."""

import hashlib
import random

import sample_log
from attached import Attached
from judge import judge
from notes import Malformed
from sample_log import LOG, ORIGIN, Record, Signer, statement
from state import State
from statements import parse_entry

LIST = b"// ===BEGIN ICANN DOMAINS===\nexample\npub.example\n"
NAMES = [
    "gov.example",
    "press.gov.example",
    "desk.press.gov.example",
    "paper.example",
    "office.pub.example",
    "unit.office.pub.example",
    "pub.example",
]
WORDS = ["issued", "held", "withdrawn", "in-error", "disowned", "corrected", "superseded", "lift"]
TEXTS = [str(digit) * 64 for digit in range(1, 6)]


class RandomLog(Record):
    """A record that grows at random."""

    def __init__(self, seed):
        super().__init__()
        self.random = random.Random(seed)
        self.state = State(ORIGIN)
        self.subject = None  # the document that is spoken of
        self.keys = {name: Signer(f"{name}/desk") for name in NAMES}
        lines = [("record", ORIGIN), ("log-key", LOG.vkey), ("rule", "1"), ("suffix-version", "1")]
        lines += [self.blob(0, "suffixes", LIST)]
        lines += [("manifest", "none"), ("map", "none"), ("checkpoint", "none")]
        lines += [("admit", f"{name} {self.keys[name].vkey}") for name in NAMES[:-1]]
        self.append(statement("record", *lines), LOG)
        for name in NAMES:
            self.add("keys", name)

    def append(self, text, signer, logged=None):
        """Appends, and keeps the state in step so that later statements can fit."""
        id = super().append(text, signer, logged)
        index, attached = len(self.entries) - 1, Attached()
        try:
            entry = parse_entry(self.entries[index])
            if entry.statement.kind == "record":
                return id  # its blobs are for whoever reads the record
            self.state.log_key = LOG.vkey
            for name in NAMES[:-1]:
                self.state.admitted[name] = {self.keys[name].vkey: 0}
            self.state.push(index, entry, attached, judge)
        except Malformed:
            pass
        return id

    def often(self, share=0.8):
        return self.random.random() < share

    def pick(self, items, otherwise=None):
        items = list(items)
        return self.random.choice(items) if items else otherwise

    def grow(self, count):
        for _ in range(count):
            kinds = ["keys", "acceptance", "document", "document", "rendition", "comment", "note"]
            self.subject = self.pick(self.state.documents.values())
            speakers = NAMES
            if self.subject and self.often():
                issuer = self.subject.issuer
                speakers = [issuer, *self.state.superiors(issuer)]
            self.add(self.pick(kinds + ["standing"] * 8), self.pick(speakers))

    def add(self, kind, speaker):
        origin = ORIGIN if self.often(0.85) else self.pick(["x.example", "y.example"])
        lines = [("record", origin), ("speaker", speaker)]
        lines += getattr(self, f"make_{kind}")(speaker)
        signer = self.keys[speaker if self.often(0.97) else self.pick(NAMES)]
        logged = None if self.often(0.98) else "2026-01-06T20:00:00.000Z"
        self.append(statement(kind, *lines), signer, logged)
        again = self.pick(self.entries)
        if self.often(0.03) and b"/v1 record\n" not in again:
            self.entries.append(again)

    def sealed(self, field, content=b"Because."):
        return self.blob(len(self.entries), field, content)

    def effective(self):
        times = ["2026-01-06T20:30:00.000Z", "2026-01-06T21:00:00.040Z", "2026-02-01T00:00:00.000Z"]
        return [("effective", self.pick(times))] if self.often(0.25) else []

    def make_keys(self, speaker):
        superior = [("superior", self.pick(NAMES))] if self.often(0.6) else []
        key = ("key", self.keys[speaker].vkey)
        return [("previous", "none"), key, ("rule", "all 1"), *superior]

    def make_acceptance(self, speaker):
        named = [name for name, issuer in self.state.issuers.items() if issuer.superior == speaker]
        name = self.pick(named if self.often() else NAMES, NAMES[0])
        issuer = self.state.issuers.get(name)
        return [("subordinate", name), ("keys", issuer.keys if issuer else "a" * 64)]

    def make_document(self, speaker):
        word = self.pick(["issued"] * 4 + ["disowned", "attributed"])
        lines = [("name", f"{speaker}/{self.pick('abcdef')}"), ("word", word)]
        mine = [d for d in self.state.documents.values() if d.issuer == speaker]
        if word == "issued" and self.often(0.4) and mine:
            old = self.pick(mine)
            lines = [("name", old.statement.get("name")), ("word", word)]
            lines += [("previous", old.previous(speaker)), ("replaces", old.statement.id)]
        if word == "attributed":
            lines += [("attributed-to", self.pick(NAMES)), ("reported", "held")]
        lines += [("genre", "letter"), ("lang", "en"), *self.effective()]
        lines += [*self.forms(), self.sealed("title", b"A letter"), self.sealed("text", b"We go.")]
        lines += [self.sealed("reason")] if word == "disowned" else []
        return lines + ([self.sealed("source")] if word == "attributed" else [])

    def forms(self):
        return [("forms", sample_log.FORMS), ("search", "f" * 64), ("comparison", self.pick(TEXTS))]

    def some_document(self):
        """A document, now and then one that is not here."""
        found = self.subject if self.often(0.97) else None
        return (found.statement.id, found) if found else ("a" * 64, None)

    def make_rendition(self, speaker):
        id, _ = self.some_document()
        sha256 = hashlib.sha256(bytes([self.random.randrange(4)])).hexdigest()
        lines = [("document", id), ("lang", "fr"), ("media", "text/plain"), ("bytes", 9)]
        lines += [("sha256", sha256)]
        return lines + ([*self.forms(), self.sealed("text")] if self.often(0.5) else [])

    def make_comment(self, speaker):
        return [("document", self.some_document()[0]), ("lang", "en"), self.sealed("text")]

    make_note = make_comment

    def make_standing(self, speaker):
        id, document = self.some_document()
        word = self.pick(WORDS)
        previous = document.previous(speaker) if document and self.often(0.9) else "b" * 64
        lines = [("document", id), ("previous", previous), ("word", word)]
        if word in ("corrected", "superseded"):
            others = [id for id, d in self.state.documents.items() if d.issuer == speaker]
            lines += [("replaced-by", self.pick(others, "d" * 64))]
        if word == "lift":
            known = [said.id for said in document.words] if document else []
            lines += [("lifts", self.pick(known, "c" * 64))]
        lines += [("lang", "en"), *self.effective()]
        if self.often(0.2):
            lines += [self.sealed("passage", b'{"type":"TextQuoteSelector","exact":"We"}')]
        return lines + [self.sealed("reason")]
