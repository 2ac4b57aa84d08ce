"""The forward pass: docs/record.md section 4, and what the valid statements of a log
add up to (section 6).

`State.push` takes the entries in order; what is void raises Malformed and the
next may follow. Whether a statement is valid is judged in judge.py; how the
facts are written, in facts.py.
"""

from authority import Act, Place, View
from notes import Malformed
from revoking import counting_with
from signing import signers_of
from things import Document, Epoch, Proof, Said, Text, Word, act_of


class State:
    """What the log has come to."""

    def __init__(self, origin):
        self.origin = origin
        self.log_key = self.open = None
        self.latest = ""
        self.suffixes, self.lists = None, []  # (entry, version, list) of each
        self.epoch = None
        self.count = 0
        self.counts, self.admitted, self.proofs, self.withheld = {}, {}, {}, {}
        self.documents, self.commitments, self.names = {}, {}, {}
        self.texts, self.files, self.notes = {}, {}, {}
        self.acts = []  # of all histories, in log order
        self.view = View([], [], self.suffixes_at)  # as it is now
        self.seen = {}
        self.changed = set()  # keys of facts, for whoever keeps them

    # Questions.

    def copied_from(self, statement):
        """The record that it was meant for, if another."""
        record = statement.get("record")
        return None if record == self.origin else record

    def suffixes_at(self, entry):
        """The public suffix list in force at an entry."""
        found = [suffixes for at, _, suffixes in self.lists if at < entry]
        return found[-1] if found else None

    def history(self, name):
        return [act for act in self.acts if act.name == name]

    # The pass.

    def push(self, index, entry, attached, judge):
        """Takes the next entry, or raises Malformed where it is void."""
        earlier, statement = self.latest, entry.statement
        self.latest = max(earlier, entry.logged)
        self._touch("log")
        place = Place(index, entry.logged)
        try:
            if entry.logged < earlier:
                raise Malformed(f"logged {entry.logged}, but an entry before it {earlier}")
            signers = judge(self, place, entry, attached)
        except Malformed:
            if self._has_a_signer(place, entry):
                self._remember_own(index, statement)
            raise
        self._remember_own(index, statement)
        self.seen[statement.id] = index
        if statement.kind == "record":
            return self._take_record(place, statement, attached)
        if statement.kind in ("keys", "acceptance", "revocation"):
            return self._take_act(place, statement, signers)
        getattr(self, f"_take_{statement.kind}")(place, statement, signers)

    def _touch(self, *words):
        self.changed.add(" ".join(str(word) for word in words))

    def _has_a_signer(self, place, entry):
        """Whether a usable key of its speaker signed what is void."""
        keys = self.view.in_force(entry.statement.get("speaker"), place)
        try:
            return bool(keys and signers_of(self.view, keys, place, entry).keys)
        except Malformed:
            return False

    def _own_text(self, statement):
        """The comparison form of the text that a statement makes its speaker's own."""
        kind, word = statement.kind, statement.get("word")
        if kind == "opening" or (kind == "document" and word == "issued"):
            return statement.get("comparison")
        document = self.documents.get(statement.get("document"))
        if document is None or document.issuer != statement.get("speaker"):
            return None
        if kind == "standing" and word == "issued":
            return document.statement.get("comparison")
        if kind == "rendition" and self.copied_from(statement) is None:
            return statement.get("comparison") if self._own_text(document.statement) else None
        return None

    def _remember_own(self, index, statement):
        comparison = self._own_text(statement)
        if comparison is not None:
            text = self.texts.setdefault(comparison, Text())
            text.issued.setdefault(statement.get("speaker"), index)
            self._touch("text", comparison)

    def _take_record(self, place, statement, attached):
        index = place.entry
        if statement.get("log-key") is not None:
            self.log_key, self.open = statement.get("log-key"), statement.get("open")
            self._touch("record")
        if statement.get("suffixes") is not None:
            self.suffixes = attached.suffixes
            self.lists.append((index, statement.get("suffix-version"), attached.suffixes))
            self._touch("record")
        if statement.is_epoch():
            manifest = statement.get("manifest")
            if manifest == "none":
                manifest = self.epoch.manifest if self.epoch else None
            size = attached.checkpoint.size
            self.epoch = Epoch(index, place.logged, size, manifest)
            self._touch("epoch")
        for admitted in statement.all("admit"):
            name, key = admitted.split(" ")
            self.admitted.setdefault(name, {}).setdefault(key, index)
            self._touch("admitted", name)
        for proof in statement.all("proof"):
            name, keys, method, superior = proof.split(" ")
            superior = None if superior == "-" else superior
            self.proofs.setdefault(name, []).append(Proof(place, keys, method, superior))
            self._touch("admitted", name)
        for withheld in statement.all("withhold"):
            self.withheld.setdefault(int(withheld), index)
            self._touch("withheld", withheld)

    def _take_act(self, place, statement, signers):
        """A statement of a history."""
        act = Act(place, statement, signers, self.copied_from(statement))
        if statement.kind == "revocation":
            count = counting_with(self.acts, self.view.revocations, act, self.suffixes_at)
            self.view = View(self.acts, count, self.suffixes_at)
        else:
            self.view.take(act)
        self.acts.append(act)
        self._touch("issuer", act.name)

    def _take_commitment(self, place, statement, signers):
        self.commitments[statement.id] = Said(place, statement, signers)
        self._touch("commitment", statement.id)

    def _take_document(self, place, statement, signers):
        """A document or an opening, with the word that it says itself."""
        copied, issuer = self.copied_from(statement), statement.get("speaker")
        document = Document(Said(place, statement, signers), copied)
        word, replaced = statement.get("word") or "draft", statement.get("replaces")
        if replaced is not None:
            said = self._first_word(document, "superseded", statement.id)
            self.documents[replaced].words.append(said)
            self._touch("document", replaced)
        if word != "attributed":
            document.words.append(self._first_word(document, word))
        self.documents[statement.id] = document
        self.names.setdefault(statement.get("name"), []).append((statement.id, copied))
        self.counts[issuer] = self.counts.get(issuer, 0) + 1
        self.count += 1
        self._add_text(statement.get("comparison"), statement.id)
        self._touch("document", statement.id)
        self._touch("name", statement.get("name"))
        self._touch("documents", issuer)

    _take_opening = _take_document

    def _first_word(self, document, word, target=None):
        statement = document.statement
        return Word(
            place=document.place,
            id=statement.id,
            voice=statement.get("speaker"),
            rank=0,
            below=(),
            effective=statement.get("effective"),
            copied_from=document.copied_from,
            signers=document.registered.signers,
            act=act_of(statement),
            lang=statement.get("lang"),
            word=word,
            target=target,
            reason=statement.get("reason"),
        )

    def _add_text(self, comparison, document):
        self.texts.setdefault(comparison, Text()).documents.setdefault(document)
        self._touch("text", comparison)

    def _take_rendition(self, place, statement, signers):
        document, sha256 = statement.get("document"), statement.get("sha256")
        self.documents[document].renditions.append(Said(place, statement, signers))
        self.files.setdefault(sha256, []).append((document, place.entry))
        self._touch("document", document)
        self._touch("file", sha256)
        if statement.get("forms") is not None:
            self._add_text(statement.get("comparison"), document)

    def _take_standing(self, place, statement, signers):
        speaker, id = statement.get("speaker"), statement.get("document")
        document = self.documents[id]
        rank = self.view.rank(speaker, document.issuer, place)
        if rank is None:  # a voice no more, which lifts its own word
            rank = [w.rank for w in document.words if w.voice == speaker][-1]
        langs, reasons = statement.all("lang"), statement.all("reason")
        document.words.append(
            Word(
                place=place,
                id=statement.id,
                voice=speaker,
                rank=rank,
                below=tuple(self.view.below(speaker, document.issuer, place)),
                effective=statement.get("effective"),
                copied_from=self.copied_from(statement),
                signers=signers,
                act=act_of(statement),
                lang=langs[0],
                word=statement.get("word"),
                target=statement.get("replaced-by") or statement.get("lifts"),
                passages=tuple(statement.all("passage")),
                reason=reasons[0] if reasons else None,
                translations=tuple(zip(langs[1:], reasons[1:])),
            )
        )
        self._touch("document", id)

    def _take_comment(self, place, statement, signers):
        document = self.documents[statement.get("document")]
        rank = self.view.rank(statement.get("speaker"), document.issuer, place)
        document.comments.append(Said(place, statement, signers, rank))
        self._touch("document", statement.get("document"))

    def _take_note(self, place, statement, signers):
        document = statement.get("document")
        self.notes.setdefault(document, []).append(Said(place, statement, signers))
        self._touch("notes", document)
