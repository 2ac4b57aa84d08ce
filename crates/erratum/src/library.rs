//! A record with its finder: what a copy is looked up in.
//!
//! Nothing is read of a document before a copy comes near it; what was read is kept as long as the library.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use erratum_match::{Finder, Forms};
use erratum_record::{
    Body, Entry, FirstWord, Id, LogError, Moment, Name, Record, RecordError, Registered, Time, Viewed,
};

use crate::index::{self, number};
use crate::policy::RecordSource;

/// Entries are read in such ranges, which lie in one file.
const RANGE: u64 = 256;
/// So many bytes of entries are kept before all of them are forgotten.
const MOST_KEPT: usize = 64 * 1024 * 1024;
/// So many texts are known by heart before all of them are forgotten.
const MOST_ABOUTS: usize = 1 << 20;

/// A record opened for looking copies up, by many threads at once.
pub struct Library {
    record: Record,
    source: RecordSource,
    finder: Finder,
    /// Numbers of the groups seen so far.
    groups: Mutex<HashMap<Name, u32>>,
    kept: Mutex<Kept>,
    abouts: Mutex<HashMap<u64, Option<Arc<About>>>>,
    forms: Mutex<HashMap<u64, Arc<Forms>>>,
}

/// What was read of the log: ranges of entries, and their size in bytes.
#[derive(Default)]
struct Kept {
    ranges: HashMap<u64, Vec<Vec<u8>>>,
    bytes: usize,
}

/// What the log says of a registered text, before anything is known of its document's standing.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// The issuer of its document.
    pub(crate) issuer: Name,
    /// Whether it is only registered as seen.
    pub(crate) attributed: bool,
    /// When the text was logged.
    pub(crate) logged: Time,
    /// The group that rarity is counted over: the registrable domain of the issuer.
    pub(crate) group: u32,
}

/// Why a record or its index cannot be used.
#[derive(Debug)]
pub enum LibraryError {
    /// The record.
    Record(RecordError),
    /// The index: its file, and why.
    Index(PathBuf, String),
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(error) => error.fmt(f),
            Self::Index(file, why) => {
                write!(f, "index {}: {why}; make it anew with: erratum record rebuild", file.display())
            }
        }
    }
}

impl std::error::Error for LibraryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Record(error) => Some(error),
            Self::Index(..) => None,
        }
    }
}

impl From<RecordError> for LibraryError {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

/// What was kept, which no panic can have left half-written.
fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Library {
    /// Opens a record and the index that it commits to. Texts that no such index covers are fingerprinted
    /// now.
    ///
    /// # Errors
    /// If the record cannot be read, or its index is damaged or belongs to another log.
    pub fn open(source: &RecordSource) -> Result<Self, LibraryError> {
        let record = Record::open(&source.path, source.key.as_ref())?;
        let segment = index::committed(&record)?;
        let covered = segment.as_ref().map_or(0, |segment| segment.header().log_size);
        let mut library = Self {
            finder: Finder::new(segment),
            source: source.clone(),
            groups: Mutex::default(),
            kept: Mutex::default(),
            abouts: Mutex::default(),
            forms: Mutex::default(),
            record,
        };
        for entry in library.record.texts(covered)? {
            let forms = library.forms(entry)?;
            library.finder.add(number(entry), forms.search());
        }
        Ok(library)
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Where it came from.
    #[must_use]
    pub fn source(&self) -> &RecordSource {
        &self.source
    }

    pub(crate) fn finder(&self) -> &Finder {
        &self.finder
    }

    /// The document that the text at this entry belongs to; none where the text is withheld.
    pub(crate) fn seen(
        &self,
        document: &Arc<Registered>,
        moment: Moment,
    ) -> Result<Viewed, LibraryError> {
        self.record().state().seen(document, moment).map_err(|error| self.failed(error))
    }

    pub(crate) fn document_of(&self, text: u64) -> Result<Option<Arc<Registered>>, LibraryError> {
        if self.record.is_withheld(text)? {
            return Ok(None);
        }
        Ok(self.record.document_at(text)?)
    }

    /// What the log says of the text at this entry; `None` if it carries none.
    pub(crate) fn about(&self, text: u64) -> Result<Option<Arc<About>>, LibraryError> {
        if let Some(known) = held(&self.abouts).get(&text) {
            return Ok(known.clone());
        }
        let read = self.read_about(text)?.map(Arc::new);
        let mut abouts = held(&self.abouts);
        if abouts.len() >= MOST_ABOUTS {
            abouts.clear();
        }
        abouts.insert(text, read.clone());
        Ok(read)
    }

    fn read_about(&self, text: u64) -> Result<Option<About>, LibraryError> {
        let Some(entry) = self.entry(text)? else { return Ok(None) };
        let logged = entry.logged;
        let (issuer, attributed) = match entry.statement.body {
            Body::Document(body) => (body.speaker, matches!(body.word, FirstWord::Attributed { .. })),
            Body::Rendition(body) if body.translation.is_some() => {
                let Some(document) = self.record.document(&body.document)? else { return Ok(None) };
                (document.issuer().clone(), document.attributed_to().is_some())
            }
            _ => return Ok(None),
        };
        let group = self.group(&issuer);
        Ok(Some(About { issuer, attributed, logged, group }))
    }

    fn group(&self, issuer: &Name) -> u32 {
        let mut groups = held(&self.groups);
        let next = number(groups.len() as u64);
        *groups.entry(self.record.state().registrable(issuer)).or_insert(next)
    }

    /// An entry, read together with those that lie in the same file.
    fn entry(&self, index: u64) -> Result<Option<Entry>, LibraryError> {
        let log = self.record.log();
        if index >= log.size() {
            return Ok(None);
        }
        let (range, place) = (index / RANGE, usize::try_from(index % RANGE).unwrap_or(usize::MAX));
        let mut kept = held(&self.kept);
        if !kept.ranges.contains_key(&range) {
            let start = range * RANGE;
            let read = log.entries(start..log.size().min(start + RANGE));
            let read = read.map_err(|error| self.failed(error))?;
            if kept.bytes > MOST_KEPT {
                *kept = Kept::default();
            }
            kept.bytes += read.iter().map(Vec::len).sum::<usize>();
            kept.ranges.insert(range, read);
        }
        let bytes = kept.ranges.get(&range).and_then(|entries| entries.get(place)).cloned();
        drop(kept);
        Ok(bytes.and_then(|bytes| Entry::parse(&bytes).ok()))
    }

    /// An error of the log or the map as one of this library.
    pub(crate) fn failed(&self, error: LogError) -> LibraryError {
        self.record.failed(error).into()
    }

    /// The documents of which a file with this digest is a rendition, each with the rendition's entry.
    pub(crate) fn renditions_of(&self, sha256: &Id) -> Result<Vec<(Id, u64)>, LibraryError> {
        self.record.state().with_file(sha256).map_err(|error| self.failed(error))
    }

    /// The text carried by an entry, in all its forms; an empty one where it is withheld.
    pub(crate) fn forms(&self, text: u64) -> Result<Arc<Forms>, LibraryError> {
        if let Some(forms) = held(&self.forms).get(&text) {
            return Ok(Arc::clone(forms));
        }
        let blob = self.record.blob(text, "text")?.unwrap_or_default();
        let forms = Arc::new(Forms::new(&blob));
        held(&self.forms).insert(text, Arc::clone(&forms));
        Ok(forms)
    }

    /// Whether the index of a record is to be made anew: many texts came in since it was made, or something
    /// that it holds is withheld now.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn index_is_due(record: &Record) -> Result<bool, LibraryError> {
        index::is_due(record)
    }

    /// Whether an index lies in a record's folder that is another than the one `committed` to.
    #[must_use]
    pub fn is_uncommitted(place: &Path, committed: Option<(u64, Id)>) -> bool {
        index::is_uncommitted(place, committed)
    }

    /// Makes the index anew and puts it in its place, whole or not at all. Readers use it from the next
    /// epoch on, which commits to it.
    ///
    /// # Errors
    /// If a text cannot be read or the index cannot be written.
    pub fn rebuild(record: &Record) -> Result<(), LibraryError> {
        index::rebuild(record)
    }

    /// How many bytes the index of a record has; none if it has no index.
    ///
    /// # Errors
    /// If what lies there is no index.
    pub fn index_bytes(record: &Record) -> Result<u64, LibraryError> {
        Ok(index::manifest(record)?.map_or(0, |manifest| manifest.bytes))
    }
}
