//! Chores of the project: `cargo xtask example | vectors | bench`.

mod bench;
mod corpus;
mod example;
mod vectors;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What every chore answers with: an error is one line for the person who ran it.
type Done = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    let done = match command.as_deref() {
        Some("example") => example::rebuild(&root().join("examples/northern-letter")),
        Some("vectors") => vectors::rebuild(&root()),
        Some("bench") => bench::bench(&root()),
        _ => Err("usage: cargo xtask example | vectors | bench".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The project's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("")).to_owned()
}
