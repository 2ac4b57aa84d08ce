//! Running a parser where it can do no harm: on a thread of its own with a large stack, its panics caught
//! and kept quiet, its time bounded. A thread whose time ran out is left behind; what it may hold is
//! bounded by the limits that were checked before it started.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;
use std::sync::mpsc;
use std::thread;

use crate::{Error, ErrorKind, Limits};

/// Only reserved, not used, until something goes deep.
const STACK: usize = 256 << 20;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, which reads `what` ("the PDF").
pub(super) fn run<T: Send + 'static>(
    what: &str,
    limits: &Limits,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    quiet_workers();
    let (send, receive) = mpsc::sync_channel(1);
    let spawned =
        thread::Builder::new().name("erratum-text".into()).stack_size(STACK).spawn(move || {
            QUIET.set(true);
            let done = catch_unwind(AssertUnwindSafe(work));
            // The receiver may have given up.
            let _ = send.send(done);
        });
    let thread = spawned.map_err(|error| {
        Error::new(ErrorKind::Broken, format!("{what} was not read: no thread could be started"))
            .because(error)
    })?;
    let done = receive.recv_timeout(limits.time).map_err(|_| {
        let seconds = limits.time.as_secs();
        Error::new(
            ErrorKind::TooSlow,
            format!("{what} was not read: it took longer than {seconds} seconds"),
        )
    })?;
    // It has sent its result, so it has nothing left to do.
    let _ = thread.join();
    done.unwrap_or_else(|panic| {
        let reason = reason(&*panic);
        Err(Error::new(ErrorKind::Broken, format!("{what} is damaged: {reason}")))
    })
}

/// The panic's message, cut to one short line.
fn reason(panic: &(dyn std::any::Any + Send)) -> String {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("its parts do not fit together");
    let line = message.lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(80).collect()
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let done: Result<(), Error> =
            run("the PDF", &Limits::default(), || panic_any("no such font".to_owned()));
        assert_eq!(done.unwrap_err().to_string(), "the PDF is damaged: no such font");
    }

    #[test]
    fn too_slow_is_an_error() {
        let limits = Limits { time: Duration::from_millis(10), ..Limits::default() };
        let done: Result<(), Error> = run("the page", &limits, || {
            thread::sleep(Duration::from_secs(1));
            Ok(())
        });
        let error = done.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooSlow);
        assert_eq!(error.to_string(), "the page was not read: it took longer than 0 seconds");
    }
}
