//! Whether a document holds a passage word for word. "Verbatim" is a run of the canonical comparison form
//! that begins and ends with whole tokens.

use erratum_text::canonical_of;

use crate::forms::{Forms, span};

/// How a document holds a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// At least once outside quotation marks, in whole or in part.
    Outside,
    /// Only inside quotation marks.
    Quoted,
}

/// How `document` holds the passage whose canonical comparison form is `passage`, if it does.
///
/// ```
/// use erratum_match::{Forms, Held, holds_verbatim};
/// let passage = erratum_text::ComparisonForm::new("No unit leaves.");
/// let notice = Forms::new("The command wrote “No unit leaves.” That was wrong.");
/// assert_eq!(holds_verbatim(&notice, passage.canonical()), Some(Held::Quoted));
/// let letter = Forms::new("We stay. No unit\nleaves.");
/// assert_eq!(holds_verbatim(&letter, passage.canonical()), Some(Held::Outside));
/// assert_eq!(holds_verbatim(&letter, "nounit"), Some(Held::Outside));
/// assert_eq!(holds_verbatim(&letter, "ounit"), None);
/// ```
#[must_use]
pub fn holds_verbatim(document: &Forms, passage: &str) -> Option<Held> {
    let wanted = passage.trim_matches('\u{1f}');
    if wanted.is_empty() {
        return None;
    }
    let canonical = document.comparison().canonical();
    let (starts, ends) = edges(document, canonical)?;
    let mut held = None;
    for (first, &at) in starts.iter().enumerate() {
        if !canonical.get(at..).is_some_and(|rest| rest.starts_with(wanted)) {
            continue;
        }
        let Ok(last) = ends.binary_search(&(at + wanted.len())) else { continue };
        if is_quoted(document, first, last) {
            held = Some(Held::Quoted);
        } else {
            return Some(Held::Outside);
        }
    }
    held
}

/// Where each token starts and ends in the canonical form. `None` if they do not make it up, which
/// cannot be.
fn edges(document: &Forms, canonical: &str) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut at = 0;
    let mut starts = Vec::with_capacity(document.tokens().len());
    let mut ends = Vec::with_capacity(document.tokens().len());
    for token in document.tokens() {
        at += canonical.get(at..)?.len() - canonical.get(at..)?.trim_start_matches('\u{1f}').len();
        canonical.get(at..)?.starts_with(&*token.folded).then_some(())?;
        starts.push(at);
        at += token.folded.len();
        ends.push(at);
    }
    Some((starts, ends))
}

fn is_quoted(document: &Forms, first: usize, last: usize) -> bool {
    document.places().get(first..=last).is_some_and(|places| places.iter().all(|place| place.quoted))
}

/// The canonical comparison form of the document's passage with this index; empty beyond the last.
#[must_use]
pub fn passage_canonical(document: &Forms, passage: usize) -> String {
    let Some(range) = document.passages().get(passage) else { return String::new() };
    let inside = |token: &&erratum_text::Token| range.contains(&span(token).start);
    let tokens: Vec<_> = document.tokens().iter().filter(inside).cloned().collect();
    canonical_of(&tokens)
}
