"""Whether a statement is valid at its place: the table of docs/record.md section 4.

Says no by raising Malformed, and changes nothing.
"""

from notes import Malformed, parse_vkey
from standing import WARNINGS, not_ended
from state import is_epoch

MOST_FOLLOWED = 10_000


def judge(state, index, entry, attached):
    """Judges the next entry, whose time has been looked at."""
    statement = entry.statement
    check_not_repeated(state, statement)
    if statement.kind == "record":
        return judge_record(state, index, entry, attached)
    if state.log_key is None:
        raise Malformed(f"a `{statement.kind}` that cannot stand at entry {index}")
    if statement.kind == "keys":
        return judge_keys(state, entry)
    speaker = statement.get("speaker")
    if speaker not in state.issuers:
        raise Malformed(f"{speaker} has no key in this record at this point")
    check_signed(entry, state.issuers[speaker].key, speaker)
    return JUDGES[statement.kind](state, entry)


def check_signed(entry, key, speaker):
    try:
        entry.note.verify([parse_vkey(key)])
    except Malformed as error:
        raise Malformed(f"not signed by {speaker}: {error}") from error


def check_not_repeated(state, statement):
    if statement.kind != "record":
        if statement.id in state.seen:
            raise Malformed(f"repeats the statement of entry {state.seen[statement.id]}")
        return
    if statement.get("log-key") or statement.get("suffixes") or is_epoch(statement):
        return
    admits = [line.split(" ") for line in statement.all("admit")]
    known = [key in state.admitted.get(name, {}) for name, key in admits]
    known += [int(entry) in state.withheld for entry in statement.all("withhold")]
    if all(known):
        raise Malformed("repeats what was said before")


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
    if is_epoch(statement):
        check_epoch(state, index, statement, attached.checkpoint)
    for withheld in statement.all("withhold"):
        if int(withheld) >= index:
            raise Malformed(f"withholds entry {withheld}, which is not before it")
    check_signed(entry, key, "the log")


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


def judge_keys(state, entry):
    statement = entry.statement
    speaker, key = statement.get("speaker"), statement.get("key")
    known, copied = state.issuers.get(speaker), state.copied_from(statement)
    check_signed(entry, key, speaker)
    if known and (known.copied_from is None or copied):
        raise Malformed(f"{speaker} has keys already")
    if key not in state.admitted.get(speaker, {}):
        raise Malformed(f"the key {key} is not admitted for {speaker}")
    superior = statement.get("superior")
    if superior == speaker:
        raise Malformed(f"{speaker} cannot be its own superior")
    lists = state.suffixes is not None and state.suffixes.is_list()
    if superior and lists and state.registrable(superior) is None:
        raise Malformed(f"{superior} is a public suffix")


def judge_acceptance(state, entry):
    statement = entry.statement
    speaker, name = statement.get("speaker"), statement.get("subordinate")
    if state.copied_from(statement):
        raise Malformed(f"an acceptance in the record {statement.get('record')!r}")
    issuer = state.issuers.get(name)
    if issuer is None or issuer.keys != statement.get("keys"):
        raise Malformed(f"these are not the keys of {name}")
    if issuer.superior != speaker:
        raise Malformed(f"{name} does not name {speaker} as its superior")
    if issuer.accepted is not None:
        raise Malformed(f"{name} is accepted already")
    if name in state.superiors(speaker):
        raise Malformed(f"{name} stands above {speaker}")


def judge_document(state, entry):
    statement = entry.statement
    speaker, replaces = statement.get("speaker"), statement.get("replaces")
    native = state.copied_from(statement) is None
    if native:
        lineage = state.names.get(statement.get("name"), [])
        own = [id for id, copied in lineage if copied is None]
        if own and replaces != own[-1]:
            raise Malformed(f"{statement.get('name')} is taken")
    if replaces is not None:
        old = known(state, replaces)
        if old.issuer != speaker or old.is_attributed():
            raise Malformed(f"replaces what is no document of {speaker}")
        check_previous(old, statement, native)
    if statement.get("word") == "disowned":
        check_not_own(state, speaker, statement)
    if statement.get("attributed-to") == speaker:
        raise Malformed("attributed to its own speaker")


def judge_remark(state, entry):
    """A rendition, a comment or a note."""
    statement = entry.statement
    document, copied = known(state, statement.get("document")), state.copied_from(statement)
    if copied and document.copied_from != copied:
        raise Malformed(f"a copied {statement.kind} on a document that is not copied from there")
    rank = state.rank(statement.get("speaker"), document.issuer)
    if (rank is None) != (statement.kind == "note"):
        raise Malformed(f"a {statement.kind} of {statement.get('speaker')}, which is not for it")


def judge_standing(state, entry):
    statement = entry.statement
    speaker, word = statement.get("speaker"), statement.get("word")
    document, native = known(state, statement.get("document")), not state.copied_from(statement)
    lifts = statement.get("lifts")
    own = any(w.id == lifts and w.voice == speaker for w in document.words)
    if not own and state.rank(speaker, document.issuer) is None:
        raise Malformed(f"{speaker} is no voice on this document")
    if document.is_attributed():
        raise Malformed("a document registered as seen has no standing")
    if word not in WARNINGS:
        check_previous(document, statement, native)
    if statement.get("replaced-by") is not None:
        check_successor(state, document, statement, entry.logged)
    elif word == "disowned":
        check_not_own(state, speaker, document.statement)
    elif word == "lift" and native:
        check_lift(state, document, statement, entry.logged)


def known(state, id):
    if id not in state.documents:
        raise Malformed(f"the document {id} is not here")
    return state.documents[id]


def check_previous(document, statement, native):
    right = document.previous(statement.get("speaker"))
    if native and statement.get("previous") != right:
        raise Malformed(f"stale: its `previous` should be {right}")


def check_not_own(state, speaker, statement):
    text = state.texts.get(statement.get("comparison"))
    if text and speaker in text.issued:
        raise Malformed(f"{speaker} issued this very text at entry {text.issued[speaker]}")


def check_successor(state, document, statement, now):
    successor = known(state, statement.get("replaced-by"))
    voices = (document.issuer, statement.get("speaker"))
    if successor.issuer not in voices or successor.is_attributed():
        raise Malformed("its replacement is no document of the issuer or the speaker")
    seen = [successor.statement.id]
    for at in seen:
        if at == document.statement.id:
            raise Malformed("its replacement is itself replaced by this document")
        for word in not_ended(state.documents[at].words, now):
            if word.kind == "succession" and word.target not in seen:
                if len(seen) < MOST_FOLLOWED:
                    seen.append(word.target)


def check_lift(state, document, statement, now):
    live = [w for w in not_ended(document.words, now) if w.id == statement.get("lifts")]
    if not live:
        raise Malformed("lifts a word that is not in force")
    if live[0].kind == "affirmation":
        raise Malformed("lifts an affirmation")
    speaker = statement.get("speaker")
    if live[0].voice not in [speaker, *state.below(speaker, document.issuer)]:
        raise Malformed(f"lifts a word of {live[0].voice}")


JUDGES = {
    "acceptance": judge_acceptance,
    "document": judge_document,
    "rendition": judge_remark,
    "comment": judge_remark,
    "note": judge_remark,
    "standing": judge_standing,
}
