//! What differs where a copy is an excerpt of a document or quotes it: within what it takes over, not in
//! what it leaves away or says itself.

use std::ops::Range;

use crate::bounds::{has_ellipsis, is_commentary};
use crate::judge::Judge;
use crate::words::Words;

/// A gap of more letters than this is not a replacement of some words by others.
const WIDEST: u64 = 400;
/// Beyond so many letters, not if paragraphs end in it on both sides.
const WIDE: u64 = 200;
/// Fewer letters than this at the edge of a sentence may be there by chance.
const NIBBLE: u64 = 24;
/// And no more words than this.
const NIBBLE_WORDS: usize = 24;

/// What a gap between two pairs is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Nothing: sentences left away, or words of the copy's own between whole quotations.
    Nothing,
    /// The stretch ends before it and another begins behind it.
    Open,
    /// A difference.
    Change,
}

/// Finds the changes of an excerpt or quotation.
pub(crate) fn judge_part(judge: &mut Judge<'_, '_>) {
    trim_nibbles(judge);
    let pairs = judge.pairs.clone();
    if let Some(&(c, d)) = pairs.first() {
        judge.start_of_stretch(c, d);
    }
    for (&a, &b) in pairs.iter().zip(pairs.iter().skip(1)) {
        let (copy, document) = (a.0 + 1..b.0, a.1 + 1..b.1.max(a.1 + 1));
        let verdict = if b.1 <= a.1 { Verdict::Open } else { verdict(judge.words, &copy, &document) };
        match verdict {
            Verdict::Nothing => {}
            Verdict::Change => judge.push_gap(copy, document),
            Verdict::Open => {
                judge.end_of_stretch(a.0, a.1);
                judge.start_of_stretch(b.0, b.1);
            }
        }
    }
    if let Some(&(c, d)) = pairs.last() {
        judge.end_of_stretch(c, d);
    }
}

/// Judges a gap between two pairs that follow each other.
fn verdict(words: &Words<'_>, copy: &Range<usize>, document: &Range<usize>) -> Verdict {
    if (copy.is_empty() && document.is_empty()) || words.same_letters(copy.clone(), document.clone()) {
        return Verdict::Nothing;
    }
    if is_harmless(words, copy, document) {
        return Verdict::Nothing;
    }
    if is_commentary(words.copy, copy) || (!copy.is_empty() && is_large(words, copy, document)) {
        return Verdict::Open;
    }
    Verdict::Change
}

/// Whether a gap leaves away whole sentences, or with an ellipsis much of one, and at most puts the copy's
/// own words in between.
fn is_harmless(words: &Words<'_>, copy: &Range<usize>, document: &Range<usize>) -> bool {
    let whole = |range: &Range<usize>| {
        range.is_empty()
            || (words.document.starts_passage(range.start) && words.document.ends_passage(range.end - 1))
    };
    if copy.is_empty() {
        let marked = has_ellipsis(words.copy.before(copy.start));
        return whole(document) || (marked && !words.is_telling(document));
    }
    is_commentary(words.copy, copy) && whole(document)
}

fn is_large(words: &Words<'_>, copy: &Range<usize>, document: &Range<usize>) -> bool {
    let letters = words.copy.letters_of(copy.clone()).max(words.document.letters_of(document.clone()));
    let breaks = |forms: &crate::forms::Forms, range: &Range<usize>| {
        range
            .start
            .checked_sub(1)
            .is_some_and(|before| forms.paragraph_of(before) != forms.paragraph_of(range.end))
    };
    letters > WIDEST || (letters > WIDE && breaks(words.copy, copy) && breaks(words.document, document))
}

/// Takes back words at the beginning or end of a sentence that stand beside a gap, where without them the
/// gap is whole sentences: the `The` that the next sentences of two unlike texts share.
fn trim_nibbles(judge: &mut Judge<'_, '_>) {
    let pairs = judge.pairs.clone();
    let mut trimmed: Vec<Range<usize>> = Vec::new();
    for (i, (&a, &b)) in pairs.iter().zip(pairs.iter().skip(1)).enumerate() {
        let (copy, document) = (a.0 + 1..b.0, a.1 + 1..b.1);
        if b.1 <= a.1 || copy.is_empty() || verdict(judge.words, &copy, &document) != Verdict::Change {
            continue;
        }
        let left = nibble_before(judge.words, pairs.get(..=i).unwrap_or_default());
        let right = nibble_after(judge.words, pairs.get(i + 1..).unwrap_or_default());
        for (l, r) in [(left, 0), (0, right), (left, right)] {
            let wider = (copy.start - l..copy.end + r, document.start - l..document.end + r);
            if l + r > 0 && is_harmless(judge.words, &wider.0, &wider.1) {
                trimmed.push(copy.start - l..copy.start);
                trimmed.push(copy.end..copy.end + r);
                break;
            }
        }
    }
    if !trimmed.is_empty() {
        judge.remove_pairs(trimmed.into_iter().flatten());
    }
}

/// How many of the last pairs begin a sentence on both sides and are less than half of either.
pub(crate) fn nibble_before(words: &Words<'_>, pairs: &[(usize, usize)]) -> usize {
    let Some(&(c, d)) = pairs.last() else { return 0 };
    let (own, sentence) = (words.copy.passage_tokens(c), words.document.passage_tokens(d));
    let count = c + 1 - own.start;
    let linked = count <= NIBBLE_WORDS
        && pairs.len() > count
        && pairs
            .iter()
            .rev()
            .take(count)
            .zip(0..)
            .all(|(&pair, back)| pair.0 + back == c && pair.1 + back == d);
    if d + 1 - sentence.start != count || !linked {
        return 0;
    }
    if small(words, own.start..c + 1, &own, &sentence) { count } else { 0 }
}

/// How many of the first pairs end a sentence on both sides and are less than half of either.
pub(crate) fn nibble_after(words: &Words<'_>, pairs: &[(usize, usize)]) -> usize {
    let Some(&(c, d)) = pairs.first() else { return 0 };
    let (own, sentence) = (words.copy.passage_tokens(c), words.document.passage_tokens(d));
    let count = own.end - c;
    let linked = count <= NIBBLE_WORDS
        && pairs.len() > count
        && pairs.iter().take(count).zip(0..).all(|(&pair, on)| pair.0 == c + on && pair.1 == d + on);
    if sentence.end - d != count || !linked {
        return 0;
    }
    if small(words, c..own.end, &own, &sentence) { count } else { 0 }
}

fn small(words: &Words<'_>, part: Range<usize>, own: &Range<usize>, sentence: &Range<usize>) -> bool {
    let letters = words.copy.letters_of(part);
    letters < NIBBLE
        && letters * 2 < words.copy.letters_of(own.clone())
        && letters * 2 < words.document.letters_of(sentence.clone())
}
