//! Open records: how much they take of a name, and what they log of one that proves itself.

use super::tests::{OFFICE, World, anything};
use super::*;
use crate::atoms::Id;
use crate::statement::{Act, NameProof, ProofMethod};

fn refused(receipt: Receipt) -> String {
    match receipt {
        Receipt::Refused(why) => why,
        Receipt::Logged { entry, .. } => panic!("logged at entry {entry}"),
    }
}

/// As after a restart, later on the same day, or on the next.
fn reopen(world: &mut World, minute: i64) {
    world.operator = None;
    let mut minute = minute;
    let clock = Box::new(move || {
        minute += 1;
        Time::from_millis(minute * 60_000)
    });
    let (record, key) = (world.path("record"), world.path("log.key"));
    world.operator = Some(Operator::open(&record, &key, clock, anything()).unwrap().0);
}

#[test]
fn a_quota_is_counted_from_the_log_and_leaves_room_for_the_alarm() {
    let mut world = World::open(anything(), Some(3));
    assert_eq!(world.operator().state().open(), Some(3));
    // Its keys were the first.
    let letters: Vec<Submission> = (1..=4).map(|number| world.letter(number)).collect();
    assert!(matches!(world.submit(&letters[0]), Receipt::Logged { entry: 3, .. }));
    assert!(matches!(world.submit(&letters[1]), Receipt::Logged { entry: 4, .. }));
    let why = "command.example has had 3 statements logged today (UTC), and this open record takes 3 of a name a day, and as many again of warnings, keys and revocations; hand it in again tomorrow";
    assert_eq!(refused(world.submit(&letters[2])), why);
    // One that is logged keeps its receipt.
    assert!(matches!(world.submit(&letters[1]), Receipt::Logged { entry: 4, .. }));
    reopen(&mut world, 600);
    assert_eq!(refused(world.submit(&letters[2])), why);
    for (entry, salt) in [(5, 11), (6, 12), (7, 13)] {
        let act = if salt == 12 { Act::InError } else { Act::Held };
        let warning = world.mark(OFFICE, &letters[0], act, salt);
        assert!(matches!(world.submit(&warning), Receipt::Logged { entry: e, .. } if e == entry));
    }
    let warning = world.mark(OFFICE, &letters[0], Act::Withdrawn, 14);
    assert_eq!(refused(world.submit(&warning)), why.replace("had 3", "had 6"));
    reopen(&mut world, 24 * 60);
    assert!(matches!(world.submit(&letters[2]), Receipt::Logged { .. }));
    assert!(matches!(world.submit(&letters[3]), Receipt::Logged { .. }));
}

#[test]
fn a_quota_holds_within_one_batch_and_not_in_a_record_with_an_allow_list() {
    let mut world = World::open(anything(), Some(2));
    let letters: Vec<Submission> = (1..=3).map(|number| world.letter(number)).collect();
    let receipts = world.operator().submit(&letters).unwrap();
    let logged = |receipt: &Receipt| matches!(receipt, Receipt::Logged { .. });
    assert_eq!(receipts.iter().map(logged).collect::<Vec<_>>(), [true, false, false]);
    let mut world = World::new(anything());
    assert_eq!(world.operator().state().open(), None);
    let receipts = world.operator().submit(&letters).unwrap();
    assert!(receipts.iter().all(logged));
}

#[test]
fn a_proof_is_what_the_keys_want_or_says_why_not() {
    let name = |text: &str| -> Name { text.parse().unwrap() };
    let wanted = |superior: Option<&str>| Wanted {
        name: name("north.example"),
        keys: Id::of(b"keys"),
        superior: superior.map(name),
    };
    let proof = |keys: &[u8], superior: Option<&str>| NameProof {
        name: name("north.example"),
        keys: Id::of(keys),
        method: ProofMethod::Dns,
        superior: superior.map(name),
    };
    let own = proof(b"keys", Some("ministry.example"));
    assert_eq!(wanted(None).check(&own), Ok(()));
    assert_eq!(wanted(Some("ministry.example")).check(&own), Ok(()));
    assert_eq!(wanted(Some("ministry.example")).check(&proof(b"keys", None)), Ok(()));
    assert_eq!(
        wanted(Some("friend.example")).check(&own).unwrap_err(),
        "north.example publishes ministry.example as its superior, and these keys name friend.example"
    );
    let (found, ours) = (Id::of(b"other").short(), Id::of(b"keys").short());
    assert_eq!(
        wanted(None).check(&proof(b"other", None)).unwrap_err(),
        format!("north.example publishes the keys {found}, and not {ours}")
    );
}

#[test]
fn evidence_is_kept_with_its_proof_and_has_a_limit() {
    let mut world = World::open(anything(), Some(3));
    let proof = NameProof {
        name: OFFICE.parse().unwrap(),
        keys: Id::of(b"keys"),
        method: ProofMethod::Https,
        superior: None,
    };
    let entry = world.operator().prove(&proof, "what was seen\n", [9; 32]).unwrap();
    assert_eq!(entry, 3);
    let record = Record::open(&world.path("record"), None).unwrap();
    assert_eq!(record.blob(entry, "evidence").unwrap().as_deref(), Some("what was seen\n"));
    let long = "x".repeat(64 * 1024 + 1);
    assert_eq!(
        world.operator().prove(&proof, &long, [9; 32]).unwrap_err().to_string(),
        "refused: the blob \"evidence\": larger than its field allows"
    );
}
