//! Text from outside that would steer a terminal, turn words round or run as a script: refused where it
//! would be published, and inert where it is shown.

use std::fs;
use std::process::Stdio;

use crate::support::texts::{letter, other_letter};
use crate::support::{Outcome, World, outcome_of};

/// Clears the screen, sets the title, and starts a C1 sequence.
const ESCAPES: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m";
/// Turns what follows round.
const BIDI: &str = "\u{202e}\u{2066}";
const SCRIPT: &str = "<script>alert(1)</script>";

/// Runs the command as if for a terminal that takes colours.
#[track_caller]
fn on_a_terminal(world: &World, args: &[&str]) -> Outcome {
    let mut command = world.command(args);
    command.env("CLICOLOR_FORCE", "1").env("TERM", "xterm-256color").stdin(Stdio::null());
    outcome_of(world.folder(), args, &mut command)
}

/// Nothing but the command's own colours may reach a terminal.
#[track_caller]
fn is_inert(outcome: &Outcome) {
    for output in [outcome.stdout(), outcome.stderr()] {
        let mut rest = output;
        while let Some(at) = rest.find('\u{1b}') {
            rest = &rest[at..];
            let end = rest.find('m').map_or(rest.len(), |end| end + 1);
            let (sequence, after) = rest.split_at(end);
            let is_colour = sequence.starts_with("\u{1b}[")
                && sequence[2..].chars().all(|c| c.is_ascii_digit() || c == ';' || c == 'm');
            assert!(is_colour, "an escape sequence got through: {sequence:?}\n{outcome}");
            rest = after;
        }
        let unfit = |c: char| {
            c.is_control() && !matches!(c, '\n' | '\u{1b}')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let found = output.chars().find(|c| unfit(*c));
        assert_eq!(found, None, "a character that steers got through\n{outcome:#}");
    }
}

fn issued() -> World {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world
}

#[test]
fn what_would_steer_a_terminal_is_not_published() {
    let world = issued();
    let file = world.file(other_letter());
    for (bad, named) in [(ESCAPES, "U+001B"), (BIDI, "U+202E")] {
        let why = format!("{named} may not stand in a published text; take it out");
        let args = ["issue", &file, "--as", "letters/2", "--title", bad];
        world.at("command.example", &args).refused(&why);
        world.tries_to_mark("command.example", "letters/1", "held", bad, &[]).refused(&why);
        world.at("command.example", &["note", "letters/1", bad]).refused(&why);
        let args = ["disown", &file, "--reason", bad];
        world.at("command.example", &args).refused(&why);
    }
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn a_script_in_a_title_and_a_reason_is_only_text() {
    let world = issued();
    let args = ["--title", SCRIPT];
    world.tries_to_issue("command.example", "letters/2", &other_letter(), &args).done();
    world.mark("command.example", "letters/2", "withdrawn", SCRIPT);
    let shown = world.check(&other_letter()).exit(1).headline("THIS LETTER WAS WITHDRAWN");
    let shown = shown.says(&format!("\"{SCRIPT}\""));
    is_inert(&shown);
}

#[test]
fn a_name_is_a_plain_domain_name_or_nothing() {
    let world = World::new();
    for name in
        ["evil\u{1b}[2J.example", "north\u{202e}.example", "<script>.example", "n\u{43e}rth.example"]
    {
        world
            .at("desk", &["init", name, "--record", "record"])
            .exit(2)
            .complains("expected a DNS name in lower-case ASCII");
    }
}

#[test]
fn a_copy_cannot_steer_the_terminal_of_its_reader() {
    let world = issued();
    for bad in [ESCAPES, BIDI, SCRIPT] {
        // Among the words, in the place of words, and all by itself.
        let copies = [
            letter().replace("decision ordering", &format!("decision {bad} {bad}requesting")),
            letter().replace("good order", bad),
            format!("{bad} nobody registered this {bad}"),
        ];
        for copy in copies {
            let file = world.file(copy);
            is_inert(&on_a_terminal(&world, &["check", &file, "--record", "record"]));
        }
    }
    let copy = letter().replace("decision ordering", &format!("decision {ESCAPES}requesting"));
    let file = world.file(copy);
    on_a_terminal(&world, &["check", &file, "--record", "record"]).exit(1).says("requesting");
}

#[test]
fn a_files_name_and_a_mails_attachment_cannot_steer_either() {
    let world = issued();
    let name = format!("letter{ESCAPES}{BIDI}.txt");
    fs::write(world.folder().join(&name), letter()).unwrap();
    let empty = format!("empty{ESCAPES}{BIDI}.txt");
    fs::write(world.folder().join(&empty), "").unwrap();
    let mail = format!(
        "From: a@newsroom.example\nTo: b@newsroom.example\nMessage-ID: <1@newsroom.example>\n\
         Subject: {ESCAPES}{BIDI}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain; charset=utf-8\n\nSee the attachment.\n\
         --b\nContent-Type: text/plain; charset=utf-8\n\
         Content-Disposition: attachment; filename=\"a{ESCAPES}{BIDI}.txt\"\n\n{}\n--b--\n",
        letter()
    );
    fs::write(world.folder().join("mail.eml"), mail).unwrap();
    for files in [&[name.as_str(), "mail.eml"][..], &["mail.eml"], &[&empty]] {
        let args = [&["check"], files, &["--record", "record"]].concat();
        is_inert(&on_a_terminal(&world, &args));
    }
}
