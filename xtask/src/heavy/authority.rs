//! `cargo xtask heavy authority [HISTORIES]`: the forward pass and the standing rule against the naive
//! ones, over many more random histories than the tests take. The comparison itself is in
//! `crates/record/tests/authority`.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::Done;

/// So many histories, unless told otherwise.
const HISTORIES: u64 = 100_000;

/// Runs the trial and writes `docs/heavy/authority.md`.
pub(super) fn trial(root: &Path, arguments: &[String]) -> Done {
    let histories: u64 = arguments.first().map_or(Ok(HISTORIES), |count| count.parse())?;
    let begun = Instant::now();
    let output = Command::new(env!("CARGO"))
        .args(["test", "--release", "--package", "erratum-record", "--test", "authority"])
        .args(["many_histories", "--", "--ignored", "--nocapture"])
        .env("ERRATUM_HISTORIES", histories.to_string())
        .current_dir(root)
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        print!("{said}{}", String::from_utf8_lossy(&output.stderr));
        return Err("the histories give different answers".into());
    }
    let seconds = begun.elapsed().as_secs();
    let page = page(histories, seconds, &said);
    std::fs::write(root.join("docs/heavy/authority.md"), page)?;
    println!("{histories} histories, no difference, {seconds} s: docs/heavy/authority.md");
    Ok(())
}

/// The page: what was compared, and how often each act and each refusal was reached.
fn page(histories: u64, seconds: u64, said: &str) -> String {
    let mut page = format!(
        "# The rule and a naive one over {histories} random histories\n\n\
         Written by `cargo xtask heavy authority`, which took {seconds} s. Compared after every entry and \
         at every as-of point: which entries are void; of every name its keys in force, usable and pending, \
         its tenure and its superiors; of every document whether it is void, its words in force with their \
         labels, the one that leads, and what has become a note. Every fourth history was saved as an \
         epoch's map and opened again between any two entries. No answer differed.\n\n\
         | reached | times |\n| --- | --- |\n"
    );
    for line in said.lines() {
        let counted = line.trim_start().split_once(' ');
        if let Some((count, what)) = counted
            && count.parse::<u64>().is_ok()
            && line.starts_with(' ')
        {
            page += &format!("| {what} | {count} |\n");
        }
    }
    page
}
