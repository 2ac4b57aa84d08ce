"""Random documents and words on them: for random_log.py."""

import hashlib

import sample_log
from sample_draft import LEAVES, Draft
from sample_log import ORIGIN, statement, statement_id
from standing import right_previous

WORDS = ["issued", "held", "withdrawn", "in-error", "disowned", "corrected", "superseded"]
WORDS += ["lift"] * 4
TEXTS = [str(digit) * 64 for digit in range(1, 6)]


class RandomWords:
    """Makes documents, drafts, words and remarks."""

    def make_document(self, speaker):
        word = self.pick(["issued"] * 8 + ["disowned", "attributed"])
        lines = [("name", f"{speaker}/{self.pick('abcdefgh')}"), ("word", word)]
        mine = [d for d in self.now.documents.values() if d.issuer == speaker]
        if word == "issued" and self.often(0.4) and mine:
            old = self.pick(mine)
            lines = [("name", old.statement.get("name")), ("word", word)]
            lines += [("previous", right_previous(self.view, old, speaker))]
            lines += [("replaces", old.statement.id)]
        if word == "attributed":
            lines += [("attributed-to", self.pick(self.names)), ("reported", "held")]
        lines += [("genre", "letter"), ("lang", "en"), *self.effective()]
        lines += [*self.forms(), self.sealed("title", b"A letter"), self.sealed("text", b"We go.")]
        lines += [self.sealed("reason")] if word == "disowned" else []
        return lines + ([self.sealed("source")] if word == "attributed" else [])

    def forms(self):
        return [("forms", sample_log.FORMS), ("search", "f" * 64), ("comparison", self.pick(TEXTS))]

    def make_commitment(self, speaker):
        draft = Draft(*(f"Paragraph {self.random.randrange(1000)}." for _ in range(3)))
        lines = [("leaves", LEAVES), ("root", draft.root)]
        head = [("record", ORIGIN), ("speaker", speaker)]
        self.drafts[statement_id(statement("commitment", *head, *lines))] = draft
        return lines

    def make_opening(self, speaker):
        commitments = self.now.commitments.values()
        mine = [c.statement.id for c in commitments if c.statement.get("speaker") == speaker]
        id = self.pick(mine if self.often(0.9) else self.drafts, None)
        draft = self.drafts.get(id) or Draft("Nothing.", "was", "committed")
        text, proof = draft.open(*self.random.sample(range(3), self.pick([1, 2, 3])))
        lines = [("name", f"{speaker}/{self.pick('abcdefgh')}"), ("commitment", id or "0" * 64)]
        lines += [("genre", "letter"), ("lang", "en"), *self.forms()]
        lines += [self.sealed("title", b"A draft"), self.sealed("text", text)]
        return [*lines, self.sealed("proof", proof)]

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
        word, previous = self.pick(WORDS), "b" * 64
        if document and self.often(0.9):
            previous = right_previous(self.view, document, speaker)
        lines = [("document", id), ("previous", previous), ("word", word)]
        if word in ("corrected", "superseded"):
            others = [id for id, d in self.now.documents.items() if d.issuer == speaker]
            lines += [("replaced-by", self.pick(others, "d" * 64))]
        if word == "lift":
            lines += [("lifts", self.some_word(document, speaker))]
        lines += [("lang", "en"), *self.effective()]
        if self.often(0.2):
            lines += [self.sealed("passage", b'{"type":"TextQuoteSelector","exact":"We"}')]
        lines.append(self.sealed("reason"))
        if self.often(0.1):
            lines += [("lang", "fr"), self.sealed("reason", b"Voil\xc3\xa0.")]
        return lines

    def some_word(self, document, speaker):
        """What a lift ends, mostly a warning."""
        words = document.words if document else []
        severe = [w for w in words if w.word not in ("issued", "draft", "lift")]
        own = [w for w in severe if w.voice == speaker]
        found = self.pick(own if self.often(0.3) else severe) or self.pick(words)
        return found.id if found else "c" * 64
