//! What witnesses prove of the times that a log gives its entries: what a cosigned checkpoint covers was
//! there by then, and what it does not cover came later.
//!
//! Asked of the checkpoints in epochs and of the published one, by the reader's policy. That a checkpoint has
//! too few cosignatures is no lie: a witness may have been away.

use erratum_record::{NotWitnessed, Record, RecordError, Time};

use super::{Kind, Lies};
use crate::policy::Policy;

/// So far the clocks of an operator and its witnesses may differ, in milliseconds.
const CLOCKS: i64 = 5 * 60 * 1000;

/// Audits the times round a checkpoint of this very log, which `place` names in what is told.
pub(super) fn audit(
    record: &Record,
    policy: &Policy,
    checkpoint: &[u8],
    place: &str,
    lies: &mut Lies,
) -> Result<(), RecordError> {
    let seen = match policy.witnessed(checkpoint) {
        Some(Ok(seen)) => seen,
        Some(Err(NotWitnessed::False(error))) => {
            lies.add(Kind::Witness, || format!("{error} ({place})"));
            return Ok(());
        }
        Some(Err(NotWitnessed::Quorum { .. })) | None => return Ok(()),
    };
    let (Some(seen_at), size) = (seen.time, seen.checkpoint.size()) else { return Ok(()) };
    let logged = |index: u64| -> Result<Option<Time>, RecordError> {
        Ok(record.entry(index)?.map(|entry| entry.logged))
    };
    if let Some(last) = size.checked_sub(1)
        && let Some(time) = logged(last)?
        && time.millis() > seen_at.millis() + CLOCKS
    {
        lies.add(Kind::Witness, || {
            format!("entry {last}: dated {time}, and witnesses saw it at {seen_at} ({place})")
        });
    }
    // Times never run back: what holds of the next entry holds of all that follow.
    if let Some(time) = logged(size)?
        && time.millis() < seen_at.millis() - CLOCKS
    {
        lies.add(Kind::Witness, || {
            format!(
                "entry {size}: dated {time}, and witnesses saw the log without it at {seen_at} ({place})"
            )
        });
    }
    Ok(())
}
