//! The operator: who holds the log key judges what comes in, appends it and answers.
//!
//! Judging is the same forward pass that readers run, so nothing is appended that they would find void.

mod drain;
mod epoch;
mod error;
mod judging;
mod making;
mod pipeline;
mod prepare;
mod proving;
mod quota;

use std::fs;
use std::path::{Path, PathBuf};

use crate::atoms::{Name, Origin, Time, Version};
use crate::blob::Blob;
use crate::entry::Entry;
use crate::inbox::{Inbox, Receipt, Submission};
use crate::log::{Log, LogError, Recovery, Writer};
use crate::note::VerifierKey;
use crate::record::Record;
use crate::state::State;
use crate::statement::{Body, MOST_A_DAY, RecordBody, Statement};
use crate::suffixes::Suffixes;
pub use drain::{Drained, Waiting};
pub use error::OperatorError;
use judging::{Answer, Whose};
pub use proving::Wanted;
use quota::Quota;

/// What the operator asks of a statement and its blobs beyond the forward pass, such as that the digests of
/// a text's forms are those of the text: this room does not know texts. An error says what is wrong.
pub type Check = Box<dyn Fn(&Statement, &[Blob]) -> Result<(), String> + Send + Sync>;

/// What says the time.
pub type Clock = Box<dyn FnMut() -> Time + Send>;

/// The writer of a record, with the state that its statements are judged by.
pub struct Operator {
    writer: Writer,
    place: PathBuf,
    state: State,
    clock: Clock,
    check: Check,
    /// What was taken of each name today, where the record is open.
    quota: Quota,
    /// Whether a warning was logged since the latest epoch.
    warned: bool,
    /// The map that is being made of what changed.
    making: Option<making::Making>,
    /// How many maps were made for the next epoch.
    rounds: u32,
    /// Whether the state may be ahead of the log, because an append failed in the middle.
    broken: bool,
}

impl Drop for Operator {
    fn drop(&mut self) {
        // Whoever opens the record next writes into the same folder.
        if let Some(making) = self.making.take() {
            let _ = making.join();
        }
    }
}

impl Operator {
    /// Begins a record in the folder `place` with the log key in `key_file`, whose name is the origin.
    /// Entry 0 names the key and the suffix list.
    ///
    /// # Errors
    /// If the folder is not empty, the key has signed a log already, or something cannot be written.
    pub fn create(
        place: &Path,
        key_file: &Path,
        suffixes: (&str, &str),
        clock: Clock,
        check: Check,
    ) -> Result<Self, OperatorError> {
        Self::create_open(place, key_file, suffixes, None, (clock, check))
    }

    /// As [`Operator::create`], a record that takes any name that proves itself, and of each `quota`
    /// statements a UTC day.
    ///
    /// # Errors
    /// As [`Operator::create`]; and if the quota is not 1 to 1,000,000.
    pub fn create_open(
        place: &Path,
        key_file: &Path,
        suffixes: (&str, &str),
        quota: Option<u64>,
        (clock, check): (Clock, Check),
    ) -> Result<Self, OperatorError> {
        let (version, list) = suffixes;
        if quota.is_some_and(|quota| !(1..=MOST_A_DAY).contains(&quota)) {
            let why = format!("a quota is from 1 to {MOST_A_DAY} statements a day");
            return Err(OperatorError::Refused(why));
        }
        let version: Version = version.parse().map_err(|e| OperatorError::Refused(format!("{e}")))?;
        if !Suffixes::new(list).is_list() {
            return Err(OperatorError::Refused("not a public suffix list".to_owned()));
        }
        let writer = Writer::create(place, key_file)?;
        let state = State::default();
        let place = place.to_owned();
        let mut operator = Self::with(writer, place, state, clock, check);
        // A public list hides nothing: everybody shall know its digest.
        let blob = Blob::new([0; 32], list.as_bytes().to_vec());
        let body = RecordBody {
            log_key: Some(operator.writer.key().verifier()),
            suffixes: Some((version, blob.reference())),
            open: quota,
            ..RecordBody::default()
        };
        operator.say(body, &blob.stored())?;
        let inbox = operator.inbox();
        inbox.create().map_err(|error| OperatorError::Inbox(inbox.place().to_owned(), error))?;
        Ok(operator)
    }

    /// Opens the record in the folder `place`; finishes an append that was interrupted, and says so.
    ///
    /// # Errors
    /// If another writer is at it, the folder and the writer's files contradict each other, the record
    /// cannot be read, or the key lies in the record's folder.
    pub fn open(
        place: &Path,
        key_file: &Path,
        clock: Clock,
        check: Check,
    ) -> Result<(Self, Recovery), OperatorError> {
        check_apart(place, key_file)?;
        let (writer, recovery) = Writer::open(place, key_file)?;
        let key = writer.key().verifier();
        let record = Record::open(place, Some(&key)).map_err(OperatorError::Record)?;
        let mut state = record.into_state();
        state.trust_map();
        let place = place.to_owned();
        let mut operator = Self::with(writer, place, state, clock, check);
        operator.warned = operator.has_warned()?;
        // The blobs of what was withheld last may not have come to be removed.
        let withheld = operator.state.newly_withheld().to_vec();
        operator.writer.withhold(&withheld)?;
        Ok((operator, recovery))
    }

    fn with(writer: Writer, place: PathBuf, state: State, clock: Clock, check: Check) -> Self {
        let (warned, making, rounds, broken) = (false, None, 0, false);
        let quota = Quota::default();
        Self { writer, place, state, clock, check, quota, warned, making, rounds, broken }
    }

    /// The state that the next statement is judged by.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The log as it is after the last append, with the checkpoint that is published.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn log(&self) -> Result<Log, LogError> {
        self.writer.log()
    }

    /// The public half of the log key.
    #[must_use]
    pub fn log_key(&self) -> VerifierKey {
        self.writer.key().verifier()
    }

    /// Publishes the last checkpoint with the cosignatures of witnesses.
    ///
    /// # Errors
    /// If it is not the last checkpoint, or cannot be written.
    pub fn cosign(&mut self, checkpoint: Vec<u8>) -> Result<(), LogError> {
        self.writer.cosign(checkpoint)
    }

    /// The record's inbox.
    #[must_use]
    pub fn inbox(&self) -> Inbox {
        Inbox::of(&self.place)
    }

    /// Admits a key for a name, and returns the entry that says so.
    ///
    /// # Errors
    /// If it is admitted already, is not named after the name, or cannot be appended.
    pub fn admit(&mut self, name: &Name, key: &VerifierKey) -> Result<u64, OperatorError> {
        if self.state.admits(name, key)? {
            return Err(OperatorError::Refused(format!("{name} is already admitted with this key")));
        }
        let admit = vec![(name.clone(), key.clone())];
        self.say(RecordBody { admit, ..RecordBody::default() }, &[])
    }

    /// Withholds the blobs of these entries, ascending: logs a tombstone with the reason, sealed under
    /// `salt`, and removes them. The statements stay. Returns the entry of the tombstone; where all are
    /// withheld already, that of the first, whose reason stays.
    ///
    /// # Errors
    /// If one is not there or is the operator's own; or if something cannot be written.
    pub fn withhold(
        &mut self,
        entries: &[u64],
        reason: &str,
        salt: [u8; 32],
    ) -> Result<u64, OperatorError> {
        let log = self.writer.log()?;
        for index in entries {
            let refused = |why: &str| OperatorError::Refused(format!("entry {index}: {why}"));
            if *index >= log.size() {
                return Err(refused("it is not there"));
            }
            let entry = Entry::parse(&log.entries(*index..index + 1)?.concat());
            match entry.map(|entry| entry.statement) {
                Ok(Statement { body: Body::Record(_), .. }) => {
                    return Err(refused("the operator's own statements are not withheld"));
                }
                Ok(statement) if statement.blobs().is_empty() => {
                    return Err(refused("it has nothing that could be withheld"));
                }
                _ => {}
            }
        }
        let blob = Blob::new(salt, reason.as_bytes().to_vec());
        let (withhold, reason) = (entries.to_vec(), Some(blob.reference()));
        let body = RecordBody { withhold, reason, ..RecordBody::default() };
        let entry = self.say(body, &blob.stored())?;
        self.writer.withhold(entries)?;
        Ok(entry)
    }

    /// Says something of the operator's own.
    fn say(&mut self, body: RecordBody, blobs: &[u8]) -> Result<u64, OperatorError> {
        let refused = |why: String| OperatorError::Refused(why);
        let name = self.writer.key().verifier().name().to_owned();
        let record: Origin = name.parse().map_err(|error| refused(format!("{error}")))?;
        let statement = Statement { record, body: Body::Record(body) };
        // What is said must read back as it was meant: a key not named after its name does not.
        Statement::parse(&statement.text()).map_err(|error| refused(error.to_string()))?;
        let note = self.writer.key().sign(&statement.text()).map_err(|e| refused(e.to_string()))?;
        let submission = Submission { note, blobs: blobs.to_vec() };
        match self.answer_all(&[&submission], Whose::Own)?.pop().map(Answer::into_receipt) {
            Some(Receipt::Logged { entry, .. }) => Ok(entry),
            Some(Receipt::Refused(why)) => Err(refused(why)),
            None => Err(refused("no answer".to_owned())),
        }
    }

    /// Judges submissions in order and appends the valid ones together. One already logged gets its old
    /// receipt. When this returns, what the receipts call logged is durable and published.
    ///
    /// # Errors
    /// If the log cannot be written; then nobody has been answered and the operator must be opened again.
    pub fn submit(&mut self, submissions: &[Submission]) -> Result<Vec<Receipt>, OperatorError> {
        let all: Vec<&Submission> = submissions.iter().collect();
        Ok(self.answer_all(&all, Whose::Offices)?.into_iter().map(Answer::into_receipt).collect())
    }
}

/// The record's folder is public; the key must lie elsewhere, by whatever path it is reached.
fn check_apart(place: &Path, key_file: &Path) -> Result<(), OperatorError> {
    let (Ok(folder), Ok(key)) = (fs::canonicalize(place), fs::canonicalize(key_file)) else {
        // What is not there is reported by whoever opens it.
        return Ok(());
    };
    if !key.starts_with(folder) {
        return Ok(());
    }
    let key = key_file.display();
    Err(OperatorError::Refused(format!(
        "{key}: the log key may not lie in the record's folder, which is public"
    )))
}

#[cfg(test)]
mod epoch_tests;
#[cfg(test)]
mod proving_tests;
#[cfg(test)]
mod tests;
