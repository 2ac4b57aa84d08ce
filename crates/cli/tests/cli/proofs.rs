//! Slips and audits: what is proven, what is not, and that no changed byte passes.

use std::fs;
use std::path::Path;

use crate::support::texts::{letter, other_letter};
use crate::support::{Outcome, World, copy_of_example_record, erratum, example, example_file};

const FINAL: &str = "northern-command.example/letters/2026-019";

/// The slip of the example's final letter, as text.
fn slip_of_the_final() -> String {
    let outcome = erratum(&example(), &["slip", FINAL, "--policy", "policy.toml"]).done();
    outcome.stdout().to_owned()
}

/// Verifies a slip under the example's policy.
#[track_caller]
fn verify(folder: &Path, slip: &str, copy: Option<&str>) -> Outcome {
    fs::write(folder.join("letter.slip"), slip).unwrap();
    let policy = example_file("policy.toml");
    let args = ["verify", "letter.slip", "--policy", &policy];
    let copy = copy.map(example_file);
    erratum(folder, &[&args[..1], &args[1..2], copy.as_deref().as_slice(), &args[2..]].concat())
}

#[test]
fn a_slip_proves_what_was_said_by_then_and_not_that_nothing_followed() {
    let folder = tempfile::tempdir().unwrap();
    verify(folder.path(), &slip_of_the_final(), None)
        .exit(0)
        .headline("ISSUED")
        .says(FINAL)
        .says("Confirmed by the ministry.")
        .says("says defence.example, superior of the issuer, since 8 January 2026 10:15 UTC")
        .says("its log key is pinned by your policy.")
        .says("later words unknown. The record says so; no witness is asked for.");
    erratum(&example(), &["verify", "letter.slip"])
        .exit(1)
        .headline("IN-ERROR")
        .says("Preliminary draft, sent by mistake. No decision to withdraw has been made.")
        .says("says defence.example, superior of the issuer, since 6 January 2026 21:14 UTC")
        .says("its log key is taken from the slip itself: compare it.")
        .says("record.example+4b1f709c+")
        .says("later words unknown");
}

#[test]
fn a_slip_from_before_the_warning_stays_what_it_was() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world.at("command.example", &["slip", "letters/1", "--out", "before.slip"]).done();
    world.mark("ministry.example", "command.example/letters/1", "in-error", "Nobody approved it");
    world.at("command.example", &["slip", "letters/1", "--out", "after.slip"]).done();
    world.erratum(&["verify", "before.slip"]).exit(0).headline("ISSUED").says("later words unknown");
    world.erratum(&["verify", "after.slip"]).exit(1).headline("IN-ERROR").says("Nobody approved it");
}

#[test]
fn a_slip_of_a_fake_and_of_a_report_say_what_they_are() {
    let world = World::with_command_and_ministry();
    world.disown("command.example", &letter(), "We never wrote this");
    let fake = world.opened().state().documents().unwrap()[0].document.name.to_string();
    world.at("command.example", &["slip", &fake, "--out", "fake.slip"]).done();
    world.erratum(&["verify", "fake.slip"]).exit(1).headline("DISOWNED").says("We never wrote this");

    let file = world.file(other_letter());
    let args = ["add", &file, "--attributed", "--from", "command.example", "--standing", "issued"];
    world.at("ministry.example", &[&args[..], &["--source", "A photograph"]].concat()).done();
    let seen = world.opened().state().documents().unwrap()[1].document.name.to_string();
    world.at("command.example", &["slip", &seen, "--out", "seen.slip"]).done();
    world.erratum(&["verify", "seen.slip"]).exit(1).headline("ONLY REPORTED, AS FROM command.example");
}

#[test]
fn a_copy_is_held_against_a_slip() {
    let folder = tempfile::tempdir().unwrap();
    let slip = slip_of_the_final();
    verify(folder.path(), &slip, Some("copies/final.pdf"))
        .exit(0)
        .says("final.pdf: the same bytes as a file of this document");
    let retyped =
        fs::read_to_string(example_file("texts/letter-final.txt")).unwrap().replace('\n', "\r\n");
    fs::write(folder.path().join("retyped.txt"), retyped).unwrap();
    let args = ["verify", "letter.slip", "retyped.txt"];
    erratum(folder.path(), &args).exit(0).says("retyped.txt: the same text as this document");
    verify(folder.path(), &slip, Some("copies/letter.pdf")).exit(1).says(
        "letter.pdf: neither a file nor the text of this document; see what differs with: erratum check",
    );
    verify(folder.path(), &slip, Some("copies/not-there.pdf")).refused("not-there.pdf: No such file");
}

#[test]
fn no_changed_byte_of_a_slip_passes() {
    let folder = tempfile::tempdir().unwrap();
    let slip = slip_of_the_final();
    let slip = slip.into_bytes();
    let policy = example_file("policy.toml");
    let file = folder.path().join("changed.slip");
    let positions = (0..97).map(|step| slip.len() * step / 97);
    let flipped = positions.map(|at| {
        let mut changed = slip.clone();
        changed[at] ^= 1;
        changed
    });
    let cut = [0, 1, slip.len() / 2, slip.len() - 1].map(|keep| slip[..keep].to_vec());
    for changed in flipped.chain(cut) {
        fs::write(&file, changed).unwrap();
        let outcome = erratum(folder.path(), &["verify", "changed.slip", "--policy", &policy]);
        if outcome.stderr().is_empty() {
            outcome.exit(1).headline("THE PROOF FAILS").says("changed.slip: ");
        } else {
            outcome.refused("erratum: changed.slip: ");
        }
    }
}

#[test]
fn a_slip_with_another_suffix_list_says_what_it_does_not_prove() {
    let world = World::with_another_suffix_list();
    world.office("command.example", None);
    world.issue("command.example", "letters/1", &letter());
    world.at("command.example", &["slip", "command.example/letters/1", "--out", "letter.slip"]).done();
    world.erratum(&["verify", "letter.slip"]).headline("ISSUED").says(
        "The record's public suffix list is not the one carried here: superiors by ancestry are not proven.",
    );
}

#[test]
fn a_slip_whose_superiors_cannot_be_told_does_not_pass_as_issued() {
    // The superior is one by ancestry, which takes the record's suffix list to know.
    let world = World::with_another_suffix_list();
    world.office("ministry.example", None);
    world.office("north.ministry.example", None);
    let name = "north.ministry.example/letters/1";
    world.issue("north.ministry.example", "letters/1", &letter());
    world.mark("ministry.example", name, "in-error", "Nobody approved it");
    world.at("ministry.example", &["slip", name, "--out", "letter.slip"]).done();
    world
        .erratum(&["verify", "letter.slip"])
        .exit(1)
        .headline("THE PROOF FAILS")
        .says("counts for nothing: ministry.example is neither the issuer of");
}

#[test]
fn what_is_no_slip_is_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["", "hello\n", "erratum/v1 slip\n", "erratum/v1 slip\nrecord record.example\n"] {
        verify(folder.path(), text, None).refused("erratum: letter.slip: ");
    }
    fs::write(folder.path().join("noise.slip"), [0xff; 5000]).unwrap();
    erratum(folder.path(), &["verify", "noise.slip"]).refused("erratum: noise.slip: ");
    erratum(folder.path(), &["verify", "nowhere.slip"]).refused("erratum: nowhere.slip: No such file");
}

#[test]
fn a_slip_of_another_record_of_the_same_name_fails_under_a_policy() {
    let world = World::new();
    world.office("command.example", None);
    world.issue("command.example", "letters/1", &letter());
    world.at("command.example", &["slip", "letters/1", "--out", "letter.slip"]).done();
    let policy = example_file("policy.toml");
    world.erratum(&["verify", "letter.slip", "--policy", &policy]).exit(1).headline("THE PROOF FAILS");
    world.erratum(&["verify", "letter.slip"]).exit(0).headline("ISSUED");
}

#[test]
fn an_audit_says_sound_false_or_unreadable() {
    erratum(&example(), &["audit", "record"]).exit(0).headline("SOUND").says(
        "record.example: 47 entries, 5 documents, 20 epochs; log key taken from the record itself",
    );
    let folder = tempfile::tempdir().unwrap();
    erratum(folder.path(), &["audit", "nowhere"])
        .refused("erratum: record nowhere: there is no record here");
    copy_of_example_record(&folder.path().join("record"));
    let blob = folder.path().join("record/blob/000.p/12");
    let mut bytes = fs::read(&blob).unwrap();
    bytes[100] ^= 1;
    fs::write(blob, bytes).unwrap();
    erratum(folder.path(), &["audit", "record"]).exit(1).says_in_order(&[
        "FALSE   record record: entry 12: the blob \"",
        "NOT SOUND   record.example: ",
    ]);
}
