"""The forward pass: docs/record.md section 4, and what the valid statements of a log
add up to (section 6).

`State.push` takes the entries in order; what is void raises Malformed and the
next may follow. Whether a statement is valid is judged in judge.py; how the
facts are written, in facts.py.
"""

from dataclasses import dataclass, field

from notes import Malformed, parse_vkey
from standing import Word


@dataclass
class Issuer:
    """A name with keys here."""

    keys: str  # the id of its `keys`
    entry: int
    logged: str
    key: str
    superior: str | None = None
    accepted: int | None = None
    copied_from: str | None = None
    copied_keys: int | None = None


@dataclass
class Said:
    """A statement at its place: a document, a rendition, a comment or a note."""

    entry: int
    logged: str
    statement: object
    rank: int | None = None


@dataclass
class Document:
    """A document and all that its voices said of it."""

    registered: Said
    copied_from: str | None
    words: list = field(default_factory=list)
    renditions: list = field(default_factory=list)
    comments: list = field(default_factory=list)

    @property
    def statement(self):
        return self.registered.statement

    @property
    def issuer(self):
        return self.statement.get("speaker")

    def is_attributed(self):
        return self.statement.get("word") == "attributed"

    def previous(self, speaker):
        """The `previous` that the speaker's next word must carry."""
        own = [w.id for w in self.words if w.voice == speaker and w.copied_from is None]
        return own[-1] if own else self.statement.id

    def last_entry(self):
        said = [self.registered, *self.words, *self.renditions, *self.comments]
        return max(one.entry for one in said)


@dataclass
class Text:
    """Whose own a comparison form is, and the documents that have it."""

    issued: dict = field(default_factory=dict)  # name -> first entry
    documents: dict = field(default_factory=dict)  # ids, as an ordered set


@dataclass
class Epoch:
    """The latest epoch."""

    entry: int
    logged: str
    size: int  # of the checkpoint in it
    manifest: str | None


class State:
    """What the log has come to."""

    def __init__(self, origin):
        self.origin = origin
        self.log_key = None
        self.latest = ""
        self.suffixes, self.lists = None, []  # (entry, version) of each list
        self.epoch = None
        self.count = 0
        self.counts, self.admitted, self.withheld = {}, {}, {}
        self.issuers, self.documents, self.names = {}, {}, {}
        self.texts, self.files, self.notes = {}, {}, {}
        self.seen = {}
        self.changed = set()  # keys of facts, for whoever keeps them

    # Questions.

    def copied_from(self, statement):
        """The record that it was meant for, if another."""
        record = statement.get("record")
        return None if record == self.origin else record

    def registrable(self, name):
        return self.suffixes.registrable(name) if self.suffixes else None

    def superior(self, name):
        labels = name.split(".")
        for start in range(1, len(labels) - 1):
            above = ".".join(labels[start:])
            if above in self.issuers and self.issuers[above].copied_from is None:
                bound = self.registrable(name)
                if bound and (above == bound or above.endswith(f".{bound}")):
                    return above
                break
        issuer = self.issuers.get(name)
        return issuer.superior if issuer and issuer.accepted is not None else None

    def superiors(self, name):
        """All who stand above, nearest first."""
        chain, at = [], name
        while (at := self.superior(at)) and at != name and at not in chain:
            if len(chain) == 255:
                break
            chain.append(at)
        return chain

    def rank(self, speaker, issuer):
        """0 for the issuer, 1 for its superior, and so on; None for no voice."""
        voices = [issuer, *self.superiors(issuer)]
        return voices.index(speaker) if speaker in voices else None

    def below(self, speaker, issuer):
        voices = [issuer, *self.superiors(issuer)]
        return voices[: voices.index(speaker)] if speaker in voices else []

    # The pass.

    def push(self, index, entry, attached, judge):
        """Takes the next entry, or raises Malformed where it is void."""
        earlier = self.latest
        self.latest = max(earlier, entry.logged)
        self._touch("log")
        try:
            if entry.logged < earlier:
                raise Malformed(f"logged {entry.logged}, but an entry before it {earlier}")
            judge(self, index, entry, attached)
        except Malformed:
            if self._is_signed(entry):
                self._remember_issued(index, entry.statement)
            raise
        self._remember_issued(index, entry.statement)
        self.seen[entry.statement.id] = index
        getattr(self, f"_take_{entry.statement.kind}")(index, entry, attached)

    def _touch(self, *words):
        self.changed.add(" ".join(str(word) for word in words))

    def _is_signed(self, entry):
        issuer = self.issuers.get(entry.statement.get("speaker"))
        try:
            return bool(issuer and entry.note.verify([parse_vkey(issuer.key)]))
        except Malformed:
            return False

    def _own_text(self, statement):
        """The comparison form of the text that a statement makes its speaker's own."""
        kind, word = statement.kind, statement.get("word")
        if kind == "document":
            return statement.get("comparison") if word == "issued" else None
        document = self.documents.get(statement.get("document"))
        if document is None or document.issuer != statement.get("speaker"):
            return None
        if kind == "standing" and word == "issued":
            return document.statement.get("comparison")
        if kind == "rendition" and self.copied_from(statement) is None:
            issued = document.statement.get("word") == "issued"
            return statement.get("comparison") if issued else None
        return None

    def _remember_issued(self, index, statement):
        comparison = self._own_text(statement)
        if comparison is not None:
            text = self.texts.setdefault(comparison, Text())
            text.issued.setdefault(statement.get("speaker"), index)
            self._touch("text", comparison)

    def _take_record(self, index, entry, attached):
        statement = entry.statement
        if statement.get("log-key") is not None:
            self.log_key = statement.get("log-key")
            self._touch("record")
        if statement.get("suffixes") is not None:
            self.suffixes = attached.suffixes
            self.lists.append((index, statement.get("suffix-version")))
            self._touch("record")
        if is_epoch(statement):
            manifest = statement.get("manifest")
            if manifest == "none":
                manifest = self.epoch.manifest if self.epoch else None
            size = attached.checkpoint.size
            self.epoch = Epoch(index, entry.logged, size, manifest)
            self._touch("epoch")
        for admitted in statement.all("admit"):
            name, key = admitted.split(" ")
            self.admitted.setdefault(name, {}).setdefault(key, index)
            self._touch("admitted", name)
        for withheld in statement.all("withhold"):
            self.withheld.setdefault(int(withheld), index)
            self._touch("withheld", withheld)

    def _take_keys(self, index, entry, _):
        statement = entry.statement
        name, copied = statement.get("speaker"), self.copied_from(statement)
        before = self.issuers.get(name)
        self.issuers[name] = Issuer(
            keys=statement.id,
            entry=index,
            logged=entry.logged,
            key=statement.get("key"),
            superior=None if copied else statement.get("superior"),
            copied_from=copied,
            copied_keys=before.entry if before else None,
        )
        self._touch("issuer", name)

    def _take_acceptance(self, index, entry, _):
        name = entry.statement.get("subordinate")
        self.issuers[name].accepted = index
        self._touch("issuer", name)

    def _take_document(self, index, entry, _):
        statement = entry.statement
        copied, issuer = self.copied_from(statement), statement.get("speaker")
        document = Document(Said(index, entry.logged, statement), copied)
        word, replaced = statement.get("word"), statement.get("replaces")
        if replaced is not None:
            said = self._first_word(index, entry, "superseded", statement.id)
            self.documents[replaced].words.append(said)
            self._touch("document", replaced)
        if word != "attributed":
            document.words.append(self._first_word(index, entry, word))
        self.documents[statement.id] = document
        self.names.setdefault(statement.get("name"), []).append((statement.id, copied))
        self.counts[issuer] = self.counts.get(issuer, 0) + 1
        self.count += 1
        self._add_text(statement.get("comparison"), statement.id)
        self._touch("document", statement.id)
        self._touch("name", statement.get("name"))
        self._touch("documents", issuer)

    def _first_word(self, index, entry, word, target=None):
        statement = entry.statement
        return Word(
            entry=index,
            logged=entry.logged,
            id=statement.id,
            voice=statement.get("speaker"),
            rank=0,
            below=(),
            effective=statement.get("effective"),
            copied_from=self.copied_from(statement),
            lang=statement.get("lang"),
            word=word,
            target=target,
            reason=statement.get("reason"),
        )

    def _add_text(self, comparison, document):
        self.texts.setdefault(comparison, Text()).documents.setdefault(document)
        self._touch("text", comparison)

    def _take_rendition(self, index, entry, _):
        statement = entry.statement
        document, sha256 = statement.get("document"), statement.get("sha256")
        self.documents[document].renditions.append(Said(index, entry.logged, statement))
        self.files.setdefault(sha256, []).append((document, index))
        self._touch("document", document)
        self._touch("file", sha256)
        if statement.get("forms") is not None:
            self._add_text(statement.get("comparison"), document)

    def _take_standing(self, index, entry, _):
        statement = entry.statement
        speaker, id = statement.get("speaker"), statement.get("document")
        document = self.documents[id]
        rank = self.rank(speaker, document.issuer)
        if rank is None:  # a voice no more, which lifts its own word
            rank = [w.rank for w in document.words if w.voice == speaker][-1]
        document.words.append(
            Word(
                entry=index,
                logged=entry.logged,
                id=statement.id,
                voice=speaker,
                rank=rank,
                below=tuple(self.below(speaker, document.issuer)),
                effective=statement.get("effective"),
                copied_from=self.copied_from(statement),
                lang=statement.get("lang"),
                word=statement.get("word"),
                target=statement.get("replaced-by") or statement.get("lifts"),
                passages=tuple(statement.all("passage")),
                reason=statement.get("reason"),
            )
        )
        self._touch("document", id)

    def _take_comment(self, index, entry, _):
        statement = entry.statement
        document = self.documents[statement.get("document")]
        rank = self.rank(statement.get("speaker"), document.issuer)
        document.comments.append(Said(index, entry.logged, statement, rank))
        self._touch("document", statement.get("document"))

    def _take_note(self, index, entry, _):
        document = entry.statement.get("document")
        self.notes.setdefault(document, []).append(Said(index, entry.logged, entry.statement))
        self._touch("notes", document)


def is_epoch(statement):
    """Whether it is a `record` statement that commits to a map."""
    return statement.kind == "record" and statement.get("map") not in (None, "none")
