//! Many files at once, each answer in its turn.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::failure::Failure;

/// Runs `work` on all of `items`, as many at once as there are processors, and gives the results to
/// `take` in the order of the items, each as soon as those before it are there.
///
/// # Errors
/// The first failure, of an item's work or of `take`; what comes behind it is left.
pub(crate) fn in_parallel<I: Sync, O: Send>(
    items: &[I],
    work: impl Fn(&I) -> Result<O, Failure> + Sync,
    mut take: impl FnMut(O) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    let (send, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next, stopped, work) = (send.clone(), &next, &stopped, &work);
            scope.spawn(move || {
                while !stopped.load(Ordering::Relaxed) {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(place) else { return };
                    if send.send((place, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let done = in_order(&results, &mut take);
        stopped.store(true, Ordering::Relaxed);
        done
    })
}

fn in_order<O>(
    results: &mpsc::Receiver<(usize, Result<O, Failure>)>,
    take: &mut impl FnMut(O) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut early = BTreeMap::new();
    let mut turn = 0;
    for (place, result) in results {
        early.insert(place, result);
        while let Some(result) = early.remove(&turn) {
            take(result?)?;
            turn += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_questions() {
        let items: Vec<u32> = (0..500).collect();
        let mut taken = Vec::new();
        let slow_if_even = |item: &u32| {
            if item.is_multiple_of(2) {
                thread::yield_now();
            }
            Ok(item * 3)
        };
        in_parallel(&items, slow_if_even, |answer| {
            taken.push(answer);
            Ok(())
        })
        .unwrap();
        assert_eq!(taken, (0..500).map(|item| item * 3).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_failure_ends_it() {
        let items: Vec<u32> = (0..100).collect();
        let mut taken = 0;
        let work = |item: &u32| {
            if *item == 40 { Err(Failure::new("forty")) } else { Ok(()) }
        };
        let failed = in_parallel(&items, work, |()| {
            taken += 1;
            Ok(())
        });
        assert!(failed.is_err());
        assert_eq!(taken, 40);
    }
}
