"""Names, their keys and who stands above whom: docs/authority.md, "Names and keys",
"Revocation" and the first part of "Voices".

A view is what the histories of all names come to under given revocations: it asks every
act again, in log order. Which revocations count is found in revoking.py; what a
statement must be to come into a history, in judge_keys.py.
"""

import functools
from dataclasses import dataclass
from datetime import datetime, timezone

from notes import parse_vkey

HOUR = 3_600_000
DELAY, NOTICE = 72 * HOUR, 14 * 24 * HOUR
MOST_SUPERIORS = 8


@functools.lru_cache(maxsize=4096)
def milliseconds(time):
    """A time as a number that can be added to."""
    found = datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return int(found.timestamp()) * 1000 + int(time[20:23])


@dataclass(frozen=True)
class Place:
    """An entry with its logged time."""

    entry: int
    logged: str

    @property
    def time(self):
        return milliseconds(self.logged)


@dataclass(frozen=True)
class Moment:
    """A time, with all entries before a place known."""

    entry: int
    time: int


@dataclass(frozen=True)
class Signers:
    """The usable keys that signed: `<entry of their keys>:<i>,…` and what they are."""

    entry: int
    keys: tuple  # (index as it is written, key) of each

    def __str__(self):
        return f"{self.entry}:{','.join(index for index, _ in self.keys)}"


@dataclass(frozen=True)
class Act:
    """A statement of a history: `keys`, an acceptance or a revocation."""

    place: Place
    statement: object
    signers: Signers
    copied_from: str | None = None

    @property
    def name(self):
        return self.statement.name()

    @property
    def speaker(self):
        return self.statement.get("speaker")


@functools.lru_cache(maxsize=4096)
def identity(vkey):
    """A key, whatever its label: the name whose it is, and its 32 bytes."""
    key = parse_vkey(vkey)
    return key.name.partition("/")[0], key.public


class KeyList:
    """What a `keys` statement lists."""

    def __init__(self, statement):
        rows = [row.partition(" ") for row in statement.all("key")]
        self.keys = [(str(i), vkey) for i, (vkey, _, _) in enumerate(rows)]
        self.expiry = {vkey: milliseconds(time) for vkey, _, time in rows if time}
        self.recovery = [(f"r{i}", vkey) for i, vkey in enumerate(statement.all("recovery"))]
        self.rules = {act: int(m) for act, m in (r.split(" ") for r in statement.all("rule"))}
        self.superior = statement.get("superior")

    def takes(self, act):
        """How many signatures an act takes."""
        return self.rules.get(act, self.rules["all"])

    def all(self):
        return [*self.keys, *self.recovery]

    def guarded(self):
        """What changes only with a delay."""
        return {vkey for _, vkey in self.recovery}, self.takes("keys"), self.superior


@dataclass
class Keys:
    """`keys` that are signed, in a view."""

    act: Act
    list: KeyList
    way: str  # "own", "recovery" or "above"
    is_claim: bool
    binds: int
    cancelled: bool = False

    @property
    def superior(self):
        return None if self.act.copied_from else self.list.superior

    def may_be_cancelled_by(self, later):
        if self.is_claim:
            return True
        if self.way == "own":
            return not later.is_claim
        return later.way != "own" and not later.is_claim


class View:
    """Every history, asked again under the revocations that count."""

    def __init__(self, acts, revocations, suffixes_at):
        self.revocations, self._suffixes_at = list(revocations), suffixes_at
        self._keys, self._acceptances = {}, {}
        self.lists = {}  # entry -> what its `keys` list, void ones too
        for act in acts:
            self.take(act)

    def take(self, act):
        """The next `keys` or acceptance; of no effect if it is not signed any more."""
        if act.statement.kind == "acceptance":
            signed = self.is_signed(act.speaker, "acceptance", act.place, act.signers)
            if signed and self.may_accept(act):
                self._acceptances.setdefault(act.name, []).append(act)
        elif act.statement.kind == "keys":
            self.lists[act.place.entry] = KeyList(act.statement)
            way = self.way_of_keys(act)
            if way is not None:
                self._take_keys(act, way)

    def _take_keys(self, act, way):
        before = self._keys.setdefault(act.name, [])
        listed, present = self.lists[act.place.entry], self.in_force(act.name, act.place)
        native = [keys for keys in before if not keys.act.copied_from]
        is_claim = act.statement.get("previous") == "none" and bool(native)
        binds = act.place.time
        if is_claim:
            binds += NOTICE
        elif act.statement.get("previous") != "none" and present and not present.act.copied_from:
            if listed.guarded() != present.list.guarded():
                binds += DELAY
        keys = Keys(act, listed, way, is_claim, binds)
        for earlier in before:
            if act.place.time < earlier.binds and earlier.may_be_cancelled_by(keys):
                earlier.cancelled = True
        before.append(keys)

    # Keys.

    def history(self, name):
        """The keys of a name that are signed, in log order."""
        return self._keys.get(name, [])

    def acceptances(self, name):
        return self._acceptances.get(name, [])

    def last_keys(self, name, place):
        """The native keys that the next ones name as `previous`; None if there are none."""
        for keys in reversed(self.history(name)):
            pending = keys.is_claim and (keys.cancelled or keys.binds > place.time)
            if not keys.act.copied_from and not pending:
                return keys
        return None

    def tenure_began(self, name, place):
        """The keys with which the present tenure began; None without keys."""
        bound = self.bound(name, place)
        claims = [keys for keys in bound if keys.is_claim]
        native = [keys for keys in bound if not keys.act.copied_from]
        return next(iter(claims[-1:] or native), None)

    def bound(self, name, place):
        """The keys that have bound by a place, the one in force last."""
        found = [
            keys
            for keys in self.history(name)
            if keys.act.place.entry < place.entry
            and keys.binds <= place.time
            and not keys.cancelled
        ]
        return sorted(found, key=lambda keys: (keys.binds, keys.act.place.entry))

    def in_force(self, name, place):
        bound = self.bound(name, place)
        return bound[-1] if bound else None

    def has_native(self, name, place):
        keys = self.in_force(name, place)
        return keys is not None and keys.act.copied_from is None

    def tenure(self, name, place):
        """How often the name has changed hands by a place."""
        return sum(keys.is_claim for keys in self.bound(name, place))

    def is_taken(self, vkey, place):
        """Whether a revocation that counts takes the key away at a place."""
        for revocation in self.revocations:
            if identity(revocation.statement.get("key")) == identity(vkey):
                suspect = revocation.statement.get("suspect")
                late = suspect is not None and place.time >= milliseconds(suspect)
                if late or place.entry > revocation.place.entry:
                    return True
        return False

    def usable(self, listed, place):
        """(index, key) of the usable keys of a list."""
        return [
            (index, vkey)
            for index, vkey in listed.all()
            if place.time < listed.expiry.get(vkey, place.time + 1)
            and not self.is_taken(vkey, place)
        ]

    # Signatures.

    def signed_with(self, listed, place, signers):
        """The usable keys of a list that are among the signers: (keys, recovery keys)."""
        signed = {identity(vkey) for _, vkey in signers.keys}
        left = [index for index, vkey in self.usable(listed, place) if identity(vkey) in signed]
        recovery = [index for index in left if index.startswith("r")]
        return [index for index in left if index not in recovery], recovery

    def is_signed(self, speaker, act, place, signers):
        """Whether enough keys of the speaker are among the signers."""
        keys = self.in_force(speaker, place)
        if keys is None:
            return False
        return len(self.signed_with(keys.list, place, signers)[0]) >= keys.list.takes(act)

    def took(self, act, signers):
        """How many signatures an act took, by the keys that its signers name."""
        return self.lists[signers.entry].takes(act)

    def way_of_keys(self, act):
        """How `keys` are signed; None if they are not, or not any more."""
        if act.statement.get("previous") != "none":
            return self.way_of(act.name, act.speaker, act.place, act.signers)
        listed = KeyList(act.statement)
        signed, _ = self.signed_with(listed, act.place, act.signers)
        enough = act.speaker == act.name and len(signed) >= listed.takes("keys")
        return "own" if enough else None

    def way_of(self, name, speaker, place, signers):
        """How an act on a name's keys is signed: by a recovery key, the name, or above."""
        if speaker != name:
            above = self.is_above(speaker, name, place)
            return "above" if above and self.is_signed(speaker, "keys", place, signers) else None
        present = self.in_force(name, place)
        if present and self.signed_with(present.list, place, signers)[1]:
            return "recovery"
        return "own" if self.is_signed(name, "keys", place, signers) else None

    # Who stands above.

    def superior(self, name, place):
        suffixes = self._suffixes_at(place.entry)
        domain = suffixes.registrable(name) if suffixes else None
        above = name
        while domain and above != domain and "." in above:
            above = above.partition(".")[2]
            if self.has_native(above, place):
                return above
        return self.accepted_superior(name, place)

    def accepted_superior(self, name, place):
        """The superior that the keys in force name, if it has accepted."""
        return next((named for named, _ in self.namings(name, place)), None)

    def namings(self, name, place):
        """The same with its tenures: by the keys that it accepted, of those since when they
        have named it without a break.
        """
        bound = self.bound(name, place)
        named = bound[-1].superior if bound else None
        accepted = {
            act.statement.get("keys")
            for act in self.acceptances(name)
            if act.speaker == named and act.place.entry < place.entry
        }
        for index in reversed(range(len(bound))):
            if named is None or bound[index].superior != named:
                break
            if bound[index].act.statement.id in accepted:
                yield named, sum(keys.is_claim for keys in bound[: index + 1])

    def leads_up_to(self, speaker, name, place, logged=None):
        """Whether a chain leads from a name up to another: of ancestors with native keys and
        accepted superiors, whatever suffix list. With `logged` only namings count that are as
        old as what was logged there.
        """
        reached = [name]
        for at in reached:
            above = [".".join(at.split(".")[n:]) for n in range(1, at.count("."))]
            above = [one for one in above if self.has_native(one, place)]
            for named, tenure in self.namings(at, place):
                if logged is None or tenure <= self.tenure(at, logged):
                    above.append(named)
            reached += [one for one in dict.fromkeys(above) if one not in reached]
        return speaker in reached

    def is_new(self, speaker, name, place, logged):
        """Whether a voice is new to what was logged at a place under a name."""
        if self.tenure(speaker, logged) < self.tenure(speaker, place):
            return True
        return not self.leads_up_to(speaker, name, place, logged)

    def is_above(self, speaker, name, place):
        """Whether one that stood above a name still does, and is not new to it."""
        began = self.tenure_began(name, place)
        if began is not None:
            if self.is_new(speaker, name, place, Moment(place.entry, began.binds)):
                return False
        return self.leads_up_to(speaker, name, place)

    def may_accept(self, act):
        """Whether an acceptance that was in order still is."""
        keys = {keys.act.statement.id: keys for keys in self.history(act.name)}
        named = keys.get(act.statement.get("keys"))
        if named is None:
            return False
        return named.superior == act.speaker or self.is_above(act.speaker, act.name, act.place)

    def superiors(self, name, place):
        """All who stand above, nearest first."""
        chain, at = [], name
        while len(chain) < MOST_SUPERIORS:
            at = self.superior(at, place)
            if at is None or at == name or at in chain:
                break
            chain.append(at)
        return chain

    def voices(self, issuer, place):
        """The issuer and all above: the rank of each is its index."""
        return [issuer, *self.superiors(issuer, place)]

    def rank(self, speaker, issuer, place):
        voices = self.voices(issuer, place)
        return voices.index(speaker) if speaker in voices else None

    def below(self, speaker, issuer, place):
        """Whose words the speaker may end: lower voices, and former ones that consented."""
        voices = self.voices(issuer, place)
        if speaker not in voices:
            return []
        chain = voices[: voices.index(speaker) + 1]
        below = chain[:-1]
        for name, superior in zip(chain, chain[1:]):
            below += self._former(name, superior, place)
        lower = chain[:-1]
        return [one for one in dict.fromkeys(below) if one in lower or one not in voices]

    def _former(self, name, superior, place):
        """The former superiors of a name that consented to this one, or to one of those."""
        found = [superior]
        for one in found:
            naming = {k.act.statement.id for k in self.history(name) if k.superior == one}
            for act in self.acceptances(name):
                named = act.statement.get("keys") in naming
                if named and act.place.entry < place.entry and act.speaker not in found:
                    found.append(act.speaker)
        return found[1:]
