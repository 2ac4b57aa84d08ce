//! Running a parser where it can do no harm: on a thread of its own with a large stack, its panics caught
//! and kept quiet, its time bounded. A thread whose time ran out is left behind; what it may hold is
//! bounded by the limits that were checked before it started.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Once, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::spent::{self, Worker};
use crate::{Error, ErrorKind, Limits};

/// Only reserved, not used, until something goes deep.
const STACK: usize = 64 << 20;

/// How long is waited between two looks at how much time was spent.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, which reads `what` ("the PDF"), within the time that one part may take.
pub(super) fn run<T: Send + 'static>(
    what: &str,
    limits: &Limits,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    apart(what, limits.time, work)
}

/// Runs `work`, which reads `what` ("the PDF"), on a thread of its own with a large stack, for at most `time` of
/// a processor; see [`Limits::time`].
///
/// # Errors
/// What `work` says; if it panics, that `what` is damaged; if it takes longer, that. The thread is then left
/// behind, so what it may hold must be bounded.
pub fn apart<T: Send + 'static>(
    what: &str,
    time: Duration,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    quiet_workers();
    let (send, receive) = mpsc::sync_channel(1);
    let started = Instant::now();
    let itself = Arc::new(OnceLock::new());
    let worker = Arc::clone(&itself);
    let spawned =
        thread::Builder::new().name("erratum-text".into()).stack_size(STACK).spawn(move || {
            QUIET.set(true);
            let _ = worker.set(Worker::this());
            let done = catch_unwind(AssertUnwindSafe(work));
            // The receiver may have given up.
            let _ = send.send((done, spent::processor()));
        });
    let thread = spawned.map_err(|error| {
        Error::new(ErrorKind::Broken, format!("{what} was not read: no thread could be started"))
            .because(error)
    })?;
    let (done, worked) = loop {
        let worker = || itself.get().copied().flatten();
        match receive.recv_timeout(time.min(BETWEEN_LOOKS)) {
            Ok(done) => break done,
            Err(RecvTimeoutError::Timeout) if !spent::has_spent(worker(), started, time) => {}
            Err(_) => {
                spent::add(Some(time));
                return Err(too_slow(what, time));
            }
        }
    };
    spent::add(worked);
    // It has sent its result, so it has nothing left to do.
    let _ = thread.join();
    done.unwrap_or_else(|panic| Err(damaged(what, &*panic)))
}

/// What is said of something that took longer than `time`.
pub(super) fn too_slow(what: &str, time: Duration) -> Error {
    let seconds = time.as_secs();
    let message = format!("{what} was not read: it took longer than {seconds} seconds");
    Error::new(ErrorKind::TooSlow, message)
}

/// What is said of something on which its reader panicked. The panic's own words are for programmers, and
/// stay behind it.
pub(super) fn damaged(what: &str, panic: &(dyn std::any::Any + Send)) -> Error {
    let error =
        Error::new(ErrorKind::Broken, format!("{what} is damaged: its parts do not fit together"));
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    match message {
        Some(message) => error.because(message),
        None => error,
    }
}

/// Keeps the message that a panic prints from the workers only; every other thread's goes where it went.
fn quiet_workers() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let done: Result<(), Error> =
            run("the PDF", &Limits::default(), || panic_any("no such font".to_owned()));
        let error = done.unwrap_err();
        assert_eq!(error.to_string(), "the PDF is damaged: its parts do not fit together");
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no such font");
    }

    #[test]
    fn too_slow_is_an_error() {
        let limits = Limits { time: Duration::from_millis(10), ..Limits::default() };
        let done: Result<(), Error> = run("the page", &limits, || {
            loop {
                std::hint::spin_loop();
            }
        });
        let error = done.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooSlow);
        assert_eq!(error.to_string(), "the page was not read: it took longer than 0 seconds");
    }
}
