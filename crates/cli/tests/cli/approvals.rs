//! Acts that take two signatures: pending, read, signed on another desk, handed in; and every refusal.

use std::fs;

use crate::support::{World, texts};
use texts::letter;

const NAME: &str = "command.example";
const LETTER: &str = "command.example/letters/1";

/// An office of three desks, `a`, `b` and `c`: `in-error` and `keys` take two signatures, all else one.
fn three_officers() -> World {
    let world = World::new();
    let join = |desk: &str| {
        let args = [
            "init",
            NAME,
            "--record",
            "record",
            "--log-key",
            "operator/log.key",
            "--join",
            "--label",
            desk,
        ];
        world.at(desk, &args).done().after("its key is ")
    };
    let (b, c) = (join("b"), join("c"));
    let args = [
        "init",
        NAME,
        "--record",
        "record",
        "--log-key",
        "operator/log.key",
        "--label",
        "a",
        "--add",
        &b,
        "--add",
        &c,
        "--rule",
        "in-error=2",
        "--rule",
        "keys=2",
    ];
    let made = world.at("a", &args).done();
    let key = made.after("its key is ");
    let pending = made
        .says("keys: NOT YET SAID, it has 1 of 2 signatures")
        .after("hand this file to another who signs: ");
    world.at("b", &["approve", &pending, "--yes"]).done().says("signed by command.example/b");
    world.admit(NAME, &key).done();
    world.issue("a", "letters/1", &letter());
    world
}

fn in_error(world: &World) -> String {
    let args = ["mark", LETTER, "in-error", "--reason", "Preliminary draft, sent by mistake"];
    world
        .at("a", &args)
        .done()
        .says("in-error command.example/letters/1: NOT YET SAID, it has 1 of 2 signatures")
        .says("signed by command.example/a")
        .after("hand this file to another who signs: ")
}

#[test]
fn two_officers_on_two_desks_say_that_it_was_an_error() {
    let world = three_officers();
    world
        .at("a", &["mark", LETTER, "held", "--reason", "Under review"])
        .done()
        .says("held command.example/letters/1: entry ");
    world.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
    let file = in_error(&world);
    world.check(&letter()).headline("THIS LETTER IS ON HOLD: DO NOT USE");
    world.at("a", &["approve"]).done().says_in_order(&[
        "command.example says in-error of command.example/letters/1",
        "1 of 2 signatures: command.example/a",
    ]);
    world.at("b", &["approve"]).done().says("nothing waits for signatures");
    world.at("b", &["approve", &file, "--yes"]).done().says_in_order(&[
        "command.example says in-error of command.example/letters/1",
        "reason: Preliminary draft, sent by mistake",
        "in the record record.example",
        "1 of 2 signatures: command.example/a",
        "signed by command.example/b",
        "handed in: entry ",
    ]);
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
    world.at("a", &["approve", &file]).done().says("it is logged already: entry ");
    world.at("a", &["approve"]).done().says("nothing waits for signatures");
}

#[test]
fn nothing_is_signed_without_a_clear_yes() {
    let world = three_officers();
    let file = in_error(&world);
    let before = fs::read_to_string(world.folder().join(&file)).unwrap();
    for answer in ["", "y\n", "no\n", "YES\n"] {
        let args = ["--desk", "desks/b", "approve", &file];
        crate::support::erratum_reading(world.folder(), &args, answer.as_bytes())
            .exit(1)
            .says("not signed");
    }
    assert_eq!(fs::read_to_string(world.folder().join(&file)).unwrap(), before);
    let args = ["--desk", "desks/b", "approve", &file];
    crate::support::erratum_reading(world.folder(), &args, b"yes\n").done().says("handed in: entry ");
}

#[test]
fn a_second_signature_of_the_same_desk_is_none() {
    let world = three_officers();
    let file = in_error(&world);
    world
        .at("a", &["approve", &file, "--yes"])
        .done()
        .says("no key of this desk can add a signature")
        .says("handed in: NOT YET SAID, it has 1 of 2 signatures");
}

#[test]
fn what_does_not_fit_is_not_even_shown() {
    let world = three_officers();
    let file = waiting_text(&world);
    let refused = |text: String, why: &str| {
        let changed = world.file(&text);
        world
            .at("b", &["approve", &changed, "--yes"])
            .refused(&format!("{changed}: not a pending act: line {why}"));
    };
    refused(
        file.replace("sent by mistake", "sent on purpose"),
        "16: the blob \"reason\": does not match the digest in its statement",
    );
    refused(
        file.replacen("erratum/v1 pending 1", "erratum/v1 pending 2", 1),
        "16: expected statement and its number of lines",
    );
    refused("hello\n".to_owned(), "1: expected erratum/v1 pending and the number of statements");
    let forged = world.file(file.replacen("word in-error", "word withdrawn", 1));
    world
        .at("b", &["approve", &forged, "--yes"])
        .refused("the signature of command.example/a does not verify");
    world
        .at("b", &["approve", "deadbeef"])
        .refused("no file deadbeef, and no such act waits in this desk");
}

fn waiting_text(world: &World) -> String {
    let file = in_error(world);
    fs::read_to_string(world.folder().join(file)).unwrap()
}

#[test]
fn an_act_of_another_office_is_refused() {
    let world = three_officers();
    let file = in_error(&world);
    world.office("other.example", None);
    world
        .at("other.example", &["approve", &file, "--yes"])
        .refused("the act is one of command.example, not of other.example");
}

#[test]
fn an_act_that_went_stale_says_what_to_do() {
    let world = three_officers();
    let args = ["mark", LETTER, "in-error", "--reason", "Sent by mistake"];
    let file = world.at("a", &args).done().after("hand this file to another who signs: ");
    world.at("b", &["approve", &file, "--yes"]).done();
    let lift = ["mark", LETTER, "lift", "--reason", "It stands"];
    let file = world
        .at("a", &lift)
        .done()
        .says("it has 1 of 2 signatures")
        .after("hand this file to another who signs: ");
    world.at("c", &["mark", LETTER, "held", "--reason", "Wait"]).done();
    world
        .at("b", &["approve", &file, "--yes"])
        .refused("command.example has said another word on command.example/letters/1 since this act was made (entry ");
}

#[test]
fn signatures_of_two_files_of_one_act_come_together() {
    let world = three_officers();
    let file = in_error(&world);
    // Handed on as a file of its own, by mail that changes the ends of lines.
    world.at("a", &["approve", &file, "--out", "by-mail.pending"]).done().says("wrote by-mail.pending");
    let mailed = world.folder().join("by-mail.pending");
    let text = fs::read_to_string(&mailed).unwrap().replace('\n', "\r\n");
    fs::write(&mailed, text).unwrap();
    world.at("c", &["approve", "by-mail.pending", "--yes"]).done().says("handed in: entry ");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
}
