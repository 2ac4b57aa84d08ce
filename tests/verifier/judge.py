"""Whether a statement is valid at its place: the table of docs/record.md section 4.

Says no by raising Malformed, and changes nothing; gives the signers. Statements on
keys are in judge_keys.py.
"""

from judge_keys import judge_acceptance, judge_keys, judge_revocation
from notes import Malformed, parse_vkey
from signing import signers_of_words
from standing import WARNINGS, not_ended, right_previous, weigh_all
from things import act_of

MOST_FOLLOWED = 10_000


def judge(state, place, entry, attached):
    """Judges the next entry, whose time has been looked at; its signers."""
    statement = entry.statement
    check_not_repeated(state, statement)
    if statement.kind == "record":
        return judge_record(state, place.entry, entry, attached)
    if state.log_key is None:
        raise Malformed(f"a `{statement.kind}` that cannot stand at entry {place.entry}")
    if statement.kind in ON_KEYS:
        return ON_KEYS[statement.kind](state, place, entry)
    signers = signers_of_words(state.view, place, entry, act_of(statement))
    JUDGES[statement.kind](state, place, statement, signers)
    return signers


def check_not_repeated(state, statement):
    if statement.kind != "record" or statement.get("proof"):
        if statement.id in state.seen and not is_void_acceptance(state, statement):
            raise Malformed(f"repeats the statement of entry {state.seen[statement.id]}")
        return
    if statement.get("log-key") or statement.get("suffixes") or statement.is_epoch():
        return
    admits = [line.split(" ") for line in statement.all("admit")]
    known = [key in state.admitted.get(name, {}) for name, key in admits]
    known += [int(entry) in state.withheld for entry in statement.all("withhold")]
    if all(known):
        raise Malformed("repeats what was said before")


def is_void_acceptance(state, statement):
    """One that a revocation has made void may be said again."""
    accepted = [act.statement.id for act in state.view.acceptances(statement.name())]
    return statement.kind == "acceptance" and statement.id not in accepted


def judge_record(state, index, entry, attached):
    statement = entry.statement
    own, record = statement.get("log-key"), statement.get("record")
    if (own is not None) != (index == 0) or (index and state.log_key is None):
        raise Malformed(f"a `record` that cannot stand at entry {index}")
    key = own or state.log_key
    if parse_vkey(key).name != record or record != state.origin:
        raise Malformed(f"speaks of the record {record!r}")
    if statement.get("suffixes") is not None and attached.suffixes is None:
        raise Malformed("its public suffix list is missing")
    if statement.is_epoch():
        check_epoch(state, index, statement, attached.checkpoint)
    for withheld in statement.all("withhold"):
        if int(withheld) >= index:
            raise Malformed(f"withholds entry {withheld}, which is not before it")
    try:
        entry.note.verify([parse_vkey(key)])
    except Malformed as error:
        raise Malformed(f"not signed by the log: {error}") from error


def check_epoch(state, index, statement, checkpoint):
    if checkpoint is None:
        raise Malformed("its checkpoint is missing, or not one of this log")
    if checkpoint.size > index:
        raise Malformed(f"its checkpoint has {checkpoint.size} entries")
    if state.epoch and checkpoint.size <= state.epoch.size:
        raise Malformed("its checkpoint is not newer than that of the epoch before")
    manifest = statement.get("manifest")
    if manifest != "none" and int(manifest.split(" ")[0]) > index:
        raise Malformed("its index covers entries behind it")


# Documents, and what is said of them.


def judge_commitment(state, place, statement, signers):
    check_native(state, statement)


def check_native(state, statement):
    if state.copied_from(statement) is not None:
        raise Malformed(f"for the record {statement.get('record')!r}")


def judge_opening(state, place, statement, signers):
    check_native(state, statement)
    speaker, commitment = statement.get("speaker"), state.commitments.get(statement.get("commitment"))
    if commitment is None or commitment.statement.get("speaker") != speaker:
        raise Malformed(f"opens what is no commitment of {speaker}")
    check_name(state, statement)


def judge_document(state, place, statement, signers):
    speaker, replaces = statement.get("speaker"), statement.get("replaces")
    native = state.copied_from(statement) is None
    if native:
        check_name(state, statement)
    if replaces is not None:
        old = known(state, replaces)
        if old.issuer != speaker or old.is_attributed():
            raise Malformed(f"replaces what is no document of {speaker}")
        check_previous(state, old, statement)
        check_not_new(state, old, speaker, place)
    if statement.get("word") == "disowned":
        check_not_own(state, speaker, statement)
    if statement.get("attributed-to") == speaker:
        raise Malformed("attributed to its own speaker")


def check_name(state, statement):
    """The name is given once, but for what replaces the newest that is not void."""
    lineage = [id for id, copied in state.names.get(statement.get("name"), []) if copied is None]
    own = [id for id in lineage if not is_void(state, state.documents[id])]
    if own and statement.get("replaces") != own[-1]:
        raise Malformed(f"{statement.get('name')} is taken")


def is_void(state, document):
    """Whether revocations have left a document unsigned."""
    said, act = document.registered, act_of(document.statement)
    return not state.view.is_signed(document.issuer, act, said.place, said.signers)


def judge_remark(state, place, statement, signers):
    """A rendition, a comment or a note."""
    document, copied = known(state, statement.get("document")), state.copied_from(statement)
    speaker = statement.get("speaker")
    if copied and document.copied_from != copied:
        raise Malformed(f"a copied {statement.kind} on a document that is not copied from there")
    rank = state.view.rank(speaker, document.issuer, place)
    if (rank is None) != (statement.kind == "note"):
        raise Malformed(f"a {statement.kind} of {speaker}, which is not for it")
    if statement.kind == "rendition":
        check_not_new(state, document, speaker, place)


def check_not_new(state, document, speaker, place):
    """One who is new to a document only warns, comments and lifts its own words."""
    if state.view.is_new(speaker, document.issuer, place, document.place):
        raise Malformed(f"{speaker} is new to the document")


def judge_standing(state, place, statement, signers):
    speaker, word, view = statement.get("speaker"), statement.get("word"), state.view
    document, native = known(state, statement.get("document")), not state.copied_from(statement)
    lifts = statement.get("lifts")
    own = any(w.id == lifts and w.voice == speaker for w in document.words)
    if not own and view.rank(speaker, document.issuer, place) is None:
        raise Malformed(f"{speaker} is no voice on this document")
    if document.is_attributed():
        raise Malformed("a document registered as seen has no standing")
    if word not in WARNINGS:
        check_previous(state, document, statement)
        if not own:
            check_not_new(state, document, speaker, place)
    if statement.get("replaced-by") is not None:
        check_successor(state, document, statement, place.logged)
    elif word == "disowned":
        check_not_own(state, speaker, document.statement)
    elif word == "lift" and native:
        check_lift(state, document, statement, place, signers)


def known(state, id):
    if id not in state.documents:
        raise Malformed(f"the document {id} is not here")
    return state.documents[id]


def check_previous(state, document, statement):
    right = right_previous(state.view, document, statement.get("speaker"))
    if state.copied_from(statement) is None and statement.get("previous") != right:
        raise Malformed(f"stale: its `previous` should be {right}")


def check_not_own(state, speaker, statement):
    text = state.texts.get(statement.get("comparison"))
    if text and speaker in text.issued:
        raise Malformed(f"{speaker} issued this very text at entry {text.issued[speaker]}")


def live(state, document, now):
    return not_ended(weigh_all(state.view, document), now)


def check_successor(state, document, statement, now):
    successor = known(state, statement.get("replaced-by"))
    voices = (document.issuer, statement.get("speaker"))
    if successor.issuer not in voices or successor.is_attributed():
        raise Malformed("its replacement is no document of the issuer or the speaker")
    seen = [successor.statement.id]
    for at in seen:
        if at == document.statement.id:
            raise Malformed("its replacement is itself replaced by this document")
        for one in live(state, state.documents[at], now):
            if one.kind == "succession" and one.word.target not in seen:
                if len(seen) < MOST_FOLLOWED:
                    seen.append(one.word.target)


def check_lift(state, document, statement, place, signers):
    found = [
        one for one in live(state, document, place.logged) if one.word.id == statement.get("lifts")
    ]
    if not found:
        raise Malformed("lifts a word that is not in force")
    lifted, view, speaker = found[0], state.view, statement.get("speaker")
    if lifted.kind == "affirmation":
        raise Malformed("lifts an affirmation")
    tenure = view.tenure(speaker, place)
    if (lifted.word.voice, lifted.tenure) != (speaker, tenure):
        if lifted.word.voice not in view.below(speaker, document.issuer, place):
            raise Malformed(f"lifts a word of {lifted.word.voice}")
    by_all = len(signers.keys) == len(view.in_force(speaker, place).list.keys)
    if len(signers.keys) < lifted.took and not by_all:
        raise Malformed(f"lifts a word that took {lifted.took} signatures")


ON_KEYS = {
    "keys": judge_keys,
    "acceptance": judge_acceptance,
    "revocation": judge_revocation,
}
JUDGES = {
    "commitment": judge_commitment,
    "document": judge_document,
    "opening": judge_opening,
    "rendition": judge_remark,
    "comment": judge_remark,
    "note": judge_remark,
    "standing": judge_standing,
}
