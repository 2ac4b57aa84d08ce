//! The operator: who holds the log key judges what comes in, appends it and answers.
//!
//! Judging is the same forward pass that readers run, so nothing is appended that they would find void.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::atoms::{Name, Origin, Time, Version};
use crate::blob::{Blob, split_blobs};
use crate::entry::Entry;
use crate::inbox::{Inbox, Receipt, Submission, Unread};
use crate::log::{LogError, LogErrorKind, NewEntry, Recovery, Writer};
use crate::note::{Signed, VerifierKey};
use crate::record::{Record, RecordError};
use crate::state::{Placed, RefusalKind, State};
use crate::statement::{Body, RecordBody, Statement};
use crate::suffixes::Suffixes;

/// What the operator asks of a statement and its blobs beyond the forward pass, such as that the digests of
/// a text's forms are those of the text: this room does not know texts. An error says what is wrong.
pub type Check = Box<dyn Fn(&Statement, &[Blob]) -> Result<(), String>>;

/// The writer of a record, with the state that its statements are judged by.
pub struct Operator {
    writer: Writer,
    place: PathBuf,
    state: State,
    clock: Box<dyn FnMut() -> Time>,
    check: Check,
}

/// What happened to the submissions of an inbox.
#[derive(Debug, Default)]
pub struct Drained {
    /// Those answered, each with its file and receipt, in order.
    pub answered: Vec<(PathBuf, Receipt)>,
    /// Those that stay, because their key is not admitted.
    pub waiting: Vec<Waiting>,
    /// Files that are no submissions, or could not be read or answered, and why. What is no submission is
    /// put aside and gets no receipt; the others stay.
    pub rejected: Vec<(PathBuf, String)>,
}

/// A `keys` statement that waits for its key to be admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The key.
    pub key: VerifierKey,
    /// What the operator must do.
    pub why: String,
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
        check: Check,
    ) -> Result<Self, OperatorError> {
        let (version, list) = suffixes;
        let version: Version = version.parse().map_err(|e| OperatorError::Refused(format!("{e}")))?;
        if !Suffixes::new(list).is_list() {
            return Err(OperatorError::Refused("not a public suffix list".to_owned()));
        }
        let writer = Writer::create(place, key_file)?;
        let state = State::default();
        let mut operator = Self { writer, place: place.to_owned(), state, clock, check };
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
    /// If another writer is at it, the folder and the writer's files contradict each other, the record
    /// cannot be read, or the key lies in the record's folder.
    pub fn open(
        place: &Path,
        key_file: &Path,
        clock: Box<dyn FnMut() -> Time>,
        check: Check,
    ) -> Result<(Self, Recovery), OperatorError> {
        check_apart(place, key_file)?;
        let (writer, recovery) = Writer::open(place, key_file)?;
        let key = writer.key().verifier();
        let record = Record::open(place, Some(&key)).map_err(OperatorError::Record)?;
        let state = record.state().clone();
        Ok((Self { writer, place: place.to_owned(), state, clock, check }, recovery))
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
        // Before its blobs are read: what is logged stays so, whatever comes with it this time.
        if let Some(entry) = self.state.entry_of(&statement.id()) {
            return Err(Answer::Receipt(self.old_receipt(entry)));
        }
        let blobs =
            split_blobs(&statement, &submission.blobs).map_err(|error| refused(error.to_string()))?;
        let suffixes = match &statement.body {
            Body::Record(body) if body.suffixes.is_some() => {
                blobs.first().map(|blob| Suffixes::new(blob.text())).filter(Suffixes::is_list)
            }
            _ => None,
        };
        let logged = (self.clock)().max(self.state.last_time());
        let placed = Placed { entry: index, logged, statement: statement.clone(), suffixes };
        let signed = |key: &VerifierKey| -> Signed { note.signed_by(key) };
        self.state.judge(&placed, &signed).map_err(|refusal| match refusal.kind() {
            RefusalKind::NotAdmitted => Answer::not_admitted(&statement, refusal.to_string()),
            RefusalKind::Unknown | RefusalKind::NoKeys => Answer::Early(refusal.to_string()),
            _ => refused(refusal.to_string()),
        })?;
        (self.check)(&statement, &blobs).map_err(refused)?;
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
    /// there yet is tried again after the others: they may be handed in at one instant. A file that is no
    /// submission stops nothing.
    ///
    /// # Errors
    /// If the inbox cannot be read or the log not be written.
    pub fn drain(&mut self) -> Result<Drained, OperatorError> {
        let inbox = self.inbox();
        let mut drained = Drained::default();
        let mut left =
            inbox.waiting().map_err(|error| OperatorError::Inbox(inbox.place().to_owned(), error))?;
        loop {
            let before = drained.logged();
            let pass = self.pass(&inbox, &left, &mut drained)?;
            if drained.logged() > before && !pass.left.is_empty() {
                left = pass.left;
                continue;
            }
            // What is still too early waits only with the keys of its own office.
            for (path, name, why) in pass.early {
                if !name.is_some_and(|name| pass.offices.contains(&name)) {
                    drained.answer(&inbox, path, Receipt::Refused(why));
                }
            }
            return Ok(drained);
        }
    }

    /// Tries each of these files once, one in memory at a time.
    fn pass(
        &mut self,
        inbox: &Inbox,
        files: &[PathBuf],
        drained: &mut Drained,
    ) -> Result<Pass, OperatorError> {
        let mut pass = Pass::default();
        drained.waiting.clear();
        for path in files {
            let submission = match Submission::read(path) {
                Ok(submission) => submission,
                Err(unread) => {
                    drained.reject(inbox, path, unread);
                    continue;
                }
            };
            match self.answer_all(std::slice::from_ref(&submission))?.pop() {
                Some(Answer::Receipt(receipt)) => drained.answer(inbox, path.clone(), receipt),
                Some(Answer::NotAdmitted(waiting)) => {
                    pass.offices.extend(speaker(&submission));
                    drained.waiting.push(*waiting);
                    pass.left.push(path.clone());
                }
                Some(Answer::Early(why)) => {
                    pass.early.push((path.clone(), speaker(&submission), why));
                    pass.left.push(path.clone());
                }
                None => {}
            }
        }
        Ok(pass)
    }
}

/// What a pass over the inbox left for the next.
#[derive(Default)]
struct Pass {
    /// All of it.
    left: Vec<PathBuf>,
    /// What names something that is not there yet: whose it is, and why not.
    early: Vec<(PathBuf, Option<Name>, String)>,
    /// The offices whose keys are not admitted.
    offices: BTreeSet<Name>,
}

impl Drained {
    fn logged(&self) -> usize {
        let logged = |(_, receipt): &&(_, Receipt)| matches!(receipt, Receipt::Logged { .. });
        self.answered.iter().filter(logged).count()
    }

    fn answer(&mut self, inbox: &Inbox, path: PathBuf, receipt: Receipt) {
        if let Err(error) = inbox.answer(&path, &receipt) {
            self.rejected.push((path.clone(), format!("its receipt cannot be written: {error}")));
        }
        self.answered.push((path, receipt));
    }

    fn reject(&mut self, inbox: &Inbox, path: &Path, unread: Unread) {
        let why = match &unread {
            Unread::Io(error) if error.kind() == io::ErrorKind::NotFound => return,
            Unread::Io(_) => unread.to_string(),
            Unread::Unfit(why) => match inbox.put_aside(path) {
                Ok(()) => why.clone(),
                Err(error) => format!("{why}; it cannot be put aside: {error}"),
            },
        };
        self.rejected.push((path.to_owned(), why));
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

/// Whose statement a submission is.
fn speaker(submission: &Submission) -> Option<Name> {
    Statement::parse(submission.note.text()).ok()?.speaker().cloned()
}

/// What becomes of a submission.
enum Answer {
    Receipt(Receipt),
    /// It stays in the inbox: nothing is wrong with it once its key is admitted.
    NotAdmitted(Box<Waiting>),
    /// It names an office or document that is not there, and perhaps not there yet.
    Early(String),
}

impl Answer {
    fn not_admitted(statement: &Statement, why: String) -> Self {
        match &statement.body {
            Body::Keys(keys) => Self::NotAdmitted(Box::new(Waiting { key: keys.key.clone(), why })),
            _ => Self::Receipt(Receipt::Refused(why)),
        }
    }

    fn into_receipt(self) -> Receipt {
        match self {
            Self::Receipt(receipt) => receipt,
            Self::NotAdmitted(waiting) => Receipt::Refused(waiting.why),
            Self::Early(why) => Receipt::Refused(why),
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

#[cfg(test)]
mod tests;
