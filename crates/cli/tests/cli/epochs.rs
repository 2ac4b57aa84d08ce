//! What a record commits to, what it withholds, and operators who lie about either.

use std::fs;
use std::path::PathBuf;

use erratum::record::{
    Blob, Body, Epoch, Id, Record, RecordBody, Signer, Slip, Statement, Submission, read_key_file,
};

use crate::support::World;
use crate::support::texts::{letter, other_letter};

const NAME: &str = "command.example/letters/1";
const REBUILD: [&str; 4] = ["record", "rebuild", "--record", "record"];

/// A record with one letter in an epoch.
fn issued() -> World {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world
}

/// The record with an index that an epoch commits to.
fn indexed() -> World {
    let world = issued();
    world.erratum(&REBUILD).done().says("readers use it once an epoch commits to it");
    world.run().done();
    world
}

fn segment(world: &World) -> PathBuf {
    let files = fs::read_dir(world.record().join("match")).unwrap().flatten();
    let mut segments: Vec<PathBuf> = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "segment"))
        .collect();
    assert_eq!(segments.len(), 1, "{segments:?}");
    segments.remove(0)
}

fn log_key(world: &World) -> Signer {
    read_key_file(&world.folder().join("operator/log.key")).unwrap()
}

/// A dishonest operator logs an epoch of its own making.
fn lying_epoch(world: &World, map: Id, manifest: Option<(u64, Id)>, checkpoint: &[u8]) -> u64 {
    let checkpoint = Blob::new([0; 32], checkpoint.to_vec());
    let epoch = Epoch { manifest, map, checkpoint: checkpoint.reference() };
    let body = RecordBody { epoch: Some(epoch), ..RecordBody::default() };
    let statement = Statement { record: "record.example".parse().unwrap(), body: Body::Record(body) };
    let note = log_key(world).sign(&statement.text()).unwrap();
    world.log_unjudged(&Submission { note, blobs: checkpoint.stored() })
}

#[test]
fn an_act_is_in_an_epoch_at_once_where_the_office_runs_the_record() {
    let world = issued();
    world.check(&letter()).exit(0).says(", in the epoch at entry ");
    world.erratum(&["audit", "record"]).exit(0).headline("SOUND").says(" 1 documents, ");
    world.at("command.example", &["slip", "letters/1", "--out", "letter.slip"]).done();
    world
        .erratum(&["verify", "letter.slip"])
        .exit(0)
        .says("  Nothing else was said of it by ")
        .says("later words unknown. The record says so; no witness is asked for.");
}

#[test]
fn a_slip_without_its_epoch_and_its_warning_does_not_pass() {
    let world = issued();
    world.mark("ministry.example", NAME, "in-error", "Nobody approved it");
    world.at("command.example", &["slip", "letters/1", "--out", "letter.slip"]).done();
    let file = world.folder().join("letter.slip");
    let mut slip = Slip::parse(&fs::read(&file).unwrap()).unwrap();
    let document = world.opened().state().named(&NAME.parse().unwrap()).unwrap().unwrap();
    let warning = document.words.last().unwrap().entry;
    slip.entries.retain(|entry| entry.index != warning);
    slip.epoch = None;
    fs::write(&file, slip.to_string()).unwrap();
    world
        .erratum(&["verify", "letter.slip"])
        .exit(1)
        .headline("ISSUED")
        .says("Words that the slip leaves out, and later words unknown.");
}

#[test]
fn an_index_is_used_and_sound_only_if_an_epoch_commits_to_it() {
    let world = indexed();
    world.erratum(&["audit", "record"]).exit(0).headline("SOUND");
    world.issue("command.example", "letters/2", &other_letter());
    // Documents that came later are found although the index does not know them.
    world.check(&other_letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");

    let file = segment(&world);
    let right = fs::read(&file).unwrap();
    let mut wrong = right.clone();
    wrong[100] ^= 1;
    fs::write(&file, &wrong).unwrap();
    world.erratum(&["audit", "record"]).exit(1).says("FALSE   index record/match/");
    world.check(&letter()).refused(".segment: ");
    world.erratum(&REBUILD).done();
    assert_eq!(fs::read(&file).unwrap(), right, "byte for byte");
    world.erratum(&["audit", "record"]).exit(0).headline("SOUND");

    // Without its index a record is slower, and says the same; the audit misses it.
    fs::remove_file(&file).unwrap();
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world
        .erratum(&["audit", "record"])
        .exit(1)
        .says("FALSE   index record/match/manifest: the segment that it names is missing");
    world.erratum(&REBUILD).done();

    // A manifest that no epoch commits to makes no difference to readers.
    let manifest = world.record().join("match/manifest");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace(" match/", " match/0")).unwrap();
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    let lie = "FALSE   index record/match/manifest: it is no manifest";
    world.erratum(&["audit", "record"]).exit(1).says(lie);
}

#[test]
fn what_is_withheld_leaves_text_and_index_and_the_standing_stays() {
    let world = indexed();
    world.issue("command.example", "letters/2", &other_letter());
    world.mark("ministry.example", NAME, "in-error", "Nobody approved it");
    let args = ["record", "withhold", NAME, "--reason", "By order of a court"];
    let run = ["--record", "record", "--key", "operator/log.key"];
    world.erratum(&[&args[..], &run].concat()).done().says("the statements and the standing stay");
    let shown = "(withheld: By order of a court)";
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says(shown)
        .says("Nobody approved it");
    // The text itself is gone: a part of it is not recognised any more, the other letter is.
    world.check(&other_letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world.erratum(&["history", NAME, "--record", "record"]).done().says(shown);
    world.erratum(&["audit", "record"]).exit(0).headline("SOUND");
    world.at("command.example", &["slip", "letters/1", "--out", "letter.slip"]).done();
    world.erratum(&["verify", "letter.slip"]).exit(1).headline("IN-ERROR").says(shown);
    let words = letter().split_whitespace().skip(5).take(40).collect::<Vec<_>>().join(" ");
    world.check(&words).exit(3);

    // Whoever leaves it lying lies.
    let entry = world.opened().state().named(&NAME.parse().unwrap()).unwrap().unwrap().entry;
    let file = world.record().join(format!("blob/000.p/{entry}"));
    fs::write(&file, "the text").unwrap();
    world
        .erratum(&["audit", "record"])
        .exit(1)
        .says(&format!("FALSE   entry {entry}: its blobs are withheld, and lie there all the same"));
}

#[test]
fn a_withheld_reason_is_shown_as_withheld() {
    let world = issued();
    world.mark("ministry.example", NAME, "held", "A name that nobody may know");
    let words = world.opened().state().named(&NAME.parse().unwrap()).unwrap().unwrap().words.clone();
    let entry = words.last().unwrap().entry.to_string();
    let args = ["record", "withhold", &entry, "--reason", "Names a witness"];
    let run = ["--record", "record", "--key", "operator/log.key"];
    world.erratum(&[&args[..], &run].concat()).done();
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER IS ON HOLD: DO NOT USE")
        .says("(withheld: Names a witness)")
        .never_says("A name that nobody may know");
    world.at("command.example", &["slip", "letters/1", "--out", "letter.slip"]).done();
    world
        .erratum(&["verify", "letter.slip"])
        .exit(1)
        .headline("HELD")
        .says("(withheld: Names a witness)");
    world.erratum(&["audit", "record"]).exit(0).headline("SOUND");
}

#[test]
fn an_epoch_whose_map_does_not_follow_from_the_log_is_a_lie() {
    let world = issued();
    let checkpoint = fs::read(world.record().join("checkpoint")).unwrap();
    let entry = lying_epoch(&world, Id::of(b"another map"), None, &checkpoint);
    world
        .erratum(&["audit", "record"])
        .exit(1)
        .says(&format!("FALSE   entry {entry}: its map is not what the log gives by then"));
    world.erratum(&REBUILD).refused(&format!(
        "erratum: record record: entry {entry}: its map is not what the log gives by then"
    ));
}

#[test]
fn an_index_that_does_not_follow_from_the_log_is_a_lie() {
    let world = indexed();
    let checkpoint = fs::read(world.record().join("checkpoint")).unwrap();
    let record = world.opened();
    let size = record.log().size();
    let replayed = Record::replayed(&world.record(), None, &mut |_, _, _| Ok(())).unwrap();
    let map = Id(replayed.state().clone().next_map(None, size).unwrap().root());
    lying_epoch(&world, map, Some((3, Id::of(b"another index"))), &checkpoint);
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world.erratum(&["audit", "record"]).exit(1).says(
        "FALSE   index record/match/manifest: what the record commits to is not what the log gives at 3 \
         entries",
    );
}

#[test]
fn two_histories_are_a_lie() {
    let world = issued();
    let root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let other = log_key(&world).sign(&format!("record.example\n3\n{root}\n")).unwrap();
    let entry = lying_epoch(&world, Id::of(b"any"), None, other.to_string().as_bytes());
    world.erratum(&["audit", "record"]).exit(1).says(&format!("entry {entry}: "));
}

#[test]
fn a_damaged_map_is_refused_and_made_anew() {
    let world = issued();
    let map = world.record().join("map");
    let layer = fs::read_dir(&map)
        .unwrap()
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "layer"))
        .max()
        .unwrap();
    let right = fs::read(&layer).unwrap();
    for at in [right.len() / 3, right.len() / 2, right.len() - 40] {
        let mut wrong = right.clone();
        wrong[at] ^= 1;
        fs::write(&layer, wrong).unwrap();
        world.erratum(&["audit", "record"]).exit(1).says("FALSE   ");
        fs::write(&layer, &right).unwrap();
    }
    fs::write(map.join("current"), "erratum/v1 map\n").unwrap();
    world.check(&letter()).refused("current");
    world.erratum(&REBUILD).done().says("made the map of the epoch at entry ");
    world.run().done();
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world.erratum(&["audit", "record"]).exit(0).headline("SOUND");
}
