//! Which documents a copy may come from: every gram of the copy is looked up in one segment and in the
//! documents added since, and the documents hit are ranked. It finds, it does not judge: a candidate is
//! compared with the copy afterwards ([`crate::compare`]).
//!
//! **Rarity** counts groups, not documents. The caller says which group a document belongs to (the
//! registrable domain of its issuer), so nobody can hide a phrase by registering it often, and which
//! documents count at all. Blocks are twelve letters of the copy. A hit is **supported** if the document has
//! another one near it on nearly the same diagonal: one gram is shared by chance, a phrase is not. In each
//! block a document scores 1,000 divided by the number of groups hit there, twice that if its hit is
//! supported. A block is **common** if at least three groups have a supported hit in it: one or two others
//! that register a text do not make it a stock phrase.

use std::collections::HashMap;
use std::ops::Range;

use erratum_text::SearchForm;

use crate::build::indexed;
use crate::gram::{GRAM_WEIGHT, GRID_WEIGHT, grams};
use crate::segment::{Posting, Segment};

/// Hits looked at for one copy; the most common grams are left out first.
const MOST_HITS: usize = 1 << 22;
/// Postings read for one copy, of documents that count and of others.
const MOST_READ: usize = 1 << 25;
/// Places of one gram in the copy that are looked at.
const PLACES_IN_COPY: usize = 4;
/// Hits whose diagonals differ by no more than this support each other,
const DIAGONAL_SLACK: i64 = 24;
/// if they are no further apart in the copy than this.
const NEAR: u32 = 120;
/// How many hits before a hit are looked at for that.
const NEIGHBOURS: usize = 4;
/// A block that so many groups have is common.
const COMMON: u64 = 3;
/// What a hit is worth if no other group has it.
const WORTH: u64 = 1000;

/// Documents to be found: those of a segment, and those added after it was built.
#[derive(Debug, Default)]
pub struct Finder {
    segment: Option<Segment>,
    added: HashMap<u64, Vec<Posting>>,
}

/// A document that shares grams with the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its number.
    pub doc: u32,
    /// Its rank: the sum of what its hits are worth, at most one a block of the copy.
    pub score: u64,
    /// How many hits it has: pairs of a place in the copy and a place in the document.
    pub hits: u32,
    /// How many different grams of the copy hit it.
    pub grams: u32,
}

/// Which parts of a copy are common: held by three groups or more, so perhaps a stock phrase. Nothing
/// is, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Common {
    /// Blocks of the copy that at least three groups have, in order.
    blocks: Vec<u32>,
}

impl Common {
    fn new(groups: &HashMap<u32, u64>, again: &[(u32, u32)], dropped: &[u32]) -> Self {
        let is_common = |at: u32| groups.get(&(at / GRID_WEIGHT)).is_some_and(|&n| n >= COMMON);
        let mut blocks: Vec<u32> =
            groups.iter().filter(|&(_, &n)| n >= COMMON).map(|(&block, _)| block).collect();
        blocks.extend(
            again.iter().filter(|&&(first, _)| is_common(first)).map(|&(_, at)| at / GRID_WEIGHT),
        );
        blocks.extend(dropped.iter().map(|at| at / GRID_WEIGHT));
        blocks.sort_unstable();
        blocks.dedup();
        Self { blocks }
    }

    /// Whether at most half of a part of the copy, given by the weight before its start and end, is common:
    /// of the blocks in which a gram that lies inside the part can start.
    pub(crate) fn is_rare(&self, part: Range<u32>) -> bool {
        let last = part.end.saturating_sub(GRAM_WEIGHT).max(part.start);
        let (first, last) = (part.start / GRID_WEIGHT, last / GRID_WEIGHT);
        let below = |block: u32| self.blocks.partition_point(|&b| b < block);
        let common = below(last.saturating_add(1)).saturating_sub(below(first));
        common * 2 <= (last.saturating_sub(first) + 1) as usize
    }
}

/// The answer of [`Finder::candidates`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The best, best first; among equals the lower number first.
    pub list: Vec<Candidate>,
    /// How many more documents were hit.
    pub more: usize,
    /// Which parts of the copy are common: for [`crate::compare`].
    pub common: Common,
}

/// One gram of the copy that stands in one place of one document.
struct Hit {
    doc: u32,
    group: u32,
    /// Weight of the copy before it.
    copy: u32,
    /// Weight of the document before it, about.
    at: u32,
    hash: u64,
    /// Whether another hit of the document lies near it.
    supported: bool,
}

impl Hit {
    fn block(&self) -> u32 {
        self.copy / GRID_WEIGHT
    }

    fn diagonal(&self) -> i64 {
        i64::from(self.copy) - i64::from(self.at)
    }
}

/// What looking up a copy gave.
#[derive(Default)]
struct Looked {
    hits: Vec<Hit>,
    /// Places of grams that were not looked up since the gram stood in the copy before, and where.
    again: Vec<(u32, u32)>,
    /// Places of grams so common that they were left out.
    dropped: Vec<u32>,
}

impl Finder {
    /// A finder over `segment`, if there is one.
    #[must_use]
    pub fn new(segment: Option<Segment>) -> Self {
        Self { segment, added: HashMap::new() }
    }

    /// The segment it was made with.
    #[must_use]
    pub fn segment(&self) -> Option<&Segment> {
        self.segment.as_ref()
    }

    /// Adds a document that is not in the segment.
    pub fn add(&mut self, doc: u32, form: &SearchForm) {
        for (ordinal, hash) in indexed(form.as_str()) {
            let posting = Posting { doc, at: ordinal.saturating_mul(GRID_WEIGHT) };
            self.added.entry(hash).or_default().push(posting);
        }
    }

    /// The documents that share a grid gram with `copy`, at most `limit`, the rest counted. Any document
    /// of which the copy holds 24 letters (12 ideographs) verbatim is among those hit. `group` says which
    /// group a document belongs to; one of which it says nothing does not count: it is neither listed nor
    /// does it make anything common.
    pub fn candidates(
        &self,
        copy: &SearchForm,
        limit: usize,
        group: impl Fn(u32) -> Option<u32>,
    ) -> Candidates {
        let Looked { mut hits, again, dropped } = self.look(copy, group);
        hits.sort_unstable_by_key(|hit| (hit.doc, hit.diagonal(), hit.copy, hit.at));
        support(&mut hits);
        hits.sort_unstable_by_key(|hit| (hit.block(), hit.group));
        let groups = groups_by_block(&hits, |_| true);
        let common = Common::new(&groups_by_block(&hits, |hit| hit.supported), &again, &dropped);
        hits.sort_unstable_by_key(|hit| (hit.doc, hit.block(), hit.hash));
        let mut list: Vec<Candidate> =
            hits.chunk_by(|a, b| a.doc == b.doc).filter_map(|hits| candidate(hits, &groups)).collect();
        list.sort_unstable_by_key(|c| (std::cmp::Reverse(c.score), c.doc));
        let more = list.len().saturating_sub(limit);
        list.truncate(limit);
        Candidates { list, more, common }
    }

    /// Every hit of every gram, the rarest grams first, until there are too many.
    fn look(&self, copy: &SearchForm, group: impl Fn(u32) -> Option<u32>) -> Looked {
        let mut all: Vec<(u64, u32)> = grams(copy.as_str()).map(|gram| (gram.hash, gram.at)).collect();
        all.sort_unstable();
        let mut found: Vec<(usize, &[(u64, u32)])> = all
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|places| Some((self.count(places.first()?.0), places)))
            .filter(|&(count, _)| count > 0)
            .collect();
        found.sort_by_key(|&(count, _)| count);
        let mut looked = Looked::default();
        let mut read = 0_usize;
        for (count, places) in found {
            let (near, far) = places.split_at_checked(PLACES_IN_COPY).unwrap_or((places, &[]));
            let Some(&(hash, first)) = near.first() else { continue };
            read = read.saturating_add(count);
            let grouped = |place: Posting| Some((place, group(place.doc)?));
            let most = if read > MOST_READ { 0 } else { MOST_HITS };
            let room = most.saturating_sub(looked.hits.len()) / near.len();
            let postings: Vec<(Posting, u32)> =
                self.places(hash).filter_map(grouped).take(room + 1).collect();
            if most == 0 || postings.len() > room {
                looked.dropped.extend(places.iter().map(|place| place.1));
                continue;
            }
            for &(hash, copy) in near {
                let hit = |&(Posting { doc, at }, group): &(Posting, u32)| Hit {
                    doc,
                    group,
                    copy,
                    at,
                    hash,
                    supported: false,
                };
                looked.hits.extend(postings.iter().map(hit));
            }
            looked.again.extend(far.iter().map(|place| (first, place.1)));
        }
        looked
    }

    fn count(&self, hash: u64) -> usize {
        self.segment.as_ref().map_or(0, |segment| segment.lookup(hash).len())
            + self.added.get(&hash).map_or(0, Vec::len)
    }

    fn places(&self, hash: u64) -> impl Iterator<Item = Posting> + '_ {
        let mapped = self
            .segment
            .iter()
            .flat_map(move |segment| segment.lookup(hash).filter_map(move |index| segment.place(index)));
        mapped.chain(self.added.get(&hash).into_iter().flatten().copied())
    }
}

/// Marks the hits (in order of document and diagonal) that have another near them.
fn support(hits: &mut [Hit]) {
    let near = |a: &Hit, b: &Hit| {
        a.doc == b.doc
            && a.copy != b.copy
            && (a.diagonal() - b.diagonal()).abs() <= DIAGONAL_SLACK
            && a.copy.abs_diff(b.copy) <= NEAR
    };
    for i in 1..hits.len() {
        // On a diagonal hits lie in order of the copy; those of diagonals in between may lie between two.
        for j in (i.saturating_sub(NEIGHBOURS)..i).rev() {
            if let Ok([a, b]) = hits.get_disjoint_mut([j, i])
                && near(a, b)
            {
                (a.supported, b.supported) = (true, true);
            }
        }
    }
}

/// How many groups have a hit that passes `test` in each block of the copy. The hits come by block and group.
fn groups_by_block(hits: &[Hit], test: impl Fn(&Hit) -> bool) -> HashMap<u32, u64> {
    hits.chunk_by(|a, b| a.block() == b.block())
        .filter_map(|block| {
            let of_groups = block.chunk_by(|a, b| a.group == b.group);
            let groups = of_groups.filter(|group| group.iter().any(&test)).count() as u64;
            Some((block.first()?.block(), groups))
        })
        .collect()
}

/// The candidate of all hits of one document, given by block.
fn candidate(hits: &[Hit], groups: &HashMap<u32, u64>) -> Option<Candidate> {
    let doc = hits.first()?.doc;
    let score = hits.chunk_by(|a, b| a.block() == b.block()).map(|block| {
        let among = block.first().and_then(|hit| groups.get(&hit.block())).copied().unwrap_or(1).max(1);
        let supported = block.iter().any(|hit| hit.supported);
        WORTH / among * if supported { 2 } else { 1 }
    });
    let mut hashes: Vec<u64> = hits.iter().map(|hit| hit.hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    Some(Candidate { doc, score: score.sum(), hits: count(hits.len()), grams: count(hashes.len()) })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
