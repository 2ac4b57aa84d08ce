//! Commitments to private drafts, and who may open them.
//!
//! Whether a text opens a commitment is asked where texts are known: [`check_opening`](crate::check_opening).

use std::sync::Arc;

use crate::atoms::{Id, Name, Time};
use crate::log::LogError;
use crate::statement::{Commitment, FirstWord};

use super::judge::{Verdict, refuse};
use super::{RefusalKind as Kind, Registered, State};

/// A commitment at its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Its entry.
    pub entry: u64,
    /// When it was logged: by then the office held what it opens of it.
    pub logged: Time,
    /// What it says.
    pub commitment: Commitment,
}

impl Registered {
    /// For an opened draft, the id of the commitment that it opens.
    #[must_use]
    pub fn opens(&self) -> Option<&Id> {
        match &self.document.word {
            FirstWord::Draft { commitment, .. } => Some(commitment),
            _ => None,
        }
    }
}

impl State {
    /// The commitment with this id.
    ///
    /// # Errors
    /// If the fact cannot be read.
    pub fn commitment(&self, id: &Id) -> Result<Option<Arc<Committed>>, LogError> {
        self.commitments.get(&id.to_string(), &self.map, self.origin())
    }

    /// The commitment that a document opens; none if it is no opened draft.
    ///
    /// # Errors
    /// If the fact cannot be read.
    pub fn commitment_of(&self, document: &Registered) -> Result<Option<Arc<Committed>>, LogError> {
        document.opens().map_or(Ok(None), |id| self.commitment(id))
    }

    /// Whether the document of this entry is an opened draft with this text.
    pub(super) fn is_opening(&self, comparison: &Id, entry: u64) -> Result<bool, LogError> {
        let same = |known: &Arc<Registered>| known.entry == entry && known.opens().is_some();
        Ok(self.with_text(comparison)?.iter().any(same))
    }

    pub(super) fn judge_commitment(&self, native: bool) -> Verdict {
        match native {
            true => Ok(()),
            false => refuse(Kind::Unfit, "a commitment counts only in the record it was made for"),
        }
    }

    pub(super) fn judge_opening(&self, speaker: &Name, commitment: &Id, native: bool) -> Verdict {
        if !native {
            return refuse(Kind::Unfit, "an opening counts only in the record it was made for");
        }
        match self.commitment(commitment)? {
            None => {
                refuse(Kind::Unknown, format!("this record holds no commitment {}", commitment.short()))
            }
            Some(known) if known.commitment.speaker != *speaker => refuse(
                Kind::NotYours,
                format!(
                    "the commitment at entry {} is one of {}, and nobody else opens it",
                    known.entry, known.commitment.speaker
                ),
            ),
            Some(_) => Ok(()),
        }
    }

    pub(super) fn apply_commitment(
        &mut self,
        id: Id,
        entry: u64,
        logged: Time,
        commitment: Commitment,
    ) -> Result<(), LogError> {
        let committed = Committed { entry, logged, commitment };
        let Self { commitments, map, origin, .. } = self;
        commitments.change(&id.to_string(), map, origin.as_ref(), || committed, |_| {})
    }
}
