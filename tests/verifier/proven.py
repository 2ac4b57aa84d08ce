"""What a slip proves: docs/record.md section 9. Needs nothing but the slip, and the
public suffix list where superiors by ancestry speak.
"""

import hashlib
from base64 import b64encode

import merkle
from attached import Attached, attach
from facts import fact, map_key
from judge import judge
from notes import Malformed, parse_checkpoint, parse_vkey
from opened import check_opened
from prefixmap import check_absence, check_presence
from report import Report
from slips import parse_slip
from standing import CLASSES
from state import State
from statements import parse_entry
from suffixes import Suffixes
from tree import check_signature


def verify_slip(raw, pinned=None, suffixes=None):
    """Checks a slip; `suffixes` are the bytes of a public suffix list."""
    report = Report()
    try:
        slip = parse_slip(raw)
    except Malformed as error:
        report.fault("slip", error)
        return report
    try:
        checkpoint = parse_checkpoint(slip.checkpoint)
    except Malformed as error:
        report.fault("checkpoint", error)
        return report
    if checkpoint.origin != slip.record:
        report.fault("checkpoint", f"of {checkpoint.origin!r}, but the slip of {slip.record!r}")
    if not slip.entries or slip.entries[0].index != 0:
        report.fault("slip", "entry 0 is not in it")
    proof = Proof(report, slip, checkpoint, pinned, suffixes)
    proof.run()
    check_signature(report, "checkpoint", checkpoint, proof.log_key)
    if slip.document not in proof.state.documents:
        report.fault("slip", f"the document {slip.document} is not in it")
    else:
        report.summary = [proof.head(), *words_said(proof.statements, slip.document)]
    return report


class Proof:
    """The forward pass over the entries of a slip, and its proofs of facts."""

    def __init__(self, report, slip, checkpoint, pinned, suffixes):
        self.report, self.slip, self.checkpoint = report, slip, checkpoint
        self.pinned, self.log_key, self.suffixes = pinned, pinned, suffixes
        self.state = State(slip.record)
        self.statements = []  # (entry, statement) of the valid ones
        self.hidden = []  # (entry, field) of what is not opened
        self.epoch = None  # (entry, time) of a proven one
        self.lists_known = True

    def run(self):
        for entry in self.slip.entries:
            try:
                self._check_entry(entry)
            except Malformed as error:
                self.report.fault(f"entry {entry.index}", error)
        for index, field in self.hidden:
            if index not in self.state.withheld:
                self.report.fault(f"entry {index}", f"its {field} is not opened")
        if self.slip.epoch and self.epoch is None:
            self.report.fault("slip", f"its epoch, entry {self.slip.epoch.entry}, is not in it")

    def head(self):
        """What is proven, in a line."""
        slip, source = self.slip, "pinned" if self.pinned else "taken from entry 0"
        if self.epoch is None:
            latest = "later words unknown"
        elif self.state.documents[slip.document].last_entry() > self.epoch[0]:
            latest = f"newer than the epoch at entry {self.epoch[0]}"
        else:
            latest = f"nothing else by {self.epoch[1]}, the epoch at entry {self.epoch[0]}"
        unknown = "" if self.lists_known else ", superiors by ancestry not proven"
        root = b64encode(self.checkpoint.root).decode()
        return (
            f"slip: document {slip.document} of {slip.record}, {len(slip.entries)} entries, "
            f"root {root}, log key {source}{unknown}, {latest}"
        )

    def _check_entry(self, written):
        leaf, size, root = merkle.leaf_hash(written.raw), self.checkpoint.size, self.checkpoint.root
        if not merkle.inclusion_holds(leaf, written.index, size, written.path, root):
            what = "its path does not lead to the checkpoint's root"
            self.report.fault(f"entry {written.index}", what)
        entry = parse_entry(written.raw)
        statement = entry.statement
        self._find_log_key(written.index, statement)
        attached = self._open(written, statement)
        if self.slip.epoch and self.slip.epoch.entry == written.index:
            self._check_facts(statement)
        self.state.push(written.index, entry, attached, judge)
        self.statements.append((written.index, statement))
        if self.slip.epoch and self.slip.epoch.entry == written.index:
            self.epoch = written.index, entry.logged

    def _find_log_key(self, index, statement):
        key = statement.get("log-key")
        if index == 0 and key is not None:
            if self.pinned and key != self.pinned.text:
                raise Malformed(f"names the log key {key}, not the pinned one")
            self.log_key = parse_vkey(key)

    def _open(self, written, statement):
        """Checks the opened blobs; returns what matters of them."""
        blobs, contents = statement.blobs(), [None] * len(statement.blobs())
        for position, salt, content in written.opened:
            if position >= len(blobs):
                raise Malformed(f"blob {position}: no such blob line")
            blobs[position].check(salt, content)
            contents[position] = content
        for position, blob in enumerate(blobs):
            if blob.field == "suffixes":
                contents[position] = self._own_list(blob)
        self._note_hidden(written, statement)
        if statement.kind == "opening" and None not in contents:
            check_opened(statement, contents)
        if statement.kind != "record":
            return Attached()
        attached = attach(statement, contents, self.log_key)
        if statement.get("suffixes") is not None and attached.suffixes is None:
            attached.suffixes, self.lists_known = Suffixes(""), False
        return attached

    def _own_list(self, blob):
        """The bytes of the verifier's list, where that is the one named."""
        own = self.suffixes
        if own is None or len(own) != blob.length or hashlib.sha256(bytes(32) + own).hexdigest() != blob.sha256:
            return None
        return own

    def _note_hidden(self, written, statement):
        """All must be opened but a document's or translation's text, and what is withheld."""
        shown = {position for position, _, _ in written.opened}
        is_text = statement.kind in ("document", "rendition")
        for position, blob in enumerate(statement.blobs()):
            closed = blob.field == "suffixes" or (is_text and blob.field == "text")
            if position not in shown and not closed:
                self.hidden.append((written.index, blob.field))

    def _check_facts(self, statement):
        """The facts of the entries before must be those of the map, and all that matter."""
        if not statement.is_epoch():
            raise Malformed("is no epoch")
        root = bytes.fromhex(statement.get("map"))
        for key, siblings in self.slip.epoch.facts:
            value = fact(self.state, key)
            try:
                if value is None:
                    check_absence(root, map_key(key), siblings)
                else:
                    check_presence(root, map_key(key), value, siblings)
            except Malformed as error:
                raise Malformed(f"the fact {key!r} is another in its map: {error}") from error
        proven = {key for key, _ in self.slip.epoch.facts}
        for key in self._needed():
            if key not in proven:
                raise Malformed(f"the fact {key!r} is not proven")

    def _needed(self):
        """The keys of the facts that must be proven."""
        yield f"document {self.slip.document}"
        document = self.state.documents.get(self.slip.document)
        if document is None:
            return
        if document.statement.kind == "opening":
            yield f"commitment {document.statement.get('commitment')}"
        names = [document.issuer, *(word.voice for word in document.words)]
        yield from (f"issuer {name}" for name in self._whole(names))
        for word in document.words:
            if CLASSES.get(word.word) == "succession":
                yield f"document {word.target}"

    def _whole(self, names):
        """These names, all who speak or are named in their histories, and so on."""
        found = list(dict.fromkeys(names))
        for name in found:
            for act in self.state.history(name):
                for other in (act.speaker, act.statement.get("superior")):
                    if other is not None and other not in found:
                        found.append(other)
        return found


def words_said(statements, document):
    """A line for each word; of another document than the slip's, with its id."""
    lines = []
    for index, statement in statements:
        word = "draft" if statement.kind == "opening" else statement.get("word")
        if word is not None:
            subject = statement.get("document") or statement.id
            other = "" if subject == document else f" on {subject}"
            lines.append(f"entry {index} {statement.get('speaker')} {word}{other}")
    return lines
