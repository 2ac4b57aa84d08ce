//! The audit of a record: that its log holds what it signs, that every entry counts, that every blob and
//! form is what its statement says, and that the index follows from the log.

use std::fs;
use std::path::{Path, PathBuf};

use erratum_record::{Blob, Body, Forms, LogErrorKind, Record, RecordError, Statement};

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
    let wrong = check_statement(&entry.statement, &blobs).err();
    wrong.map(|why| format!("entry {index}: {why}")).into_iter().collect()
}

/// Checks what the record's own rule cannot: that the form digests of a statement are those of its text,
/// and that the passages it names are text quote selectors. `blobs` are those of its blob lines, in order.
///
/// # Errors
/// The first thing that does not hold.
pub fn check_statement(statement: &Statement, blobs: &[Blob]) -> Result<(), String> {
    let fields = statement.blobs();
    let of = |name: &'static str| {
        let named = fields.iter().zip(blobs).filter(move |(field, _)| field.field == name);
        named.map(|(_, blob)| blob.text())
    };
    let text = || of("text").next().unwrap_or_default();
    match &statement.body {
        Body::Document(body) => check_forms(&body.forms, text()),
        Body::Rendition(body) => {
            body.translation.as_ref().map_or(Ok(()), |(forms, _)| check_forms(forms, text()))
        }
        Body::Standing(_) if of("passage").any(|passage| selector::exact(passage).is_none()) => {
            Err("a passage is not a text quote selector".to_owned())
        }
        _ => Ok(()),
    }
}

fn check_forms(signed: &Forms, text: &str) -> Result<(), String> {
    let made = forms_of(text);
    if made == *signed {
        return Ok(());
    }
    Err(if made.tables != signed.tables {
        format!(
            "its forms were made with other tables ({}) than this build has ({})",
            signed.tables, made.tables
        )
    } else if made.search != signed.search {
        "its search form is not that of its text".to_owned()
    } else {
        "its comparison form is not that of its text".to_owned()
    })
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
