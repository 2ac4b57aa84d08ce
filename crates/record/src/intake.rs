//! The intake: many hand in at once, one operator appends what is there together, and each is answered
//! when its statement is durable.
//!
//! Appending is slow by the disk's syncs and cheap by the statement; so whatever waits when the operator
//! comes round goes into one append. At most so many submissions wait: more are held back at the door
//! ([`Intake::submit`] waits, [`Intake::try_submit`] hands them back), so that a flood costs its senders
//! time and the operator no memory.

use std::sync::mpsc::{
    Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel,
};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::inbox::{Receipt, Submission};
use crate::operator::{Operator, OperatorError};

/// So many statements go into one append,
const MOST_TOGETHER: usize = 8192;
/// or as many as have so many bytes of blobs.
const MOST_BYTES_TOGETHER: usize = 32 * 1024 * 1024;
/// From so many on, those that wait are looked into while others are written.
const ENOUGH: usize = if cfg!(test) { 3 } else { 1024 };
/// Without submissions the operator looks up so often, whether an epoch is due.
const IDLE: Duration = Duration::from_millis(500);

/// What is done with the answer to a submission. It runs on the operator's thread and must be quick.
pub type Answered = Box<dyn FnOnce(Receipt) + Send>;

/// An operator at work on a thread of its own.
pub struct Intake {
    door: Option<SyncSender<(Submission, Answered)>>,
    work: Option<JoinHandle<Result<(), OperatorError>>>,
}

/// Why a submission was not taken in; it is handed back.
#[derive(Debug)]
pub enum NotTaken {
    /// So many wait already that this one must come again later.
    Full(Box<Submission>),
    /// The operator has stopped: [`Intake::finish`] says why.
    Stopped(Box<Submission>),
}

impl Intake {
    /// Lets `operator` take in what is submitted, with at most `most` submissions waiting.
    #[must_use]
    pub fn start(mut operator: Operator, most: usize) -> Self {
        let (door, waiting) = sync_channel(most.max(1));
        let work = thread::spawn(move || run(&mut operator, waiting));
        Self { door: Some(door), work: Some(work) }
    }

    /// Hands a submission in; waits while too many are waiting. `answered` is called once it is durably
    /// logged, or refused; if the operator stops before, it is dropped.
    ///
    /// # Errors
    /// If the operator has stopped.
    pub fn submit(&self, submission: Submission, answered: Answered) -> Result<(), NotTaken> {
        let Some(door) = &self.door else { return Err(NotTaken::Stopped(Box::new(submission))) };
        let back = |error: std::sync::mpsc::SendError<(Submission, Answered)>| {
            NotTaken::Stopped(Box::new(error.0.0))
        };
        door.send((submission, answered)).map_err(back)
    }

    /// Hands a submission in, and does not wait.
    ///
    /// # Errors
    /// If too many wait already, or the operator has stopped.
    pub fn try_submit(&self, submission: Submission, answered: Answered) -> Result<(), NotTaken> {
        let Some(door) = &self.door else { return Err(NotTaken::Stopped(Box::new(submission))) };
        door.try_send((submission, answered)).map_err(|error| match error {
            TrySendError::Full((submission, _)) => NotTaken::Full(Box::new(submission)),
            TrySendError::Disconnected((submission, _)) => NotTaken::Stopped(Box::new(submission)),
        })
    }

    /// Takes no more, waits until all that was taken is answered, and ends with an epoch.
    ///
    /// # Errors
    /// Why the operator stopped, if it did. What had not been answered by then may be logged or not; the
    /// next start settles that, and handing it in again is answered rightly.
    pub fn finish(mut self) -> Result<(), OperatorError> {
        self.stop()
    }

    fn stop(&mut self) -> Result<(), OperatorError> {
        self.door = None;
        let Some(work) = self.work.take() else { return Ok(()) };
        // A panic of the operator is a bug, and must not pass for a good end.
        work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        if !thread::panicking() {
            // Whoever wants to know calls `finish`.
            let _ = self.stop();
        }
    }
}

/// A batch, apart from what is done with its answers.
#[derive(Default)]
struct Batch {
    submissions: Vec<Submission>,
    answers: Vec<Answered>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, (submission, answered): (Submission, Answered)) {
        self.bytes += submission.blobs.len();
        self.submissions.push(submission);
        self.answers.push(answered);
    }

    fn is_full(&self) -> bool {
        self.submissions.len() >= MOST_TOGETHER || self.bytes >= MOST_BYTES_TOGETHER
    }
}

/// What waits at the door.
struct Queue {
    waiting: Receiver<(Submission, Answered)>,
    open: bool,
}

impl Queue {
    /// Waits a while for something to come, unless something is in the batch.
    fn wait(&mut self, batch: &mut Batch) {
        if !batch.submissions.is_empty() {
            return;
        }
        match self.waiting.recv_timeout(IDLE) {
            Ok(first) => batch.push(first),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.open = false,
        }
    }

    /// Takes what is there now.
    fn fill(&mut self, batch: &mut Batch) {
        while !batch.is_full() {
            match self.waiting.try_recv() {
                Ok(next) => batch.push(next),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    self.open = false;
                    return;
                }
            }
        }
    }
}

fn run(operator: &mut Operator, waiting: Receiver<(Submission, Answered)>) -> Result<(), OperatorError> {
    let mut queue = Queue { waiting, open: true };
    let mut batch = Batch::default();
    let mut in_hand = None;
    loop {
        if in_hand.is_none() {
            queue.wait(&mut batch);
            queue.fill(&mut batch);
        }
        let looked = match in_hand.take() {
            Some(looked) => looked,
            None => operator.look_into(&batch.submissions)?,
        };
        let mut next = Batch::default();
        queue.fill(&mut next);
        // A few are better appended together with those that come meanwhile.
        let ahead = if next.submissions.len() >= ENOUGH { next.submissions.as_slice() } else { &[] };
        let (receipts, looked) = operator.append_and_look(&batch.submissions, looked, ahead)?;
        if !ahead.is_empty() {
            in_hand = Some(looked);
        }
        for (answered, receipt) in batch.answers.into_iter().zip(receipts) {
            answered(receipt);
        }
        batch = next;
        if queue.open || !batch.submissions.is_empty() {
            // Also before a batch that is looked into is judged: which keys signed it does not change.
            operator.work_on_epoch()?;
            continue;
        }
        if operator.has_news() {
            operator.epoch()?;
        }
        return Ok(());
    }
}
