"""The check of a whole record: docs/record.md sections 4 to 6.

Reads every entry, makes every fact, and holds all that lies in the folder against
them. The segments of the index are only held against their digests.
"""

import pathlib
from base64 import b64encode

import merkle
from attached import Attached, attach
from blobs import open_blobs
from cosignatures import cosigned_at
from epochs import Epochs
from folder import Folder
from index import check_index
from judge import judge
from layers import CURRENT, check_map, parse_current
from notes import Malformed, parse_checkpoint, parse_vkey
from opened import check_opened
from report import Report, must_read
from state import State
from statements import parse_entry
from tree import check_signature, check_tree


def verify_record(path, pinned=None, olds=(), witnesses=()):
    """Checks a record folder; `olds` are paths of earlier checkpoints."""
    report = Report()
    folder = Folder(path, report)
    # Before the checkpoint: then the log has the entry that the map rests on.
    current = read_current(folder)
    raw = must_read(pathlib.Path(path) / "checkpoint")
    try:
        checkpoint = parse_checkpoint(raw)
    except Malformed as error:
        report.fault("checkpoint", error)
        return report
    entries = folder.entries(checkpoint.size)
    log = Pass(folder, checkpoint, pinned, current)
    log.run(entries)
    check_signature(report, "checkpoint", checkpoint, log.log_key())
    check_blobs(folder, checkpoint.size, len(entries), log)
    if len(entries) == checkpoint.size and None not in entries:
        check_tree(folder, checkpoint, entries, log.log_key(), olds)
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        log.epochs.check_checkpoints(merkle.Tree(leaves), witnesses)
        check_index(folder, log.state.epoch, merkle.Tree(leaves))
    summarize(report, checkpoint, log, pinned, witnesses)
    return report


def summarize(report, checkpoint, log, pinned, witnesses):
    cosigned = []
    for witness in witnesses:
        try:
            at = cosigned_at(checkpoint.note, witness)
        except Malformed as error:
            report.fault("checkpoint", error)
            continue
        cosigned.append(f", cosigned by {witness.name} {f'at {at}' if at else 'not'}")
    report.summary.append(
        f"sound: {checkpoint.size} entries, {log.epochs.count()} epochs, "
        f"root {b64encode(checkpoint.root).decode()}, {key_source(pinned)}{''.join(cosigned)}"
    )


def key_source(pinned):
    return "log key pinned" if pinned else "log key taken from entry 0"


def read_current(folder):
    """What `map/current` says; None without a sound one."""
    raw = folder.read(CURRENT)
    try:
        return None if raw is None else parse_current(raw)
    except Malformed as error:
        folder.report.fault(CURRENT, error)
        return None


class Pass:
    """The forward pass over a folder's entries."""

    def __init__(self, folder, checkpoint, pinned, current):
        self.folder, self.size, self.pinned = folder, checkpoint.size, pinned
        self.current = current
        self.state = State(checkpoint.origin)
        self.epochs = Epochs(folder.report, self.state)
        self.statements = {}  # entry -> statement, of all that parse

    def log_key(self):
        key = self.pinned or (self.state.log_key and parse_vkey(self.state.log_key))
        return key or self._named

    def run(self, entries):
        report, self._named = self.folder.report, None
        if self.size == 0:
            report.fault("checkpoint", "size 0: there is no entry 0")
        for index, raw in enumerate(entries):
            if self.current and self.current.entry == index:
                self._check_current(index)
            if raw is None:
                continue
            try:
                entry = parse_entry(raw)
                self._accept(index, entry)
            except Malformed as error:
                report.fault(f"entry {index}", error)
        if self.current and self.current.entry >= len(entries):
            report.fault(CURRENT, f"rests on entry {self.current.entry}, which is not here")
        elif self.current and not self.epochs.is_one(self.current.entry, self.current.root):
            what = f"entry {self.current.entry} does not commit to it"
            report.fault(CURRENT, what)
        if not self.current and self.epochs.count() and not self.folder.read(CURRENT):
            report.fault(CURRENT, "missing")

    def _accept(self, index, entry):
        statement = self.statements[index] = entry.statement
        key = statement.get("log-key")
        if index == 0 and key is not None:
            self._named = parse_vkey(key)
            if self.pinned and key != self.pinned.text:
                raise Malformed(f"names the log key {key}, not the pinned one")
        attached = self._attached(index, statement)
        if statement.is_epoch():
            self.epochs.before()
        self.state.push(index, entry, attached, judge)
        if statement.is_epoch():
            self.epochs.take(index, statement, attached.checkpoint)

    def _attached(self, index, statement):
        if statement.kind != "record":
            return Attached()
        raw = self.folder.blobs(index, self.size)[1]
        try:
            return attach(statement, open_blobs(statement.blobs(), raw), self.log_key())
        except Malformed:
            return Attached()  # named when the blobs are checked

    def _check_current(self, index):
        if self.current.covers != index:
            self.folder.report.fault(CURRENT, f"covers {self.current.covers}, not {index}")
        check_map(self.folder, self.current, self.epochs.all_facts())


def check_blobs(folder, size, found, log):
    """Every blob is what its statement says, and what is withheld is gone."""
    for index in range(found):
        statement = log.statements.get(index)
        blobs = statement.blobs() if statement else []
        name, raw = folder.blobs(index, size)
        where = name if ".p/" in name else f"{name}, entry {index}"
        if index in log.state.withheld:
            if raw or has_single(folder, index):
                folder.report.fault(where, "is withheld, and lies there all the same")
        elif statement and not blobs:
            if raw or ".p/" in name and folder.read(name) is not None:
                folder.report.fault(where, f"entry {index} has no blob lines")
        elif blobs and not raw:
            folder.report.fault(where, "missing")
        elif blobs:
            try:
                contents = open_blobs(blobs, raw)
                if statement.kind == "opening":
                    check_opened(statement, contents)
            except Malformed as error:
                folder.report.fault(where, error)


def has_single(folder, index):
    number, place = divmod(index, merkle.TILE_WIDTH)
    return bool(folder.read(f"blob/{merkle.number_path(number)}.p/{place}"))
