//! The comparison of one copy with one document: the front door of all that aligns and judges.

use std::ops::Range;

use crate::beyond::judge_beyond;
use crate::change::{Change, of_gap, runs_where};
use crate::difference::Difference;
use crate::finder::Common;
use crate::forms::Forms;
use crate::judge::Judge;
use crate::minor::Minor;
use crate::part::{judge_part, nibble_after, nibble_before};
use crate::slide::slide;
use crate::stretch::Stretches;
use crate::touched::{self, Touched};
use crate::whole::{is_comparable, judge_whole};
use crate::words::Words;

/// What a copy is to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The same bytes as a rendition. Never the answer of [`compare`], which sees only texts.
    Identical,
    /// The whole text, with no certain difference.
    SameText,
    /// The whole text, with certain differences.
    Altered,
    /// A part of the text, and little else.
    Excerpt,
    /// A text of its own that takes over a part.
    Quotation,
}

/// A place that copy and document have in common, as byte ranges of their texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aligned {
    /// Where it stands in the copy.
    pub copy: Range<usize>,
    /// Where it stands in the document.
    pub document: Range<usize>,
}

/// What a copy and a document have in common, and in what they differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What the copy is to the document.
    pub relation: Relation,
    /// What they have in common, in order of the copy, differences inside included.
    pub segments: Vec<Aligned>,
    /// In what they differ, in order of the copy.
    pub differences: Vec<Difference>,
    /// In what they differ without consequence.
    pub minor: Minor,
    /// Letters and digits in common, an ideograph counting two.
    pub letters: u64,
    /// Share of the copy's letters that is the document's, replaced words included.
    pub copy_coverage: f64,
    /// Share of the document's letters that the copy carries, replaced words included.
    pub document_coverage: f64,
    /// Indexes of the document's passages ([`Forms::passages`]) that the copy touches.
    pub passages: Vec<usize>,
    /// Where those passages stand in the copy, in the same order.
    pub touched: Vec<Touched>,
    /// Indexes of the document's paragraphs ([`Forms::paragraphs`]) of which the copy carries at least 80%.
    pub paragraphs: Vec<usize>,
    /// Byte ranges of the copy's own words, around and between what is the document's.
    pub own: Vec<Range<usize>>,
}

/// Compares a copy with a document. `common` is what the finder said of the copy. `None` if they have
/// nothing in common that makes a match; see [`phrases`] then.
///
/// ```
/// use erratum_match::{Common, Forms, Relation, compare};
/// let letter = Forms::new("Sir, we respect your sovereign decision ordering our departure. We leave on 9 January 2026.");
/// let copy = Forms::new("Sir, we respect your sovereign decision requesting our departure. We leave on 9 January 2026.");
/// let comparison = compare(&copy, &letter, &Common::default()).unwrap();
/// assert_eq!(comparison.relation, Relation::Altered);
/// assert_eq!(comparison.differences[0].document.words, "ordering");
/// assert_eq!(comparison.differences[0].copy.words, "requesting");
/// ```
#[must_use]
pub fn compare(copy: &Forms, document: &Forms, common: &Common) -> Option<Comparison> {
    let words = Words::new(copy, document);
    let mut found = Stretches::find(&words);
    if !found.accept(&words, common) {
        return None;
    }
    let mut pairs = found.pairs();
    slide(&words, &mut pairs);
    pairs.truncate(pairs.len() - nibble_before(&words, &pairs));
    pairs.drain(..nibble_after(&words, &pairs));
    let mut judge = Judge::new(&words, pairs);
    let tally = Tally::of(&judge);
    let whole = tally.is_whole(&words);
    if whole {
        judge_whole(&mut judge);
    } else {
        judge_part(&mut judge);
    }
    judge_beyond(&mut judge);
    Some(conclude(&judge, &found, whole))
}

/// Places of at least 24 letters that a copy and a document have in common, in order of the copy: what may
/// be told as "phrase also in …" where [`compare`] finds no match.
#[must_use]
pub fn phrases(copy: &Forms, document: &Forms) -> Vec<Aligned> {
    let words = Words::new(copy, document);
    let bytes = |copy_tokens, document_tokens| Aligned {
        copy: copy.bytes_of(copy_tokens),
        document: document.bytes_of(document_tokens),
    };
    Stretches::find(&words).list.into_iter().map(|s| bytes(s.copy, s.document)).collect()
}

fn conclude(judge: &Judge<'_, '_>, found: &Stretches, whole: bool) -> Comparison {
    let words = judge.words;
    let mut changes = judge.changes.clone();
    changes.sort_by_key(|change| (change.copy.start, change.document.start, change.copy.end));
    changes.dedup();
    let tally = Tally::of(judge);
    let share = |part: u64, of: u64| if of == 0 { 0.0 } else { part.min(of) as f64 / of as f64 };
    let differences: Vec<Difference> =
        changes.iter().map(|change| Difference::new(words, change)).collect();
    let relation = match (whole, !differences.iter().any(|difference| difference.certain)) {
        (true, true) => Relation::SameText,
        (true, false) => Relation::Altered,
        _ if tally.copy_covered() * 5 >= words.copy.letters() * 4 => Relation::Excerpt,
        _ => Relation::Quotation,
    };
    let stretches: Vec<Range<usize>> =
        found.list.iter().map(|stretch| stretch.document.clone()).collect();
    let passages = touched::passages(words, &judge.pairs, &changes, &stretches);
    Comparison {
        relation,
        segments: segments(judge, &changes),
        differences,
        minor: Minor::count(words, &judge.pairs),
        letters: tally.document_matched,
        copy_coverage: share(tally.copy_covered(), words.copy.letters()),
        document_coverage: share(tally.document_covered(), words.document.letters()),
        touched: touched::places(words, &judge.pairs, &passages),
        passages,
        paragraphs: touched::paragraphs(words, &judge.pairs, &changes),
        own: own(judge, &changes),
    }
}

/// Runs of pairs between which nothing stands but changes.
fn segments(judge: &Judge<'_, '_>, changes: &[Change]) -> Vec<Aligned> {
    let linked = |a: &(usize, usize), b: &(usize, usize)| {
        let (copy, document) = (a.0 + 1..b.0, a.1 + 1..b.1);
        b.1 > a.1
            && ((copy.is_empty() && document.is_empty())
                || of_gap(judge.words, copy.clone(), document.clone()).is_none()
                || changes.binary_search_by_key(&copy.start, |change| change.copy.start).is_ok())
    };
    let runs = judge.pairs.chunk_by(linked);
    runs.filter_map(|run| {
        let (first, last) = (run.first()?, run.last()?);
        Some(Aligned {
            copy: judge.words.copy.bytes_of(first.0..last.0 + 1),
            document: judge.words.document.bytes_of(first.1..last.1 + 1),
        })
    })
    .collect()
}

/// The copy's words that have no partner and are no change.
fn own(judge: &Judge<'_, '_>, changes: &[Change]) -> Vec<Range<usize>> {
    let copy = judge.words.copy;
    let taken = judge.taken(changes);
    let free = runs_where(0..taken.len(), |c| taken.get(c) == Some(&false));
    free.into_iter().map(|run| copy.bytes_of(run)).collect()
}

/// Letters in common, by which the relation is decided.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    /// Letters of the document that have partners.
    document_matched: u64,
    /// Letters of the copy that have partners.
    copy_matched: u64,
    /// Letters of the document, and of the copy, in replaced words.
    replaced: (u64, u64),
    /// The same, in gaps of whole paragraphs and at the ends of the document.
    swapped: (u64, u64),
    /// Whether so much is in common that the swapped count.
    mostly: bool,
    /// Whether so much of the document is that the replaced count.
    largely: bool,
}

impl Tally {
    fn of(judge: &Judge<'_, '_>) -> Self {
        let words = judge.words;
        let mut tally = Self::default();
        let mut seen = vec![false; words.document.tokens().len()];
        for &(c, d) in &judge.pairs {
            tally.copy_matched += words.copy.letters_of(c..c + 1);
            if let Some(seen @ false) = seen.get_mut(d) {
                *seen = true;
                tally.document_matched += words.document.letters_of(d..d + 1);
            }
        }
        for (a, b) in judge.pairs.iter().zip(judge.pairs.iter().skip(1)).filter(|(a, b)| a.1 < b.1) {
            tally.gap(judge, a.0 + 1..b.0, a.1 + 1..b.1, false);
        }
        if let (Some(first), Some(last)) = (judge.pairs.first(), judge.pairs.last()) {
            let end = (words.copy.tokens().len(), seen.len());
            let one_paragraph = |copy: usize, c: usize, document: usize, d: usize| {
                words.copy.paragraph_of(copy) == words.copy.paragraph_of(c)
                    && words.document.paragraph_of(document) == words.document.paragraph_of(d)
            };
            tally.gap(judge, 0..first.0, 0..first.1, !one_paragraph(0, first.0, 0, first.1));
            let edge = !one_paragraph(last.0, end.0.saturating_sub(1), last.1, end.1.saturating_sub(1));
            tally.gap(judge, last.0 + 1..end.0, last.1 + 1..end.1, edge);
        }
        tally.largely = tally.document_matched * 2 >= words.document.letters();
        tally.mostly = tally.largely && tally.copy_matched * 3 >= words.copy.letters() * 2;
        tally
    }

    /// Counts a gap with words on both sides.
    fn gap(&mut self, judge: &Judge<'_, '_>, copy: Range<usize>, document: Range<usize>, edge: bool) {
        let words = judge.words;
        if copy.is_empty() || document.is_empty() || document.clone().any(|d| judge.is_matched(d)) {
            return;
        }
        let letters = (words.document.letters_of(document.clone()), words.copy.letters_of(copy.clone()));
        if words.same_letters(copy.clone(), document.clone()) {
            self.document_matched += letters.0;
            self.copy_matched += letters.1;
            return;
        }
        if let Some(alike) = words.similar_runs(copy.clone(), document.clone()) {
            let alike = u64::from(alike);
            self.document_matched += alike;
            self.copy_matched += alike;
            self.replaced.0 += letters.0.saturating_sub(alike);
            self.replaced.1 += letters.1.saturating_sub(alike);
            return;
        }
        if !is_comparable(judge, copy.clone(), document.clone()) {
            return;
        }
        let paragraphs = |forms: &Forms, range: &Range<usize>| {
            forms.starts_paragraph(range.start) && forms.ends_paragraph(range.end - 1)
        };
        let whole = paragraphs(words.copy, &copy) && paragraphs(words.document, &document);
        let count = if whole || edge { &mut self.swapped } else { &mut self.replaced };
        count.0 += letters.0;
        count.1 += letters.1;
    }

    fn document_covered(&self) -> u64 {
        self.document_matched
            + if self.largely { self.replaced.0 } else { 0 }
            + if self.mostly { self.swapped.0 } else { 0 }
    }

    fn copy_covered(&self) -> u64 {
        self.copy_matched
            + if self.largely { self.replaced.1 } else { 0 }
            + if self.mostly { self.swapped.1 } else { 0 }
    }

    /// Whether the copy is the whole document: at least 90% of the document, and that at least half of it.
    fn is_whole(&self, words: &Words<'_>) -> bool {
        self.document_covered() * 10 >= words.document.letters() * 9
            && self.copy_covered() * 2 >= words.copy.letters()
    }
}
