//! A record opened for reading: its log checked against the checkpoint, every statement against its
//! signatures, and the forward pass run over all of them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::atoms::{Id, Time};
use crate::blob::{Blob, BlobError, split_blobs};
use crate::entry::{Entry, EntryError};
use crate::log::{LocalStore, Log, LogError, UnverifiedLog};
use crate::note::VerifierKey;
use crate::signatures::{look_up, verify_all};
use crate::state::{Placed, State};
use crate::statement::{Body, Statement};
use crate::suffixes::Suffixes;

/// A record, as it stood at its checkpoint.
pub struct Record {
    place: PathBuf,
    log: Log,
    log_key: VerifierKey,
    pinned: bool,
    entries: Vec<Result<Entry, EntryError>>,
    state: State,
}

/// Why a record cannot be read; displays with the record's folder and the file or entry.
#[derive(Debug)]
pub enum RecordError {
    /// The log.
    Log(PathBuf, LogError),
    /// An entry's blobs.
    Blob(PathBuf, u64, BlobError),
    /// Anything else about the record.
    Record(PathBuf, String),
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(place, error) => write!(f, "record {}: {error}", place.display()),
            Self::Blob(place, entry, error) => {
                write!(f, "record {}: entry {entry}: {error}", place.display())
            }
            Self::Record(place, why) => write!(f, "record {}: {why}", place.display()),
        }
    }
}

impl std::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Log(_, error) => Some(error),
            Self::Blob(_, _, error) => Some(error),
            Self::Record(..) => None,
        }
    }
}

impl Record {
    /// Opens the record in a local folder. Without a `pinned` log key, the one in entry 0 is trusted.
    ///
    /// # Errors
    /// If there is no record, a file of it is missing or damaged, or the key is not the record's.
    pub fn open(place: &Path, pinned: Option<&VerifierKey>) -> Result<Self, RecordError> {
        let failed = |error| RecordError::Log(place.to_owned(), error);
        if !place.join("checkpoint").exists() {
            let why = "there is no record here (no file \"checkpoint\")".to_owned();
            return Err(RecordError::Record(place.to_owned(), why));
        }
        let log = UnverifiedLog::read(Arc::new(LocalStore::new(place))).map_err(failed)?;
        let log_key = match pinned {
            Some(key) => key.clone(),
            None => log_key_of(&log.first_entry().map_err(failed)?)
                .map_err(|why| RecordError::Record(place.to_owned(), why))?,
        };
        let log = log.verify(&log_key).map_err(failed)?;
        let entries = log.entries(0..log.size()).map_err(failed)?;
        let entries: Vec<_> = entries.iter().map(|bytes| Entry::parse(bytes)).collect();
        let mut record = Self {
            place: place.to_owned(),
            log,
            log_key,
            pinned: pinned.is_some(),
            entries,
            state: State::default(),
        };
        record.state = record.run()?;
        if record.state.log_key() != Some(&record.log_key) {
            let why = match record.state.log_key() {
                None => "entry 0 is not a valid record statement",
                Some(_) => "entry 0 names another log key than the one that signed the checkpoint",
            };
            return Err(RecordError::Record(place.to_owned(), why.to_owned()));
        }
        Ok(record)
    }

    /// The forward pass over all entries.
    fn run(&self) -> Result<State, RecordError> {
        let proven = verify_all(&self.entries);
        let mut state = State::default();
        for ((index, entry), proven) in (0..).zip(&self.entries).zip(&proven) {
            match entry {
                Ok(entry) => {
                    let placed = Placed {
                        entry: index,
                        logged: entry.logged,
                        statement: entry.statement.clone(),
                        suffixes: self.suffixes(index, &entry.statement)?,
                    };
                    // A refusal is kept in the state as void: others go on.
                    let _ = state.push(placed, &|key| look_up(proven, key));
                }
                Err(error) => state.push_unreadable(index, error.to_string()),
            }
        }
        Ok(state)
    }

    fn suffixes(&self, index: u64, statement: &Statement) -> Result<Option<Suffixes>, RecordError> {
        match &statement.body {
            Body::Record(body) if body.suffixes.is_some() => {
                Ok(self.blobs(index)?.first().map(|blob| Suffixes::new(blob.text())))
            }
            _ => Ok(None),
        }
    }

    /// The record's folder.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// The record's origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.log_key.name()
    }

    /// The log behind it.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The key that signed the checkpoint.
    #[must_use]
    pub fn log_key(&self) -> &VerifierKey {
        &self.log_key
    }

    /// Whether the reader brought that key, rather than taking it from entry 0.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.pinned
    }

    /// The state after the last entry.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// An entry, if it exists and is one.
    #[must_use]
    pub fn entry(&self, index: u64) -> Option<&Entry> {
        usize::try_from(index).ok().and_then(|at| self.entries.get(at))?.as_ref().ok()
    }

    /// When the last entry was logged.
    #[must_use]
    pub fn last_logged(&self) -> Time {
        let last = self.entries.iter().rev().find_map(|entry| entry.as_ref().ok());
        last.map_or(Time::from_millis(0), |entry| entry.logged)
    }

    /// The blobs of an entry, checked against its statement.
    ///
    /// # Errors
    /// If the entry has none where it should, or they are not what it says.
    pub fn blobs(&self, index: u64) -> Result<Vec<Blob>, RecordError> {
        let Some(entry) = self.entry(index) else { return Ok(Vec::new()) };
        let stored = self.log.blobs(index).map_err(|e| RecordError::Log(self.place.clone(), e))?;
        split_blobs(&entry.statement, &stored.unwrap_or_default())
            .map_err(|error| RecordError::Blob(self.place.clone(), index, error))
    }

    /// The first blob of this field of an entry's statement, such as `title`; `None` if it has no such
    /// line.
    ///
    /// # Errors
    /// As [`Record::blobs`].
    pub fn blob(&self, index: u64, field: &str) -> Result<Option<String>, RecordError> {
        let Some(entry) = self.entry(index) else { return Ok(None) };
        let Some(position) = entry.statement.blobs().iter().position(|blob| blob.field == field) else {
            return Ok(None);
        };
        Ok(self.blobs(index)?.get(position).map(|blob| blob.text().to_owned()))
    }

    /// All blobs of this field, in order.
    ///
    /// # Errors
    /// As [`Record::blobs`].
    pub fn blobs_of(&self, index: u64, field: &str) -> Result<Vec<String>, RecordError> {
        let Some(entry) = self.entry(index) else { return Ok(Vec::new()) };
        let fields = entry.statement.blobs();
        if !fields.iter().any(|blob| blob.field == field) {
            return Ok(Vec::new());
        }
        let blobs = self.blobs(index)?;
        let wanted = fields.iter().zip(blobs).filter(|(blob, _)| blob.field == field);
        Ok(wanted.map(|(_, blob)| blob.text().to_owned()).collect())
    }

    /// The id of the statement at an entry.
    #[must_use]
    pub fn id_at(&self, index: u64) -> Option<Id> {
        self.entry(index).map(|entry| Id::of(entry.note.text().as_bytes()))
    }
}

fn log_key_of(entry: &[u8]) -> Result<VerifierKey, String> {
    let entry = Entry::parse(entry).map_err(|error| format!("entry 0: {error}"))?;
    match entry.statement.body {
        Body::Record(body) => body.log_key.ok_or_else(|| "entry 0 names no log key".to_owned()),
        _ => Err("entry 0 is not a record statement".to_owned()),
    }
}
