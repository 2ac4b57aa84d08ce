//! Which pairs of words are more than chance: pairs are joined to stretches, weak ones dropped, and the
//! rule of acceptance is applied. It does not say what the copy is to the document.

use std::ops::Range;

use crate::bounds::{closes, opens};
use crate::finder::Common;
use crate::pairs::Pairs;
use crate::words::Words;

/// A stretch of fewer letters than this is nothing.
pub(crate) const SEGMENT: u64 = 24;
/// One stretch of so many letters, less those in its gaps, is a match, common or not.
const STRETCH: u64 = 80;
/// So is one of so many letters that only one group has, or several together that the copy sets off.
const RARE: u64 = 60;
/// And one of so many that only one group has, that the copy sets off, and that holds a whole sentence.
const SENTENCE: u64 = 45;
/// And one of so many that only one group has, if it is most of the copy or much of both texts.
const SNIPPET: u64 = 40;
/// Gaps of more letters than this end a stretch.
const WIDEST: u64 = 60;
/// How often islands are looked for.
const ROUNDS: usize = 8;

/// Consecutive pairs that are neighbours in both texts.
#[derive(Clone, Debug)]
struct Block {
    copy: Range<usize>,
    document: Range<usize>,
    letters: u64,
}

/// Blocks that belong together.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    blocks: Range<usize>,
    /// Matched letters.
    pub(crate) letters: u64,
    /// Letters in the gaps between them that are not alike.
    unlike: u64,
    /// Tokens of the copy from its first to its last pair.
    pub(crate) copy: Range<usize>,
    /// Tokens of the document from its first to its last pair.
    pub(crate) document: Range<usize>,
}

/// The stretches of a copy and a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stretches {
    /// In order of the copy.
    pub(crate) list: Vec<Stretch>,
    blocks: Vec<Block>,
}

/// Letters of the gap between two blocks, if they follow each other, and how many of them are alike.
struct Gap {
    letters: u64,
    alike: u64,
}

impl Stretches {
    /// Stretches of at least 24 letters; other pairs are dropped.
    pub(crate) fn find(words: &Words<'_>) -> Self {
        let mut blocks = blocks(words, &Pairs::find(words).list());
        for _ in 0..ROUNDS {
            if !drop_islands(words, &mut blocks) {
                break;
            }
        }
        let gaps: Vec<Option<Gap>> = blocks.windows(2).map(|pair| gap(words, pair)).collect();
        let mut list: Vec<Stretch> = segments(&blocks, &gaps)
            .into_iter()
            .filter_map(|range| stretch(words, &blocks, &gaps, range))
            .filter(|stretch| stretch.letters >= SEGMENT)
            .collect();
        list.sort_by_key(|stretch| stretch.copy.start);
        Self { list, blocks }
    }

    /// The pairs that make the stretches, in order of the copy.
    pub(crate) fn pairs(&self) -> Vec<(usize, usize)> {
        let kept = self
            .list
            .iter()
            .flat_map(|stretch| self.blocks.get(stretch.blocks.clone()).unwrap_or_default());
        let mut pairs: Vec<_> =
            kept.flat_map(|block| block.copy.clone().zip(block.document.clone())).collect();
        pairs.sort_unstable();
        pairs
    }

    /// Keeps the stretches that make a match, and says whether there are any.
    pub(crate) fn accept(&mut self, words: &Words<'_>, common: &Common) -> bool {
        let total: u64 = self.list.iter().map(|stretch| stretch.letters).sum();
        let is_share = |of: u64, percent: u64| total * 100 >= of * percent;
        let rare: Vec<bool> = self.list.iter().map(|stretch| stretch.is_rare(words, common)).collect();
        let snippet =
            self.list.iter().zip(&rare).any(|(stretch, &rare)| rare && stretch.letters >= SNIPPET);
        let (document, copy) = (words.document.letters(), words.copy.letters());
        let mostly = is_share(document, 90)
            || (snippet && is_share(copy, 60))
            || (snippet && is_share(document, 35) && is_share(copy, 35));
        if mostly && !self.list.is_empty() {
            return true;
        }
        let bounded: Vec<bool> = self.list.iter().map(|stretch| stretch.is_bounded(words)).collect();
        let strong = |(stretch, (&rare, &bounded)): (&Stretch, (&bool, &bool))| {
            let sentence = || bounded && stretch.letters >= SENTENCE && stretch.has_sentence(words);
            stretch.letters.saturating_sub(stretch.unlike) >= STRETCH
                || (rare && (stretch.letters >= RARE || sentence()))
        };
        let strong: Vec<bool> = self.list.iter().zip(rare.iter().zip(&bounded)).map(strong).collect();
        let keep: Vec<bool> = if strong.contains(&true) {
            (0..self.list.len()).map(|i| self.stands(words, i, &strong, &bounded)).collect()
        } else if several(&self.list, &bounded, &rare) {
            bounded.iter().zip(&rare).map(|(&bounded, &rare)| bounded && rare).collect()
        } else if several(&self.list, &bounded, &bounded)
            && self
                .list
                .iter()
                .zip(&bounded)
                .any(|(stretch, &bounded)| bounded && stretch.has_sentence(words))
        {
            bounded
        } else {
            vec![false; self.list.len()]
        };
        let mut keep = keep.into_iter();
        self.list.retain(|_| keep.next().unwrap_or(false));
        !self.list.is_empty()
    }

    /// Whether a stretch counts beside a strong one: it is strong, or set off in the copy, or in the same
    /// paragraph as a strong one next to it, on both sides.
    fn stands(&self, words: &Words<'_>, i: usize, strong: &[bool], bounded: &[bool]) -> bool {
        let is = |list: &[bool], i: usize| list.get(i).copied().unwrap_or(false);
        let joined = |a: usize, b: usize| match (self.list.get(a), self.list.get(b)) {
            (Some(a), Some(b)) => {
                let (last, first) = (a.copy.end.saturating_sub(1), b.copy.start);
                let (document_last, document_first) =
                    (a.document.end.saturating_sub(1), b.document.start);
                document_last < document_first
                    && words.copy.paragraph_of(last) == words.copy.paragraph_of(first)
                    && words.document.paragraph_of(document_last)
                        == words.document.paragraph_of(document_first)
            }
            _ => false,
        };
        let before = i.checked_sub(1).is_some_and(|before| is(strong, before) && joined(before, i));
        is(strong, i) || is(bounded, i) || before || (is(strong, i + 1) && joined(i, i + 1))
    }
}

/// Whether at least two stretches pass both tests, and have letters enough together.
fn several(list: &[Stretch], one: &[bool], other: &[bool]) -> bool {
    let passing = list.iter().zip(one.iter().zip(other)).filter(|(_, (one, other))| **one && **other);
    let letters: Vec<u64> = passing.map(|(stretch, _)| stretch.letters).collect();
    letters.len() >= 2 && letters.iter().sum::<u64>() >= RARE
}

impl Stretch {
    /// Whether at most half of it is in what more than one group has.
    fn is_rare(&self, words: &Words<'_>, common: &Common) -> bool {
        let (first, last) =
            (words.copy.place(self.copy.start), words.copy.place(self.copy.end.saturating_sub(1)));
        first.zip(last).is_some_and(|(first, last)| common.is_rare(first.weight_start..last.weight_end))
    }

    /// Whether the copy sets it off: it makes up at least three quarters of the sentences or quotations in
    /// which it begins and ends.
    fn is_bounded(&self, words: &Words<'_>) -> bool {
        let (copy, first, last) = (words.copy, self.copy.start, self.copy.end.saturating_sub(1));
        let (from, to) = (copy.passage_tokens(first).start, copy.passage_tokens(last).end);
        let start = (from..=first).rev().find(|&i| opens(copy, i)).unwrap_or(from);
        let end = (last..to).find(|&i| closes(copy, i)).map_or(to, |i| i + 1);
        self.letters * 4 >= copy.letters_of(start..end) * 3
    }

    /// Whether it covers a whole sentence of the document, of as many letters as make a stretch.
    fn has_sentence(&self, words: &Words<'_>) -> bool {
        let document = words.document;
        let starts = self.document.clone().filter(|&d| document.starts_passage(d));
        starts.map(|d| document.passage_tokens(d)).any(|sentence| {
            sentence.end <= self.document.end && document.letters_of(sentence) >= SEGMENT
        })
    }
}

fn blocks(words: &Words<'_>, pairs: &[(usize, usize)]) -> Vec<Block> {
    let runs = pairs.chunk_by(|a, b| a.0 + 1 == b.0 && a.1 + 1 == b.1);
    let block = |run: &[(usize, usize)]| {
        let (&first, &last) = (run.first()?, run.last()?);
        let document = first.1..last.1 + 1;
        Some(Block {
            copy: first.0..last.0 + 1,
            letters: words.document.letters_of(document.clone()),
            document,
        })
    };
    runs.filter_map(block).collect()
}

/// The gap between two blocks, or `None` if they do not follow each other.
fn gap(words: &Words<'_>, pair: &[Block]) -> Option<Gap> {
    let [a, b] = pair else { return None };
    if a.document.end > b.document.start {
        return None;
    }
    let (copy, document) = (a.copy.end..b.copy.start, a.document.end..b.document.start);
    let letters = words.copy.letters_of(copy.clone()).max(words.document.letters_of(document.clone()));
    let alike = words.similar_runs(copy, document).map_or(0, u64::from).min(letters);
    Some(Gap { letters, alike })
}

/// Drops blocks that are small against the gaps on both sides: words that unlike texts share by chance.
/// A single word between two single changed words stays.
fn drop_islands(words: &Words<'_>, blocks: &mut Vec<Block>) -> bool {
    let before = blocks.len();
    let mut kept: Vec<Block> = Vec::with_capacity(before);
    let mut rest = std::mem::take(blocks).into_iter().peekable();
    while let Some(block) = rest.next() {
        let island = match (kept.last(), rest.peek()) {
            (Some(left), Some(right)) => is_island(words, left, &block, right),
            _ => false,
        };
        if !island {
            kept.push(block);
        }
    }
    *blocks = kept;
    blocks.len() < before
}

fn is_island(words: &Words<'_>, left: &Block, block: &Block, right: &Block) -> bool {
    if block.letters >= SEGMENT
        || left.document.end > block.document.start
        || block.document.end > right.document.start
    {
        return false;
    }
    let size = |a: &Block, b: &Block| {
        let (copy, document) = (a.copy.end..b.copy.start, a.document.end..b.document.start);
        if words.similar_runs(copy.clone(), document.clone()).is_some() {
            return None;
        }
        let tokens = copy.len() + document.len();
        let letters = words.copy.letters_of(copy).max(words.document.letters_of(document));
        Some((letters, tokens))
    };
    let (Some(before), Some(after)) = (size(left, block), size(block, right)) else { return false };
    block.letters <= before.0 && block.letters <= after.0 && before.1 > 2 && after.1 > 2
}

/// Ranges of blocks whose letters, less those of the gaps between them, cannot be made more by adding or
/// dropping blocks at an end (Ruzzo and Tompa's maximal scoring subsequences), between gaps that end a
/// stretch anyway.
fn segments(blocks: &[Block], gaps: &[Option<Gap>]) -> Vec<Range<usize>> {
    let mut done: Vec<Range<usize>> = Vec::new();
    // Of each open segment: its blocks, and the sums before and behind it.
    let mut open: Vec<(Range<usize>, i64, i64)> = Vec::new();
    let mut sum = 0_i64;
    for (i, block) in blocks.iter().enumerate() {
        match i.checked_sub(1).and_then(|before| gaps.get(before)) {
            Some(Some(gap)) if gap.letters <= WIDEST => {
                sum += 2 * signed(gap.alike) - signed(gap.letters)
            }
            _ => {
                done.extend(open.drain(..).map(|segment| segment.0));
                sum = 0;
            }
        }
        let before = sum;
        sum += signed(block.letters);
        let mut new = (i..i + 1, before, sum);
        while let Some(at) = open.iter().rposition(|segment| segment.1 < new.1) {
            match open.get(at) {
                Some(segment) if segment.2 < new.2 => {
                    new = (segment.0.start..new.0.end, segment.1, new.2);
                    open.truncate(at);
                }
                _ => break,
            }
        }
        open.push(new);
    }
    done.extend(open.into_iter().map(|segment| segment.0));
    done
}

fn stretch(
    words: &Words<'_>,
    blocks: &[Block],
    gaps: &[Option<Gap>],
    range: Range<usize>,
) -> Option<Stretch> {
    let own = blocks.get(range.clone())?;
    let (first, last) = (own.first()?, own.last()?);
    let inner = gaps.get(range.start..range.end.saturating_sub(1)).unwrap_or_default();
    let alike: u64 = inner.iter().flatten().map(|gap| gap.alike).sum();
    Some(Stretch {
        unlike: inner.iter().flatten().map(|gap| gap.letters - gap.alike).sum(),
        letters: own.iter().map(|block| block.letters).sum::<u64>()
            + alike
            + cut_letters(words, first, last),
        copy: first.copy.start..last.copy.end,
        document: first.document.start..last.document.end,
        blocks: range,
    })
}

/// Letters of the words that the copy was cut in, before its first block and behind its last.
fn cut_letters(words: &Words<'_>, first: &Block, last: &Block) -> u64 {
    let (c, d) = (last.copy.end.saturating_sub(1), last.document.end.saturating_sub(1));
    let before = words.is_cut_before(first.copy.start, first.document.start);
    let after = words.is_cut_after(c, d);
    let letters = |cut: bool, copy: usize| if cut { words.copy.letters_of(copy..copy + 1) } else { 0 };
    letters(before, 0) + letters(after, c + 1)
}

fn signed(letters: u64) -> i64 {
    i64::try_from(letters).unwrap_or(i64::MAX / 4)
}
