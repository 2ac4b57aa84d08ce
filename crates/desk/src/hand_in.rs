//! Handing statements in: one inbox file each, run at once where the desk has the log key.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use erratum::record::{
    Clock, Drained, Id, Inbox, Operator, Receipt, Record, Recovery, Submission, Time, Waiting,
};
use erratum::{Library, check_statement};

use crate::approve::Progress;
use crate::desk::Desk;
use crate::error::DeskError;
use crate::pending::Pending;

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
    /// It has too few signatures and waits in this desk.
    Pending {
        /// Its id.
        id: Id,
        /// The file to hand to the next who signs.
        file: PathBuf,
        /// How far it is.
        progress: Progress,
    },
}

impl Desk {
    /// Hands statements in. With the log key they are judged at once, else they wait for the operator; and
    /// so they do where another writer is at the record for long. Where one has too few signatures, all of
    /// them wait in the desk.
    ///
    /// # Errors
    /// If one cannot be written, or the record refuses one.
    pub fn hand_in(&self, submissions: &[Submission]) -> Result<Vec<HandedIn>, DeskError> {
        if let Some(pending) = self.too_few(submissions)? {
            return Ok(vec![pending]);
        }
        let inbox = Inbox::of(self.record_place());
        for submission in submissions {
            inbox.put(submission).map_err(|error| DeskError::file(inbox.place(), error))?;
        }
        let waiting = match self.log_key() {
            Some(key) => self.run_patiently(key, &inbox, submissions)?,
            None => Vec::new(),
        };
        // What waits of others is not this office's business.
        let own =
            waiting.into_iter().find(|waiting| self.held_keys().any(|(key, _)| *key == waiting.key));
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

    /// Keeps statements in the desk where one has too few signatures.
    fn too_few(&self, submissions: &[Submission]) -> Result<Option<HandedIn>, DeskError> {
        // A desk in memory has no place for them.
        if submissions.is_empty() || self.place().as_os_str().is_empty() {
            return Ok(None);
        }
        let pending = Pending::new(submissions)?;
        let progress = Progress::of(&self.record()?, &pending)?;
        if progress.enough {
            return Ok(None);
        }
        let file = self.keep_pending(&pending)?;
        Ok(Some(HandedIn::Pending { id: pending.id(), file, progress }))
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
            match drain(self.record_place(), key, Box::new(Time::now), Epochs::OnNews) {
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

/// When an epoch is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Epochs {
    /// When one is due: at once after a warning, else at most every 10 seconds, and each hour.
    WhenDue,
    /// Whenever something was logged since the last.
    OnNews,
}

/// Runs a record once: takes what waits in its inbox, and commits to what that gives ([`commit`]).
///
/// # Errors
/// If another writer is at the record, or something cannot be read or written.
pub fn drain(
    record: &Path,
    log_key: &Path,
    clock: Clock,
    epochs: Epochs,
) -> Result<(Recovery, Drained), DeskError> {
    let (mut operator, recovery) = Operator::open(record, log_key, clock, Box::new(check_statement))?;
    let drained = operator.drain()?;
    commit(&mut operator, record, epochs)?;
    Ok((recovery, drained))
}

/// Makes the index anew where that is due, and then an epoch, which commits to it; returns the entry of the
/// epoch, if one was made.
///
/// # Errors
/// If something cannot be read or written.
pub fn commit(operator: &mut Operator, record: &Path, epochs: Epochs) -> Result<Option<u64>, DeskError> {
    let due = operator.epoch_is_due();
    let news = epochs == Epochs::OnNews && operator.has_news();
    let before = operator.state().manifest();
    // Nothing is read anew where nothing can have changed.
    if !operator.has_news() && !due && !Library::is_uncommitted(record, before) {
        return Ok(None);
    }
    let opened = Record::open(record, None)?;
    if Library::index_is_due(&opened)? {
        Library::rebuild(&opened)?;
    }
    if due || news || Library::is_uncommitted(record, before) {
        return Ok(Some(operator.epoch()?));
    }
    Ok(None)
}
