//! What the command-line tests share: running the real binary ([`Outcome`]), a world of offices round one
//! record ([`World`]), a record with a clock of its own ([`stage::Stage`]), the committed example, and texts. No expectation of its own.

// Each test binary uses its part of this.
#![allow(dead_code, unused_imports)]

pub(crate) mod liar;
mod outcome;
mod report;
pub(crate) mod stage;
pub(crate) mod texts;
pub(crate) mod witness;
mod world;

use std::path::{Path, PathBuf};

pub(crate) use outcome::{Outcome, command, erratum, erratum_reading, outcome_of};
pub(crate) use report::Report;
pub(crate) use world::{Submitted, World};

/// The folder of the committed example. It is only read; a test that writes copies it first.
pub(crate) fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/northern-letter")
}

/// A file of the committed example.
pub(crate) fn example_file(path: &str) -> String {
    example().join(path).display().to_string()
}

/// A text of the committed example.
pub(crate) fn example_text(path: &str) -> String {
    let path = example().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Checks a copy of the committed example under the example's policy.
#[track_caller]
pub(crate) fn check_example(copy: &str, more: &[&str]) -> Outcome {
    let mut args = vec!["check", copy, "--policy", "policy.toml"];
    args.extend(more);
    erratum(&example(), &args)
}

/// A copy of the committed example's record, for a test that damages it.
pub(crate) fn copy_of_example_record(to: &Path) {
    copy_folder(&example().join("record"), to);
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
