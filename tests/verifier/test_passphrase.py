"""A passphrase typed at a terminal: not shown, not told, and refused where it is wrong.
ERRATUM_BIN names the built binary.
"""

import pathlib
import sys
import tempfile
import unittest

from binary import erratum
from terminal import Terminal

NAME = "command.example"
PASSPHRASE = "harbour pilot ladder"


@unittest.skipUnless(sys.platform == "linux", "looks into /proc")
class Passphrases(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        (self.folder / "operator").mkdir()
        log_key = self.folder / "operator/log.key"
        self.record = self.folder / "record"
        made = erratum("record", "create", self.record, "--origin", "record.example", "--key", log_key)
        self.assertEqual((made[0], made[2]), (0, b""))
        self.init = ("--desk", "d", "init", NAME, "--record", "record", "--log-key", log_key, "--encrypt")

    def assertUntold(self, shown):
        """Nothing of the passphrase was shown, or lies in a file."""
        for word in PASSPHRASE.split():
            self.assertNotIn(word, shown)
        for path in self.folder.rglob("*"):
            self.assertFalse(path.is_file() and PASSPHRASE.encode() in path.read_bytes(), path)

    def make_desk(self):
        terminal = Terminal(self.folder, *self.init)
        terminal.wait_for("Passphrase of d/keys/press.age: ")
        terminal.type(PASSPHRASE)
        terminal.wait_for("The same again: ")
        # It knows the passphrase now; nobody else does.
        for what in ("cmdline", "environ"):
            for word in PASSPHRASE.split():
                self.assertNotIn(word.encode(), terminal.about(what))
        children = terminal.about(f"task/{terminal.process}/children")
        self.assertEqual(children, b"")
        terminal.type(PASSPHRASE)
        # To sign its keys with it.
        terminal.wait_for("Passphrase of d/keys/press.age: ")
        terminal.type(PASSPHRASE)
        status, shown = terminal.end()
        self.assertEqual(status, 0, shown)
        self.assertUntold(shown)
        return shown

    def test_it_is_typed_twice_and_never_shown(self):
        shown = self.make_desk()
        lines = shown.splitlines()
        # After each question nothing but the end of the line.
        self.assertEqual(lines[:2], ["Passphrase of d/keys/press.age: ", "The same again: "])
        self.assertTrue((self.folder / "d/keys/press.age").read_bytes().startswith(b"age-encryption.org/v1\n"))

    def test_two_that_differ_are_refused(self):
        terminal = Terminal(self.folder, *self.init)
        terminal.wait_for("Passphrase of d/keys/press.age: ")
        terminal.type(PASSPHRASE)
        terminal.wait_for("The same again: ")
        terminal.type("harbor pilot ladder")
        status, shown = terminal.end()
        self.assertEqual((status, shown.splitlines()[-1]), (2, "erratum: the two passphrases differ"))
        self.assertUntold(shown)
        self.assertFalse((self.folder / "d/keys/press.age").exists())

    def test_an_empty_one_is_refused(self):
        terminal = Terminal(self.folder, *self.init)
        terminal.wait_for("Passphrase of d/keys/press.age: ")
        terminal.type("")
        status, shown = terminal.end()
        why = "erratum: an empty passphrase protects nothing"
        self.assertEqual((status, shown.splitlines()[-1]), (2, why))

    def test_a_wrong_one_is_refused_and_the_right_one_signs(self):
        shown = self.make_desk()
        key = shown.split("its key is ", 1)[1].split()[0]
        log_key = self.folder / "operator/log.key"
        admit = ("record", "admit", NAME, key, "--record", self.record, "--key", log_key)
        self.assertEqual(erratum(*admit)[0], 0)
        letter = self.folder / "letter.txt"
        letter.write_text("The port is closed to all ships until further notice is given.\n")
        issue = ("--desk", "d", "issue", "letter.txt", "--as", "letters/1", "--genre", "letter")
        for typed, expected in (("harbour pilots", 2), (PASSPHRASE, 0)):
            terminal = Terminal(self.folder, *issue)
            terminal.wait_for("Passphrase of d/keys/press.age: ")
            terminal.type(typed)
            status, shown = terminal.end()
            self.assertEqual(status, expected, shown)
            self.assertUntold(shown)
            last = shown.splitlines()[1:]
            if expected:
                self.assertEqual(last, ["erratum: d/keys/press.age: the passphrase is not the right one"])
            else:
                self.assertIn("issued command.example/letters/1: entry ", last[0])
