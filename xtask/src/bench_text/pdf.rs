//! PDFs made from known text by the programs that make most of them, read by ours and by others.
//!
//! `benches/text/pdf/install` installs what makes them, `make.py` there makes them, once, and the crate `peers`
//! there, which is outside the workspace for the sake of what the peers bring, reads them and prints the tables.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Done;

/// What `make.py` runs, and the reader that is a process.
const PROGRAMS: &[&str] =
    &["chromium", "gs", "lualatex", "pdflatex", "pdftocairo", "pdftotext", "qpdf", "soffice", "xelatex"];

pub(super) fn run(root: &Path) -> Done {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let (here, folder) = (root.join("benches/text/pdf"), target.join("bench-text/pdf"));
    if !PROGRAMS.iter().all(|program| is_installed(program)) {
        succeed(&mut Command::new(here.join("install")))?;
    }
    if !folder.join("index.tsv").exists() {
        std::fs::create_dir_all(&folder)?;
        // Debian's own Python: it has the bindings of Pango and Cairo.
        let mut make = Command::new("/usr/bin/python3");
        succeed(make.arg(here.join("make.py")).arg(&folder).env("PYTHONDONTWRITEBYTECODE", "1"))?;
    }
    let mut bench = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    bench.args(["run", "--quiet", "--release", "--manifest-path"]).arg(here.join("peers/Cargo.toml"));
    bench.arg("--target-dir").arg(target.join("text-pdf")).arg("--").arg(&folder);
    succeed(&mut bench)
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn succeed(command: &mut Command) -> Done {
    let status =
        command.status().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed", command.get_program().display()).into())
    }
}
