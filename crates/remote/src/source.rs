//! Where the files of a record come from: the trait, and the read-only store over it.
//!
//! Nothing is checked here but lengths.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use erratum_record::{LocalStore, LogError, LogErrorKind, Store};

/// Files by their path that can be read and not written.
pub trait Source: Send + Sync {
    /// The bytes of a file, or `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read, or is longer than `most` bytes.
    fn get(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError>;

    /// A file as a stream, or `None` if there is none. A stream that would give more than `most` bytes
    /// fails.
    ///
    /// # Errors
    /// If it cannot be opened.
    fn open(&self, path: &str, most: u64) -> Result<Option<Box<dyn Read + Send>>, LogError>;

    /// At most `len` bytes of a file from `offset` on; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read.
    fn get_range(&self, path: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>, LogError> {
        match self.open(path, u64::MAX)? {
            None => Ok(None),
            Some(stream) => {
                cut(stream, offset, len).map(Some).map_err(|e| LogError::io(path, "read", e))
            }
        }
    }
}

/// At most `len` bytes of a stream after its first `offset`.
pub(crate) fn cut(mut stream: impl Read, offset: u64, len: u64) -> io::Result<Vec<u8>> {
    io::copy(&mut stream.by_ref().take(offset), &mut io::sink())?;
    let mut bytes = Vec::new();
    stream.take(len).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A store that reads from a source, and first from a local folder where it has one.
pub struct ReadStore {
    local: Option<LocalStore>,
    source: Arc<dyn Source>,
}

impl ReadStore {
    /// A store that reads from the source alone.
    #[must_use]
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self { local: None, source }
    }

    /// A store that asks the source only for what the folder has not.
    pub(crate) fn behind(folder: &Path, source: Arc<dyn Source>) -> Self {
        Self { local: Some(LocalStore::new(folder)), source }
    }
}

fn read_only(path: &str) -> LogError {
    LogError::new(LogErrorKind::Invalid, path, "cannot be written: the record is read from elsewhere")
}

impl Store for ReadStore {
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError> {
        if let Some(local) = &self.local
            && let Some(bytes) = local.read(path, most)?
        {
            return Ok(Some(bytes));
        }
        self.source.get(path, most)
    }

    fn read_range(&self, path: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>, LogError> {
        if let Some(local) = &self.local
            && let Some(bytes) = local.read_range(path, offset, len)?
        {
            return Ok(Some(bytes));
        }
        self.source.get_range(path, offset, len)
    }

    fn swap(&self, path: &str, _: Option<&[u8]>, _: &[u8]) -> Result<(), LogError> {
        Err(read_only(path))
    }

    fn remove(&self, path: &str) -> Result<(), LogError> {
        Err(read_only(path))
    }

    fn create(&self, files: &[(String, Vec<u8>)]) -> Result<(), LogError> {
        Err(read_only(files.first().map_or("", |(path, _)| path)))
    }

    fn replace(&self, path: &str, _: &[u8]) -> Result<(), LogError> {
        Err(read_only(path))
    }

    fn remove_folder(&self, path: &str) -> Result<(), LogError> {
        Err(read_only(path))
    }
}
