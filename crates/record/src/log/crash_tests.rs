//! Every crash there can be, at every step of a short history, on a disk that forgets what was not synced.
//!
//! After each: what the public folder shows is whole; the writer opens; nothing acknowledged is missing;
//! the log continues what was acknowledged; and the rest of the history can be appended.

use std::sync::Arc;

use super::error::{LogError, LogErrorKind};
use super::model_disk::{Fault, ModelDisk, Unsynced};
use super::store::{LocalStore, Store};
use super::writer::{NewEntry, Recovery, Side, Writer};
use super::{Checkpoint, Log, check_consistency};
use crate::note::Signer;

fn key() -> Signer {
    Signer::from_seed("record.example", &[1; 32]).unwrap()
}

fn public(disk: &ModelDisk) -> Arc<dyn Store> {
    Arc::new(LocalStore::on("public", disk.clone()))
}

fn side(disk: &ModelDisk) -> Side {
    Side::on(Box::new(LocalStore::on("side", disk.clone())), "log.key", None)
}

fn start(disk: &ModelDisk) -> Result<(Writer, Recovery), LogError> {
    Writer::start(public(disk), side(disk), key())
}

/// Entry `index` of every history: some have blobs, one is empty.
fn entry(index: u64) -> NewEntry {
    let entry = if index == 2 { Vec::new() } else { format!("entry {index}").into_bytes() };
    let blobs = (index < 4 && index != 1).then(|| format!("blobs of {index}").into_bytes());
    NewEntry { entry, blobs }
}

/// The sizes that the log has after each append.
type History = [u64];

/// What was acknowledged before something failed.
struct Run {
    acknowledged: Checkpoint,
    error: Option<LogError>,
}

/// Creates the log if need be and appends what is missing of the history, until the end or an error.
fn run(disk: &ModelDisk, history: &History) -> Run {
    let mut acknowledged = Checkpoint::empty("record.example");
    let error = append_all(disk, history, &mut acknowledged).err();
    Run { acknowledged, error }
}

fn append_all(disk: &ModelDisk, history: &History, last: &mut Checkpoint) -> Result<(), LogError> {
    let mut writer = match start(disk) {
        Err(error) if error.kind() == LogErrorKind::Missing => {
            Writer::begin(public(disk), side(disk), key())?
        }
        started => started?.0,
    };
    *last = writer.checkpoint().clone();
    for &size in history.iter().filter(|&&size| size > last.size()).collect::<Vec<_>>() {
        let batch: Vec<_> = (writer.checkpoint().size()..size).map(entry).collect();
        if let Err(error) = writer.append(&batch) {
            let again = writer.append(&batch).unwrap_err();
            assert_eq!(again.kind(), LogErrorKind::Poisoned);
            return Err(error);
        }
        *last = writer.checkpoint().clone();
    }
    Ok(())
}

/// The log that a reader finds, which must be whole and continue `acknowledged`.
fn read(disk: &ModelDisk, acknowledged: &Checkpoint, history: &History, what: &str) -> u64 {
    if public(disk).read("checkpoint", 20_000).unwrap().is_none() {
        assert_eq!(acknowledged.size(), 0, "{what}: lost everything");
        return 0;
    }
    let log =
        Log::open(public(disk), &key().verifier()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let size = log.size();
    assert!(size >= acknowledged.size(), "{what}: lost {} of {}", size, acknowledged.size());
    assert!(history.contains(&size), "{what}: half an append: {size}");
    let entries = log.entries(0..size).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(entries.into_iter().eq((0..size).map(|index| entry(index).entry)), "{what}");
    for index in 0..size.min(8) {
        assert_eq!(log.blobs(index).unwrap(), entry(index).blobs, "{what}: blobs of {index}");
    }
    let proof = log.prove_consistency(acknowledged.size(), size).unwrap();
    check_consistency(acknowledged.size(), &acknowledged.root(), size, &log.root(), &proof)
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    size
}

/// After a crash: all that is asked for above. Gives whether there was something to recover.
fn check(disk: &ModelDisk, acknowledged: &Checkpoint, history: &History, what: &str) -> bool {
    let found = read(disk, acknowledged, history, what);
    let recovered = match start(disk) {
        Ok((writer, Recovery::Nothing)) => {
            assert_eq!(writer.checkpoint().size(), found, "{what}");
            false
        }
        Ok((_, Recovery::Finished { from, to })) => {
            assert_eq!(from, found, "{what}");
            assert_eq!(read(disk, acknowledged, history, what), to, "{what}");
            true
        }
        Err(error) => {
            assert_eq!((error.kind(), found), (LogErrorKind::Missing, 0), "{what}: {error}");
            false
        }
    };
    let rest = run(disk, history);
    assert!(rest.error.is_none(), "{what}: {}", rest.error.unwrap());
    assert_eq!(Some(&read(disk, acknowledged, history, what)), history.last(), "{what}");
    recovered
}

/// From nothing; with blobs; a whole bundle filled in between; several appends after that.
const HISTORY: &History = &[1, 4, 254, 259, 262];

fn steps(history: &History) -> usize {
    let disk = ModelDisk::new(&["public", "side"]);
    assert!(run(&disk, history).error.is_none());
    disk.steps()
}

/// The disk after the history has come to the failing step.
fn broken(history: &History, step: usize, fault: Fault) -> (ModelDisk, Run) {
    let disk = ModelDisk::new(&["public", "side"]);
    disk.fail_at(step, fault);
    let run = run(&disk, history);
    (disk, run)
}

#[test]
fn a_crash_at_any_step_loses_nothing_acknowledged_and_forks_nothing() {
    let mut recovered = 0;
    for step in 1..=steps(HISTORY) {
        let (disk, run) = broken(HISTORY, step, Fault::Stop);
        let killed = disk.copy();
        killed.start_again();
        recovered +=
            usize::from(check(&killed, &run.acknowledged, HISTORY, &format!("killed at {step}")));
        let mixed = (0..4).map(|seed| Unsynced::Mixed(seed * 1000 + step as u64));
        for unsynced in [Unsynced::Lost, Unsynced::Kept].into_iter().chain(mixed) {
            let disk = disk.copy();
            disk.lose_power(unsynced);
            check(&disk, &run.acknowledged, HISTORY, &format!("power lost at {step}, {unsynced:?}"));
        }
    }
    assert!(recovered > 50, "only {recovered} recoveries");
}

#[test]
fn an_error_at_any_step_is_fatal_to_the_writer_and_mended_by_the_next() {
    for step in 1..=steps(HISTORY) {
        let (disk, run) = broken(HISTORY, step, Fault::Error);
        let what = format!("error at {step}");
        if run.error.is_none() {
            // Only the removal of what nobody needs may fail unnoticed.
            assert_eq!(Some(&run.acknowledged.size()), HISTORY.last(), "{what}");
        }
        let powerless = disk.copy();
        check(&disk, &run.acknowledged, HISTORY, &what);
        powerless.lose_power(Unsynced::Lost);
        check(&powerless, &run.acknowledged, HISTORY, &format!("{what}, then power lost"));
    }
}

#[test]
fn a_second_crash_is_recovered_from_as_well() {
    let history: &History = &[1, 3];
    for step in 1..=steps(history) {
        let (broken, _) = broken(history, step, Fault::Stop);
        for first in [None, Some(Unsynced::Lost)] {
            let disk = broken.copy();
            first.map_or_else(|| disk.start_again(), |unsynced| disk.lose_power(unsynced));
            // With the first crash a kill, at every later step; else only at those of opening.
            let whole = disk.copy();
            let last = if first.is_none() {
                run(&whole, history).error.is_none()
            } else {
                start(&whole).is_ok()
            };
            assert!(last || step < 10, "{step}");
            for second in 1..=whole.steps() {
                let disk = disk.copy();
                disk.fail_at(second, Fault::Stop);
                let acknowledged = run(&disk, history).acknowledged;
                let unsynced = Unsynced::Mixed((step * 997 + second) as u64);
                for unsynced in [Unsynced::Lost, unsynced] {
                    let disk = disk.copy();
                    disk.lose_power(unsynced);
                    let what = format!("{first:?} at {step}, then {unsynced:?} at {second}");
                    check(&disk, &acknowledged, history, &what);
                }
            }
        }
    }
}

#[test]
fn what_was_recovered_and_shown_is_not_lost_to_a_later_power_loss() {
    // A writer killed between renaming its state and syncing that: the next one must not publish before
    // the state is certain to stand, or a power loss would leave the public folder ahead of it.
    for step in 1..=steps(HISTORY) {
        let (disk, _) = broken(HISTORY, step, Fault::Stop);
        disk.start_again();
        let Ok((writer, _)) = start(&disk) else { continue };
        let shown = writer.checkpoint().clone();
        disk.lose_power(Unsynced::Lost);
        check(&disk, &shown, HISTORY, &format!("killed at {step}, recovered, power lost"));
    }
}
