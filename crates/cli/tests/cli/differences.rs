//! What `check` lists as changed, and what it counts as minor.

use crate::support::texts::{letter, other_letter, text};
use crate::support::{Outcome, Report, World};

/// The letter is issued, and somebody holds a copy in which one thing was put in the place of another.
fn doctored(changes: &[(&str, &str)]) -> (Outcome, Report) {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    let mut copy = letter();
    for (from, to) in changes {
        assert!(copy.contains(from), "{from}");
        copy = copy.replacen(from, to, 1);
    }
    let file = world.file(copy);
    let shown = world.erratum(&["check", &file, "--record", "record"]);
    let report = world.erratum(&["check", &file, "--record", "record", "--json"]).report();
    (shown, report)
}

/// The one change that was made must be the one that is listed, word for word.
#[track_caller]
fn listed(from: &str, to: &str, expected: &[(&str, &str, &str)]) {
    let (shown, report) = doctored(&[(from, to)]);
    let shown = shown.exit(1).headline("ALTERED COPY OF A LETTER THAT STANDS AS ISSUED");
    let shown = shown.says(" differ");
    let expected: Vec<_> = expected
        .iter()
        .map(|(kind, record, copy)| ((*kind).to_owned(), (*record).to_owned(), (*copy).to_owned()))
        .collect();
    assert_eq!(report.differences(), expected, "{from} → {to}\n{shown}");
    assert_eq!(report.relation(), "altered");
}

#[test]
fn two_words_altered_are_exactly_those_two() {
    let changes =
        [("decision ordering", "decision requesting"), ("fences and crops", "fences or crops")];
    let (shown, report) = doctored(&changes);
    shown
        .exit(1)
        .headline("ALTERED COPY OF A LETTER THAT STANDS AS ISSUED")
        .says("2 places differ:")
        .says("your decision ordering our departure")
        .says("your decision requesting our departure");
    let replaced = |a: &str, b: &str| ("replaced".to_owned(), a.to_owned(), b.to_owned());
    assert_eq!(report.differences(), [replaced("ordering", "requesting"), replaced("and", "or")]);
    assert_eq!(report.relation(), "altered");
    for kind in ["case", "punctuation", "hyphenation", "layout", "invisible", "lookalike"] {
        assert_eq!(report.minor(kind), 0, "{kind}");
    }
}

#[test]
fn a_sum_is_always_listed() {
    listed("$1.5 million", "$15 million", &[("replaced", "$1.5", "$15")]);
}

#[test]
fn a_sign_is_always_listed() {
    listed("below -5 degrees", "below 5 degrees", &[("replaced", "-5", "5")]);
}

#[test]
fn a_missing_not_is_always_listed() {
    listed("are not carried out", "are carried out", &[("left-out", "not", "")]);
}

#[test]
fn an_added_not_is_always_listed() {
    listed("stays open", "stays not open", &[("added", "", "not")]);
}

#[test]
fn a_date_is_always_listed() {
    listed("28 February 2026", "28 March 2026", &[("replaced", "February", "March")]);
    listed("28 February 2026", "26 February 2026", &[("replaced", "28", "26")]);
    listed("between 3 and 17", "between 3 and 18", &[("replaced", "17", "18")]);
}

#[test]
fn a_currency_is_always_listed() {
    listed("$1.5 million", "€1.5 million", &[("replaced", "$", "€")]);
}

/// A copy that differs in form only: recognised, the same text, with minor differences of this kind.
#[track_caller]
fn minor(kind: &str, change: impl Fn(&str) -> String) {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    let copy = change(&letter());
    assert_ne!(copy, letter(), "{kind}");
    let file = world.file(copy);
    let args = ["check", &file, "--record", "record"];
    let shown = world.erratum(&args).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    let shown = shown.says("This copy has the whole text; no word of it differs.").says("Minor: ");
    let report = world.erratum(&["check", &file, "--record", "record", "--json"]).report();
    assert_eq!(report.relation(), "same-text", "{shown}");
    assert_eq!(report.differences(), []);
    assert!(report.minor(kind) > 0, "no minor difference of kind {kind}\n{shown}");
}

/// Lines of some sixty letters.
fn wrapped(text: &str, eol: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_inclusive([' ', '\n']) {
        if column + word.len() > 60 && word.ends_with(' ') {
            out.push_str(eol);
            column = 0;
        }
        out.push_str(word);
        column = if word.ends_with('\n') { 0 } else { column + word.len() };
    }
    out
}

#[test]
fn line_breaks_are_minor() {
    minor("layout", |text| wrapped(text, "\n"));
    minor("layout", |text| wrapped(text, "\r\n"));
}

#[test]
fn hyphenation_at_the_end_of_a_line_is_minor() {
    minor("hyphenation", |text| {
        text.replace("departure", "depar-\nture").replace("residents", "resi-\ndents")
    });
}

#[test]
fn curly_quotes_and_other_punctuation_are_minor() {
    let with_quotes = |text: &str| text.replace("good order", "“good order”").replace("out, ", "out ");
    minor("punctuation", |text| with_quotes(text).replace("answer questions", "answer ‘questions’"));
}

#[test]
fn capitals_are_minor() {
    minor("case", |text| text.replace("The command", "THE COMMAND").replace("council", "Council"));
}

#[test]
fn no_break_spaces_are_minor() {
    minor("layout", |text| {
        text.replace("ring road", "ring\u{a0}road").replace("the gate", "the\u{202f}gate")
    });
}

#[test]
fn soft_hyphens_and_zero_width_characters_are_minor() {
    minor("invisible", |text| text.replace("departure", "depar\u{ad}ture"));
    minor("invisible", |text| {
        text.replace("residents", "resi\u{200b}dents").replace("flag", "\u{feff}flag")
    });
    minor("invisible", |text| {
        text.replace("Claims", "Cl\u{200d}aims").replace("weapons", "\u{2060}weapons")
    });
}

#[test]
fn look_alike_letters_are_minor() {
    // Cyrillic а, е, о and с.
    minor("lookalike", |text| {
        text.replace("decision", "de\u{441}ision")
            .replace("harbour", "h\u{430}rbour")
            .replace("road", "r\u{43e}ad")
    });
}

#[test]
fn all_of_it_together_is_minor() {
    minor("lookalike", |text| {
        let text = text.replace("decision", "de\u{441}ision").replace("departure", "depar\u{ad}ture");
        let text = text.replace("ring road", "ring\u{a0}road").replace("good order", "“Good Order”");
        wrapped(&text.replace("residents", "resi\u{200b}dents"), "\n")
    });
}

#[test]
fn a_change_among_minor_differences_is_still_found() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    let copy = wrapped(&letter().replace("ring road", "ring\u{a0}road"), "\n");
    let copy =
        copy.replace("ordering", "order\u{ad}ing").replace("$1.5", "$15").replace("gate", "g\u{430}te");
    let file = world.file(copy);
    let report = world.erratum(&["check", &file, "--record", "record", "--json"]).exit(1).report();
    assert_eq!(report.relation(), "altered");
    let one = ("replaced".to_owned(), "$1.5".to_owned(), "$15".to_owned());
    assert_eq!(report.differences(), [one]);
}

#[test]
fn two_letters_in_one_copy_are_two_findings() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world.issue("command.example", "letters/2", &other_letter());
    world.mark("command.example", "letters/2", "withdrawn", "Rained off");
    world
        .check(&text(&[letter().trim(), other_letter().trim()]))
        .exit(1)
        .says("command.example/letters/1")
        .says("command.example/letters/2")
        .says("Rained off")
        .never_says("differs:");
}

#[test]
fn a_sentence_pasted_from_another_letter_of_the_office_is_listed() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world.issue("command.example", "letters/2", &other_letter());
    let pasted = other_letter().split("\n\n").map(str::to_owned).max_by_key(String::len).unwrap();
    let own = letter().split("\n\n").map(str::to_owned).max_by_key(String::len).unwrap();
    let file = world.file(letter().replace(&own, &pasted));
    let args = ["check", &file, "--record", "record"];
    world
        .erratum(&args)
        .exit(1)
        .headline("ALTERED COPY OF A LETTER THAT STANDS AS ISSUED")
        .says(" differ");
    let report = world.erratum(&[&args[..], &["--json"]].concat()).report();
    assert!(!report.differences().is_empty());
    assert_eq!(report.outcome()["claims"][0]["good"], false);
}
