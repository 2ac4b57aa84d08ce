//! Handing statements in: one inbox file each, run at once where the desk has the log key.

use std::path::Path;

use erratum::Library;
use erratum::record::{Drained, Id, Inbox, Operator, Receipt, Record, Recovery, Submission, Time};

use crate::desk::Desk;
use crate::error::DeskError;

/// After so many new texts the index is made anew; until then they are fingerprinted on opening.
const INDEX_AFTER: usize = 256;

/// What became of a statement that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedIn {
    /// It is logged.
    Logged {
        /// Its id.
        id: Id,
        /// Its entry.
        entry: u64,
        /// When.
        logged: Time,
    },
    /// It waits in the inbox for the record's operator; maybe for something that the operator must do.
    Queued {
        /// Its id.
        id: Id,
        /// What it waits for, if that is known.
        for_what: Option<String>,
    },
}

impl Desk {
    /// Hands statements in. With the log key they are judged at once, else they wait for the operator.
    ///
    /// # Errors
    /// If one cannot be written, or the record refuses one.
    pub fn hand_in(&self, submissions: &[Submission]) -> Result<Vec<HandedIn>, DeskError> {
        let inbox = Inbox::of(self.record_place());
        for submission in submissions {
            inbox.put(submission).map_err(|error| DeskError::file(inbox.place(), error))?;
        }
        let waiting = match self.log_key() {
            Some(key) => drain(self.record_place(), key, Box::new(Time::now))?.1.waiting,
            None => Vec::new(),
        };
        submissions
            .iter()
            .map(|submission| match inbox.receipt(&submission.id()) {
                Some(Receipt::Logged { entry, logged }) => {
                    Ok(HandedIn::Logged { id: submission.id(), entry, logged })
                }
                Some(Receipt::Refused(why)) => Err(DeskError::Refused(why)),
                None => Ok(HandedIn::Queued { id: submission.id(), for_what: waiting.first().cloned() }),
            })
            .collect()
    }
}

/// Runs a record once: takes what waits in its inbox, and makes the index anew when enough has come in.
///
/// # Errors
/// If another writer is at the record, or something cannot be read or written.
pub fn drain(
    record: &Path,
    log_key: &Path,
    clock: Box<dyn FnMut() -> Time>,
) -> Result<(Recovery, Drained), DeskError> {
    let (mut operator, recovery) = Operator::open(record, log_key, clock)?;
    let drained = operator.drain()?;
    if !drained.answered.is_empty() {
        let record = Record::open(record, None)?;
        if Library::not_indexed(&record)? >= INDEX_AFTER {
            Library::rebuild(&record)?;
        }
    }
    Ok((recovery, drained))
}
