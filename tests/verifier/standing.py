"""Words on a document, and which of them have ended: docs/authority.md, rule 1, as
docs/record.md section 4 uses it.

Which word leads is not asked here.
"""

from dataclasses import dataclass

WARNINGS = ("held", "withdrawn", "in-error", "disowned")
CLASSES = {"issued": "affirmation", "corrected": "succession", "superseded": "succession"}
CLASSES.update(dict.fromkeys(WARNINGS, "warning"))


@dataclass(frozen=True)
class Word:
    """A valid word at its place. `target` is the id in `replaced-by` or `lifts`."""

    entry: int
    logged: str
    id: str
    voice: str
    rank: int
    below: tuple
    effective: str | None
    copied_from: str | None
    lang: str
    word: str
    target: str | None = None
    passages: tuple = ()
    reason: str | None = None

    @property
    def kind(self):
        """Its class; None for a lift."""
        return CLASSES.get(self.word)

    def binds(self):
        claimed = self.effective or self.logged
        return min(claimed, self.logged) if self.kind == "warning" else claimed

    def counts(self):
        return self.copied_from is None or self.kind == "warning"

    def ends(self, earlier):
        own, native = self.voice == earlier.voice, self.copied_from is None
        if own and self.kind and self.kind == earlier.kind:
            if native or self.copied_from == earlier.copied_from:
                return True
        if not native or not (own or earlier.voice in self.below):
            return False
        if self.word == "issued":
            return earlier.kind != "affirmation"
        return self.word == "lift" and self.target == earlier.id


def not_ended(words, now):
    """The words that nothing has ended by `now`, in log order."""
    live = []
    for word in words:
        if not word.counts():
            continue
        if word.binds() <= now:
            live = [earlier for earlier in live if not word.ends(earlier)]
        if word.kind:
            live.append(word)
    return live
