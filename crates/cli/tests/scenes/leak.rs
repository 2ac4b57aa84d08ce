//! S2 and what follows it: a draft that was committed to in private leaks, and three officers, their
//! superior and an outsider say what they have to say. At six moments the whole of a reader's screen.

use erratum::record::Time;

use crate::support::{World, example_file, example_text};
use crate::{COMMAND, FOREIGN_OFFICE, MINISTRY};

/// The officers of the command, each with a desk and a key of their own.
const CHIEF: &str = "chief";
const PRESS: &str = "press";
const DUTY: &str = "duty";

const OPENED: &str = "northern-command.example/drafts/2026-017";
const FINAL_LETTER: &str = "northern-command.example/letters/2026-019";

/// The command with three officers: in-error takes two of them, holding takes any one. The ministry is its
/// superior.
fn three_officers() -> World {
    let world = World::new();
    world.office(MINISTRY, None);
    world.office(FOREIGN_OFFICE, None);
    let press = world.joins(PRESS, COMMAND);
    let place = ["--record", "record", "--log-key", "operator/log.key", "--superior", MINISTRY];
    let keys = ["--label", CHIEF, "--add", &press, "--rule", "in-error=2", "--rule", "keys=2"];
    let made = world.at(CHIEF, &[&["init", COMMAND][..], &place, &keys].concat()).done();
    world.admit(COMMAND, &made.after("its key is ")).done();
    approve(&world, PRESS, &made.after("hand this file to another who signs: "));
    world.at(MINISTRY, &["keys", "accept", COMMAND]).done();

    // The duty officer comes later: both of the others list the new key, which binds at once.
    let duty = world.joins(DUTY, COMMAND);
    let rotated = world.at(CHIEF, &["keys", "rotate", "--add", &duty]).done();
    let file = rotated.says("binds when it is logged").after("hand this file to another who signs: ");
    approve(&world, PRESS, &file);
    world.at(DUTY, &["keys", "show"]).done().says("signatures: 1 of 3 for each act; in-error 2, keys 2");
    world
}

/// The file of a pending act goes to another desk, whose officer reads and signs it there.
#[track_caller]
fn approve(world: &World, desk: &str, file: &str) {
    world.at(desk, &["approve", file, "--yes"]).done().says("handed in: entry ");
}

/// The letter is everywhere, and nobody has said a word.
const UNKNOWN: &str = r#"NOT IN THIS RECORD   record.example
  Nobody registered this text there. That says nothing about whether it is genuine.
"#;

/// The office has opened its commitment: the text is its own, a draft, and was so before it got out.
const DRAFT: &str = r#"THIS LETTER IS A DRAFT, NEVER ISSUED   northern-command.example/drafts/2026-017
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
      says northern-command.example, the issuer, since <time>
  A draft of northern-command.example: committed on <time> (entry <n>), opened on <time>.
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
"#;

/// One officer, in one command.
const HELD: &str = r#"THIS LETTER IS ON HOLD: DO NOT USE   northern-command.example/drafts/2026-017
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
  Under review. Do not use.
      says northern-command.example, the issuer, since <time>
  A draft of northern-command.example: committed on <time> (entry <n>), opened on <time>.
  Beside it: draft, says northern-command.example, the issuer, since <time>
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
"#;

/// Two officers of three.
const IN_ERROR: &str = r#"THIS LETTER WAS PUBLISHED IN ERROR   northern-command.example/drafts/2026-017
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
  Preliminary draft, sent by mistake
      says northern-command.example, the issuer, claimed from <time>, first known <time>
  A draft of northern-command.example: committed on <time> (entry <n>), opened on <time>.
  Beside it: draft, says northern-command.example, the issuer, since <time>
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
"#;

/// The ministry leads, the command stands beside it, the outsider's note apart.
const SUPERIOR: &str = r#"THIS LETTER WAS PUBLISHED IN ERROR   northern-command.example/drafts/2026-017
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
  No decision to withdraw has been made.
      says defence.example, superior of the issuer, since <time>
  A draft of northern-command.example: committed on <time> (entry <n>), opened on <time>.
  Beside it: draft, says northern-command.example, the issuer, since <time>
  Beside it: in-error, says northern-command.example, the issuer, claimed from <time>, first known <time>: Preliminary draft, sent by mistake
  Note, not a standing, by foreign-office.example (<time>): We propose that the word “error” be attached to this letter wherever it is shown. Otherwise everyone will be saying tomorrow that hackers wrote it.
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
"#;

/// The final letter has taken its place.
const FINAL: &str = r#"THIS LETTER WAS PUBLISHED IN ERROR   northern-command.example/drafts/2026-017
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
  No decision to withdraw has been made.
      says defence.example, superior of the issuer, since <time>
  A draft of northern-command.example: committed on <time> (entry <n>), opened on <time>.
  Beside it: draft, says northern-command.example, the issuer, since <time>
  Beside it: in-error, says northern-command.example, the issuer, claimed from <time>, first known <time>: Preliminary draft, sent by mistake
  Beside it: superseded, says northern-command.example, the issuer, since <time>
  Its place is taken by northern-command.example/letters/2026-019 (issued).
  Note, not a standing, by foreign-office.example (<time>): We propose that the word “error” be attached to this letter wherever it is shown. Otherwise everyone will be saying tomorrow that hackers wrote it.
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
"#;

/// What was in force when the officer put it on hold, by all that is known at the end: two officers
/// claimed later that it was in error from the beginning, and the ministry had not spoken.
const IN_FORCE_THEN: &str = r#"THIS LETTER WAS PUBLISHED IN ERROR   northern-command.example/drafts/2026-017
  "Repositioning of the northern contingent"
  This copy has the whole text; no word of it differs.
  Minor: look-alike letters (2), invisible characters (2), capitals (10), punctuation (5), hyphenation (2), layout (22).
  Preliminary draft, sent by mistake
      says northern-command.example, the issuer, claimed from <time>, first known <time>
  A draft of northern-command.example: committed on <time> (entry <n>), opened on <time>.
  Beside it: draft, says northern-command.example, the issuer, since <time>
  Note, not a standing, by foreign-office.example (<time>): We propose that the word “error” be attached to this letter wherever it is shown. Otherwise everyone will be saying tomorrow that hackers wrote it.
  Proof: entry <n> of record.example; the record says so at entry <n> of <n>, in the epoch at entry <n>, last logged <time>
  northern-command.example was admitted by the operator; log key taken from the record itself.
"#;

/// The timeline of the opened draft.
const STORY: &str = r#"in-error  northern-command.example/drafts/2026-017  "Repositioning of the northern contingent"
  document <id>
  <time>  entry  <n>  northern-command.example: committed to it, with what else nobody can tell
  <time>  entry  <n>  northern-command.example: draft, opened; never issued  [word <id>]
      from here on: draft
  <time>  entry  <n>  northern-command.example: held: Under review. Do not use.  [word <id>]
      from here on: held
  <time>  entry  <n>  northern-command.example: in-error, claimed from <time>: Preliminary draft, sent by mistake  [word <id>]
      from here on: in-error
  <time>  entry  <n>  defence.example (superior): in-error: No decision to withdraw has been made.  [word <id>]
  <time>  entry  <n>  foreign-office.example: note, not a standing: We propose that the word “error” be attached to this letter wherever it is shown. Otherwise everyone will be saying tomorrow that hackers wrote it.
  <time>  entry  <n>  northern-command.example: superseded by northern-command.example/letters/2026-019  [word <id>]
"#;

#[test]
fn s2_a_preliminary_draft_gets_out() {
    let world = three_officers();
    let letter = example_text("copies/letter-retyped.txt");
    let departure = example_text("texts/letter-draft.txt");
    let departure = departure.lines().find(|line| line.contains("ordering our departure")).unwrap();
    let reader = |more: &[&str]| world.check_with(&letter, more);
    let of_a_paragraph = |headline: &str| drop(world.check(departure).headline(headline));
    let draft = example_file("texts/letter-draft.txt");
    world.at(CHIEF, &["draft", &draft]).done().says("committed to 1 draft: entry ");

    // 1. Retyped and photographed, the draft is everywhere.
    reader(&[]).exit(3).shows(UNKNOWN);
    of_a_paragraph("NOT IN THIS RECORD");

    // 2. The chief's desk has the draft and its salts, and opens it.
    let opened = open(&world);
    reader(&[]).exit(1).shows(DRAFT);
    of_a_paragraph("EXCERPT OF A LETTER THAT IS A DRAFT");

    // 3. Whoever is awake puts it on hold.
    let held = world.mark(DUTY, OPENED, "held", "Under review. Do not use.");
    reader(&[]).exit(1).shows(HELD);
    of_a_paragraph("EXCERPT OF A LETTER ON HOLD");

    // 4. In error takes two: the word waits until a second officer has read and signed it.
    let claimed = world.logged(&opened);
    say_in_error(&world, &claimed.to_string(), || drop(reader(&[]).exit(1).shows(HELD)));
    reader(&[]).exit(1).shows(IN_ERROR);
    let report = reader(&["--json"]).report();
    assert_eq!(report.finding()["word"]["effective"], claimed.to_string());
    of_a_paragraph("EXCERPT OF A LETTER PUBLISHED IN ERROR");

    // 5. The superior says it too, an outsider remarks.
    world.mark(MINISTRY, OPENED, "in-error", "No decision to withdraw has been made.");
    let note = example_text("texts/office-note.txt");
    world.at(FOREIGN_OFFICE, &["note", OPENED, note.trim()]).done();
    reader(&[]).exit(1).shows(SUPERIOR);

    // 6. The final letter.
    issue_the_final(&world);
    reader(&[]).exit(1).shows(FINAL);
    of_a_paragraph("EXCERPT OF A LETTER PUBLISHED IN ERROR");

    // What was known when it was put on hold, and what was in force then.
    let then = world.logged(&held).to_string();
    reader(&["--as-of", &then]).exit(1).shows(HELD);
    reader(&["--in-force-at", &then]).exit(1).shows(IN_FORCE_THEN);
    let before = Time::from_millis(claimed.millis() - 1).to_string();
    reader(&["--as-of", &before]).exit(3).shows(UNKNOWN);
    reader(&["--in-force-at", &before]).exit(1).headline("THIS LETTER HAS NO WORD IN FORCE");
    the_story(&world);
}

/// The chief opens the draft, as far as the copy that got out carries it; gives the document's id.
fn open(world: &World) -> String {
    let leaked = example_file("copies/letter-retyped.txt");
    let args = ["open", &leaked, "--as", "drafts/2026-017", "--genre", "letter", "--yes"];
    let title = ["--title", "Repositioning of the northern contingent"];
    world
        .at(CHIEF, &[&args[..], &title].concat())
        .done()
        .says("The copy comes from the draft letter-draft.txt, committed on ")
        .says("To open it publishes 12 of its 12 paragraphs, for good:")
        .says("the record proves that northern-command.example held this by ")
        .after("document ")
}

/// One officer says in-error since a time past, another reads and signs it; before that nothing is said.
fn say_in_error(world: &World, since: &str, not_yet: impl Fn()) {
    let reason = "Preliminary draft, sent by mistake";
    let made = world.tries_to_mark(DUTY, OPENED, "in-error", reason, &["--effective", since]).done();
    let made = made.says("NOT YET SAID, it has 1 of 2 signatures");
    let file = made.after("hand this file to another who signs: ");
    not_yet();
    world.at(PRESS, &["approve", &file, "--yes"]).done().says_in_order(&[
        "northern-command.example says in-error of northern-command.example/drafts/2026-017",
        "reason: Preliminary draft, sent by mistake",
        "1 of 2 signatures: northern-command.example/duty",
        "signed by northern-command.example/press",
        "handed in: entry ",
    ]);
}

/// The command issues the final letter in the place of the draft, and the ministry confirms it: without
/// that the paragraphs that it shares with the draft stay under the ministry's warning.
fn issue_the_final(world: &World) {
    let (file, text) = (example_file("texts/letter-final.txt"), example_text("texts/letter-final.txt"));
    let args = ["issue", &file, "--as", "letters/2026-019", "--genre", "letter", "--replaces", OPENED];
    let title = ["--title", "Repositioning of the northern contingent"];
    world.at(CHIEF, &[&args[..], &title].concat()).done().says_in_order(&[
        "issued northern-command.example/letters/2026-019: entry ",
        "READERS SEE: THIS LETTER SHARES PASSAGES WITH A LETTER PUBLISHED IN ERROR",
        "it shares passages with northern-command.example/drafts/2026-017, in-error by the word of \
         defence.example",
        "ask defence.example to confirm it: erratum mark northern-command.example/letters/2026-019 issued",
    ]);
    world
        .check(&text)
        .exit(1)
        .headline("THIS LETTER SHARES PASSAGES WITH A LETTER PUBLISHED IN ERROR")
        .says("What it carries stands as in-error in northern-command.example/drafts/2026-017");
    let shared = text.lines().find(|line| line.starts_with("Helicopter traffic")).unwrap();
    world.check(shared).exit(1).headline("EXCERPT OF A LETTER PUBLISHED IN ERROR");
    world.mark(MINISTRY, FINAL_LETTER, "issued", "Confirmed by the ministry.");
    world.check(shared).exit(0).headline("EXCERPT OF A LETTER THAT STANDS AS ISSUED");
    world.check(&text).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

/// What the office sees at the end.
fn the_story(world: &World) {
    world.at(DUTY, &["history", OPENED]).done().shows(STORY);
}
