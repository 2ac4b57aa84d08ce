//! `cargo xtask heavy fuzz [SECONDS]`: every fuzz target for ten minutes, with the libraries below reporting
//! what is reached in them too. What runs them is `scripts/fuzz`; what each found is read from its log.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Done;

/// So long runs each target, unless told otherwise.
const SECONDS: u64 = 600;

/// Runs the trial and writes `docs/heavy/fuzz.md`, also where a target failed: then the trial fails after it.
pub(super) fn trial(root: &Path, arguments: &[String]) -> Done {
    let seconds: u64 = arguments.first().map_or(Ok(SECONDS), |seconds| seconds.parse())?;
    let status = Command::new(root.join("scripts/fuzz"))
        .args(["--libraries", &seconds.to_string()])
        .current_dir(root)
        .status()?;
    let logs = target(root).join("fuzz/log");
    let mut rows = Vec::new();
    for name in targets(root)? {
        let log = std::fs::read(logs.join(&name))
            .map_err(|error| format!("the target {name} was not run: {error}"))?;
        rows.push(row(&name, &String::from_utf8_lossy(&log)));
    }
    std::fs::write(root.join("docs/heavy/fuzz.md"), page(seconds, &rows))?;
    println!("{} targets, {seconds} s each: docs/heavy/fuzz.md", rows.len());
    if status.success() { Ok(()) } else { Err("a target failed".into()) }
}

/// Where `scripts/fuzz` writes to.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// The names of all targets, sorted.
fn targets(root: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut names = Vec::new();
    for file in std::fs::read_dir(root.join("fuzz/fuzz_targets"))? {
        names.extend(file?.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort_unstable();
    Ok(names)
}

/// A line of the table, from what libFuzzer said.
fn row(name: &str, log: &str) -> String {
    let statistic = |name: &str| {
        let found = log.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name));
        found.map_or("?", |value| value.trim_start_matches(':').trim())
    };
    let progress = log.lines().rfind(|line| line.contains(" cov: ")).unwrap_or_default();
    let reached = |name: &str| {
        let mut words = progress.split_whitespace().skip_while(|word| *word != name);
        words.nth(1).unwrap_or("?")
    };
    let inputs = reached("corp:").split('/').next().unwrap_or("?");
    let found = log.lines().filter_map(|line| line.split("Test unit written to ").nth(1));
    let found: Vec<_> = found.filter_map(|path| path.rsplit('/').next()).collect();
    let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
    format!(
        "| {name} | {} | {} | {} | {} | {inputs} | {} | {found} |\n",
        statistic("number_of_executed_units"),
        statistic("average_exec_per_sec"),
        reached("cov:"),
        reached("ft:"),
        statistic("peak_rss_mb"),
    )
}

fn page(seconds: u64, rows: &[String]) -> String {
    format!(
        "# Every fuzz target for {seconds} s\n\n\
         Written by `cargo xtask heavy fuzz`. Each target in `fuzz/fuzz_targets/` began with its seeds in \
         `fuzz/seeds/` and whatever earlier runs on the machine had kept. Edges and features are libFuzzer's, \
         of our crates and all libraries below them. A find is a panic of our own code, one of a library that \
         no worker catches, 10 seconds for one input, or 1 GiB of memory.\n\n\
         | target | inputs run | a second | edges | features | inputs kept | most memory, MB | finds |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n{}",
        rows.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_becomes_a_line() {
        let log = "#2\tINITED cov: 10 ft: 11 corp: 1/5b exec/s: 0 rss: 40Mb\n\
                   #90\tDONE   cov: 1234 ft: 2345 corp: 12/3Kb lim: 21 exec/s: 45 rss: 50Mb\n\
                   stat::number_of_executed_units: 90\nstat::average_exec_per_sec:     45\n\
                   stat::peak_rss_mb:              50\n";
        assert_eq!(row("html", log), "| html | 90 | 45 | 1234 | 2345 | 12 | 50 | none |\n");
        let crashed =
            format!("{log}artifact_prefix='x'; Test unit written to /t/fuzz/found/html-crash-1f\n");
        assert!(row("html", &crashed).ends_with("| html-crash-1f |\n"));
    }
}
