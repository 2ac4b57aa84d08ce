//! The pairs of a copy and a document in a form that can be asked, and what is common to judging a whole
//! text and judging a part of one.

use std::ops::Range;

use crate::bounds::{
    closes, closes_quotes, has_ellipsis, has_full_stop, is_quoted, opens, opens_quotes,
};
use crate::change::{Change, between, of_gap};
use crate::words::Words;

/// More words than this are not a sentence but a text without full stops.
const LONGEST_SENTENCE: usize = 2000;

/// Pairs under judgement, and the changes found so far.
pub(crate) struct Judge<'w, 'a> {
    pub(crate) words: &'w Words<'a>,
    /// In order of the copy.
    pub(crate) pairs: Vec<(usize, usize)>,
    pub(crate) changes: Vec<Change>,
    /// For each token of the copy, its partner.
    partner: Vec<Option<usize>>,
    /// For each token of the document, whether it has one.
    matched: Vec<bool>,
}

impl<'w, 'a> Judge<'w, 'a> {
    pub(crate) fn new(words: &'w Words<'a>, pairs: Vec<(usize, usize)>) -> Self {
        let mut judge = Self {
            words,
            partner: vec![None; words.copy.tokens().len()],
            matched: vec![false; words.document.tokens().len()],
            pairs: Vec::new(),
            changes: Vec::new(),
        };
        judge.add_pairs(pairs);
        judge
    }

    pub(crate) fn add_pairs(&mut self, pairs: Vec<(usize, usize)>) {
        for &(c, d) in &pairs {
            if let (Some(partner), Some(matched)) = (self.partner.get_mut(c), self.matched.get_mut(d)) {
                *partner = Some(d);
                *matched = true;
            }
        }
        self.pairs.extend(pairs);
        self.pairs.sort_unstable();
        self.pairs.dedup_by_key(|pair| pair.0);
    }

    /// Takes the pairs of some words of the copy back: these are judged as if they had no partner.
    pub(crate) fn remove_pairs(&mut self, copy: impl IntoIterator<Item = usize>) {
        for c in copy {
            if let Some(partner) = self.partner.get_mut(c) {
                *partner = None;
            }
        }
        let partner = &self.partner;
        self.pairs.retain(|&(c, _)| partner.get(c).is_some_and(Option::is_some));
        self.matched.fill(false);
        for &(_, d) in &self.pairs {
            if let Some(matched) = self.matched.get_mut(d) {
                *matched = true;
            }
        }
    }

    pub(crate) fn is_paired(&self, copy: usize) -> bool {
        self.partner.get(copy).is_some_and(Option::is_some)
    }

    pub(crate) fn is_matched(&self, document: usize) -> bool {
        self.matched.get(document).copied().unwrap_or(false)
    }

    /// For each word of the copy whether it has a partner, lies in a change, or is only divided otherwise.
    pub(crate) fn taken(&self, changes: &[Change]) -> Vec<bool> {
        let mut taken: Vec<bool> = self.partner.iter().map(Option::is_some).collect();
        let gaps = self.pairs.iter().zip(self.pairs.iter().skip(1));
        let divided =
            gaps.filter(|(a, b)| b.1 > a.1 && self.words.same_letters(a.0 + 1..b.0, a.1 + 1..b.1));
        let more = divided.flat_map(|(a, b)| a.0 + 1..b.0);
        for c in more.chain(changes.iter().flat_map(|change| change.copy.clone())) {
            if let Some(taken) = taken.get_mut(c) {
                *taken = true;
            }
        }
        taken
    }

    /// Whether at least half of a sentence of the document, by letters, has partners.
    fn is_half_matched(&self, sentence: &Range<usize>) -> bool {
        if sentence.len() > LONGEST_SENTENCE {
            return false;
        }
        let letters = |d: usize| self.words.document.letters_of(d..d + 1);
        let matched: u64 = sentence.clone().filter(|&d| self.is_matched(d)).map(letters).sum();
        matched * 2 >= self.words.document.letters_of(sentence.clone())
    }

    pub(crate) fn push_gap(&mut self, copy: Range<usize>, document: Range<usize>) {
        self.changes.extend(of_gap(self.words, copy, document));
    }

    /// Aligns two ranges that must correspond and takes over what differs.
    pub(crate) fn push_between(&mut self, copy: Range<usize>, document: Range<usize>) {
        let (pairs, changes) = between(self.words, copy, document);
        self.add_pairs(pairs);
        self.changes.extend(changes);
    }

    /// Where the copy's sentence of token `c` ends, or the quotation that it stands in, or what has no
    /// partner.
    pub(crate) fn sentence_end(&self, c: usize) -> usize {
        let copy = self.words.copy;
        let quoted = is_quoted(copy, c);
        let end = copy.passage_tokens(c).end;
        for i in c + 1..end {
            if self.is_paired(i) {
                return i;
            }
            if quoted && closes(copy, i) {
                return i + 1;
            }
        }
        end
    }

    /// Where it begins, in the same sense.
    pub(crate) fn sentence_start(&self, c: usize) -> usize {
        let copy = self.words.copy;
        let quoted = is_quoted(copy, c);
        let start = copy.passage_tokens(c).start;
        for i in (start..c).rev() {
            if self.is_paired(i) {
                return i + 1;
            }
            if quoted && opens(copy, i) {
                return i;
            }
        }
        start
    }

    /// Where a stretch ends with the pair `(c, d)`: compares what is left of both sentences.
    pub(crate) fn end_of_stretch(&mut self, c: usize, d: usize) {
        let (copy, document) = (self.words.copy, self.words.document);
        let sentence = document.passage_tokens(d);
        if !self.is_half_matched(&sentence) || closes_quotes(copy, c) || closes_quotes(document, d) {
            return;
        }
        let own = c + 1..self.sentence_end(c);
        let end = (d + 1..sentence.end).find(|&i| self.is_matched(i)).unwrap_or(sentence.end);
        if has_ellipsis(copy.after(c)) {
            if end < sentence.end && self.words.is_telling(&(d + 1..end)) {
                self.push_gap(c + 1..c + 1, d + 1..end);
            }
            return;
        }
        let cut = (own.is_empty() && c + 1 == copy.tokens().len() && !has_full_stop(copy.after(c)))
            || (self.words.is_cut_after(c, d) && !has_full_stop(copy.after(c + 1)));
        if !cut {
            self.push_between(own, d + 1..end);
        }
    }

    /// Where a stretch begins with the pair `(c, d)`: the same, backwards.
    pub(crate) fn start_of_stretch(&mut self, c: usize, d: usize) {
        let (copy, document) = (self.words.copy, self.words.document);
        let sentence = document.passage_tokens(d);
        if !self.is_half_matched(&sentence) || opens(copy, c) || opens_quotes(document, d) {
            return;
        }
        let own = self.sentence_start(c)..c;
        let start =
            (sentence.start..d).rev().find(|&i| self.is_matched(i)).map_or(sentence.start, |i| i + 1);
        let small = begins_small(copy.slice(copy.bytes_of(0..1)));
        let cut = small && ((own.is_empty() && c == 0) || self.words.is_cut_before(c, d));
        if !cut {
            self.push_between(own, start..d);
        }
    }
}

fn begins_small(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}
