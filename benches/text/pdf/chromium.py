"""Pages printed by Chromium."""

import html
import subprocess

from specs import RTL

FONTS = [("Liberation Serif", 11), ("DejaVu Sans", 9.5)]


def page(document, variant):
    family, size = FONTS[variant % len(FONTS)]
    running = ""
    if document.header:
        running = (f'@top-center {{ content: "{document.header}"; font-size: 8pt }}'
                   '@bottom-center { content: "Page " counter(page); font-size: 8pt }')
    paper = "A4 landscape" if document.has("landscape") else "A4"
    hyphens = "hyphens: auto; text-align: justify;" if document.has("hyphens") else ""
    out = [f"""<!doctype html><html lang="{document.lang}" dir="{'rtl' if document.lang in RTL else 'ltr'}">
<meta charset="utf-8"><title>{html.escape(document.blocks[0][1])}</title><style>
@page {{ size: {paper}; margin: 22mm 20mm; {running} }}
body {{ font: {size}pt/1.35 "{family}", "{'NanumGothic' if document.lang == 'ko' else 'Droid Sans Fallback'}", sans-serif; {hyphens} }}
h1 {{ font-size: 17pt; text-align: start }} h2 {{ font-size: 13pt; text-align: start; break-after: avoid }}
.spaced {{ letter-spacing: 0.3em }} .body {{ column-count: {document.columns}; column-gap: 8mm }}
td, th {{ padding: 1mm 4mm; text-align: start }} .notes {{ font-size: 8pt }}
</style>"""]
    notes = []
    for number, (kind, *rest) in enumerate(document.blocks):
        if kind == "title":
            out.append(f'<h1>{html.escape(rest[0])}</h1><div class="body">')
        elif kind in ("h", "spaced"):
            out.append(f'<h2 class="{kind}">{html.escape(rest[0])}</h2>')
        elif kind == "p":
            marks = {"": "{}", "b": "<b>{}</b>", "i": "<i>{}</i>"}
            text = "".join(marks[style].format(html.escape(text)) for text, style in rest[0])
            if rest[1]:
                notes.append(rest[1])
                text += f"<sup>{len(notes)}</sup>"
            out.append(f"<p>{text}</p>")
        elif kind in ("ul", "ol"):
            out.append(f"<{kind}>" + "".join(f"<li>{html.escape(text)}</li>" for text in rest[0]) + f"</{kind}>")
        else:
            rows = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rest[0]]
            out.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    out.append("</div>")
    if notes:
        out.append('<hr><div class="notes">' + "".join(
            f"<p><sup>{n}</sup> {html.escape(note)}</p>" for n, note in enumerate(notes, 1)) + "</div>")
    return "\n".join(out)


def make(document, variant, pdf, work):
    source = work / (pdf.stem + ".html")
    source.write_text(page(document, variant), encoding="utf-8")
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                    f"--user-data-dir={work}/chromium", f"--print-to-pdf={pdf}", source.as_uri()],
                   check=True, capture_output=True, timeout=120)
