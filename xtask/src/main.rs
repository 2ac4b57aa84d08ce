//! Chores of the project: `cargo xtask example | vectors | bench | heavy`; `bench` takes `slip`, `record
//! [SECONDS]` or `text [--pdf | --html]`.

mod bench;
mod bench_record;
mod bench_text;
mod corpus;
mod example;
mod heavy;
mod office;
mod opening_vectors;
mod vectors;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What every chore answers with: an error is one line for the person who ran it.
type Done = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let done = match *words {
        ["example"] => example::rebuild(&root().join("examples/northern-letter")),
        ["vectors"] => vectors::rebuild(&root()),
        ["bench"] => bench::bench(&root()),
        ["bench", "slip"] => bench::slip_alone(&root()),
        ["bench", "record"] => bench_record::bench_record(&root(), 3.0),
        ["bench", "record", seconds] => match seconds.parse() {
            Ok(seconds) => bench_record::bench_record(&root(), seconds),
            Err(_) => Err(format!("{seconds} is not a number of seconds").into()),
        },
        ["bench", "record-ours", ref words @ ..] => match bench_record::ours::Load::parse(words) {
            Some(load) => bench_record::ours::run(&load),
            None => Err("usage: --in-flight N --seconds S [--signing] --dir DIR".into()),
        },
        ["bench", "text", ref which @ ..] => bench_text::bench_text(&root(), which),
        ["heavy", ..] => heavy::heavy(&root(), arguments.get(1..).unwrap_or_default()),
        _ => {
            let bench = "bench [slip | record [SECONDS] | text [--pdf | --html]]";
            Err(format!("usage: cargo xtask example | vectors | {bench} | heavy").into())
        }
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
