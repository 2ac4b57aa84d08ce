//! Names that change hands, are hijacked, look like others; texts that somebody else registers first.

use erratum::record::{Act, Id};

use super::{COMMAND, LETTER, MINISTRY, OUTSIDER, by_several};
use crate::support::stage::{Listed, Stage};
use crate::support::texts::{final_letter, letter, other_letter};

/// A text that shares nothing with the others.
const BERTHS: &str = "Berths along the northern mole are let for the season from the first of April. \
Whoever had one last year keeps it on request, and the harbour master answers within a week.\n";

/// The letter was in error; then the name lapsed, and on 8 January somebody who had bought it claimed it,
/// on a new admission by the operator. Nobody at the office was there to cancel that for 14 days.
fn bought() -> (Stage, Id, Id) {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    let warning = stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b"));
    stage.at("2026-01-08 08:00");
    let claim = Listed { keys: "n", claim: true, ..Listed::default() };
    let claimed = stage.keys(COMMAND, claim, "n");
    let anew = stage.vkey(COMMAND, "n");
    stage.refuses(
        &claimed,
        &format!(
            "command.example has keys, and a claim to it must be admitted anew; the operator runs: erratum record admit command.example {anew}"
        ),
    );
    stage.admit(COMMAND, "n");
    stage.log(&claimed);
    (stage, id, warning)
}

#[test]
fn a_buyer_of_a_lapsed_domain_lifting_old_warnings() {
    let (stage, id, warning) = bought();
    stage.at("2026-01-22 07:59");
    let early = stage.letter(COMMAND, "letters/2", &other_letter(), "n");
    let why = "document takes 1 signature by the rule of command.example; signed by none of its keys";
    stage.is_void(&early, why);
    stage.at("2026-01-22 08:00");
    let handed = "command.example/letters/1 was logged before command.example changed hands: its new holder may warn of it and comment, and lift its own warnings";
    let lift = stage.word(COMMAND, id, Act::Lift(warning), "It was right", "n");
    let not_his =
        "command.example said this word before it changed hands; its new holder cannot lift it";
    stage.is_void(&lift, not_his);
    stage.is_void(&stage.word(COMMAND, id, Act::Issued, "It stands", "n"), handed);
    stage.is_void(&stage.replacing(COMMAND, "letters/1", &final_letter(), id, "n"), handed);
    let screen = || {
        stage
            .check(&letter())
            .exit(1)
            .headline("THIS LETTER WAS PUBLISHED IN ERROR")
            .says("command.example changed hands on 22 January 2026 08:00 UTC.")
            .says("  Published by mistake\n      says command.example, the issuer, since 6 January 2026 21:14 UTC\n")
    };
    screen();
    // His own milder warning takes the place of none of the office.
    stage.log(&stage.word(COMMAND, id, Act::Held, "Under new management", "n"));
    screen().says("Beside it: held, says command.example, the issuer, since 22 January 2026 08:00 UTC");
}

#[test]
fn a_buyer_of_a_lapsed_domain_issuing_again_what_was_warned_of() {
    let (stage, _, _) = bought();
    stage.at("2026-01-22 08:00");
    stage.log(&stage.letter(COMMAND, "letters/2", &letter(), "n"));
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("  Published by mistake\n      says command.example, the issuer, since 6 January 2026 21:14 UTC\n");
}

/// The same, and the buyer named an accomplice as his superior, who accepted in time.
fn bought_under_an_accomplice() -> (Stage, Id, Id) {
    let (stage, id) = by_several();
    stage.plain_office(OUTSIDER);
    stage.at("2026-01-06 21:14");
    let warning = stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b"));
    stage.at("2026-01-08 08:00");
    stage.admit(COMMAND, "n");
    let claim = Listed { keys: "n", claim: true, superior: Some(OUTSIDER), ..Listed::default() };
    let claimed = stage.log(&stage.keys(COMMAND, claim, "n"));
    stage.log(&stage.acceptance(OUTSIDER, COMMAND, claimed, "a"));
    stage.at("2026-01-22 08:00");
    (stage, id, warning)
}

#[test]
fn a_buyer_of_a_lapsed_domain_naming_an_accomplice_superior() {
    let (stage, id, warning) = bought_under_an_accomplice();
    let handed = "command.example/letters/1 was logged before the name changed hands by which outsider.example stands above it: outsider.example may warn of it and comment, and lift its own warnings";
    for act in [Act::Issued, Act::Lift(warning)] {
        stage.is_void(&stage.word(OUTSIDER, id, act, "We have looked into it", "a"), handed);
    }
    let screen = || {
        stage
            .check(&letter())
            .exit(1)
            .says("command.example changed hands on 22 January 2026 08:00 UTC.")
            .says("  Published by mistake\n")
            .says("says command.example, the issuer, since 6 January 2026 21:14 UTC")
    };
    screen().headline("THIS LETTER WAS PUBLISHED IN ERROR").never_says(OUTSIDER);
    // He may warn, and take his own warning back.
    let held = stage.log(&stage.word(OUTSIDER, id, Act::Held, "Under review", "a"));
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER IS ON HOLD: DO NOT USE")
        .says("says outsider.example, superior of the issuer, since 22 January 2026 08:00 UTC")
        .says("Beside it: in-error, says command.example, the issuer, since 6 January 2026 21:14 UTC: Published by mistake");
    stage.log(&stage.word(OUTSIDER, id, Act::Lift(held), "Reviewed", "a"));
    screen().headline("THIS LETTER WAS PUBLISHED IN ERROR");
    // Nor does the same text once more, vouched for by both, clear it.
    let again = stage.log(&stage.letter(COMMAND, "letters/2", &letter(), "n"));
    stage.log(&stage.word(OUTSIDER, again, Act::Issued, "It stands", "a"));
    screen().headline("THIS LETTER WAS PUBLISHED IN ERROR");
    // Keys that the accomplice sets in the name's place are of the same tenure.
    let set =
        Listed { keys: "x", superior: Some(OUTSIDER), set_by: Some(OUTSIDER), ..Listed::default() };
    stage.log(&stage.keys(COMMAND, set, "a"));
    let not_his =
        "command.example said this word before it changed hands; its new holder cannot lift it";
    stage.is_void(&stage.word(COMMAND, id, Act::Lift(warning), "It was right", "x"), not_his);
}

#[test]
fn a_buyer_of_a_lapsed_superior_setting_keys_below() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    let warning = stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b"));
    stage.at("2026-01-08 08:00");
    stage.admit(MINISTRY, "n");
    let claim = Listed { keys: "n", claim: true, ..Listed::default() };
    stage.log(&stage.keys(MINISTRY, claim, "n"));
    stage.at("2026-01-22 08:00");
    let handed = "command.example/letters/1 was logged before ministry.example changed hands: its new holder may warn of it and comment, and lift its own warnings";
    let lift = stage.word(MINISTRY, id, Act::Lift(warning), "We have looked into it", "n");
    stage.is_void(&lift, handed);
    let set = Listed {
        keys: "x",
        recovery: "r",
        superior: Some(MINISTRY),
        set_by: Some(MINISTRY),
        ..Listed::default()
    };
    let why = "ministry.example stands above command.example only since a name changed hands, and sets and revokes no keys that are older";
    stage.is_void(&stage.keys(COMMAND, set, "n"), why);
    let lift = stage.word(COMMAND, id, Act::Lift(warning), "It was right", "x");
    stage.is_void(
        &lift,
        "lift takes 1 signature by the rule of command.example; signed by none of its keys",
    );
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("  Published by mistake\n      says command.example, the issuer, since 6 January 2026 21:14 UTC\n");
    // The office is who it was.
    stage.log(&stage.word(COMMAND, id, Act::Lift(warning), "It was right", "b c"));
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn a_superior_of_old_that_the_buyer_of_a_name_keeps() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 21:14");
    stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "a b"));
    stage.at("2026-01-08 08:00");
    stage.admit(COMMAND, "n");
    let claim = Listed { keys: "n", claim: true, superior: Some(MINISTRY), ..Listed::default() };
    stage.log(&stage.keys(COMMAND, claim, "n"));
    stage.at("2026-01-22 08:00");
    stage.log(&stage.word(MINISTRY, id, Act::Issued, "It was no mistake", "a"));
    stage
        .check(&letter())
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("command.example changed hands on 22 January 2026 08:00 UTC.")
        .says("says ministry.example, superior of the issuer, since 22 January 2026 08:00 UTC");
}

#[test]
fn a_lapsed_domain() {
    let (stage, _, _) = bought();
    stage.at("2026-01-22 08:00");
    stage.log(&stage.letter(COMMAND, "letters/2", &other_letter(), "n"));
    stage
        .check(&other_letter())
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("command.example changed hands on 22 January 2026 08:00 UTC.");
    let old = stage.letter(COMMAND, "letters/3", &final_letter(), "a");
    stage.is_void(&old, "not signed by command.example/n");
    stage.check_as_of(&letter(), "2026-01-20 08:00").never_says("changed hands");
    // An office that is still there says no in time.
    let (stage, id, _) = bought();
    stage.at("2026-01-21 08:00");
    let same = Listed { keys: "a b c", rule: super::TWO, recovery: "r", ..Listed::default() };
    stage.log(&stage.keys(COMMAND, same, "r"));
    stage.at("2026-01-23 08:00");
    let late = stage.word(COMMAND, id, Act::Withdrawn, "Mine", "n");
    let why = "withdrawn takes 1 signature by the rule of command.example; signed by none of its keys";
    stage.is_void(&late, why);
    stage.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR").never_says("hands");
}

#[test]
fn a_name_hijacked_for_an_hour() {
    let stage = Stage::open();
    let keys = stage.keys(COMMAND, Listed { keys: "a b", recovery: "r", ..Listed::default() }, "a");
    stage.prove(COMMAND, &keys);
    stage.log(&keys);
    stage.at("2026-01-06 09:00");
    let id = stage.log(&stage.letter(COMMAND, "letters/1", &letter(), "a"));
    let stands = |when: &str| {
        stage
            .check_as_of(&letter(), when)
            .exit(0)
            .headline("THIS LETTER STANDS AS ISSUED")
            .says("command.example was proven by DNS on 1 January 2026 08:00 UTC (entry 1)")
            .never_says("changed hands");
    };
    // In the hour in which he answers for the name, he proves it and claims it.
    stage.at("2026-01-20 03:00");
    let claim = Listed { keys: "x", claim: true, ..Listed::default() };
    let claim = stage.keys(COMMAND, claim, "x");
    stage.prove(COMMAND, &claim);
    stage.log(&claim);
    let word = stage.word(COMMAND, id, Act::Disowned, "Hijacked", "x");
    let none = "disowned takes 1 signature by the rule of command.example; signed by none of its keys";
    stage.is_void(&word, none);
    stands("2026-01-20 04:00");
    // The office has 14 days to say that its keys are what they were.
    stage.at("2026-01-30 09:00");
    stage.log(&stage.keys(COMMAND, Listed { keys: "a b", recovery: "r", ..Listed::default() }, "b"));
    stage.at("2026-02-10 09:00");
    let word = stage.word(COMMAND, id, Act::Disowned, "Hijacked", "x");
    stage.is_void(&word, none);
    stands("2026-02-10 09:00");
    stage.check(&letter()).exit(0).never_says("changed hands");
    // A name that was not here yet is his, and its page says how fresh it is.
    let keys = stage.keys(OUTSIDER, Listed { keys: "x", ..Listed::default() }, "x");
    stage.prove(OUTSIDER, &keys);
    stage.log(&keys);
    stage.log(&stage.letter(OUTSIDER, "letters/1", &other_letter(), "x"));
    let recent = "outsider.example was proven less than 14 days ago, on 10 February 2026 09:00 UTC.";
    stage.check_as_of(&other_letter(), "2026-02-20 08:00").exit(0).says(recent);
    stage.check_as_of(&other_letter(), "2026-02-25 08:00").exit(0).never_says("14 days");
}

#[test]
fn a_look_alike_name() {
    let impostor = "comrnand.example";
    let (stage, _) = by_several();
    stage.plain_office(impostor);
    stage.log(&stage.letter(impostor, "letters/1", &other_letter(), "a"));
    let line = "  LOOK-ALIKE: comrnand.example is not command.example, which your policy trusts: its letters only look the same.";
    let checked = stage.check_trusting(COMMAND, &other_letter()).exit(0);
    assert_eq!(checked.stdout().lines().nth(1), Some(line));
    // Over the other's letter it has no voice.
    let id = stage.log(&stage.letter(COMMAND, "letters/2", BERTHS, "a"));
    let word = stage.word(impostor, id, Act::Disowned, "Not ours", "a");
    let why = "comrnand.example is neither the issuer of command.example/letters/2 nor its superior";
    stage.is_void(&word, why);
    stage.check(BERTHS).exit(0).never_says("comrnand");
}

#[test]
fn a_hijacked_text() {
    let stage = Stage::new();
    stage.plain_office(OUTSIDER);
    stage.plain_office(COMMAND);
    stage.at("2026-01-06 08:59");
    let taken = stage.log(&stage.letter(OUTSIDER, "letters/1", &letter(), "a"));
    stage.at("2026-01-06 09:00");
    let own = stage.log(&stage.letter(COMMAND, "letters/1", &letter(), "a"));
    let trusting = || stage.check_trusting(COMMAND, &letter());
    let both = trusting().exit(0).headline("THIS LETTER STANDS AS ISSUED").says(LETTER);
    both.says("outsider.example also registered this text, as outsider.example/letters/1: issued");
    stage.log(&stage.word(OUTSIDER, taken, Act::InError, "It is all lies", "a"));
    trusting()
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("says command.example, the issuer, since 6 January 2026 09:00 UTC")
        .says("outsider.example also registered this text, as outsider.example/letters/1: in-error");
    stage
        .check(&letter())
        .exit(1)
        .headline("CONTESTED: outsider.example says in-error, command.example says issued");
    // Nor does it vouch for what the office warns of.
    stage.log(&stage.word(OUTSIDER, taken, Act::Issued, "It is true", "a"));
    stage.log(&stage.word(COMMAND, own, Act::InError, "Published by mistake", "a"));
    trusting().exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR").says("Published by mistake");
    stage
        .check(&letter())
        .exit(1)
        .headline("CONTESTED: outsider.example says issued, command.example says in-error");
}
