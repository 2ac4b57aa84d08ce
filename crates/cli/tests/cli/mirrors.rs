//! Copies of a real operator's record over HTTP: what `check` says of a copy is what it says of the record.

#[path = "../../../remote/tests/remote/server.rs"]
#[allow(dead_code)]
mod server;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::texts::{letter, other_letter};
use crate::support::{Outcome, World, copy_folder, erratum};
use server::Server;

/// A record with two letters, and an epoch with an index of both.
fn world() -> World {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world.issue("command.example", "letters/2", &other_letter());
    rebuild(&world);
    world
}

fn rebuild(world: &World) {
    world.erratum(&["record", "rebuild", "--record", "record"]).done();
    world.run().done();
}

fn mirror(world: &World, server: &Server) -> Outcome {
    world.erratum(&["mirror", &server.url, "copy"])
}

/// Everything that lies below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

fn named(folder: &Path, kind: &str) -> Vec<PathBuf> {
    let found = files(folder).into_iter();
    found.filter(|path| path.extension().is_some_and(|extension| extension == kind)).collect()
}

/// The copy gives the very answers that the record gives.
#[track_caller]
fn same_answers(world: &World, statuses: [i32; 2]) {
    for (text, status) in [letter(), other_letter()].into_iter().zip(statuses) {
        let file = world.file(text);
        let of = |record: &str| world.erratum(&["check", &file, "--record", record]).exit(status);
        assert_eq!(of("copy").stdout(), of("record").stdout());
    }
    world.erratum(&["audit", "copy"]).exit(0).headline("SOUND");
}

#[test]
fn a_copy_answers_as_its_record_does_through_epochs_and_withholding() {
    let world = world();
    let server = Server::of_folder(&world.record());
    mirror(&world, &server)
        .done()
        .says("mirrored record.example: ")
        .says("log key taken from the record");
    same_answers(&world, [0, 0]);
    for path in ["map/current", "match/manifest", "checkpoint"] {
        let [own, copied] = ["record", "copy"].map(|at| fs::read(world.folder().join(at).join(path)));
        assert_eq!(own.unwrap(), copied.unwrap(), "{path}");
    }
    mirror(&world, &server).done().says("record.example: nothing new at ");

    world.mark("ministry.example", "command.example/letters/1", "in-error", "A draft");
    mirror(&world, &server).done().says(" were there\n  log key as before\n");
    same_answers(&world, [1, 0]);

    let held = named(&world.folder().join("copy"), "segment");
    let words = ["record", "withhold", "command.example/letters/2", "--reason", "By order"];
    let place = ["--record", "record", "--key", "operator/log.key"];
    world.erratum(&[&words[..], &place].concat()).done();
    mirror(&world, &server).done();
    // The text is still known by its digest; what it said is not.
    same_answers(&world, [1, 0]);
    let secret = other_letter();
    for path in files(&world.folder().join("copy")) {
        let bytes = fs::read(&path).unwrap();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{}", path.display());
    }
    // The index that could still be asked for it is gone too.
    assert_eq!(held.len(), 1);
    assert!(!held[0].exists());
}

#[test]
fn a_copy_can_be_made_in_the_folder_where_one_stands() {
    let world = World::new();
    let server = Server::of_folder(&world.record());
    let here = world.folder().join("copies/here");
    fs::create_dir_all(&here).unwrap();
    erratum(&here, &["mirror", &server.url, "."]).done().says("mirrored record.example: ");
    assert!(world.folder().join("copies/here.lock").exists());
    assert!(!here.join(".lock").exists());
}

#[test]
fn a_false_word_under_a_true_checkpoint_gets_into_no_copy() {
    let world = world();
    world.mark("ministry.example", "command.example/letters/1", "in-error", "A draft");
    let server = Server::of_folder(&world.record());
    let layers = named(&world.record(), "layer");
    let tampered = |path: &Path, at: usize| {
        let mut bytes = fs::read(path).unwrap();
        let old = bytes.clone();
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
        let _ = fs::remove_dir_all(world.folder().join("copy"));
        mirror(&world, &server).exit(2).complains(&format!("{}: ", path.file_name().unwrap().display()));
        assert!(!world.folder().join("copy/checkpoint").exists());
        fs::write(path, old).unwrap();
    };
    let current = fs::read_to_string(world.record().join("map/current")).unwrap();
    for layer in
        layers.iter().filter(|path| current.contains(&*path.file_name().unwrap().to_string_lossy()))
    {
        tampered(layer, fs::metadata(layer).unwrap().len() as usize / 2);
    }
    mirror(&world, &server).done();
    same_answers(&world, [1, 0]);
}

#[test]
fn a_record_that_goes_back_is_refused_and_the_copy_stays() {
    let world = World::with_command_and_ministry();
    copy_folder(&world.record(), &world.folder().join("early"));
    world.issue("command.example", "letters/1", &letter());
    world.erratum(&["mirror", &Server::of_folder(&world.record()).url, "copy"]).done();
    let before = fs::read(world.folder().join("copy/checkpoint")).unwrap();
    world
        .erratum(&["mirror", &Server::of_folder(&world.folder().join("early")).url, "copy"])
        .exit(1)
        .headline("FALSE")
        .says("the log has gone back from ")
        .says("; both checkpoints are kept in ");
    assert_eq!(fs::read_dir(world.folder().join("copy.evidence")).unwrap().count(), 2);
    assert_eq!(fs::read(world.folder().join("copy/checkpoint")).unwrap(), before);
    let file = world.file(letter());
    world.erratum(&["check", &file, "--record", "copy"]).exit(0);
}
