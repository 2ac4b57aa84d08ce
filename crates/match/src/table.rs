//! Alignment of a few words of a copy with a few words of a document by a table of scores. It knows
//! nothing of what surrounds them.
//!
//! The same word scores its letters (1 to 10), a word like it half the letters they share, another word
//! −3, a word without a partner −2. Among equal scores a partner is preferred, then a word left out.

use crate::words::Words;

/// More cells than this are not filled: the words then stay without partners.
const MOST_CELLS: usize = 1 << 18;

/// What must be aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of both.
    Both,
    /// All of the document's words, and as many of the copy's as score best.
    Document,
    /// As many of both as score best.
    Best,
}

/// Pairs (place in the copy, place in the document) of words that are the same, nearest first. The words
/// are given by their places in the texts, in the order in which to align them, so that a caller who
/// walks backwards gives them backwards.
pub(crate) fn align(
    words: &Words<'_>,
    copy: &[usize],
    document: &[usize],
    reach: Reach,
) -> Vec<(usize, usize)> {
    let width = document.len() + 1;
    let cells = (copy.len() + 1).saturating_mul(width);
    if cells > MOST_CELLS || copy.is_empty() || document.is_empty() || !words.spend(cells) {
        return Vec::new();
    }
    let mut table = Table { width, scores: vec![0; cells], steps: vec![Step::Stop; cells] };
    table.fill(words, copy, document);
    table.pairs(words, copy, document, reach)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Stop,
    Pair,
    SkipDocument,
    SkipCopy,
}

struct Table {
    width: usize,
    scores: Vec<i32>,
    steps: Vec<Step>,
}

impl Table {
    fn score(&self, i: usize, j: usize) -> i32 {
        self.scores.get(i * self.width + j).copied().unwrap_or(0)
    }

    fn set(&mut self, i: usize, j: usize, score: i32, step: Step) {
        let at = i * self.width + j;
        if let (Some(s), Some(t)) = (self.scores.get_mut(at), self.steps.get_mut(at)) {
            (*s, *t) = (score, step);
        }
    }

    fn fill(&mut self, words: &Words<'_>, copy: &[usize], document: &[usize]) {
        for j in 1..self.width {
            self.set(0, j, self.score(0, j - 1) - 2, Step::SkipDocument);
        }
        for (i, &c) in (1..).zip(copy) {
            self.set(i, 0, self.score(i - 1, 0) - 2, Step::SkipCopy);
            for (j, &d) in (1..).zip(document) {
                let pair = self.score(i - 1, j - 1) + worth(words, c, d);
                let skip_document = self.score(i, j - 1) - 2;
                let skip_copy = self.score(i - 1, j) - 2;
                let (score, step) = if pair >= skip_document && pair >= skip_copy {
                    (pair, Step::Pair)
                } else if skip_document >= skip_copy {
                    (skip_document, Step::SkipDocument)
                } else {
                    (skip_copy, Step::SkipCopy)
                };
                self.set(i, j, score, step);
            }
        }
    }

    fn end(&self, rows: usize, reach: Reach) -> (usize, usize) {
        let last = self.width - 1;
        match reach {
            Reach::Both => (rows, last),
            Reach::Document => {
                let best = (0..=rows).max_by_key(|&i| (self.score(i, last), std::cmp::Reverse(i)));
                (best.unwrap_or(0), last)
            }
            Reach::Best => {
                let cells = (0..=rows).flat_map(|i| (0..=last).map(move |j| (i, j)));
                cells
                    .max_by_key(|&(i, j)| (self.score(i, j), std::cmp::Reverse(i + j)))
                    .unwrap_or((0, 0))
            }
        }
    }

    fn pairs(
        &self,
        words: &Words<'_>,
        copy: &[usize],
        document: &[usize],
        reach: Reach,
    ) -> Vec<(usize, usize)> {
        let (mut i, mut j) = self.end(copy.len(), reach);
        let mut pairs = Vec::new();
        loop {
            match self.steps.get(i * self.width + j) {
                Some(Step::Pair) => {
                    (i, j) = (i - 1, j - 1);
                    if let (Some(&c), Some(&d)) = (copy.get(i), document.get(j))
                        && words.same(c, d)
                    {
                        pairs.push((c, d));
                    }
                }
                Some(Step::SkipDocument) => j -= 1,
                Some(Step::SkipCopy) => i -= 1,
                Some(Step::Stop) | None => break,
            }
        }
        pairs.reverse();
        pairs
    }
}

fn worth(words: &Words<'_>, copy: usize, document: usize) -> i32 {
    if words.same(copy, document) {
        let letters = words.document.place(document).map_or(0, |place| place.letters);
        return i32::try_from(letters.clamp(1, 10)).unwrap_or(10);
    }
    match words.similar(copy, document) {
        Some(letters) => i32::try_from(letters.min(10) / 2).unwrap_or(0),
        None => -3,
    }
}
