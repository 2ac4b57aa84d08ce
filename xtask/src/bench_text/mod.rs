//! `cargo xtask bench text`: how well text is read out of files, against peers on the same files.

mod html;
mod pdf;

use std::path::Path;

use crate::Done;

/// Prints the tables, or one of them.
pub(crate) fn bench_text(root: &Path, which: &[&str]) -> Done {
    match which {
        [] => pdf::run(root).and_then(|()| html::run(root)),
        ["--pdf"] => pdf::run(root),
        ["--html"] => html::run(root),
        _ => Err("usage: cargo xtask bench text [--pdf | --html]".into()),
    }
}
