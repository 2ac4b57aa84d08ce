//! Two batches at a time: while one is written, the next is looked into.
//!
//! Writing waits for the disk and looking into statements for the processor, so each has what the other
//! leaves. What is looked into rests on a state in which the batch being written is judged already; should
//! writing fail, the operator is of no use any more and nobody has been answered.

use std::thread;

use crate::inbox::{Receipt, Submission};
use crate::log::LogError;

use super::judging::{Answer, Judged, Whose};
use super::prepare::{AllPrepared, prepare};
use super::{Operator, OperatorError};

/// A batch that is looked into and not yet judged.
pub(crate) struct InHand(AllPrepared);

impl Operator {
    /// Looks into a batch.
    pub(crate) fn look_into(&self, batch: &[Submission]) -> Result<InHand, LogError> {
        let batch: Vec<&Submission> = batch.iter().collect();
        prepare(&self.state, &self.check, &batch).map(InHand)
    }

    /// Judges a batch that was looked into and appends what is valid; meanwhile looks into the next. When
    /// this returns, what the receipts call logged is durable and published.
    ///
    /// # Errors
    /// As [`Operator::submit`].
    pub(crate) fn append_and_look(
        &mut self,
        batch: &[Submission],
        in_hand: InHand,
        next: &[Submission],
    ) -> Result<(Vec<Receipt>, InHand), OperatorError> {
        let all: Vec<&Submission> = batch.iter().collect();
        let Judged { answers, batch } = self.judge(&all, in_hand.0, Whose::Offices)?;
        let next: Vec<&Submission> = next.iter().collect();
        let (writer, state, check) = (&mut self.writer, &self.state, &self.check);
        let (appended, looked) = if next.is_empty() {
            (writer.append(&batch), Ok(Vec::new()))
        } else {
            thread::scope(|scope| {
                let appending = scope.spawn(move || writer.append(&batch));
                let looked = prepare(state, check, &next);
                // A panic there is a bug, and must not pass for an answer.
                let appended = appending.join().unwrap_or_else(|p| std::panic::resume_unwind(p));
                (appended, looked)
            })
        };
        appended?;
        self.broken = false;
        Ok((answers.into_iter().map(Answer::into_receipt).collect(), InHand(looked?)))
    }
}
