//! How the command ends and what programs read of it: exit statuses, the JSON report, pipes, help.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::support::texts::{letter, other_letter};
use crate::support::{World, check_example, command, erratum, erratum_reading, example, example_file};

/// Checks several copies of the example at once.
fn check_all(copies: &[&str]) -> crate::support::Outcome {
    let mut args = vec!["check"];
    args.extend(copies);
    args.extend(["--policy", "policy.toml"]);
    erratum(&example(), &args)
}

const GOOD: &str = "copies/final.pdf";
const NOT_GOOD: &str = "copies/letter.pdf";
const NOTHING: &str = "copies/unrelated.html";
const ERROR: &str = "copies/not-there.pdf";

#[test]
fn of_several_files_an_error_comes_before_a_bad_match_before_no_match_before_a_good_one() {
    check_all(&[GOOD]).exit(0);
    check_all(&[NOT_GOOD]).exit(1);
    check_all(&[NOTHING]).exit(3);
    check_all(&[ERROR]).refused("erratum: copies/not-there.pdf: No such file or directory");
    check_all(&[GOOD, "copies/news-shared-paragraphs.html"]).exit(0);
    check_all(&[GOOD, NOTHING]).exit(3);
    check_all(&[NOTHING, NOT_GOOD, GOOD]).exit(1);
    check_all(&[GOOD, ERROR, NOT_GOOD, NOTHING])
        .exit(2)
        .complains("copies/not-there.pdf")
        .says("THIS LETTER STANDS AS ISSUED")
        .says("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("NOT IN THIS RECORD");
    check_all(&["copies"]).exit(1);
}

/// A mail with this body and these attachments.
pub(crate) fn mail(body: &str, attachments: &[&str]) -> String {
    let mut mail =
        "From: a@newsroom.example\nTo: b@newsroom.example\nMessage-ID: <1@newsroom.example>\n\
                    MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n"
            .to_owned();
    mail += &format!("--b\nContent-Type: text/plain; charset=utf-8\n\n{body}\n");
    for (index, attachment) in attachments.iter().enumerate() {
        mail += &format!(
            "--b\nContent-Type: text/plain; charset=utf-8\n\
             Content-Disposition: attachment; filename=\"{index}.txt\"\n\n{attachment}\n"
        );
    }
    mail + "--b--\n"
}

#[test]
fn a_part_of_a_mail_without_a_match_takes_nothing_from_the_others() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world.issue("command.example", "letters/2", &other_letter());
    world.mark("command.example", "letters/2", "withdrawn", "Rained off");
    let body = "Please have a look at what is attached, and tell nobody where you have it from.";
    let check = |mail: String| {
        fs::write(world.folder().join("mail.eml"), mail).unwrap();
        world.erratum(&["check", "mail.eml", "--record", "record"])
    };
    let good = letter();
    let withdrawn = other_letter();
    check(mail(body, &[])).exit(3);
    check(mail(body, &[&good])).exit(0).says_in_order(&[
        "mail.eml: body\nNOT IN THIS RECORD",
        "mail.eml: attachment 0.txt\nTHIS LETTER STANDS AS ISSUED",
    ]);
    check(mail(body, &[&good, &withdrawn])).exit(1).says_in_order(&[
        "mail.eml: attachment 0.txt\nTHIS LETTER STANDS AS ISSUED",
        "mail.eml: attachment 1.txt\nTHIS LETTER WAS WITHDRAWN",
    ]);
    // What cannot be read comes before everything else, and the other parts are still told.
    check(mail(body, &[&good, "%PDF-1.7 and nothing more"])).exit(2).says_in_order(&[
        "mail.eml: attachment 0.txt\nTHIS LETTER STANDS AS ISSUED",
        "mail.eml: attachment 1.txt\nCANNOT BE READ   the PDF is damaged",
    ]);
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let letter = fs::read(example_file("copies/letter.pdf")).unwrap();
    let args = ["check", "-", "--policy", "policy.toml"];
    erratum_reading(&example(), &args, &letter).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
    erratum_reading(&example(), &args, b"").refused("erratum: -: the file is empty");
}

#[test]
fn the_policy_may_come_from_the_surroundings() {
    let mut checked = command(&example(), &["check", NOT_GOOD]);
    checked.env("ERRATUM_POLICY", "policy.toml").stdin(Stdio::null());
    crate::support::outcome_of(&example(), &["check", NOT_GOOD], &mut checked)
        .exit(1)
        .says("log key pinned by your policy");
}

#[track_caller]
fn keys(value: &Value, expected: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("expected an object: {value:#}"));
    let found: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    assert_eq!(found, expected.iter().copied().collect(), "in {value:#}");
}

#[test]
fn the_json_report_of_a_match_has_its_documented_fields() {
    let report = check_example("copies/news-doctored.html", &["--json"]).exit(1).no_complaint().report();
    keys(report.at(""), &["erratum", "files", "exit"]);
    assert_eq!(report.at("/erratum"), "check/v1");
    assert_eq!(report.at("/exit"), 1);
    keys(report.at("/files/0"), &["file", "verdict"]);
    assert_eq!(report.at("/files/0/file"), "copies/news-doctored.html");
    keys(report.at("/files/0/verdict/parts/0"), &["path", "media", "remarks", "sha256", "outcome"]);
    assert_eq!(report.at("/files/0/verdict/parts/0/media"), "text/html");
    keys(report.outcome(), &["kind", "headline", "good", "claims", "not-compared"]);
    assert_eq!(report.outcome()["kind"], "found");
    assert_eq!(report.outcome()["headline"], "QUOTES A LETTER PUBLISHED IN ERROR");
    assert_eq!(report.outcome()["good"], false);
    keys(&report.outcome()["claims"][0], &["headline", "good", "contested", "findings"]);
}

#[test]
fn the_json_report_of_a_finding_has_its_documented_fields() {
    let report = check_example("copies/news-doctored.html", &["--json"]).report();
    let finding = report.finding();
    keys(
        finding,
        &[
            "record",
            "trusted",
            "document",
            "names",
            "relation",
            "copy-coverage",
            "document-coverage",
            "paragraphs",
            "standing",
            "word",
            "word-of",
            "document-standing",
            "beside",
            "replacement",
            "passages",
            "comments",
            "notes",
            "more-notes",
            "spans",
            "differences",
            "minor",
            "own",
            "translation",
            "says-so",
            "stale",
            "proof",
        ],
    );
    let document = [
        "id",
        "name",
        "issuer",
        "title",
        "genre",
        "lang",
        "date",
        "logged",
        "entry",
        "copied-from",
        "attributed",
        "committed",
        "key-stolen",
        "withheld",
    ];
    keys(&finding["document"], &document);
    keys(&finding["replacement"], &["document", "standing"]);
    let word = [
        "id",
        "standing",
        "voice",
        "rank",
        "logged",
        "effective",
        "reason",
        "lang",
        "langs",
        "key-stolen",
        "passages",
        "entry",
        "copied-from",
        "withheld",
    ];
    keys(&finding["word"], &word);
    keys(&finding["beside"][0], &word);
    let remark = ["speaker", "rank", "text", "logged", "entry", "withheld"];
    keys(&finding["notes"][0], &remark);
    keys(&finding["comments"][0], &remark);
    keys(&finding["differences"][0], &["kind", "certain", "record", "copy", "places"]);
    keys(&finding["differences"][0]["copy"], &["words", "before", "after", "start", "end"]);
    keys(&finding["passages"][0], &["text", "standing", "from"]);
    keys(&finding["minor"], &["case", "punctuation", "hyphenation", "layout", "invisible", "lookalike"]);
    let proof =
        ["document-entry", "word-entry", "size", "last-logged", "epoch", "witnesses", "key-pinned"];
    keys(&finding["proof"], &proof);
    keys(&finding["proof"]["epoch"], &["entry", "logged", "covers"]);
    assert_eq!(finding["proof"]["epoch"]["covers"], true);
    assert_eq!(finding["standing"], "in-error");
    assert_eq!(finding["word"]["voice"], "defence.example");
    assert_eq!(finding["word"]["rank"], 1);
    assert_eq!(finding["word"]["logged"], "2026-01-06T21:14:40.000Z");
    assert_eq!(finding["paragraphs"]["carried"], 4);
    assert_eq!(finding["paragraphs"]["total"], 5);
}

#[test]
fn the_json_report_of_misses_and_errors_has_its_documented_fields() {
    let args = ["check", NOTHING, ERROR, "--policy", "policy.toml", "--json"];
    let report = erratum(&example(), &args).exit(2).no_complaint().report();
    assert_eq!(report.at("/exit"), 2);
    let outcome = report.outcome();
    keys(outcome, &["kind", "records", "phrases", "nearest", "reported"]);
    assert_eq!(outcome["kind"], "not-found");
    keys(&outcome["records"][0], &["record", "documents"]);
    assert_eq!(outcome["records"][0]["record"], "record.example");
    keys(report.at("/files/1"), &["file", "error"]);
    assert_eq!(report.at("/files/1/error"), "No such file or directory (os error 2)");
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    let world = World::new();
    world.office("command.example", None);
    world.issue("command.example", "letters/1", &letter());
    let copy = world.file(letter());
    let file = world.file(other_letter());
    for args in [
        &["check", &copy, "--record", "record"][..],
        &["check", &copy, "--record", "record", "--json"],
        &["history", "--record", "record"],
        &["history", "command.example/letters/1", "--record", "record"],
        &["slip", "command.example/letters/1", "--record", "record"],
        &["audit", "record"],
        &["--desk", "desks/command.example", "keys", "show"],
        &["--desk", "desks/command.example", "issue", &file, "--as", "letters/2"],
        &["check", "--help"],
    ] {
        let mut child = world
            .command(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "erratum {}: {stderr}", args.join(" "));
        assert_eq!(stderr, "", "erratum {}", args.join(" "));
    }
}

#[test]
fn every_command_has_help() {
    let folder = tempfile::tempdir().unwrap();
    let help = |path: &[&str]| {
        let args = [path, &["--help"]].concat();
        erratum(folder.path(), &args).exit(0).no_complaint()
    };
    let commands = [
        "check", "init", "record", "keys", "issue", "disown", "add", "mark", "note", "history", "slip",
        "verify", "audit",
    ];
    let top = help(&[]).says("The standing of a published document, for whoever holds a copy");
    commands.iter().fold(top, |top, command| top.says(&format!("\n  {command} ")));
    let paths = [
        "check",
        "init",
        "record",
        "record create",
        "record admit",
        "record run",
        "record rebuild",
        "keys",
        "keys show",
        "keys accept",
        "issue",
        "disown",
        "add",
        "mark",
        "note",
        "history",
        "slip",
        "verify",
        "audit",
    ];
    for path in paths {
        let words: Vec<&str> = path.split(' ').collect();
        let shown = help(&words).says(&format!("Usage: erratum {path}"));
        let first = shown.stdout().lines().next().unwrap_or_default();
        assert!(first.len() > 15 && !first.starts_with("Usage"), "no description\n{shown}");
    }
    help(&["check"]).says("Exit status: 0 every match is good, 1 some match is not, 3 nothing matched");
}

#[test]
fn what_is_asked_for_wrongly_is_refused_with_a_reason() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    let at = |args: &[&str]| world.at("command.example", args);
    at(&["mark", "letters/1", "in-error"]).refused("erratum: in-error needs a --reason");
    at(&["mark", "letters/1", "superseded", "--reason", "x"])
        .refused("erratum: superseded needs --replaced-by");
    at(&["mark", "letters/1", "held", "--reason", "x", "--replaced-by", "letters/1"])
        .refused("erratum: held takes no --replaced-by");
    at(&["mark", "letters/1", "wrong", "--reason", "x"]).refused(
        "standing \"wrong\": expected issued, corrected, superseded, held, withdrawn, in-error",
    );
    at(&["mark", "letters/1", "draft", "--reason", "x"]).refused("a draft is opened, not marked");
    at(&["mark", "letters/2", "held", "--reason", "x"])
        .refused("erratum: record.example holds no document letters/2");
    at(&["mark", "letters/1", "lift", "--reason", "x"])
        .refused("no warning or succession of command.example is in force");
    at(&["mark", "letters/1", "superseded", "--reason", "x", "--replaced-by", "letters/1"])
        .refused("command.example/letters/1 is itself replaced by this document");
    world
        .erratum(&["history", "--desk", "nowhere"])
        .refused("erratum: no record to ask; name one with --record DIR or in a policy");
    world.erratum(&["keys", "show", "--desk", "nowhere"]).refused("nowhere/desk.toml: ");
    world.erratum(&["check"]).exit(2).complains("Usage: erratum check");
}

#[test]
fn what_cannot_be_issued_is_refused_with_a_reason() {
    let world = World::with_command_and_ministry();
    let file = world.file(letter());
    let changed = world.file(letter().replace("ordering", "requesting"));
    let empty = world.file("");
    let issue = |args: &[&str]| {
        world.at(
            "command.example",
            &[&["issue"], args, &["--as", "letters/1", "--genre", "letter"]].concat(),
        )
    };
    issue(&[&file, &changed])
        .refused(&format!(
            "erratum: {changed}: it does not have the text of {file}: \"ordering\" against"
        ))
        .complains("a translation needs its own --lang");
    issue(&[&empty]).refused(&format!("erratum: {empty}: the file is empty"));
    issue(&["nowhere.txt"]).refused("erratum: nowhere.txt: No such file");
    issue(&[&file, "--replaces", "letters/7"]).refused("record.example holds no document letters/7");
    let at = |path: &str| world.at("command.example", &["issue", &file, "--as", path]).exit(2);
    at("../letters").complains("../letters");
    at("Letters/1").complains("Letters/1");
    world.check(&letter()).exit(3).headline("NOT IN THIS RECORD");
}

#[test]
fn what_is_there_is_not_made_anew() {
    let world = World::with_command_and_ministry();
    let create = ["record", "create", "record", "--origin", "record.example", "--key"];
    world.erratum(&[&create[..], &["operator/new.key"]].concat()).refused("record: not empty");
    let create =
        ["record", "create", "record-2", "--origin", "record.example", "--key", "operator/log.key"];
    world.erratum(&create).refused("this key has signed a log of ");
    let create =
        ["record", "create", "record-2", "--origin", "other.example", "--key", "operator/log.key"];
    world.erratum(&create).refused("operator/log.key: the key of record.example, not of other.example");
    world
        .at("command.example", &["init", "command.example", "--record", "record"])
        .refused("desks/command.example/desk.toml: there is a desk here already");
}
