"""Articles, and the pieces of pages around them. What belongs to the article is marked by private-use characters
while the page is put together, so that the truth is what stands in the page, in its order: see `generate.py`."""

import html
import json

from words import AROUND, LANGUAGES, NAMES

OWN, OWN_END, EITHER, EITHER_END = "\ue000", "\ue001", "\ue002", "\ue003"


class Numbers:
    """SplitMix64, so that nothing depends on a library's version."""

    def __init__(self, seed):
        self.state = seed * 0x9E3779B97F4A7C15 & (1 << 64) - 1

    def next(self):
        self.state = self.state + 0x9E3779B97F4A7C15 & (1 << 64) - 1
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        z = (z ^ z >> 27) * 0x94D049BB133111EB & (1 << 64) - 1
        return z ^ z >> 31

    def below(self, end):
        return self.next() % end

    def pick(self, values):
        return values[self.below(len(values))]

    def between(self, low, high):
        return low + self.below(high - low + 1)


class Page:
    """Makes the texts of one page. `own` marks words of the article, `either` words that count neither way."""

    def __init__(self, lang, seed):
        self.lang, self.rng = lang, Numbers(seed)
        self.grammar, self.ui = LANGUAGES[lang], AROUND[lang]
        self.title = self.headline()
        self.site = self.rng.pick(["Daily Example", "The Example Post", "Example Kurier", "Example 24"])
        self.author = self.rng.pick(NAMES)

    # Texts.
    def phrase(self, kind):
        return self.rng.pick(self.grammar[kind]).replace("{n}", str(self.rng.between(2, 960)))

    def sentence(self):
        s, p, a, t, q = (self.phrase(k) for k in ("subject", "predicate", "where", "subject", "predicate"))
        low = t[0].lower() + t[1:]
        kind = self.rng.below(8)
        if kind == 0:
            inner = self.grammar["form"].format(s=s, p=p, a=a)
            return self.grammar["said"].format(x=inner, s=low)
        if kind < 4:
            return self.grammar["two"].format(s=s, p=p, a=a, t=low, q=q)
        return self.grammar["form"].format(s=s, p=p, a=a)

    def sentences(self, least, most):
        return self.grammar["space"].join(self.sentence() for _ in range(self.rng.between(least, most)))

    def paragraph(self):
        return self.sentences(2, 5)

    def headline(self):
        return self.phrase("subject") + self.grammar["space"] + self.phrase("predicate")

    def label(self):
        """A short sub-heading."""
        return self.phrase("where")

    # Marks.
    def own(self, text):
        return OWN + html.escape(text, quote=False) + OWN_END

    def either(self, text):
        return EITHER + html.escape(text, quote=False) + EITHER_END

    # Pieces of an article.
    def p(self, attributes=""):
        return f"<p{attributes}>{self.own_linked()}</p>"

    def own_linked(self):
        """A paragraph of the article; now and then some words of it are a link or emphasised."""
        text = self.paragraph()
        kind = self.rng.below(5)
        if kind > 1 or " " not in text:
            return self.own(text)
        words = text.split(" ")
        at = self.rng.below(len(words) - 2)
        a, b, c = " ".join(words[:at]), " ".join(words[at:at + 3]), " ".join(words[at + 3:])
        tag = ("<a href='/topic/%d'>" % self.rng.below(99), "</a>") if kind == 0 else ("<strong>", "</strong>")
        return f"{self.own(a)} {tag[0]}{self.own(b)}{tag[1]} {self.own(c)}"

    def body(self, least=6, most=11, attributes="", between=()):
        """Paragraphs, with sub-headings now and then, and `between` spread over the gaps."""
        count = self.rng.between(least, most)
        out, extra = [], list(between)
        for number in range(count):
            if number > 1 and self.rng.below(5) == 0:
                out.append(f"<h2>{self.own(self.label())}</h2>")
            out.append(self.p(attributes))
            if extra and number + 1 < count and number >= 1:
                out.append(extra.pop(0))
        return "\n".join(out)

    def h1(self, attributes=""):
        return f"<h1{attributes}>{self.either(self.title)}</h1>"

    def date(self):
        return f"{self.rng.between(1, 28)}.{self.rng.between(1, 12)}.2026"

    def byline(self):
        return self.either(f"{self.ui['by']} {self.author} {self.date()}")

    # Pieces around it.
    def menu_words(self):
        return self.ui["menu"].split("|")

    def links(self, count, item="li", cls=""):
        cls = f' class="{cls}"' if cls else ""
        return "".join(f'<{item}{cls}><a href="/{self.rng.below(9999)}">{html.escape(self.headline())}</a></{item}>'
                       for _ in range(count))

    def menu(self, item="li"):
        return "".join(f'<{item}><a href="/{n}">{w}</a></{item}>' for n, w in enumerate(self.menu_words()))

    def teasers(self, count, wrap="div", cls="teaser", heading="h3"):
        return "".join(
            f'<{wrap} class="{cls}"><img src="/i/{self.rng.below(999)}.jpg" alt=""><{heading}><a href="/{self.rng.below(9999)}">'
            f"{html.escape(self.headline())}</a></{heading}><p>{html.escape(self.sentence())}</p></{wrap}>" for _ in range(count))

    def comments(self, count, wrap="li", cls="comment", inner="p"):
        return "".join(
            f'<{wrap} class="{cls}" id="c{n}"><div class="meta"><b>{self.rng.pick(NAMES)}</b> <span>{self.date()}</span></div>'
            f"<{inner}>{html.escape(self.sentences(1, 3))}</{inner}><a href='#r{n}'>{self.ui['reply']}</a></{wrap}>"
            for n in range(count))

    def text(self, least=1, most=2):
        """Prose that is not the article's."""
        return html.escape(self.sentences(least, most))

    def head(self, extra="", script=True):
        direction = ' dir="rtl"' if self.lang in ("ar", "he") else ""
        state = json.dumps({"id": self.rng.below(10**9), "ads": [self.rng.below(10**9) for _ in range(40)]})
        code = f"<script>window.__cfg={state};(function(d){{var s=d.createElement('script');s.async=1}})(document)</script>"
        return (f'<!DOCTYPE html><html lang="{self.lang}"{direction}><head><meta charset="utf-8">'
                f"<title>{html.escape(self.title)} - {self.site}</title>"
                f'<meta property="og:title" content="{html.escape(self.title)}"><meta property="og:site_name" content="{self.site}">'
                f"<style>body{{margin:0}} .wrap{{max-width:70em;margin:auto}} a{{color:#036}}</style>{extra}{code if script else ''}</head>")
