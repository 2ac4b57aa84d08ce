//! People who have no say over a document and would like one.

use erratum::record::Act;

use super::{COMMAND, LETTER, MINISTRY, OUTSIDER, by_one};
use crate::support::stage::{Listed, Stage};
use crate::support::texts::letter;

/// What is said to whoever has no say.
fn no_voice(who: &str, document: &str) -> String {
    format!("{who} is neither the issuer of {document} nor its superior")
}

#[test]
fn an_outsiders_standing() {
    let (stage, id) = by_one();
    stage.plain_office(OUTSIDER);
    stage.at("2026-01-06 21:14");
    let warning = stage.log(&stage.word(COMMAND, id, Act::Held, "Under review", "a"));
    let said = [Act::InError, Act::Disowned, Act::Issued];
    for act in said {
        let word = stage.word(OUTSIDER, id, act, "Believe me", "a");
        stage.is_void(&word, &no_voice(OUTSIDER, LETTER));
    }
    let lift = stage.word(OUTSIDER, id, Act::Lift(warning), "Believe me", "a");
    stage.is_void(&lift, &no_voice(OUTSIDER, LETTER));
    let held = || stage.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
    held().says("says command.example, the issuer, since 6 January 2026 21:14 UTC").never_says(OUTSIDER);
    stage.log(&stage.note(OUTSIDER, id, "It is all lies"));
    held().says("Note, not a standing, by outsider.example (6 January 2026 21:14 UTC): It is all lies");
    stage.log(&stage.word(COMMAND, id, Act::Lift(warning), "Reviewed", "a"));
    stage
        .check(&letter())
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("Note, not a standing, by outsider.example (6 January 2026 21:14 UTC): It is all lies");
}

#[test]
fn a_superior_that_is_named_and_has_not_accepted_and_one_that_nobody_named() {
    let stage = Stage::new();
    for other in [MINISTRY, OUTSIDER] {
        stage.plain_office(other);
    }
    stage.admit(COMMAND, "a");
    let named = Listed { keys: "a", superior: Some(MINISTRY), ..Listed::default() };
    let keys = stage.log(&stage.keys(COMMAND, named, "a"));
    stage.at("2026-01-06 09:00");
    let id = stage.log(&stage.letter(COMMAND, "letters/1", &letter(), "a"));
    let word = stage.word(MINISTRY, id, Act::InError, "Nobody approved it", "a");
    stage.is_void(&word, &no_voice(MINISTRY, LETTER));
    let accepted = stage.acceptance(OUTSIDER, COMMAND, keys, "a");
    stage.is_void(&accepted, "command.example does not name outsider.example as its superior");
    let own = stage.acceptance(COMMAND, COMMAND, keys, "a");
    stage.is_void(&own, "command.example does not name command.example as its superior");
    let word = stage.word(OUTSIDER, id, Act::InError, "Nobody approved it", "a");
    stage.is_void(&word, &no_voice(OUTSIDER, LETTER));
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").never_says(MINISTRY);
    // Once it accepts, it has a voice; what it said before stays void.
    stage.at("2026-01-06 21:14");
    stage.log(&stage.acceptance(MINISTRY, COMMAND, keys, "a"));
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    stage.log(&stage.word(MINISTRY, id, Act::InError, "Nobody approved it", "a"));
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says ministry.example, superior of the issuer, since 6 January 2026 21:14 UTC");
}

#[test]
fn a_sibling_domain() {
    let (depot, annex) = ("depot.command.example", "annex.command.example");
    let stage = Stage::new();
    for name in [COMMAND, depot, annex] {
        stage.plain_office(name);
    }
    stage.at("2026-01-06 09:00");
    let id = stage.log(&stage.letter(depot, "letters/1", &letter(), "a"));
    let word = stage.word(annex, id, Act::Disowned, "We know the depot", "a");
    stage.is_void(&word, &no_voice(annex, "depot.command.example/letters/1"));
    stage.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED").never_says(annex);
    stage.at("2026-01-06 21:14");
    let below =
        stage.log(&stage.letter(COMMAND, "letters/9", "The command's own word, of some length.\n", "a"));
    let word = stage.word(depot, below, Act::InError, "Upwards", "a");
    stage.is_void(&word, &no_voice(depot, "command.example/letters/9"));
    stage.log(&stage.word(COMMAND, id, Act::InError, "Nobody approved it", "a"));
    stage
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("says command.example, superior of the issuer, since 6 January 2026 21:14 UTC");
}

#[test]
fn a_public_suffix() {
    let (suffix, office) = ("gov.example", "command.gov.example");
    let stage = Stage::new();
    stage.plain_office(suffix);
    let keys = stage.plain_office(office);
    stage.at("2026-01-06 09:00");
    let id = stage.log(&stage.letter(office, "letters/1", &letter(), "a"));
    let stands = || {
        stage
            .check(&letter())
            .exit(0)
            .headline("THIS LETTER STANDS AS ISSUED")
            .never_says(" gov.example")
    };
    let word = stage.word(suffix, id, Act::InError, "All that ends in it is ours", "a");
    stage.is_void(&word, &no_voice(suffix, "command.gov.example/letters/1"));
    stands();
    let under = Listed { keys: "a", superior: Some(suffix), ..Listed::default() };
    let named = stage.keys(office, under, "a");
    stage.is_void(&named, "gov.example is a public suffix and cannot be a superior");
    let accepted = stage.acceptance(suffix, office, named.id(), "a");
    stage.is_void(&accepted, "these are not the keys of command.gov.example in this record");
    let accepted = stage.acceptance(suffix, office, keys, "a");
    stage.is_void(&accepted, "command.gov.example does not name gov.example as its superior");
    let word = stage.word(suffix, id, Act::InError, "All that ends in it is ours", "a");
    stage.is_void(&word, &no_voice(suffix, "command.gov.example/letters/1"));
    stands();
}
