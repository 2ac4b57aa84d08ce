"""Words on a document, and which of them have ended: docs/authority.md, rule 1 and
"every act is asked again", as docs/record.md section 4 uses it.

Which word leads is not asked here.
"""

from dataclasses import dataclass

WARNINGS = ("held", "withdrawn", "in-error", "disowned")
CLASSES = {"issued": "affirmation", "draft": "affirmation"}
CLASSES.update({"corrected": "succession", "superseded": "succession"})
CLASSES.update(dict.fromkeys(WARNINGS, "warning"))


@dataclass(frozen=True)
class Weighed:
    """A word, asked again under the revocations that count."""

    word: object
    tenure: int
    below: list
    is_voice: bool
    is_signed: bool
    took: int  # the signatures that its act took
    has: int  # those that it has
    by_all: bool  # all listed keys signed

    @property
    def kind(self):
        """Its class; None for a lift."""
        return CLASSES.get(self.word.word)

    @property
    def is_void(self):
        return not self.is_signed and self.kind != "warning"

    @property
    def counts(self):
        if self.is_void or not self.is_voice:
            return False
        return self.word.copied_from is None or self.kind == "warning"

    @property
    def binds(self):
        claimed = self.word.effective or self.word.place.logged
        return min(claimed, self.word.place.logged) if self.kind == "warning" else claimed

    def is_of(self, earlier):
        """Whether it is of the same voice: the same name in the same tenure."""
        return (self.word.voice, self.tenure) == (earlier.word.voice, earlier.tenure)

    def is_enough_for(self, earlier):
        """Whether it has the signatures that it takes to end an earlier one."""
        return self.by_all or self.has >= earlier.took

    def ends(self, earlier):
        if not self.is_signed or not self.is_enough_for(earlier):
            return False
        own, copied = self.is_of(earlier), self.word.copied_from
        if own and self.kind and self.kind == earlier.kind:
            if copied is None or copied == earlier.word.copied_from:
                return True
        if copied is not None or not (own or earlier.word.voice in self.below):
            return False
        if self.word.word == "issued":
            return earlier.kind != "affirmation"
        return self.word.word == "lift" and self.word.target == earlier.word.id


def weigh(view, document, word):
    """Asks a word again."""
    place, voice = word.place, word.voice
    is_voice = view.leads_up_to(voice, document.issuer, place)
    if voice != document.issuer and word.word not in WARNINGS:
        is_voice = is_voice and not view.is_new(voice, document.issuer, place, document.place)
    below = list(word.below) if is_voice else []
    if word.word == "lift" and not is_voice:  # a voice no more, which lifts its own word
        is_voice = any(w.voice == voice and w.id == word.target for w in document.words)
    keys = view.in_force(voice, place)
    signed = view.signed_with(keys.list, place, word.signers)[0] if keys else []
    return Weighed(
        word=word,
        tenure=view.tenure(voice, place),
        below=below,
        is_voice=is_voice,
        is_signed=view.is_signed(voice, word.act, place, word.signers),
        took=view.took(word.act, word.signers),
        has=len(signed),
        by_all=keys is not None and len(signed) == len(keys.list.keys),
    )


def weigh_all(view, document):
    return [weigh(view, document, word) for word in document.words]


def not_ended(weighed, now):
    """The words that nothing has ended by `now`, in log order."""
    live = []
    for word in weighed:
        if not word.counts:
            continue
        if word.binds <= now:
            live = [earlier for earlier in live if not word.ends(earlier)]
        if word.kind:
            live.append(word)
    return live


def right_previous(view, document, speaker):
    """The `previous` that the speaker's next word must carry."""
    own = [
        one.word.id
        for one in weigh_all(view, document)
        if one.word.voice == speaker
        and one.word.copied_from is None
        and one.is_voice
        and not one.is_void
    ]
    return own[-1] if own else document.statement.id
