//! One range of 256 entries: its tiles and its bundle, and what its entries say of blobs.

use erratum_record::{Entry, LogError, LogErrorKind, Statement, Store};

use super::{Copier, Found, operators_word};
use crate::evidence::RemoteError;

impl Copier<'_> {
    /// Copies range `n` with its blobs.
    pub(super) fn range(&self, n: u64) -> Result<(), RemoteError> {
        let range = match self.behind.range(n) {
            // What lies there is damaged; what comes may be good.
            Err(error) if error.kind() == LogErrorKind::Damaged || is_too_long(&error) => {
                self.afresh.range(n)?
            }
            range => range?,
        };
        self.put(&range.files)?;
        let statements: Vec<_> = range.entries.iter().map(|bytes| Statements::of(bytes, self)).collect();
        let mut found = Found::default();
        for statements in &statements {
            found.withheld.extend(&statements.withholds);
        }
        let named = statements.into_iter().map(|statements| statements.named).collect();
        found.missing = self.blobs(n, range.first, named)?;
        let mut all = self.found();
        all.withheld.extend(found.withheld);
        all.missing.extend(found.missing);
        Ok(())
    }
}

impl Copier<'_> {
    /// Writes checked files, also over damaged ones.
    pub(super) fn put(&self, files: &[(String, Vec<u8>)]) -> Result<(), LogError> {
        match self.store.create(files) {
            Err(error) if error.kind() == LogErrorKind::Damaged => {
                files.iter().try_for_each(|(path, bytes)| self.store.replace(path, bytes))
            }
            created => created,
        }
    }
}

/// A local file that is longer than it may be.
fn is_too_long(error: &LogError) -> bool {
    let source = std::error::Error::source(error).and_then(|s| s.downcast_ref::<std::io::Error>());
    source.is_some_and(|source| source.kind() == std::io::ErrorKind::FileTooLarge)
}

/// What one entry says of blobs.
struct Statements {
    /// The statement, if the entry has one with blobs.
    named: Option<Statement>,
    /// The entries whose blobs it withholds.
    withholds: Vec<u64>,
}

impl Statements {
    fn of(bytes: &[u8], copier: &Copier<'_>) -> Self {
        let mut withholds = Vec::new();
        if let Some(text) = operators_word(bytes, &copier.key) {
            let named =
                text.lines().filter_map(|line| line.strip_prefix("withhold ")?.parse::<u64>().ok());
            withholds.extend(named);
        }
        let named = Entry::parse(bytes).ok().map(|entry| entry.statement);
        let named = named.filter(|statement| !statement.blobs().is_empty());
        Self { named, withholds }
    }
}
