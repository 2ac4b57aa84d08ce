use std::os::unix::fs::PermissionsExt;

use erratum::record::{Blob, Statement, Submission, read_key_file, split_blobs};
use erratum_desk::{Open, SourceFile};

use crate::support::texts::*;
use crate::support::{World, erratum_reading};

const OFFICE: &str = "command.example";

/// A record in which the office has committed to its letter as a draft.
fn with_draft() -> World {
    let world = World::with_command_and_ministry();
    let file = world.file(letter());
    world.at(OFFICE, &["draft", &file]).done().says("committed to 1 draft: entry ");
    world
}

fn open(world: &World, copy: &str, more: &[&str]) -> crate::support::Outcome {
    let file = world.file(copy);
    let mut args = vec!["open", &file, "--genre", "letter", "--yes"];
    args.extend(more);
    world.at(OFFICE, &args)
}

#[test]
fn a_paragraph_that_leaked_opens_alone() {
    let world = with_draft();
    let leak = text(&[DEPARTURE]);
    world.check(&leak).exit(3).headline("NOT IN THIS RECORD");
    let opened = open(&world, &leak, &["--as", "drafts/departure"])
        .done()
        .says("The copy comes from the draft copy-1.txt, committed on ")
        .says("To open it publishes 1 of its 5 paragraphs, for good:")
        .says("opened command.example/drafts/departure: entry ")
        .says("the record proves that command.example held this by ");
    let document = opened.after("document ");
    world
        .check(&leak)
        .exit(1)
        .headline("THIS LETTER IS A DRAFT, NEVER ISSUED")
        .says("  A draft of command.example: committed on ")
        .never_says("issued,");
    // The rest of the draft is as private as before.
    world.check(&text(&[MONEY])).exit(3);
    world.check(&letter()).exit(1).headline("QUOTES A LETTER THAT IS A DRAFT");
    let report = world.check_with(&leak, &["--json"]).exit(1).report();
    let finding = &report.0["files"][0]["verdict"]["parts"][0]["outcome"]["claims"][0]["findings"][0];
    assert_eq!(finding["standing"], "draft");
    assert_eq!(finding["document"]["id"], document.as_str());
    let committed = &finding["document"]["committed"];
    assert!(committed["entry"].as_u64().unwrap() < finding["document"]["entry"].as_u64().unwrap());
    assert_eq!(committed["commitment"].as_str().unwrap().len(), 64);
    world
        .erratum(&["history", "command.example/drafts/departure", "--record", "record"])
        .done()
        .says_in_order(&["draft  command.example/drafts/departure", "committed to it", "draft, opened"]);
    world.erratum(&["audit", "record"]).done().says("SOUND");
    open(&world, &leak, &[])
        .refused("this is opened already, as command.example/drafts/departure at entry ");
}

#[test]
fn a_retyped_whole_opens_whole_and_what_was_changed_in_it_is_told() {
    let world = with_draft();
    let retyped = letter().replace('\n', " ").replace("$1.5 million", "$15 million");
    open(&world, &retyped, &[])
        .done()
        .says("It was changed on the way: what is published is the draft as it was committed to.")
        .says("To open it publishes 5 of its 5 paragraphs, for good:");
    world.check(&letter()).exit(1).headline("THIS LETTER IS A DRAFT, NEVER ISSUED");
    world.check(&retyped).exit(1).headline("ALTERED COPY OF A LETTER THAT IS A DRAFT").says("$15");
}

#[test]
fn nothing_is_opened_without_a_yes() {
    let world = with_draft();
    let file = world.file(text(&[COLD]));
    let args = ["--desk", "desks/command.example", "open", &file];
    erratum_reading(world.folder(), &args, b"n\n")
        .exit(2)
        .says("Publish this? [y/N]")
        .complains("nothing was opened; say y, or --yes, to publish this");
    erratum_reading(world.folder(), &args, b"").exit(2);
    world.check(&text(&[COLD])).exit(3);
    erratum_reading(world.folder(), &args, b"y\n").done().says("opened command.example/drafts/");
    world.check(&text(&[COLD])).exit(1).headline("THIS DOCUMENT IS A DRAFT, NEVER ISSUED");
}

#[test]
fn all_of_it_opens_on_request() {
    let world = with_draft();
    open(&world, &text(&[COLD]), &["--all", "--title", "First version"])
        .done()
        .says("publishes 5 of its 5");
    world
        .check(&text(&[MONEY]))
        .exit(1)
        .headline("EXCERPT OF A LETTER THAT IS A DRAFT")
        .says("\"First version\"");
}

#[test]
fn only_who_committed_can_open() {
    let world = with_draft();
    let copy = world.file(text(&[DEPARTURE]));
    world
        .at("ministry.example", &["open", &copy, "--yes"])
        .refused("it carries nothing of a draft that this desk committed to");
    // Whoever has the salts, and another name: the desk of the office, taken over by a stranger.
    let drafts = world.folder().join("desks/command.example/drafts");
    let stolen = world.folder().join("desks/ministry.example/drafts");
    crate::support::copy_folder(&drafts, &stolen);
    world
        .at("ministry.example", &["open", &copy, "--yes"])
        .refused("the record refused it: the commitment at entry ")
        .complains(" is one of command.example, and nobody else opens it");
    world.check(&text(&[DEPARTURE])).exit(3);
}

#[test]
fn who_says_what_of_an_opened_draft_leads() {
    let world = with_draft();
    open(&world, &letter(), &["--as", "drafts/1"]).done();
    world.tries_to_mark(OFFICE, "drafts/1", "draft", "no", &[]).refused("a draft is opened, not marked");
    world.mark("ministry.example", "command.example/drafts/1", "in-error", "Nobody signed this.");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("A draft of command.example: committed on ")
        .says("Beside it: draft, says command.example, the issuer");
    // What an office opened it does not disown.
    let file = world.file(letter());
    world
        .at(OFFICE, &["disown", &file, "--reason", "Not ours"])
        .refused("command.example opened this very text at entry ");
    world.mark("ministry.example", "command.example/drafts/1", "lift", "Clear now.");
    world.replace(OFFICE, "letters/final", &final_letter(), "drafts/1");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS SUPERSEDED")
        .says("Its place is taken by command.example/letters/final (issued).");
}

#[test]
fn an_opening_counts_from_its_commitment() {
    let world = with_draft();
    world.office("thief.example", None);
    world.issue("thief.example", "letters/1", &letter());
    world.check(&letter()).exit(0).says("thief.example/letters/1");
    open(&world, &letter(), &["--as", "drafts/1"]).done();
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER IS A DRAFT, NEVER ISSUED")
        .says_in_order(&["command.example/drafts/1", "thief.example also registered this text"]);
}

#[test]
fn a_slip_carries_the_commitment() {
    let world = with_draft();
    open(&world, &text(&[DEPARTURE]), &["--as", "drafts/1"]).done();
    world
        .erratum(&["slip", "command.example/drafts/1", "--record", "record", "--out", "draft.slip"])
        .done();
    let copy = world.file(text(&[DEPARTURE]));
    world
        .erratum(&["verify", "draft.slip", &copy])
        .exit(1)
        .headline("DRAFT")
        .says("A draft of command.example: committed on ")
        .says("its text opens the commitment.")
        .says("the same text as this document");
    let slip = std::fs::read_to_string(world.folder().join("draft.slip")).unwrap();
    assert!(slip.contains("erratum/v1 commitment\n") && slip.contains(" commitment "));
    // A slip without the entry of the commitment proves nothing.
    let start = slip.find("erratum/v1 commitment\n").unwrap();
    let entry = slip[..start].rfind("\nentry ").unwrap() + 1;
    let next = start + slip[start..].find("\nentry ").unwrap() + 1;
    let cut = format!("{}{}", &slip[..entry], &slip[next..]);
    let cut = world.file(cut);
    world.erratum(&["verify", &cut]).exit(1).says("this record holds no commitment ");
}

#[test]
fn a_schedule_says_nothing() {
    let world = World::with_command_and_ministry();
    let entries = |world: &World| world.opened().log().size();
    world.at(OFFICE, &["draft"]).done().says("committed to padding alone: entry ");
    let before = entries(&world);
    let (one, two) = (world.file(letter()), world.file(other_letter()));
    world.at(OFFICE, &["draft", "--later", &one, &two]).done().says("2 drafts wait for the next");
    assert_eq!(entries(&world), before);
    world.at(OFFICE, &["draft", "--list"]).done().says("copy-1.txt  5 paragraphs, waits");
    world.at(OFFICE, &["draft"]).done().says("committed to 2 drafts: entry ");
    world.at(OFFICE, &["draft"]).done().says("committed to padding alone: entry ");
    let list = world.at(OFFICE, &["draft", "--list"]).done();
    assert_eq!(list.stdout().matches("committed on ").count(), 2, "{list}");
    // Of the same size, whatever it holds; and nothing that came in with it.
    let record = world.opened();
    let mut sizes = Vec::new();
    for index in 0..entries(&world) {
        let entry = record.entry(index).unwrap().unwrap();
        if entry.statement.kind() == "commitment" {
            sizes.push((entry.bytes().len(), record.log().blobs(index).unwrap()));
        }
    }
    assert_eq!(sizes.len(), 3);
    assert!(sizes.iter().all(|size| *size == sizes[0] && size.1.is_none()));
}

#[test]
fn what_the_desk_keeps_is_its_owners_alone_and_goes_out_after_it_is_kept() {
    let world = World::new();
    world.remote_office(OFFICE);
    let file = world.file(letter());
    world.at(OFFICE, &["draft", &file]).done().says("committed to 1 draft: queued");
    let folder = world.folder().join("desks/command.example/drafts");
    let mut kept = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        kept += usize::from(path.is_file());
    }
    assert_eq!(kept, 1);
    let copy = world.file(text(&[COLD]));
    world.at(OFFICE, &["open", &copy, "--yes"]).refused("others wait for the record's operator");
    // Lost on the way: the next run hands it in again.
    let lost = world.waiting();
    assert!(lost.len() == 1 && lost[0].is("commitment"));
    world.intercept(&lost[0]);
    world.at(OFFICE, &["draft"]).done();
    assert_eq!(world.waiting().len(), 2);
    world.run().done();
    world.at(OFFICE, &["open", &copy, "--yes"]).done();
    world.run().done();
    world.check(&text(&[COLD])).exit(1).headline("THIS DOCUMENT IS A DRAFT, NEVER ISSUED");
}

#[test]
fn the_record_refuses_an_opening_that_does_not_open() {
    let world = with_draft();
    // The desk's own salts, changed: what it would publish is no leaf of its commitment.
    let folder = world.folder().join("desks/command.example/drafts");
    let kept = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let kept = kept.into_iter().find(|path| path.is_file()).unwrap();
    let text = std::fs::read_to_string(&kept).unwrap();
    std::fs::write(&kept, text.replace("leaves the harbour", "stays in the harbour")).unwrap();
    let copy = crate::support::texts::text(&[DEPARTURE]);
    open(&world, &copy, &[]).exit(2);
    world.check(&copy).exit(3);
}

#[test]
fn what_is_no_draft_is_refused() {
    let world = World::with_command_and_ministry();
    let empty = world.file("\n \n");
    world.at(OFFICE, &["draft", &empty]).refused("there is no text in it, only white space");
    let hidden = world.file("The convoy leaves \u{202e}at dawn.\n");
    world
        .at(OFFICE, &["draft", &hidden])
        .refused("U+202E may not stand in a published text; take it out");
    let long = world.file("One more line of it.\n\n".repeat(4097));
    world
        .at(OFFICE, &["draft", &long])
        .refused("it has 4097 paragraphs, and a commitment holds 4096; divide it into several files");
    world.at(OFFICE, &["draft", "--later"]).exit(2);
    let full = world.file("One more line of it.\n\n".repeat(4000));
    let more = world.file("Another line of it.\n\n".repeat(97));
    world
        .at(OFFICE, &["draft", &full, &more])
        .done()
        .says("committed to 1 draft: entry ")
        .says("1 draft waits: this commitment is full");
    world.at(OFFICE, &["draft"]).done().says("committed to 1 draft: entry ");
}

#[test]
fn a_dishonest_office_and_operator_do_not_open_what_was_never_committed_to() {
    let world = with_draft();
    let record = world.opened();
    let mut desk = world.desk(OFFICE);
    let bytes = text(&[DEPARTURE]).into_bytes();
    let copy = SourceFile::read("leak.txt".into(), bytes, "en".parse().unwrap());
    let leak = desk.find_leak(&record, &copy).unwrap();
    let genre = "letter".parse().unwrap();
    let open = Open { path: Some("drafts/1".to_owned()), title: None, date: None, genre };
    let opened = desk.open_draft(&record, &leak, &open).unwrap().submissions.remove(0);
    // Another text, with the proof of the one that was committed to.
    let statement = Statement::parse(opened.note.text()).unwrap();
    let blobs = split_blobs(&statement, &opened.blobs).unwrap();
    let other = Blob::new([7; 32], SURRENDER.as_bytes().to_vec());
    let forms = erratum::forms_of(SURRENDER);
    let lines = opened.note.text().lines().map(|line| match line.split(' ').next().unwrap() {
        "search" => format!("search {}\n", forms.search),
        "comparison" => format!("comparison {}\n", forms.comparison),
        "text" => format!("text {}\n", other.reference()),
        _ => format!("{line}\n"),
    });
    let key = world.folder().join("desks/command.example/keys/press.key");
    let note = read_key_file(&key).unwrap().sign(&lines.collect::<String>()).unwrap();
    let blobs = [blobs[0].stored(), other.stored(), blobs[2].stored()].concat();
    let lie = Submission { note, blobs };
    let why = "its text does not have paragraph 1 as its proof says, or more behind it";
    let refused = desk.hand_in(std::slice::from_ref(&lie)).unwrap_err().to_string();
    assert_eq!(refused, format!("the record refused it: {why}"));
    let entry = world.log_unjudged(&lie);
    let why = format!("entry {entry}: {why}");
    world.check(&text(&[SURRENDER])).exit(2).complains(&why);
    world.erratum(&["audit", "record"]).exit(1).says("NOT SOUND").says(&why);
}
