//! How much time reading has taken: of the processor, so that neither a busy machine nor other threads make an
//! honest file a slow one.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::PATIENCE;

thread_local! {
    /// What workers have used for this thread.
    static BY_WORKERS: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// A moment of this thread, from which its time and that of its workers is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spent {
    clock: Instant,
    processor: Option<Duration>,
}

impl Spent {
    pub(super) fn now() -> Self {
        Self { clock: Instant::now(), processor: processor() }
    }

    /// Whether this thread has spent more than `time` since then.
    pub(super) fn is_more_than(&self, time: Duration) -> bool {
        let worked = self.processor.zip(processor()).map(|(then, now)| now.saturating_sub(then));
        is_too_long(self.clock, worked, time)
    }
}

/// Whether a worker that began at `clock` has spent more than `time`.
pub(super) fn has_spent(worker: Option<Worker>, clock: Instant, time: Duration) -> bool {
    is_too_long(clock, worker.and_then(Worker::processor), time)
}

/// Counts what a worker has used as spent by this thread.
pub(super) fn add(worked: Option<Duration>) {
    BY_WORKERS.set(BY_WORKERS.get().saturating_add(worked.unwrap_or_default()));
}

/// What this thread has used of a processor, with what workers used for it; none where the system does not tell.
pub(super) fn processor() -> Option<Duration> {
    own().map(|own| own.saturating_add(BY_WORKERS.get()))
}

/// By the clock and, where that is known, of a processor; or much more by the clock alone.
fn is_too_long(clock: Instant, worked: Option<Duration>, time: Duration) -> bool {
    let elapsed = clock.elapsed();
    elapsed > time && worked.is_none_or(|worked| worked > time)
        || elapsed > time.saturating_mul(PATIENCE)
}

#[cfg(unix)]
fn own() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
}

#[cfg(not(unix))]
fn own() -> Option<Duration> {
    None
}

/// A thread, as others may ask the system about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worker(i32);

impl Worker {
    /// This thread; none where others cannot ask.
    #[cfg(target_os = "linux")]
    pub(super) fn this() -> Option<Self> {
        Some(Self(rustix::thread::gettid().as_raw_nonzero().get()))
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn this() -> Option<Self> {
        None
    }

    /// What it has used of a processor.
    fn processor(self) -> Option<Duration> {
        let said = std::fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.0)).ok()?;
        Some(Duration::from_nanos(said.split(' ').next()?.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_spent_by_working() {
        let spent = Spent::now();
        assert!(!spent.is_more_than(Duration::from_secs(600)));
        while !spent.is_more_than(Duration::from_millis(20)) {
            std::hint::spin_loop();
        }
        assert!(spent.is_more_than(Duration::from_millis(20)));
    }

    #[test]
    fn workers_count() {
        let spent = Spent::now();
        let long_ago = spent.clock.checked_sub(Duration::from_secs(2)).unwrap();
        let spent = Spent { clock: long_ago, ..spent };
        assert_eq!(spent.is_more_than(Duration::from_secs(1)), cfg!(not(unix)));
        add(Some(Duration::from_millis(1001)));
        assert!(spent.is_more_than(Duration::from_secs(1)));
    }

    #[test]
    fn much_more_time_by_the_clock_is_too_much_all_the_same() {
        let long_ago = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
        let idle = |time| is_too_long(long_ago, Some(Duration::ZERO), Duration::from_millis(time));
        assert!(idle(199));
        assert!(!idle(900));
        assert!(is_too_long(long_ago, None, Duration::from_millis(900)));
    }
}
