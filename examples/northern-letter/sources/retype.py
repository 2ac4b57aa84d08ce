"""Types the draft anew: every word stays, everything else that typing and pasting may change does.

usage: retype.py TEXT OUTPUT

Straight quotation marks, lines of at most 72 columns, two words hyphenated at the end of a line,
some capitals, no-break spaces, a soft hyphen, a zero-width space and two Cyrillic look-alikes.
"""

import sys
import textwrap
from pathlib import Path

MARKS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})

# What was typed, and how it stands in the copy. Each must occur, and the first place is taken.
CHANGES = [
    ("Northern Command", "NORTHERN COMMAND"),
    ("Repositioning of the northern contingent", "REPOSITIONING OF THE NORTHERN CONTINGENT"),
    ("As a partner of many years", "As a Partner of Many Years"),
    ("9 January 2026", "9\u00a0January\u00a02026"),
    ("-5 degrees", "-5\u00a0degrees"),
    ("$1.5 million", "$1.5\u00a0million"),
    ("preparing", "prepar\u00ading"),
    ("This headquarters", "This head\u200bquarters"),
    ("capital", "c\u0430pital"),
    ("the convoys", "the c\u043envoys"),
]

# The words broken at a line end, and where.
BREAKS = [("surprise", "sur"), ("receiving", "receiv")]


def wrapped(paragraph):
    """A paragraph in lines of at most 72 columns, with a word of BREAKS split where it stands."""
    for word, start in BREAKS:
        before, found, after = paragraph.partition(word)
        if found:
            lines = textwrap.wrap(before, 71 - len(start), break_on_hyphens=False, break_long_words=False)
            lines[-1] += f" {start}-"
            rest = word[len(start):] + after
            return lines + textwrap.wrap(rest, 72, break_on_hyphens=False, break_long_words=False)
    return textwrap.wrap(paragraph, 72, break_on_hyphens=False, break_long_words=False)


def retyped(text):
    """The whole text as typed anew."""
    text = text.translate(MARKS)
    for old, new in CHANGES:
        if old not in text:
            sys.exit(f"the text does not hold {old!r}")
        text = text.replace(old, new, 1)
    return "\n\n".join("\n".join(wrapped(p)) for p in text.strip().split("\n\n")) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(retyped(Path(sys.argv[1]).read_text("utf-8")), "utf-8")
