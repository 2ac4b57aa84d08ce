//! S7, the last case: a letter of an office that never heard of Erratum is reported by a newsroom. The
//! office joins later and takes the text over, by issuing it or by disowning it.

use crate::COMMAND;
use crate::support::{Outcome, World, example_file, example_text};

const NEWSROOM: &str = "newsroom.example";
const TITLE: &str = "Repositioning of the northern contingent";

/// Before: what a newsroom has seen, and no standing.
const REPORTED: &str = r#"ONLY REPORTED, NOT REGISTERED BY ITS OFFICE   LETTER
  "Repositioning of the northern contingent"
  Reported by newsroom.example on <time> as issued by northern-command.example: A photograph sent by a reader
"#;

/// After: the office's word leads, the report stands after it.
const ISSUED: &str = r#"THIS LETTER STANDS AS ISSUED   northern-command.example/letters/2026-017
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
      says northern-command.example, the issuer, since <time>
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
  Reported by newsroom.example on <time> as issued by northern-command.example: A photograph sent by a reader
"#;

/// The office says that it was an error.
const IN_ERROR: &str = r#"THIS LETTER WAS PUBLISHED IN ERROR   northern-command.example/letters/2026-017
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
  Preliminary draft, sent by mistake
      says northern-command.example, the issuer, since <time>
  Beside it: issued, says northern-command.example, the issuer, since <time>
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
  Reported by newsroom.example on <time> as issued by northern-command.example: A photograph sent by a reader
"#;

/// In another world the office never wrote it.
const DISOWNED: &str = r#"THIS LETTER IS DISOWNED: NOT THE TEXT OF ITS SUPPOSED ISSUER   northern-command.example/disowned/c694a5e4
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
  Nobody here wrote this.
      says northern-command.example, the issuer, since <time>
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
  Reported by newsroom.example on <time> as issued by northern-command.example: A photograph sent by a reader
"#;

/// A newsroom has registered the letter as seen; the command has no keys.
fn reported_by_a_newsroom() -> World {
    let world = World::new();
    world.office(NEWSROOM, None);
    let letter = example_file("texts/letter-draft.txt");
    let from = ["add", &letter, "--attributed", "--from", COMMAND, "--standing", "issued"];
    let about = ["--source", "A photograph sent by a reader", "--genre", "letter", "--title", TITLE];
    world.at(NEWSROOM, &[&from[..], &about].concat()).done().says("reported newsroom.example/seen/");
    world
}

fn letter(world: &World) -> Outcome {
    world.check(&example_text("copies/letter-retyped.txt"))
}

/// The command issues the letter that went round.
fn takes_over(world: &World) {
    let file = example_file("texts/letter-draft.txt");
    let args = ["issue", &file, "--as", "letters/2026-017", "--genre", "letter", "--title", TITLE];
    world.at(COMMAND, &args).done().says("issued northern-command.example/letters/2026-017: entry ");
}

#[test]
fn s7_an_office_that_joins_later_takes_its_reported_letter_over() {
    let world = reported_by_a_newsroom();
    letter(&world).exit(3).shows(REPORTED);

    // To have keys says nothing of any text.
    world.office(COMMAND, None);
    letter(&world).exit(3).shows(REPORTED);

    takes_over(&world);
    letter(&world).exit(0).shows(ISSUED);

    world.mark(COMMAND, "letters/2026-017", "in-error", "Preliminary draft, sent by mistake");
    letter(&world).exit(1).shows(IN_ERROR);
}

#[test]
fn s7_an_office_that_joins_later_disowns_what_was_reported_of_it() {
    let world = reported_by_a_newsroom();
    world.office(COMMAND, None);
    letter(&world).exit(3).shows(REPORTED);

    let file = example_file("texts/letter-draft.txt");
    let args = ["disown", &file, "--reason", "Nobody here wrote this.", "--genre", "letter"];
    world.at(COMMAND, &[&args[..], &["--title", TITLE]].concat()).done();
    letter(&world).exit(1).shows(DISOWNED);

    // An office that issued it cannot say so.
    let world = reported_by_a_newsroom();
    world.office(COMMAND, None);
    takes_over(&world);
    world.at(COMMAND, &args).refused("northern-command.example issued this very text at entry ");
}
