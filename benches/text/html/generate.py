#!/usr/bin/env python3
"""Writes the pages of the benchmark: generate.py FOLDER

FOLDER gets NUMBER-LAYOUT-LANG.html, and beside it the truth, .json: the layout, whether it is held out, and the
page's words in the order of the source, those of the article as `own`, those that count neither way as `either`.
"""

import html
import json
import pathlib
import re
import sys

import held_out
import layouts
from pieces import Page
from words import LANGUAGES

MARKED = re.compile("([\ue000\ue002])(.*?)[\ue001\ue003]", re.S)


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    for group, kept in ((layouts.LAYOUTS, False), (held_out.LAYOUTS, True)):
        for layout in group:
            for at, lang in enumerate(LANGUAGES):
                for again in range(2 if lang == "en" else 1):
                    number += 1
                    page = layout(Page(lang, 1000 * number + again))
                    pieces = [["own" if mark == "\ue000" else "either", html.unescape(text)] for mark, text in MARKED.findall(page)]
                    source = re.sub("[\ue000-\ue003]", "", page)
                    name = f"{number:03}-{layout.__name__}-{lang}"
                    (folder / f"{name}.html").write_text(source, encoding="utf-8")
                    truth = {"layout": layout.__name__.replace("_", " "), "held_out": kept, "lang": lang, "pieces": pieces}
                    (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
