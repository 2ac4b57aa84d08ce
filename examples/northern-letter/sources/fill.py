"""Fills a template with paragraphs of the example's texts, so that no copy drifts from what it quotes.

usage: fill.py TEMPLATE OUTPUT [NAME=TEXT]...

{{letter-draft.2}} is the second body paragraph of texts/letter-draft.txt, {{letter-draft.2.3}} its
third sentence, {{letter-draft.head.1}} the first heading line. NAME=TEXT lets a template call a
text by another name. Body paragraphs are the blocks that end with a full stop.
"""

import html
import re
import sys
from pathlib import Path

TEXTS = Path(__file__).resolve().parent.parent / "texts"
PLACE = re.compile(r"\{\{([a-z.-]+?)\.(head\.)?(\d+)(?:\.(\d+))?\}\}")


def blocks(name):
    """The heading lines and the body paragraphs of a text."""
    every = (TEXTS / f"{name}.txt").read_text("utf-8").strip().split("\n\n")
    return [b for b in every if not b.endswith(".")], [b for b in every if b.endswith(".")]


def fill(template, names, escape):
    """The template with every place filled."""

    def one(match):
        name, head, number, sentence = match.groups()
        heads, bodies = blocks(names.get(name, name))
        text = (heads if head else bodies)[int(number) - 1]
        if sentence:
            text = re.split(r"(?<=\.) ", text)[int(sentence) - 1]
        return html.escape(text, quote=False) if escape else text

    return PLACE.sub(one, template)


def main():
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    names = dict(pair.split("=", 1) for pair in sys.argv[3:])
    escape = target.suffix != ".txt"
    target.write_text(fill(source.read_text("utf-8"), names, escape), "utf-8")


if __name__ == "__main__":
    main()
