//! Lies about what follows from the log: the map, the index, slips, what is withheld.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use erratum::record::{Act, Blob, Body, Map, RecordBody, Slip, Statement, Time};
use erratum_remote::mirror;

use super::{COMMAND, MINISTRY, NAME, audits, caught, issued, last_of, sound, warned};
use crate::support::liar::{Folder, Liar};
use crate::support::texts::{DEPARTURE, letter, other_letter, story};
use crate::support::{World, copy_folder};

fn is_warning(statement: &Statement) -> bool {
    matches!(&statement.body, Body::Standing(body) if body.act == Act::InError)
}

/// The entry of the letter.
fn letters_entry(world: &World) -> u64 {
    last_where(world, |body| matches!(body, Body::Document(_)))
}

/// The last entry that says such a thing.
fn last_where(world: &World, is: impl Fn(&Body) -> bool) -> u64 {
    let told = Liar(world).told();
    told.iter().rposition(|told| is(&told.entry.statement.body)).unwrap() as u64
}

/// A slip of the letter as the record gives it.
fn slip(world: &World) -> Slip {
    world.at(COMMAND, &["slip", "letters/1", "--out", "letter.slip"]).done();
    Slip::parse(&fs::read(world.folder().join("letter.slip")).unwrap()).unwrap()
}

#[test]
fn a_document_hidden_from_the_index_is_caught_by_an_audit() {
    let world = warned();
    let size = world.opened().log().size();
    Liar(&world).false_index(&[]);
    world.run().done();
    world.check(&story(&[DEPARTURE])).exit(3).headline("NOT IN THIS RECORD");
    caught(
        &world,
        &format!(
            "FALSE   index record/match/manifest: what the record commits to is not what the log gives at \
             {size} entries"
        ),
    );
}

#[test]
fn a_document_hidden_from_an_index_that_was_replaced_since_is_caught_by_an_audit() {
    let world = issued();
    let (size, entry) = (world.opened().log().size(), letters_entry(&world));
    Liar(&world).false_index(&[]);
    world.run().done();
    Liar(&world).false_index(&[(entry, &letter())]);
    world.run().done();
    world.check(&story(&[DEPARTURE])).exit(0).headline("QUOTES A LETTER THAT STANDS AS ISSUED");
    let lie = format!("FALSE   entry {size}: its index is not what the log gives at {size} entries");
    caught(&world, &lie).never_says("Not audited");

    // Once a text that it could have held is withheld, it cannot be made again, and the audit says so.
    let args = ["record", "withhold", NAME, "--reason", "By order of a court"];
    let run = ["--record", "record", "--key", "operator/log.key"];
    world.erratum(&[&args[..], &run].concat()).done();
    audits(&world, 0).headline("SOUND").says("  Not audited: 2 earlier indexes, which hold what is ");
}

#[test]
fn an_index_that_says_what_no_document_says_is_caught_by_an_audit() {
    let world = issued();
    let (size, entry) = (world.opened().log().size(), letters_entry(&world));
    Liar(&world).false_index(&[(entry, &other_letter())]);
    world.run().done();
    world.check(&other_letter()).exit(3).headline("NOT IN THIS RECORD");
    caught(&world, &format!("what the record commits to is not what the log gives at {size} entries"));
}

#[test]
fn a_document_hidden_from_the_map_is_caught_by_an_audit() {
    let world = warned();
    let document = letters_entry(&world);
    let epoch = Liar(&world).false_map(|_, statement| !matches!(statement.body, Body::Document(_)));
    assert!(document < epoch);
    world.check(&letter()).exit(3).headline("NOT IN THIS RECORD");
    caught(&world, &format!("FALSE   entry {epoch}: its map is not what the log gives by then"))
        .says(&format!("FALSE   map of the epoch at entry {epoch}: its fact \""));
}

#[test]
fn a_word_hidden_from_the_map_is_caught_by_an_audit() {
    let world = warned();
    let epoch = Liar(&world).false_map(|_, statement| !is_warning(statement));
    // A reader who trusts this epoch is misled, until somebody audits.
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    caught(&world, &format!("FALSE   entry {epoch}: its map is not what the log gives by then"))
        .says(&format!("FALSE   map of the epoch at entry {epoch}: its fact \""));
}

#[test]
fn a_slip_made_from_a_map_that_hides_a_word_verifies_and_names_the_epoch_that_an_audit_finds_false() {
    let world = warned();
    let epoch = Liar(&world).false_map(|_, statement| !is_warning(statement));
    slip(&world);
    // It proves what the record committed to, which is a lie that its operator has now signed.
    world
        .erratum(&["verify", "letter.slip"])
        .exit(0)
        .headline("ISSUED")
        .says("Nothing else was said of it by ")
        .says(&format!("(epoch at entry {epoch})"));
    caught(&world, &format!("FALSE   entry {epoch}: its map is not what the log gives by then"));
}

#[test]
fn a_slip_that_carries_the_word_hidden_from_its_map_fails() {
    let world = warned();
    Liar(&world).false_map(|_, statement| !is_warning(statement));
    let lying = slip(&world);
    // Whoever reads the whole log gets the word, and the proof of the map beside it.
    fs::remove_dir_all(world.record().join("map")).unwrap();
    let mut entries: BTreeMap<u64, _> =
        lying.entries.into_iter().map(|entry| (entry.index, entry)).collect();
    entries.extend(slip(&world).entries.into_iter().map(|entry| (entry.index, entry)));
    let whole = Slip { entries: entries.into_values().collect(), ..lying };
    fs::write(world.folder().join("whole.slip"), whole.to_string()).unwrap();
    world
        .erratum(&["verify", "whole.slip"])
        .exit(1)
        .headline("THE PROOF FAILS")
        .says("is not all that the record held of it");
}

#[test]
fn a_slip_that_leaves_out_a_word_fails_against_an_honest_map() {
    let world = warned();
    let mut short = slip(&world);
    let warning = last_where(&world, |body| matches!(body, Body::Standing(_)));
    short.entries.retain(|entry| entry.index != warning);
    fs::write(world.folder().join("short.slip"), short.to_string()).unwrap();
    world.erratum(&["verify", "short.slip"]).exit(1).headline("THE PROOF FAILS").says(&format!(
        "what its entries say of \"document {}\" is not all that the record held of it",
        short.document
    ));
    // Nor does it pass for one of a time without epochs: then it says what it does not prove.
    short.epoch = None;
    fs::write(world.folder().join("short.slip"), short.to_string()).unwrap();
    world
        .erratum(&["verify", "short.slip"])
        .headline("ISSUED")
        .says("Words that the slip leaves out, and later words unknown.");
}

#[test]
fn a_stale_map_that_is_committed_to_again_is_caught_by_an_audit() {
    let world = issued();
    let folder = world.record().join("map");
    let stale = Map::open(&folder).unwrap().unwrap();
    copy_folder(&folder, &world.folder().join("stale"));
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");

    let entry = Liar(&world).epoch(stale.root(), &Liar(&world).checkpoint());
    fs::remove_dir_all(&folder).unwrap();
    copy_folder(&world.folder().join("stale"), &folder);
    let nothing: [([u8; 32], Vec<u8>); 0] = [];
    let mut again = stale.extend(Some(&folder), entry, &nothing).unwrap();
    again.publish(&folder, entry).unwrap();
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    caught(&world, &format!("FALSE   entry {entry}: its map is not what the log gives by then"))
        .says(&format!("FALSE   map of the epoch at entry {entry}: its fact \""));
}

#[test]
fn the_map_of_an_older_epoch_hides_nothing() {
    let world = issued();
    let folder = world.record().join("map");
    copy_folder(&folder, &world.folder().join("older"));
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    fs::remove_dir_all(&folder).unwrap();
    copy_folder(&world.folder().join("older"), &folder);
    // What was logged since is read from the log itself.
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("Nobody approved it");
    slip(&world);
    world
        .erratum(&["verify", "letter.slip"])
        .exit(1)
        .headline("IN-ERROR")
        .says("Not yet in an epoch: its latest word came after ");
    sound(&world);
}

#[test]
fn a_map_with_another_word_than_the_log_is_refused_by_readers_and_caught_by_an_audit() {
    let world = warned();
    let warning = last_where(&world, |body| matches!(body, Body::Standing(_)));
    let epoch = Liar(&world).false_map(|_, statement| {
        if let Body::Standing(body) = &mut statement.body {
            body.act = Act::Issued;
        }
        true
    });
    world.check(&letter()).refused(&format!("entry {warning}: it does not say what the map says of it"));
    caught(&world, &format!("FALSE   entry {epoch}: its map is not what the log gives by then"))
        .says(&format!("FALSE   map of the epoch at entry {epoch}: its fact \"document "));
}

#[test]
fn a_map_with_another_statement_than_the_log_is_refused_by_readers_and_caught_by_an_audit() {
    let world = issued();
    let epoch = Liar(&world).false_map(|_, statement| {
        if let Body::Document(body) = &mut statement.body {
            body.lang = "la".parse().unwrap();
        }
        true
    });
    world.check(&letter()).refused("map: a value is not a fact of the kind \"document\"");
    caught(&world, &format!("FALSE   entry {epoch}: its map is not what the log gives by then"))
        .says(&format!("FALSE   map of the epoch at entry {epoch}: its fact \"document "));
}

#[test]
fn a_map_with_a_word_that_nobody_signed_is_refused_by_readers_and_caught_by_an_audit() {
    let world = warned();
    // The operator puts a blessing into the ministry's mouth, signed with its own key.
    let told = Liar(&world).told();
    let warning = &told[last_of(&told, MINISTRY)];
    let mut statement = warning.entry.statement.clone();
    let Body::Standing(body) = &mut statement.body else { panic!("not a word") };
    (body.act, body.previous) = (Act::Issued, warning.entry.statement.id());
    let note = Liar(&world).key().sign(&statement.text()).unwrap();
    let mut forged = warning.clone().at(Time::now());
    (forged.entry.note, forged.entry.statement) = (note, statement);
    let entry = Liar(&world).log(&forged);
    // In the log it counts for nothing.
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
    let void = format!("FALSE   entry {entry} counts for nothing: not signed by ministry.example/");
    caught(&world, &void);
    // In the map it would.
    let epoch = Liar(&world).false_map(|_, _| true);
    world
        .check(&letter())
        .refused(&format!("entry {entry}: not signed by its speaker, though the map has it"));
    caught(&world, &void)
        .says(&format!("FALSE   entry {epoch}: its map is not what the log gives by then"));
}

#[test]
fn a_text_removed_without_a_word_is_caught_by_readers_mirrors_and_an_audit() {
    let world = issued();
    let entry = letters_entry(&world);
    fs::remove_file(world.record().join(format!("blob/000.p/{entry}"))).unwrap();
    let missing = format!("entry {entry}: the blob \"title\": missing or cut short");
    world.check(&letter()).refused(&missing);
    caught(&world, &format!("FALSE   record record: {missing}"));
    let copied = mirror(Arc::new(Folder(world.record())), &world.folder().join("copy"), None).unwrap();
    assert_eq!(copied.missing, [entry]);
}

#[test]
fn a_text_that_lies_there_in_spite_of_a_tombstone_is_shown_to_nobody_and_caught_by_an_audit() {
    let world = issued();
    let entry = letters_entry(&world);
    let reason = Blob::new([3; 32], b"By order of a court".to_vec());
    let body =
        RecordBody { withhold: vec![entry], reason: Some(reason.reference()), ..RecordBody::default() };
    // Logged by the operator, who then removes nothing.
    Liar(&world).say(body, reason.stored());
    Liar(&world).false_map(|_, _| true);
    world.check(&story(&[DEPARTURE])).exit(3);
    let copied = mirror(Arc::new(Folder(world.record())), &world.folder().join("copy"), None).unwrap();
    assert!(copied.missing.is_empty());
    assert!(!world.folder().join(format!("copy/blob/000.p/{entry}")).exists());
    caught(
        &world,
        &format!("FALSE   entry {entry}: its blobs are withheld, and lie there all the same"),
    );
}

#[test]
fn a_tombstone_for_what_is_not_logged_yet_counts_for_nothing() {
    let world = issued();
    let next = world.opened().log().size();
    let reason = Blob::new([3; 32], b"Whatever it will say".to_vec());
    let body =
        RecordBody { withhold: vec![next], reason: Some(reason.reference()), ..RecordBody::default() };
    let entry = Liar(&world).say(body, reason.stored());
    caught(
        &world,
        &format!("FALSE   entry {entry} counts for nothing: there is no entry {next} to withhold yet"),
    );
}
