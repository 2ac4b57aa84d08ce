"""Thirty-six layouts of pages, which the extractor may be tuned on. Those it may not are in `held_out.py`."""

import html
import json


def plain_news(p):
    """A semantic page: header, nav, article, aside, footer."""
    return (p.head() + f"<body><header><a href='/'>{p.site}</a><nav><ul>{p.menu()}</ul></nav></header><main><article>{p.h1()}"
            f"<p class='byline'>{p.byline()}</p>{p.body()}</article></main><aside><h2>{p.ui['most']}</h2><ol>{p.links(6)}</ol></aside>"
            f"<footer><p>{p.ui['rights']}</p></footer></body></html>")


def mega_menu(p):
    columns = "".join(f"<div class='mega-col'><h4>{w}</h4><ul>{p.links(7)}</ul><p>{p.text(1, 1)}</p></div>" for w in p.menu_words())
    return (p.head() + f"<body><div class='top-bar'><div class='mega-menu'>{columns}</div></div><div class='page'><div class='headline'>{p.h1()}"
            f"<div class='meta'>{p.byline()}</div></div><div class='article-body'>{p.body()}</div>"
            f"<div class='recirc'>{p.teasers(6)}</div></div><div class='site-footer'>{columns}<p>{p.ui['rights']}</p></div></body></html>")


def cookie_before(p):
    return (p.head() + f"<body><div id='cookie-banner' class='cookie-consent'><p>{p.ui['cookie']}</p><p>{p.ui['cookie']}</p><button>{p.ui['accept']}</button></div>"
            f"<div class='container'><div class='post'>{p.h1()}<p class='date'>{p.byline()}</p>{p.body()}</div></div>"
            f"<div class='footer'>{p.ui['rights']}</div></body></html>")


def cookie_after(p):
    """The banner is a dialog behind the page, with a long list of purposes."""
    purposes = "".join(f"<li><h3>{p.label()}</h3><p>{p.text(2, 3)}</p><label><input type=checkbox>{p.ui['accept']}</label></li>" for _ in range(9))
    purposes = purposes.replace("\ue000", "").replace("\ue001", "")
    return (p.head() + f"<body><div id='app'><div class='nav-wrap'><ul>{p.menu()}</ul></div><article class='story'>{p.h1()}{p.body()}</article></div>"
            f"<div class='cmp-container' role='dialog' aria-modal='true'><h2>{p.site}</h2><p>{p.ui['cookie']}</p><ul>{purposes}</ul>"
            f"<button>{p.ui['accept']}</button></div></body></html>")


def comments_below(p):
    return (p.head() + f"<body><div id='header'><ul class='menu'>{p.menu()}</ul></div><div id='content'><div class='entry'>{p.h1()}"
            f"<div class='entry-meta'>{p.byline()}</div><div class='entry-content'>{p.body(4, 7)}</div></div>"
            f"<div id='comments'><h3>{p.ui['talk']} (14)</h3><ol class='commentlist'>{p.comments(p.rng.between(8, 20))}</ol>"
            f"<form><textarea></textarea><button>{p.ui['reply']}</button></form></div></div><div id='sidebar'><ul>{p.links(9)}</ul></div></body></html>")


def inline_related(p):
    boxes = [f"<div class='inline-related'><span>{p.ui['also']}</span><a href='/x'>{p.text(1, 1)}</a></div>",
             f"<aside class='related-box'><h4>{p.ui['also']}</h4><ul>{p.links(3)}</ul></aside>",
             f"<p class='read-more'><b>{p.ui['more']}:</b> <a href='/y'>{html.escape(p.headline())}</a></p>"]
    return (p.head() + f"<body><header><nav>{p.menu('span')}</nav></header><article>{p.h1()}<div class='text'>{p.body(between=boxes)}</div></article>"
            f"<section class='more-stories'><h2>{p.ui['also']}</h2>{p.teasers(8, 'article', 'card')}</section><footer>{p.ui['rights']}</footer></body></html>")


def rail(p):
    """A rail of teasers with long texts beside the article, which comes second in the source."""
    return (p.head() + f"<body><div class='masthead'>{p.site} {p.menu('b')}</div><div class='cols'><div class='rail right-rail'>"
            f"<h3>{p.ui['most']}</h3>{p.teasers(9)}<div class='promo'><p>{p.ui['letter']}</p><a href='/n'>{p.ui['subscribe']}</a></div></div>"
            f"<div class='main-col'>{p.h1()}<p class='lead'>{p.own(p.sentence())}</p>{p.body()}</div></div><div class='foot'>{p.ui['rights']}</div></body></html>")


def amp(p):
    head = p.head("<style amp-boilerplate>body{animation:-amp-start 8s steps(1,end) 0s 1 normal both}</style>").replace("<html ", "<html amp ")
    state = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": p.title, "articleBody": p.title})
    return (head + f"<body><amp-sidebar id='s'><ul>{p.menu()}</ul></amp-sidebar><script type='application/ld+json'>{state}</script>"
            f"<article class='amp-wp-article'><header>{p.h1()}<div class='amp-wp-meta'>{p.byline()}</div></header>"
            f"<amp-img src='a.jpg' width=8 height=6></amp-img><div class='amp-wp-article-content'>{p.body()}</div>"
            f"<footer class='amp-wp-article-footer'><div class='amp-wp-tax-tag'>{p.ui['tags']}: <a href='/t'>{p.menu_words()[0]}</a></div></footer></article>"
            f"<amp-consent><div><p>{p.ui['cookie']}</p><button>{p.ui['accept']}</button></div></amp-consent>"
            f"<amp-list><div>{p.teasers(5)}</div></amp-list></body></html>")


def live_blog(p):
    entries = "".join(
        f"<div class='lb-entry' id='e{n}'><time>{p.either('%02d:%02d' % (23 - n, p.rng.below(60)))}</time><h3>{p.own(p.headline())}</h3>"
        f"{p.body(1, 3)}<div class='lb-share'><a href='#'>{p.ui['share']}</a></div></div>" for n in range(p.rng.between(6, 12)))
    return (p.head() + f"<body><nav><ul>{p.menu()}</ul></nav><main>{p.h1()}<p class='standfirst'>{p.own(p.sentence())}</p>"
            f"<div class='key-events'><h2>{p.ui['tags']}</h2><ul>{p.links(5)}</ul></div><div class='live-blog'>{entries}</div></main>"
            f"<footer><p>{p.ui['rights']}</p></footer></body></html>")


def captions(p):
    figures = [f"<figure><img src='/{n}.jpg' alt=''><figcaption>{p.own(p.sentence())} <span class='credit'>"
               f"{p.either(p.ui['photo'] + ' ' + p.author)}</span></figcaption></figure>" for n in range(3)]
    return (p.head() + f"<body><header class='site'><ul>{p.menu()}</ul></header><article>{p.h1()}<div class='byline'>{p.byline()}</div>{figures[0]}"
            f"<div class='body'>{p.body(between=figures[1:])}</div></article><div class='outbrain'>{p.teasers(6)}</div></body></html>")


def pull_quotes(p):
    """Sentences of the article are repeated large in asides; the repetition counts neither way."""
    paragraphs = [p.sentences(3, 4) for _ in range(8)]
    out = []
    for n, text in enumerate(paragraphs):
        out.append(f"<p>{p.own(text)}</p>")
        if n in (2, 5):
            first = text.split("。")[0] + "。" if "。" in text else text.split(". ")[0] + "."
            out.append(f"<aside class='pullquote'><p>{p.either(first)}</p></aside>")
    return (p.head() + f"<body><nav>{p.menu('span')}</nav><article class='longread'>{p.h1()}{''.join(out)}<blockquote><p>{p.own(p.paragraph())}</p></blockquote>"
            f"{p.p()}</article><div class='share-bar'>{p.ui['share']} <a>X</a> <a>Mail</a></div><footer>{p.ui['rights']}</footer></body></html>")


def tables(p):
    rows = "".join(f"<tr><td>{p.own(p.label())}</td><td>{p.own(str(p.rng.below(9000)))}</td><td>{p.own(str(p.rng.below(99)) + ',5 %')}</td></tr>" for _ in range(9))
    table = f"<table class='data'><thead><tr><th>{p.own(p.ui['tags'])}</th><th>{p.own('2025')}</th><th>{p.own('2026')}</th></tr></thead><tbody>{rows}</tbody></table>"
    return (p.head() + f"<body><div class='navbar'><ul>{p.menu()}</ul></div><div class='content-main'>{p.h1()}{p.body(3, 4)}{table}{p.body(3, 4)}</div>"
            f"<div class='related-links'><h4>{p.ui['also']}</h4><ul>{p.links(6)}</ul></div></body></html>")


def lists(p):
    points = "".join(f"<li>{p.own(p.sentence() if n % 2 else p.label())}</li>" for n in range(8))
    steps = "".join(f"<li><p>{p.own(p.paragraph())}</p></li>" for _ in range(4))
    return (p.head() + f"<body><header><nav><ul>{p.menu()}</ul></nav></header><main><h1>{p.either(p.title)}</h1>{p.body(2, 3)}<ul>{points}</ul>{p.p()}<ol>{steps}</ol>{p.p()}</main>"
            f"<div class='tags'>{p.ui['tags']}: <a href='/a'>{p.menu_words()[1]}</a> <a href='/b'>{p.menu_words()[2]}</a></div><footer>{p.ui['rights']}</footer></body></html>")


def press_release(p):
    """The boilerplate about the sender and its contacts is part of a release."""
    return (p.head() + f"<body><div id='nav'><ul>{p.menu()}</ul></div><div id='main' class='press-release'>{p.h1()}<p class='dateline'>{p.either(p.date())}</p>"
            f"{p.body(4, 7)}<h3>{p.own(p.ui['about'])}</h3><p>{p.own(p.paragraph())}</p><h3>{p.own(p.ui['contact'])}</h3>"
            f"<p>{p.own(p.author)}<br>{p.own('press@office.example')}<br>{p.own('+00 555 01%02d' % p.rng.below(99))}</p></div>"
            f"<div id='right'><h3>{p.ui['most']}</h3><ul>{p.links(5)}</ul></div><div id='footer'>{p.ui['rights']}</div></body></html>")


def wordpress(p):
    widgets = "".join(f"<section class='widget widget_text'><h2 class='widget-title'>{w}</h2><div class='textwidget'><p>{p.text(1, 2)}</p></div></section>" for w in p.menu_words()[:4])
    return (p.head() + f"<body class='post-template-default single single-post postid-{p.rng.below(999)} single-format-standard wp-embed-responsive has-sidebar'>"
            f"<div id='page' class='site hfeed'><header id='masthead' class='site-header'><nav id='site-navigation' class='main-navigation'><ul id='menu-1'>{p.menu()}</ul></nav></header>"
            f"<div id='content' class='site-content'><div id='primary' class='content-area'><main id='main' class='site-main'><article id='post-1' class='post-1 post type-post status-publish hentry category-news'>"
            f"<header class='entry-header'><h1 class='entry-title'>{p.either(p.title)}</h1><div class='entry-meta'><span class='posted-on'>{p.byline()}</span></div></header>"
            f"<div class='entry-content'>{p.body(attributes=' class=has-text-align-left')}<div class='sharedaddy sd-sharing-enabled'><h3 class='sd-title'>{p.ui['share']}</h3><ul>"
            f"<li><a>X</a></li><li><a>Facebook</a></li></ul></div><div id='jp-relatedposts' class='jp-relatedposts'><h3>{p.ui['also']}</h3>{p.teasers(3, 'div', 'jp-relatedposts-post', 'h4')}</div></div>"
            f"<footer class='entry-footer'><span class='tags-links'>{p.ui['tags']} <a href='/t'>{p.menu_words()[0]}</a></span></footer></article>"
            f"<nav class='post-navigation'><a href='/p'>{html.escape(p.headline())}</a></nav><div id='comments' class='comments-area'><h2>{p.ui['talk']}</h2><ol>{p.comments(6, 'li', 'comment even')}</ol></div></main></div>"
            f"<aside id='secondary' class='widget-area'>{widgets}</aside></div><footer id='colophon' class='site-footer'>{p.ui['rights']}</footer></div></body></html>")


def drupal(p):
    return (p.head() + f"<body class='path-node page-node-type-article'><div class='layout-container'><header role='banner'><div class='region region-header'><ul class='menu menu--main'>{p.menu()}</ul></div></header>"
            f"<div class='region region-breadcrumb'><ol><li><a href='/'>{p.ui['home']}</a></li><li>{html.escape(p.title)}</li></ol></div>"
            f"<main role='main'><div class='layout-content'><div class='region region-content'><div class='block block-page-title'>{p.h1()}</div>"
            f"<div class='block block-system-main'><article role='article' class='node node--type-article node--view-mode-full'><div class='node__meta'>{p.byline()}</div>"
            f"<div class='node__content'><div class='field field--name-field-teaser field__item'><p>{p.own(p.sentence())}</p></div>"
            f"<div class='field field--name-body field--type-text-with-summary field__item'>{p.body()}</div>"
            f"<div class='field field--name-field-tags'><div class='field__label'>{p.ui['tags']}</div><div class='field__items'><div class='field__item'><a href='/t/1'>{p.menu_words()[3]}</a></div></div></div>"
            f"</div></article></div><div class='views-element-container block block-views'><h2>{p.ui['also']}</h2><div class='view-content'>{p.teasers(4, 'div', 'views-row')}</div></div></div></div></main>"
            f"<footer role='contentinfo'><div class='region region-footer'><p>{p.ui['rights']}</p></div></footer></div></body></html>")


def typo3(p):
    parts = "".join(f"<div id='c{n}' class='frame frame-default frame-type-textmedia'><div class='ce-textpic'><div class='ce-bodytext'>{p.body(1, 3)}</div></div></div>" for n in range(4))
    return (p.head() + f"<body id='p{p.rng.below(900)}' class='page-{p.rng.below(9)} layout-default'><div class='body-bg'><header id='page-header'><div class='navbar-collapse'><ul class='nav navbar-nav'>{p.menu()}</ul></div></header>"
            f"<div class='breadcrumb-section'><ol class='breadcrumb'><li><a href='/'>{p.ui['home']}</a></li></ol></div><div id='content' class='main-section'><!--TYPO3SEARCH_begin-->"
            f"<header>{p.h1(' class=element-header')}</header>{parts}<!--TYPO3SEARCH_end--></div><div class='sub-menu'><ul>{p.links(8)}</ul></div>"
            f"<footer id='page-footer'><section class='footer-section'><p>{p.text(1, 2)}</p><ul>{p.menu()}</ul><p>{p.ui['rights']}</p></section></footer></div></body></html>")


def hashed_classes(p):
    """No class says anything; only structure does."""
    c = lambda: "css-" + "".join(p.rng.pick("abcdefghkmnpqrstuvwxyz0123456789") for _ in range(7))
    body = "".join(f"<div class='{c()}'><p class='{c()}'>{p.own_linked()}</p></div>" for _ in range(p.rng.between(7, 11)))
    cards = "".join(f"<div class='{c()}'><a class='{c()}' href='/{n}'><div class='{c()}'>{html.escape(p.headline())}</div><span class='{c()}'>{p.text(1, 1)}</span></a></div>" for n in range(7))
    return (p.head() + f"<body><div id='__next'><div class='{c()}'><div class='{c()}'>{p.menu('div')}</div><div class='{c()}'>{p.h1(f' class={c()}')}<div class='{c()}'>{p.byline()}</div>"
            f"<div class='{c()}'>{body}</div></div><div class='{c()}'><div class='{c()}'>{p.ui['also']}</div>{cards}</div><div class='{c()}'>{p.ui['rights']}</div></div></div></body></html>")


def app_state(p):
    """A single-page app: rendered text, and the whole of it again as state in a script."""
    body = p.body()
    state = json.dumps({"props": {"article": {"title": p.title, "body": p.paragraph() * 8}, "related": [p.headline() for _ in range(20)]}}, ensure_ascii=False)
    return (p.head() + f"<body><div id='root'><div class='App'><div class='AppHeader'>{p.menu('a')}</div><div class='Article'><div class='Article-head'>{p.h1()}</div><div class='Article-text'>{body}</div></div>"
            f"<div class='Feed'>{p.teasers(10, 'div', 'FeedItem', 'div')}</div></div></div><script id='__NEXT_DATA__' type='application/json'>{state}</script>"
            f"<noscript><p>{p.ui['login']}</p></noscript></body></html>")


def paywall(p):
    return (p.head() + f"<body><header><ul>{p.menu()}</ul></header><article>{p.h1()}<div class='article__meta'>{p.byline()}</div><div class='article__body'>{p.body(2, 3)}"
            f"<div class='article__fade'></div></div></article><div class='paywall piano-offer'><h2>{p.ui['subscribe']}</h2><p>{p.ui['wall']}</p><ul><li>{p.text(1, 1)}</li><li>{p.text(1, 1)}</li></ul>"
            f"<a href='/abo'>{p.ui['subscribe']}</a></div><div class='teaser-list'>{p.teasers(8)}</div><footer><p>{p.ui['rights']}</p></footer></body></html>")


def wiki(p):
    sections = "".join(f"<h2><span class='mw-headline'>{p.own(p.label())}</span><span class='mw-editsection'>[<a href='/e'>edit</a>]</span></h2>{p.body(2, 4)}" for _ in range(3))
    notes = "".join(f"<li id='cite_note-{n}'><span class='reference-text'>{p.own(p.sentence())}</span></li>" for n in range(4))
    box = "".join(f"<tr><th>{p.either(p.menu_words()[n])}</th><td>{p.either(str(p.rng.below(3000)))}</td></tr>" for n in range(4))
    toc = "".join(f"<li class='toclevel-1'><a href='#s{n}'>{p.either(str(n + 1))}</a></li>" for n in range(3))
    return (p.head() + f"<body class='mediawiki ltr'><div id='content' class='mw-body' role='main'><h1 id='firstHeading'>{p.either(p.title)}</h1><div id='bodyContent'><div id='siteSub'>{p.either(p.site)}</div>"
            f"<div id='mw-content-text'><div class='mw-parser-output'><table class='infobox'>{box}</table>{p.body(2, 3)}<div id='toc' class='toc'><ul>{toc}</ul></div>{sections}"
            f"<h2><span class='mw-headline'>{p.own(p.ui['sources'])}</span></h2><ol class='references'>{notes}</ol></div></div></div></div>"
            f"<div id='mw-navigation'><div id='mw-panel'><div class='portal'><h3>{p.ui['search']}</h3><ul>{p.links(9)}</ul></div></div></div>"
            f"<div id='footer' role='contentinfo'><ul><li>{p.ui['rights']}</li></ul></div></body></html>")


def mastodon(p):
    """A post's page as Mastodon's server writes it, with the names of microformats."""
    def entry(kind, text):
        return (f"<div class='entry {kind}'><div class='status'><div class='status__info'><a class='status__display-name u-url' href='/@a'>{p.either(p.author)}</a></div>"
                f"<div class='status__content emojify'><div class='e-content'>{text}</div></div></div></div>")
    replies = "".join(entry("p-comment h-cite", f"<p>{p.text(1, 2)}</p>").replace("\ue002", "").replace("\ue003", "") for _ in range(5))
    return (p.head() + f"<body class='with-modals'><div class='public-layout'><div class='header'><a href='/about'>{p.ui['about']}</a> <a href='/login'>{p.ui['login']}</a></div>"
            f"<div class='grid'><div class='column-0'><div class='activity-stream h-entry'>{entry('h-entry entry-center', p.p() + p.p())}{replies}</div></div>"
            f"<div class='column-1'><div class='hero-widget'><p>{p.text(1, 1)}</p></div></div></div></div></body></html>")


def social_app(p):
    """A post's page as an app draws it: nothing says which are the replies, but that the post is drawn larger."""
    replies = "".join(f"<div class='status__wrapper'><div class='status'><a class='status__display-name' href='/@{n}'>{p.author} @{n}@social.example</a><div class='status__content'><p>{p.text(1, 2)}</p></div></div></div>" for n in range(5))
    return (p.head() + f"<body class='app-body'><div class='ui'><div class='columns-area'><div class='column'><div class='detailed-status__wrapper'><div class='detailed-status'>"
            f"<a class='detailed-status__display-name' href='/@p'>{p.either(p.author)}</a><div class='status__content'><div class='status__content__text'>{p.p()}{p.p()}</div></div>"
            f"<div class='detailed-status__meta'><a href='/d'>{p.either(p.date())}</a></div></div></div>{replies}</div>"
            f"<div class='compose-panel'><p>{p.ui['login']}</p><p>{p.text(1, 1)}</p></div></div></div></body></html>")


def telegram(p):
    """A channel's page: every message is read."""
    posts = "".join(f"<div class='tgme_widget_message_wrap'><div class='tgme_widget_message'><div class='tgme_widget_message_bubble'><div class='tgme_widget_message_owner_name'><a href='/c'>{p.either(p.site)}</a></div>"
                    f"<div class='tgme_widget_message_text js-message_text' dir='auto'>{p.own(p.paragraph())}<br/><br/>{p.own(p.paragraph())}</div>"
                    f"<div class='tgme_widget_message_footer'><span class='views'>{p.either('%dK' % p.rng.below(90))}</span> <a href='/{n}'><time>{p.either('%02d:%02d' % (n, p.rng.below(60)))}</time></a></div></div></div></div>" for n in range(5))
    return (p.head() + f"<body class='widget_frame_base'><header class='tgme_header'><div class='tgme_header_title'>{p.site}</div><a href='/d'>{p.ui['login']}</a></header>"
            f"<main class='tgme_main'><section class='tgme_channel_history'>{posts}</section></main><div class='tgme_page_extra'>{p.ui['about']}: {p.text(1, 1)}</div></body></html>")


def newsletter(p):
    """Nested tables, no other structure."""
    cell = lambda inner: f"<tr><td align='left' style='padding:9px;font-family:Arial'><table width='100%' cellpadding='0'><tbody><tr><td valign='top' class='mcnTextContent'>{inner}</td></tr></tbody></table></td></tr>"
    parts = "".join(cell(f"{p.own(p.paragraph())}<br><br>{p.own(p.paragraph())}") for _ in range(4))
    return (p.head() + f"<body><center><table width='600'><tbody>{cell('<a href=/v>' + p.ui['more'] + '</a>')}{cell(p.h1())}{parts}"
            f"{cell('<em>' + p.ui['rights'] + '</em><br><a href=/u>' + p.ui['subscribe'] + '</a>')}</tbody></table></center></body></html>")


def government(p):
    crumbs = " &gt; ".join(f"<a href='/{n}'>{w}</a>" for n, w in enumerate(p.menu_words()[:3]))
    return (p.head() + f"<body><div id='skip'><a href='#c'>{p.ui['search']}</a></div><div class='breadcrumbs'>{crumbs}</div><div class='grid'><div class='side-nav left-navigation'><ul>{p.links(12)}</ul></div>"
            f"<div class='content-block' id='c'>{p.h1()}{p.body()}<h2>{p.own(p.ui['sources'])}</h2><ul><li>{p.own(p.sentence())}</li><li>{p.own(p.sentence())}</li></ul></div>"
            f"<div class='service-box'><h3>{p.ui['contact']}</h3><p>{p.site}<br>{p.author}<br>+00 555 0100</p><h3>{p.ui['letter']}</h3></div></div>"
            f"<div class='print-links'><a>{p.ui['share']}</a></div><div class='gov-footer'><p>{p.text(1, 2)}</p>{p.menu('span')}</div></body></html>")


def opinion(p):
    """The article itself stands in an element called a comment, its heading elsewhere."""
    return (p.head() + f"<body><nav><ul>{p.menu()}</ul></nav><div class='hero'>{p.h1()}<p>{p.own(p.sentence())}</p></div><div class='comment comment-piece'><div class='comment-body'>{p.body()}</div></div>"
            f"<div class='comments' id='discussion'><h2>{p.ui['talk']}</h2>{p.comments(6, 'div', 'comment')}</div><div class='links'>{p.links(5)}</div></body></html>")


def one_form(p):
    """The whole page in one form, with the identifiers that such systems write; its title is no heading."""
    side = f"<div id='ctl00_LeftMenu'><ul>{p.links(8)}</ul></div>"
    return (p.head() + f"<body><form method='post' action='./Default.aspx' id='aspnetForm'><div id='ctl00_Header'>{p.menu('span')}</div><table width='100%'><tr><td valign='top'>{side}</td><td valign='top'>"
            f"<span id='ctl00_Main_Title' class='PageTitle'>{p.either(p.title)}</span><div id='ctl00_PlaceHolderMain'><div class='ms-rtestate-field'>{p.body()}</div></div></td></tr></table>"
            f"<div id='ctl00_Footer'>{p.ui['rights']}</div></form></body></html>")


def dialogue(p):
    """Short paragraphs, some of one word."""
    short = ["“No.”", "“Yes.”", "—", "* * *", "“Why?”"]
    lines = "".join(f"<p>{p.own(p.rng.pick(short) if p.rng.below(3) == 0 else p.sentence())}</p>" for _ in range(22))
    return (p.head() + f"<body><header><nav>{p.menu('a')}</nav></header><article>{p.h1()}<div class='prose'>{lines}</div></article><div class='after'><p>{p.ui['letter']}</p><a href='/s'>{p.ui['subscribe']}</a></div>"
            f"<footer><p>{p.ui['rights']}</p></footer></body></html>")


def page_builder(p):
    """Every paragraph in a widget of its own, seven elements deep."""
    def widget(kind, inner):
        return (f"<section class='elementor-section'><div class='elementor-container'><div class='elementor-column'><div class='elementor-widget-wrap'><div class='elementor-element elementor-widget elementor-widget-{kind}'>"
                f"<div class='elementor-widget-container'>{inner}</div></div></div></div></div></section>")
    parts = "".join(widget("text-editor", p.p() + (p.p() if n % 2 else "")) for n in range(6))
    posts = widget("posts", "".join(f"<article class='elementor-post'><h3 class='elementor-post__title'><a href='/{n}'>{html.escape(p.headline())}</a></h3><div class='elementor-post__excerpt'><p>{p.text(1, 1)}</p></div></article>" for n in range(3)))
    return (p.head() + f"<body class='elementor-page'><div class='elementor elementor-location-header'>{widget('nav-menu', '<ul>' + p.menu() + '</ul>')}</div><div class='elementor elementor-location-single'>{widget('theme-post-title', p.h1())}{parts}{posts}</div>"
            f"<div class='elementor elementor-location-bottom'>{widget('text-editor', '<p>' + p.ui['rights'] + '</p>')}</div></body></html>")


def boxes_behind(p):
    """The author, a letter to order, topics and neighbours behind the article, in the same element."""
    return (p.head() + f"<body><div class='top'>{p.menu('a')}</div><div class='wrap'><div class='item-page'>{p.h1()}<div class='info'>{p.byline()}</div>{p.body()}"
            f"<div class='author-box'><img src='a.jpg' alt=''><b>{p.author}</b><p>{p.text(1, 1)}</p></div><div class='nl-box'><h4>{p.ui['letter']}</h4><input><button>{p.ui['subscribe']}</button></div>"
            f"<div class='topics'><a href='/1'>{p.menu_words()[0]}</a><a href='/2'>{p.menu_words()[1]}</a></div><div class='neighbours'><a href='/b'>{html.escape(p.headline())}</a></div></div></div></body></html>")


def questions(p):
    """Questions that open to their answers."""
    items = "".join(f"<details><summary>{p.own(p.headline() + '?')}</summary><div class='answer'>{p.p()}</div></details>" for _ in range(6))
    return (p.head() + f"<body><header><ul>{p.menu()}</ul></header><main>{p.h1()}<p>{p.own(p.sentence())}</p><div class='accordion'>{items}</div></main><footer>{p.ui['rights']}</footer></body></html>")


def minutes(p):
    """Terms and what was said, and a record in plain lines."""
    terms = "".join(f"<dt>{p.own(p.author if n % 2 else p.label())}</dt><dd>{p.own(p.sentence())}</dd>" for n in range(7))
    record = "\n".join(p.own(p.sentence()) for _ in range(6))
    return (p.head() + f"<body><div class='bar'><ul>{p.menu()}</ul></div><div class='doc'>{p.h1()}{p.p()}<dl>{terms}</dl>{p.p()}<pre>{record}</pre></div><div class='docs-side'><ul>{p.links(7)}</ul></div></body></html>")


def loose_boxes(p):
    """A banner and a letter to order in elements whose names say nothing, one of them amid the article."""
    box = f"<div class='b3'><div class='b3-in'><b>{p.ui['subscribe']}</b><p>{p.ui['letter']}</p><button>{p.ui['subscribe']}</button></div></div>"
    return (p.head() + f"<body><div class='x1'><p>{p.ui['cookie']}</p><button>{p.ui['accept']}</button></div><div class='x2'>{p.menu('a')}</div><div class='x3'>{p.h1()}{p.body(between=[box])}</div><div class='x4'>{p.teasers(5, 'div', 'x5')}</div></body></html>")


def live_links(p):
    """A live blog whose short entries have links for headings."""
    entries = "".join(
        f"<div class='live-item'><h3><a href='#{n}'>{p.own(p.headline())}</a></h3><p>{p.own(p.sentences(1, 2))}</p></div>" for n in range(p.rng.between(9, 14)))
    return (p.head() + f"<body><nav><ul>{p.menu()}</ul></nav><div class='live-page'>{p.h1()}<div class='live-summary'><p>{p.own(p.paragraph())}</p></div><div class='live-stream'>{entries}</div></div>"
            f"<div class='more-on-site'>{p.teasers(6, 'div', 'site-card')}</div><footer><p>{p.ui['rights']}</p></footer></body></html>")


def corrected(p):
    """A correction in an element of its own behind the text, and the text in one element."""
    return (p.head() + f"<body><header><ul>{p.menu()}</ul></header><div class='page'><div class='a-head'>{p.h1()}</div><div class='a-text'>{p.body()}</div>"
            f"<div class='a-note'><em>{p.own(p.sentence())}</em></div></div><div class='b-list'>{p.teasers(6, 'div', 'b-item')}</div></body></html>")


LAYOUTS = [plain_news, mega_menu, cookie_before, cookie_after, comments_below, inline_related, rail, amp, live_blog, captions,
           pull_quotes, tables, lists, press_release, wordpress, drupal, typo3, hashed_classes, app_state, paywall, wiki,
           mastodon, social_app, telegram, newsletter, government, opinion, one_form, dialogue, page_builder, boxes_behind,
           questions, minutes, loose_boxes, live_links, corrected]
