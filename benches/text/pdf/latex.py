"""Documents set by TeX: pdfTeX with Computer Modern (Type 1 without ToUnicode, or Type 3), XeTeX and LuaTeX with
OpenType fonts."""

import subprocess

from specs import CJK, RTL

SPECIAL = {"$": r"\$", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "’": "'"}


def plain(text):
    return "".join(SPECIAL.get(c, c) for c in text)


def engine(document, variant):
    if document.lang in ("en", "de", "fr"):
        return ["pdflatex", "lualatex", "xelatex"][variant % 3]
    return "lualatex" if document.lang in RTL else "xelatex"


def preamble(document, variant, bitmaps):
    program = engine(document, variant)
    paper = "a4paper" + (",landscape" if document.has("landscape") else "")
    columns = ",twocolumn" if document.columns == 2 else ""
    lines = [rf"\documentclass[{paper}{columns},{(10, 11, 10)[variant % 3]}pt]{{article}}",
             r"\usepackage[margin=22mm]{geometry}\usepackage{multicol}\pagestyle{empty}"]
    if program == "pdflatex":
        lines.append(r"\pdfcompresslevel=9\pdfobjcompresslevel=2")
        if bitmaps:
            lines.append(r"\pdfmapfile{}")
        lines.append(r"\usepackage[expansion=false]{microtype}")
    elif document.lang in RTL:
        name = {"he": "hebrew", "ar": "arabic"}[document.lang]
        lines.append(rf"\usepackage[bidi=basic]{{babel}}\babelprovide[import,main]{{{name}}}")
        lines.append(r"\babelfont{rm}{DejaVu Sans}")
    else:
        lines.append(r"\usepackage{fontspec}")
        font = {"ru": "Liberation Serif", "el": "DejaVu Serif"}.get(document.lang)
        if document.lang in CJK:
            font = "NanumGothic" if document.lang == "ko" else "Droid Sans Fallback"
            lines.append(r'\XeTeXlinebreaklocale "zh"\XeTeXlinebreakskip=0pt plus 1pt')
        if font:
            lines.append(rf"\setmainfont{{{font}}}")
    if document.header:
        lines.append(r"\usepackage{fancyhdr}\pagestyle{fancy}\fancyhf{}"
                     rf"\fancyhead[C]{{{plain(document.header)}}}\fancyfoot[C]{{Page \thepage}}")
    if not document.has("hyphens"):
        lines.append(r"\hyphenpenalty=10000\emergencystretch=3em")
    lines.append(r"\parindent=%s\setlength{\parskip}{%s}" % (("1.5em", "0pt") if variant % 2 else ("0pt", "6pt")))
    return "\n".join(lines)


def body(document, variant):
    out = [r"\begin{document}"]
    three = document.columns == 3
    spaced = r"\textls[300]{%s}" if engine(document, variant) == "pdflatex" else \
        r"{\addfontfeatures{LetterSpace=30.0}%s}"
    for kind, *rest in document.blocks:
        if kind == "title":
            size = r"{\LARGE\bfseries %s\par}\bigskip" if document.lang not in CJK else r"{\LARGE %s\par}\bigskip"
            out.append(size % plain(rest[0]) + (r"\begin{multicols}{3}" if three else ""))
        elif kind == "h":
            out.append(r"\medskip{\large\bfseries %s\par}\smallskip\nopagebreak" % plain(rest[0]))
        elif kind == "spaced":
            out.append(r"\medskip{\large %s\par}\smallskip\nopagebreak" % (spaced % plain(rest[0])))
        elif kind == "p":
            marks = {"": "%s", "b": r"\textbf{%s}", "i": r"\textit{%s}"}
            text = "".join(marks[style] % plain(text) for text, style in rest[0])
            out.append(text + (r"\footnote{%s}" % plain(rest[1]) if rest[1] else "") + "\n")
        elif kind in ("ul", "ol"):
            name = "itemize" if kind == "ul" else "enumerate"
            items = "\n".join(r"\item " + plain(text) for text in rest[0])
            out.append(rf"\begin{{{name}}}{items}\end{{{name}}}")
        else:
            rows = r"\\ ".join(" & ".join(plain(cell) for cell in row) for row in rest[0])
            out.append(r"\par\medskip\noindent\begin{tabular}{lrrr}\hline " + rows + r"\\ \hline\end{tabular}\par\medskip")
    out.append((r"\end{multicols}" if three else "") + r"\end{document}")
    return "\n".join(out)


def make(document, variant, pdf, work, bitmaps=False):
    folder = work / "latex"
    folder.mkdir(exist_ok=True)
    source = folder / (pdf.stem + ".tex")
    source.write_text(preamble(document, variant, bitmaps) + "\n" + body(document, variant), encoding="utf-8")
    program = engine(document, variant)
    subprocess.run([program, "-interaction=nonstopmode", "-halt-on-error", source.name], cwd=folder, check=True,
                   capture_output=True, timeout=300)
    (folder / pdf.name).replace(pdf)
