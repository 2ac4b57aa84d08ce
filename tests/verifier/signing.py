"""Whose keys signed a note: docs/record.md section 3."""

from authority import KeyList, Signers
from notes import Malformed, parse_vkey


def verified(note, keys):
    """Those of the (index, key) pairs that signed; Malformed if one is claimed falsely."""
    vkeys = [parse_vkey(vkey) for _, vkey in keys]
    claimed = {(name, key_id) for name, key_id, _ in note.signatures}
    if not any((key.name, key.key_id) in claimed for key in vkeys):
        return ()
    signed = {key.text for key in note.verify(vkeys)}
    return tuple((index, vkey) for index, vkey in keys if vkey in signed)


def signers_of(view, keys, place, entry, recovery=False):
    """The usable keys that signed, by the keys in force."""
    usable = view.usable(keys.list, place)
    if not recovery:
        usable = [pair for pair in usable if not pair[0].startswith("r")]
    return Signers(keys.act.place.entry, verified(entry.note, usable))


def keys_of(view, speaker, place):
    keys = view.in_force(speaker, place)
    if keys is None:
        raise Malformed(f"{speaker} has no key in this record at this point")
    return keys


def signers_of_words(view, place, entry, act):
    """The signers of what is no act on keys; Malformed where they are too few."""
    speaker = entry.statement.get("speaker")
    keys = keys_of(view, speaker, place)
    try:
        signers = signers_of(view, keys, place, entry)
    except Malformed as error:
        raise Malformed(f"not signed by {speaker}: {error}") from error
    check_enough(speaker, act, len(signers.keys), keys.list.takes(act), entry.note)
    return signers


def check_enough(speaker, act, has, takes, note):
    if has == 0:
        names = ", ".join(sorted({name for name, _, _ in note.signatures}))
        why = f"no signature by a key in force (signed by {names})"
        raise Malformed(f"not signed by {speaker}: {why}")
    if has < takes:
        raise Malformed(f"not signed by {speaker}: {has} of {takes} signatures for `{act}`")


def signers_of_first_keys(view, place, entry):
    """Of first keys and claims: by the keys that they list."""
    statement = entry.statement
    listed = KeyList(statement)
    usable = [pair for pair in view.usable(listed, place) if not pair[0].startswith("r")]
    signers = Signers(place.entry, verified(entry.note, usable))
    check_enough(statement.name(), "keys", len(signers.keys), listed.takes("keys"), entry.note)
    return signers
