"""Pages drawn by Pango and Cairo: this file lays them out itself. Odd variants draw a page's lines from top to
bottom across its columns, as some layout programs do, so that the order of drawing is not the order of reading."""

import gi

gi.require_version("Pango", "1.0")
gi.require_version("PangoCairo", "1.0")
import cairo
from gi.repository import Pango, PangoCairo

from specs import CJK, RTL

FONTS = [("Liberation Serif", 10.5), ("DejaVu Sans", 9), ("DejaVu Serif Condensed", 9.5)]
MARGIN, GAP, NOTES = 56, 22, 60
VOWELS = set("aeiouyäöüéèàêôûаеиоуыэюя")


def softened(text):
    """Words with soft hyphens where a syllable may end, roughly."""
    out = []
    for word in text.split(" "):
        parts, start = [], 0
        for at in range(2, len(word) - 3):
            if word[at - 1].lower() in VOWELS and word[at].isalpha() and word[at].lower() not in VOWELS \
                    and word[at + 1].lower() in VOWELS and at - start >= 2 and word[start:at + 3].isalpha():
                parts.append(word[start:at])
                start = at
        out.append("\u00ad".join(parts + [word[start:]]))
    return " ".join(out)


class Page:
    def __init__(self):
        self.lines = []  # (x, y, line) in the order of reading
        self.notes = []


class Setter:
    def __init__(self, document, variant, surface):
        self.document, self.variant = document, variant
        self.family, self.size = FONTS[variant % len(FONTS)]
        self.width, self.height = (842, 595) if document.has("landscape") else (595, 842)
        self.context = cairo.Context(surface)
        self.columns = document.columns
        self.column = (self.width - 2 * MARGIN - GAP * (self.columns - 1)) / self.columns
        self.bottom = self.height - MARGIN - (NOTES if document.has("notes") else 0)
        self.pages, self.at, self.y = [Page()], 0, MARGIN
        self.keep = []

    def layout(self, text, size, width, attributes="", family=None):
        layout = PangoCairo.create_layout(self.context)
        family = family or self.family
        layout.set_font_description(Pango.FontDescription(f"{family}, {'NanumGothic' if self.document.lang == 'ko' else 'Droid Sans Fallback'} {size}"))
        layout.set_width(int(width * Pango.SCALE))
        layout.set_wrap(Pango.WrapMode.WORD_CHAR if self.document.lang in CJK else Pango.WrapMode.WORD)
        if self.document.has("hyphens") and not attributes:
            layout.set_justify(True)
        layout.set_auto_dir(True)
        escaped = text if attributes == "markup" else text.replace("&", "&amp;").replace("<", "&lt;")
        layout.set_markup(f"<span {attributes}>{escaped}</span>" if attributes not in ("", "markup") else escaped)
        self.keep.append(layout)
        return layout

    def put(self, layout, indent=0, before=0):
        """Places a paragraph's lines, column after column."""
        lines = layout.get_line_count()
        self.y += before
        for number in range(lines):
            line = layout.get_line_readonly(number)
            _, extents = line.get_pixel_extents()
            height = extents.height * 1.12
            if self.y + height > self.bottom:
                self.turn()
            x = MARGIN + self.at * (self.column + GAP) + indent
            if self.document.lang in RTL:
                column = self.columns - 1 - self.at
                x = MARGIN + column * (self.column + GAP) + self.column - indent - extents.width
            self.pages[-1].lines.append((x, self.y - extents.y, line))
            self.y += height
        return len(self.pages) - 1

    def turn(self):
        self.at += 1
        if self.at == self.columns:
            self.pages.append(Page())
            self.at = 0
        self.y = MARGIN

    def run(self):
        document, notes = self.document, 0
        soft = softened if document.has("hyphens") and document.lang not in CJK else (lambda text: text)
        for kind, *rest in document.blocks:
            if kind == "title":
                self.put(self.layout(rest[0], self.size * 1.6, self.column, 'weight="bold"'))
            elif kind in ("h", "spaced"):
                if self.y + 50 > self.bottom:
                    self.turn()
                spacing = f' letter_spacing="{int(0.35 * self.size * 1024)}"' if kind == "spaced" else ""
                self.put(self.layout(rest[0], self.size * 1.2, self.column, f'weight="bold"{spacing}'), before=8)
            elif kind == "p":
                marks = {"": "{}", "b": "<b>{}</b>", "i": "<i>{}</i>"}
                text = "".join(marks[style].format(soft(text)) for text, style in rest[0])
                if rest[1]:
                    notes += 1
                    text += f"<sup>{notes}</sup>"
                indent = 0
                page = self.put(self.layout(text, self.size, self.column, "markup"), indent, before=4)
                if rest[1]:
                    self.pages[page].notes.append(f"{notes} {rest[1]}")
            elif kind in ("ul", "ol"):
                for number, item in enumerate(rest[0], 1):
                    mark = "• " if kind == "ul" else f"{number}. "
                    self.put(self.layout(mark + soft(item), self.size, self.column - 14), 14, before=2)
            else:
                self.table(rest[0])
        self.draw()

    def table(self, rows):
        self.y += 6
        step = self.column / len(rows[0])
        for row in rows:
            if self.y + 16 > self.bottom:
                self.turn()
            for number, cell in enumerate(row):
                line = self.layout(cell, self.size * 0.95, step, 'weight="normal"').get_line_readonly(0)
                x = MARGIN + self.at * (self.column + GAP) + number * step
                self.pages[-1].lines.append((x, self.y + 10, line))
            self.y += 15
        self.y += 6

    def draw(self):
        for number, page in enumerate(self.pages, 1):
            lines = page.lines
            if self.variant % 2:
                lines = sorted(lines, key=lambda line: (round(line[1] / 4), line[0]))
            for x, y, line in lines:
                self.context.move_to(x, y)
                PangoCairo.show_layout_line(self.context, line)
            y = self.bottom + 10
            for note in page.notes:
                layout = self.layout(note, 7.5, self.width - 2 * MARGIN, 'weight="normal"')
                self.context.move_to(MARGIN, y)
                PangoCairo.show_layout(self.context, layout)
                y += 11
            if self.document.header:
                for text, y in ((self.document.header, 26), (f"Page {number}", self.height - 34)):
                    layout = self.layout(text, 8, 300, 'weight="normal"')
                    self.context.move_to(self.width / 2 - 60, y)
                    PangoCairo.show_layout(self.context, layout)
            self.context.show_page()


def make(document, variant, pdf, work):
    wide = document.has("landscape")
    surface = cairo.PDFSurface(str(pdf), *((842, 595) if wide else (595, 842)))
    surface.set_metadata(cairo.PDFMetadata.TITLE, document.blocks[0][1])
    surface.set_metadata(cairo.PDFMetadata.CREATE_DATE, "2026-01-06T12:00:00Z")
    Setter(document, variant, surface).run()
    surface.finish()
