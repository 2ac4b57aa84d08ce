//! From a checkpoint's bytes to a log whose key is known.

use std::sync::Arc;

use erratum_record::{Body, Entry, Log, LogError, LogErrorKind, Store, UnverifiedLog, VerifierKey};

/// The log at a checkpoint, signed by `key`; without one, by the key in its entry 0, with that key.
///
/// # Errors
/// If the bytes are not a checkpoint, or it is not signed by that key.
pub(crate) fn open(
    store: Arc<dyn Store>,
    checkpoint: Vec<u8>,
    key: Option<&VerifierKey>,
) -> Result<(Log, VerifierKey), LogError> {
    let log = UnverifiedLog::at(store, checkpoint)?;
    let key = match key {
        Some(key) => key.clone(),
        None => key_of(&log.first_entry()?)?,
    };
    Ok((log.verify(&key)?, key))
}

fn key_of(entry: &[u8]) -> Result<VerifierKey, LogError> {
    let bad = |why: String| LogError::new(LogErrorKind::Damaged, "entry 0", why);
    let entry = Entry::parse(entry).map_err(|error| bad(error.to_string()))?;
    match entry.statement.body {
        Body::Record(body) => body.log_key.ok_or_else(|| bad("names no log key".to_owned())),
        _ => Err(bad("not a record statement".to_owned())),
    }
}
