//! What a reader's policy changes: whom the verdict trusts, which record is asked about whom, how old a
//! proof may be.

use std::fs;

use crate::support::texts::{letter, other_letter};
use crate::support::{World, copy_of_example_record, erratum, example_file};

/// A policy over a copy of the example's record, with these lines in its head and in its record.
fn example_with(head: &str, record: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_of_example_record(&folder.path().join("record"));
    let policy = format!("{head}\n\n[[record]]\npath = \"record\"\n{record}\n");
    fs::write(folder.path().join("policy.toml"), policy).unwrap();
    folder
}

#[test]
fn a_record_older_than_the_policy_allows_makes_nothing_good() {
    let copy = example_file("copies/final.pdf");
    let args = ["check", &copy, "--policy", "policy.toml"];
    let folder = example_with("max-age-days = 36500", "");
    erratum(folder.path(), &args).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    let folder = example_with("max-age-days = 1", "");
    erratum(folder.path(), &args)
        .exit(1)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("The record is older than your policy allows.");
}

#[test]
fn a_slip_older_than_the_policy_allows_does_not_pass_silently() {
    let folder = example_with("max-age-days = 1", "");
    let args =
        ["slip", "northern-command.example/letters/2026-019", "--record", "record", "--out", "a.slip"];
    erratum(folder.path(), &args).done();
    erratum(folder.path(), &["verify", "a.slip"]).exit(0);
    erratum(folder.path(), &["verify", "a.slip", "--policy", "policy.toml"])
        .exit(1)
        .says("older than your policy allows");
}

#[test]
fn a_record_is_asked_only_about_the_names_it_speaks_for() {
    let copy = example_file("copies/letter.pdf");
    let args = ["check", &copy, "--policy", "policy.toml"];
    let folder = example_with("", "speaks-for = [\"northern-command.example\"]");
    erratum(folder.path(), &args).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
    let folder = example_with("", "speaks-for = [\"defence.example\"]");
    erratum(folder.path(), &args).exit(3).headline("NOT IN THIS RECORD");
}

#[test]
fn who_trusts_the_superior_trusts_its_subordinates() {
    let world = World::with_command_and_ministry();
    world.office("outsider.example", None);
    world.disown("outsider.example", &letter(), "We know nothing of this");
    world.issue("command.example", "letters/1", &letter());
    world
        .check_trusting(&["ministry.example"], &letter())
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .never_says("CONTESTED");
    world
        .check_trusting(&["outsider.example"], &letter())
        .exit(1)
        .headline("THIS LETTER IS DISOWNED: NOT THE TEXT OF ITS SUPPOSED ISSUER")
        .says("command.example also registered this text, as command.example/letters/1: issued");
}

#[test]
fn two_names_that_the_reader_trusts_can_contest_each_other() {
    let world = World::new();
    world.office("harbour.example", None);
    world.office("command.example", None);
    world.disown("harbour.example", &letter(), "We know nothing of this");
    world.issue("command.example", "letters/1", &letter());
    world
        .check_trusting(&["command.example", "harbour.example"], &letter())
        .exit(1)
        .headline("CONTESTED: harbour.example says disowned, command.example says issued");
}

#[test]
fn several_records_are_asked_and_the_first_leads() {
    let first = World::new();
    first.office("command.example", None);
    first.issue("command.example", "letters/1", &letter());
    let second = World::of("second.example");
    second.office("outsider.example", None);
    second.disown("outsider.example", &letter(), "We know nothing of this");
    second.issue("outsider.example", "letters/2", &other_letter());
    let elsewhere = second.record().display().to_string();
    let both = ["--record", elsewhere.as_str()];

    first
        .check_with(&letter(), &both)
        .exit(1)
        .headline("CONTESTED: command.example says issued, outsider.example says disowned");
    first
        .check_with(&other_letter(), &both)
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("outsider.example/letters/2")
        .says(" of second.example; ");
    first
        .check_with("Nobody has ever registered a text of these words in either of the two.", &both)
        .exit(3)
        .headline("NOT IN THESE RECORDS")
        .says("record.example, second.example");
    first.check_with(&letter(), &["--record", "nowhere"]).refused("erratum: record nowhere: ");
}

#[test]
fn a_policy_that_is_not_understood_is_refused() {
    let copy = example_file("copies/letter.pdf");
    let args = ["check", &copy, "--policy", "policy.toml"];
    for (head, why) in [
        ("trusts = []", "unknown field `trusts`"),
        ("trust = [\"North.example\"]", "expected a DNS name in lower-case ASCII"),
        ("trust = ", "policy policy.toml: "),
    ] {
        let folder = example_with(head, "");
        erratum(folder.path(), &args).exit(2).complains("erratum: policy policy.toml: ").complains(why);
    }
}
