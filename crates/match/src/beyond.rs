//! What differs though no gap between pairs shows it: words that a quotation puts into the document's
//! mouth before or behind what it takes over, and words that are the same but do not read the same.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::change::{Change, runs_where};
use crate::difference::Kind;
use crate::judge::Judge;

/// A quotation is of the document if so many of its letters have partners, or half of them.
const LETTERS: u64 = 24;

/// Adds the changes that gaps do not show; after all others.
pub(crate) fn judge_beyond(judge: &mut Judge<'_, '_>) {
    let made_up = made_up(judge);
    let forced = forced(judge);
    judge.changes.extend(made_up.into_iter().chain(forced));
}

/// Words without partners inside quotation marks that hold words of the document.
fn made_up(judge: &Judge<'_, '_>) -> Vec<Change> {
    let copy = judge.words.copy;
    let of = |c: usize| copy.place(c).map(|place| place.quotation).unwrap_or_default();
    // Where all that is the document's stands in quotations inside a quotation, those are looked at.
    let of_outer: HashSet<u32> =
        judge.pairs.iter().map(|&(c, _)| of(c)).filter(|q| q.inner == 0).map(|q| q.outer).collect();
    let quotation = |c: usize| {
        let quotation = of(c);
        if of_outer.contains(&quotation.outer) { quotation.outer } else { quotation.inner }
    };
    // Of each quotation its letters, and those that have partners.
    let mut letters: HashMap<u32, (u64, u64)> = HashMap::new();
    for c in (0..copy.tokens().len()).filter(|&c| quotation(c) != 0) {
        let (all, paired) = letters.entry(quotation(c)).or_default();
        *all += copy.letters_of(c..c + 1);
        *paired += if judge.is_paired(c) { copy.letters_of(c..c + 1) } else { 0 };
    }
    let is_of_document = |c: usize| {
        let known = letters.get(&quotation(c)).copied().unwrap_or_default();
        known.1 > 0 && (known.1 >= LETTERS || known.1 * 2 >= known.0)
    };
    let taken = judge.taken(&judge.changes);
    let runs = runs_where(0..taken.len(), |c| {
        quotation(c) != 0 && taken.get(c) == Some(&false) && is_of_document(c)
    });
    let whole = runs.into_iter().flat_map(|run| {
        let ends = run.clone().filter(|&c| c + 1 == run.end || quotation(c) != quotation(c + 1));
        let mut start = run.start;
        ends.map(|c| std::mem::replace(&mut start, c + 1)..c + 1).collect::<Vec<Range<usize>>>()
    });
    whole.filter_map(|run| added(judge, run)).collect()
}

/// The change that such words are, beside the partner of a neighbour; none where the copy was only cut
/// within a word.
fn added(judge: &Judge<'_, '_>, run: Range<usize>) -> Option<Change> {
    let next = judge.pairs.partition_point(|pair| pair.0 < run.start);
    let before = next.checked_sub(1).and_then(|at| judge.pairs.get(at));
    let after = judge.pairs.get(next);
    let words = judge.words;
    let cut = run.len() == 1
        && (before.is_some_and(|&(c, d)| words.is_cut_after(c, d))
            || after.is_some_and(|&(c, d)| words.is_cut_before(c, d)));
    let at = before.map(|pair| pair.1 + 1).or(after.map(|pair| pair.1))?;
    (!cut).then_some(Change { kind: Kind::Added, copy: run, document: at..at })
}

/// Words with a partner whose letters the copy forces into a direction, and the document does not.
fn forced(judge: &Judge<'_, '_>) -> Vec<Change> {
    let (copy, document) = (judge.words.copy, judge.words.document);
    let is_forced = |forms: &crate::forms::Forms, i: usize| {
        forms.place(i).is_some_and(|place| place.forced.is_some())
    };
    let pairs = judge.pairs.iter().filter(|&&(c, d)| is_forced(copy, c) && !is_forced(document, d));
    pairs.map(|&(c, d)| Change { kind: Kind::Replaced, copy: c..c + 1, document: d..d + 1 }).collect()
}
