//! A record opened for reading: its log checked against the checkpoint, every statement against its
//! signatures, and the forward pass run over all of them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::atoms::{Id, Time};
use crate::blob::{Blob, BlobError, split_blobs};
use crate::entry::Entry;
use crate::log::{LocalStore, Log, LogError, UnverifiedLog};
use crate::map::Map;
use crate::note::{Signed, VerifierKey};
use crate::parallel;
use crate::signatures::{Proven, Ring, look_up};
use crate::state::{Attached, Placed, Registered, State, Stop};
use crate::statement::{Body, Statement};
use crate::suffixes::Suffixes;

/// A record, as it stood at its checkpoint.
pub struct Record {
    place: PathBuf,
    log: Log,
    log_key: VerifierKey,
    pinned: bool,
    state: State,
    /// The first entry that is not in the state.
    next: u64,
}

/// What sees each entry before it goes in: the state so far, the entry's index, and what it says.
pub type Before<'a> = dyn FnMut(&mut State, u64, Option<&Entry>) -> Result<(), RecordError> + 'a;

/// The folder of the map in a record's folder.
pub(crate) const MAP: &str = "map";

/// So many entries are read and their signatures checked at once.
const CHUNK: u64 = 4096;

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
    /// Opens the record in a local folder: at the state that its latest saved epoch committed to, with what
    /// was logged since replayed. Without a `pinned` log key, the one in entry 0 is trusted.
    ///
    /// # Errors
    /// If there is no record, a file of it is missing or damaged, or the key is not the record's.
    pub fn open(place: &Path, pinned: Option<&VerifierKey>) -> Result<Self, RecordError> {
        // Before the checkpoint: then the log has what the map rests on, however fast it grows.
        let map = Map::open(&place.join(MAP));
        let mut record = Self::at_start(place, pinned)?;
        let map = map.map_err(|error| RecordError::Log(place.to_owned(), error))?;
        if let Some(map) = map {
            record.resume(map)?;
        }
        record.replay(&mut |_, _, _| Ok(()))?;
        Ok(record)
    }

    /// Reads the whole record from its first entry on, whatever epochs saved. `before` sees each entry,
    /// and the state that it is judged by, before it goes in.
    ///
    /// # Errors
    /// As [`Record::open`]; and what `before` says.
    pub fn replayed(
        place: &Path,
        pinned: Option<&VerifierKey>,
        before: &mut Before<'_>,
    ) -> Result<Self, RecordError> {
        let mut record = Self::at_start(place, pinned)?;
        record.replay(before)?;
        Ok(record)
    }

    fn at_start(place: &Path, pinned: Option<&VerifierKey>) -> Result<Self, RecordError> {
        let failed = |error| RecordError::Log(place.to_owned(), error);
        if !place.join("checkpoint").exists() {
            let why = "there is no record here (no file \"checkpoint\")".to_owned();
            return Err(RecordError::Record(place.to_owned(), why));
        }
        let log = UnverifiedLog::read(Arc::new(LocalStore::new(place))).map_err(failed)?;
        let first = log.first_entry().map_err(failed)?;
        let named = log_key_of(&first).map_err(|why| RecordError::Record(place.to_owned(), why))?;
        let log_key = pinned.cloned().unwrap_or_else(|| named.clone());
        let log = log.verify(&log_key).map_err(failed)?;
        if named != log_key {
            let why = "entry 0 names another log key than the one that signed the checkpoint";
            return Err(RecordError::Record(place.to_owned(), why.to_owned()));
        }
        let (place, pinned) = (place.to_owned(), pinned.is_some());
        Ok(Self { place, log, log_key, pinned, state: State::default(), next: 0 })
    }

    /// Goes on from the state that an epoch saved.
    fn resume(&mut self, map: Map) -> Result<(), RecordError> {
        let wrong = |why: String| RecordError::Record(self.place.clone(), format!("map: {why}"));
        let covers = map.covers();
        let entry = map.entry().unwrap_or(covers);
        let said = self.entry(entry)?.and_then(|entry| {
            let signed = entry.note.signed_by(&self.log_key) == Signed::Yes;
            match entry.statement.body {
                Body::Record(body) if signed => body.epoch.map(|epoch| epoch.map),
                _ => None,
            }
        });
        if entry != covers || said.map(|root| root.0) != Some(map.root()) {
            return Err(wrong(format!(
                "it is not what entry {entry} commits to; make it anew with: erratum record rebuild"
            )));
        }
        let origin = self.origin().parse().map_err(|error| wrong(format!("{error}")))?;
        let failed = |error| RecordError::Log(self.place.clone(), error);
        let mut state = State::on(map, &origin).map_err(failed)?;
        if let Some((_, entry)) = state.suffix_version()
            && let Some(list) = self.blob(entry, "suffixes")?
        {
            state.set_suffixes(Suffixes::new(&list));
        }
        (self.state, self.next) = (state, covers);
        Ok(())
    }

    /// The forward pass over the entries that are not in the state yet.
    fn replay(&mut self, before: &mut Before<'_>) -> Result<(), RecordError> {
        let failed = |place: &PathBuf, error| RecordError::Log(place.clone(), error);
        let mut state = std::mem::take(&mut self.state);
        while self.next < self.log.size() {
            let end = self.log.size().min(self.next + CHUNK);
            let entries = self.log.entries(self.next..end).map_err(|e| failed(&self.place, e))?;
            let entries: Vec<_> = entries.iter().map(|bytes| Entry::parse(bytes)).collect();
            let notes: Vec<_> = entries
                .iter()
                .map(|entry| entry.as_ref().ok().map(|entry| (&entry.note, &entry.statement)))
                .collect();
            let statements = notes.iter().flatten().map(|(_, statement)| *statement);
            let ring = Ring::of(&state, statements).map_err(|e| failed(&self.place, e))?;
            let proven = parallel::map(&notes, |note| {
                note.map_or(Proven::new(), |(note, statement)| ring.verify(note, statement))
            });
            for ((index, entry), proven) in (self.next..).zip(entries).zip(&proven) {
                before(&mut state, index, entry.as_ref().ok())?;
                match entry {
                    Ok(entry) => self.push(&mut state, index, entry, proven)?,
                    Err(error) => state.push_unreadable(index, error.to_string()),
                }
            }
            self.next = end;
        }
        if state.log_key() != Some(&self.log_key) {
            let why = "entry 0 is not a valid record statement".to_owned();
            return Err(RecordError::Record(self.place.clone(), why));
        }
        self.state = state;
        Ok(())
    }

    fn push(
        &self,
        state: &mut State,
        index: u64,
        entry: Entry,
        proven: &Proven,
    ) -> Result<(), RecordError> {
        let id = Id::of(entry.note.text().as_bytes());
        let Entry { logged, statement, .. } = entry;
        let attached = match &statement.body {
            Body::Record(_) if !statement.blobs().is_empty() => {
                let blobs = self.blobs_of_statement(index, &statement)?;
                Attached::of(&statement, &blobs, Some(&self.log_key))
            }
            _ => Attached::default(),
        };
        let placed = Placed { entry: index, logged, id, statement, attached };
        match state.push(placed, &|key| look_up(proven, key)) {
            // A refusal is kept in the state as void: others go on.
            Ok(()) | Err(Stop::Void(_)) => Ok(()),
            Err(Stop::Fault(error)) => Err(RecordError::Log(self.place.clone(), error)),
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
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn entry(&self, index: u64) -> Result<Option<Entry>, RecordError> {
        if index >= self.log.size() {
            return Ok(None);
        }
        let bytes = self.log.entries(index..index + 1);
        let bytes = bytes.map_err(|error| RecordError::Log(self.place.clone(), error))?;
        Ok(bytes.first().and_then(|bytes| Entry::parse(bytes).ok()))
    }

    /// The epoch whose map lies under the state: the entry that commits to it, and its root.
    #[must_use]
    pub fn saved_epoch(&self) -> Option<(u64, Id)> {
        let map = self.state.map();
        map.entry().map(|entry| (entry, Id(map.root())))
    }

    /// The state alone.
    pub(crate) fn into_state(self) -> State {
        self.state
    }

    /// When the last entry was logged.
    #[must_use]
    pub fn last_logged(&self) -> Time {
        self.state.last_time()
    }

    /// The document with this id.
    ///
    /// # Errors
    /// If what is known of it cannot be read.
    pub fn document(&self, id: &Id) -> Result<Option<Arc<Registered>>, RecordError> {
        self.state.document(id).map_err(|error| self.failed(error))
    }

    /// The document to which the text belongs that this entry brought: its own, or a translation.
    ///
    /// # Errors
    /// As [`Record::document`].
    pub fn document_at(&self, entry: u64) -> Result<Option<Arc<Registered>>, RecordError> {
        let Some(read) = self.entry(entry)? else { return Ok(None) };
        let id = match &read.statement.body {
            Body::Document(_) => Id::of(read.note.text().as_bytes()),
            Body::Rendition(body) => body.document,
            _ => return Ok(None),
        };
        // An entry that is void, or a repetition, brought nothing.
        let brought = |document: &Arc<Registered>| {
            document.entry == entry || document.renditions.iter().any(|known| known.entry == entry)
        };
        Ok(self.document(&id)?.filter(brought))
    }

    /// An error of the log or the map as one of this record.
    #[must_use]
    pub fn failed(&self, error: LogError) -> RecordError {
        RecordError::Log(self.place.clone(), error)
    }

    /// The blobs of an entry, checked against its statement; none where they are withheld.
    ///
    /// # Errors
    /// If the entry has none where it should, or they are not what it says.
    pub fn blobs(&self, index: u64) -> Result<Vec<Blob>, RecordError> {
        let Some(entry) = self.entry(index)? else { return Ok(Vec::new()) };
        self.blobs_of_statement(index, &entry.statement)
    }

    fn blobs_of_statement(&self, index: u64, statement: &Statement) -> Result<Vec<Blob>, RecordError> {
        if self.is_withheld(index)? {
            return Ok(Vec::new());
        }
        let stored = self.log.blobs(index).map_err(|error| self.failed(error))?;
        split_blobs(statement, &stored.unwrap_or_default())
            .map_err(|error| RecordError::Blob(self.place.clone(), index, error))
    }

    /// Whether the blobs of an entry are withheld.
    ///
    /// # Errors
    /// As [`Record::document`].
    pub fn is_withheld(&self, index: u64) -> Result<bool, RecordError> {
        Ok(self.state.withheld(index).map_err(|error| self.failed(error))?.is_some())
    }

    /// Why the operator withholds the blobs of an entry; `None` if it does not.
    ///
    /// # Errors
    /// As [`Record::blobs`].
    pub fn withheld(&self, index: u64) -> Result<Option<String>, RecordError> {
        let by = self.state.withheld(index).map_err(|error| self.failed(error))?;
        let reason = by.map(|entry| self.blob(entry, "reason")).transpose()?;
        Ok(reason.map(Option::unwrap_or_default))
    }

    /// The first blob of this field of an entry's statement, such as `title`; `None` if it has no such
    /// line, or its blobs are withheld.
    ///
    /// # Errors
    /// As [`Record::blobs`].
    pub fn blob(&self, index: u64, field: &str) -> Result<Option<String>, RecordError> {
        Ok(self.blobs_of(index, field)?.into_iter().next())
    }

    /// All blobs of this field, in order.
    ///
    /// # Errors
    /// As [`Record::blobs`].
    pub fn blobs_of(&self, index: u64, field: &str) -> Result<Vec<String>, RecordError> {
        let Some(entry) = self.entry(index)? else { return Ok(Vec::new()) };
        let fields = entry.statement.blobs();
        if !fields.iter().any(|blob| blob.field == field) {
            return Ok(Vec::new());
        }
        let blobs = self.blobs_of_statement(index, &entry.statement)?;
        let wanted = fields.iter().zip(blobs).filter(|(blob, _)| blob.field == field);
        Ok(wanted.map(|(_, blob)| blob.text().to_owned()).collect())
    }

    /// The entries that carry a text, ascending, each with its document, from this entry on; without those
    /// whose blobs are withheld.
    ///
    /// # Errors
    /// If the log or a fact cannot be read.
    pub fn texts(&self, from: u64) -> Result<Vec<u64>, RecordError> {
        let mut found = Vec::new();
        let mut next = from;
        while next < self.log.size() {
            let end = self.log.size().min(next + CHUNK);
            let entries = self.log.entries(next..end).map_err(|error| self.failed(error))?;
            for (index, bytes) in (next..).zip(entries) {
                let Ok(entry) = Entry::parse(&bytes) else { continue };
                let carries = match &entry.statement.body {
                    Body::Document(_) => true,
                    Body::Rendition(body) => body.translation.is_some(),
                    _ => false,
                };
                if carries && self.document_at(index)?.is_some() && !self.is_withheld(index)? {
                    found.push(index);
                }
            }
            next = end;
        }
        Ok(found)
    }

    /// Checks that enough keys of its speaker signed the note at this entry, by what was known when it was
    /// logged: what was read from the map is shown only so.
    ///
    /// # Errors
    /// If the log cannot be read, or the entry does not bear it out.
    pub fn attest(&self, index: u64) -> Result<(), RecordError> {
        let wrong = |why: &str| RecordError::Record(self.place.clone(), format!("entry {index}: {why}"));
        let entry = self.entry(index)?.ok_or_else(|| wrong("not a statement, though the map has it"))?;
        if entry.statement.speaker().is_none() {
            return Ok(());
        }
        let placed = Placed::new(index, entry.logged, entry.statement);
        match self.state.check_signed(&placed, &|key| entry.note.signed_by(key)) {
            Ok(_) => Ok(()),
            Err(Stop::Void(_)) => Err(wrong("not signed by its speaker, though the map has it")),
            Err(Stop::Fault(error)) => Err(self.failed(error)),
        }
    }
}

fn log_key_of(entry: &[u8]) -> Result<VerifierKey, String> {
    let entry = Entry::parse(entry).map_err(|error| format!("entry 0: {error}"))?;
    match entry.statement.body {
        Body::Record(body) => body.log_key.ok_or_else(|| "entry 0 names no log key".to_owned()),
        _ => Err("entry 0 is not a record statement".to_owned()),
    }
}
