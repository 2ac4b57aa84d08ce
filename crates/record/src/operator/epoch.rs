//! Epochs: when the operator makes one, and what it says.
//!
//! The order: write the map's files; log the statement that commits to them; name them in `map/current`. A
//! crash between any two leaves the epoch before in place, and the next one makes good.

use std::fs;

use crate::atoms::{Id, number};
use crate::blob::Blob;
use crate::entry::Entry;
use crate::log::LogError;
use crate::record::MAP;
use crate::statement::{Epoch, RecordBody};

use super::judging::warns;
use super::{Operator, OperatorError};

/// Not more often than this, but for a warning.
const OFTEN: i64 = 10_000;
/// Not more seldom than this.
const SELDOM: i64 = 3_600_000;
/// Nor with more changed facts than this in memory.
const MOST_CHANGED: usize = 50_000;
/// So many entries are read at once.
const CHUNK: u64 = 256;
/// Where the index says what it is.
const MANIFEST: &str = "match/manifest";
/// A checkpoint is public: its salt hides nothing.
const NO_SALT: [u8; 32] = [0; 32];
/// A manifest longer than this is not read.
const MOST_MANIFEST_BYTES: u64 = 1024 * 1024;

impl Operator {
    /// Whether an epoch is due: at most every 10 seconds, at once after a warning, hourly when idle. Where
    /// the clock was set back, so that the latest lies ahead of it, nobody waits for that time.
    pub fn epoch_is_due(&mut self) -> bool {
        let now = (self.clock)();
        let size = self.writer.checkpoint().size();
        let Some((_, logged)) = self.state.epoch() else { return size > 0 };
        let age = now.millis() - logged.millis();
        let news = self.has_news();
        age >= SELDOM
            || news && (self.warned || age.abs() >= OFTEN || self.state.changed() >= MOST_CHANGED)
    }

    /// Whether anything was logged since the latest epoch, or that is not the saved one: a crash came
    /// between.
    #[must_use]
    pub fn has_news(&self) -> bool {
        let Some((entry, _)) = self.state.epoch() else { return true };
        self.writer.checkpoint().size() > entry + 1 || self.state.map().entry() != Some(entry)
    }

    /// Whether a warning was logged since the latest epoch.
    pub(super) fn has_warned(&self) -> Result<bool, LogError> {
        let log = self.writer.log()?;
        let mut next = self.state.epoch().map_or(0, |(entry, _)| entry + 1);
        while next < log.size() {
            let end = log.size().min(next + CHUNK);
            let entries = log.entries(next..end)?;
            let statements = entries.iter().filter_map(|bytes| Entry::parse(bytes).ok());
            if statements.into_iter().any(|entry| warns(&entry.statement)) {
                return Ok(true);
            }
            next = end;
        }
        Ok(false)
    }

    /// Makes an epoch of all that is logged, and returns the entry that says so.
    ///
    /// # Errors
    /// If its files or the entry cannot be written; then the operator must be opened again.
    pub fn epoch(&mut self) -> Result<u64, OperatorError> {
        self.finish_making()?;
        let covers = self.writer.checkpoint().size();
        let folder = self.place.join(MAP);
        let mut map = self.state.next_map(Some(&folder), covers)?;
        let checkpoint = Blob::new(NO_SALT, self.writer.published().to_vec());
        let epoch = Epoch {
            manifest: self.manifest(covers),
            map: Id(map.root()),
            checkpoint: checkpoint.reference(),
        };
        self.state.settle(map.clone());
        let body = RecordBody { epoch: Some(epoch), ..RecordBody::default() };
        let entry = self.say(body, &checkpoint.stored())?;
        map.publish(&folder, entry)?;
        self.state.lie_on(map);
        (self.warned, self.rounds) = (false, 0);
        Ok(entry)
    }

    /// What the index covers, and the digest of its manifest.
    fn manifest(&self, covers: u64) -> Option<(u64, Id)> {
        let file = self.place.join(MANIFEST);
        if fs::metadata(&file).ok()?.len() > MOST_MANIFEST_BYTES {
            return None;
        }
        let bytes = fs::read(&file).ok()?;
        let text = std::str::from_utf8(&bytes).ok()?;
        let log = text.strip_prefix("erratum/v1 index\nlog ")?;
        let size = number(log.split_once(' ')?.0).ok()?;
        (size <= covers).then(|| (size, Id::of(&bytes)))
    }
}
