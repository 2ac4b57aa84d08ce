//! The pages, in HTML without a script. Everything that offices wrote is text to the templates and stays so.

use erratum::record::{Id, Record, Time};
use erratum::{Event, Story, What};
use maud::{DOCTYPE, Markup, html};

use crate::words;

/// The path of a document's page.
pub(crate) fn path(story: &Story) -> String {
    format!("document/{}.html", story.document.id)
}

/// The title of a document, or why it is withheld.
pub(crate) fn title(story: &Story) -> String {
    match &story.document.withheld {
        Some(why) => format!("Withheld by the operator: {why}"),
        None => story.document.title.clone(),
    }
}

/// The page of the log: what it holds, and how to check it.
pub(crate) fn log(record: &Record, stories: &[Story]) -> Vec<u8> {
    let origin = record.origin();
    // Without the signatures, of which witnesses may add some at any time.
    let (size, root) = (record.log().size(), Id(record.log().root()));
    page(
        origin,
        "",
        &html! {
            h1 { (origin) }
            p {
                "The standing of published documents, by those who may say it. "
                (stories.len()) " documents in " (record.log().size()) " entries, the last of them logged "
                (time(record.last_logged())) "."
            }
            h2 { "Documents" }
            ul.documents {
                @for story in stories.iter().rev() {
                    li {
                        (badge(story))
                        " " a href=(path(story)) { (story.document.name) }
                        " " cite { (title(story)) }
                    }
                }
            }
            h2 { "Check it yourself" }
            p {
                "These pages follow from the log. Whoever has the record can make them anew: "
                code { "erratum audit RECORD --pages FOLDER" }
                " names the first that says something else. " a href="feed.json" { "JSON feed" } "."
            }
            @if let Some((entry, logged)) = record.state().epoch() {
                p { "Latest epoch: entry " (entry) ", " (time(logged)) "." }
            }
            dl {
                dt { "Entries" } dd { (size) }
                dt { "Root hash" } dd { code { (root) } }
                dt { "Log key" } dd { code { (record.log_key()) } }
            }
        },
    )
}

/// The page of a document.
pub(crate) fn document(record: &Record, story: &Story) -> Vec<u8> {
    let document = &story.document;
    page(
        &document.name,
        "../",
        &html! {
            p { a href="../index.html" { (record.origin()) } }
            h1 { (title(story)) }
            p.standing { (badge(story)) }
            dl {
                dt { "Name" } dd { (document.name) }
                dt { "Issuer" } dd { (document.issuer) }
                @if let Some(attributed) = &document.attributed {
                    dt { "Said to come from" } dd { (attributed.to) ", reported as " (attributed.reported) }
                    dt { "Seen" } dd { (attributed.source) }
                }
                @if let Some(date) = &document.date {
                    dt { "Date it bears" } dd { (date) }
                }
                dt { "Language" } dd { (document.lang) }
                @if let Some(from) = &document.copied_from {
                    dt { "Copied from" } dd { (from) ", whose words make nothing good here" }
                }
                @if let Some(at) = &document.key_stolen {
                    dt { "Signed with a key reported stolen" } dd { (at) }
                }
                dt { "Id" } dd { code { (document.id) } }
            }
            h2 { "What was said of it" }
            ol.story { @for event in &story.events { (entry(event)) } }
            @if story.more_notes > 0 {
                p { "And " (story.more_notes) " more notes by others." }
            }
        },
    )
}

fn entry(event: &Event) -> Markup {
    let claimed = match &event.what {
        What::Word(said) => said.word.effective.as_deref(),
        _ => None,
    };
    html! {
        li {
            p {
                (time(event.logged)) ", entry " (event.entry) ": " (words::event(event))
                @if let Some(claimed) = claimed { ", claimed from " (claimed) }
                "."
            }
            @if let Some(text) = words::text(event) { blockquote { (text) } }
            @for passage in words::passages(event) { p { "About: " q { (passage) } } }
            @if let Some(now) = &event.now {
                p.(words::look(now.0)) { "From here on: " (words::standing(now.0)) }
            }
        }
    }
}

fn badge(story: &Story) -> Markup {
    if story.document.attributed.is_some() {
        return html! { strong.none { "Reported, not registered by its office" } };
    }
    html! { strong.(words::look(story.standing)) { (words::standing(story.standing)) } }
}

fn time(time: Time) -> Markup {
    html! { time datetime=(time) { (time.for_people()) } }
}

/// What every page says first of itself.
pub(crate) fn head(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (title) }
    }
}

fn page(title: &str, up: &str, body: &Markup) -> Vec<u8> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                (head(title))
                link rel="stylesheet" href=(format!("{up}style.css"));
                link rel="alternate" type="application/feed+json" href=(format!("{up}feed.json"));
            }
            body { main { (body) } }
        }
    };
    let mut bytes = page.into_string().into_bytes();
    bytes.push(b'\n');
    bytes
}
