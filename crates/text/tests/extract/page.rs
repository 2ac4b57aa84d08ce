//! Web pages: the article with its lead, quoted paragraphs and list, without what stands around.

use erratum_text::{Limits, Place, extract};
use proptest::prelude::*;

use super::only;

const STORY: &str = r#"<!DOCTYPE html><html lang="en-GB"><head><title>Letter on departure surfaces - Daily Example</title>
<meta property="og:title" content="Letter on departure surfaces"><script>var x = "<p>no</p>";</script></head><body>
<header><a href="/">Daily Example</a><nav><ul><li><a href="/1">World</a><li><a href="/2">Business</a></ul></nav></header>
<div id="page"><div class="sidebar"><h3>Most read</h3><ul><li><a href="/a">A story about something else entirely, with a long name</a></li></ul></div>
<div class="story"><h1>Letter on departure surfaces</h1><p class="byline">By our correspondent</p>
<p class="standfirst">A letter that announces the repositioning of the northern contingent was published on Monday evening.</p>
<div class="content"><p>The command told the ministry that its forces would be moved over the coming days and weeks, according to a letter seen by this paper on Monday.</p>
<blockquote><p>Out of due regard for the sovereignty of your country, the headquarters will reposition its forces over the coming days and weeks, in preparation for their onward movement.</p>
<p>We respect your sovereign decision ordering our departure.</p></blockquote>
<p>The letter adds that helicopter flights will increase, and that the population need not be concerned by what it sees.</p>
<ul><li>The movement begins on 6 January 2026.</li><li>It costs $1.5 million.</li></ul>
<div class="ad">Advertisement</div>
<p>Neither the ministry nor the command answered questions on Monday, and the embassy referred all of them to the capital.</p></div></div>
<div class="related"><h3>Related</h3><ul><li><a href="/r">Another story that is related to this one</a></li></ul></div></div>
<footer><p>Copyright Daily Example. All rights reserved, in every country of the world and beyond it.</p></footer></body></html>"#;

#[test]
fn an_article_without_what_stands_around_it() {
    let (_, text) = only(STORY.as_bytes(), "story.html");
    for kept in [
        "A letter that announces",
        "The command told the ministry",
        "Out of due regard",
        "\n\nWe respect your sovereign decision ordering our departure.\n\n",
        "The movement begins on 6 January 2026.",
        "It costs $1.5 million.",
        "Neither the ministry nor the command",
    ] {
        assert!(text.text.contains(kept), "{kept:?} is missing in:\n{}", text.text);
    }
    for dropped in ["World", "Most read", "something else", "Another story", "Copyright", "<", "var x"] {
        assert!(!text.text.contains(dropped), "{dropped:?} is in:\n{}", text.text);
    }
    assert_eq!(text.title.as_deref(), Some("Letter on departure surfaces"));
    assert_eq!(text.lang.as_deref(), Some("en-GB"));
}

#[test]
fn a_short_page_is_read_whole() {
    let (_, text) = only(
        b"<html><nav><a href=/>Home</a></nav><p>We respect your decision.<p>It is final.",
        "x.html",
    );
    assert_eq!(text.text, "We respect your decision.\n\nIt is final.");
}

#[test]
fn a_page_in_an_old_character_set() {
    let (_, text) =
        only(b"<html><meta charset=windows-1252><p>\x93We don\x92t agree\x94 \x96 caf\xe9", "x.html");
    assert_eq!(text.text, "“We don’t agree” – café");
}

#[test]
fn a_page_without_a_body_has_text() {
    let prose =
        "The town council met on Tuesday evening to discuss the parking situation near the old market.";
    let page =
        format!("<!doctype html><head><title>t</title><p>{prose}</p><p>We respect your decision.</p>");
    let (_, text) = only(page.as_bytes(), "x.html");
    assert_eq!(text.text, format!("{prose}\n\nWe respect your decision."));
    assert_eq!(text.title.as_deref(), Some("t"));
}

/// Prose of an article, different for each number.
fn prose(number: usize) -> String {
    format!(
        "The command told the ministry in letter {number} that its forces would be moved over the coming days and \
         weeks, and gave no reason for it."
    )
}

/// What is read of a page whose article has the given body.
fn body(inside: &str, behind: &str) -> String {
    let page = format!(
        "<!doctype html><title>The letter - Daily</title><body><div class=top><a href=/>Home</a></div><div class=x>\
         <h1>The letter</h1><p>{}</p><p>{}</p>{inside}<p>{}</p></div>{behind}",
        prose(1),
        prose(2),
        prose(3)
    );
    let (_, text) = only(page.as_bytes(), "x.html");
    let known = [String::from("The letter"), prose(1), prose(2), prose(3)];
    let own = text.text.split("\n\n").filter(|block| !known.iter().any(|known| known == block));
    assert!(known.iter().all(|known| text.text.contains(known)), "{}", text.text);
    own.collect::<Vec<_>>().join("|")
}

#[test]
fn what_stands_between_paragraphs() {
    for (inside, read) in [
        // Not the article's.
        (
            "<div class=related-box><p>Another story that is told at length on another page.</p></div>",
            "",
        ),
        (
            "<div class=c-newsletter><p>Sign up for our letter, and read all of it in the morning.</p></div>",
            "",
        ),
        ("<div><span>Advertisement</span></div>", ""),
        ("<p>Advertisement</p>", ""),
        ("<div><ul><li><a href=/1>Another story</a><li><a href=/2>A third</a></ul></div>", ""),
        (
            "<p class=m><b>Read more:</b> <a href=/1>Another story that is told on another page</a></p>",
            "",
        ),
        ("<div><h3>Related</h3><ul><li><a href=/1>Another story</a></ul></div>", ""),
        ("<div><h3><a href=/1>Another story</a></h3><p>It is told on another page.</p></div>", ""),
        // The article's.
        ("<p>“No.”</p>", "“No.”"),
        ("<ul><li>6 January<li><a href=/1>The letter of May</a></ul>", "6 January|The letter of May"),
        (
            "<p><a href=/1>The minutes of the closed meeting</a> were published.</p>",
            "The minutes of the closed meeting were published.",
        ),
        ("<table><tr><td>Cost<td>$1.5 million</table>", "Cost|$1.5 million"),
        ("<h2>In May</h2><div class=ad-slot>Advertisement</div><p>We left.</p>", "In May|We left."),
        (
            "<div class=promo-lead><p>We respect your decision, and will leave the country by the end of the year.</p></div>",
            "We respect your decision, and will leave the country by the end of the year.",
        ),
        ("<figure><figcaption>The bridge on 6 January</figcaption></figure>", "The bridge on 6 January"),
    ] {
        assert_eq!(body(inside, ""), read, "{inside}");
    }
}

#[test]
fn what_stands_behind_the_article() {
    for behind in [
        "<div class=reader><h3>Comments (3)</h3><div><b>ana</b><p>I do not believe a word of this letter, nor should you.</p></div></div>",
        "<div id=comments><p>I do not believe a word of this letter, nor should you, whoever you are.</p></div>",
        "<div class=foot>All rights reserved. No part of it may be copied without leave of the publisher.</div>",
        "<section><article><h3><a href=/1>Another</a></h3><div><p>It is told on another page.</p></div></article></section>",
        "<amp-consent><p>We and our partners store cookies on your device, to measure how it is used.</p></amp-consent>",
        "<div role=dialog><p>We and our partners store cookies on your device, to measure how it is used.</p></div>",
    ] {
        assert_eq!(body("", behind), "", "{behind}");
    }
}

#[test]
fn a_sentence_goes_on_in_whatever_element_it_stands() {
    let (inside, read) = (
        "<p>We respect your decision and we shall</p><div class=comments>not</div><p>carry it out.</p>",
        "We respect your decision and we shall|not|carry it out.",
    );
    assert_eq!(body(inside, ""), read);
}

#[test]
fn an_article_in_an_element_called_a_comment() {
    let article: String = (1..5).map(|number| format!("<p>{}</p>", prose(number))).collect();
    let page = format!(
        "<title>x</title><body><nav><a href=/>Home</a></nav><div class='comment comment-piece'><div class=comment-body>{article}</div></div>\
         <div class=comments><p>I do not believe it, says ana.</p></div>"
    );
    let (_, text) = only(page.as_bytes(), "x.html");
    assert_eq!(text.text, (1..5).map(prose).collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn entries_with_links_for_headings_are_the_page() {
    let entries: String = (1..9)
        .map(|n| format!("<div class=e><h3><a href=#{n}>At {n}</a></h3><p>{}</p></div>", prose(n)))
        .collect();
    let page =
        format!("<title>Live</title><body><div><h1>Live today</h1><p>{}</p>{entries}</div>", prose(0));
    let (_, text) = only(page.as_bytes(), "x.html");
    for number in 0..9 {
        assert!(text.text.contains(&prose(number)), "{number} is missing in:\n{}", text.text);
    }
}

#[test]
fn a_heading_amid_an_article_is_not_its_beginning() {
    let page = format!(
        "<title>npm trust</title><body><header><h1>The trust command, version 11</h1></header><div><p>{}</p><p>{}</p>\
         <h2>npm trust</h2><p>{}</p><p>{}</p></div>",
        prose(1),
        prose(2),
        prose(3),
        prose(4)
    );
    let (_, text) = only(page.as_bytes(), "x.html");
    assert!(text.text.contains(&prose(1)) && text.text.ends_with(&prose(4)), "{}", text.text);
}

#[test]
fn places_count_the_blocks_of_the_page() {
    let page = format!(
        "<title>The letter</title><nav><ul><li><a href=/>Home</a><li><a href=/w>World</a></ul></nav><article><h1>The letter</h1>\
         <p>{}</p><div class=related><a href=/1>Another</a></div><p>{}</p></article>",
        prose(1),
        prose(2)
    );
    let (_, text) = only(page.as_bytes(), "x.html");
    let numbers: Vec<(&str, u32)> = text
        .places
        .iter()
        .map(|(range, place)| match place {
            Place::Paragraph { section: None, number } => (&text.text[range.clone()], *number),
            other => panic!("{other:?}"),
        })
        .collect();
    let (one, two) = (prose(1), prose(2));
    assert_eq!(numbers, [("The letter", 3), (one.as_str(), 4), (two.as_str(), 6)]);
}

/// Pieces of pages, put together at random below.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=comments>",
    "<div>",
    "</div>",
    "<h1>",
    "</h1>",
    "<h3><a href=x>Another</a></h3>",
    "<ul><li>",
    "<li>",
    "</ul>",
    "<table><tr><td>",
    "<td>",
    "</table>",
    "<a href=y>",
    "</a>",
    "<article>",
    "</article>",
    "<nav>",
    "</nav>",
    "<aside>",
    "</aside>",
    "<form>",
    "<b hidden>",
    "</b>",
    "<blockquote>",
    "</blockquote>",
    "<br>",
    "<br><br>",
    "<title>The letter",
    "</title>",
    "<svg><text>",
    "</svg>",
    "<q>",
    "<sup>1</sup>",
    "<!--",
    "-->",
    "<style>p{display:none}</style>",
    "<script>",
    "</script>",
    "<iframe srcdoc='<p>x<p>y'>",
    "</iframe>",
    "<x-y class='share z'>",
    "</x-y>",
    "&amp;",
    "&#x110000;",
    "é—",
    "不",
    "\u{301}",
    "\0",
    "The letter",
    "Comments (3)",
    "Advertisement",
    "not",
    "We respect your sovereign decision, and will leave on 6 January 2026. ",
];

proptest! {
    #[test]
    fn every_stretch_of_any_page_stands_in_a_block_of_it(
        pieces in proptest::collection::vec((0..PIECES.len(), 1..4usize), 0..120),
        cut in 0..1000usize,
    ) {
        let mut page = String::from("<!doctype html>");
        for (piece, times) in pieces {
            page.push_str(&PIECES[piece].repeat(times));
        }
        let mut bytes = page.into_bytes();
        bytes.truncate(bytes.len() - cut.min(3));
        let Ok(parts) = extract(&bytes, Some("x.html"), &Limits::default()) else { return Ok(()) };
        let text = parts[0].text.as_ref().unwrap();
        let (mut end, mut last) = (0, 0);
        for (range, place) in text.places.iter() {
            let Place::Paragraph { section: None, number } = place else { panic!("{place:?}") };
            prop_assert!(*number > last, "block {number} after {last}");
            prop_assert!(!text.text[range.clone()].trim().is_empty());
            prop_assert!(text.text[end..range.start].trim().is_empty());
            (end, last) = (range.end, *number);
        }
        prop_assert_eq!(end, text.text.len());
    }
}
