"""Whole records on disk, sound and damaged."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import merkle
import sample_log
import verify_record
from running import run
from sample_log import DESK, LOG, OFFICE, ORIGIN, OUTSIDER, PRESS, Record, b64


class Folders(unittest.TestCase):
    """Whole records on disk."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def sample(self, size=6):
        """A record with a letter, a warning and more letters, written out."""
        record = Record()
        record.begin()
        letter = record.document()
        record.mark(letter, letter)
        record.fill(size)
        record.write(self.folder)
        return record

    def check(self, *arguments):
        return run("record", self.folder, *arguments)

    def assertFault(self, line, *arguments):
        status, lines = self.check(*arguments)
        self.assertIn(line, lines)
        self.assertEqual(status, 1)

    def root(self, record):
        return b64(merkle.root_hash(record.tree().node, len(record.entries)))

    def test_sound_records_of_many_sizes(self):
        record = Record()
        record.begin()
        for size in (2, 3, 4, 7, 8, 255, 256, 257, 300, 513):
            record.fill(size)
            record.write(self.folder)  # the partial tiles of before stay
            summary = f"sound: {size} entries, 0 epochs, root {self.root(record)}, "
            self.assertEqual(self.check(), (0, [summary + "log key taken from entry 0"]))
        old = self.folder / "old"
        for size in (1, 2, 255, 256, 300, 513):
            old.write_bytes(record.checkpoint(size))
            if size > 1:  # of size 1 the tiles were never written
                found = self.check("--key", LOG.vkey, "--old", old)
                self.assertEqual(found, (0, [summary + "log key pinned"]))
        partial = self.folder / "tile/1/000.p/1"
        partial.unlink()
        old.write_bytes(record.checkpoint(300))
        what = f"tile/1/000.p/1: missing, though {old} was signed at its size"
        self.assertFault(what, "--old", old)

    def test_a_flipped_bit_in_each_file_is_named(self):
        record = self.sample(260)
        for name, content in record.files().items():
            if name.startswith("blob/") and name not in ("blob/000", "blob/001.p/2"):
                continue
            for at in {0, len(content) // 2, len(content) - 1}:
                flipped = bytearray(content)
                flipped[at] ^= 1
                (self.folder / name).write_bytes(flipped)
                status, lines = self.check()
                named = [line for line in lines if name in line]
                self.assertTrue(named, (name, at, lines))
                self.assertEqual(status, 1)
            (self.folder / name).write_bytes(content)
        self.assertEqual(self.check()[0], 0)

    def test_short_and_long_files_are_named(self):
        record = self.sample(260)
        cases = {
            "tile/0/000": "8191 bytes, not 8192",
            "tile/1/000.p/1": "31 bytes, not 32",
            "tile/entries/001.p/4": "3 whole entries and {} bytes, not 4 entries",
        }
        for name, what in cases.items():
            content = record.files()[name]
            (self.folder / name).write_bytes(content[:-1])
            left = len(record.entries[-1]) + 1
            self.assertFault(f"{name}: {what.format(left)}")
            (self.folder / name).write_bytes(content + b"\0")
            status, lines = self.check()
            self.assertTrue(any(name in line for line in lines), (name, lines))
            self.assertEqual(status, 1)
            (self.folder / name).unlink()
            self.assertFault(f"{name}: missing")
            (self.folder / name).write_bytes(content)

    def test_a_wrong_length_in_a_bundle(self):
        record = self.sample()
        name = "tile/entries/000.p/6"
        content = bytearray(record.files()[name])
        content[1] ^= 0x80
        (self.folder / name).write_bytes(content)
        status, lines = self.check()
        self.assertRegex(lines[0], f"^{name}: . whole entries and [0-9]+ bytes, not 6 ")
        self.assertEqual(status, 1)

    def test_blobs(self):
        record = self.sample()
        blob = self.folder / "blob/000.p/3"
        raw = bytearray(record.blobs[3])
        raw[0] ^= 1
        blob.write_bytes(raw)
        self.assertFault("blob/000.p/3: passage: salt and bytes have another digest")
        blob.write_bytes(record.blobs[3][:-1])
        self.assertFault("blob/000.p/3: {} bytes, not {}".format(len(raw) - 1, len(raw)))
        blob.unlink()
        self.assertFault("blob/000.p/3: missing")
        blob.write_bytes(record.blobs[3])
        (self.folder / "blob/000.p/1").write_bytes(b"")
        self.assertFault("blob/000.p/1: entry 1 has no blob lines")

    def test_bundles_of_blobs(self):
        record = self.sample(260)
        bundle = self.folder / "blob/000"
        good = bundle.read_bytes()
        self.assertEqual(int.from_bytes(good[12:16], "big"), len(record.blobs[3]))
        bundle.write_bytes(good[:1000])
        self.assertFault("blob/000: ends within its 256 lengths")
        bundle.write_bytes(good + b"\0")
        self.assertFault("blob/000: its lengths are not those of its bytes")
        bundle.unlink()
        self.assertFault("blob/000, entry 3: missing")
        del record.blobs[3]
        record.write(self.folder)
        self.assertEqual(self.check(), (1, ["blob/000, entry 3: missing"]))

    def test_a_reader_of_an_old_checkpoint_takes_the_bundle(self):
        record = self.sample(255)
        checkpoint = record.files()["checkpoint"]
        record.fill(256)
        record.write(self.folder)
        for single in (self.folder / "blob/000.p").iterdir():
            single.unlink()
        (self.folder / "checkpoint").write_bytes(checkpoint)
        self.assertEqual(self.check()[0], 0)

    def test_an_entry_changed_against_the_tree(self):
        record = self.sample()
        record.entries[4] = record.entries[4].replace(b"logged 2026", b"logged 2025")
        name = "tile/entries/000.p/6"
        (self.folder / name).write_bytes(record.files()[name])
        self.assertFault(f"{name}: entry 4 is not the one the tree holds")
        earlier = "logged 2025-01-06T21:00:00.005Z, but an entry before it 2026-01-06T21:00:00.004Z"
        self.assertFault(f"entry 4: {earlier}")

    def test_a_changed_entry_with_its_tree_but_the_old_checkpoint(self):
        record = self.sample()
        checkpoint = record.files()["checkpoint"]
        record.entries[4] = record.entries[4].replace(b"T21:00", b"T21:01")
        record.write(self.folder)
        (self.folder / "checkpoint").write_bytes(checkpoint)
        what = f"its root is not that of the entries, {self.root(record)}"
        self.assertFault(f"checkpoint: {what}")

    def test_a_time_running_back(self):
        record = self.sample()
        record._milliseconds = 1
        record.document(path="late")
        record.write(self.folder)
        times = "logged 2026-01-06T21:00:00.002Z, but an entry before it 2026-01-06T21:00:00.006Z"
        self.assertEqual(self.check(), (1, [f"entry 6: {times}"]))

    def test_lines_out_of_order(self):
        record = self.sample()
        lines = record.document_text("out-of-order").splitlines(keepends=True)
        lines[5], lines[6] = lines[6], lines[5]
        record.append("".join(lines), DESK)
        record.write(self.folder)
        what = "line `genre` is missing or out of order"
        self.assertEqual(self.check(), (1, [f"entry 6: {what}"]))

    def test_an_outsiders_key(self):
        record = self.sample()
        record.document(PRESS, "not-theirs")
        record.write(self.folder)
        why = f"no signature by a key in force (signed by {PRESS.name})"
        self.assertEqual(self.check(), (1, [f"entry 6: not signed by {OFFICE}: {why}"]))

    def test_keys(self):
        record = self.sample()
        record.append(self.note_text(record, b"Attach the word error."), PRESS)
        record.append(sample_log.keys_text(OUTSIDER, PRESS), PRESS)
        record.append(self.note_text(record, b"Attach it again."), PRESS)
        record.append(sample_log.keys_text(OFFICE, DESK), DESK)
        stranger = sample_log.Signer("stranger.example/one")
        record.append(sample_log.keys_text("stranger.example", stranger), stranger)
        second = sample_log.Signer(f"{OUTSIDER}/second")
        admit = ("admit", f"{OUTSIDER} {second.vkey}")
        text = sample_log.statement("record", ("record", ORIGIN), admit)
        record.append(text, DESK)
        record.append(text, LOG)
        record.append(sample_log.keys_text(OUTSIDER, second), second)  # a claim
        record.append(self.note_text(record, b"Attach it now."), second)
        record.write(self.folder)
        unsigned = f"no signature by a key in force (signed by {DESK.name})"
        expected = [
            f"entry 6: {OUTSIDER} has no key in this record at this point",
            f"entry 8: the document {'a' * 64} is not here",
            "entry 9: repeats the statement of entry 1",
            "entry 10: no key of these is admitted for stranger.example",
            f"entry 11: not signed by the log: {unsigned}",
            f"entry 14: not signed by {OUTSIDER}: no signature by a key in force "
            f"(signed by {second.name})",
        ]
        self.assertEqual(self.check(), (1, expected))

    def test_a_statement_meant_for_another_record(self):
        record = self.sample()
        elsewhere = record.document_text("copied").replace(ORIGIN, "other.example", 1)
        record.append(elsewhere, DESK)
        copied = sample_log.keys_text(OUTSIDER, PRESS, "other.example")
        record.append(copied, PRESS)  # counts: it is admitted, and there is no other
        record.append(sample_log.keys_text(OUTSIDER, PRESS), PRESS)  # takes its place
        record.write(self.folder)
        self.assertEqual(self.check()[0], 0)
        record.append(record.document_text("foreign").replace(ORIGIN, "x.example", 1), PRESS)
        admit = ("admit", f"{OUTSIDER} {PRESS.vkey}")
        text = sample_log.statement("record", ("record", "x.example"), admit)
        record.append(text, LOG)
        record.append(sample_log.keys_text(OUTSIDER, PRESS, "x.example"), PRESS)
        accepts = [("record", "x.example"), ("speaker", OFFICE), ("subordinate", OUTSIDER)]
        record.append(sample_log.statement("acceptance", *accepts, ("keys", "a" * 64)), DESK)
        stranger = sample_log.Signer("stranger.example/one")
        record.append(sample_log.keys_text("stranger.example", stranger, "x.example"), stranger)
        record.write(self.folder)
        why = f"no signature by a key in force (signed by {PRESS.name})"
        expected = [
            f"entry 9: not signed by {OFFICE}: {why}",
            "entry 10: repeats what was said before",
            f"entry 11: {OUTSIDER} has keys already, and these are copied",
            "entry 12: an acceptance in the record 'x.example'",
            "entry 13: no key of these is admitted for stranger.example",
        ]
        self.assertEqual(self.check(), (1, expected))

    def test_a_hostile_name_is_printed_inert(self):
        record = self.sample()
        text = record.document_text("hostile")
        line = PRESS.line(text).replace(PRESS.name, "\u202e31m")
        note = f"{text}\n{line}".encode()
        record.entries.append(f"logged {record.next_time()}\n".encode() + note)
        record.write(self.folder)
        why = "no signature by a key in force (signed by \\u202e31m)"
        self.assertEqual(self.check(), (1, [f"entry 6: not signed by {OFFICE}: {why}"]))

    def test_the_script_from_another_folder(self):
        self.sample()
        command = [sys.executable, "-B", verify_record.__file__, "record", "."]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        self.assertRegex(done.stdout, "^sound: 6 entries, 0 epochs, root [A-Za-z0-9+/]{43}=, log key taken")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def note_text(self, record, content):
        """The text of an outsider's note for the record's next entry."""
        blob = record.blob(len(record.entries), "text", content)
        head = [("record", ORIGIN), ("speaker", OUTSIDER), ("document", "a" * 64)]
        return sample_log.statement("note", *head, ("lang", "en"), blob)

    def test_the_checkpoints_signature_and_the_pinned_key(self):
        record = self.sample()
        other = sample_log.Signer(ORIGIN + "/other")
        why = f"names the log key {LOG.vkey}, not the pinned one"
        self.assertFault(f"entry 0: {why}", "--key", other.vkey)
        wrong = f"origin {ORIGIN!r}, but the log key is {other.name!r}"
        self.assertFault(f"checkpoint: {wrong}", "--key", other.vkey)
        (self.folder / "checkpoint").write_bytes(record.checkpoint(signer=DESK))
        unsigned = f"no signature by a key in force (signed by {DESK.name})"
        self.assertFault(f"checkpoint: {unsigned}")
        text = f"{ORIGIN}\n6\n{self.root(record)}\nmore\n"
        (self.folder / "checkpoint").write_bytes(LOG.note(text))
        self.assertFault("checkpoint: 4 lines of text where there should be 3")

    def test_a_fork_is_seen_from_an_older_checkpoint(self):
        self.sample()
        fork = Record()
        fork.begin()
        fork.document(path="another")
        fork.fill(5)
        old = self.folder / "old"
        old.write_bytes(fork.checkpoint())
        self.assertFault(f"{old}: the record of 6 entries does not continue it", "--old", old)
        fork.fill(7)
        old.write_bytes(fork.checkpoint())
        self.assertFault(f"{old}: 7 entries, more than the 6 here", "--old", old)

    def test_an_older_checkpoint_of_other_hands(self):
        record = self.sample()
        old = self.folder / "old"
        old.write_bytes(record.checkpoint(signer=DESK))
        unsigned = f"no signature by a key in force (signed by {DESK.name})"
        wanted = [f"{old}: {unsigned}"]
        self.assertEqual(self.check("--old", old), (1, wanted))
        old.write_bytes(LOG.note(f"other.example\n6\n{self.root(record)}\n"))
        wanted = [f"{old}: of another record, 'other.example'"]
        self.assertEqual(self.check("--old", old), (1, wanted))

    def test_partial_tiles_of_earlier_sizes(self):
        record = self.sample(4)
        record.fill(6)
        record.write(self.folder)
        for name in ("tile/0/000.p/4", "tile/entries/000.p/4"):
            raw = bytearray((self.folder / name).read_bytes())
            raw[40] ^= 1
            (self.folder / name).write_bytes(raw)
        expected = [
            "tile/entries/000.p/4: does not hold the same entries",
            "tile/0/000.p/4: hash 1 is not that of the entries",
        ]
        self.assertEqual(self.check(), (1, expected))

    def test_files_of_an_append_under_way_are_let_be(self):
        record = self.sample()
        checkpoint = record.files()["checkpoint"]
        record.fill(300)
        record.write(self.folder)
        for name in ("tile/0/000.p/6", "tile/entries/000.p/6"):
            (self.folder / name).unlink()
        (self.folder / "checkpoint").write_bytes(checkpoint)
        self.assertEqual(self.check()[0], 0)

    def test_nothing_to_read(self):
        status, lines = self.check()
        missing = f"unreadable: {self.folder}/checkpoint: No such file or directory"
        self.assertEqual((status, lines), (2, [missing]))
        status, lines = self.check("--key", "nonsense")
        self.assertEqual((status, lines), (2, ["unreadable: a key that was given: not a vkey: 'nonsense'"]))

    def test_a_checkpoint_that_promises_more_than_there_is(self):
        self.sample()
        text = f"{ORIGIN}\n{2**63}\n{b64(bytes(32))}\n"
        (self.folder / "checkpoint").write_bytes(LOG.note(text))
        self.assertFault("tile/entries/000: missing")


if __name__ == "__main__":
    unittest.main()
