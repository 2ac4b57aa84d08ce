//! Every crash there can be, at every step of a short history, on a disk that forgets what was not synced;
//! and crashes in a row at random steps of random ones.
//!
//! After each: what the public folder shows is whole; the writer opens; nothing acknowledged is missing;
//! the log continues what was acknowledged; and the rest of the history can be done.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::error::{LogError, LogErrorKind};
use super::model_disk::{Fault, ModelDisk, Unsynced};
use super::side::Side;
use super::{Checkpoint, LocalStore, Log, Mended, NewEntry, Recovery, Store, Writer, check_consistency};
use crate::note::Signer;

fn key() -> Signer {
    Signer::from_seed("record.example", &[1; 32]).unwrap()
}

fn public(disk: &ModelDisk) -> Arc<dyn Store> {
    Arc::new(LocalStore::on("public", disk.clone()))
}

fn side(disk: &ModelDisk) -> Side {
    Side::on(Arc::new(LocalStore::on("side", disk.clone())), "log.key", None)
}

fn start(disk: &ModelDisk) -> Result<(Writer, Recovery), LogError> {
    Writer::start(public(disk), side(disk), key())
}

/// The blobs of entry `index`, findable wherever they lie.
fn blobs(index: u64) -> Option<Vec<u8>> {
    (index != 1 && (index < 5 || index % 50 == 3)).then(|| format!("<blobs of {index}>").into_bytes())
}

/// Entry `index` of every history: some have blobs, one is empty.
fn entry(index: u64) -> NewEntry {
    let entry = if index == 2 { Vec::new() } else { format!("entry {index}").into_bytes() };
    NewEntry { entry, blobs: blobs(index) }
}

#[derive(Debug, Clone)]
enum Act {
    /// Append until the log has so many entries.
    Grow(u64),
    /// Withhold the blobs of these.
    Withhold(Vec<u64>),
    /// Let a witness cosign what is published.
    Cosign,
}
use Act::{Cosign, Grow, Withhold};

/// What is known of a log at some moment.
#[derive(Debug, Clone)]
struct Known {
    checkpoint: Checkpoint,
    /// The cosigned checkpoint that was acknowledged last.
    cosigned: Option<Vec<u8>>,
    /// Entries whose blobs are gone for certain.
    withheld: BTreeSet<u64>,
    /// Entries whose blobs may be gone.
    perhaps: BTreeSet<u64>,
    /// Whether all acts were done.
    done: bool,
}

impl Known {
    fn nothing() -> Self {
        Self {
            checkpoint: Checkpoint::empty("record.example"),
            cosigned: None,
            withheld: BTreeSet::new(),
            perhaps: BTreeSet::new(),
            done: false,
        }
    }
}

/// The published checkpoint, cosigned by a witness.
pub(super) fn cosigned(published: &[u8]) -> Vec<u8> {
    let witness = Signer::from_seed("witness.example", &[9; 32]).unwrap();
    let note = std::str::from_utf8(published).unwrap();
    let text = &note[..=note.find("\n\n").unwrap()];
    let own = witness.sign(text).unwrap().to_string();
    format!("{note}{}", &own[text.len() + 1..]).into_bytes()
}

/// Creates the log if need be and does what is missing of the history, until the end or an error.
fn run(disk: &ModelDisk, history: &[Act], known: &mut Known) -> Result<(), LogError> {
    let mut writer = match start(disk) {
        Err(error) if error.kind() == LogErrorKind::Missing => {
            Writer::begin(public(disk), side(disk), key())?
        }
        started => started?.0,
    };
    known.checkpoint = writer.checkpoint().clone();
    let mut size = 0;
    for act in history {
        if let Grow(to) = act {
            size = *to;
        }
        if let Err(error) = act_once(&mut writer, act, size, known) {
            let again = writer.append(&[]).unwrap_err();
            assert_eq!(again.kind(), LogErrorKind::Poisoned);
            return Err(error);
        }
        known.checkpoint = writer.checkpoint().clone();
    }
    known.done = true;
    Ok(())
}

/// Does an act, unless it was done before the last crash.
fn act_once(writer: &mut Writer, act: &Act, size: u64, known: &mut Known) -> Result<(), LogError> {
    let now = writer.checkpoint().size();
    match act {
        Grow(to) if *to > now => {
            let batch: Vec<_> = (now..*to).map(entry).collect();
            assert_eq!(writer.append(&batch)?, now..*to);
        }
        Withhold(entries) => {
            known.perhaps.extend(entries);
            writer.withhold(entries)?;
            known.withheld.extend(entries);
        }
        // Later in the history it is another checkpoint, which this witness did not see.
        Cosign if size == now && known.cosigned.as_deref() != Some(writer.published()) => {
            let bytes = cosigned(writer.published());
            if bytes.len() < 500 {
                writer.cosign(bytes.clone())?;
                known.cosigned = Some(bytes);
            }
        }
        Grow(_) | Cosign => {}
    }
    Ok(())
}

/// The log that a reader finds, which must be whole and continue what is known.
fn read(disk: &ModelDisk, known: &Known, history: &[Act], what: &str) -> Checkpoint {
    let Some(published) = public(disk).read("checkpoint", 20_000).unwrap() else {
        assert_eq!(known.checkpoint.size(), 0, "{what}: lost everything");
        return Checkpoint::empty("record.example");
    };
    let log =
        Log::open(public(disk), &key().verifier()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let (size, had) = (log.size(), known.checkpoint.size());
    assert!(size >= had, "{what}: lost {size} of {had}");
    assert!(history.iter().any(|act| matches!(act, Grow(to) if *to == size)), "{what}: half: {size}");
    let entries = log.entries(0..size).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(entries.into_iter().eq((0..size).map(|index| entry(index).entry)), "{what}");
    for index in (0..size).filter(|&index| index < 8 || blobs(index).is_some()) {
        let found = log.blobs(index).unwrap_or_else(|error| panic!("{what}: {error}"));
        let gone = known.withheld.contains(&index);
        if found.is_some() || gone || !known.perhaps.contains(&index) {
            let expected = blobs(index).filter(|_| !gone);
            assert_eq!(found, expected, "{what}: blobs of {index}");
        }
    }
    let proof = log.prove_consistency(had, size).unwrap();
    check_consistency(had, &known.checkpoint.root(), size, &log.root(), &proof)
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    // Cosignatures stay with their size, and go with it.
    match &known.cosigned {
        Some(bytes) if Checkpoint::parse(bytes).unwrap().0.size() == size => {
            assert_eq!(&published, bytes, "{what}");
        }
        Some(bytes) => assert!(!shares_a_signature(&published, bytes), "{what}"),
        None => {}
    }
    log.checkpoint().clone()
}

/// Whether a signature of the witness in `old` stands in `new`.
fn shares_a_signature(new: &[u8], old: &[u8]) -> bool {
    let lines = |bytes: &[u8]| -> BTreeSet<String> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.lines().filter(|line| line.contains("witness.example")).map(str::to_owned).collect()
    };
    !lines(new).is_disjoint(&lines(old))
}

/// Nothing is left anywhere of what was withheld, and nothing of appends that are over.
fn clean(disk: &ModelDisk, known: &Known, what: &str) {
    let files = disk.contents();
    for index in &known.withheld {
        let text = format!("<blobs of {index}>");
        let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        let found = files.iter().find(|(_, bytes)| blobs(*index).is_some() && holds(bytes));
        assert_eq!(found.map(|(path, _)| path), None, "{what}: {text} was withheld");
    }
    let staged = files.iter().filter(|(path, _)| path.contains("log.key.staged"));
    assert!(staged.count() <= 1, "{what}: {:?}", files.iter().map(|(path, _)| path).collect::<Vec<_>>());
}

/// After a crash: all that is asked for above. Gives whether an append was finished.
fn check(disk: &ModelDisk, known: &Known, history: &[Act], what: &str) -> bool {
    let mut known = known.clone();
    let found = read(disk, &known, history, what);
    // Whatever a reader once saw must never be taken back.
    known.checkpoint = found.clone();
    let mut finished = false;
    match start(disk) {
        Ok((writer, recovery)) => {
            let now = read(disk, &known, history, what).size();
            assert_eq!(writer.checkpoint().size(), now, "{what}");
            let append = Mended::Append { from: found.size(), to: now };
            finished = recovery.mended().contains(&append);
            assert_eq!(finished, now > found.size(), "{what}: {recovery}");
            clean(disk, &known, what);
        }
        Err(error) => {
            let expected = (LogErrorKind::Missing, 0);
            assert_eq!((error.kind(), found.size()), expected, "{what}: {error}");
        }
    }
    run(disk, history, &mut known).unwrap_or_else(|error| panic!("{what}: {error}"));
    read(disk, &known, history, what);
    clean(disk, &known, what);
    finished
}

/// From nothing; with blobs; withheld before and after its range is bundled; a whole range filled in
/// between; cosigned.
fn history() -> Vec<Act> {
    vec![
        Grow(1),
        Grow(4),
        Withhold(vec![0, 1]),
        Cosign,
        Grow(254),
        Grow(259),
        Cosign,
        Withhold(vec![3, 2, 253]),
        Grow(262),
    ]
}

fn steps(history: &[Act]) -> usize {
    let disk = ModelDisk::new(&["public", "side"]);
    run(&disk, history, &mut Known::nothing()).unwrap();
    disk.steps()
}

/// The disk after the history has come to the failing step.
fn broken(history: &[Act], step: usize, fault: Fault) -> (ModelDisk, Known) {
    let disk = ModelDisk::new(&["public", "side"]);
    disk.fail_at(step, fault);
    let mut known = Known::nothing();
    let _ = run(&disk, history, &mut known);
    (disk, known)
}

#[test]
fn a_crash_at_any_step_loses_nothing_acknowledged_and_forks_nothing() {
    let history = history();
    let mut finished = 0;
    for step in 1..=steps(&history) {
        let (disk, known) = broken(&history, step, Fault::Stop);
        let killed = disk.copy();
        killed.start_again();
        finished += usize::from(check(&killed, &known, &history, &format!("killed at {step}")));
        let mixed = (0..4).map(|seed| Unsynced::Mixed(seed * 1000 + step as u64));
        for unsynced in [Unsynced::Lost, Unsynced::Kept].into_iter().chain(mixed) {
            let disk = disk.copy();
            disk.lose_power(unsynced);
            check(&disk, &known, &history, &format!("power lost at {step}, {unsynced:?}"));
        }
    }
    assert!(finished > 50, "only {finished} appends finished");
}

#[test]
fn an_error_at_any_step_is_fatal_to_the_writer_and_mended_by_the_next() {
    let history = history();
    for fault in [Fault::Error, Fault::Late] {
        for step in 1..=steps(&history) {
            let (disk, known) = broken(&history, step, fault);
            // Only the removal of what nobody needs may fail unnoticed, and then all is done.
            let what = format!("{fault:?} at {step}, {}", known.done);
            let powerless = disk.copy();
            check(&disk, &known, &history, &what);
            powerless.lose_power(Unsynced::Lost);
            check(&powerless, &known, &history, &format!("{what}, then power lost"));
        }
    }
}

#[test]
fn a_second_crash_is_recovered_from_as_well() {
    let history = [Grow(1), Cosign, Grow(3), Withhold(vec![2])];
    for step in 1..=steps(&history) {
        let (broken, first_known) = broken(&history, step, Fault::Stop);
        for first in [None, Some(Unsynced::Lost)] {
            let disk = broken.copy();
            first.map_or_else(|| disk.start_again(), |unsynced| disk.lose_power(unsynced));
            // With the first crash a kill, at every later step; else only at those of opening.
            let whole = disk.copy();
            if first.is_none() {
                run(&whole, &history, &mut first_known.clone()).unwrap();
            } else {
                let _ = start(&whole);
            }
            for second in 1..=whole.steps() {
                let (disk, mut known) = (disk.copy(), first_known.clone());
                disk.fail_at(second, Fault::Stop);
                let _ = run(&disk, &history, &mut known);
                let mixed = Unsynced::Mixed((step * 997 + second) as u64);
                let unsynced = if (step + second) % 2 == 0 { Unsynced::Lost } else { mixed };
                disk.lose_power(unsynced);
                let what = format!("{first:?} at {step}, then {unsynced:?} at {second}");
                check(&disk, &known, &history, &what);
            }
        }
    }
}

#[test]
fn what_was_recovered_and_shown_is_not_lost_to_a_later_power_loss() {
    // A writer killed between renaming its state and syncing that: the next one must not publish before
    // the state is certain to stand, or a power loss would leave the public folder ahead of it.
    let history = history();
    for step in 1..=steps(&history) {
        let (disk, mut known) = broken(&history, step, Fault::Stop);
        disk.start_again();
        let Ok((writer, _)) = start(&disk) else { continue };
        known.checkpoint = writer.checkpoint().clone();
        disk.lose_power(Unsynced::Lost);
        check(&disk, &known, &history, &format!("killed at {step}, recovered, power lost"));
    }
}

fn random_history() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (1u64..40).prop_map(Grow),
        2 => (100u64..400).prop_map(Grow),
        2 => proptest::collection::vec(any::<u16>().prop_map(u64::from), 1..5).prop_map(Withhold),
        2 => Just(Cosign),
    ];
    proptest::collection::vec(act, 1..10).prop_map(|acts| {
        // Sizes add up, and only what is there is withheld.
        let mut size = 1;
        let mut all = vec![Grow(1)];
        all.extend(acts.into_iter().map(|act| match act {
            Grow(more) => {
                size += more;
                Grow(size)
            }
            Withhold(entries) => Withhold(entries.into_iter().map(|index| index % size).collect()),
            Cosign => Cosign,
        }));
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn crashes_in_a_row_are_recovered_from(
        history in random_history(),
        crashes in proptest::collection::vec((1usize..200, 0u8..3, any::<u64>()), 1..8)) {
        let disk = ModelDisk::new(&["public", "side"]);
        let mut known = Known::nothing();
        for (step, fault, seed) in crashes {
            let fault = [Fault::Stop, Fault::Error, Fault::Late][usize::from(fault)];
            disk.fail_at(step, fault);
            let _ = run(&disk, &history, &mut known);
            let unsynced = [Unsynced::Lost, Unsynced::Kept, Unsynced::Mixed(seed)][seed as usize % 3];
            let killed = seed % 5 == 0;
            if killed { disk.start_again() } else { disk.lose_power(unsynced) }
            let seen = read(&disk, &known, &history, "in a row");
            if !killed {
                // What a killed writer had renamed and not synced is seen, and a power loss before the next
                // start may take it back until then: the state has it, and nobody was told.
                known.checkpoint = seen;
            }
            check(&disk.copy(), &known, &history, "in a row");
        }
    }
}
