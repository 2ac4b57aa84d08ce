//! Draining the inbox: what waits is judged, some files at a time, and answered.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::atoms::Name;
use crate::inbox::{Inbox, Receipt, Submission, Unread};
use crate::note::VerifierKey;
use crate::statement::Statement;

use super::judging::{Answer, Whose};
use super::{Operator, OperatorError, Wanted};

/// So many submissions of an inbox are taken at once,
const MOST_AT_ONCE: usize = 1024;
/// or as many as have so many bytes.
const MOST_BYTES_AT_ONCE: usize = 16 * 1024 * 1024;

/// What happened to the submissions of an inbox.
#[derive(Debug, Default)]
pub struct Drained {
    /// Those answered, each with its file and receipt, in order.
    pub answered: Vec<(PathBuf, Receipt)>,
    /// Those that stay, because their key is not admitted.
    pub waiting: Vec<Waiting>,
    /// Files that are no submissions, or could not be read or answered, and why. What is no submission is
    /// put aside and gets no receipt; the others stay.
    pub rejected: Vec<(PathBuf, String)>,
}

/// A `keys` statement that waits for its key to be admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The key.
    pub key: VerifierKey,
    /// What the name would have to publish for it to be taken in without.
    pub wants: Option<Wanted>,
    /// What the operator must do.
    pub why: String,
}

impl Operator {
    /// Takes what waits in the inbox, until nothing more can be taken. What names something that is not
    /// there yet is tried again after the others: they may be handed in at one instant. A file that is no
    /// submission stops nothing.
    ///
    /// # Errors
    /// If the inbox cannot be read or the log not be written.
    pub fn drain(&mut self) -> Result<Drained, OperatorError> {
        let inbox = self.inbox();
        let mut drained = Drained::default();
        let mut left =
            inbox.waiting().map_err(|error| OperatorError::Inbox(inbox.place().to_owned(), error))?;
        loop {
            let before = drained.logged();
            let pass = self.pass(&inbox, &left, &mut drained)?;
            if drained.logged() > before && !pass.left.is_empty() {
                left = pass.left;
                continue;
            }
            // What is still too early waits only with the keys of its own office.
            for (path, name, why) in pass.early {
                if !name.is_some_and(|name| pass.offices.contains(&name)) {
                    drained.answer(&inbox, path, Receipt::Refused(why));
                }
            }
            return Ok(drained);
        }
    }

    /// Tries each of these files once, some at a time.
    fn pass(
        &mut self,
        inbox: &Inbox,
        files: &[PathBuf],
        drained: &mut Drained,
    ) -> Result<Pass, OperatorError> {
        let mut pass = Pass::default();
        drained.waiting.clear();
        let mut files = files.iter().peekable();
        while files.peek().is_some() {
            let mut batch = Vec::new();
            let mut bytes = 0;
            while batch.len() < MOST_AT_ONCE && bytes < MOST_BYTES_AT_ONCE {
                let Some(path) = files.next() else { break };
                match Submission::read(path) {
                    Ok(submission) => {
                        bytes += submission.blobs.len();
                        batch.push((path, submission));
                    }
                    Err(unread) => drained.reject(inbox, path, unread),
                }
            }
            let all: Vec<&Submission> = batch.iter().map(|(_, submission)| submission).collect();
            let answers = self.answer_all(&all, Whose::Offices)?;
            for ((path, submission), answer) in batch.iter().zip(answers) {
                pass.sort(inbox, path, submission, answer, drained);
            }
        }
        Ok(pass)
    }
}

/// What a pass over the inbox left for the next.
#[derive(Default)]
struct Pass {
    /// All of it.
    left: Vec<PathBuf>,
    /// What names something that is not there yet: whose it is, and why not.
    early: Vec<(PathBuf, Option<Name>, String)>,
    /// The offices whose keys are not admitted.
    offices: BTreeSet<Name>,
}

impl Pass {
    fn sort(
        &mut self,
        inbox: &Inbox,
        path: &Path,
        submission: &Submission,
        answer: Answer,
        drained: &mut Drained,
    ) {
        match answer {
            Answer::Receipt(receipt) => drained.answer(inbox, path.to_owned(), receipt),
            Answer::NotAdmitted(waiting) => {
                self.offices.extend(speaker(submission));
                drained.waiting.push(*waiting);
                self.left.push(path.to_owned());
            }
            Answer::Early(why) => {
                self.early.push((path.to_owned(), speaker(submission), why));
                self.left.push(path.to_owned());
            }
        }
    }
}

impl Drained {
    fn logged(&self) -> usize {
        let logged = |(_, receipt): &&(_, Receipt)| matches!(receipt, Receipt::Logged { .. });
        self.answered.iter().filter(logged).count()
    }

    fn answer(&mut self, inbox: &Inbox, path: PathBuf, receipt: Receipt) {
        if let Err(error) = inbox.answer(&path, &receipt) {
            self.rejected.push((path.clone(), format!("its receipt cannot be written: {error}")));
        }
        self.answered.push((path, receipt));
    }

    fn reject(&mut self, inbox: &Inbox, path: &Path, unread: Unread) {
        let why = match &unread {
            Unread::Io(error) if error.kind() == io::ErrorKind::NotFound => return,
            Unread::Io(_) => unread.to_string(),
            Unread::Unfit(why) => match inbox.put_aside(path) {
                Ok(()) => why.clone(),
                Err(error) => format!("{why}; it cannot be put aside: {error}"),
            },
        };
        self.rejected.push((path.to_owned(), why));
    }
}

/// Whose statement a submission is.
fn speaker(submission: &Submission) -> Option<Name> {
    Statement::parse(submission.note.text()).ok()?.speaker().cloned()
}
