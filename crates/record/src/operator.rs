//! The operator: who holds the log key judges what comes in, appends it and answers.
//!
//! Judging is the same forward pass that readers run, so nothing is appended that they would find void.

mod epoch;
mod making;
mod pipeline;
mod prepare;

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::atoms::{Name, Origin, Time, Version};
use crate::blob::Blob;
use crate::entry::Entry;
use crate::inbox::{Inbox, Receipt, Submission, Unread};
use crate::log::{Log, LogError, LogErrorKind, NewEntry, Recovery, Writer};
use crate::note::{Signed, VerifierKey};
use crate::record::{Record, RecordError};
use crate::signatures::look_up;
use crate::state::{Attached, Placed, RefusalKind, State, Stop};
use crate::statement::{Body, FirstWord, RecordBody, Statement};
use crate::suffixes::Suffixes;
use crate::words::{Class, Standing};
use prepare::{AllPrepared, Prepared, prepare};

/// What the operator asks of a statement and its blobs beyond the forward pass, such as that the digests of
/// a text's forms are those of the text: this room does not know texts. An error says what is wrong.
pub type Check = Box<dyn Fn(&Statement, &[Blob]) -> Result<(), String> + Send + Sync>;

/// What says the time.
pub type Clock = Box<dyn FnMut() -> Time + Send>;

/// So many submissions of an inbox are taken at once,
const MOST_AT_ONCE: usize = 1024;
/// or as many as have so many bytes.
const MOST_BYTES_AT_ONCE: usize = 16 * 1024 * 1024;

/// The writer of a record, with the state that its statements are judged by.
pub struct Operator {
    writer: Writer,
    place: PathBuf,
    state: State,
    clock: Clock,
    check: Check,
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
        clock: Clock,
        check: Check,
    ) -> Result<Self, OperatorError> {
        let (version, list) = suffixes;
        let version: Version = version.parse().map_err(|e| OperatorError::Refused(format!("{e}")))?;
        if !Suffixes::new(list).is_list() {
            return Err(OperatorError::Refused("not a public suffix list".to_owned()));
        }
        let writer = Writer::create(place, key_file)?;
        let state = State::default();
        let place = place.to_owned();
        let mut operator = Self::with(writer, place, state, clock, check);
        let blob = Blob::new(salt, list.as_bytes().to_vec());
        let body = RecordBody {
            log_key: Some(operator.writer.key().verifier()),
            suffixes: Some((version, blob.reference())),
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
        Self { writer, place, state, clock, check, warned, making, rounds, broken }
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

    fn answer_all(
        &mut self,
        submissions: &[&Submission],
        whose: Whose,
    ) -> Result<Vec<Answer>, OperatorError> {
        let prepared = prepare(&self.state, &self.check, submissions)?;
        let Judged { answers, batch } = self.judge(submissions, prepared, whose)?;
        self.writer.append(&batch)?;
        self.broken = false;
        Ok(answers)
    }

    /// Judges what was prepared, in order, and takes the valid ones into the state: they must be appended
    /// next, or the operator be thrown away.
    fn judge(
        &mut self,
        submissions: &[&Submission],
        prepared: AllPrepared,
        whose: Whose,
    ) -> Result<Judged, OperatorError> {
        if self.broken {
            let why = "an append failed before; the record must be opened again";
            return Err(OperatorError::Refused(why.to_owned()));
        }
        // Until it is appended.
        self.broken = true;
        let first = self.writer.checkpoint().size();
        let mut batch: Vec<NewEntry> = Vec::with_capacity(submissions.len());
        let mut answers = Vec::with_capacity(submissions.len());
        for (submission, prepared) in submissions.iter().zip(prepared) {
            let index = first + batch.len() as u64;
            let answer = match prepared {
                // They are public and signed: whoever hands one in again would have it logged twice.
                Ok(Prepared { statement: Statement { body: Body::Record(_), .. }, .. })
                    if whose == Whose::Offices =>
                {
                    let why = "a record statement is for the operator alone to make";
                    Answer::Receipt(Receipt::Refused(why.to_owned()))
                }
                Ok(prepared) => self.take(index, prepared, &batch)?,
                Err(why) => Answer::Receipt(Receipt::Refused(why)),
            };
            if let Answer::Receipt(Receipt::Logged { entry, logged }) = &answer
                && *entry == index
            {
                let entry = Entry::bytes_of(*logged, &submission.note);
                let blobs = Some(submission.blobs.clone()).filter(|blobs| !blobs.is_empty());
                batch.push(NewEntry { entry, blobs });
            }
            answers.push(answer);
        }
        Ok(Judged { answers, batch })
    }

    /// Judges one submission and, if it is valid, takes it into the state. `batch` goes into the log before
    /// it.
    fn take(
        &mut self,
        index: u64,
        prepared: Prepared,
        batch: &[NewEntry],
    ) -> Result<Answer, OperatorError> {
        let Prepared { id, statement, proven, blobs } = prepared;
        // Before its blobs are asked for: what is logged stays so, whatever comes with it this time.
        if let Some(entry) = self.state.entry_of(&id, &statement)? {
            return Ok(Answer::Receipt(self.old_receipt(entry, batch)?));
        }
        let refused = |why: String| Ok(Answer::Receipt(Receipt::Refused(why)));
        let logged = (self.clock)().max(self.state.last_time());
        let (attached, wrong) = match blobs {
            Ok(attached) => (attached, None),
            Err(why) => (Attached::default(), Some(why)),
        };
        let placed = Placed { entry: index, logged, id, statement, attached };
        let signed = |key: &VerifierKey| -> Signed { look_up(&proven, key) };
        match (self.state.judge(&placed, &signed), wrong) {
            (Err(Stop::Fault(error)), _) => return Err(error.into()),
            // Rather what is wrong with its blobs than that they are missing.
            (Err(Stop::Void(refusal)), Some(why)) if refusal.kind() == RefusalKind::Unfit => {
                return refused(why);
            }
            (Err(Stop::Void(refusal)), _) => {
                return Ok(match refusal.kind() {
                    RefusalKind::NotAdmitted => {
                        Answer::not_admitted(&placed.statement, refusal.to_string())
                    }
                    RefusalKind::Unknown | RefusalKind::NoKeys => Answer::Early(refusal.to_string()),
                    _ => Answer::Receipt(Receipt::Refused(refusal.to_string())),
                });
            }
            (Ok(()), Some(why)) => return refused(why),
            (Ok(()), None) => {}
        }
        self.warned |= warns(&placed.statement);
        self.state.apply(placed)?;
        Ok(Answer::Receipt(Receipt::Logged { entry: index, logged }))
    }

    /// The receipt that a statement gets or got where it stands first: in the log, or in `batch`, which is
    /// to go there.
    fn old_receipt(&self, entry: u64, batch: &[NewEntry]) -> Result<Receipt, OperatorError> {
        let first = self.writer.checkpoint().size();
        let waiting = entry.checked_sub(first).and_then(|at| batch.get(usize::try_from(at).ok()?));
        let bytes = match waiting {
            Some(waiting) => waiting.entry.clone(),
            None => self.writer.log()?.entries(entry..entry + 1)?.concat(),
        };
        Ok(match Entry::parse(&bytes) {
            Ok(Entry { logged, .. }) => Receipt::Logged { entry, logged },
            Err(_) => Receipt::Refused(format!("already logged at entry {entry}")),
        })
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

    /// Tries each of these files once, some at a time.
    fn pass(
        &mut self,
        inbox: &Inbox,
        files: &[PathBuf],
        drained: &mut Drained,
    ) -> Result<Pass, OperatorError> {
        let mut pass = Pass::default();
        drained.waiting.clear();
        let mut files = files.iter().peekable();
        while files.peek().is_some() {
            let mut batch = Vec::new();
            let mut bytes = 0;
            while batch.len() < MOST_AT_ONCE && bytes < MOST_BYTES_AT_ONCE {
                let Some(path) = files.next() else { break };
                match Submission::read(path) {
                    Ok(submission) => {
                        bytes += submission.blobs.len();
                        batch.push((path, submission));
                    }
                    Err(unread) => drained.reject(inbox, path, unread),
                }
            }
            let all: Vec<&Submission> = batch.iter().map(|(_, submission)| submission).collect();
            let answers = self.answer_all(&all, Whose::Offices)?;
            for ((path, submission), answer) in batch.iter().zip(answers) {
                pass.sort(inbox, path, submission, answer, drained);
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

impl Pass {
    fn sort(
        &mut self,
        inbox: &Inbox,
        path: &Path,
        submission: &Submission,
        answer: Answer,
        drained: &mut Drained,
    ) {
        match answer {
            Answer::Receipt(receipt) => drained.answer(inbox, path.to_owned(), receipt),
            Answer::NotAdmitted(waiting) => {
                self.offices.extend(speaker(submission));
                drained.waiting.push(*waiting);
                self.left.push(path.to_owned());
            }
            Answer::Early(why) => {
                self.early.push((path.to_owned(), speaker(submission), why));
                self.left.push(path.to_owned());
            }
        }
    }
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

/// Whether a statement warns of a document.
fn warns(statement: &Statement) -> bool {
    match &statement.body {
        Body::Standing(body) => body.act.standing().map(Standing::class) == Some(Class::Warning),
        Body::Document(body) => matches!(body.word, FirstWord::Disowned { .. }),
        _ => false,
    }
}

/// What became of submissions, and what is to be appended of them.
struct Judged {
    answers: Vec<Answer>,
    batch: Vec<NewEntry>,
}

/// Whose statements are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The operator's own.
    Own,
    /// Those that were handed in.
    Offices,
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
mod epoch_tests;
#[cfg(test)]
mod tests;
