"""Epochs, the saved map, the index's manifest and withholding, sound and false."""

import hashlib
import pathlib
import tempfile
import unittest

import merkle
import sample_log
from running import run
from sample_log import DESK, OUTSIDER, PRESS, Record


class Epochs(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.record = Record()
        self.record.begin()
        self.letter = self.record.document()
        self.record.append(sample_log.keys_text(OUTSIDER, PRESS), PRESS)

    def faults(self):
        self.record.write(self.folder)
        status, lines = run("record", self.folder)
        self.assertEqual(status, 1, lines)
        return lines

    def assertSound(self, epochs):
        self.record.write(self.folder)
        status, lines = run("record", self.folder)
        self.assertRegex(lines[0], f"^sound: [0-9]+ entries, {epochs} epochs, ")
        self.assertEqual((status, len(lines)), (0, 1), lines)

    def test_sound_ones(self):
        self.record.epoch()
        self.assertSound(1)
        self.record.mark(self.letter, self.letter)
        self.assertSound(1)
        self.record.epoch()
        self.record.epoch()
        self.record.fill(300)
        self.record.epoch()
        self.assertSound(4)

    def test_a_root_that_does_not_follow(self):
        entry = self.record.epoch(root="a" * 64)
        current = self.record.more["map/current"]
        self.assertIn(b"root ", current)
        self.assertEqual(
            self.faults(),
            [
                f"entry {entry}: its map is not what the log gives, {self.root_in(current)}",
                f"map/current: entry {entry} does not commit to it",
            ],
        )

    def root_in(self, current):
        return current.decode().split("root ")[1].split("\n")[0]

    def test_a_fact_left_out_of_root_and_map(self):
        self.record.mark(self.letter, self.letter)
        hidden = Record()
        hidden.begin()
        hidden.document()
        hidden.append(sample_log.keys_text(OUTSIDER, PRESS), PRESS)
        entry = self.record.epoch(root=hidden.root(), save=False)
        self.record.more.update(sample_log.map_files(hidden.facts(), entry))
        lines = self.faults()
        self.assertIn(f"map: its fact 'document {self.letter}' is not the one of the log", lines)
        self.assertTrue(lines[-1].startswith(f"entry {entry}: its map is not what the log gives"))

    def test_checkpoints_of_epochs(self):
        fork = Record()
        fork.begin()
        fork.document(path="another")
        entry = self.record.epoch(checkpoint=fork.checkpoint())
        self.assertEqual(
            self.faults(), [f"entry {entry}: its checkpoint has another root at 3 entries"]
        )
        first = self.record.epoch(checkpoint=self.record.checkpoint(signer=DESK))
        older = self.record.epoch(checkpoint=self.record.checkpoint(2))
        behind = self.record.epoch(manifest=f"{len(self.record.entries) + 1} {'a' * 64}")
        lines = self.faults()
        self.assertIn(f"entry {first}: its checkpoint is missing, or not one of this log", lines)
        self.assertIn(f"entry {older}: its checkpoint is not newer than that of the epoch before", lines)
        self.assertIn(f"entry {behind}: its index covers entries behind it", lines)

    def test_a_map_that_is_not_there(self):
        self.record.epoch()
        layer = next(name for name in self.record.more if name.endswith(".layer"))
        self.record.write(self.folder)
        (self.folder / layer).unlink()
        self.assertEqual(run("record", self.folder), (1, [f"{layer}: missing"]))
        (self.folder / "map/current").unlink()
        self.assertEqual(run("record", self.folder), (1, ["map/current: missing"]))

    def test_every_flipped_byte_of_the_map_is_found(self):
        self.record.epoch()
        self.record.write(self.folder)
        for name, content in self.record.more.items():
            for at in range(0, len(content), 37 if name.endswith("layer") else 5):
                flipped = bytearray(content)
                flipped[at] ^= 1
                (self.folder / name).write_bytes(flipped)
                self.assertEqual(run("record", self.folder)[0], 1, (name, at))
            (self.folder / name).write_bytes(content)
        self.assertEqual(run("record", self.folder)[0], 0)

    def test_the_manifest_of_the_index(self):
        segment, size = b"a segment", len(self.record.entries)
        root = merkle.root_hash(self.record.tree().node, size).hex()
        text = f"erratum/v1 index\nlog {size} {root}\nsegment match/{size}.segment "
        manifest = f"{text}{len(segment)} {hashlib.sha256(segment).hexdigest()}\n".encode()
        self.record.more = {"match/manifest": manifest, f"match/{size}.segment": segment}
        self.assertEqual(self.faults(), ["match/manifest: no epoch commits to it"])
        self.record.epoch(manifest=f"{size} {hashlib.sha256(manifest).hexdigest()}")
        self.record.epoch()  # says none: the one before stands
        self.assertSound(2)
        self.record.more[f"match/{size}.segment"] = b"A segment"
        wrong = f"match/{size}.segment: is not the segment that the manifest names"
        self.assertEqual(self.faults(), [wrong])

    def test_withholding(self):
        self.record.mark(self.letter, self.letter)
        kept = self.record.blobs[2]
        by = self.record.withhold(2, 4)
        self.record.epoch()
        self.assertSound(1)
        self.record.blobs[2] = kept
        self.assertEqual(self.faults(), ["blob/000.p/2: is withheld, and lies there all the same"])
        del self.record.blobs[2]
        (self.folder / "blob/000.p/2").unlink()
        self.record.say(("withhold", by), self.record.blob(by + 2, "reason", b"Again."))
        ahead = len(self.record.entries)
        self.record.say(("withhold", ahead), self.record.blob(ahead, "reason", b"No."))
        lines = self.faults()
        self.assertIn(f"entry {ahead}: withholds entry {ahead}, which is not before it", lines)

    def test_cosignatures_of_a_witness(self):
        witness = sample_log.Witness("paper.example/witness")
        self.record.epoch(checkpoint=witness.cosign(self.record.checkpoint(), 1767734400))
        self.record.write(self.folder)
        good = witness.cosign(self.record.checkpoint(), 1767734460)
        (self.folder / "checkpoint").write_bytes(good)
        status, lines = run("record", self.folder, "--witness", witness.vkey)
        self.assertEqual(status, 0, lines)
        at = f", cosigned by {witness.name} at 2026-01-06T21:21:00Z"
        self.assertTrue(lines[0].endswith(at), lines)
        bad = witness.cosign(self.record.checkpoint(), 1767734460, spoil=True)
        (self.folder / "checkpoint").write_bytes(bad)
        self.assertEqual(run("record", self.folder)[0], 0)  # of an unknown key
        wrong = f"checkpoint: cosignature of {witness.name}: the signature does not verify"
        self.assertEqual(run("record", self.folder, "--witness", witness.vkey), (1, [wrong]))


if __name__ == "__main__":
    unittest.main()
