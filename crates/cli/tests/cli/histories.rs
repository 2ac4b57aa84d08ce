//! Tricky histories: which word leads after which, and which words are refused.

use std::fs;

use erratum::record::Act;
use erratum_desk::Mark;

use crate::support::texts::{final_letter, letter, other_letter};
use crate::support::{Submitted, World};

const LETTER: &str = "command.example/letters/1";

/// The command has issued its letter, under its ministry.
fn issued() -> World {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world
}

#[test]
fn the_issuer_warns_after_its_superior_affirmed() {
    let world = issued();
    world.mark("ministry.example", LETTER, "issued", "Confirmed");
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").says("Confirmed");
    world.mark("command.example", LETTER, "in-error", "A draft");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says command.example, the issuer, since ")
        .says("Beside it: issued, says ministry.example, superior of the issuer, since ");
}

#[test]
fn the_issuer_corrects_after_its_superior_affirmed() {
    let world = issued();
    world.mark("ministry.example", LETTER, "issued", "Confirmed");
    world.issue("command.example", "letters/2", &final_letter());
    let more = ["--replaced-by", "letters/2"];
    world.tries_to_mark("command.example", LETTER, "corrected", "Wrong paragraph", &more).done();
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS CORRECTED")
        .says("Its place is taken by command.example/letters/2 (issued).")
        .says("Beside it: issued, says ministry.example, superior of the issuer, since ");
}

#[test]
fn a_warning_leads_its_successor_stands_beside_it_until_the_warning_is_lifted() {
    let world = issued();
    let warning = world.mark("ministry.example", LETTER, "in-error", "Nobody approved it");
    world.issue("command.example", "letters/2", &other_letter());
    let more = ["--replaced-by", "letters/2"];
    world.tries_to_mark("command.example", LETTER, "superseded", "A new letter", &more).done();
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("Nobody approved it")
        .says("Beside it: superseded, says command.example, the issuer, since ")
        .says("Its place is taken by command.example/letters/2 (issued).");

    world
        .tries_to_mark("command.example", LETTER, "lift", "We stand by it", &["--word", &warning])
        .refused("the record refused it: only ministry.example or a voice above it can lift its word");
    world.mark("ministry.example", LETTER, "lift", "Approved after all");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS SUPERSEDED")
        .says("Its place is taken by command.example/letters/2 (issued).")
        .never_says("Nobody approved it");
}

#[test]
fn a_replacement_ends_no_warning() {
    let world = issued();
    world.mark("command.example", LETTER, "in-error", "A draft");
    world.replace("command.example", "letters/2", &final_letter(), "letters/1");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("Its place is taken by command.example/letters/2 (issued).");
    world.check(&final_letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn a_new_version_under_the_same_path_must_replace_the_old_one() {
    let world = issued();
    world
        .tries_to_issue("command.example", "letters/1", &final_letter(), &[])
        .refused("command.example/letters/1 is taken by the document at entry ");
    world.replace("command.example", "letters/1", &final_letter(), "letters/1");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS SUPERSEDED");
    world.check(&final_letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

/// The one statement of this kind that waits.
#[track_caller]
fn only(world: &World, kind: &str) -> Submitted {
    let waiting: Vec<Submitted> = world.waiting().into_iter().filter(|one| one.is(kind)).collect();
    assert_eq!(waiting.len(), 1, "waiting {kind} statements");
    waiting[0].clone()
}

/// An office that hands in by the inbox, and has issued its letter.
fn remotely_issued() -> World {
    let world = World::new();
    world.remote_office("command.example");
    let file = world.file(letter());
    world
        .at("command.example", &["issue", &file, "--as", "letters/1", "--genre", "letter"])
        .done()
        .says("issued command.example/letters/1: queued for the record's operator");
    world.run().done();
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world
}

/// A word that goes through the inbox; gives the statement as it was handed in.
#[track_caller]
fn says(world: &World, word: &str, reason: &str) -> Submitted {
    world.mark("command.example", LETTER, word, reason);
    let submitted = only(world, "standing");
    world.run().done();
    submitted
}

#[test]
fn an_issued_replayed_after_in_error_changes_nothing() {
    let world = remotely_issued();
    says(&world, "held", "Under review");
    let issued = says(&world, "issued", "Reviewed");
    let receipt = world.receipt(&issued);
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    says(&world, "in-error", "A draft after all");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");

    let entries = world.opened().log().size();
    world.hand_in(&issued);
    assert_eq!(world.receipt(&issued), receipt, "a statement that is logged keeps its receipt");
    assert_eq!(world.opened().log().size(), entries, "it is not logged again");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("A draft after all");
}

#[test]
fn an_issued_that_was_held_back_until_after_in_error_is_refused_as_stale() {
    let world = remotely_issued();
    says(&world, "held", "Under review");
    world.mark("command.example", LETTER, "issued", "Reviewed");
    let held_back = only(&world, "standing");
    world.intercept(&held_back);
    says(&world, "in-error", "A draft after all");

    world.hand_in(&held_back).says("refused: stale: it follows ");
    let receipt = world.receipt(&held_back);
    assert!(receipt.contains("\nrefused stale: it follows "), "{receipt}");
    assert!(receipt.contains(", but the last word of command.example is "), "{receipt}");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
}

#[test]
fn a_warning_is_never_refused_as_stale() {
    let world = remotely_issued();
    says(&world, "held", "Under review");
    world.mark("command.example", LETTER, "in-error", "Held back on the way");
    let held_back = only(&world, "standing");
    world.intercept(&held_back);
    says(&world, "issued", "Reviewed");
    world.check(&letter()).exit(0);

    world.hand_in(&held_back).never_says("refused");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("Held back on the way");
}

#[test]
fn in_error_issued_and_in_error_again_counts() {
    let world = issued();
    world.mark("command.example", LETTER, "in-error", "A draft");
    world.mark("command.example", LETTER, "issued", "No, it stands");
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").says("No, it stands");
    world.mark("command.example", LETTER, "in-error", "A draft");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR").says("A draft");
}

#[test]
fn words_replayed_into_a_second_record_are_shown_as_copied_and_make_nothing_good() {
    let first = World::new();
    let args = ["init", "command.example", "--record", "record"];
    let key = first.at("command.example", &args).done().after("its key is ");
    let keys = only(&first, "keys");
    first.admit("command.example", &key).done();
    let file = first.file(letter());
    first.at("command.example", &["issue", &file, "--as", "letters/1", "--genre", "letter"]).done();
    let document = only(&first, "document");
    first.run().done();
    let warning = says(&first, "in-error", "A draft");
    let affirmation = says(&first, "issued", "No, it stands");
    first.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");

    let second = World::of("second.example");
    second.admit("command.example", &key).done();
    for statement in [&keys, &document] {
        second.hand_in(statement).never_says("refused");
    }
    second
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER HAS NO WORD IN FORCE")
        .says("Copied from record.example: what was said there makes nothing good here.");
    second.hand_in(&warning).never_says("refused");
    second
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says command.example, the issuer, since ")
        .says(" (copied from record.example)");
    second.hand_in(&affirmation);
    second.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
    second.erratum(&["audit", "record"]).exit(0).headline("SOUND");
}

/// An outsider registers the command's text first and disowns it; then the command issues it.
fn hijacked() -> World {
    let world = World::new();
    world.office("outsider.example", None);
    world.office("command.example", None);
    world.disown("outsider.example", &letter(), "We know nothing of this");
    world.issue("command.example", "letters/1", &letter());
    world
}

#[test]
fn an_outsider_who_was_first_stands_after_the_issuer_that_the_reader_trusts() {
    hijacked()
        .check_trusting(&["command.example"], &letter())
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says_in_order(&[
            "THIS LETTER STANDS AS ISSUED   command.example/letters/1",
            "outsider.example also registered this text, as outsider.example/disowned/",
            "We know nothing of this",
        ])
        .never_says("CONTESTED");
}

#[test]
fn an_outsider_who_was_first_contests_where_the_reader_trusts_nobody() {
    hijacked()
        .check(&letter())
        .exit(1)
        .headline("CONTESTED: outsider.example says disowned, command.example says issued");
}

#[test]
fn an_outsider_that_does_not_warn_contests_nothing() {
    let world = World::new();
    world.office("outsider.example", None);
    world.office("command.example", None);
    world.issue("outsider.example", "letters/1", &letter());
    world.issue("command.example", "letters/1", &letter());
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").never_says("CONTESTED");
}

#[test]
fn an_outsiders_word_on_somebodys_document_is_refused() {
    let world = issued();
    world.office("outsider.example", None);
    for word in ["in-error", "issued", "withdrawn", "disowned"] {
        world.tries_to_mark("outsider.example", LETTER, word, "Because", &[]).refused(
            "erratum: the record refused it: outsider.example is neither the issuer of \
             command.example/letters/1 nor its superior",
        );
    }
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").never_says("outsider");
}

#[test]
fn an_outsiders_word_put_into_the_log_by_hand_is_void_and_the_audit_names_it() {
    let world = issued();
    world.office("outsider.example", None);
    let record = world.opened();
    let document = record.state().named(&LETTER.parse().unwrap()).unwrap().unwrap();
    let mark = Mark {
        document: document.id,
        act: Act::InError,
        reason: Some("Because".to_owned()),
        lang: "en".parse().unwrap(),
        translations: Vec::new(),
        effective: None,
        passages: Vec::new(),
    };
    let forged = world.desk("outsider.example").mark(&record, &mark).unwrap();
    let entry = world.log_unjudged(&forged);

    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").never_says("outsider");
    world.erratum(&["audit", "record"]).exit(1).says(&format!(
        "FALSE   entry {entry} counts for nothing: outsider.example is neither the issuer of \
         command.example/letters/1 nor its superior"
    ));
}

#[test]
fn nobody_disowns_what_it_issued() {
    let world = issued();
    let why = "the record refused it: command.example issued this very text at entry ";
    world.tries_to_mark("command.example", LETTER, "disowned", "Not ours", &[]).refused(why);
    let one_comma = letter().replace("departure, and", "departure and");
    assert_ne!(one_comma, letter());
    for text in [letter(), one_comma] {
        let file = world.file(text);
        world
            .at("command.example", &["disown", &file, "--reason", "Not ours"])
            .refused(why)
            .complains("; the way back is withdrawn or in-error");
    }
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn a_back_dated_withdrawal_under_both_questions() {
    let world = issued();
    let between = world.moment();
    let more = ["--effective", "2020-01-01"];
    world.tries_to_mark("command.example", LETTER, "withdrawn", "Never mind", &more).done();

    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS WITHDRAWN")
        .says("says command.example, the issuer, claimed from 1 January 2020 00:00 UTC, first known ");
    world.check_with(&letter(), &["--as-of", &between]).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world
        .check_with(&letter(), &["--in-force-at", &between])
        .exit(1)
        .headline("THIS LETTER WAS WITHDRAWN")
        .says("claimed from 1 January 2020 00:00 UTC, first known ");
}

#[test]
fn a_parent_domain_is_the_superior_and_a_sibling_is_nothing() {
    let world = World::new();
    for name in ["ministry.example", "north.ministry.example", "south.ministry.example"] {
        world.office(name, None);
    }
    world.issue("north.ministry.example", "letters/1", &letter());
    let letter_name = "north.ministry.example/letters/1";
    world.tries_to_mark("south.ministry.example", letter_name, "in-error", "Because", &[]).refused(
        "south.ministry.example is neither the issuer of north.ministry.example/letters/1 nor its superior",
    );
    world
        .at("south.ministry.example", &["note", letter_name, "We saw it too"])
        .done()
        .says("note on north.ministry.example/letters/1: entry ");
    world
        .check(&letter())
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("Note, not a standing,");
    world.mark("ministry.example", letter_name, "in-error", "Nobody approved it");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says ministry.example, superior of the issuer, since ");
}

#[test]
fn a_public_suffix_is_nobodys_superior() {
    // Public suffixes of two labels are real ones; the offices under this one are invented.
    let world = World::new();
    let args = ["init", "command-example.co.uk", "--record", "record", "--superior", "co.uk"];
    let made = world.at("command-example.co.uk", &args).done();
    let key = made.after("its key is ");
    world
        .admit("command-example.co.uk", &key)
        .done()
        .says("refused: co.uk is a public suffix and cannot be a superior");

    let world = World::new();
    world.office("co.uk", None);
    world.office("command-example.co.uk", None);
    world.issue("command-example.co.uk", "letters/1", &letter());
    world
        .tries_to_mark("co.uk", "command-example.co.uk/letters/1", "in-error", "Because", &[])
        .refused("co.uk is neither the issuer of command-example.co.uk/letters/1 nor its superior");
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn a_rogue_subdomain_that_names_a_friend_keeps_its_parent_as_superior() {
    let world = World::new();
    world.office("ministry.example", None);
    world.office("friend.example", None);
    world.office("rogue.ministry.example", Some("friend.example"));
    world.issue("rogue.ministry.example", "letters/1", &letter());
    let letter_name = "rogue.ministry.example/letters/1";
    world
        .at("rogue.ministry.example", &["keys", "show"])
        .done()
        .says("superior: ministry.example")
        .never_says("superior: friend.example");
    world.tries_to_mark("friend.example", letter_name, "issued", "A friend vouches", &[]).refused(
        "friend.example is neither the issuer of rogue.ministry.example/letters/1 nor its superior",
    );
    world.mark("ministry.example", letter_name, "in-error", "Not on our behalf");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says ministry.example, superior of the issuer, since ");
}

#[test]
fn an_office_that_names_a_superior_has_none_until_that_accepts() {
    let world = World::new();
    world.office("command.example", Some("ministry.example"));
    world.office("ministry.example", None);
    world.issue("command.example", "letters/1", &letter());
    world
        .at("command.example", &["keys", "show"])
        .done()
        .says("superior: ministry.example, which has not accepted yet");
    world
        .tries_to_mark("ministry.example", LETTER, "in-error", "Because", &[])
        .refused("ministry.example is neither the issuer of command.example/letters/1 nor its superior");
    world.at("ministry.example", &["keys", "accept", "command.example"]).done();
    world.mark("ministry.example", LETTER, "in-error", "Nobody approved it");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
}

#[test]
fn a_key_that_was_not_admitted_waits_and_another_key_for_the_same_name_is_refused() {
    let world = issued();
    let args = ["--desk", "desks/impostor", "init", "command.example", "--record", "record"];
    let with =
        |more: &[&str]| world.erratum(&[&args[..], &["--log-key", "operator/log.key"], more].concat());
    with(&[])
        .refused("command.example has keys in record.example already; for one more desk of it: --join");
    with(&["--join"]).done();
    fs::write(world.folder().join("words.txt"), other_letter()).unwrap();
    world
        .erratum(&["--desk", "desks/impostor", "issue", "words.txt", "--as", "letters/9"])
        .refused("no key of this desk is among the office's keys in force (erratum keys show)");
    world.check(&other_letter()).exit(3).headline("NOT IN THIS RECORD");
}

#[test]
fn statements_handed_in_at_one_instant_are_taken_in_an_order_that_makes_sense() {
    // A rendition rests on its document; the two come into the inbox together.
    let world = World::new();
    world.remote_office("command.example");
    for number in 1..=8 {
        let file = world.file(format!("Letter {number}\n\n{}", letter()));
        let path = format!("letters/{number}");
        world.at("command.example", &["issue", &file, "--as", &path]).done();
    }
    world.at_one_instant();
    world.run().done().never_says("refused");
    let documents = world.opened().state().documents().unwrap();
    assert_eq!(documents.len(), 8);
    assert_eq!(documents.iter().map(|document| document.renditions.len()).sum::<usize>(), 8);
}
