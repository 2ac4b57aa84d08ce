//! Where the files of a log lie: the trait.
//!
//! A store knows paths and bytes, not what is in them or which comes first; the order of an append is the
//! writer's. The store in a local folder is in `local_store.rs`.

use super::error::{LogError, LogErrorKind};

/// Files by their path: `/` between the parts, none of which is empty, `.` or `..`.
///
/// What a method changed is durable when it returns without error. After an error anything may have
/// happened to the files named in the call and to no others; doing the same again puts that right.
pub trait Store: Send + Sync {
    /// The bytes of a file, or `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read, or is longer than `most` bytes.
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError>;

    /// At most `len` bytes of a file from `offset` on, fewer (or none) where it ends before; `None` if there
    /// is no such file.
    ///
    /// # Errors
    /// If it cannot be read.
    fn read_range(&self, path: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>, LogError>;

    /// Makes files that will never change. One that is there already with the same bytes is fine.
    ///
    /// # Errors
    /// If one is there with other bytes (then nothing is written), or cannot be made durable.
    fn create(&self, files: &[(String, Vec<u8>)]) -> Result<(), LogError>;

    /// Makes a file or puts it in the place of an older one, so that a reader or a crash finds one of the
    /// two whole.
    ///
    /// # Errors
    /// If that cannot be made durable.
    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), LogError>;

    /// As [`Store::replace`], and only if the file has exactly the bytes `expected`, or is not there for
    /// `None`: of several writers that expect the same, one wins. Where the outcome is not known at first
    /// (a time-out), the store reads the file again and compares before it judges.
    ///
    /// # Errors
    /// Of the kind [`LogErrorKind::Conflict`] if something else is there, and nothing was changed; of
    /// another kind as [`Store::replace`].
    fn swap(&self, path: &str, expected: Option<&[u8]>, bytes: &[u8]) -> Result<(), LogError>;

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// If that cannot be done, or not be made durable.
    fn remove(&self, path: &str) -> Result<(), LogError>;

    /// Removes a file that nobody needs any more, if it is there. A crash may bring it back.
    ///
    /// # Errors
    /// If it cannot be removed.
    fn discard(&self, path: &str) -> Result<(), LogError> {
        self.remove(path)
    }

    /// Removes a folder of files that nobody needs any more, if it is there. A crash may bring it back.
    ///
    /// # Errors
    /// If it cannot be removed.
    fn remove_folder(&self, path: &str) -> Result<(), LogError>;

    /// The paths of the files at the top of the store that begin with `prefix`, for finding what a crash
    /// left behind. A store that several writers share names none: what one of them does not know may be
    /// what another one is about to use.
    ///
    /// # Errors
    /// If they cannot be listed.
    fn leftovers(&self, prefix: &str) -> Result<Vec<String>, LogError> {
        let _ = prefix;
        Ok(Vec::new())
    }
}

/// The error of a swap that found something else; for all stores to say it alike.
pub(crate) fn conflict(path: &str, expected: Option<&[u8]>, found: Option<&[u8]>) -> LogError {
    let why = match (expected, found) {
        (None, _) => "is there already: another writer made it",
        (Some(_), None) => "is gone: another writer removed it",
        (Some(_), Some(_)) => "another writer changed it",
    };
    LogError::new(LogErrorKind::Conflict, path, why)
}
