//! A record with its finder: what a copy is looked up in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use erratum_match::{Finder, Forms, Segment, SegmentHeader, build_segment};
use erratum_record::{Id, LocalStore, Record, RecordError, Registered, Store};

use crate::policy::RecordSource;

/// Where the index lies in a record's folder.
const SEGMENT: &str = "match/segment";

/// A record opened for looking copies up.
pub struct Library {
    record: Record,
    source: RecordSource,
    finder: Finder,
    /// Where each registered text belongs: the entry that carries it → the document's entry.
    texts: HashMap<u64, u64>,
    groups: HashMap<u64, u32>,
    files: HashMap<Id, Vec<(u64, u64)>>,
    forms: RefCell<HashMap<u64, Arc<Forms>>>,
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

impl Library {
    /// Opens a record and its index. Documents logged after the index was made are fingerprinted now.
    ///
    /// # Errors
    /// If the record cannot be read, or its index is damaged or belongs to another log.
    pub fn open(source: &RecordSource) -> Result<Self, LibraryError> {
        let record = Record::open(&source.path, source.key.as_ref())?;
        let segment = open_segment(&record)?;
        let covered = segment.as_ref().map_or(0, |segment| segment.header().log_size);
        let mut library = Self {
            texts: texts(&record),
            groups: groups(&record),
            files: files(&record),
            finder: Finder::new(segment),
            source: source.clone(),
            forms: RefCell::default(),
            record,
        };
        let mut late: Vec<u64> =
            library.texts.keys().copied().filter(|entry| *entry >= covered).collect();
        late.sort_unstable();
        for entry in late {
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

    /// The document that the text at this entry belongs to.
    pub(crate) fn document_of(&self, text: u64) -> Option<&Registered> {
        self.record.state().document_at(*self.texts.get(&text)?)
    }

    /// The group that rarity is counted over: the registrable domain of the issuer.
    pub(crate) fn group(&self, text: u64) -> u32 {
        self.groups.get(&text).copied().unwrap_or(u32::MAX)
    }

    /// The documents of which a file with this digest is a rendition, each with the rendition's entry.
    pub(crate) fn renditions_of(&self, sha256: &Id) -> &[(u64, u64)] {
        self.files.get(sha256).map(Vec::as_slice).unwrap_or_default()
    }

    /// The entry of the rendition that brought this text, where it is a translation.
    pub(crate) fn translation(&self, text: &Arc<Forms>) -> Option<u64> {
        let forms = self.forms.borrow();
        let entry = forms.iter().find(|(_, known)| Arc::ptr_eq(known, text)).map(|(entry, _)| *entry)?;
        (self.texts.get(&entry) != Some(&entry)).then_some(entry)
    }

    /// The text carried by an entry, in all its forms.
    pub(crate) fn forms(&self, text: u64) -> Result<Arc<Forms>, LibraryError> {
        if let Some(forms) = self.forms.borrow().get(&text) {
            return Ok(Arc::clone(forms));
        }
        let blob = self.record.blob(text, "text")?.unwrap_or_default();
        let forms = Arc::new(Forms::new(&blob));
        self.forms.borrow_mut().insert(text, Arc::clone(&forms));
        Ok(forms)
    }

    /// The index of a record, made anew from its log alone.
    ///
    /// # Errors
    /// If a text cannot be read.
    pub fn index(record: &Record) -> Result<Vec<u8>, LibraryError> {
        Self::index_at(record, record.log().size())
    }

    /// The index as it was when the log had this size.
    pub(crate) fn index_at(record: &Record, size: u64) -> Result<Vec<u8>, LibraryError> {
        let file = || Self::index_file(record);
        let root = record.log().root_at(size);
        let root = root.map_err(|error| LibraryError::Index(file(), error.to_string()))?;
        let mut entries: Vec<u64> = texts(record).into_keys().filter(|entry| *entry < size).collect();
        entries.sort_unstable();
        let mut forms = Vec::with_capacity(entries.len());
        for entry in &entries {
            let text = record.blob(*entry, "text")?.unwrap_or_default();
            forms.push(erratum_text::SearchForm::new(&text));
        }
        let header = SegmentHeader { log_size: size, root };
        build_segment(header, entries.iter().map(|entry| number(*entry)).zip(&forms))
            .map_err(|error| LibraryError::Index(file(), error.to_string()))
    }

    /// How many entries the index of a record covers; none if there is no index.
    pub(crate) fn covered(record: &Record) -> Result<u64, LibraryError> {
        Ok(open_segment(record)?.map_or(0, |segment| segment.header().log_size))
    }

    /// How many texts of a record its index does not cover yet; all of them if it has none.
    ///
    /// # Errors
    /// If the index is damaged or belongs to another log.
    pub fn not_indexed(record: &Record) -> Result<usize, LibraryError> {
        let covered = Self::covered(record)?;
        Ok(texts(record).into_keys().filter(|entry| *entry >= covered).count())
    }

    /// Makes the index anew and puts it in its place, whole or not at all.
    ///
    /// # Errors
    /// If a text cannot be read or the index cannot be written.
    pub fn rebuild(record: &Record) -> Result<(), LibraryError> {
        let file = Self::index_file(record);
        let bytes = Self::index(record)?;
        let written = LocalStore::new(record.place()).replace(SEGMENT, &bytes);
        written.map_err(|error| LibraryError::Index(file, error.to_string()))
    }

    /// Where the index of a record lies.
    #[must_use]
    pub fn index_file(record: &Record) -> PathBuf {
        record.place().join(SEGMENT)
    }
}

/// A text's number in the finder: the entry that carries it.
fn number(entry: u64) -> u32 {
    u32::try_from(entry).unwrap_or(u32::MAX)
}

fn open_segment(record: &Record) -> Result<Option<Segment>, LibraryError> {
    let file = Library::index_file(record);
    if !file.exists() {
        return Ok(None);
    }
    let wrong = |why: String| LibraryError::Index(file.clone(), why);
    let segment = Segment::open(&file).map_err(|error| wrong(error.to_string()))?;
    let SegmentHeader { log_size, root } = segment.header();
    if log_size > record.log().size() {
        return Err(wrong(format!("it covers {log_size} entries, the log has {}", record.log().size())));
    }
    let known = record.log().root_at(log_size).map_err(|error| wrong(error.to_string()))?;
    if known != root {
        return Err(wrong("it belongs to another log".to_owned()));
    }
    Ok(Some(segment))
}

fn texts(record: &Record) -> HashMap<u64, u64> {
    let mut found = HashMap::new();
    for document in record.state().documents() {
        found.insert(document.entry, document.entry);
        for (entry, rendition) in &document.renditions {
            if rendition.translation.is_some() {
                found.insert(*entry, document.entry);
            }
        }
    }
    found
}

fn groups(record: &Record) -> HashMap<u64, u32> {
    let mut numbers = HashMap::new();
    let mut found = HashMap::new();
    for document in record.state().documents() {
        let next = number(numbers.len() as u64);
        let group = *numbers.entry(record.state().registrable(document.issuer())).or_insert(next);
        found.insert(document.entry, group);
        found.extend(document.renditions.iter().map(|(entry, _)| (*entry, group)));
    }
    found
}

fn files(record: &Record) -> HashMap<Id, Vec<(u64, u64)>> {
    let mut found: HashMap<Id, Vec<(u64, u64)>> = HashMap::new();
    for document in record.state().documents() {
        for (entry, rendition) in &document.renditions {
            found.entry(rendition.sha256).or_default().push((document.entry, *entry));
        }
    }
    found
}
