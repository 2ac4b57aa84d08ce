//! How many statements an open record has taken of each name today.
//!
//! The record's own log is counted, so a restart forgets nothing, and a slow start counts once.

use std::collections::HashMap;

use crate::atoms::{Name, Time};
use crate::entry::Entry;
use crate::log::{Log, LogError};
use crate::statement::{Body, Statement};

use super::judging::warns;

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;
/// So many entries are read at once.
const CHUNK: u64 = 256;

/// What a record took on one UTC day.
#[derive(Debug, Default)]
pub(super) struct Quota {
    /// The day that was counted, and what it had of each name; none before the first statement.
    counted: Option<(i64, HashMap<Name, u64>)>,
}

impl Quota {
    /// Why a statement that would be logged now is too much, where the record takes `most` of a name a day.
    /// Warnings, keys and revocations have as much again, so that a flood in a name's own keys does not stop
    /// the alarm. `log` opens what is counted at the first statement of a day.
    pub(super) fn refuses(
        &mut self,
        most: u64,
        statement: &Statement,
        logged: Time,
        log: impl FnOnce() -> Result<Log, LogError>,
    ) -> Result<Option<String>, LogError> {
        let Some(name) = statement.speaker() else { return Ok(None) };
        let taken = self.day(logged, log)?.get(name).copied().unwrap_or(0);
        let urgent = warns(statement) || matches!(statement.body, Body::Keys(_) | Body::Revocation(_));
        let limit = if urgent { most.saturating_mul(2) } else { most };
        if taken < limit {
            return Ok(None);
        }
        Ok(Some(format!(
            "{name} has had {taken} statements logged today (UTC), and this open record takes {most} of a \
             name a day, and as many again of warnings, keys and revocations; hand it in again tomorrow"
        )))
    }

    /// Counts a statement that goes into the log.
    pub(super) fn count(&mut self, statement: &Statement) {
        if let (Some((_, taken)), Some(name)) = (&mut self.counted, statement.speaker()) {
            *taken.entry(name.clone()).or_default() += 1;
        }
    }

    /// What the day of this time has had so far.
    fn day(
        &mut self,
        logged: Time,
        log: impl FnOnce() -> Result<Log, LogError>,
    ) -> Result<&HashMap<Name, u64>, LogError> {
        let day = logged.millis().div_euclid(DAY);
        let known = self.counted.take().filter(|(counted, _)| *counted == day);
        let known = match known {
            Some(known) => known,
            None => (day, taken_on(day, &log()?)?),
        };
        Ok(&self.counted.insert(known).1)
    }
}

/// What a log has of each name on a day, from its end back.
fn taken_on(day: i64, log: &Log) -> Result<HashMap<Name, u64>, LogError> {
    let mut taken = HashMap::new();
    let mut end = log.size();
    while end > 0 {
        // Aligned, so that each bundle is read once.
        let begin = (end - 1) / CHUNK * CHUNK;
        let all = log.entries(begin..end)?;
        let entries: Vec<Entry> =
            all.iter().rev().filter_map(|bytes| Entry::parse(bytes).ok()).collect();
        for entry in &entries {
            if entry.logged.millis().div_euclid(DAY) < day {
                return Ok(taken);
            }
            if let Some(name) = entry.statement.speaker() {
                *taken.entry(name.clone()).or_default() += 1;
            }
        }
        end = begin;
    }
    Ok(taken)
}
