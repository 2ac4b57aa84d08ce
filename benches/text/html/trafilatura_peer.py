"""Reads every page of a folder with trafilatura: trafilatura_peer.py PAGES OUT. Prints the seconds of a core that took."""

import pathlib
import sys
import time

import trafilatura


def read(page):
    return trafilatura.extract(page, favor_recall=False, include_comments=False, include_tables=True) or ""


def main(pages, out):
    files = sorted(pathlib.Path(pages).glob("*.html"))
    sources = [(file.stem, file.read_text(encoding="utf-8")) for file in files]
    for _, page in sources[:40]:
        read(page)
    start = time.process_time()
    texts = [(name, read(page)) for name, page in sources]
    print(time.process_time() - start)
    for name, text in texts:
        (pathlib.Path(out) / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
