//! Recognising a leaked copy among the desk's drafts, and what of them it carries.

use std::collections::BTreeSet;

use erratum::matching::{Comparison, Finder, Forms, Relation, compare};
use erratum::record::{Id, Record, Time};

use super::committed;
use super::store::{Draft, Kept, Store};
use crate::SourceFile;
use crate::desk::Desk;
use crate::error::DeskError;

/// So many drafts are compared with a copy, the likeliest first.
const MOST_COMPARED: usize = 64;

/// A copy of a draft that got out.
#[derive(Debug, Clone)]
pub struct Leak {
    /// The file that the draft was read from.
    pub file: String,
    /// The entry of the commitment.
    pub entry: u64,
    /// When that was logged: since then the office can prove that it held what it opens.
    pub committed: Time,
    /// The paragraphs that would be opened, by their places in the draft, ascending.
    pub carried: Vec<usize>,
    /// All paragraphs of the draft.
    pub paragraphs: Vec<String>,
    /// Whether the copy differs for certain from the draft: it was altered on the way.
    pub differs: bool,
    pub(super) commitment: Id,
    pub(super) kept: Kept,
    pub(super) draft: usize,
}

impl Leak {
    /// The text that would be published.
    #[must_use]
    pub fn text(&self) -> String {
        let carried = self.carried.iter().filter_map(|index| self.paragraphs.get(*index));
        carried.cloned().collect::<Vec<_>>().join(erratum::record::BETWEEN_PARAGRAPHS)
    }

    /// Opens all paragraphs, not only those that the copy carries.
    pub fn carry_all(&mut self) {
        self.carried = (0..self.paragraphs.len()).collect();
    }
}

/// A draft that was committed to, and where.
struct Candidate {
    entry: u64,
    logged: Time,
    commitment: Id,
    kept: Kept,
    draft: usize,
    forms: Forms,
}

impl Candidate {
    fn draft(&self) -> Option<&Draft> {
        self.kept.drafts.get(self.draft).map(|kept| &kept.text)
    }
}

impl Desk {
    /// The draft that a copy comes from, and the paragraphs of it that the copy carries; the edge of a
    /// paragraph stands for all of it. Among several drafts the one with the fewest certain differences,
    /// then the one that the copy carries most of, then the one first committed to.
    ///
    /// # Errors
    /// If the copy cannot be read or carries nothing of a draft, or the draft's commitment is not logged.
    pub fn find_leak(&self, record: &Record, copy: &SourceFile) -> Result<Leak, DeskError> {
        let failed = |why: String| DeskError::file(&copy.path, why);
        let parts = copy.copy.parts().map_err(|error| failed(error.to_string()))?;
        let texts: Vec<Forms> = parts
            .iter()
            .filter_map(|part| part.text.as_ref().ok())
            .map(|text| Forms::new(&text.text))
            .collect();
        let (candidates, queued) = self.candidates(record)?;
        let found = texts.iter().flat_map(|copy| matches(copy, &candidates));
        let best = found.min_by(|(a, one), (b, other)| {
            (differences(one).cmp(&differences(other)))
                .then(other.letters.cmp(&one.letters))
                .then(a.entry.cmp(&b.entry))
        });
        match best {
            Some((candidate, comparison)) => Ok(leak(candidate, &comparison)),
            None if queued => Err(failed(
                "it carries nothing of a draft that is committed to; others wait for the record's operator"
                    .to_owned(),
            )),
            None => Err(failed("it carries nothing of a draft that this desk committed to".to_owned())),
        }
    }

    /// The drafts committed to; and whether the commitments of others are not logged yet.
    fn candidates(&self, record: &Record) -> Result<(Vec<Candidate>, bool), DeskError> {
        let (mut found, mut queued) = (Vec::new(), false);
        for (commitment, kept) in Store::of(self.place()).kept()? {
            let Some((entry, logged)) = committed(record, &commitment)? else {
                queued |= !kept.drafts.is_empty();
                continue;
            };
            for (draft, text) in kept.drafts.iter().enumerate() {
                let forms = Forms::new(&text.text.text());
                let kept = kept.clone();
                found.push(Candidate { entry, logged, commitment, kept, draft, forms });
            }
        }
        Ok((found, queued))
    }
}

/// The drafts that a copy has something in common with.
fn matches<'a>(copy: &Forms, candidates: &'a [Candidate]) -> Vec<(&'a Candidate, Comparison)> {
    let mut finder = Finder::new(None);
    for (number, candidate) in (0..).zip(candidates) {
        finder.add(number, candidate.forms.search());
    }
    // All are one office's: no part of the copy is a stock phrase for being in several of them.
    let found = finder.candidates(copy.search(), MOST_COMPARED, |_| Some(0));
    let compared = |candidate: &erratum::matching::Candidate| {
        let known = candidates.get(candidate.doc as usize)?;
        Some((known, compare(copy, &known.forms, &found.common)?))
    };
    found.list.iter().filter_map(compared).collect()
}

fn differences(comparison: &Comparison) -> usize {
    comparison.differences.iter().filter(|difference| difference.certain).count()
}

fn leak(candidate: &Candidate, comparison: &Comparison) -> Leak {
    let paragraphs = candidate.draft().map(|draft| draft.paragraphs.clone()).unwrap_or_default();
    Leak {
        file: candidate.draft().map(|draft| draft.file.clone()).unwrap_or_default(),
        entry: candidate.entry,
        committed: candidate.logged,
        carried: carried(&candidate.forms, comparison, paragraphs.len()),
        paragraphs,
        differs: differences(comparison) > 0,
        commitment: candidate.commitment,
        kept: candidate.kept.clone(),
        draft: candidate.draft,
    }
}

/// The paragraphs of a draft of which the copy has a passage, or most.
fn carried(draft: &Forms, comparison: &Comparison, all: usize) -> Vec<usize> {
    if comparison.relation == Relation::SameText {
        return (0..all).collect();
    }
    let holding = |passage: &usize| {
        let at = draft.passages().get(*passage)?.start;
        draft.paragraphs().iter().position(|paragraph| paragraph.contains(&at))
    };
    let touched = comparison.passages.iter().filter_map(holding);
    let found: BTreeSet<usize> = touched.chain(comparison.paragraphs.iter().copied()).collect();
    found.into_iter().filter(|index| *index < all).collect()
}
