//! The same work on many things by a few threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// How many threads fetch. They wait for the network, not for the processor.
const THREADS: u64 = 8;

/// Does `work` for each number below `count`, several at a time. After the first error no more is begun.
///
/// # Errors
/// One of those of `work`.
pub(crate) fn for_each<E: Send>(
    count: u64,
    work: impl Fn(u64) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let run = || {
        while !failed.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break;
            }
            work(at).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count.min(THREADS)).map(|_| scope.spawn(run)).collect();
        let results = threads.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        // All are joined before the first error is returned.
        results.collect::<Vec<_>>().into_iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn every_number_has_its_turn_once() {
        let seen = Mutex::new(Vec::new());
        let work = |n| {
            seen.lock().unwrap().push(n);
            Ok::<_, ()>(())
        };
        for_each(100, work).unwrap();
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
        assert_eq!(for_each(0, |_| Err("never")), Ok(()));
    }

    #[test]
    fn an_error_ends_it() {
        assert_eq!(for_each(1000, |n| if n == 3 { Err(n) } else { Ok(()) }), Err(3));
    }
}
