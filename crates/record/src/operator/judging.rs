//! Judging what was looked into, in order, and what becomes of each statement.

use crate::entry::Entry;
use crate::inbox::{Receipt, Submission};
use crate::log::NewEntry;
use crate::note::{Signed, VerifierKey};
use crate::signatures::look_up;
use crate::state::{Attached, Placed, RefusalKind, Stop};
use crate::statement::{Body, FirstWord, Statement};
use crate::words::{Class, Standing};

use super::prepare::{AllPrepared, Prepared, prepare};
use super::{Operator, OperatorError, Waiting, Wanted};

impl Operator {
    pub(super) fn answer_all(
        &mut self,
        submissions: &[&Submission],
        whose: Whose,
    ) -> Result<Vec<Answer>, OperatorError> {
        let prepared = prepare(&self.state, &self.check, submissions)?;
        let Judged { answers, batch } = self.judge(submissions, prepared, whose)?;
        self.writer.append(&batch)?;
        self.broken = false;
        Ok(answers)
    }

    /// Judges what was prepared, in order, and takes the valid ones into the state: they must be appended
    /// next, or the operator be thrown away.
    pub(super) fn judge(
        &mut self,
        submissions: &[&Submission],
        prepared: AllPrepared,
        whose: Whose,
    ) -> Result<Judged, OperatorError> {
        if self.broken {
            let why = "an append failed before; the record must be opened again";
            return Err(OperatorError::Refused(why.to_owned()));
        }
        // Until it is appended.
        self.broken = true;
        let first = self.writer.checkpoint().size();
        let mut batch: Vec<NewEntry> = Vec::with_capacity(submissions.len());
        let mut answers = Vec::with_capacity(submissions.len());
        for (submission, prepared) in submissions.iter().zip(prepared) {
            let index = first + batch.len() as u64;
            let answer = match prepared {
                // They are public and signed: whoever hands one in again would have it logged twice.
                Ok(Prepared { statement: Statement { body: Body::Record(_), .. }, .. })
                    if whose == Whose::Offices =>
                {
                    let why = "a record statement is for the operator alone to make";
                    Answer::Receipt(Receipt::Refused(why.to_owned()))
                }
                Ok(prepared) => self.take(index, prepared, &batch)?,
                Err(why) => Answer::Receipt(Receipt::Refused(why)),
            };
            if let Answer::Receipt(Receipt::Logged { entry, logged }) = &answer
                && *entry == index
            {
                let entry = Entry::bytes_of(*logged, &submission.note);
                let blobs = Some(submission.blobs.clone()).filter(|blobs| !blobs.is_empty());
                batch.push(NewEntry { entry, blobs });
            }
            answers.push(answer);
        }
        Ok(Judged { answers, batch })
    }

    /// Judges one submission and, if it is valid, takes it into the state. `batch` goes into the log before
    /// it.
    fn take(
        &mut self,
        index: u64,
        prepared: Prepared,
        batch: &[NewEntry],
    ) -> Result<Answer, OperatorError> {
        let Prepared { id, statement, proven, blobs } = prepared;
        // Before its blobs are asked for: what is logged stays so, whatever comes with it this time.
        if let Some(entry) = self.state.entry_of(&id, &statement)? {
            return Ok(Answer::Receipt(self.old_receipt(entry, batch)?));
        }
        let refused = |why: String| Ok(Answer::Receipt(Receipt::Refused(why)));
        let logged = (self.clock)().max(self.state.last_time());
        let (attached, wrong) = match blobs {
            Ok(attached) => (attached, None),
            Err(why) => (Attached::default(), Some(why)),
        };
        let placed = Placed { entry: index, logged, id, statement, attached };
        let signed = |key: &VerifierKey| -> Signed { look_up(&proven, key) };
        let signers = match (self.state.judge(&placed, &signed), wrong) {
            (Err(Stop::Fault(error)), _) => return Err(error.into()),
            // Rather what is wrong with its blobs than that they are missing.
            (Err(Stop::Void(refusal)), Some(why)) if refusal.kind() == RefusalKind::Unfit => {
                return refused(why);
            }
            (Err(Stop::Void(refusal)), _) => {
                return Ok(match refusal.kind() {
                    RefusalKind::NotAdmitted => Answer::not_admitted(&placed, refusal.to_string()),
                    RefusalKind::Unknown | RefusalKind::NoKeys => Answer::Early(refusal.to_string()),
                    _ => Answer::Receipt(Receipt::Refused(refusal.to_string())),
                });
            }
            (Ok(_), Some(why)) => return refused(why),
            (Ok(signers), None) => signers,
        };
        if let Some(most) = self.state.open() {
            let log = || self.writer.log();
            if let Some(why) = self.quota.refuses(most, &placed.statement, logged, log)? {
                return refused(why);
            }
            self.quota.count(&placed.statement);
        }
        self.warned |= warns(&placed.statement);
        self.state.apply(placed, signers)?;
        Ok(Answer::Receipt(Receipt::Logged { entry: index, logged }))
    }

    /// The receipt that a statement gets or got where it stands first: in the log, or in `batch`, which is
    /// to go there.
    fn old_receipt(&self, entry: u64, batch: &[NewEntry]) -> Result<Receipt, OperatorError> {
        let first = self.writer.checkpoint().size();
        let waiting = entry.checked_sub(first).and_then(|at| batch.get(usize::try_from(at).ok()?));
        let bytes = match waiting {
            Some(waiting) => waiting.entry.clone(),
            None => self.writer.log()?.entries(entry..entry + 1)?.concat(),
        };
        Ok(match Entry::parse(&bytes) {
            Ok(Entry { logged, .. }) => Receipt::Logged { entry, logged },
            Err(_) => Receipt::Refused(format!("already logged at entry {entry}")),
        })
    }
}

/// Whether a statement warns, of a document or of a key: readers shall know at once.
pub(super) fn warns(statement: &Statement) -> bool {
    match &statement.body {
        Body::Standing(body) => body.act.standing().map(Standing::class) == Some(Class::Warning),
        Body::Document(body) => matches!(body.word, FirstWord::Disowned { .. }),
        Body::Revocation(_) => true,
        _ => false,
    }
}

/// What became of submissions, and what is to be appended of them.
pub(super) struct Judged {
    pub(super) answers: Vec<Answer>,
    pub(super) batch: Vec<NewEntry>,
}

/// Whose statements are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The operator's own.
    Own,
    /// Those that were handed in.
    Offices,
}

/// What becomes of a submission.
pub(super) enum Answer {
    Receipt(Receipt),
    /// It stays in the inbox: nothing is wrong with it once its key is admitted.
    NotAdmitted(Box<Waiting>),
    /// It names an office or document that is not there, and perhaps not there yet.
    Early(String),
}

impl Answer {
    fn not_admitted(placed: &Placed, why: String) -> Self {
        match &placed.statement.body {
            Body::Keys(keys) => {
                let (key, wants) = (keys.first().clone(), Wanted::of(placed.id, keys));
                Self::NotAdmitted(Box::new(Waiting { key, wants, why }))
            }
            _ => Self::Receipt(Receipt::Refused(why)),
        }
    }

    pub(super) fn into_receipt(self) -> Receipt {
        match self {
            Self::Receipt(receipt) => receipt,
            Self::NotAdmitted(waiting) => Receipt::Refused(waiting.why),
            Self::Early(why) => Receipt::Refused(why),
        }
    }
}
