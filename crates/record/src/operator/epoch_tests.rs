//! Epochs of an operator over real folders: what they save, what opening takes from them, what slips prove
//! by them.

use super::tests::{OFFICE, World, anything};
use super::*;
use crate::atoms::Id;
use crate::slip::{Slip, SlipError};
use crate::state::FactKey;

fn open(world: &World) -> Record {
    Record::open(&world.path("record"), None).unwrap()
}

#[test]
fn an_epoch_saves_what_a_replay_gives_and_opening_goes_on_from_it() {
    let mut world = World::new(anything());
    let letters: Vec<_> = (1..9).map(|number| world.letter(number)).collect();
    world.operator().submit(&letters[..4]).unwrap();
    assert_eq!(world.operator().epoch().unwrap(), 7);
    world.operator().submit(&letters[4..]).unwrap();
    let record = open(&world);
    assert_eq!(record.saved_epoch().unwrap().0, 7);
    assert_eq!(record.state().epoch().unwrap().0, 7);
    let replayed = Record::replayed(&world.path("record"), None, &mut |_, _, _| Ok(())).unwrap();
    assert_eq!(replayed.saved_epoch(), None);
    for letter in &letters {
        let (a, b) = (record.document(&letter.id()), replayed.document(&letter.id()));
        assert_eq!(a.unwrap().unwrap(), b.unwrap().unwrap());
    }
    assert_eq!(record.state().document_count(), 8);
    assert_eq!(record.state().documents().unwrap(), replayed.state().documents().unwrap());
    let size = record.log().size();
    let (mut a, mut b) = (record.state().clone(), replayed.state().clone());
    let root = b.next_map(None, size).unwrap().root();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("x")).unwrap();
    // The map on disk grows elsewhere than in the record's folder.
    for file in std::fs::read_dir(world.path("record").join("map")).unwrap().flatten() {
        std::fs::copy(file.path(), folder.path().join("x").join(file.file_name())).unwrap();
    }
    let next = a.next_map(Some(&folder.path().join("x")), size).unwrap();
    assert_eq!(next.root(), root, "an epoch upon an epoch is what a replay gives");
}

#[test]
fn the_root_that_the_log_commits_to_is_that_of_a_replay_at_every_epoch() {
    let mut world = World::new(anything());
    for round in 0..6 {
        let letters: Vec<_> = (0..round * 7).map(|n| world.letter((round * 40 + n) as u8)).collect();
        world.operator().submit(&letters).unwrap();
        world.operator().epoch().unwrap();
        let mut seen = 0;
        Record::replayed(&world.path("record"), None, &mut |state, index, entry| {
            let Some(Body::Record(body)) = entry.map(|entry| &entry.statement.body) else {
                return Ok(());
            };
            let Some(epoch) = &body.epoch else { return Ok(()) };
            assert_eq!(Id(state.next_map(None, index).unwrap().root()), epoch.map, "entry {index}");
            seen += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, round + 1);
    }
}

#[test]
fn an_operator_opened_again_goes_on_from_the_epoch_and_keeps_two() {
    let mut world = World::new(anything());
    for round in 0..5u8 {
        let letter = world.letter(round);
        world.submit(&letter);
        world.operator().epoch().unwrap();
        world.reopen();
        assert_eq!(world.operator().state().map().len(), world.operator().state().map().len());
        assert!(
            matches!(world.submit(&letter), Receipt::Logged { entry, .. } if entry == 3 + 2 * u64::from(round))
        );
    }
    assert!(!world.operator().has_news());
}

#[test]
fn a_map_that_is_not_the_one_committed_to_is_refused() {
    let mut world = World::new(anything());
    let letter = world.letter(1);
    world.submit(&letter);
    world.operator().epoch().unwrap();
    let folder = world.path("record/map");
    let mut map = crate::map::Map::open(&folder).unwrap().unwrap();
    // Another entry than the one that commits to it.
    map.publish(&folder, 3).unwrap();
    let error = Record::open(&world.path("record"), None).err().unwrap().to_string();
    assert!(error.contains("make it anew with: erratum record rebuild"), "{error}");
    map.publish(&folder, 4).unwrap();
    assert!(Record::open(&world.path("record"), None).is_ok());
}

#[test]
fn a_slip_proves_that_nothing_else_was_said_by_the_epoch() {
    let mut world = World::new(anything());
    let letter = world.letter(1);
    world.submit(&letter);
    let word = world.mark(OFFICE, &letter, crate::statement::Act::InError, 9);
    world.submit(&word);
    let epoch = world.operator().epoch().unwrap();
    let slip = open(&world).slip(&letter.id()).unwrap().unwrap();
    assert_eq!(Slip::parse(slip.to_string().as_bytes()).unwrap(), slip);
    let proven = slip.verify(None).unwrap();
    let shown = proven.epoch.as_ref().unwrap();
    assert_eq!((shown.entry, shown.has_document), (epoch, true));
    assert!(shown.facts.contains(&FactKey::Document(letter.id())));
    assert!(!proven.is_newer_than_epoch());

    // Whoever passes it on leaves out the word.
    let mut hiding = slip.clone();
    hiding.entries.retain(|entry| entry.index != 4);
    let error = hiding.verify(None).unwrap_err();
    assert!(
        matches!(&error, SlipError::Fact(FactKey::Document(id), _) if *id == letter.id()),
        "{error}"
    );
    // Or the proof of it, to hide that it was left out.
    hiding.epoch.as_mut().unwrap().facts.retain(|(key, _)| !matches!(key, FactKey::Document(_)));
    let error = hiding.verify(None).unwrap_err();
    assert!(matches!(error, SlipError::Unproven(FactKey::Document(_))), "{error}");
    // Without any epoch it is a slip that proves less, and says so.
    hiding.epoch = None;
    assert_eq!(hiding.verify(None).unwrap().epoch, None);
}

#[test]
fn a_word_newer_than_the_epoch_is_not_yet_in_one() {
    let mut world = World::new(anything());
    let letter = world.letter(1);
    world.operator().epoch().unwrap();
    world.submit(&letter);
    let proven = open(&world).slip(&letter.id()).unwrap().unwrap().verify(None).unwrap();
    assert!(proven.is_newer_than_epoch());
    assert!(!proven.epoch.unwrap().has_document);
    world.operator().epoch().unwrap();
    let word = world.mark(OFFICE, &letter, crate::statement::Act::Held, 9);
    world.submit(&word);
    let proven = open(&world).slip(&letter.id()).unwrap().unwrap().verify(None).unwrap();
    assert!(proven.is_newer_than_epoch());
    assert!(proven.epoch.unwrap().has_document);
    world.operator().epoch().unwrap();
    let proven = open(&world).slip(&letter.id()).unwrap().unwrap().verify(None).unwrap();
    assert!(!proven.is_newer_than_epoch());
}

#[test]
fn what_is_withheld_is_gone_and_the_record_goes_on() {
    let mut world = World::new(anything());
    let (letter, other) = (world.letter(1), world.letter(2));
    world.operator().submit(&[letter.clone(), other.clone()]).unwrap();
    let refused = |error: OperatorError| error.to_string();
    let withhold =
        |world: &mut World, entries: &[u64]| world.operator().withhold(entries, "a name", [8; 32]);
    assert_eq!(
        refused(withhold(&mut world, &[0]).unwrap_err()),
        "refused: entry 0: the operator's own statements are not withheld"
    );
    assert_eq!(
        refused(withhold(&mut world, &[2]).unwrap_err()),
        "refused: entry 2: it has nothing that could be withheld"
    );
    assert_eq!(refused(withhold(&mut world, &[9]).unwrap_err()), "refused: entry 9: it is not there");
    assert_eq!(withhold(&mut world, &[3]).unwrap(), 5);
    world.operator().epoch().unwrap();
    let record = open(&world);
    assert!(record.is_withheld(3).unwrap());
    assert_eq!((record.blob(3, "text").unwrap(), record.log().blobs(3).unwrap()), (None, None));
    assert_eq!(record.blob(4, "text").unwrap().unwrap(), "2");
    assert_eq!(record.texts(0).unwrap(), [4]);
    let word = world.mark(OFFICE, &letter, crate::statement::Act::Held, 9);
    assert!(matches!(world.submit(&word), Receipt::Logged { .. }));
    assert!(matches!(world.submit(&letter), Receipt::Logged { entry: 3, .. }), "its receipt stays");
}

#[test]
fn a_large_epoch_is_made_while_appending_goes_on() {
    let mut world = World::new(anything());
    world.operator().epoch().unwrap();
    let letters: Vec<_> = (0..120).map(|number| world.letter(number)).collect();
    let mut made = Vec::new();
    for few in letters.chunks(5) {
        world.operator().submit(few).unwrap();
        made.extend(world.operator().work_on_epoch().unwrap());
        // A word on a letter whose fact is being written.
        let word = world.mark(OFFICE, &few[0], crate::statement::Act::Held, 9);
        assert!(matches!(world.submit(&word), Receipt::Logged { .. }));
    }
    while world.operator().making.is_some() {
        made.extend(world.operator().work_on_epoch().unwrap());
    }
    if world.operator().has_news() {
        made.push(world.operator().epoch().unwrap());
    }
    assert!(!made.is_empty());
    let mut seen = Vec::new();
    let replayed = Record::replayed(&world.path("record"), None, &mut |state, index, entry| {
        if let Some(Body::Record(RecordBody { epoch: Some(epoch), .. })) =
            entry.map(|entry| &entry.statement.body)
        {
            assert_eq!(Id(state.next_map(None, index).unwrap().root()), epoch.map, "entry {index}");
            seen.push(index);
        }
        Ok(())
    });
    assert_eq!(seen[1..], made);
    let (replayed, record) = (replayed.unwrap(), open(&world));
    assert_eq!(record.saved_epoch().unwrap().0, made[made.len() - 1]);
    assert_eq!(record.state().documents().unwrap(), replayed.state().documents().unwrap());
    world.reopen();
    assert!(matches!(world.submit(&letters[7]), Receipt::Logged { .. }));
}

#[test]
fn an_intake_answers_all_and_holds_back_more_than_it_may_keep() {
    use crate::intake::{Intake, NotTaken};
    use std::sync::mpsc::channel;
    let mut world = World::new(anything());
    let letters: Vec<_> = (0..60).map(|number| world.letter(number)).collect();
    let intake = Intake::start(world.operator.take().unwrap(), 4);
    let (told, answers) = channel();
    let mut back = 0;
    for (number, letter) in letters.iter().enumerate() {
        let answered = || {
            let told = told.clone();
            Box::new(move |receipt| told.send((number, receipt)).unwrap())
        };
        match intake.try_submit(letter.clone(), answered()) {
            Ok(()) => {}
            Err(NotTaken::Full(letter)) => {
                back += 1;
                intake.submit(*letter, answered()).map_err(|_| "stopped").unwrap();
            }
            Err(NotTaken::Stopped(_)) => panic!("it has not stopped"),
        }
    }
    intake.finish().unwrap();
    drop(told);
    let mut logged: Vec<_> = answers.iter().collect();
    assert!(back > 0, "four may wait, not sixty");
    logged.sort_by_key(|(number, _)| *number);
    assert_eq!(logged.len(), 60);
    for (number, receipt) in logged {
        // Entries 0 to 2 are the record's, its office's admission and keys; epochs may lie between.
        assert!(
            matches!(receipt, Receipt::Logged { entry, .. } if entry >= 3 + number as u64),
            "{receipt}"
        );
    }
    let record = open(&world);
    assert_eq!(record.state().document_count(), 60);
    assert_eq!(record.saved_epoch().unwrap().0 + 1, record.log().size(), "it ends with an epoch");
}

#[test]
fn what_the_operator_said_cannot_be_handed_in_again() {
    let mut world = World::new(anything());
    let letter = world.letter(1);
    world.submit(&letter);
    world.operator().epoch().unwrap();
    let record = open(&world);
    for entry in [0, 1, 4] {
        let said = record.entry(entry).unwrap().unwrap();
        let blobs = record.log().blobs(entry).unwrap().unwrap_or_default();
        let again = Submission { note: said.note, blobs };
        let Receipt::Refused(why) = world.submit(&again) else { panic!("entry {entry}") };
        assert_eq!(why, "a record statement is for the operator alone to make");
    }
}

#[test]
fn a_slip_hides_neither_a_reason_nor_what_became_of_a_successor() {
    use crate::statement::Act;
    let mut world = World::new(anything());
    let (letter, next) = (world.letter(1), world.letter(2));
    world.operator().submit(&[letter.clone(), next.clone()]).unwrap();
    let word = world.mark(OFFICE, &letter, Act::Superseded(next.id()), 8);
    world.submit(&word);
    let word = world.mark(OFFICE, &next, Act::InError, 9);
    world.submit(&word);
    world.operator().epoch().unwrap();
    let slip = open(&world).slip(&letter.id()).unwrap().unwrap();
    slip.verify(None).unwrap();

    let mut hiding = slip.clone();
    hiding.entries.retain(|entry| entry.index != 6);
    hiding.epoch.as_mut().unwrap().facts.retain(|(key, _)| *key != FactKey::Document(next.id()));
    let error = hiding.verify(None).unwrap_err();
    assert!(matches!(&error, SlipError::Unproven(FactKey::Document(id)) if *id == next.id()), "{error}");

    let mut hiding = slip;
    let said = hiding.entries.iter_mut().find(|entry| entry.index == 5).unwrap();
    assert!(matches!(said.opened.as_slice(), [(0, _)]));
    said.opened.clear();
    assert_eq!(hiding.verify(None).unwrap_err().to_string(), "entry 5: its reason is not opened");
}

#[test]
fn what_comes_twice_at_once_is_logged_once_and_answered_twice() {
    let mut world = World::new(anything());
    let (letter, other) = (world.letter(1), world.letter(2));
    let receipts = world.operator().submit(&[other, letter.clone(), letter.clone()]).unwrap();
    assert!(matches!(receipts[1], Receipt::Logged { entry: 4, .. }), "{}", receipts[1]);
    assert_eq!(receipts[2], receipts[1]);
    assert_eq!(world.submit(&letter), receipts[1]);
    assert_eq!(open(&world).log().size(), 5);
}

#[test]
fn an_epoch_that_was_logged_and_not_saved_is_made_good() {
    let mut world = World::new(anything());
    world.operator().epoch().unwrap();
    let current = world.path("record/map/current");
    let before = std::fs::read(&current).unwrap();
    let letter = world.letter(1);
    world.submit(&letter);
    assert_eq!(world.operator().epoch().unwrap(), 5);
    // As if killed before the last step.
    std::fs::write(&current, before).unwrap();
    world.reopen();
    assert_eq!(open(&world).saved_epoch().unwrap().0, 3);
    assert!(world.operator().has_news());
    assert!(world.operator().epoch_is_due());
    assert_eq!(world.operator().epoch().unwrap(), 6);
    assert_eq!(open(&world).saved_epoch().unwrap().0, 6);
    assert!(!world.operator().has_news());
}

#[test]
fn a_clock_that_was_set_back_holds_up_no_epoch() {
    let mut world = World::new(anything());
    world.reopen();
    world.operator().epoch().unwrap();
    let letter = world.letter(1);
    world.operator = None;
    let clock = Box::new(|| Time::from_millis(9_000_000));
    let (record, key) = (world.path("record"), world.path("log.key"));
    world.operator = Some(Operator::open(&record, &key, clock, anything()).unwrap().0);
    assert!(!world.operator().epoch_is_due(), "nothing has come since");
    world.submit(&letter);
    assert!(world.operator().epoch_is_due());
}

#[test]
fn a_flood_does_not_hold_up_an_epoch_for_ever() {
    let mut world = World::new(anything());
    world.operator().epoch().unwrap();
    let letters: Vec<_> = (0..160).map(|number| world.letter(number)).collect();
    let mut made = 0;
    for many in letters.chunks(8) {
        // More facts each time than are put into the map between two appends.
        world.operator().submit(many).unwrap();
        while world.operator().making.as_ref().is_some_and(|making| !making.is_finished()) {
            std::thread::yield_now();
        }
        made += usize::from(world.operator().work_on_epoch().unwrap().is_some());
    }
    assert_eq!(made, 2, "one in nine rounds, of twenty");
}
