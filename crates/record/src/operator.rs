//! The operator: who holds the log key judges what comes in, appends it and answers.
//!
//! Judging is the same forward pass that readers run, so nothing is appended that they would find void.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::atoms::{Name, Origin, Time, Version};
use crate::blob::{Blob, split_blobs};
use crate::entry::Entry;
use crate::inbox::{Inbox, Receipt, Submission};
use crate::log::{LogError, LogErrorKind, NewEntry, Recovery, Writer};
use crate::note::{Signed, VerifierKey};
use crate::record::{Record, RecordError};
use crate::state::{Placed, RefusalKind, State};
use crate::statement::{Body, RecordBody, Statement};
use crate::suffixes::Suffixes;

/// The writer of a record, with the state that its statements are judged by.
pub struct Operator {
    writer: Writer,
    place: PathBuf,
    state: State,
    clock: Box<dyn FnMut() -> Time>,
}

/// What happened to the submissions of an inbox.
#[derive(Debug, Default)]
pub struct Drained {
    /// Those answered, each with its file and receipt, in order.
    pub answered: Vec<(PathBuf, Receipt)>,
    /// Those that stay, because their key is not admitted: how to admit it.
    pub waiting: Vec<String>,
}

/// Why the operator cannot go on.
#[derive(Debug)]
pub enum OperatorError {
    /// The log.
    Log(LogError),
    /// The record.
    Record(RecordError),
    /// The inbox.
    Inbox(PathBuf, io::Error),
    /// A statement of the operator's own is refused.
    Refused(String),
}

impl fmt::Display for OperatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(error) => error.fmt(f),
            Self::Record(error) => error.fmt(f),
            Self::Inbox(place, error) => write!(f, "inbox {}: {error}", place.display()),
            Self::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

impl std::error::Error for OperatorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Log(error) => Some(error),
            Self::Record(error) => Some(error),
            Self::Inbox(_, error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

impl From<LogError> for OperatorError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl Operator {
    /// Begins a record in the folder `place` with the log key in `key_file`, whose name is the origin.
    /// Entry 0 names the key and the suffix list, which is sealed under `salt`.
    ///
    /// # Errors
    /// If the folder is not empty, the key has signed a log already, or something cannot be written.
    pub fn create(
        place: &Path,
        key_file: &Path,
        suffixes: (&str, &str),
        salt: [u8; 32],
        clock: Box<dyn FnMut() -> Time>,
    ) -> Result<Self, OperatorError> {
        let (version, list) = suffixes;
        let version: Version = version.parse().map_err(|e| OperatorError::Refused(format!("{e}")))?;
        if !Suffixes::new(list).is_list() {
            return Err(OperatorError::Refused("not a public suffix list".to_owned()));
        }
        let writer = Writer::create(place, key_file)?;
        let mut operator = Self { writer, place: place.to_owned(), state: State::default(), clock };
        let blob = Blob::new(salt, list.as_bytes().to_vec());
        let body = RecordBody {
            log_key: Some(operator.writer.key().verifier()),
            suffixes: Some((version, blob.reference())),
            admit: Vec::new(),
        };
        operator.say(body, &blob.stored())?;
        let inbox = operator.inbox();
        inbox.create().map_err(|error| OperatorError::Inbox(inbox.place().to_owned(), error))?;
        Ok(operator)
    }

    /// Opens the record in the folder `place`; finishes an append that was interrupted, and says so.
    ///
    /// # Errors
    /// If another writer is at it, the folder and the writer's files contradict each other, or the record
    /// cannot be read.
    pub fn open(
        place: &Path,
        key_file: &Path,
        clock: Box<dyn FnMut() -> Time>,
    ) -> Result<(Self, Recovery), OperatorError> {
        let (writer, recovery) = Writer::open(place, key_file)?;
        let key = writer.key().verifier();
        let record = Record::open(place, Some(&key)).map_err(OperatorError::Record)?;
        let state = record.state().clone();
        Ok((Self { writer, place: place.to_owned(), state, clock }, recovery))
    }

    /// The state that the next statement is judged by.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
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
        if self.state.admits(name, key) {
            return Err(OperatorError::Refused(format!("{name} is already admitted with this key")));
        }
        let admit = vec![(name.clone(), key.clone())];
        self.say(RecordBody { log_key: None, suffixes: None, admit }, &[])
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
        match self.submit(&[submission])?.pop() {
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
        Ok(self.answer_all(submissions)?.into_iter().map(Answer::into_receipt).collect())
    }

    fn answer_all(&mut self, submissions: &[Submission]) -> Result<Vec<Answer>, OperatorError> {
        let first = self.writer.checkpoint().size();
        let mut batch = Vec::new();
        let mut answers = Vec::new();
        for submission in submissions {
            let index = first + batch.len() as u64;
            answers.push(match self.take(index, submission) {
                Ok(entry) => {
                    let logged = entry.logged;
                    let blobs = Some(submission.blobs.clone()).filter(|blobs| !blobs.is_empty());
                    batch.push(NewEntry { entry: entry.bytes(), blobs });
                    Answer::Receipt(Receipt::Logged { entry: index, logged })
                }
                Err(answer) => answer,
            });
        }
        self.writer.append(&batch)?;
        Ok(answers)
    }

    /// Judges one submission and, if it is valid, takes it into the state.
    fn take(&mut self, index: u64, submission: &Submission) -> Result<Entry, Answer> {
        let refused = |why: String| Answer::Receipt(Receipt::Refused(why));
        let note = submission.note.clone();
        let statement = Statement::parse(note.text()).map_err(|error| refused(error.to_string()))?;
        let blobs =
            split_blobs(&statement, &submission.blobs).map_err(|error| refused(error.to_string()))?;
        let suffixes = match &statement.body {
            Body::Record(body) if body.suffixes.is_some() => {
                blobs.first().map(|blob| Suffixes::new(blob.text())).filter(Suffixes::is_list)
            }
            _ => None,
        };
        if let Some(entry) = self.state.entry_of(&statement.id()) {
            return Err(Answer::Receipt(self.old_receipt(entry)));
        }
        let logged = (self.clock)().max(self.state.last_time());
        let placed = Placed { entry: index, logged, statement: statement.clone(), suffixes };
        let signed = |key: &VerifierKey| -> Signed { note.signed_by(key) };
        self.state.judge(&placed, &signed).map_err(|refusal| match refusal.kind() {
            RefusalKind::NotAdmitted => Answer::NotAdmitted(refusal.to_string()),
            RefusalKind::Unknown | RefusalKind::NoKeys => Answer::Early(refusal.to_string()),
            _ => refused(refusal.to_string()),
        })?;
        self.state.push(placed, &signed).map_err(|refusal| refused(refusal.to_string()))?;
        Ok(Entry { logged, note, statement })
    }

    /// The receipt that a statement got when it was first logged.
    fn old_receipt(&self, entry: u64) -> Receipt {
        let logged = self.writer.log().and_then(|log| log.entries(entry..entry + 1)).ok();
        let logged =
            logged.and_then(|bytes| Entry::parse(&bytes.concat()).ok()).map(|entry| entry.logged);
        match logged {
            Some(logged) => Receipt::Logged { entry, logged },
            None => Receipt::Refused(format!("already logged at entry {entry}")),
        }
    }

    /// Takes what waits in the inbox, until nothing more can be taken. What names something that is not
    /// there yet is tried again after the others: they may be handed in at one instant.
    ///
    /// # Errors
    /// If the inbox or the log cannot be read or written.
    pub fn drain(&mut self) -> Result<Drained, OperatorError> {
        let inbox = self.inbox();
        let broken = |error| OperatorError::Inbox(inbox.place().to_owned(), error);
        let mut drained = Drained::default();
        let mut left = inbox.waiting().map_err(broken)?;
        loop {
            let mut early = Vec::new();
            let mut offices = BTreeSet::new();
            let mut progress = false;
            drained.waiting.clear();
            for (path, read) in left {
                let answer = match &read {
                    Ok(submission) => self.answer_all(std::slice::from_ref(submission))?.pop(),
                    Err(why) => Some(Answer::Receipt(Receipt::Refused(why.clone()))),
                };
                match answer {
                    Some(Answer::Receipt(receipt)) => {
                        inbox.answer(&path, &receipt).map_err(broken)?;
                        progress |= matches!(receipt, Receipt::Logged { .. });
                        drained.answered.push((path, receipt));
                    }
                    Some(Answer::NotAdmitted(why)) => {
                        offices.extend(read.as_ref().ok().and_then(speaker));
                        drained.waiting.push(why);
                        early.push((path, read, None));
                    }
                    Some(Answer::Early(why)) => early.push((path, read, Some(why))),
                    None => {}
                }
            }
            if !progress || early.is_empty() {
                // What is still too early waits only with the keys of its own office.
                for (path, read, why) in early {
                    let Some(why) = why else { continue };
                    if read.ok().as_ref().and_then(speaker).is_some_and(|name| offices.contains(&name)) {
                        continue;
                    }
                    let receipt = Receipt::Refused(why);
                    inbox.answer(&path, &receipt).map_err(broken)?;
                    drained.answered.push((path, receipt));
                }
                return Ok(drained);
            }
            left = early.into_iter().map(|(path, read, _)| (path, read)).collect();
        }
    }
}

/// Whose statement a submission is.
fn speaker(submission: &Submission) -> Option<Name> {
    Statement::parse(submission.note.text()).ok()?.speaker().cloned()
}

/// What becomes of a submission.
enum Answer {
    Receipt(Receipt),
    /// It stays in the inbox: nothing is wrong with it once its key is admitted.
    NotAdmitted(String),
    /// It names an office or document that is not there, and perhaps not there yet.
    Early(String),
}

impl Answer {
    fn into_receipt(self) -> Receipt {
        match self {
            Self::Receipt(receipt) => receipt,
            Self::NotAdmitted(why) | Self::Early(why) => Receipt::Refused(why),
        }
    }
}

impl OperatorError {
    /// Whether another writer is at the record.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Log(error) if error.kind() == LogErrorKind::Busy)
    }
}
