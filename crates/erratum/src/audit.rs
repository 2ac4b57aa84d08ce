//! The audit of a record: that its log holds what it signs, that every entry counts, that every blob and
//! form is what its statement says, and that the index follows from the log.

use std::fs;
use std::path::{Path, PathBuf};

use erratum_record::{Body, Forms, LogErrorKind, Record, RecordError};

use crate::forms::forms_of;
use crate::library::{Library, LibraryError};
use crate::policy::RecordSource;
use crate::selector;

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The record's origin.
    pub origin: String,
    /// How many entries it has.
    pub entries: u64,
    /// How many documents.
    pub documents: usize,
    /// What does not hold, each with the entry or file. Empty: the record is sound.
    pub lies: Vec<String>,
    /// Whether the log key was pinned.
    pub key_pinned: bool,
}

/// Why an audit could not be made or found the log itself false.
#[derive(Debug)]
pub enum AuditError {
    /// The log does not hold what it signs.
    False(LibraryError),
    /// Something could not be read.
    Unreadable(LibraryError),
}

/// Audits a record.
///
/// # Errors
/// If the log cannot be read or is false, so that nothing else can be said.
pub fn audit(source: &RecordSource) -> Result<Audit, AuditError> {
    let record = Record::open(&source.path, source.key.as_ref()).map_err(|error| {
        let is_false = match &error {
            RecordError::Log(_, error) => {
                !matches!(error.kind(), LogErrorKind::Io | LogErrorKind::Missing)
            }
            RecordError::Blob(..) => true,
            RecordError::Record(..) => false,
        };
        let error = LibraryError::from(error);
        if is_false { AuditError::False(error) } else { AuditError::Unreadable(error) }
    })?;
    let mut lies: Vec<String> = record
        .state()
        .void()
        .iter()
        .map(|v| format!("entry {} counts for nothing: {}", v.entry, v.refusal))
        .collect();
    for entry in 0..record.log().size() {
        lies.extend(audit_entry(&record, entry));
    }
    lies.extend(audit_partial_tiles(&source.path.join("tile")));
    lies.extend(audit_index(&record));
    Ok(Audit {
        origin: record.origin().to_owned(),
        entries: record.log().size(),
        documents: record.state().documents().len(),
        lies,
        key_pinned: record.is_pinned(),
    })
}

fn audit_entry(record: &Record, index: u64) -> Vec<String> {
    let Some(entry) = record.entry(index) else { return Vec::new() };
    let blobs = match record.blobs(index) {
        Ok(blobs) => blobs,
        Err(error) => return vec![error.to_string()],
    };
    let text = || {
        let fields = entry.statement.blobs();
        let position = fields.iter().position(|field| field.field == "text")?;
        blobs.get(position).map(erratum_record::Blob::text)
    };
    match &entry.statement.body {
        Body::Document(body) => audit_forms(index, &body.forms, text()),
        Body::Rendition(body) => match &body.translation {
            Some((forms, _)) => audit_forms(index, forms, text()),
            None => Vec::new(),
        },
        Body::Standing(_) => {
            let fields = entry.statement.blobs();
            let passages = fields.iter().zip(&blobs).filter(|(field, _)| field.field == "passage");
            let broken = passages.filter(|(_, blob)| selector::exact(blob.text()).is_none());
            broken.map(|_| format!("entry {index}: a passage is not a text quote selector")).collect()
        }
        _ => Vec::new(),
    }
}

fn audit_forms(index: u64, signed: &Forms, text: Option<&str>) -> Vec<String> {
    let made = forms_of(text.unwrap_or_default());
    if made == *signed {
        return Vec::new();
    }
    let what = if made.tables != signed.tables {
        format!(
            "its forms were made with other tables ({}) than this build has ({})",
            signed.tables, made.tables
        )
    } else if made.search != signed.search {
        "its search form is not that of its text".to_owned()
    } else {
        "its comparison form is not that of its text".to_owned()
    };
    vec![format!("entry {index}: {what}")]
}

/// Partial tiles of earlier sizes must be the beginnings of what came after, which opening has checked.
fn audit_partial_tiles(folder: &Path) -> Vec<String> {
    let mut lies = Vec::new();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| path.is_dir()) {
        if path.extension().is_some_and(|extension| extension == "p") {
            lies.extend(audit_partials(&path));
        } else {
            lies.extend(audit_partial_tiles(&path));
        }
    }
    lies.sort();
    lies
}

fn audit_partials(folder: &Path) -> Vec<String> {
    let mut widths: Vec<(usize, PathBuf)> = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let width = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        widths.extend(width.map(|width| (width, path)));
    }
    widths.sort();
    let full = folder.with_extension("");
    let last = if full.is_file() { Some(full) } else { widths.pop().map(|(_, path)| path) };
    let whole = last.and_then(|path| fs::read(path).ok()).unwrap_or_default();
    let is_beginning = |path: &Path| fs::read(path).is_ok_and(|bytes| whole.starts_with(&bytes));
    let lies = widths.into_iter().filter(|(_, path)| !is_beginning(path));
    lies.map(|(_, path)| format!("{}: it is not the beginning of what came after", path.display()))
        .collect()
}

/// The index must be what the log gave when it had the size that the index names.
fn audit_index(record: &Record) -> Option<String> {
    let file = Library::index_file(record);
    let found = fs::read(&file).ok()?;
    let covered = match Library::covered(record) {
        Ok(covered) => covered,
        Err(error) => return Some(error.to_string()),
    };
    match Library::index_at(record, covered) {
        Ok(made) if made == found => None,
        Ok(_) => Some(format!("index {}: it does not follow from the log", file.display())),
        Err(error) => Some(error.to_string()),
    }
}
