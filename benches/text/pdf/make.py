"""Makes the PDFs of `cargo xtask bench text` from known text: `make.py FOLDER`. Beside each `x.pdf` lie `x.txt`,
its paragraphs in reading order, and `x.asides`, what is printed around them; `index.tsv` lists all with producer
and features. Same seeds, same text."""

import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import chromium
import derived
import drawn
import latex
import office
from specs import CJK, RTL, documents


def features(document, more=()):
    names = set(document.features) | set(more) | {f"columns {document.columns}"}
    script = {"ru": "Cyrillic", "el": "Greek"}.get(document.lang)
    if document.lang in RTL:
        script = "right to left"
    if document.lang in CJK:
        script = "CJK"
    if script:
        names.add(script)
    if not document.columns > 1 and not document.features and not script:
        names.add("plain")
    return sorted(names)


class Corpus:
    def __init__(self, folder):
        self.folder, self.work = folder, folder / "work"
        self.work.mkdir(parents=True, exist_ok=True)
        self.rows, self.failed = [], 0

    def add(self, name, producer, document, maker, more=()):
        """Makes one PDF if it is not there; one that cannot be made is said and left out."""
        pdf = self.folder / f"{name}.pdf"
        if not pdf.exists():
            start = time.monotonic()
            try:
                maker(pdf)
            except Exception as error:
                self.failed += 1
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
                output = getattr(error, "stdout", None) or b""
                print(output.decode(errors="replace")[-400:], file=sys.stderr)
                return None
            print(f"{name} {time.monotonic() - start:.1f}s", flush=True)
        (self.folder / f"{name}.txt").write_text("\n\n".join(document.truth()) + "\n", encoding="utf-8")
        (self.folder / f"{name}.asides").write_text("".join(f"{line}\n" for line in document.asides()), encoding="utf-8")
        self.rows.append(f"{name}\t{producer}\t{','.join(features(document, more))}")
        return pdf


def main():
    folder = Path(sys.argv[1]).resolve()
    corpus = Corpus(folder)
    add, work = corpus.add, corpus.work
    first = {}
    for seed in range(2):
        texts = documents(seed)
        missing = [(d, seed, folder / f"libreoffice-{d.spec}-{seed}.pdf") for d in texts]
        missing = [row for row in missing if not row[2].exists()]
        if missing:
            office.make_all(missing, work)
        for d in texts:
            name = f"{d.spec}-{seed}"

            def made(pdf):
                raise FileNotFoundError(f"not made: {pdf.name}")

            first[f"libreoffice-{name}"] = (d, add(f"libreoffice-{name}", "LibreOffice", d, made))
            first[f"chromium-{name}"] = (d, add(
                f"chromium-{name}", "Chromium", d, lambda pdf, d=d: chromium.make(d, seed, pdf, work)))
            first[f"cairo-{name}"] = (d, add(
                f"cairo-{name}", "Cairo", d, lambda pdf, d=d: drawn.make(d, seed, pdf, work),
                ["scattered"] if seed % 2 and (d.columns > 1 or d.has("table")) else []))
            more = ["no ToUnicode"] if latex.engine(d, seed) == "pdflatex" else []
            first[f"latex-{name}"] = (d, add(
                f"latex-{name}", "LaTeX", d, lambda pdf, d=d: latex.make(d, seed, pdf, work), more))
    third = [d for d in documents(2) if d.lang in ("en", "de", "fr")]
    for d in third:
        first[f"latex-{d.spec}-2"] = (d, add(
            f"latex-{d.spec}-2", "LaTeX", d, lambda pdf, d=d: latex.make(d, 2, pdf, work)))
    for d in documents(3)[:4]:
        add(f"latex-bitmaps-{d.spec}", "LaTeX", d, lambda pdf, d=d: latex.make(d, 3, pdf, work, bitmaps=True),
            ["Type 3", "no ToUnicode"])
    for number, d in enumerate(d for d in documents(4) if d.lang == "en" and not d.has("running")
                               and not d.has("notes") and not d.has("landscape")):
        add(f"postscript-{d.spec}", "Ghostscript", d, lambda pdf, d=d, n=number: derived.postscript(d, n, pdf, work),
            ["words apart"] if number % 2 else [])
    second(corpus, [(name, *made) for name, made in sorted(first.items()) if made[1]])
    (folder / "index.tsv").write_text("".join(f"{row}\n" for row in sorted(corpus.rows)), encoding="utf-8")
    print(f"{len(corpus.rows)} PDFs, {corpus.failed} could not be made")


def second(corpus, made):
    """Each maker on every so many of the first ones."""
    makers = [
        ("gs", "Ghostscript", derived.ghostscript, 4, 0, []),
        ("gsold", "Ghostscript", derived.ghostscript_old, 16, 1, []),
        ("tocairo", "Cairo", derived.cairo, 11, 2, []),
        ("objects", None, derived.objects, 16, 3, ["object streams"]),
        ("aes", None, derived.encrypted, 16, 5, ["encrypted"]),
        ("rc4", None, derived.encrypted_rc4, 31, 7, ["encrypted"]),
        ("rotated", None, derived.rotated, 16, 9, ["rotated"]),
    ]
    producers = {"libreoffice": "LibreOffice", "chromium": "Chromium", "cairo": "Cairo", "latex": "LaTeX"}
    for short, producer, maker, step, offset, more in makers:
        for name, document, source in made[offset::step]:
            who = producer or producers[name.split("-")[0]]
            scattered = ["scattered"] if name.startswith("cairo") and name.endswith("1") and document.columns > 1 else []
            corpus.add(f"{short}-{name}", who, document, lambda pdf, s=source, m=maker: m(s, pdf), more + scattered)


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        sys.exit(1)
