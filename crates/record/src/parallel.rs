//! The same work on many things, on all cores.

use std::sync::LazyLock;
use std::thread;

/// How many threads run at once; to ask takes as long as a signature check.
static CORES: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from));

/// Fewer things than this for each thread are not worth one.
const SHARE: usize = 8;

/// What `work` makes of each of `things`, in their order.
pub(crate) fn map<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = things.len().div_ceil(*CORES).max(SHARE);
    if things.len() <= share {
        return things.iter().map(work).collect();
    }
    let work = &work;
    thread::scope(|scope| {
        let parts: Vec<_> = things
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<_>>()))
            .collect();
        // A panic in one part is a bug, and must not pass for a result.
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
