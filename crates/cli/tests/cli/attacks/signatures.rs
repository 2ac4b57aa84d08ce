//! Too few signatures, and signatures in places where they were not given.

use erratum::record::Act;

use super::{COMMAND, LETTER, by_several};
use crate::support::texts::{letter, other_letter};

#[test]
fn one_signature_of_two() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    for (by, signed) in [("a", "a"), ("a r", "a"), ("x", "none of its keys")] {
        let warning = stage.word(COMMAND, id, Act::InError, "Published by mistake", by);
        let why =
            format!("in-error takes 2 signatures by the rule of command.example; signed by {signed}");
        stage.is_void(&warning, &why);
    }
    stage
        .check(&letter())
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("says command.example, the issuer, since 6 January 2026 09:00 UTC");
    stage.log(&stage.word(COMMAND, id, Act::Held, "Under review", "c"));
    stage.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE").says(
        "  Under review\n      says command.example, the issuer, since 6 January 2026 21:14 UTC\n",
    );
    stage.at("2026-01-06 21:20");
    stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "a c"));
    stage.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR").says(
        "  Published by mistake\n      says command.example, the issuer, since 6 January 2026 21:20 UTC\n",
    );
}

#[test]
fn one_officer_undoing_what_two_signed() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    let warning = stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b"));
    let lift = stage.word(COMMAND, id, Act::Lift(warning), "It was right", "c");
    stage.is_void(&lift, "the word to be lifted took 2 signatures; this lift has 1");
    let in_error = || {
        stage
            .check(&letter())
            .exit(1)
            .headline("THIS LETTER WAS PUBLISHED IN ERROR")
            .says("says command.example, the issuer, since 6 January 2026 21:14 UTC")
    };
    in_error();
    // What takes one signature may be said, and ends nothing that took two.
    stage.at("2026-01-06 22:00");
    stage.log(&stage.word(COMMAND, id, Act::Held, "Only under review", "c"));
    in_error().says(
        "Beside it: held, says command.example, the issuer, since 6 January 2026 22:00 UTC: Only under review",
    );
    stage.log(&stage.word(COMMAND, id, Act::Withdrawn, "Only withdrawn", "c"));
    in_error().says("Beside it: withdrawn, says command.example, the issuer").never_says("held");
    stage.log(&stage.word(COMMAND, id, Act::Issued, "It stands", "c"));
    in_error().says("Beside it: issued, says command.example, the issuer").never_says("withdrawn");
    stage.log(&stage.word(COMMAND, id, Act::Lift(warning), "It was right", "b c"));
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").never_says("error");
}

#[test]
fn one_officer_stalling_a_pending_two_signature_warning_with_a_word_a_minute() {
    let (stage, id) = by_several();
    // The first signs at 21:14, and what is signed names the last word of then.
    stage.at("2026-01-06 21:14");
    let warning = stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b");
    for minute in 15..24 {
        stage.at(&format!("2026-01-06 21:{minute}"));
        let act = [Act::Held, Act::Issued][minute % 2];
        stage.log(&stage.word(COMMAND, id, act, "Patience", "c"));
    }
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    stage.at("2026-01-06 21:24");
    stage.log(&warning);
    stage.log(&stage.word(COMMAND, id, Act::Issued, "Patience", "c"));
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says command.example, the issuer, since 6 January 2026 21:24 UTC");
    // All but a warning waits for its turn.
    let lift = stage.word(COMMAND, id, Act::Lift(warning.id()), "It was right", "a b");
    let last = stage.log(&stage.word(COMMAND, id, Act::Held, "Patience", "c"));
    let followed = stage.history(LETTER).after("from here on: in-error");
    assert_eq!(followed, "");
    let previous = lift.note.text().lines().find_map(|line| line.strip_prefix("previous ")).unwrap();
    let why = format!(
        "stale: it follows {}, but the last word of command.example is {}",
        &previous[..8],
        last.short()
    );
    stage.is_void(&lift, &why);
    stage.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
}

#[test]
fn an_under_signed_copy_logged_first() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    let warning = stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b");
    let half = stage.signed_by(&warning, "a");
    assert_eq!(half.id(), warning.id());
    stage.is_void(&half, "in-error takes 2 signatures by the rule of command.example; signed by a");
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    // It is not held to have been said already.
    stage.at("2026-01-06 21:20");
    stage.log(&warning);
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says command.example, the issuer, since 6 January 2026 21:20 UTC");
}

#[test]
fn a_statement_moved_to_another_document() {
    let (stage, id) = by_several();
    let other = stage.log(&stage.letter(COMMAND, "letters/2", &other_letter(), "a"));
    stage.at("2026-01-06 21:14");
    let word = stage.word(COMMAND, other, Act::Withdrawn, "Published too early", "a");
    let moved = stage.forged(&word, &other.to_string(), &id.to_string());
    stage.is_void(&moved, "the signature of command.example/a does not verify");
    stage.log(&word);
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    stage
        .check(&other_letter())
        .exit(1)
        .headline("THIS LETTER WAS WITHDRAWN")
        .says("says command.example, the issuer, since 6 January 2026 21:14 UTC");
}

#[test]
fn a_statement_moved_to_another_record() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    let warning = stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b"));
    let lift = stage.word(COMMAND, id, Act::Lift(warning), "It was right", "a b");
    let issued = stage.word(COMMAND, id, Act::Issued, "It stands", "a b");
    for said in [lift, issued] {
        let elsewhere = stage.meant_for("elsewhere.example", &said, "a b");
        let moved = stage.forged(&elsewhere, "record elsewhere.example", "record record.example");
        stage.is_void(&moved, "the signature of command.example/a does not verify");
        // As what it is, a copy, it is logged and ends nothing.
        stage.log(&elsewhere);
        stage
            .check(&letter())
            .exit(1)
            .headline("THIS LETTER WAS PUBLISHED IN ERROR")
            .says("  Published by mistake\n      says command.example, the issuer, since 6 January 2026 21:14 UTC\n");
    }
}

#[test]
fn a_replay() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    let held = stage.log(&stage.word(COMMAND, id, Act::Held, "Under review", "a b"));
    let lift = stage.word(COMMAND, id, Act::Lift(held), "Reviewed", "a b");
    stage.log(&lift);
    let issued = stage.word(COMMAND, id, Act::Issued, "Reviewed", "a b");
    stage.log(&issued);
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    stage.at("2026-01-07 08:00");
    stage.log(&stage.word(COMMAND, id, Act::InError, "A draft after all", "a b"));
    for said in [&lift, &issued] {
        // Whoever hands it in again gets its old receipt, and nothing is logged.
        let before = stage.size();
        stage.log(said);
        assert_eq!(stage.size(), before);
        let entry = stage.force(said);
        stage.names_void(entry, "already logged at entry ");
    }
    stage.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR").says(
        "  A draft after all\n      says command.example, the issuer, since 7 January 2026 08:00 UTC\n",
    );
}

#[test]
fn one_officer_issuing_again_what_two_warned_of() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b"));
    stage.at("2026-01-06 22:00");
    let again = stage.log(&stage.letter(COMMAND, "letters/2", &letter(), "c"));
    let in_error = || {
        stage
            .check(&letter())
            .exit(1)
            .headline("THIS LETTER WAS PUBLISHED IN ERROR")
            .says("says command.example, the issuer, since 6 January 2026 21:14 UTC")
    };
    in_error();
    stage.log(&stage.word(COMMAND, again, Act::Issued, "It stands", "a c"));
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}
