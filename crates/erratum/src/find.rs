//! From a copy to the documents it has something in common with: candidates, compared one by one.

use std::ops::Range;
use std::sync::Arc;

use erratum_match::{Comparison, Forms, compare, phrases};
use erratum_record::{Id, Moment, Registered};

use crate::library::{Library, LibraryError};
use crate::policy::Policy;

/// At most this many candidates are compared in each record; the rest are counted.
const MOST_COMPARED: usize = 64;
/// So many candidates are looked at to find those the reader trusts.
const MOST_LISTED: usize = 1024;
/// Phrases of so many candidates are told where nothing matches.
const MOST_PHRASES: usize = 3;

/// A document that a copy has something in common with.
pub(crate) struct Match<'a> {
    /// The record's place among those asked.
    pub(crate) record: usize,
    pub(crate) library: &'a Library,
    pub(crate) document: &'a Registered,
    /// The text that was compared: the document's own, or a translation's.
    pub(crate) text: Arc<Forms>,
    /// `None` where the bytes are the same and the text could not be read.
    pub(crate) comparison: Option<Comparison>,
    /// Whether the copy has the same bytes as a rendition.
    pub(crate) identical: bool,
}

/// A run of words that also stands in a registered text, too short to be a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) words: String,
    pub(crate) document: String,
}

/// What one record has for a copy.
#[derive(Default)]
pub(crate) struct Found<'a> {
    pub(crate) matches: Vec<Match<'a>>,
    pub(crate) phrases: Vec<Phrase>,
    /// The nearest document where nothing matched, by its name and issuer.
    pub(crate) nearest: Option<&'a Registered>,
    /// Candidates that were not compared.
    pub(crate) more: usize,
}

impl Match<'_> {
    /// Where it stands in the copy, as byte ranges; the whole copy where only bytes were compared.
    pub(crate) fn spans(&self) -> Vec<Range<usize>> {
        match &self.comparison {
            Some(comparison) => comparison.segments.iter().map(|segment| segment.copy.clone()).collect(),
            None => std::iter::once(0..usize::MAX).collect(),
        }
    }

    /// Whether all of it stands inside quotation marks in the document, which then only quotes it.
    pub(crate) fn is_quoted_there(&self) -> bool {
        let quoted = |range: &Range<usize>| {
            self.text.quoted().iter().any(|q| q.start <= range.start && range.end <= q.end + 4)
        };
        self.comparison.as_ref().is_some_and(|c| c.segments.iter().all(|s| quoted(&s.document)))
    }
}

/// Looks a text up in one record.
pub(crate) fn find<'a>(
    library: &'a Library,
    record: usize,
    copy: Option<&Forms>,
    digest: &Id,
    policy: &Policy,
    moment: Moment,
) -> Result<Found<'a>, LibraryError> {
    let mut found = Found::default();
    let counts = |document: &Registered| {
        document.logged <= moment.logged_by && library.source().speaks_for(document.issuer())
    };
    if let Some(copy) = copy {
        compare_candidates(library, record, copy, policy, &counts, &mut found)?;
    }
    for entry in library.renditions_of(digest) {
        let Some(document) = library.record().state().document_at(*entry).filter(|d| counts(d)) else {
            continue;
        };
        match found.matches.iter_mut().find(|m| m.document.id == document.id) {
            Some(known) => known.identical = true,
            None => {
                let text = library.forms(*entry)?;
                let comparison = None;
                found.matches.push(Match {
                    record,
                    library,
                    document,
                    text,
                    comparison,
                    identical: true,
                });
            }
        }
    }
    Ok(found)
}

fn compare_candidates<'a>(
    library: &'a Library,
    record: usize,
    copy: &Forms,
    policy: &Policy,
    counts: &dyn Fn(&Registered) -> bool,
    found: &mut Found<'a>,
) -> Result<(), LibraryError> {
    let group = |text: u32| library.group(text.into());
    let candidates = library.finder().candidates(copy.search(), MOST_LISTED, group);
    let mut list: Vec<_> = candidates
        .list
        .iter()
        .filter_map(|candidate| {
            let document = library.document_of(candidate.doc.into()).filter(|d| counts(d))?;
            Some((candidate, document))
        })
        .collect();
    // Stable: the policy's names first, then the finder's order.
    list.sort_by_key(|(_, document)| !is_trusted(library, document, policy));
    found.more = candidates.more + list.len().saturating_sub(MOST_COMPARED);
    found.nearest = list.first().map(|(_, document)| *document);
    for (candidate, document) in list.iter().take(MOST_COMPARED) {
        let text = library.forms(candidate.doc.into())?;
        if let Some(comparison) = compare(copy, &text, &candidates.common) {
            let comparison = Some(comparison);
            let identical = false;
            found.matches.push(Match { record, library, document, text, comparison, identical });
        }
    }
    if found.matches.is_empty() {
        for (candidate, document) in list.iter().take(MOST_PHRASES) {
            let text = library.forms(candidate.doc.into())?;
            found.phrases.extend(phrase(copy, &text, document));
        }
    }
    keep_best_text(&mut found.matches);
    Ok(())
}

/// Of a document matched by several of its texts, the one that the copy covers most.
fn keep_best_text(matches: &mut Vec<Match<'_>>) {
    let covered = |m: &Match<'_>| m.comparison.as_ref().map_or(0.0, |c| c.copy_coverage);
    matches.sort_by(|a, b| {
        (a.document.entry.cmp(&b.document.entry)).then(covered(b).total_cmp(&covered(a)))
    });
    matches.dedup_by_key(|m| m.document.entry);
}

fn phrase(copy: &Forms, text: &Forms, document: &Registered) -> Option<Phrase> {
    let longest = phrases(copy, text).into_iter().max_by_key(|phrase| phrase.copy.len())?;
    let words = copy.text().get(longest.copy)?.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Phrase { words, document: document.document.name.to_string() })
}

/// Whether the reader's policy trusts the issuer of a document or one of its superiors.
pub(crate) fn is_trusted(library: &Library, document: &Registered, policy: &Policy) -> bool {
    let issuer = document.issuer();
    let superiors = library.record().state().superiors(issuer);
    document.attributed_to().is_none()
        && (policy.trust.contains(issuer) || superiors.iter().any(|name| policy.trust.contains(name)))
}
