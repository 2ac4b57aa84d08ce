"""The bar while many files are read: on a terminal, and nowhere else. ERRATUM_BIN names the built binary."""

import pathlib
import shutil
import sys
import tempfile
import unittest

from binary import EXAMPLE, erratum
from terminal import Terminal

FILES = 12


@unittest.skipUnless(sys.platform == "linux", "needs a pseudo-terminal that ends as on Linux")
class Progress(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        for number in range(FILES):
            shutil.copy(EXAMPLE / "copies/letter.pdf", self.folder / f"{number:02}.pdf")
        self.check = ("check", "--policy", EXAMPLE / "policy.toml")

    def test_on_a_terminal_it_counts_up_to_the_last_file_and_goes(self):
        status, shown = Terminal(self.folder, *self.check, ".").end()
        self.assertEqual(status, 1)
        self.assertIn(f" of {FILES} files", shown)
        self.assertIn(f"{FILES} files\r\n", shown)
        last = shown.rindex(f" of {FILES} files")
        self.assertLess(last, shown.rindex(f"{FILES} files\r\n"), "the summary stands alone at the end")

    def test_there_is_none_for_one_file_or_where_nobody_watches(self):
        status, shown = Terminal(self.folder, *self.check, "00.pdf").end()
        self.assertEqual(status, 1)
        self.assertNotIn("files", shown)
        status, output, errors = erratum(*self.check, self.folder)
        self.assertEqual((status, errors), (1, b""))
        self.assertNotIn(b" of 12 files", output)
        self.assertIn(b"12 files\n", output)


if __name__ == "__main__":
    unittest.main()
