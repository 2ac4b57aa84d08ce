//! The scenes of the wire report, one test each: what happens, what a reader is told, how the command
//! ends. A scene that a newspaper could describe belongs here; what needs a made-up twist of the rule
//! belongs into `../cli/histories.rs`, what is about one format or fault into the other modules there.
//!
//! - `leak`: a draft that leaks, from the first copy to the final letter, with three officers.
//! - `newcomer`: an office that joins after others have reported its letter.

#[path = "../support/mod.rs"]
mod support;

mod leak;
mod newcomer;

use support::{World, check_example, erratum, example, example_file, example_text, texts};

const LETTER: &str = "northern-command.example/letters/2026-017";
const COMMAND: &str = "northern-command.example";
const MINISTRY: &str = "defence.example";
const FOREIGN_OFFICE: &str = "foreign-office.example";

/// The command and its ministry, on a record of their own.
fn offices() -> World {
    let world = World::new();
    world.office(MINISTRY, None);
    world.office(COMMAND, Some(MINISTRY));
    world
}

/// The command sends its letter: the text, the PDF as sent and a translation.
fn send_the_letter(world: &World) {
    let (pdf, german) = (example_file("copies/letter.pdf"), example_file("texts/letter-draft.de.txt"));
    let title = "Repositioning of the northern contingent";
    let args = ["issue", &pdf, &german, "--lang", "en", "--lang", "de", "--as", "letters/2026-017"];
    let more = ["--title", title, "--date", "2026-01-06", "--genre", "letter"];
    world
        .at(COMMAND, &[&args[..], &more].concat())
        .done()
        .says(&format!("issued {LETTER}: entry "))
        .says("a path cannot be withdrawn; the document's standing can: erratum mark");
}

#[test]
fn s1_a_headquarters_sends_a_letter() {
    let world = offices();
    send_the_letter(&world);

    let pdf = example_file("copies/letter.pdf");
    world
        .erratum(&["check", &pdf, "--record", "record"])
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says(LETTER)
        .says("\"Repositioning of the northern contingent\" · 6 January 2026")
        .says("This copy has the same bytes as the file that was registered; nothing differs.")
        .says("says northern-command.example, the issuer, since ")
        .says("northern-command.example was admitted by the operator; log key taken from the record itself.");
    world
        .check(&example_text("texts/letter-draft.txt"))
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says("This copy has the whole text; no word of it differs.");
    world
        .at(COMMAND, &["history", "letters/2026-017"])
        .done()
        .says_in_order(&[
            "issued  northern-command.example/letters/2026-017  \"Repositioning of the northern contingent\"",
            "northern-command.example: issued  [word ",
        ])
        .says("northern-command.example: rendition in en (application/pdf, 36840 bytes)")
        .says("northern-command.example: translation in de (text/plain, 1979 bytes)");
}

#[test]
fn s3_every_copy_in_the_wild_is_recognised() {
    for copy in ["letter.pdf", "letter-retyped.txt"] {
        check_example(&format!("copies/{copy}"), &[])
            .exit(1)
            .headline("THIS LETTER WAS PUBLISHED IN ERROR")
            .says(LETTER)
            .never_says("differs:");
    }
    check_example("copies/letter.pdf", &[])
        .says("This copy has the same bytes as the file that was registered; nothing differs.");
    check_example("copies/forwarded.eml", &[]).exit(1).says_in_order(&[
        "copies/forwarded.eml: body\nNOT IN THIS RECORD",
        "copies/forwarded.eml: attachment letter.pdf\nTHIS LETTER WAS PUBLISHED IN ERROR",
        "This copy has the same bytes as the file that was registered; nothing differs.",
    ]);
    for copy in ["news-four-paragraphs.html", "page-print.pdf"] {
        check_example(&format!("copies/{copy}"), &[])
            .exit(1)
            .headline("QUOTES A LETTER PUBLISHED IN ERROR")
            .says(LETTER)
            .says("This copy carries 4 of its 5 paragraphs.")
            .never_says("differs:");
    }
}

#[test]
fn s3_a_retyped_letter_is_the_same_text_with_minor_differences() {
    let report = check_example("copies/letter-retyped.txt", &["--json"]).exit(1).report();
    assert_eq!(report.relation(), "same-text");
    assert_eq!(report.differences(), []);
    for kind in ["case", "punctuation", "hyphenation", "layout", "invisible", "lookalike"] {
        assert!(report.minor(kind) > 0, "no minor difference of kind {kind}");
    }
}

#[test]
fn s3_a_page_about_something_else_is_not_in_the_record_and_that_is_all() {
    check_example("copies/unrelated.html", &[])
        .exit(3)
        .headline("NOT IN THIS RECORD")
        .says("record.example")
        .says("Nobody registered this text there. That says nothing about whether it is genuine.")
        .never_says("LETTER");
}

#[test]
fn s4_the_minister_refutes_what_a_headquarters_wrote() {
    let world = offices();
    send_the_letter(&world);
    let reason = "Preliminary draft, sent by mistake. No decision to withdraw has been made.";
    world.mark(MINISTRY, LETTER, "in-error", reason);
    let comment = "The contingent stays where it is. No sum has been agreed with anyone.";
    world.at(MINISTRY, &["note", LETTER, comment]).done().says(&format!("comment on {LETTER}: entry "));

    world
        .check(&example_text("texts/letter-draft.txt"))
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says_in_order(&[
            reason,
            "says defence.example, superior of the issuer, since ",
            "Beside it: issued, says northern-command.example, the issuer, since ",
            "Comment by defence.example (",
            comment,
        ]);

    // The issuer's own `issued`, said again, ends nothing of its superior's.
    world.mark(COMMAND, LETTER, "issued", "It stands.");
    world
        .check(&example_text("texts/letter-draft.txt"))
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR");
}

#[test]
fn s5_the_general_says_published_in_error() {
    let world = offices();
    send_the_letter(&world);
    let letter = example_text("texts/letter-draft.txt");

    world.mark(COMMAND, "letters/2026-017", "held", "Under review. Do not use.");
    world
        .check(&letter)
        .exit(1)
        .headline("THIS LETTER IS ON HOLD: DO NOT USE")
        .says("Under review. Do not use.")
        .says("says northern-command.example, the issuer, since ");

    world.mark(COMMAND, "letters/2026-017", "in-error", "Preliminary draft, sent by mistake");
    world
        .check(&letter)
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("Preliminary draft, sent by mistake")
        .never_says("ON HOLD");
}

#[test]
fn s6_a_foreign_office_attaches_a_note_and_sets_no_standing() {
    let world = offices();
    world.office(FOREIGN_OFFICE, None);
    send_the_letter(&world);
    let note = example_text("texts/office-note.txt");
    world
        .at(FOREIGN_OFFICE, &["note", LETTER, note.trim()])
        .done()
        .says(&format!("note on {LETTER}: entry "));

    let letter = example_text("texts/letter-draft.txt");
    let seen = world.check(&letter).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    let seen = seen.says("Note, not a standing, by foreign-office.example (");
    let seen = seen.says(note.trim()).never_says("Comment by");
    seen.never_says("says foreign-office.example");
    world
        .at(COMMAND, &["history", LETTER])
        .done()
        .says("foreign-office.example: note, not a standing: We propose that the word “error”");

    world.tries_to_mark(FOREIGN_OFFICE, LETTER, "in-error", "Error", &[]).refused(
        "erratum: the record refused it: foreign-office.example is neither the issuer of \
             northern-command.example/letters/2026-017 nor its superior",
    );
    world.check(&letter).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn s7_the_issuers_own_draft_a_fake_and_a_doctored_copy_are_told_apart() {
    check_example("copies/letter.pdf", &[]).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
    check_example("copies/letter-fake.pdf", &[])
        .exit(1)
        .headline("THIS LETTER IS DISOWNED: NOT THE TEXT OF ITS SUPPOSED ISSUER")
        .says("The paragraph on a surrender of the camps was never written by this command.")
        .says("says northern-command.example, the issuer, since 8 January 2026 21:30 UTC");
    let doctored = check_example("copies/news-doctored.html", &[])
        .exit(1)
        .headline("QUOTES A LETTER PUBLISHED IN ERROR")
        .says("This copy carries 4 of its 5 paragraphs. One place differs:")
        .says_in_order(&[
            "record     ",
            "we respect your sovereign decision ordering our departure",
            "this copy  ",
            "we respect your sovereign decision requesting our departure",
        ]);
    drop(doctored);
    let report = check_example("copies/news-doctored.html", &["--json"]).report();
    let one = ("replaced".to_owned(), "ordering".to_owned(), "requesting".to_owned());
    assert_eq!(report.differences(), [one]);
}

#[test]
fn s7_a_doctored_letter_is_an_altered_copy() {
    let doctored =
        example_text("texts/letter-draft.txt").replace("decision ordering", "decision requesting");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("doctored.txt"), doctored).unwrap();
    let file = folder.path().join("doctored.txt").display().to_string();
    check_example(&file, &[])
        .exit(1)
        .headline("ALTERED COPY OF A LETTER PUBLISHED IN ERROR")
        .says("This copy has the text with changes. One place differs:")
        .says("your sovereign decision ordering our departure")
        .says("your sovereign decision requesting our departure");
}

#[test]
fn s7_what_a_newsroom_has_only_seen_is_reported_and_no_standing() {
    let world = offices();
    world.office("newsroom.example", None);
    let text = texts::other_letter();
    let file = world.file(&text);
    let args =
        ["add", &file, "--attributed", "--from", COMMAND, "--standing", "issued", "--genre", "letter"];
    let source = ["--source", "A photograph sent by a reader"];
    world.at("newsroom.example", &[&args[..], &source].concat()).done();
    world
        .check(&text)
        .exit(3)
        .headline("ONLY REPORTED, NOT REGISTERED BY ITS OFFICE")
        .says("Reported by newsroom.example on ")
        .says(" as issued by northern-command.example: A photograph sent by a reader")
        .never_says("STANDS AS ISSUED");

    // The office takes the text over by registering it; the newsroom's word then stands after it.
    world.issue(COMMAND, "letters/2026-020", &text);
    world.check(&text).exit(0).headline("THIS LETTER STANDS AS ISSUED").says_in_order(&[
        "says northern-command.example, the issuer, since ",
        "Reported by newsroom.example on ",
    ]);
    world
        .check("Something that nobody ever wrote to anybody, and that is now in nobody's record at all.")
        .exit(3)
        .headline("NOT IN THIS RECORD");
}

#[test]
fn s8_quotations_with_a_speaker_are_recognised() {
    check_example("copies/wire-report.txt", &[])
        .exit(1)
        .headline("QUOTES A LETTER PUBLISHED IN ERROR AND SAYS SO")
        .says(LETTER)
        .says("It says so itself: \"sent by mistake\".")
        .says("QUOTES A STATEMENT THAT STANDS AS ISSUED   defence.example/statements/2026-003")
        .never_says("differ");
    let report = check_example("copies/wire-report.txt", &["--json"]).exit(1).report();
    assert_eq!(report.relation(), "quotation");
    assert_eq!(report.differences(), []);
}

#[test]
fn s8_a_translation_is_the_letter() {
    check_example("texts/letter-draft.de.txt", &[])
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says(LETTER)
        .says("This copy has the same bytes as the file that was registered");
    // Retyped on one line a paragraph and in other quotation marks, it is no longer the same file.
    let retyped = example_text("texts/letter-draft.de.txt").replace(['„', '“'], "\"");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("brief.txt"), retyped).unwrap();
    let file = folder.path().join("brief.txt").display().to_string();
    check_example(&file, &[])
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("This copy has the whole text; no word of it differs.");
}

#[test]
fn s9_the_story_of_a_letter_is_a_timeline() {
    let args = ["history", LETTER, "--policy", "policy.toml"];
    erratum(&example(), &args).done().says_in_order(&[
        "in-error  northern-command.example/letters/2026-017  \"Repositioning of the northern contingent\"",
        "6 January 2026 14:03 UTC",
        "northern-command.example: issued",
        "6 January 2026 20:31 UTC",
        "northern-command.example: held: Under review. Do not use.",
        "6 January 2026 21:14 UTC",
        "defence.example (superior): in-error: Preliminary draft, sent by mistake. No decision",
        "6 January 2026 21:30 UTC",
        "defence.example: comment: The contingent stays where it is.",
        "7 January 2026 08:05 UTC",
        "northern-command.example: in-error: Preliminary draft, sent by mistake.",
        "7 January 2026 10:30 UTC",
        "foreign-office.example: note, not a standing: We propose",
        "8 January 2026 09:30 UTC",
        "northern-command.example: superseded by northern-command.example/letters/2026-019",
    ]);
    let before = ["history", LETTER, "--policy", "policy.toml", "--as-of", "2026-01-06T15:00:00Z"];
    erratum(&example(), &before)
        .done()
        .says("issued  northern-command.example/letters/2026-017")
        .never_says("in-error")
        .never_says("superseded");
    erratum(&example(), &["history", "--policy", "policy.toml"]).done().says_in_order(&[
        "in-error  northern-command.example/letters/2026-017",
        "issued  defence.example/statements/2026-003",
        "issued  northern-command.example/notices/2026-004",
        "issued  northern-command.example/letters/2026-019",
        "disowned  northern-command.example/disowned/",
    ]);
}

#[test]
fn s9_in_force_then_and_known_then() {
    let at = |question: &str, time: &str| check_example("copies/letter.pdf", &[question, time]);
    for question in ["--as-of", "--in-force-at"] {
        at(question, "2026-01-06T15:00:00Z").exit(0).headline("THIS LETTER STANDS AS ISSUED");
        at(question, "2026-01-06T21:00:00Z").exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
        at(question, "2026-01-07").exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
    }
    // Nobody knew of the letter then; today it is known that nothing was in force.
    at("--as-of", "2026-01-06T12:00:00Z").exit(3).headline("NOT IN THIS RECORD");
    at("--in-force-at", "2026-01-06T12:00:00Z").exit(1).headline("THIS LETTER HAS NO WORD IN FORCE");
}
