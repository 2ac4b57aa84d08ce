//! Whether a statement is valid at its position: who may say what, when.

mod document;
mod keys;
mod record;

use crate::authority::Signers;
use crate::note::{Signed, VerifierKey};
use crate::statement::Body;

use super::refusal::{Refusal, RefusalKind as Kind, Stop};
use super::{Placed, State};

pub(super) type Verdict = Result<(), Stop>;

pub(super) fn refuse<T>(kind: Kind, why: impl Into<String>) -> Result<T, Stop> {
    Err(Refusal::new(kind, why).into())
}

impl State {
    /// Judges a statement as if it came next, and changes nothing. Says which keys signed it.
    ///
    /// # Errors
    /// Why it would count for nothing.
    pub fn judge(
        &self,
        placed: &Placed,
        signed: &dyn Fn(&VerifierKey) -> Signed,
    ) -> Result<Signers, Stop> {
        if self.last_time.is_some_and(|last| placed.logged < last) {
            return refuse(Kind::Time, "its logged time runs back");
        }
        let statement = &placed.statement;
        if let Some(entry) = self.entry_of(&placed.id, statement)? {
            return refuse(Kind::Replayed, format!("already logged at entry {entry}"));
        }
        let copied_from = self.copied_from(&statement.record);
        let native = copied_from.is_none();
        match &statement.body {
            Body::Record(body) => {
                self.judge_record(placed, body, signed)?;
                return Ok(Signers::default());
            }
            _ if self.origin.is_none() => {
                return refuse(
                    Kind::Unfit,
                    "the first entry must be a record statement with the log key",
                );
            }
            // What is wrong with keys is more to the point than who signed them.
            Body::Keys(keys) => self.judge_keys(keys, placed, native)?,
            _ => {}
        }
        let signers = self.check_signed(placed, signed)?;
        match &statement.body {
            Body::Keys(keys) if keys.previous.is_none() => {
                self.check_admitted(keys, placed, &signers)?;
            }
            Body::Keys(_) | Body::Record(_) => {}
            Body::Commitment(_) => self.judge_commitment(native)?,
            Body::Acceptance(body) => self.judge_acceptance(body, placed, native)?,
            Body::Revocation(body) => self.judge_revocation(body, placed, native)?,
            Body::Document(body) => self.judge_document(body, placed, native)?,
            Body::Rendition(body) => self.judge_rendition(body, placed, copied_from)?,
            Body::Standing(body) => self.judge_standing(body, placed, &signers, native)?,
            Body::Comment(body) => self.judge_comment(body, placed, copied_from)?,
            Body::Note(body) => self.judge_note(body, placed, copied_from)?,
        }
        Ok(signers)
    }
}
