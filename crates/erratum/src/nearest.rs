//! Each span of a copy goes to the issuer's nearest document: fewest certain differences, then most
//! coverage. Drafts, finals and fakes share most of their words, and only one of them is the source.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use erratum_match::{Comparison, Difference, Forms};

use crate::find::Match;

/// So many letters that a document lacks of a span weigh as much as one difference.
const LETTERS_A_DIFFERENCE: usize = 12;

/// For each match, the passages of the copy that are its own; a match without any is not the source of
/// anything. `mildness` breaks ties: the lower, the rather.
pub(crate) fn assign(
    copy: Option<&Forms>,
    matches: &[&Match<'_>],
    mildness: &dyn Fn(&Match<'_>) -> usize,
) -> Vec<Vec<Range<usize>>> {
    let mut own = vec![Vec::new(); matches.len()];
    let identical: BTreeSet<usize> =
        (0..matches.len()).filter(|i| matches[*i].identical.is_some()).collect();
    if !identical.is_empty() {
        // The same bytes are the same document, whatever its text shares with others.
        for index in identical {
            own[index] = std::iter::once(0..usize::MAX).collect();
        }
        return own;
    }
    for unit in copy.map(Forms::passages).unwrap_or_default() {
        let covers: Vec<usize> = matches.iter().map(|m| covered(m, unit)).collect();
        let best = covers.iter().copied().max().unwrap_or(0);
        if best == 0 {
            continue;
        }
        let nearest = (0..matches.len()).filter(|i| covers[*i] > 0).min_by_key(|i| {
            let m = matches[*i];
            let lacking = (best - covers[*i]) / LETTERS_A_DIFFERENCE;
            let total: usize = m.spans().iter().map(ExactSizeIterator::len).sum();
            let share = m.comparison.as_ref().map_or(0.0, |c| c.document_coverage);
            let share = Reverse((share * 1000.0) as u32);
            // Where both are as good, the one that the copy has without a change.
            let changed = m.comparison.as_ref().map_or(0, |c| certain(c).count());
            let near = (differences_in(m, unit) + lacking, Reverse(total), mildness(m));
            (near, changed, share, m.document.entry)
        });
        if let Some(index) = nearest {
            own[index].push(unit.clone());
        }
    }
    own
}

/// How much of a part of the copy a match speaks of: what is the document's, and what stands in place of it.
fn covered(m: &Match<'_>, unit: &Range<usize>) -> usize {
    let differing: Vec<Range<usize>> = match &m.comparison {
        Some(comparison) => comparison.differences.iter().map(|d| d.copy.range.clone()).collect(),
        None => Vec::new(),
    };
    overlap(&m.spans(), unit).max(overlap(&differing, unit))
}

fn differences_in(m: &Match<'_>, unit: &Range<usize>) -> usize {
    let Some(comparison) = &m.comparison else { return 0 };
    certain(comparison).filter(|difference| touches(&difference.copy.range, unit)).count()
}

fn certain(comparison: &Comparison) -> impl Iterator<Item = &Difference> {
    comparison.differences.iter().filter(|difference| difference.certain)
}

/// Whether a range, which may be empty, lies at least partly in another.
pub(crate) fn touches(range: &Range<usize>, unit: &Range<usize>) -> bool {
    range.start <= unit.end && range.end >= unit.start
}

/// How many bytes of `unit` lie in `spans`, which are disjoint.
pub(crate) fn overlap(spans: &[Range<usize>], unit: &Range<usize>) -> usize {
    spans.iter().map(|span| span.end.min(unit.end).saturating_sub(span.start.max(unit.start))).sum()
}
