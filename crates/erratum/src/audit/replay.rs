//! The forward pass of an audit, from the first entry on: at every epoch the map of the state must have the
//! root that the log commits to, and the saved map must be that of its epoch, fact by fact.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use erratum_record::{
    Body, Entry, LocalStore, LogError, Map, Record, RecordError, State, UnverifiedLog,
};

use super::{Kind, Lies};
use crate::policy::RecordSource;

/// The map of a log that is not larger is kept in memory; of any other, in a temporary folder.
const MOST_IN_MEMORY: u64 = 100_000;
/// So many facts may change before they go into the map, epoch or not.
const MOST_CHANGED: usize = 100_000;

/// The forward pass in the making.
pub(super) struct Replay<'a> {
    place: PathBuf,
    lies: &'a mut Lies,
    /// Where the map grows.
    scratch: Option<tempfile::TempDir>,
    /// The map that the record's folder holds, until its entry has come.
    saved: Option<Map>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(place: &Path, lies: &'a mut Lies) -> Result<Self, RecordError> {
        // Before the checkpoint is read: then the log has the entry that the map rests on.
        let saved = Map::open(&place.join("map")).unwrap_or_else(|error| {
            lies.add(Kind::Map, || error.to_string());
            None
        });
        let size = match UnverifiedLog::read(Arc::new(LocalStore::new(place))) {
            Ok(log) => log.checkpoint().size(),
            // Reading the record says what is wrong.
            Err(_) => 0,
        };
        let scratch = (size > MOST_IN_MEMORY).then(tempfile::tempdir).transpose();
        let scratch = scratch.map_err(|error| {
            RecordError::Record(place.to_owned(), format!("no temporary folder: {error}"))
        })?;
        Ok(Self { place: place.to_owned(), lies, scratch, saved })
    }

    pub(super) fn run(mut self, source: &RecordSource) -> Result<Record, RecordError> {
        let before =
            &mut |state: &mut State, index, entry: Option<&Entry>| self.before(state, index, entry);
        let record = Record::replayed(&source.path, source.key.as_ref(), before)?;
        let last = record.state().void();
        last.iter().for_each(|void| self.lies.add(Kind::Void, || describe(void)));
        match self.saved.take() {
            Some(map) => self.lies.add(Kind::Map, || {
                format!("map: no epoch commits to it, though it names entry {}", entry_of(&map))
            }),
            None if record.state().epoch().is_some() && !self.place.join("map/current").exists() => {
                let why = "map: missing; make it anew with: erratum record rebuild";
                self.lies.add(Kind::Map, || why.to_owned());
            }
            None => {}
        }
        // What follows asks the state, whose map may lie in the temporary folder: it stays mapped.
        Ok(record)
    }

    fn before(
        &mut self,
        state: &mut State,
        index: u64,
        entry: Option<&Entry>,
    ) -> Result<(), RecordError> {
        for void in state.take_void() {
            self.lies.add(Kind::Void, || describe(&void));
        }
        let epoch = entry.and_then(|entry| match &entry.statement.body {
            Body::Record(body) => body.epoch.as_ref(),
            _ => None,
        });
        if epoch.is_none() && state.changed() < MOST_CHANGED {
            return Ok(());
        }
        let failed = |error: LogError| RecordError::Log(self.place.clone(), error);
        let folder = self.scratch.as_ref().map(|scratch| scratch.path().to_owned());
        let mut map = state.next_map(folder.as_deref(), index).map_err(failed)?;
        if let Some(folder) = &folder {
            // So that the files of the maps before it go.
            map.publish(folder, index).map_err(failed)?;
        }
        state.settle(map.clone());
        let Some(epoch) = epoch else { return Ok(()) };
        if map.root() != epoch.map.0 {
            self.lies
                .add(Kind::Root, || format!("entry {index}: its map is not what the log gives by then"));
        }
        if let Some(saved) = self.saved.take_if(|saved| entry_of(saved) == index) {
            let wrong = compare(&saved, &map, &epoch.map.0);
            wrong.into_iter().for_each(|wrong| {
                self.lies.add(Kind::Map, || format!("map of the epoch at entry {index}: {wrong}"));
            });
        }
        Ok(())
    }
}

fn describe(void: &erratum_record::Void) -> String {
    format!("entry {} counts for nothing: {}", void.entry, void.refusal)
}

fn entry_of(map: &Map) -> u64 {
    map.entry().unwrap_or(map.covers())
}

/// What is wrong with a saved map, given the one that the log gives.
fn compare(saved: &Map, made: &Map, root: &[u8; 32]) -> Option<String> {
    if saved.root() != *root || saved.covers() != made.covers() {
        return Some("it is not what that entry commits to".to_owned());
    }
    let (mut saved, mut made) = (saved.scan(), made.scan());
    loop {
        let (a, b) = match (saved.next().transpose(), made.next().transpose()) {
            (Ok(a), Ok(b)) => (a, b),
            (Err(error), _) | (_, Err(error)) => return Some(error.to_string()),
        };
        if a == b {
            // At the end of both.
            a?;
            continue;
        }
        // Either has a fact that the other lacks, or they say two things of one.
        let least = match (a, b) {
            (Some(a), Some(b)) => {
                if a.0 <= b.0 {
                    a
                } else {
                    b
                }
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return None,
        };
        let fact = String::from_utf8_lossy(least.1);
        let name = fact.lines().next().unwrap_or_default();
        return Some(format!("its fact \"{name}\" is not what the log gives"));
    }
}
