//! A reader's copy with its verdict: its own text as a page, with what is a document's marked and every
//! difference beside what the record says; of a PDF or a picture also its pages, with boxes. It is for the
//! reader alone and needs no network: its style and pictures are inside, and it has no script.

mod sheets;

use std::collections::BTreeMap;
use std::ops::Range;

use erratum::Copy;
use erratum::text::{Error, Place};
use erratum::verdict::{Claim, Difference, Finding, Outcome, Part, Verdict};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::pages::head;
use crate::words;
use sheets::sheets;

/// Draws a page of a part, counted from 1, as a PNG file.
pub type DrawPage<'a> = dyn Fn(&erratum::text::Part, u32) -> Result<Vec<u8>, Error> + 'a;

/// The page of a copy named `name` on which `verdict` was given. `pages` draws those of its pages that are
/// shown.
#[must_use]
pub fn annotated(name: &str, copy: &Copy, verdict: &Verdict, pages: &DrawPage<'_>) -> String {
    let texts = copy.parts().unwrap_or_default();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                (head(name))
                style { (PreEscaped(include_str!("style.css"))) (PreEscaped(include_str!("annotate.css"))) }
            }
            body {
                main {
                    h1 { (name) }
                    @for (index, part) in verdict.parts.iter().enumerate() {
                        (section(part, texts.get(index), pages))
                    }
                }
            }
        }
    };
    page.into_string()
}

fn section(part: &Part, read: Option<&erratum::text::Part>, pages: &DrawPage<'_>) -> Markup {
    let text = read.and_then(|part| part.text.as_ref().ok());

    html! {
        section {
            @if !part.path.is_empty() { h2 { (part.path.join(": ")) } }
            @for remark in &part.remarks { p.remark { (remark) } }
            @match &part.outcome {
                Outcome::Found(found) => {
                    @for (index, claim) in found.claims.iter().enumerate() { (claim_of(claim, index)) }
                    @if let Some(part) = read { (sheets(part, &found.claims, pages)) }
                    @if let Some(text) = text { (marked(&text.text, &found.claims)) }
                }
                Outcome::NotFound(_) => {
                    p.standing { span.none { "Not in this record" } }
                    p { "Nobody registered this text there. That says nothing about whether it is genuine." }
                    @if let Some(text) = text { (marked(&text.text, &[])) }
                }
                Outcome::Unreadable { reason } => {
                    p.standing { span.none { "Cannot be read" } }
                    p { (reason) }
                }
            }
        }
    }
}

/// What leads for a stretch of the copy, and what differs there.
fn claim_of(claim: &Claim, index: usize) -> Markup {
    let Some(lead) = claim.findings.first() else { return Markup::default() };
    html! {
        article {
            p.standing {
                span class=(words::look(lead.standing.and_then(|standing| standing.parse().ok()))) {
                    (claim.headline)
                }
            }
            p { b { (number(index)) } " " (lead.document.name) " · " cite { (lead.document.title) } }
            @if let Some(word) = &lead.word {
                @if let Some(reason) = &word.reason { blockquote dir="auto" { (reason) } }
                p { "says " (word.voice) ", logged " (word.logged) }
            }
            @if !lead.differences.is_empty() { (differences(lead, index)) }
        }
    }
}

fn differences(finding: &Finding, claim: usize) -> Markup {
    html! {
        table {
            tr { th { "" } th { "in the record" } th { "in this copy" } th { "where" } }
            @for (index, difference) in finding.differences.iter().enumerate() {
                tr.uncertain[!difference.certain] {
                    td { a href={ "#" (anchor(claim, index)) } { (index + 1) } }
                    td dir="auto" { (side(&difference.record.words)) }
                    td dir="auto" { (side(&difference.copy.words)) }
                    td {
                        @if !difference.certain { "uncertain; " }
                        (place(&difference.places))
                    }
                }
            }
        }
    }
}

fn side(words: &str) -> Markup {
    html! { @if words.is_empty() { i { "nothing" } } @else { (words) } }
}

/// Where something stands, in words.
fn place(places: &[Place]) -> String {
    let Some(first) = places.first() else { return String::new() };
    match first {
        Place::Page { page, .. } => format!("page {page}"),
        Place::Line { line, .. } => format!("line {line}"),
        Place::Paragraph { section: Some(section), number } => format!("{section}, paragraph {number}"),
        Place::Paragraph { section: None, number } => format!("paragraph {number}"),
        _ => String::new(),
    }
}

fn number(claim: usize) -> String {
    format!("[{}]", claim + 1)
}

fn anchor(claim: usize, difference: usize) -> String {
    format!("difference-{}-{}", claim + 1, difference + 1)
}

/// The copy's text: stretches of a claim marked with its number, and what differs in them.
fn marked(text: &str, claims: &[Claim]) -> Markup {
    let leads: Vec<&Finding> = claims.iter().filter_map(|claim| claim.findings.first()).collect();
    let differences: BTreeMap<(usize, usize), (usize, usize)> = leads
        .iter()
        .enumerate()
        .flat_map(|(claim, lead)| lead.differences.iter().enumerate().map(move |(i, d)| (claim, i, d)))
        .map(|(claim, i, d)| ((d.copy.start, d.copy.end), (claim, i)))
        .collect();
    let cuts = cuts(text, &leads);
    let differing = |piece: &Range<usize>| -> Markup {
        let Some(&(claim, i)) = differences.get(&(piece.start, piece.end)) else {
            return Markup::default();
        };
        let difference = leads.get(claim).and_then(|lead| lead.differences.get(i));
        let words = text.get(piece.clone()).unwrap_or_default();
        difference.map(|difference| changed(difference, words, claim, i)).unwrap_or_default()
    };
    let pieces = cuts.iter().zip(cuts.iter().skip(1)).map(|(start, end)| *start..*end);
    html! {
        div.copy dir="auto" {
            @for piece in pieces {
                // What is left out before it.
                (differing(&(piece.start..piece.start)))
                @let words = text.get(piece.clone()).unwrap_or_default();
                @if differences.contains_key(&(piece.start, piece.end)) {
                    (differing(&piece))
                } @else if let Some(claim) = covering(&leads, &piece) {
                    mark class=(look(claims, claim)) title=(number(claim)) { (words) }
                } @else {
                    (words)
                }
            }
            (differing(&(text.len()..text.len())))
        }
    }
}

fn changed(difference: &Difference, words: &str, claim: usize, index: usize) -> Markup {
    html! {
        span.difference.uncertain[!difference.certain] id=(anchor(claim, index)) {
            @if !difference.record.words.is_empty() { del { (difference.record.words) } }
            @if !words.is_empty() { ins { (words) } }
        }
    }
}

/// The claim that speaks for a piece of the text.
fn covering(leads: &[&Finding], piece: &Range<usize>) -> Option<usize> {
    let holds = |lead: &&Finding| {
        lead.spans.iter().any(|span| span.start <= piece.start && piece.end <= span.end)
    };
    leads.iter().position(holds)
}

fn look(claims: &[Claim], claim: usize) -> &'static str {
    match claims.get(claim) {
        Some(claim) if claim.good => "good",
        _ => "doubt",
    }
}

/// Where something begins or ends in the text, in order, its own ends among them. Differences that another
/// one cuts through are left to the table.
fn cuts(text: &str, leads: &[&Finding]) -> Vec<usize> {
    let spans = leads.iter().flat_map(|lead| &lead.spans).flat_map(|span| [span.start, span.end]);
    let differences =
        leads.iter().flat_map(|lead| &lead.differences).flat_map(|d| [d.copy.start, d.copy.end]);
    let mut cuts: Vec<usize> = spans
        .chain(differences)
        .chain([0, text.len()])
        .filter(|place| text.is_char_boundary(*place))
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
