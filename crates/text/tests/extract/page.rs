//! Web pages: the article with its lead, quoted paragraphs and list, without what stands around.

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
