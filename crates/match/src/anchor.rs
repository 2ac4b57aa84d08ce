//! Runs that two search forms have in common: every gram of the copy that stands anywhere in the
//! document, extended both ways as far as the forms agree. Time and memory are bounded whatever the
//! texts are; where a bound bites, runs that stand late in the copy are missing.

use std::collections::HashMap;

use crate::gram::grams;

/// Places of one gram in the document that are tried.
const PLACES: usize = 8;
/// A copy's grams inside a run of this many bytes are not tried again.
const LONG: u32 = 64;
/// The most runs.
const MOST_RUNS: usize = 20_000;
/// The most bytes compared while extending, beyond those that the runs keep.
const MOST_STEPS: usize = 1 << 26;
/// Bits of the filter that most grams of a copy stop at.
const FILTER_BITS: usize = 1 << 18;

/// A run that stands in both search forms: byte offsets and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run {
    pub(crate) copy: u32,
    pub(crate) document: u32,
    pub(crate) len: u32,
}

impl Run {
    pub(crate) fn copy_end(&self) -> u32 {
        self.copy.saturating_add(self.len)
    }

    pub(crate) fn document_end(&self) -> u32 {
        self.document.saturating_add(self.len)
    }

    pub(crate) fn diagonal(&self) -> i64 {
        i64::from(self.copy) - i64::from(self.document)
    }
}

/// The runs of at least one gram that `copy` and `document` share, in order of their place in the copy.
pub(crate) fn runs(copy: &str, document: &str) -> Vec<Run> {
    let index = Index::new(document);
    let mut finder = RunFinder {
        copy: copy.as_bytes(),
        document: document.as_bytes(),
        runs: Vec::new(),
        ends: HashMap::new(),
        covered: 0,
        steps: 0,
    };
    for gram in grams(copy) {
        if gram.end <= finder.covered {
            continue;
        }
        for &(_, at) in index.places(gram.hash) {
            finder.try_place(gram.start, at, gram.end - gram.start);
        }
        if finder.runs.len() >= MOST_RUNS || finder.steps >= MOST_STEPS {
            break;
        }
    }
    finder.runs.sort_unstable();
    finder.runs
}

/// The grams of a text by hash.
struct Index {
    grams: Vec<(u64, u32)>,
    filter: Vec<u64>,
}

impl Index {
    fn new(form: &str) -> Self {
        let mut all: Vec<(u64, u32)> = grams(form).map(|gram| (gram.hash, gram.start)).collect();
        all.sort_unstable();
        let mut filter = vec![0_u64; FILTER_BITS / 64];
        for &(hash, _) in &all {
            if let Some(word) = filter.get_mut(hash as usize % FILTER_BITS / 64) {
                *word |= 1 << (hash % 64);
            }
        }
        Self { grams: all, filter }
    }

    /// The first places of a gram.
    fn places(&self, hash: u64) -> &[(u64, u32)] {
        let word = self.filter.get(hash as usize % FILTER_BITS / 64).copied().unwrap_or(0);
        if word & (1 << (hash % 64)) == 0 {
            return &[];
        }
        let start = self.grams.partition_point(|&(h, _)| h < hash);
        let rest = self.grams.get(start..).unwrap_or_default();
        let end = rest.iter().take(PLACES).take_while(|&&(h, _)| h == hash).count();
        rest.get(..end).unwrap_or_default()
    }
}

struct RunFinder<'a> {
    copy: &'a [u8],
    document: &'a [u8],
    runs: Vec<Run>,
    /// For each diagonal, where its last run ends in the copy.
    ends: HashMap<i64, u32>,
    /// Where the furthest long run ends in the copy.
    covered: u32,
    steps: usize,
}

impl RunFinder<'_> {
    fn try_place(&mut self, copy: u32, document: u32, len: u32) {
        let diagonal = i64::from(copy) - i64::from(document);
        if self.ends.get(&diagonal).is_some_and(|&end| copy < end) || self.runs.len() >= MOST_RUNS {
            return;
        }
        let (c, d) = (copy as usize, document as usize);
        let (Some(left), Some(right)) = (
            self.copy.get(..c).zip(self.document.get(..d)),
            self.copy.get(c..).zip(self.document.get(d..)),
        ) else {
            return;
        };
        let before = left.0.iter().rev().zip(left.1.iter().rev()).take_while(|(a, b)| a == b).count();
        let after = right.0.iter().zip(right.1).take_while(|(a, b)| a == b).count();
        self.steps += before + after;
        if after < len as usize {
            return; // two grams of one hash
        }
        let before = before.try_into().unwrap_or(u32::MAX);
        let len = after.try_into().unwrap_or(u32::MAX).saturating_add(before);
        let run = Run { copy: copy - before, document: document - before, len };
        self.ends.insert(diagonal, run.copy_end());
        if len >= LONG {
            self.covered = self.covered.max(run.copy_end());
        }
        self.runs.push(run);
    }
}
