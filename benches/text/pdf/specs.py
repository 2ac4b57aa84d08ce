"""What documents there are: their text in reading order, and what is printed around it. How they look is up to
the producers."""

from texts import Prose

# name, language, columns, what is in it besides headings and paragraphs
SPECS = [
    ("plain", "en", 1, ""),
    ("justified", "en", 1, "hyphens"),
    ("twocolumn", "en", 2, "hyphens"),
    ("threecolumn", "en", 3, "hyphens"),
    ("running", "en", 1, "long running"),
    ("footnotes", "en", 1, "notes"),
    ("table", "en", 1, "table"),
    ("lists", "en", 1, "lists"),
    ("spaced", "en", 1, "spaced"),
    ("mixedtype", "en", 1, "inline"),
    ("paper", "en", 2, "hyphens long running notes"),
    ("report", "en", 1, "long running table lists notes"),
    ("twotable", "en", 2, "table lists"),
    ("landscape", "en", 2, "landscape"),
    ("german", "de", 1, "hyphens"),
    ("german2", "de", 2, "hyphens running"),
    ("french", "fr", 1, "hyphens"),
    ("russian", "ru", 1, "hyphens"),
    ("russian2", "ru", 2, "running"),
    ("greek", "el", 1, ""),
    ("hebrew", "he", 1, ""),
    ("hebrew2", "he", 2, ""),
    ("arabic", "ar", 1, ""),
    ("arabic2", "ar", 2, "running"),
    ("chinese", "zh", 1, ""),
    ("chinese2", "zh", 2, ""),
    ("japanese", "ja", 1, ""),
    ("korean", "ko", 1, ""),
]

RTL = {"he", "ar"}
CJK = {"zh", "ja", "ko"}


class Document:
    """Blocks in reading order: ("title" | "h" | "spaced", text), ("p", [(text, style)], note or None),
    ("ul" | "ol", [text]), ("table", rows). A style is "", "b" or "i"."""

    def __init__(self, spec, seed):
        self.spec, self.lang, self.columns, features = spec
        self.features = set(features.split())
        self.seed = seed
        prose = Prose(self.lang, f"{self.spec}-{seed}")
        self.header = f"Northern Gazette, bulletin {prose.random.randint(100, 999)}" if self.has("running") else None
        self.footer = bool(self.header)
        self.blocks = [("title", prose.heading())]
        sections = 7 if self.has("long") else 3
        for section in range(sections):
            if section:
                self.blocks.append(("spaced" if self.has("spaced") else "h", prose.heading()))
            for number in range(3):
                text = prose.paragraph(prose.random.randint(2, 5))
                note = prose.note() if self.has("notes") and number == 1 else None
                self.blocks.append(("p", self.runs(text), note))
            if self.has("lists") and section < 3:
                kind = "ul" if section % 2 else "ol"
                self.blocks.append((kind, [prose.sentence() for _ in range(4)]))
            if self.has("table") and section < 2:
                head = ["Item", "Planned", "Granted", "Spent"]
                self.blocks.append(("table", [head] + [prose.row(n) for n in range(5)]))

    def has(self, feature):
        return feature in self.features

    def runs(self, text):
        if not self.has("inline"):
            return [(text, "")]
        words = text.split(" ")
        runs = []
        for at in range(0, len(words), 4):
            style = ("", "b", "", "i")[at // 4 % 4]
            runs.append((" ".join(words[at:at + 4]) + (" " if at + 4 < len(words) else ""), style))
        return runs

    def truth(self):
        """The paragraphs in reading order, without what is printed around them and without the notes."""
        out = []
        for kind, *rest in self.blocks:
            if kind == "p":
                out.append("".join(text for text, _ in rest[0]))
            elif kind in ("ul", "ol"):
                out.extend(rest[0])
            elif kind == "table":
                out.extend(" ".join(row) for row in rest[0])
            else:
                out.append(rest[0])
        return out

    def asides(self):
        """Lines `kind<TAB>text`; # stands for any number."""
        lines = []
        if self.header:
            lines += [f"running\t{self.header}", "running\tPage #"]
        for kind, *rest in self.blocks:
            if kind == "p" and rest[1]:
                lines.append(f"note\t{rest[1]}")
        return lines


def documents(seed):
    return [Document(spec, seed) for spec in SPECS]
