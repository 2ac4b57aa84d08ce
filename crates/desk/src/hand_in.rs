//! Handing statements in: one inbox file each, run at once where the desk has the log key.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use erratum::record::{
    Drained, Id, Inbox, Operator, Receipt, Record, Recovery, Submission, Time, Waiting,
};
use erratum::{Library, check_statement};

use crate::desk::Desk;
use crate::error::DeskError;

/// After so many new texts the index is made anew; until then they are fingerprinted on opening.
const INDEX_AFTER: usize = 256;
/// How long to wait for another writer, which may answer in our place.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long between two looks at the lock and the receipts.
const PAUSE: Duration = Duration::from_millis(50);

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
    /// Hands statements in. With the log key they are judged at once, else they wait for the operator; and
    /// so they do where another writer is at the record for long.
    ///
    /// # Errors
    /// If one cannot be written, or the record refuses one.
    pub fn hand_in(&self, submissions: &[Submission]) -> Result<Vec<HandedIn>, DeskError> {
        let inbox = Inbox::of(self.record_place());
        for submission in submissions {
            inbox.put(submission).map_err(|error| DeskError::file(inbox.place(), error))?;
        }
        let waiting = match self.log_key() {
            Some(key) => self.run_patiently(key, &inbox, submissions)?,
            None => Vec::new(),
        };
        // What waits of others is not this office's business.
        let own = waiting.into_iter().find(|waiting| waiting.key == self.key());
        let for_what = own.map(|waiting| waiting.why);
        submissions
            .iter()
            .map(|submission| match inbox.receipt(&submission.id()) {
                Some(Receipt::Logged { entry, logged }) => {
                    Ok(HandedIn::Logged { id: submission.id(), entry, logged })
                }
                Some(Receipt::Refused(why)) => Err(DeskError::Refused(why)),
                None => Ok(HandedIn::Queued { id: submission.id(), for_what: for_what.clone() }),
            })
            .collect()
    }

    /// Runs the record, or lets the writer that is at it run it; says whose keys wait, where known.
    fn run_patiently(
        &self,
        key: &Path,
        inbox: &Inbox,
        submissions: &[Submission],
    ) -> Result<Vec<Waiting>, DeskError> {
        let start = Instant::now();
        loop {
            match drain(self.record_place(), key, Box::new(Time::now)) {
                Err(DeskError::Operator(error)) if error.is_busy() => {}
                done => return Ok(done?.1.waiting),
            }
            let answered = submissions.iter().all(|one| inbox.receipt(&one.id()).is_some());
            if answered || start.elapsed() >= PATIENCE {
                return Ok(Vec::new());
            }
            thread::sleep(PAUSE);
        }
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
    let (mut operator, recovery) = Operator::open(record, log_key, clock, Box::new(check_statement))?;
    let drained = operator.drain()?;
    if !drained.answered.is_empty() {
        let record = Record::open(record, None)?;
        if Library::not_indexed(&record)? >= INDEX_AFTER {
            Library::rebuild(&record)?;
        }
    }
    Ok((recovery, drained))
}
