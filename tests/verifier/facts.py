"""Facts: how the state is written, docs/record.md section 6."""

import hashlib

KINDS = (
    "record log epoch admitted withheld issuer commitment documents name text file document notes"
).split()


def fact(state, key):
    """The bytes of the fact under this key; None if there is none."""
    kind, _, name = key.partition(" ")
    lines = WRITERS[kind](state, name)
    return None if lines is None else "".join([f"{key}\n", *lines]).encode()


def map_key(key):
    return hashlib.sha256(key.encode()).digest()


class Facts:
    """All facts of a state, kept up as it grows."""

    def __init__(self, state):
        self._state = state
        self.by_key = {}  # the map's key -> the fact's bytes

    def refresh(self):
        """Writes what has changed; returns the map's keys of that."""
        changed, self._state.changed = self._state.changed, set()
        found = set()
        for key in changed:
            content = fact(self._state, key)
            if content is not None:
                self.by_key[map_key(key)] = content
                found.add(map_key(key))
        return found


def dash(value):
    return "-" if value is None else value


def _record(state, _):
    if state.log_key is None:
        return None
    lists = [f"suffixes {entry} {version}\n" for entry, version, _ in state.lists]
    is_open = [] if state.open is None else [f"open {state.open}\n"]
    return [f"origin {state.origin}\n", f"log-key {state.log_key}\n", *is_open, *lists]


def _log(state, _):
    if state.log_key is None:
        return None
    return [f"time {state.latest}\n", f"documents {state.count}\n"]


def _epoch(state, _):
    epoch = state.epoch
    if epoch is None:
        return None
    lines = [f"entry {epoch.entry} {epoch.logged} {epoch.size}\n"]
    return lines + ([f"manifest {epoch.manifest}\n"] if epoch.manifest else [])


def _admitted(state, name):
    keys = [f"key {entry} {key}\n" for key, entry in state.admitted.get(name, {}).items()]
    proofs = [
        f"proof {proof.place.entry} {proof.place.logged} {proof.keys} {proof.method} "
        f"{dash(proof.superior)}\n"
        for proof in state.proofs.get(name, [])
    ]
    return keys + proofs or None


def _withheld(state, name):
    by = state.withheld.get(int(name))
    return None if by is None else [f"by {by}\n"]


def _issuer(state, name):
    acts = state.history(name)
    return [_said(act.statement.kind, act) for act in acts] or None


def _commitment(state, name):
    said = state.commitments.get(name)
    if said is None:
        return None
    lines = [f"{key} {said.statement.get(key)}\n" for key in ("speaker", "leaves", "root")]
    return [f"entry {said.place.entry} {said.place.logged}\n", *lines]


def _documents(state, name):
    count = state.counts.get(name)
    return count and [f"count {count}\n"]


def _name(state, name):
    lineage = state.names.get(name)
    return lineage and [
        f"document {id} {'own' if copied is None else 'copied'}\n" for id, copied in lineage
    ]


def _text(state, name):
    text = state.texts.get(name)
    if text is None:
        return None
    issued = [f"issued {name} {entry}\n" for name, entry in text.issued.items()]
    return issued + [f"document {id}\n" for id in text.documents]


def _file(state, name):
    files = state.files.get(name)
    return files and [f"rendition {document} {entry}\n" for document, entry in files]


def _said(kind, said, *more):
    """A line with entry, time, signers and number of lines, and the statement."""
    text, place = said.statement.text, said.place
    values = [kind, place.entry, place.logged, *more, said.signers, text.count("\n")]
    return f"{' '.join(str(value) for value in values)}\n{text}"


def _document(state, name):
    document = state.documents.get(name)
    if document is None:
        return None
    return [
        _said("registered", document.registered),
        *(_word(word) for word in document.words),
        *(_said("rendition", rendition) for rendition in document.renditions),
        *(_said("comment", comment, comment.rank) for comment in document.comments),
    ]


def _word(word):
    values = [word.place.entry, word.place.logged, word.id, word.voice, word.rank]
    values += [",".join(word.below) or "-", dash(word.effective), dash(word.copied_from)]
    values += [word.signers, word.lang, word.word, dash(word.target)]
    lines = [f"word {' '.join(str(value) for value in values)}\n"]
    lines += [f"passage {passage}\n" for passage in word.passages]
    lines += [f"reason {word.reason}\n"] if word.reason else []
    lines += [f"also {lang} {reason}\n" for lang, reason in word.translations]
    return "".join(lines)


def _notes(state, name):
    notes = state.notes.get(name)
    return notes and [_said("note", note) for note in notes]


WRITERS = {kind: globals()[f"_{kind}"] for kind in KINDS}
