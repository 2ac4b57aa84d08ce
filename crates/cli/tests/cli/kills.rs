//! The writer killed at random instants while it appends: nothing that was acknowledged is missing, the
//! log never forks, and the next start goes on.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use erratum::record::{Id, Inbox, Receipt, Record, check_consistency};

use crate::support::texts::letter;
use crate::support::{World, copy_folder};

/// How often it is killed.
const KILLS: usize = 50;
/// Statements handed in before each start.
const BATCH: usize = 6;

const RUN: [&str; 7] = ["record", "run", "--record", "record", "--key", "operator/log.key", "--watch"];

/// What has been seen of a record so far: what must never be taken back.
struct Seen {
    size: u64,
    root: [u8; 32],
    acknowledged: BTreeMap<Id, Receipt>,
}

impl Seen {
    fn of(record: &Record) -> Self {
        Self { size: record.log().size(), root: record.log().root(), acknowledged: BTreeMap::new() }
    }

    /// Looks again: the log must continue what was seen, and hold all that is acknowledged.
    fn look(&mut self, record: &Record, inbox: &Inbox, handed_in: &[Id]) {
        let log = record.log();
        let proof = log.prove_consistency(self.size, log.size()).expect("the log has not shrunk");
        check_consistency(self.size, &self.root, log.size(), &log.root(), &proof).expect("no fork");
        (self.size, self.root) = (log.size(), log.root());
        for id in handed_in {
            if let Some(receipt) = inbox.receipt(id) {
                let before = self.acknowledged.entry(*id).or_insert_with(|| receipt.clone());
                assert_eq!(*before, receipt, "a receipt changed");
            }
        }
        for (id, receipt) in &self.acknowledged {
            let Receipt::Logged { entry, .. } = receipt else { panic!("{id}: {receipt}") };
            let read = record.entry(*entry).unwrap().expect("an entry that is acknowledged");
            let found = Id::of(read.note.text().as_bytes());
            assert_eq!(found, *id, "entry {entry} is not what was acknowledged");
        }
    }
}

/// Numbers without pattern.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }
}

fn start(world: &World) -> Child {
    let mut command = world.command(&RUN);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the operator starts")
}

/// Hands in a batch of remarks; gives their ids.
fn hand_in(world: &World, record: &Record, document: &Id, round: usize) -> Vec<Id> {
    let inbox = Inbox::of(&world.record());
    let mut desk = world.desk("command.example");
    let lang = "en".parse().unwrap();
    let remark = |number: usize| {
        let text = format!("Remark {number} of round {round}");
        let (submission, _) = desk.remark(record, document, &text, &lang).unwrap();
        inbox.put(&submission).unwrap();
        submission.id()
    };
    (0..BATCH).map(remark).collect()
}

/// How long a batch takes when nobody interferes.
fn time_of_a_batch(world: &World, record: &Record, document: &Id) -> (Duration, Vec<Id>) {
    let ids = hand_in(world, record, document, 0);
    let started = Instant::now();
    world.run().done();
    (started.elapsed(), ids)
}

#[test]
fn killed_fifty_times_it_loses_nothing_and_never_forks() {
    let world = World::new();
    world.office("command.example", None);
    let document: Id = world.issue("command.example", "letters/1", &letter()).parse().unwrap();
    let record = world.opened();
    let inbox = Inbox::of(&world.record());
    let mut seen = Seen::of(&record);
    let (usual, mut handed_in) = time_of_a_batch(&world, &record, &document);
    let usual = u64::try_from(usual.as_micros()).unwrap();
    let mut random = Random(20_260_106);
    let mut interrupted = 0;
    for round in 1..=KILLS {
        handed_in.extend(hand_in(&world, &record, &document, round));
        let mut operator = start(&world);
        sleep(Duration::from_micros(random.below(usual * 5 / 4)));
        operator.kill().expect("it can be killed");
        operator.wait().expect("it ends");
        // What a killed writer leaves is a whole record for readers, also before anybody mends it.
        seen.look(&world.opened(), &inbox, &handed_in);
        interrupted += usize::from(!world.waiting().is_empty());
    }
    assert!(interrupted > KILLS / 5, "only {interrupted} of {KILLS} kills came while it was at work");

    world.run().done();
    let record = world.opened();
    seen.look(&record, &inbox, &handed_in);
    assert!(world.waiting().is_empty());
    assert_eq!(seen.acknowledged.len(), handed_in.len(), "everything is acknowledged in the end");
    let document = record.document(&document).unwrap().unwrap();
    assert_eq!(document.comments.len(), handed_in.len(), "nothing is logged twice");
    assert_eq!(record.state().void(), []);
    world.erratum(&["audit", "record"]).exit(0).headline("SOUND");
}

#[test]
fn a_second_operator_is_refused_while_the_first_is_at_it() {
    let world = World::new();
    world.office("command.example", None);
    // The first holds the record's lock for as long as this test holds the writer.
    let (writer, _) =
        erratum::record::Writer::open(&world.record(), &world.folder().join("operator/log.key"))
            .unwrap();
    let args = ["record", "run", "--record", "record", "--key", "operator/log.key"];
    world.erratum(&args).refused("operator/log.key.lock: ");
    drop(writer);
    world.erratum(&args).done();
}

#[test]
fn a_restored_backup_is_refused() {
    let world = World::new();
    world.office("command.example", None);
    let backup = tempfile::tempdir().unwrap();
    copy_folder(&world.record(), backup.path());
    world.issue("command.example", "letters/1", &letter());
    std::fs::remove_dir_all(world.record()).unwrap();
    copy_folder(backup.path(), &world.record());
    let args = ["record", "run", "--record", "record", "--key", "operator/log.key"];
    world.erratum(&args).refused("(a restored backup?)");
}
