"""Makes small records for the tests: its own signer, writer and slip maker.

Not a model of how a record should be written: it writes files in no careful
order, and lets a test put in what a record would refuse.
"""

import base64
import datetime
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import merkle
from attached import Attached, attach
from blobs import open_blobs
from facts import Facts, map_key
from judge import judge
from notes import Malformed, parse_vkey
from prefixmap import EMPTY, Tree, leaf, node_hash, sha256
from sample_map import map_files, prove
from state import State
from statements import parse_entry

ORIGIN = "record.example"
OFFICE = "northern-command.example"
OUTSIDER = "gazette.example"
TABLES = ("nfkc", "fold", "skeleton", "category", "script", "segments")
FORMS = " ".join(["v1", *(f"{table}=16.0.0" for table in TABLES)])


def b64(raw):
    return base64.b64encode(raw).decode()


class Signer:
    """An Ed25519 key derived from its name."""

    def __init__(self, name):
        seed = hashlib.sha256(name.encode()).digest()
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        typed = b"\x01" + public
        self.key_id = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
        self.vkey = f"{name}+{self.key_id.hex()}+{b64(typed)}"

    def line(self, text, spoil=False):
        """A signature line over a text; with `spoil`, one that does not verify."""
        signature = bytearray(self._key.sign(text.encode()))
        signature[40] ^= spoil
        return f"\u2014 {self.name} {b64(self.key_id + bytes(signature))}\n"

    def note(self, text):
        return note(text, [self])


def note(text, signers):
    return f"{text}\n{''.join(signer.line(text) for signer in signers)}".encode()


class Witness(Signer):
    """The key of a witness."""

    def __init__(self, name):
        super().__init__(name)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        typed = b"\x04" + public
        self.key_id = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
        self.vkey = f"{name}+{self.key_id.hex()}+{b64(typed)}"

    def cosign(self, checkpoint, seconds, spoil=False):
        """The checkpoint with a cosignature more."""
        text = checkpoint.rpartition(b"\n\n")[0] + b"\n"
        message = f"cosignature/v1\ntime {seconds}\n".encode() + text
        signature = bytearray(self._key.sign(message))
        signature[40] ^= spoil
        raw = self.key_id + seconds.to_bytes(8, "big") + bytes(signature)
        return checkpoint + f"\u2014 {self.name} {b64(raw)}\n".encode()


LOG = Signer(ORIGIN)
DESK = Signer(f"{OFFICE}/desk")
PRESS = Signer(f"{OUTSIDER}/press")


def time_at(milliseconds):
    """A time, so long after the beginning of the samples."""
    began = datetime.datetime(2026, 1, 6, 21, tzinfo=datetime.timezone.utc)
    at = began + datetime.timedelta(milliseconds=milliseconds)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def statement(kind, *lines):
    """The text of a statement from (key, value) pairs."""
    return "".join([f"erratum/v1 {kind}\n", *(f"{k} {v}\n" for k, v in lines)])


def statement_id(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Record:
    """A record in memory: entries, blobs, and the files they make."""

    def __init__(self):
        self.entries, self.blobs, self._milliseconds = [], {}, 0
        self.more = {}  # files beside the log
        self.saved = {}  # epoch -> its facts

    def blob(self, index, field, content):
        """A blob line for entry `index`, and its salt and bytes kept for it."""
        salt = hashlib.sha256(f"salt {index} {field}".encode()).digest()
        self.blobs[index] = self.blobs.get(index, b"") + salt + content
        return field, f"{len(content)} {hashlib.sha256(salt + content).hexdigest()}"

    def next_time(self):
        self._milliseconds += 1
        return time_at(self._milliseconds)

    def wait(self, hours):
        """Lets time go by."""
        self._milliseconds += round(hours * 3_600_000)

    def time(self, hours=0):
        """The time of the last entry, and so many hours later."""
        return time_at(self._milliseconds + round(hours * 3_600_000))

    def append(self, text, signer, logged=None):
        """Appends a statement, signed by one signer or several; returns its id."""
        signers = [signer] if isinstance(signer, Signer) else signer
        head = f"logged {logged or self.next_time()}\n".encode()
        self.entries.append(head + note(text, signers))
        return statement_id(text)

    def begin(self):
        """Entry 0, with both offices admitted, and the office's keys."""
        suffixes = self.blob(0, "suffixes", b"example\n")
        lines = [("record", ORIGIN), ("log-key", LOG.vkey), ("rule", "1")]
        lines += [("suffix-version", "2026-01-01"), suffixes]
        lines += [("manifest", "none"), ("map", "none"), ("checkpoint", "none")]
        lines += [("admit", f"{OFFICE} {DESK.vkey}"), ("admit", f"{OUTSIDER} {PRESS.vkey}")]
        self.append(statement("record", *lines), LOG)
        return self.append(keys_text(OFFICE, DESK), DESK)

    def document(self, signer=DESK, path="letters/2026-017", **changes):
        """A registered letter; returns its id."""
        return self.append(self.document_text(path, **changes), signer)

    def document_text(self, path="letters/2026-017", **changes):
        index = len(self.entries)
        lines = [("record", ORIGIN), ("speaker", OFFICE), ("name", f"{OFFICE}/{path}")]
        lines += [("word", "issued"), ("genre", "letter"), ("lang", "en")]
        lines += [("forms", FORMS), ("search", "1" * 64), ("comparison", "2" * 64)]
        lines += [self.blob(index, "title", b"Repositioning")]
        lines += [self.blob(index, "text", "We leave – today.\n".encode())]
        return statement("document", *((k, changes.get(k, v)) for k, v in lines))

    def mark(self, document, previous, word="in-error", signer=DESK, **more):
        """A word on a document; returns its id."""
        index = len(self.entries)
        lines = [("record", ORIGIN), ("speaker", OFFICE), ("document", document)]
        lines += [("previous", previous), ("word", word), ("lang", "en")]
        selector = {"type": "TextQuoteSelector", "exact": "We leave"}
        lines += [self.blob(index, "passage", json.dumps(selector).encode())]
        lines += [self.blob(index, "reason", b"Preliminary draft, sent by mistake.")]
        return self.append(statement("standing", *lines), signer, **more)

    def say(self, *lines):
        """A word of the operator's; returns its entry."""
        self.append(statement("record", ("record", ORIGIN), *lines), LOG)
        return len(self.entries) - 1

    def withhold(self, *indexes):
        """Withholds entries and removes their blobs."""
        lines = [("withhold", index) for index in indexes]
        reason = self.blob(len(self.entries), "reason", b"By order of a court.")
        for index in indexes:
            self.blobs.pop(index, None)
        return self.say(*lines, reason)

    def state(self):
        """What the entries so far come to."""
        state = State(ORIGIN)
        for index, raw in enumerate(self.entries):
            try:
                entry = parse_entry(raw)
                attached = Attached()
                if entry.statement.kind == "record":
                    raw = self.blobs.get(index, b"")
                    contents = open_blobs(entry.statement.blobs(), raw)
                    attached = attach(entry.statement, contents, parse_vkey(LOG.vkey))
                state.push(index, entry, attached, judge)
            except Malformed:
                pass
        return state

    def facts(self):
        """Every fact of the entries so far, by the map's keys."""
        facts = Facts(self.state())
        facts.refresh()
        return facts.by_key

    def root(self):
        """The root of the map over these facts."""
        leaves = [(key, node_hash(leaf(key, value))) for key, value in self.facts().items()]
        return Tree(leaves).root().hex()

    def epoch(self, root=None, checkpoint=None, manifest="none", save=True):
        """An epoch, with the map's files; returns its entry."""
        index, facts = len(self.entries), self.facts()
        self.saved[index] = facts
        content = checkpoint or self.checkpoint()
        self.blobs[index] = bytes(32) + content
        digest = hashlib.sha256(self.blobs[index]).hexdigest()
        lines = [("manifest", manifest), ("map", root or self.root())]
        self.say(*lines, ("checkpoint", f"{len(content)} {digest}"))
        if save:
            self.more.update(map_files(facts, index))
        return index

    def fill(self, size):
        """Documents until there are `size` entries."""
        while len(self.entries) < size:
            self.document(path=f"letters/{len(self.entries)}")

    def tree(self, size=None):
        leaves = [merkle.leaf_hash(entry) for entry in self.entries[:size]]
        return merkle.Tree(leaves)

    def checkpoint(self, size=None, signer=LOG):
        size = len(self.entries) if size is None else size
        root = merkle.root_hash(self.tree(size).node, size)
        return signer.note(f"{ORIGIN}\n{size}\n{b64(root)}\n")

    def files(self):
        """Every file of the public folder, by name."""
        files, size, tree = {"checkpoint": self.checkpoint()}, len(self.entries), self.tree()
        for level in merkle.tile_levels(size):
            for number, width in merkle.tiles_of_level(level, size):
                start = number * 256
                hashes = [tree.node(8 * level, start + i) for i in range(width)]
                files[merkle.tile_path(level, number, width)] = b"".join(hashes)
        for number, width in merkle.tiles_of_level(0, size):
            bundle = self.entries[number * 256 :][:width]
            framed = [len(entry).to_bytes(2, "big") + entry for entry in bundle]
            files[merkle.tile_path("entries", number, width)] = b"".join(framed)
        files.update(self.blob_files(size))
        return {**files, **self.more}

    def blob_files(self, size):
        """Bundles of the ranges that are complete, and single files of the rest."""
        files = {}
        for number in range(size // 256 + 1):
            found = [self.blobs.get(number * 256 + place, b"") for place in range(256)]
            path = f"blob/{merkle.number_path(number)}"
            if (number + 1) * 256 <= size:
                lengths = b"".join(len(blobs).to_bytes(4, "big") for blobs in found)
                files[path] = lengths + b"".join(found)
            else:
                singles = ((f"{path}.p/{place}", blobs) for place, blobs in enumerate(found))
                files.update((name, blobs) for name, blobs in singles if blobs)
        return files

    def write(self, folder):
        for name, content in self.files().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def slip(self, document, indexes, opened=(), epoch=None, keys=()):
        """A slip of these entries; `opened` are (index, line) pairs put behind them. `keys`
        are those of facts, proven from the map of the epoch at this entry.
        """
        tree, size = self.tree(), len(self.entries)
        lines = ["erratum/v1 slip\n", f"record {ORIGIN}\n", f"document {document}\n"]
        for index in indexes:
            entry = self.entries[index].decode()
            lines += [f"entry {index} {entry.count(chr(10))}\n", entry]
            proof = merkle.inclusion_proof(tree.node, index, size)
            lines += [f"path {len(proof)}\n", *(f"{b64(h)}\n" for h in proof)]
            lines += [f"{line}\n" for at, line in opened if at == index]
        if epoch is not None:
            lines += [f"epoch {epoch} {len(keys)}\n", *self.proofs(epoch, keys)]
        return "".join([*lines, "checkpoint\n"]).encode() + self.checkpoint()

    def proofs(self, epoch, keys):
        leaves = [(key, sha256(value)) for key, value in self.saved[epoch].items()]
        for key in keys:
            siblings = prove(leaves, map_key(key))
            yield f"fact {len(siblings)} {key}\n"
            yield from (f"{sibling_line(sibling)}\n" for sibling in siblings)


def sibling_line(sibling):
    if sibling == EMPTY:
        return "empty"
    (bits, label), commits_to = sibling
    return f"{bits} {b64(label[: (bits + 7) // 8])} {b64(commits_to)}"


def keys_text(speaker, signer, record=ORIGIN):
    lines = [("record", record), ("speaker", speaker), ("previous", "none")]
    return statement("keys", *lines, ("key", signer.vkey), ("rule", "all 1"))
