//! Which passages and paragraphs of a document a copy touches. What their standing is, others know.

use std::ops::Range;

use crate::change::Change;
use crate::difference::Kind;
use crate::words::Words;

/// A passage of the document that the copy touches, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Index of the passage ([`crate::Forms::passages`]).
    pub passage: usize,
    /// Bytes of the copy from the first to the last of its words that has a partner in the passage. Other
    /// words may stand between, and all between two places if the copy has the passage twice.
    pub copy: Range<usize>,
}

/// A passage is touched by so many letters of it.
const LETTERS: u64 = 80;
/// Or, if a stretch touches none so, by this many.
const FEW_LETTERS: u64 = 24;

/// Indexes of the document's passages that the copy touches: those of which at least 80% of the letters
/// lie in the match, differences inside included, or 80 letters have partners; and for each stretch (a
/// range of the document's tokens) that touches none of these, those that it overlaps by 24 letters, or
/// else the one it overlaps most.
pub(crate) fn passages(
    words: &Words<'_>,
    pairs: &[(usize, usize)],
    changes: &[Change],
    stretches: &[Range<usize>],
) -> Vec<usize> {
    let tally = Tally::new(words, pairs, changes);
    let parts = words.document.passages().len();
    let passage = |d: usize| words.document.passage_of(d).map_or(0, |p| p as usize);
    let (all, aligned, matched) = (
        tally.sum(parts, passage, Of::All),
        tally.sum(parts, passage, Of::Aligned),
        tally.sum(parts, passage, Of::Matched),
    );
    let mut touched: Vec<bool> = (0..parts)
        .map(|p| {
            let of = |list: &[u64]| list.get(p).copied().unwrap_or(0);
            of(&matched) > 0 && (of(&aligned) * 5 >= of(&all) * 4 || of(&matched) >= LETTERS)
        })
        .collect();
    for stretch in stretches {
        let overlaps = tally.overlaps(stretch.clone(), passage);
        if overlaps.iter().any(|&(p, _)| touched.get(p).copied().unwrap_or(false)) {
            continue;
        }
        let most = overlaps.iter().map(|&(_, letters)| letters).max().unwrap_or(0).min(FEW_LETTERS);
        for (p, _) in overlaps.into_iter().filter(|&(_, letters)| letters > 0 && letters >= most) {
            if let Some(touched) = touched.get_mut(p) {
                *touched = true;
            }
        }
    }
    (0..).zip(touched).filter(|&(_, touched)| touched).map(|(p, _)| p).collect()
}

/// Where the passages stand in the copy: for each its first to its last word with a partner there.
pub(crate) fn places(words: &Words<'_>, pairs: &[(usize, usize)], passages: &[usize]) -> Vec<Touched> {
    let mut tokens: Vec<Option<Range<usize>>> = vec![None; words.document.passages().len()];
    let mut widen = |d: usize, copy: &Range<usize>| {
        let passage = words.document.passage_of(d).and_then(|p| tokens.get_mut(p as usize));
        if let Some(range) = passage {
            let known = range.clone().unwrap_or(copy.clone());
            *range = Some(known.start.min(copy.start)..known.end.max(copy.end));
        }
    };
    pairs.iter().for_each(|&(c, d)| widen(d, &(c..c + 1)));
    for (copy, document) in respaced(words, pairs) {
        document.for_each(|d| widen(d, &copy));
    }
    let place = |&passage: &usize| {
        let tokens = tokens.get(passage).cloned().flatten()?;
        Some(Touched { passage, copy: words.copy.bytes_of(tokens) })
    };
    passages.iter().filter_map(place).collect()
}

/// Gaps between pairs in which only words are divided otherwise, in both texts.
fn respaced(
    words: &Words<'_>,
    pairs: &[(usize, usize)],
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let gaps = pairs.iter().zip(pairs.iter().skip(1)).filter(|(a, b)| a.1 < b.1);
    gaps.map(|(a, b)| (a.0 + 1..b.0, a.1 + 1..b.1))
        .filter(|(copy, document)| words.same_letters(copy.clone(), document.clone()))
}

/// Indexes of the document's paragraphs of which the copy carries at least 80% of the letters,
/// differences inside included.
pub(crate) fn paragraphs(words: &Words<'_>, pairs: &[(usize, usize)], changes: &[Change]) -> Vec<usize> {
    let tally = Tally::new(words, pairs, changes);
    let parts = words.document.paragraphs().len();
    let paragraph = |d: usize| words.document.paragraph_of(d).map_or(0, |p| p as usize);
    let (all, aligned, matched) = (
        tally.sum(parts, paragraph, Of::All),
        tally.sum(parts, paragraph, Of::Aligned),
        tally.sum(parts, paragraph, Of::Matched),
    );
    let carried = all.iter().zip(aligned).zip(matched);
    (0..)
        .zip(carried)
        .filter(|&(_, ((&all, aligned), matched))| matched > 0 && aligned * 5 >= all * 4)
        .map(|(p, _)| p)
        .collect()
}

#[derive(Clone, Copy)]
enum Of {
    All,
    Aligned,
    Matched,
}

/// For each token of the document its letters, and whether it has a partner or lies in a difference.
struct Tally {
    letters: Vec<u64>,
    matched: Vec<bool>,
    aligned: Vec<bool>,
}

impl Tally {
    fn new(words: &Words<'_>, pairs: &[(usize, usize)], changes: &[Change]) -> Self {
        let letters: Vec<u64> =
            words.document.places().iter().map(|place| u64::from(place.letters)).collect();
        let mut matched = vec![false; letters.len()];
        let set = |list: &mut [bool], d: usize| {
            if let Some(seen) = list.get_mut(d) {
                *seen = true;
            }
        };
        pairs.iter().for_each(|&(_, d)| set(&mut matched, d));
        let mut aligned = matched.clone();
        for (_, document) in respaced(words, pairs) {
            document.clone().for_each(|d| set(&mut matched, d));
            document.for_each(|d| set(&mut aligned, d));
        }
        let replaced =
            changes.iter().filter(|change| matches!(change.kind, Kind::Replaced | Kind::LeftOut));
        replaced.flat_map(|change| change.document.clone()).for_each(|d| set(&mut aligned, d));
        Self { letters, matched, aligned }
    }

    fn counts(&self, d: usize, of: Of) -> bool {
        match of {
            Of::All => true,
            Of::Aligned => self.aligned.get(d).copied().unwrap_or(false),
            Of::Matched => self.matched.get(d).copied().unwrap_or(false),
        }
    }

    fn sum(&self, parts: usize, part: impl Fn(usize) -> usize, of: Of) -> Vec<u64> {
        let mut sums = vec![0; parts];
        for (d, letters) in self.letters.iter().enumerate().filter(|&(d, _)| self.counts(d, of)) {
            if let Some(sum) = sums.get_mut(part(d)) {
                *sum += letters;
            }
        }
        sums
    }

    /// How many matched letters of each part lie in a range of tokens.
    fn overlaps(&self, tokens: Range<usize>, part: impl Fn(usize) -> usize) -> Vec<(usize, u64)> {
        let mut overlaps: Vec<(usize, u64)> = Vec::new();
        for d in tokens.filter(|&d| self.counts(d, Of::Matched)) {
            let letters = self.letters.get(d).copied().unwrap_or(0);
            match overlaps.last_mut().filter(|last| last.0 == part(d)) {
                Some(last) => last.1 += letters,
                None => overlaps.push((part(d), letters)),
            }
        }
        overlaps
    }
}
