//! From chains of runs to pairs of words: each word of the copy gets at most one word of the document.
//! The runs give most pairs; what lies between them, and at their ends, is aligned by [`crate::table`].
//! It does not decide what a gap between pairs means.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::anchor::{Run, runs};
use crate::chain::chains;
use crate::table::{Reach, align};
use crate::words::Words;

/// A chain of fewer letters than this counts only where a better one leaves room for it in order.
const SEGMENT: u64 = 24;
/// Words of fewer letters than this in the midst of a better chain's paragraph are left to that chain.
const STRETCH: u64 = 80;
/// How many words beyond an end are tried at a time.
const WINDOW: usize = 48;
/// How many words of a gap that is too large for a table are tried at either end.
const EDGE: usize = 48;

/// Which word of the document each word of the copy is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs {
    map: BTreeMap<usize, usize>,
}

impl Pairs {
    /// The pairs of a copy and a document.
    pub(crate) fn find(words: &Words<'_>) -> Self {
        let mut pairs = Self::default();
        let chains = chains(&runs(words.copy.search().as_str(), words.document.search().as_str()));
        // Most candidates share a gram by chance; they cost no alignment.
        let letters = |chain: &Vec<Run>| chain.iter().map(|run| u64::from(run.len)).sum::<u64>();
        if chains.iter().map(letters).max().unwrap_or(0) < SEGMENT {
            return pairs;
        }
        for chain in chains {
            pairs.claim(words, &chain);
        }
        pairs.fill(words);
        pairs.extend(words);
        pairs
    }

    /// All pairs in order of the copy.
    pub(crate) fn list(&self) -> Vec<(usize, usize)> {
        self.map.iter().map(|(&c, &d)| (c, d)).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    fn before(&self, copy: usize) -> Option<(usize, usize)> {
        self.map.range(..copy).next_back().map(|(&c, &d)| (c, d))
    }

    fn after(&self, copy: usize) -> Option<(usize, usize)> {
        self.map.range(copy + 1..).next().map(|(&c, &d)| (c, d))
    }

    /// Takes over the words of a chain that no better chain has.
    fn claim(&mut self, words: &Words<'_>, chain: &[Run]) {
        let mut new: Vec<(usize, usize)> = Vec::new();
        for run in chain {
            for pair in run_pairs(words, run) {
                let follows = new.last().is_none_or(|last| last.0 < pair.0 && last.1 < pair.1);
                if follows && !self.map.contains_key(&pair.0) {
                    new.push(pair);
                }
            }
        }
        if self.fits(words, &new) {
            self.map.extend(new);
        }
    }

    fn fits(&self, words: &Words<'_>, new: &[(usize, usize)]) -> bool {
        let (Some(&first), Some(&last)) = (new.first(), new.last()) else { return false };
        let letters: u64 = new.iter().map(|&(c, _)| words.copy.letters_of(c..c + 1)).sum();
        let (before, after) = (self.before(first.0), self.after(last.0));
        let in_order = before.is_none_or(|b| b.1 < first.1) && after.is_none_or(|a| last.1 < a.1);
        if self.is_empty() || (in_order && before.is_some() && after.is_some()) {
            return true;
        }
        let same_paragraph =
            |a: usize, b: usize| words.copy.paragraph_of(a) == words.copy.paragraph_of(b);
        let amid = before.is_some_and(|b| same_paragraph(b.0, first.0))
            && after.is_some_and(|a| same_paragraph(last.0, a.0));
        letters >= if amid { STRETCH } else { SEGMENT }
    }

    /// Aligns what lies between two pairs that follow each other in both texts.
    fn fill(&mut self, words: &Words<'_>) {
        let list = self.list();
        for (a, b) in list.iter().zip(list.iter().skip(1)) {
            if a.1 >= b.1 || a.0 + 1 == b.0 || a.1 + 1 == b.1 {
                continue;
            }
            let copy: Vec<usize> = (a.0 + 1..b.0).collect();
            let document: Vec<usize> = (a.1 + 1..b.1).collect();
            if copy.len() <= 4 * EDGE && document.len() <= 4 * EDGE {
                self.map.extend(align(words, &copy, &document, Reach::Both));
            } else {
                self.fill_edges(words, &copy, &document);
            }
        }
    }

    /// Aligns what it can from both ends of a large gap.
    fn fill_edges(&mut self, words: &Words<'_>, copy: &[usize], document: &[usize]) {
        let half = |list: &[usize]| EDGE.min(list.len() / 2);
        let (c, d) = (half(copy), half(document));
        let near = align(
            words,
            copy.get(..c).unwrap_or_default(),
            document.get(..d).unwrap_or_default(),
            Reach::Best,
        );
        self.map.extend(near);
        let back = |list: &[usize], n: usize| list.iter().rev().take(n).copied().collect::<Vec<_>>();
        self.map.extend(align(words, &back(copy, c), &back(document, d), Reach::Best));
    }

    /// Goes on from every pair whose neighbour does not follow it, as far as the texts are alike.
    fn extend(&mut self, words: &Words<'_>) {
        let list = self.list();
        for (i, &(c, d)) in list.iter().enumerate() {
            let next = list.get(i + 1);
            if next.is_none_or(|next| next.1 <= d) {
                let limit = next.map_or(words.copy.tokens().len(), |next| next.0);
                self.extend_right(words, (c, d), limit);
            }
        }
        for &(c, d) in self.list().iter().rev() {
            let before = self.before(c);
            if before.is_none_or(|before| before.1 >= d) {
                self.extend_left(words, (c, d), before.map_or(0, |before| before.0 + 1));
            }
        }
    }

    fn extend_right(&mut self, words: &Words<'_>, mut from: (usize, usize), limit: usize) {
        let end = words.document.tokens().len();
        loop {
            let copy: Vec<usize> = (from.0 + 1..limit.min(from.0 + 1 + WINDOW)).collect();
            let document: Vec<usize> = (from.1 + 1..end.min(from.1 + 1 + WINDOW)).collect();
            let found = align(words, &copy, &document, Reach::Best);
            let Some(&last) = found.last() else { return };
            self.map.extend(found);
            from = last;
        }
    }

    fn extend_left(&mut self, words: &Words<'_>, mut from: (usize, usize), limit: usize) {
        loop {
            let copy: Vec<usize> = (limit.max(from.0.saturating_sub(WINDOW))..from.0).rev().collect();
            let document: Vec<usize> = (from.1.saturating_sub(WINDOW)..from.1).rev().collect();
            let found = align(words, &copy, &document, Reach::Best);
            let Some(&last) = found.last() else { return };
            self.map.extend(found);
            from = last;
        }
    }
}

/// The words that stand whole, and at the same place, in both sides of a run.
fn run_pairs(words: &Words<'_>, run: &Run) -> Vec<(usize, usize)> {
    let places = words.document.places();
    let first = places.partition_point(|place| place.form_start < run.document);
    let inside = places
        .iter()
        .enumerate()
        .skip(first)
        .take_while(|(_, place)| place.form_end <= run.document_end());
    let whole = inside.filter(|(_, place)| place.form_start < place.form_end);
    whole
        .filter_map(|(d, place)| {
            let start = place.form_start - run.document + run.copy;
            let end = place.form_end - run.document + run.copy;
            let c = token_at(words, start..end)?;
            words.same(c, d).then_some((c, d))
        })
        .collect()
}

/// The token of the copy that makes up exactly these bytes of its search form.
fn token_at(words: &Words<'_>, form: Range<u32>) -> Option<usize> {
    let places = words.copy.places();
    let first = places.partition_point(|place| place.form_start < form.start);
    let at_start =
        places.iter().enumerate().skip(first).take_while(|(_, place)| place.form_start == form.start);
    at_start.filter(|(_, place)| place.form_end == form.end).map(|(i, _)| i).next()
}
