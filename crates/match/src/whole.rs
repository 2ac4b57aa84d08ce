//! What differs where a copy is a document's whole text: every word left out, added, replaced or moved.
//! Text before the first and after the last word in common, in sentences of its own, is not the document's
//! and does not differ from it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::bounds::{closes, opens};
use crate::change::{Change, in_gaps, runs_where};
use crate::difference::Kind;
use crate::judge::Judge;
use crate::table::{Reach, align};

/// Finds the changes of a whole text.
pub(crate) fn judge_whole(judge: &mut Judge<'_, '_>) {
    let backbone = backbone(judge);
    let (Some(&first), Some(&last)) = (backbone.first(), backbone.last()) else { return };
    displaced(judge, &backbone);
    for (&a, &b) in backbone.iter().zip(backbone.iter().skip(1)) {
        gap(judge, a.0 + 1..b.0, a.1 + 1..b.1);
    }
    beginning(judge, first);
    ending(judge, last);
}

/// The pairs that keep the document's order and have the most letters.
fn backbone(judge: &Judge<'_, '_>) -> Vec<(usize, usize)> {
    let blocks: Vec<&[(usize, usize)]> =
        judge.pairs.chunk_by(|a, b| a.0 + 1 == b.0 && a.1 + 1 == b.1).collect();
    // For each end in the document the best sum of letters that ends there or before, and its last block.
    let mut best: BTreeMap<usize, (u64, usize)> = BTreeMap::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(blocks.len());
    for (i, block) in blocks.iter().enumerate() {
        let (Some(first), Some(last)) = (block.first(), block.last()) else { continue };
        let follows = best.range(..=first.1).next_back().map(|(_, &(letters, block))| (letters, block));
        let letters =
            judge.words.document.letters_of(first.1..last.1 + 1) + follows.map_or(0, |f| f.0) + 1;
        before.push(follows.map(|f| f.1));
        let end = last.1 + 1;
        if best.range(..=end).next_back().is_none_or(|(_, &(other, _))| other < letters) {
            best.insert(end, (letters, i));
            while let Some((&later, _)) =
                best.range(end + 1..).next().filter(|(_, other)| other.0 <= letters)
            {
                best.remove(&later);
            }
        }
    }
    let mut chain = Vec::new();
    let mut at = best.last_key_value().map(|(_, &(_, block))| block);
    while let Some(i) = at {
        chain.push(i);
        at = before.get(i).copied().flatten();
    }
    chain.iter().rev().filter_map(|&i| blocks.get(i)).flat_map(|block| block.iter().copied()).collect()
}

/// Words with a partner outside the backbone: moved, or, where the backbone has them too, repeated.
fn displaced(judge: &mut Judge<'_, '_>, backbone: &[(usize, usize)]) {
    let mut in_backbone = vec![false; judge.words.document.tokens().len()];
    for &(_, d) in backbone {
        if let Some(seen) = in_backbone.get_mut(d) {
            *seen = true;
        }
    }
    let (Some(first), Some(last)) = (backbone.first(), backbone.last()) else { return };
    let outside = |pair: &&(usize, usize)| backbone.binary_search(pair).is_err();
    let others: Vec<(usize, usize)> = judge.pairs.iter().filter(outside).copied().collect();
    for block in others.chunk_by(|a, b| a.0 + 1 == b.0 && a.1 + 1 == b.1) {
        let (Some(start), Some(end)) = (block.first(), block.last()) else { continue };
        let (copy, document) = (start.0..end.0 + 1, start.1..end.1 + 1);
        let repeated = document.clone().any(|d| in_backbone.get(d).copied().unwrap_or(false));
        if !repeated {
            judge.changes.push(Change { kind: Kind::Moved, copy, document });
        } else if first.0 < copy.start && copy.end <= last.0 {
            let at = backbone.partition_point(|pair| pair.0 < copy.start);
            let place = at.checked_sub(1).and_then(|i| backbone.get(i)).map_or(0, |pair| pair.1 + 1);
            judge.changes.push(Change { kind: Kind::Added, copy, document: place..place });
        }
    }
}

/// A gap of the backbone: what of it has no partner elsewhere differs.
fn gap(judge: &mut Judge<'_, '_>, copy: Range<usize>, document: Range<usize>) {
    let own = runs_where(copy.clone(), |c| !judge.is_paired(c));
    let missing = runs_where(document.clone(), |d| !judge.is_matched(d));
    let undivided = |runs: &[Range<usize>], all: &Range<usize>| match runs {
        [] => all.is_empty(),
        [run] => run == all,
        _ => false,
    };
    if undivided(&own, &copy) && undivided(&missing, &document) {
        judge.push_gap(copy, document);
        return;
    }
    for run in own {
        judge.push_gap(run, document.start..document.start);
    }
    for run in missing {
        judge.push_gap(copy.start..copy.start, run);
    }
}

/// The document's words before the first pair.
fn beginning(judge: &mut Judge<'_, '_>, first: (usize, usize)) {
    let (copy, document) = (judge.words.copy, judge.words.document);
    let start = (0..first.0).rev().find(|&c| judge.is_paired(c)).map_or(0, |c| c + 1);
    let sentence = judge.sentence_start(first.0);
    if first.1 == 0 {
        let own = if opens(copy, first.0) { first.0..first.0 } else { sentence..first.0 };
        judge.push_gap(own, 0..0);
        return;
    }
    if (0..first.1).any(|d| judge.is_matched(d)) {
        let missing = runs_where(0..first.1, |d| !judge.is_matched(d));
        missing.into_iter().for_each(|run| judge.push_gap(first.0..first.0, run));
        return;
    }
    if !document.starts_passage(first.1) && document.passage_tokens(first.1).start == 0 {
        judge.push_between(sentence..first.0, 0..first.1);
        return;
    }
    let own: Vec<usize> = (start..first.0).rev().take(2 * first.1 + 20).collect();
    let missing: Vec<usize> = (0..first.1).rev().collect();
    let mut pairs = align(judge.words, &own, &missing, Reach::Document);
    if letters(judge, &pairs) * 2 < document.letters_of(0..first.1) {
        let edge = if is_comparable(judge, start..first.0, 0..first.1) {
            start
        } else if document.starts_passage(first.1) {
            first.0
        } else {
            sentence
        };
        judge.push_gap(edge..first.0, 0..first.1);
        return;
    }
    pairs.sort_unstable();
    let outer = pairs.first().copied().unwrap_or(first);
    let edge = if outer.1 == 0 && opens(copy, outer.0) {
        outer.0
    } else {
        copy.passage_tokens(outer.0).start.max(start)
    };
    judge.changes.extend(in_gaps(judge.words, &pairs, edge..first.0, 0..first.1));
    judge.add_pairs(pairs);
}

/// The document's words after the last pair.
fn ending(judge: &mut Judge<'_, '_>, last: (usize, usize)) {
    let (copy, document) = (judge.words.copy, judge.words.document);
    let (next, rest) = (last.0 + 1, last.1 + 1..document.tokens().len());
    let end = (next..copy.tokens().len()).find(|&c| judge.is_paired(c)).unwrap_or(copy.tokens().len());
    let sentence = judge.sentence_end(last.0);
    if rest.is_empty() {
        let own = if closes(copy, last.0) { next..next } else { next..sentence };
        judge.push_gap(own, rest);
        return;
    }
    if rest.clone().any(|d| judge.is_matched(d)) {
        let missing = runs_where(rest, |d| !judge.is_matched(d));
        missing.into_iter().for_each(|run| judge.push_gap(next..next, run));
        return;
    }
    if !document.ends_passage(last.1) && document.passage_tokens(last.1).end == rest.end {
        judge.push_between(next..sentence, rest);
        return;
    }
    let own: Vec<usize> = (next..end).take(2 * rest.len() + 20).collect();
    let missing: Vec<usize> = rest.clone().collect();
    let pairs = align(judge.words, &own, &missing, Reach::Document);
    if letters(judge, &pairs) * 2 < document.letters_of(rest.clone()) {
        let edge = if is_comparable(judge, next..end, rest.clone()) {
            end
        } else if document.ends_passage(last.1) {
            next
        } else {
            sentence
        };
        judge.push_gap(next..edge, rest);
        return;
    }
    let outer = pairs.last().copied().unwrap_or(last);
    let done = outer.1 + 1 == rest.end && closes(copy, outer.0);
    let edge = if done { outer.0 + 1 } else { copy.passage_tokens(outer.0).end.min(end) };
    judge.changes.extend(in_gaps(judge.words, &pairs, next..edge, rest));
    judge.add_pairs(pairs);
}

/// Letters of the document in a list of pairs.
fn letters(judge: &Judge<'_, '_>, pairs: &[(usize, usize)]) -> u64 {
    pairs.iter().map(|&(_, d)| judge.words.document.letters_of(d..d + 1)).sum()
}

/// Whether what the copy has in the place of some words of the document may be their replacement.
pub(crate) fn is_comparable(judge: &Judge<'_, '_>, copy: Range<usize>, document: Range<usize>) -> bool {
    let own = judge.words.copy.letters_of(copy.clone());
    !copy.is_empty() && own <= 3 * judge.words.document.letters_of(document) + 60
}
