//! What is derived from a record's log, made anew from it: the index and the map that its latest epoch
//! commits to. Nothing is made here that no epoch commits to, where there is one.

use std::path::Path;
use std::sync::Arc;

use erratum_record::{
    Body, Entry, Epoch, LocalStore, Log, LogError, LogErrorKind, Map, Record, RecordError, Signed,
    UnverifiedLog, VerifierKey,
};

use crate::index;
use crate::library::LibraryError;

/// So many entries are read at once.
const CHUNK: u64 = 256;
/// So many facts may change before they go into the map.
const MOST_CHANGED: usize = 100_000;

/// What was made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// The epoch whose map was made; none if the record has no epoch yet.
    pub epoch: Option<u64>,
    /// How many entries the index covers.
    pub indexed: u64,
    /// Whether an epoch commits to that index already.
    pub committed: bool,
}

/// Makes the map and the index of the record in a folder anew, by reading its log from the first entry on.
/// No operator may be at work there meanwhile.
///
/// # Errors
/// If the record cannot be read, something cannot be written, or an epoch commits to another map than the
/// log gives: then with its entry.
pub fn rebuild(place: &Path, pinned: Option<&VerifierKey>) -> Result<Rebuilt, LibraryError> {
    let failed = |error: LogError| RecordError::Log(place.to_owned(), error);
    let folder = place.join("map");
    let latest = latest_epoch(place, pinned).map_err(failed)?;
    if let Some((entry, epoch)) = &latest {
        if Map::open(&folder).is_err() {
            // It is damaged: readers read the whole log until there is another.
            let removed = std::fs::remove_dir_all(&folder);
            removed.map_err(|error| io(place, &folder, &error))?;
        }
        let mut made = false;
        Record::replayed(place, pinned, &mut |state, index, _| {
            if made || (index != *entry && state.changed() < MOST_CHANGED) {
                return Ok(());
            }
            let mut map = state.next_map(Some(&folder), index).map_err(failed)?;
            state.settle(map.clone());
            if index == *entry {
                if map.root() != epoch.map.0 {
                    let why = format!("entry {index}: its map is not what the log gives by then");
                    return Err(RecordError::Record(place.to_owned(), why));
                }
                map.publish(&folder, index).map_err(failed)?;
                made = true;
            }
            Ok(())
        })?;
    }
    let record = Record::open(place, pinned)?;
    let (indexed, committed) = index::restore(&record)?;
    Ok(Rebuilt { epoch: latest.map(|(entry, _)| entry), indexed, committed })
}

fn io(place: &Path, folder: &Path, error: &std::io::Error) -> RecordError {
    RecordError::Record(place.to_owned(), format!("{}: cannot be removed: {error}", folder.display()))
}

/// The last epoch of a log that its key signed, with its entry.
fn latest_epoch(place: &Path, pinned: Option<&VerifierKey>) -> Result<Option<(u64, Epoch)>, LogError> {
    let (log, key) = open(place, pinned)?;
    let mut end = log.size();
    while end > 0 {
        let start = (end - 1) / CHUNK * CHUNK;
        let entries = log.entries(start..end)?;
        for (place, bytes) in entries.iter().enumerate().rev() {
            let index = start + place as u64;
            let Ok(entry) = Entry::parse(bytes) else { continue };
            if let Body::Record(body) = &entry.statement.body
                && let Some(epoch) = body.epoch
                && entry.note.signed_by(&key) == Signed::Yes
            {
                return Ok(Some((index, epoch)));
            }
        }
        end = start;
    }
    Ok(None)
}

fn open(place: &Path, pinned: Option<&VerifierKey>) -> Result<(Log, VerifierKey), LogError> {
    let log = UnverifiedLog::read(Arc::new(LocalStore::new(place)))?;
    let key = match pinned {
        Some(key) => key.clone(),
        None => {
            let named =
                Entry::parse(&log.first_entry()?).ok().and_then(|entry| match entry.statement.body {
                    Body::Record(body) => body.log_key,
                    _ => None,
                });
            named
                .ok_or_else(|| LogError::new(LogErrorKind::Invalid, "entry 0", "it names no log key"))?
        }
    };
    Ok((log.verify(&key)?, key))
}
