//! The operator's own statements.

use super::{Kind, Placed, State, Verdict, refuse};
use crate::note::{Signed, VerifierKey};
use crate::statement::RecordBody;

impl State {
    pub(super) fn judge_record(
        &self,
        placed: &Placed,
        body: &RecordBody,
        signed: &dyn Fn(&VerifierKey) -> Signed,
    ) -> Verdict {
        let record = &placed.statement.record;
        let key = match (&self.log_key, &body.log_key) {
            (None, Some(key)) => key,
            (Some(key), None) => key,
            (None, None) => {
                return refuse(Kind::Unfit, "the first record statement must name the log key");
            }
            (Some(_), Some(_)) => return refuse(Kind::Unfit, "only entry 0 may name the log key"),
        };
        if self.log_key.is_none() && placed.entry != 0 {
            return refuse(Kind::Unfit, "the log key stands at entry 0 or nowhere");
        }
        if key.name() != record.as_str() || self.origin.as_ref().is_some_and(|o| o != record) {
            return refuse(
                Kind::Unfit,
                format!("a record statement for {record} counts only in that record"),
            );
        }
        if body.suffixes.is_some() && placed.attached.suffixes.is_none() {
            return refuse(Kind::Unfit, "its public suffix list is missing");
        }
        self.judge_epoch(placed, body)?;
        self.judge_withholding(placed, body)?;
        match signed(key) {
            Signed::Yes => Ok(()),
            Signed::No => refuse(Kind::NotSigned, format!("not signed by {}", key.name())),
            Signed::Forged => {
                refuse(Kind::NotSigned, format!("the signature of {} does not verify", key.name()))
            }
        }
    }

    /// What an epoch commits to is not judged here, only that it is one: whether it follows from the log,
    /// `audit` proves.
    fn judge_epoch(&self, placed: &Placed, body: &RecordBody) -> Verdict {
        let Some(epoch) = &body.epoch else { return Ok(()) };
        let Some(checkpoint) = &placed.attached.checkpoint else {
            return refuse(Kind::Unfit, "its checkpoint is missing, or not one of this log");
        };
        if checkpoint.size() > placed.entry {
            return refuse(Kind::Unfit, "its checkpoint has entries that come after it");
        }
        if self.epoch.as_ref().is_some_and(|last| checkpoint.size() <= last.checkpoint) {
            return refuse(Kind::Replayed, "its checkpoint is not newer than that of the epoch before");
        }
        if epoch.manifest.is_some_and(|(size, _)| size > placed.entry) {
            return refuse(Kind::Unfit, "its index covers entries that come after it");
        }
        Ok(())
    }

    fn judge_withholding(&self, placed: &Placed, body: &RecordBody) -> Verdict {
        match body.withhold.last() {
            Some(entry) if *entry >= placed.entry => {
                refuse(Kind::Unknown, format!("there is no entry {entry} to withhold yet"))
            }
            _ => Ok(()),
        }
    }
}
