"""Whether `keys`, an acceptance or a revocation is valid at its place: docs/record.md
section 4, docs/authority.md, "Names and keys", "Revocation" and "Voices".

Says no by raising Malformed, and changes nothing; gives the signers.
"""

from authority import NOTICE, Act, KeyList, Signers, View, identity, milliseconds
from notes import Malformed
from revoking import counting_with
from signing import (
    check_enough,
    keys_of,
    signers_of,
    signers_of_first_keys,
    signers_of_words,
    verified,
)

MOST_SUSPECT = NOTICE


# Keys.


def judge_keys(state, place, entry):
    statement, view = entry.statement, state.view
    name, copied = statement.name(), state.copied_from(statement)
    if copied and (view.history(name) or statement.get("previous") != "none"):
        raise Malformed(f"{name} has keys already, and these are copied")
    if statement.get("previous") == "none":
        if statement.get("speaker") != name:
            raise Malformed(f"first keys of {name}, but {statement.get('speaker')} speaks")
        signers = signers_of_first_keys(view, place, entry)
        check_admitted(state, place, statement, signers)
    else:
        last = view.last_keys(name, place)
        right = last.act.statement.id if last else "none"
        if statement.get("previous") != right:
            raise Malformed(f"stale: its `previous` should be {right} or none")
        signers = signers_of_later_keys(view, place, entry)
    check_not_revoked(view, statement)
    check_superior(state, name, statement.get("superior"))
    return signers


def signers_of_later_keys(view, place, entry):
    """By the name itself, by one recovery key, or from above."""
    statement = entry.statement
    name, speaker = statement.name(), statement.get("speaker")
    if speaker != name:
        if speaker not in view.superiors(name, place):
            raise Malformed(f"{speaker} is not above {name}")
        if not view.is_above(speaker, name, place):
            raise Malformed(f"{speaker} is new to {name}")
        return signers_of_words(view, place, entry, "keys")
    keys = keys_of(view, name, place)
    try:
        signers = signers_of(view, keys, place, entry, recovery=True)
    except Malformed as error:
        raise Malformed(f"not signed by {speaker}: {error}") from error
    if not any(index.startswith("r") for index, _ in signers.keys):
        check_enough(name, "keys", len(signers.keys), keys.list.takes("keys"), entry.note)
    return signers


def check_admitted(state, place, statement, signers):
    """By a key on the allow-list that signed or, where the record is open, by a proof.

    A claim must be admitted anew: behind the keys with which the present tenure began.
    """
    name = statement.name()
    keys = state.view.tenure_began(name, place)
    began = keys.act.place.entry if keys else None
    admitted = state.admitted.get(name, {})
    for _, vkey in signers.keys:
        if vkey in admitted and (began is None or admitted[vkey] > began):
            return
    for proof in state.proofs.get(name, []) if state.open else []:
        if proof.keys == statement.id and (began is None or proof.place.entry > began):
            return
    raise Malformed(f"no key of these is admitted for {name}")


def check_not_revoked(view, statement):
    revoked = {identity(one.statement.get("key")) for one in view.revocations}
    for _, vkey in KeyList(statement).all():
        if identity(vkey) in revoked:
            raise Malformed(f"lists the key {vkey}, which was revoked")


def check_superior(state, name, superior):
    if superior is None:
        return
    if superior == name:
        raise Malformed(f"{name} cannot be its own superior")
    suffixes = state.suffixes
    if suffixes and suffixes.is_list() and suffixes.registrable(superior) is None:
        raise Malformed(f"{superior} is a public suffix")
    proofs = state.proofs.get(name)
    if proofs and proofs[-1].superior not in (None, superior):
        raise Malformed(f"{name} publishes another superior, {proofs[-1].superior}")


# Acceptances.


def judge_acceptance(state, place, entry):
    statement, view = entry.statement, state.view
    speaker, name = statement.get("speaker"), statement.get("subordinate")
    if state.copied_from(statement):
        raise Malformed(f"an acceptance in the record {statement.get('record')!r}")
    signers = signers_of_words(view, place, entry, "acceptance")
    keys = in_force_or_pending(view, name, place).get(statement.get("keys"))
    if keys is None:
        raise Malformed(f"these are not the keys of {name}")
    if keys.superior == speaker:
        if name in view.superiors(speaker, place):
            raise Malformed(f"{name} stands above {speaker}")
    elif keys.superior is None or view.superior(name, place) != speaker:
        raise Malformed(f"{name} does not name {speaker} as its superior")
    elif not view.is_above(speaker, name, place):
        raise Malformed(f"{speaker} is new to {name}")
    return signers


def in_force_or_pending(view, name, place):
    """The native keys that are in force, or may come to be: id -> keys."""
    present = view.in_force(name, place)
    return {
        keys.act.statement.id: keys
        for keys in view.history(name)
        if not keys.act.copied_from
        and (keys is present or (keys.binds > place.time and not keys.cancelled))
    }


# Revocations.


def judge_revocation(state, place, entry):
    statement, view = entry.statement, state.view
    if state.copied_from(statement):
        raise Malformed(f"a revocation in the record {statement.get('record')!r}")
    check_suspect(place, statement)
    name, key = statement.name(), statement.get("key")
    acts = [act for act in state.history(name) if act.statement.kind == "keys"]
    if not any(key in [vkey for _, vkey in KeyList(act.statement).all()] for act in acts):
        raise Malformed(f"no keys of {name} list {key}")
    widest = Signers(place.entry, signed_at_all(state, statement.get("speaker"), entry.note))
    act = Act(place, statement, widest)
    count = counting_with(state.acts, view.revocations, act, state.suffixes_at)
    if count is None:
        raise Malformed(f"not signed by {statement.get('speaker')} in its own light")
    view = View(state.acts, count, state.suffixes_at)
    if act.speaker != name and act.speaker not in view.superiors(name, place):
        raise Malformed(f"{act.speaker} is not above {name}")
    return signers_in(view, act, entry)


def check_suspect(place, statement):
    suspect = statement.get("suspect")
    if suspect is not None and not 0 <= place.time - milliseconds(suspect) <= MOST_SUSPECT:
        raise Malformed(f"suspect from {suspect}, but logged {place.logged}")


def signed_at_all(state, speaker, note):
    """Those of all keys that the speaker ever listed that signed."""
    found = {}
    for act in state.history(speaker):
        if act.statement.kind == "keys":
            for _, vkey in KeyList(act.statement).all():
                try:
                    found.update({key: vkey for _, key in verified(note, [("", vkey)])})
                except Malformed:
                    pass  # it spoils the note only if it is usable
    return tuple(("", vkey) for vkey in found)


def signers_in(view, act, entry):
    """The usable keys that signed a revocation, in its own light."""
    keys = keys_of(view, act.speaker, act.place)
    own = act.speaker == act.name
    try:
        return signers_of(view, keys, act.place, entry, recovery=own)
    except Malformed as error:
        raise Malformed(f"not signed by {act.speaker}: {error}") from error
