//! Whoever has a key that is not his, and how the office comes back.

use erratum::record::{Act, Id};

use super::{COMMAND, LETTER, MINISTRY, OUTSIDER, by_one, by_several};
use crate::support::Outcome;
use crate::support::stage::{Listed, Stage};
use crate::support::texts::{DEPARTURE, ROADS, SURRENDER, fake, letter, other_letter, story};

/// Keys of the command of which one signs alone, with a recovery key.
const OWN: Listed<'_> = Listed {
    keys: "a b",
    rule: &[],
    recovery: "r",
    superior: Some(MINISTRY),
    set_by: None,
    claim: false,
};

/// The key `a` is reported stolen by the recovery key on 8 January, since the evening of the 6th.
fn reported(stage: &Stage) {
    stage.at("2026-01-08 08:00");
    stage.log(&stage.revocation(COMMAND, "a", Some("2026-01-06 20:00"), "r"));
}

fn stands(stage: &Stage) -> Outcome {
    stage
        .check(&letter())
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("says command.example, the issuer, since 6 January 2026 09:00 UTC")
}

fn in_error(stage: &Stage) -> Outcome {
    stage.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR").says(
        "  Published by mistake\n      says command.example, the issuer, since 6 January 2026 12:00 UTC",
    )
}

/// The command warned of its letter at noon with its good key.
fn warned() -> (Stage, Id, Id) {
    let (stage, id) = by_one();
    stage.at("2026-01-06 12:00");
    let warning = stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "b"));
    (stage, id, warning)
}

#[test]
fn an_old_key_after_rotation() {
    let (stage, id) = by_one();
    stage.at("2026-01-06 20:00");
    stage.log(&stage.keys(COMMAND, Listed { keys: "b c", ..OWN }, "a"));
    let old = |act: &str| {
        format!("{act} takes 1 signature by the rule of command.example; signed by none of its keys")
    };
    stage.is_void(&stage.word(COMMAND, id, Act::Withdrawn, "Ours no more", "a"), &old("withdrawn"));
    stage.is_void(&stage.letter(COMMAND, "letters/2", &other_letter(), "a"), &old("document"));
    stage.is_void(&stage.keys(COMMAND, Listed { keys: "a", ..OWN }, "a"), &old("keys"));
    stands(&stage);
    stage.check(&other_letter()).exit(3).headline("NOT IN THIS RECORD");
}

#[test]
fn a_stolen_key_before_and_after_its_revocation() {
    let (stage, id) = by_one();
    stage.at("2026-01-06 21:00");
    stage.log(&stage.letter(COMMAND, "letters/2", &other_letter(), "a"));
    stage.log(&stage.word(COMMAND, id, Act::Withdrawn, "It is out of date", "a"));
    let before = |stage: &Stage| {
        let then = |text: &str| stage.check_as_of(text, "2026-01-07 12:00");
        then(&other_letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").never_says("stolen");
        then(&letter()).exit(1).headline("THIS LETTER WAS WITHDRAWN").never_says("stolen");
    };
    before(&stage);
    reported(&stage);
    before(&stage);
    stage
        .check(&other_letter())
        .exit(1)
        .headline("THIS LETTER WAS SIGNED WITH A KEY REPORTED STOLEN")
        .says("  Nobody has a word in force on it.\n")
        .says(
            "  Its key was reported stolen on 8 January 2026 08:00 UTC, 35 hours after it was logged.\n",
        );
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS WITHDRAWN")
        .says("since 6 January 2026 21:00 UTC; signed with a key since reported stolen, on 8 January 2026 08:00 UTC\n");
    let late = stage.word(COMMAND, id, Act::InError, "Once more", "a");
    stage.is_void(&late, "not signed by command.example/b");
    // The office says what holds: it lifts the warning, and warns of the fake.
    stage.log(&stage.word(COMMAND, id, Act::Issued, "It stands", "b"));
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").never_says("stolen");
}

#[test]
fn a_stolen_key_under_a_fake_and_under_a_warned_text() {
    let (stage, _) = by_one();
    stage.at("2026-01-06 21:00");
    stage.log(&stage.letter(COMMAND, "letters/2", &fake(), "a"));
    reported(&stage);
    stage
        .check(&fake())
        .exit(1)
        .says("THIS LETTER WAS SIGNED WITH A KEY REPORTED STOLEN   command.example/letters/2\n");
    let quoting = |quote| stage.check(&story(&[quote]));
    quoting(SURRENDER).exit(1).headline("QUOTES A LETTER SIGNED WITH A KEY REPORTED STOLEN");
    quoting(ROADS).exit(0).headline("QUOTES A LETTER THAT STANDS AS ISSUED");
    quoting(DEPARTURE).exit(0).headline("QUOTES A LETTER THAT STANDS AS ISSUED");
    stands(&stage);
    // Issuing a warned text once more clears it only for as long as the key is trusted.
    let (stage, _, _) = warned();
    stage.at("2026-01-06 21:00");
    stage.log(&stage.letter(COMMAND, "letters/2", &letter(), "a"));
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    reported(&stage);
    in_error(&stage);
}

#[test]
fn a_stolen_and_a_good_key_together() {
    let (stage, id) = by_several();
    stage.at("2026-01-06 12:00");
    let warning = stage.log(&stage.word(COMMAND, id, Act::InError, "Published by mistake", "b c"));
    stage.at("2026-01-06 21:00");
    let other = stage.log(&stage.letter(COMMAND, "letters/2", &other_letter(), "b"));
    stage.log(&stage.word(COMMAND, id, Act::Lift(warning), "It was right", "a b"));
    stage.log(&stage.word(COMMAND, other, Act::InError, "It was wrong", "a b"));
    stands(&stage);
    reported(&stage);
    in_error(&stage).never_says("stolen");
    stage
        .check(&other_letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("since 6 January 2026 21:00 UTC; signed with a key since reported stolen, on 8 January 2026 08:00 UTC\n");
    stage.log(&stage.word(COMMAND, other, Act::Issued, "It stands", "b"));
    stage.check(&other_letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
    stage.log(&stage.word(COMMAND, other, Act::Issued, "It stands", "b c"));
    stage.check(&other_letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn a_thief_rotating_keys() {
    // Where keys take two signatures, one key does nothing.
    let (stage, _) = by_several();
    let mine = Listed { keys: "x", recovery: "", superior: None, ..OWN };
    let keys = stage.keys(COMMAND, mine, "a");
    stage.is_void(&keys, "keys takes 2 signatures by the rule of command.example; signed by a");
    let keys = stage.keys(COMMAND, mine, "a x");
    stage.is_void(&keys, "keys takes 2 signatures by the rule of command.example; signed by a");
    stands(&stage);

    // Where they take one, he has the name until the office takes it back with its recovery key.
    let (stage, id) = by_one();
    stage.at("2026-01-06 21:00");
    stage.log(&stage.keys(COMMAND, Listed { keys: "x", ..OWN }, "a"));
    stage.log(&stage.letter(COMMAND, "letters/2", &other_letter(), "x"));
    let locked = stage.word(COMMAND, id, Act::Held, "We are locked out", "b");
    stage.refuses(&locked, "not signed by command.example/x");
    stage.check(&other_letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    reported(&stage);
    stage.check(&other_letter()).exit(1).headline("THIS LETTER WAS SIGNED WITH A KEY REPORTED STOLEN");
    let late = stage.word(COMMAND, id, Act::Withdrawn, "Mine", "x");
    stage.is_void(&late, "not signed by command.example/b");
    stands(&stage);

    // He cannot take the way back away: other recovery keys wait 72 hours, and are cancelled.
    let (stage, _) = by_one();
    stage.at("2026-01-06 21:00");
    stage.log(&stage.keys(COMMAND, Listed { keys: "x", recovery: "s", ..OWN }, "a"));
    stage.at("2026-01-07 08:00");
    stage.log(&stage.keys(COMMAND, Listed { keys: "b c", ..OWN }, "r"));
    stage.at("2026-01-12 08:00");
    let late = stage.letter(COMMAND, "letters/2", &other_letter(), "x");
    let why = "document takes 1 signature by the rule of command.example; signed by none of its keys";
    stage.is_void(&late, why);
    stage.check(&other_letter()).exit(3).headline("NOT IN THIS RECORD");
    stands(&stage);
}

#[test]
fn a_thief_naming_himself_or_an_accomplice_superior() {
    for noticed in ["2026-01-08 08:00", "2026-01-12 08:00"] {
        let (stage, id, warning) = warned();
        stage.plain_office(OUTSIDER);
        stage.at("2026-01-06 21:00");
        let own = Listed { superior: Some(COMMAND), ..OWN };
        stage.is_void(&stage.keys(COMMAND, own, "a"), "command.example cannot be its own superior");
        let keys = stage.keys(COMMAND, Listed { superior: Some(OUTSIDER), ..OWN }, "a");
        let keys = stage.log(&keys);
        stage.log(&stage.acceptance(OUTSIDER, COMMAND, keys, "a"));
        let early = stage.word(OUTSIDER, id, Act::Withdrawn, "I am above", "a");
        let why = "outsider.example is neither the issuer of command.example/letters/1 nor its superior";
        stage.is_void(&early, why);
        in_error(&stage).never_says(OUTSIDER);
        stage.at(noticed);
        if noticed > "2026-01-09 21:00" {
            stage.log(&stage.word(OUTSIDER, id, Act::Lift(warning), "I am above", "a"));
            stage.log(&stage.word(OUTSIDER, id, Act::Withdrawn, "I am above", "a"));
            stage
                .check(&letter())
                .exit(1)
                .headline("THIS LETTER WAS WITHDRAWN")
                .says("says outsider.example, superior of the issuer, since 12 January 2026 08:00 UTC");
        }
        stage.log(&stage.revocation(COMMAND, "a", Some("2026-01-06 20:00"), "r"));
        stage.at("2026-01-20 08:00");
        let late = stage.word(OUTSIDER, id, Act::Withdrawn, "I am above", "a");
        stage.is_void(&late, why);
        let screen = in_error(&stage).never_says("outsider.example, superior");
        if noticed > "2026-01-09 21:00" {
            screen.says("Note, not a standing, by outsider.example (12 January 2026 08:00 UTC): said withdrawn while it was taken for a superior: I am above");
        }
        stage.log(&stage.word(MINISTRY, id, Act::Issued, "Approved", "a"));
        stage
            .check(&letter())
            .exit(0)
            .says("says ministry.example, superior of the issuer, since 20 January 2026 08:00 UTC");
    }
}

#[test]
fn a_thief_lifting_or_softening_a_warning() {
    for act in [Act::Held, Act::Issued] {
        let (stage, id, warning) = warned();
        stage.at("2026-01-06 21:00");
        let act = if act == Act::Issued { Act::Lift(warning) } else { act };
        stage.log(&stage.word(COMMAND, id, act, "It is fine", "a"));
        let headline = match act {
            Act::Held => "THIS LETTER IS ON HOLD: DO NOT USE",
            _ => "THIS LETTER STANDS AS ISSUED",
        };
        stage.check(&letter()).headline(headline);
        reported(&stage);
        let screen = in_error(&stage);
        if act == Act::Held {
            screen.says(
                "Beside it: held, says command.example, the issuer, since 6 January 2026 21:00 UTC; signed with a key since reported stolen, on 8 January 2026 08:00 UTC: It is fine",
            );
        }
        stage.check_as_of(&letter(), "2026-01-07 08:00").headline(headline);
        stage.history(LETTER).says("from here on: in-error");
    }
}

#[test]
fn a_thief_revoking_the_good_keys() {
    let (stage, id) = by_one();
    stage.at("2026-01-06 21:00");
    stage.log(&stage.revocation(COMMAND, "b", Some("2026-01-06 08:00"), "a"));
    let locked = stage.word(COMMAND, id, Act::Held, "We are locked out", "b");
    stage.refuses(&locked, "not signed by command.example/a");
    stage.check(&letter()).exit(1).headline("THIS LETTER WAS SIGNED WITH A KEY REPORTED STOLEN");
    reported(&stage);
    stands(&stage).never_says("stolen");
    let held = stage.word(COMMAND, id, Act::Held, "We are back", "b");
    stage.log(&held);
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER IS ON HOLD: DO NOT USE")
        .says("  We are back\n      says command.example, the issuer, since 8 January 2026 08:00 UTC\n");
    // The recovery key takes away every key but itself; with one of two he takes none.
    let (stage, _) = by_several();
    let good = stage.revocation(COMMAND, "b", None, "a");
    stage.is_void(&good, "keys takes 2 signatures by the rule of command.example; signed by a");
    let recovery = stage.revocation(COMMAND, "r", None, "a");
    stage.is_void(&recovery, "keys takes 2 signatures by the rule of command.example; signed by a");
    stands(&stage);
}

#[test]
fn a_thief_erasing_a_warning_by_revocation() {
    let (stage, id, _) = warned();
    stage.at("2026-01-06 21:00");
    let since = Some("2026-01-06 12:00");
    stage.log(&stage.revocation(COMMAND, "b", since, "a"));
    in_error(&stage).says("; signed with a key since reported stolen, on 6 January 2026 21:00 UTC\n");
    stage.log(&stage.word(COMMAND, id, Act::Held, "Softer", "a"));
    stage.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
    reported(&stage);
    in_error(&stage);
    // Nor does a superior's warning go with a key of the office, nor two signatures with one.
    let (stage, id) = by_several();
    stage.at("2026-01-06 12:00");
    stage.log(&stage.word(MINISTRY, id, Act::InError, "Nobody approved it", "a"));
    stage.at("2026-01-06 21:00");
    let since = Some("2026-01-06 08:00");
    stage.log(&stage.revocation(COMMAND, "a", since, "r"));
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says ministry.example, superior of the issuer, since 6 January 2026 12:00 UTC");
}

#[test]
fn an_office_claiming_its_letter_was_signed_with_a_stolen_key_to_disown_it() {
    let (stage, id) = by_one();
    stage.at("2026-01-08 08:00");
    let disowned = || stage.word(COMMAND, id, Act::Disowned, "Not ours", "b");
    let own = "command.example issued this very text at entry 6; the way back is withdrawn or in-error";
    stage.is_void(&disowned(), own);
    stands(&stage);
    stage.log(&stage.revocation(COMMAND, "b", Some("2026-01-06 08:00"), "r"));
    stage.check(&letter()).exit(1).headline("THIS LETTER WAS SIGNED WITH A KEY REPORTED STOLEN");
    let disowned = stage.word(COMMAND, id, Act::Disowned, "Not ours", "a");
    stage.is_void(&disowned, own);
    let fake = stage.disowned(COMMAND, "disowned/1", &letter(), "a");
    stage.is_void(&fake, own);
    stage.check(&letter()).exit(1).headline("THIS LETTER WAS SIGNED WITH A KEY REPORTED STOLEN");
    stage.log(&stage.word(COMMAND, id, Act::InError, "The key was not ours", "a"));
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("  The key was not ours\n      says command.example, the issuer, since 8 January 2026 08:00 UTC\n")
        .says("  Its key was reported stolen on 8 January 2026 08:00 UTC, 47 hours after it was logged.\n");
    // Older letters are out of reach.
    let (stage, _) = by_one();
    stage.at("2026-01-21 08:00");
    let late = stage.revocation(COMMAND, "b", Some("2026-01-06 08:00"), "r");
    let why = "a key can be suspect for 14 days at most, here since 2026-01-07T08:00:00.000Z; what was \
               said before is taken back word by word";
    stage.is_void(&late, why);
    stands(&stage);
}
