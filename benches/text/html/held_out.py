"""Thirteen layouts that the extractor is never tuned on: other structures, other names. Only their sums were looked at."""

import html


def bare_divs(p):
    """No semantic tag, no class: the paragraphs are `div`s or text between line breaks."""
    body = "".join(f"<div>{p.own(p.paragraph())}</div>" for _ in range(p.rng.between(6, 9)))
    menu = " | ".join(f"<a href='/{n}'>{w}</a>" for n, w in enumerate(p.menu_words()))
    others = "".join(f"<div><a href='/{n}'>{html.escape(p.headline())}</a></div>" for n in range(9))
    return p.head(script=False) + f"<body><div>{menu}</div><div><div><b>{p.either(p.title)}</b></div>{body}</div><div>{others}</div><div>{p.ui['rights']}</div></body></html>"


def split_bodies(p):
    """The article in several containers, with advertising and a form between them."""
    part = lambda: f"<div class='paragraph-group'>{p.body(2, 3)}</div>"
    advert = f"<div class='dfp-slot'><small>{p.ui['advert']}</small></div>"
    form = f"<form class='signup'><h4>{p.ui['letter']}</h4><p>{p.text(1, 1)}</p><input><button>{p.ui['subscribe']}</button></form>"
    return (p.head() + f"<body><div class='shell'><div class='hd'>{p.menu('i')}</div><div class='story-wrap'><div class='ttl'>{p.h1()}</div>{part()}{advert}{part()}{form}{part()}</div>"
            f"<div class='river'>{p.teasers(7, 'div', 'river-item', 'h5')}</div></div></body></html>")


def unclosed(p):
    """Tags as they were written in 1998."""
    body = "".join(f"<p>{p.own(p.paragraph())}\n" for _ in range(7))
    items = "".join(f"<li>{p.own(p.sentence())}\n" for _ in range(4))
    return (f"<html><head><title>{html.escape(p.title)}</title><meta charset=utf-8><body bgcolor=white><font size=2><a href=/>{p.ui['home']}</a> - <a href=/s>{p.ui['search']}</a><hr>"
            f"<h2>{p.either(p.title)}</h2><font face=arial>{body}<ul>{items}</ul>{p.own(p.paragraph())}<hr><address>{p.ui['contact']} <a href=mailto:x@site.example>x@site.example</a>")


def layout_tables(p):
    links = "".join(f"<tr><td><a href='/{n}'><font size=1>{html.escape(p.headline())}</font></a></td></tr>" for n in range(10))
    return (p.head(script=False) + f"<body><table width=780><tr><td colspan=3 bgcolor=#003>{p.site} {p.menu('span')}</td></tr><tr><td width=150 valign=top><table>{links}</table></td>"
            f"<td valign=top><h1>{p.either(p.title)}</h1>{p.body()}</td><td width=160 valign=top><b>{p.ui['most']}</b><table>{links}</table><p>{p.ui['letter']}</p></td></tr>"
            f"<tr><td colspan=3 align=center><font size=1>{p.ui['rights']}</font></td></tr></table></body></html>")


def footnotes(p):
    body = "".join(f"<p>{p.own(p.paragraph())}<sup><a href='#fn{n}'>{n}</a></sup></p>" for n in range(1, 8))
    notes = "".join(f"<div id='fn{n}' class='endnote'><p>{p.own(p.sentence())}</p></div>" for n in range(1, 8))
    return (p.head() + f"<body><div class='bar'><ul>{p.menu()}</ul></div><div class='essay'>{p.h1()}<p class='who'>{p.byline()}</p>{body}<hr><div class='endnotes'>{notes}</div></div>"
            f"<div class='colophon'>{p.text(1, 2)} {p.ui['rights']}</div></body></html>")


def inline_adverts(p):
    boxes = [f"<div class='mrf-{n}'><span>{p.ui['advert']}</span><div>{p.text(1, 1)} <a href='//ad.example/{n}'>{p.ui['more']}</a></div></div>" for n in range(4)]
    return (p.head() + f"<body><div class='topline'>{p.menu('em')}</div><article itemscope itemtype='https://schema.org/NewsArticle'>{p.h1(' itemprop=headline')}<div itemprop='articleBody'>{p.body(8, 11, between=boxes)}</div>"
            f"</article><div class='disqus_thread'>{p.comments(7, 'div', 'post-message')}</div></body></html>")


def print_page(p):
    return (p.head(script=False) + f"<body onload='window.print()'><p>{p.site} - http://www.site.example/{p.rng.below(9999)}/print</p><h3>{p.either(p.title)}</h3>{p.byline()}<hr>{p.body()}<hr>"
            f"<small>{p.ui['rights']}</small></body></html>")


def forum(p):
    """A thread: the first post is the article, the replies count neither way."""
    post = lambda inner: (f"<table class='tborder'><tr><td class='alt2'><a class='bigusername'>{p.rng.pick(['ana', 'rolf', 'mig', 'tess'])}</a> Posts: {p.rng.below(999)}</td></tr>"
                          f"<tr><td class='alt1'><div class='vb_postbit'>{inner}</div></td></tr></table>")
    first = post("<br><br>".join(p.own(p.paragraph()) for _ in range(4)))
    replies = "".join(post(p.either(p.sentences(1, 3))) for _ in range(4))
    return (p.head() + f"<body><div class='navrow'>{p.menu('span')}</div><div id='posts'><div class='thead'>{p.either(p.title)}</div>{first}{replies}</div>"
            f"<div class='similar'><h4>{p.ui['also']}</h4>{p.links(6, 'div')}</div></body></html>")


def magazine(p):
    """A drop cap, a standfirst beside the heading, author notes, nested sections, a newsletter box, comments in sections."""
    first = p.paragraph()
    parts = "".join(f"<section><h2>{p.own(p.label())}</h2>{p.body(2, 3)}</section>" for _ in range(3))
    talk = "".join(f"<section class='opinion-entry'><strong>{p.author}</strong><p>{p.text(1, 2)}</p></section>" for _ in range(6))
    return (p.head() + f"<body><div role='navigation'>{p.menu('div')}</div><div role='main'><div class='opener'>{p.h1()}<p>{p.own(p.sentence())}</p></div><section class='copy'><p><span class='cap'>{p.own(first[0])}</span>{p.own(first[1:])}</p>{p.body(2, 3)}</section>"
            f"{parts}<div class='mailing-box'><p>{p.ui['letter']}</p><button>{p.ui['subscribe']}</button></div></div><div class='reader-voices'><h2>{p.ui['talk']}</h2>{talk}</div>"
            f"<div role='complementary'>{p.teasers(5, 'div', 'pick')}</div><div role='contentinfo'>{p.ui['rights']}</div></body></html>")


def short_note(p):
    """Three sentences amid a large portal."""
    portal = lambda: "".join(f"<div class='tile'><h3><a href='/{n}'>{html.escape(p.headline())}</a></h3><p>{p.text(1, 1)}</p></div>" for n in range(8))
    return (p.head() + f"<body><div class='portal-head'>{p.menu('span')}</div><div class='note'><h1>{p.either(p.title)}</h1><div class='note-text'><p>{p.own(p.sentence())}</p><p>{p.own(p.sentences(2, 2))}</p></div></div>"
            f"<div class='portal-grid'>{portal()}</div><div class='portal-foot'>{p.ui['rights']}</div></body></html>")


def names_that_lie(p):
    """The article stands in elements called by what stands around articles elsewhere."""
    return (p.head() + f"<body class='nav-open'><div class='modal-root'><div class='links-top'>{p.menu('u')}</div><div class='social-story with-sidebar'>{p.h1()}<div class='promo-intro'><p>{p.own(p.paragraph())}</p></div>"
            f"<div class='share-text'>{p.body(5, 8)}</div></div><div class='others'>{p.links(7, 'div')}</div></div></body></html>")


def interview(p):
    """Questions in bold, answers behind line breaks, names before each."""
    turns = "".join(f"<div class='turn'><b>{p.own(p.headline() + '?')}</b><br>{p.own(p.author + ':')} {p.own(p.paragraph())}</div>" for _ in range(6))
    return (p.head() + f"<body><div class='bar1'>{p.menu('span')}</div><div class='iv'><h2>{p.either(p.title)}</h2><i>{p.own(p.sentence())}</i>{turns}</div><div class='bar2'><b>{p.ui['most']}</b>{p.links(5, 'div')}</div></body></html>")


def statute(p):
    """Numbered sections in nested lists and cells."""
    rows = "".join(f"<tr><td>{p.own(f'§ {n}')}</td><td>{p.own(p.sentence())}<ol><li>{p.own(p.label())}</li><li>{p.own(p.sentence())}</li></ol></td></tr>" for n in range(1, 8))
    return (p.head() + f"<body><div class='lex-head'>{p.menu('span')}</div><div class='lex'><h1>{p.either(p.title)}</h1><p>{p.own(p.paragraph())}</p><table>{rows}</table><p>{p.own(p.sentence())}</p></div><div class='lex-foot'>{p.text(1, 1)}</div></body></html>")


LAYOUTS = [bare_divs, split_bodies, unclosed, layout_tables, footnotes, inline_adverts, print_page, forum, magazine, short_note,
           names_that_lie, interview, statute]
