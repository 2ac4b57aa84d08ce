//! The public pages of a record, as plain files: the log's page with all documents, a page for each
//! document, and a JSON feed of the latest words.
//!
//! They follow from the record alone, byte for byte: no clock, no settings. So whoever has the record can
//! tell a page that says something else ([`audit`]). [`annotated`] makes another kind of page: a reader's own
//! copy with its verdict. Nothing here is served over the network.

mod annotate;
mod feed;
mod files;
mod pages;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use erratum::record::Record;
use erratum::{At, LibraryError, When, story};

pub use annotate::{DrawPage, annotated};
pub use files::{Built, ServeError};

/// The pages by their paths in the folder.
pub type Pages = BTreeMap<String, Vec<u8>>;

/// Makes all pages of a record, as it stood when its last entry was logged.
///
/// # Errors
/// If the record cannot be read, or its map says what its log does not.
pub fn pages(record: &Record) -> Result<Pages, LibraryError> {
    let when = When { now: record.last_logged(), at: At::Present };
    let documents = record.state().documents().map_err(|error| record.failed(error))?;
    let mut stories = Vec::with_capacity(documents.len());
    for document in &documents {
        stories.push(story(record, document, when, &[])?);
    }
    let mut made = Pages::new();
    for story in &stories {
        made.insert(pages::path(story), pages::document(record, story));
    }
    made.insert("index.html".to_owned(), pages::log(record, &stories));
    made.insert("style.css".to_owned(), include_bytes!("style.css").to_vec());
    made.insert("feed.json".to_owned(), feed::feed(record, &stories));
    Ok(made)
}

/// Writes the pages of a record into a folder: only what changed, and what is a page no more is removed.
///
/// # Errors
/// If the record cannot be read, the folder is not one of pages, or something cannot be written.
pub fn build(record: &Record, folder: &Path) -> Result<Built, ServeError> {
    files::write(&pages(record)?, folder)
}

/// What in a folder of pages does not follow from the record: each page that is missing, that says something
/// else, or that is none of the record's. Empty: all follow.
///
/// # Errors
/// If the record or the folder cannot be read, or the pages were made of another state of the record than
/// this one: then nothing can be said of them.
pub fn audit(record: &Record, folder: &Path) -> Result<Vec<String>, ServeError> {
    let made = pages(record)?;
    let own = (record.origin().to_owned(), record.log().size());
    match files::read(folder, "feed.json")?.as_deref().and_then(feed::made_of) {
        Some(other) if other != own => {
            Err(ServeError::OtherState { folder: folder.to_owned(), pages: other, record: own })
        }
        _ => files::compare(&made, folder),
    }
}
