//! `record run --witnesses` with a witness of the ecosystem, from the command line to what a reader is told.
//!
//! Needs the programs of `tests/interop`, as the tests of `erratum-remote` beside code that is not ours do:
//! `scripts/test` builds them and asks for these tests, which are ignored otherwise.

#[path = "../../../remote/tests/interop/litewitness.rs"]
mod litewitness;
#[path = "../../../remote/tests/interop/programs.rs"]
#[allow(dead_code)]
mod programs;
#[path = "../support/mod.rs"]
mod support;

use std::fs;

use litewitness::Litewitness;
use support::texts::letter;
use support::{Outcome, World, copy_folder};

const RUN: [&str; 8] = [
    "record",
    "run",
    "--record",
    "record",
    "--key",
    "operator/log.key",
    "--witnesses",
    "witnesses.policy",
];

/// A record whose log the witness cosigns, with a letter, and a reader's policy that asks for the witness.
fn witnessed(witness: &Litewitness) -> World {
    let world = World::with_command_and_ministry();
    let log_key = vkey(&world);
    witness.admit(&log_key);
    let policy =
        format!("log {log_key}\nwitness paper {} {}\nquorum paper\n", witness.vkey(), witness.url());
    fs::write(world.folder().join("witnesses.policy"), policy).unwrap();
    let policy = format!(
        "tlog-policy = \"witnesses.policy\"\n\n[[record]]\npath = \"record\"\nkey = \"{log_key}\"\n"
    );
    fs::write(world.folder().join("policy.toml"), policy).unwrap();
    world.issue("command.example", "letters/1", &letter());
    world
}

fn vkey(world: &World) -> String {
    let key = erratum::record::read_key_file(&world.folder().join("operator/log.key")).unwrap();
    key.verifier().to_string()
}

fn check(world: &World) -> Outcome {
    let file = world.file(letter());
    world.erratum(&["check", &file, "--policy", "policy.toml"])
}

fn verify(world: &World) -> Outcome {
    world
        .erratum(&["slip", "command.example/letters/1", "--record", "record", "--out", "letter.slip"])
        .done();
    world.erratum(&["verify", "letter.slip", "--policy", "policy.toml"])
}

/// How many lines of signatures the published checkpoint bears.
fn signatures(world: &World) -> usize {
    let checkpoint = fs::read_to_string(world.record().join("checkpoint")).unwrap();
    checkpoint.lines().filter(|line| line.starts_with("\u{2014} ")).count()
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn what_the_witness_cosigned_is_said_to_readers_and_what_it_did_not_is_too() {
    let witness = Litewitness::start("witness.example/one");
    let world = witnessed(&witness);
    let lacking = "Not seen by the witnesses that your policy asks for: ";
    check(&world).exit(1).says(lacking);
    verify(&world).exit(1).says(lacking);
    assert_eq!(signatures(&world), 1);

    world.erratum(&RUN).done().says("cosigned at ").says(" entries by paper\n");
    assert_eq!(signatures(&world), 2);
    check(&world).exit(0).says("Witnessed by ").says(", by paper.").never_says(lacking);
    verify(&world).exit(0).says("Witnessed by ").says(", by paper.");
    // The next epoch carries what the witness signed, and gets its own.
    world.mark("ministry.example", "command.example/letters/1", "held", "Under review");
    assert_eq!(signatures(&world), 1);
    world.erratum(&RUN).done().says("cosigned at ");
    assert_eq!(signatures(&world), 2);
    world.erratum(&["audit", "record"]).exit(0).headline("SOUND");

    // Without its witness the record goes on; readers are told.
    drop(witness);
    world.erratum(&RUN).done().says("witness paper: ").says("cosigned at ");
    assert_eq!(signatures(&world), 2);
    world.mark("ministry.example", "command.example/letters/1", "in-error", "A draft");
    world
        .erratum(&RUN)
        .done()
        .says("witness paper: ")
        .says("cosigned by nobody, which is not the quorum paper of the policy");
    check(&world).exit(1).says("PUBLISHED IN ERROR").says(lacking);
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_restored_backup_is_refused_before_it_can_fork_the_log() {
    let witness = Litewitness::start("witness.example/one");
    let world = witnessed(&witness);
    world.erratum(&RUN).done().says("cosigned at ");
    // Whole, as a careful operator makes it, and cosigned: nothing in it shows its age.
    for folder in ["record", "operator"] {
        copy_folder(&world.folder().join(folder), &world.folder().join("backup").join(folder));
    }
    world.mark("ministry.example", "command.example/letters/1", "held", "Under review");
    world.erratum(&RUN).done().says("cosigned at ");
    for folder in ["record", "operator"] {
        fs::remove_dir_all(world.folder().join(folder)).unwrap();
        copy_folder(&world.folder().join("backup").join(folder), &world.folder().join(folder));
    }
    let checkpoint = || fs::read(world.record().join("checkpoint")).unwrap();
    let before = checkpoint();
    world.desk_of_remote_office("late.example");
    world
        .erratum(&RUN)
        .exit(2)
        .complains("witness paper has seen ")
        .complains("a restored backup?")
        .complains("to append would fork the log");
    assert_eq!(checkpoint(), before);
}
