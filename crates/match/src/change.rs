//! What differs, in tokens: the working form of a [`crate::Difference`], and how the gaps between pairs
//! become such changes. Whether a gap counts is decided elsewhere.

use std::ops::Range;

use crate::difference::Kind;
use crate::table::{Reach, align};
use crate::words::Words;

/// One difference, as ranges of tokens. Of what was left out or added the other side is empty and says
/// where it would stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) kind: Kind,
    pub(crate) copy: Range<usize>,
    pub(crate) document: Range<usize>,
}

/// The change that a gap is, or `None` if nothing differs in it but the division of words.
pub(crate) fn of_gap(words: &Words<'_>, copy: Range<usize>, document: Range<usize>) -> Option<Change> {
    if words.same_letters(copy.clone(), document.clone()) {
        return None;
    }
    let kind = match (copy.is_empty(), document.is_empty()) {
        (true, true) => return None,
        (true, false) => Kind::LeftOut,
        (false, true) => Kind::Added,
        (false, false) => Kind::Replaced,
    };
    Some(Change { kind, copy, document })
}

/// The changes between two ranges that are known to correspond: they are aligned, and what has no partner
/// is a change. Returns the pairs found and the changes.
pub(crate) fn between(
    words: &Words<'_>,
    copy: Range<usize>,
    document: Range<usize>,
) -> (Vec<(usize, usize)>, Vec<Change>) {
    let list = |range: &Range<usize>| range.clone().collect::<Vec<_>>();
    let pairs = align(words, &list(&copy), &list(&document), Reach::Both);
    let changes = in_gaps(words, &pairs, copy, document);
    (pairs, changes)
}

/// The changes in all gaps that pairs leave in two ranges.
pub(crate) fn in_gaps(
    words: &Words<'_>,
    pairs: &[(usize, usize)],
    copy: Range<usize>,
    document: Range<usize>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut at = (copy.start, document.start);
    for &(c, d) in pairs.iter().chain(std::iter::once(&(copy.end, document.end))) {
        changes.extend(of_gap(words, at.0..c, at.1..d));
        at = (c + 1, d + 1);
    }
    changes
}

/// The maximal runs of consecutive numbers of a range that pass a test.
pub(crate) fn runs_where(range: Range<usize>, test: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let passing: Vec<usize> = range.filter(|&i| test(i)).collect();
    passing.chunk_by(|a, b| a + 1 == *b).filter_map(|run| Some(*run.first()?..run.last()? + 1)).collect()
}
