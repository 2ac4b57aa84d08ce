//! Large epochs are made while appending goes on.
//!
//! The facts that have changed are set apart and put into the map on a thread of their own, which may have
//! to merge much of it; what changes meanwhile is put into it next, and so on, until so little is left that
//! the operator can do that between two appends and log the epoch.

use std::thread::JoinHandle;

use crate::log::LogError;
use crate::map::Map;
use crate::record::MAP;

use super::{Operator, OperatorError};

/// So many facts are put into the map between two appends.
const FEW: usize = if cfg!(test) { 16 } else { 4096 };

/// So many maps are made for one epoch; then the operator makes the last itself, however much is left:
/// else a flood could hold up the epoch that a warning waits for.
const MOST_ROUNDS: u32 = 8;

/// A map in the making.
pub(super) type Making = JoinHandle<Result<Map, LogError>>;

impl Operator {
    /// Works on an epoch where one is due, without holding up what waits for long; returns the entry that
    /// says it once it is made. To be called again and again.
    ///
    /// # Errors
    /// As [`Operator::epoch`].
    pub fn work_on_epoch(&mut self) -> Result<Option<u64>, OperatorError> {
        if self.making.as_ref().is_some_and(|making| !making.is_finished()) {
            return Ok(None);
        }
        let begun = self.making.is_some();
        self.finish_making()?;
        if !begun && !self.epoch_is_due() {
            return Ok(None);
        }
        if self.state.changed() <= FEW || self.rounds == MOST_ROUNDS {
            return self.epoch().map(Some);
        }
        self.rounds += 1;
        let (changes, folder) = (self.state.freeze(), self.place.join(MAP));
        let covers = self.writer.checkpoint().size();
        self.making = Some(std::thread::spawn(move || changes.map(Some(&folder), covers)));
        Ok(None)
    }

    /// Waits for the map in the making, and lets the state lie on it.
    pub(super) fn finish_making(&mut self) -> Result<(), OperatorError> {
        let Some(making) = self.making.take() else { return Ok(()) };
        // A panic there is a bug, and must not pass for an end.
        let map = making.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        self.state.settle(map);
        Ok(())
    }
}
