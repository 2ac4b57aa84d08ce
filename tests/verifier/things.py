"""What the valid statements of a log come to: documents with what was said of them,
texts, epochs. Only kept here; state.py fills them.
"""

from dataclasses import dataclass, field

from authority import Place, Signers


@dataclass
class Said:
    """A statement at its place: a document, a rendition, a comment or a note."""

    place: Place
    statement: object
    signers: Signers
    rank: int | None = None


@dataclass(frozen=True)
class Word:
    """A valid word at its place. `target` is the id in `replaced-by` or `lifts`."""

    place: Place
    id: str
    voice: str
    rank: int
    below: tuple
    effective: str | None
    copied_from: str | None
    signers: Signers
    act: str  # the act whose rule says how many signatures it took
    lang: str
    word: str
    target: str | None = None
    passages: tuple = ()
    reason: str | None = None
    translations: tuple = ()  # (lang, reason) pairs


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
    def place(self):
        return self.registered.place

    @property
    def issuer(self):
        return self.statement.get("speaker")

    def is_attributed(self):
        return self.statement.get("word") == "attributed"

    def last_entry(self):
        said = [self.registered, *self.words, *self.renditions, *self.comments]
        return max(one.place.entry for one in said)


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


@dataclass(frozen=True)
class Proof:
    """That a name published the id of keys, as the operator found."""

    place: Place
    keys: str
    method: str
    superior: str | None


def act_of(statement):
    """The act whose rule says how many signatures a statement takes."""
    kind, word = statement.kind, statement.get("word")
    if kind == "document":
        return "document" if word == "issued" else word
    if kind == "standing":
        return word
    return "draft" if kind in ("commitment", "opening") else kind
