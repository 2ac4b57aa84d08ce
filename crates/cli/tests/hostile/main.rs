//! Files made to harm: what is said of each, within ten seconds of a processor and 512 MiB for every process,
//! and that the good files beside them are read as if they were alone. The system itself bounds memory, and
//! processor time is counted by it, so that nothing here depends on how busy the machine is.

#[path = "../support/mod.rs"]
mod support;

mod makers;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use support::{Outcome, example_file, outcome_of};

/// Most memory of a process, in KiB.
const MEMORY: u32 = 512 << 10;
/// Most processor time that a file may take in all processes, in seconds: the limits, and what starting takes.
const SECONDS: f64 = 10.0;
/// What is said of every file, in the order of their names.
const SAID: &str = include_str!("said.txt");

/// Checks what is named, every process with 512 MiB; the outcome, and how much processor time all of them
/// took.
#[track_caller]
fn checked(folder: &Path, named: &str) -> (Outcome, f64) {
    let policy = example_file("policy.toml");
    let args = ["check", "--json", named, "--policy", &policy];
    let script =
        format!("ulimit -d {MEMORY} || exit 9; \"$0\" \"$@\"; status=$?; times >&2; exit $status");
    let mut command = support::command(folder, &[]);
    let erratum = command.get_program().to_owned();
    let mut shell = std::process::Command::new("sh");
    for (name, _) in command.get_envs() {
        shell.env_remove(name);
    }
    command = shell;
    command.args(["-c", &script]).arg(erratum).args(args).current_dir(folder).stdin(Stdio::null());
    let outcome = outcome_of(folder, &args, &mut command);
    let spent = outcome.stderr().lines().last().and_then(spent).expect("`times` ends what is said");
    (outcome, spent)
}

/// The seconds of a line of `times`: `1m2.500s 0m0.010s`.
fn spent(line: &str) -> Option<f64> {
    let seconds = line.split_whitespace().map(|time| {
        let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    });
    seconds.sum()
}

/// What is said of a file, one line for it or for each of its parts; what differs from run to run is left out.
fn said(file: &Value) -> String {
    let name = file["file"].as_str().unwrap_or_default().trim_start_matches("./");
    if let Some(why) = file["error"].as_str() {
        return format!("{name}\n    {}\n", visible(why));
    }
    let parts = file["verdict"]["parts"].as_array().expect("a verdict has parts");
    let mut lines: Vec<String> = parts.iter().map(part).collect();
    // Of many parts the first tell enough; how many there are depends on how well they were packed.
    if lines.len() > 16 {
        lines.splice(3.., ["    …".to_owned()]);
    }
    format!("{name}\n{}\n", lines.join("\n"))
}

fn part(part: &Value) -> String {
    let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let path: Vec<String> = part["path"].as_array().into_iter().flatten().map(words).collect();
    let path = if path.is_empty() { String::new() } else { format!("[{}] ", path.join(" / ")) };
    let outcome = &part["outcome"];
    let what = match outcome["kind"].as_str() {
        Some("unreadable") => words(&outcome["reason"]),
        Some("found") => words(&outcome["headline"]),
        Some(other) => other.to_owned(),
        None => "nothing".to_owned(),
    };
    let remarks: Vec<String> = part["remarks"].as_array().into_iter().flatten().map(words).collect();
    let remarks = if remarks.is_empty() { String::new() } else { format!(" ({})", remarks.join("; ")) };
    format!("    {}", visible(&format!("{path}{what}{remarks}")))
}

/// Characters that cannot be seen, as their numbers.
fn visible(text: &str) -> String {
    let shown = |c: char| {
        let hidden = c.is_control() || ('\u{200b}'..='\u{206f}').contains(&c);
        if hidden { c.escape_unicode().to_string() } else { c.to_string() }
    };
    text.chars().map(shown).collect()
}

/// Compares with what is committed, and says what differs.
#[track_caller]
fn is_as_committed(said: &str) {
    if said == SAID {
        return;
    }
    let entries = |text: &str| -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for line in text.lines() {
            match all.last_mut() {
                Some(last) if line.starts_with(' ') => *last += &format!("\n{line}"),
                _ => all.push(line.to_owned()),
            }
        }
        all
    };
    let (wanted, found) = (entries(SAID), entries(said));
    let missing: Vec<_> = wanted.iter().filter(|entry| !found.contains(entry)).collect();
    let new: Vec<_> = found.iter().filter(|entry| !wanted.contains(entry)).collect();
    panic!("said.txt differs\n\nexpected:\n{missing:#?}\n\nsaid:\n{new:#?}\n\nall of it:\n{said}");
}

/// Nothing of a folder's names was written anywhere, and nothing speaks of a panic.
#[track_caller]
fn is_harmless(outcome: &Outcome, folder: &Path) {
    for place in [Path::new("/tmp"), folder, folder.parent().unwrap_or(folder)] {
        assert!(!place.join("erratum-was-here.txt").exists(), "written into {}", place.display());
    }
    let all = format!("{}{}", outcome.stdout(), outcome.stderr());
    for word in ["panicked", "RUST_BACKTRACE", "unwrap", "root:x:0"] {
        assert!(!all.contains(word), "{word}\n{outcome}");
    }
}

#[test]
fn each_alone_says_what_it_is_within_ten_seconds_of_a_processor() {
    let folder = tempfile::tempdir().unwrap();
    let mut names: Vec<&str> = makers::all().map(|(name, _)| name).collect();
    assert!(names.len() >= 40);
    names.push(makers::SPARSE);
    names.sort_unstable();
    makers::write_all(folder.path()).unwrap();
    let (mut all, mut slow) = (String::new(), Vec::new());
    for name in names {
        let (outcome, seconds) = checked(folder.path(), name);
        is_harmless(&outcome, folder.path());
        let report = outcome.report();
        all += &said(report.at("/files/0"));
        println!("{seconds:6.2} s {name}");
        if seconds > SECONDS {
            slow.push(format!("{name}: {seconds} s"));
        }
    }
    assert!(slow.is_empty(), "longer than {SECONDS} seconds of a processor: {slow:?}");
    is_as_committed(&all);
}

#[test]
fn the_good_files_beside_them_are_read() {
    let folder = tempfile::tempdir().unwrap();
    makers::write_all(folder.path()).unwrap();
    // Between the others, in the order of names.
    let good = [
        ("aaa.pdf", "copies/final.pdf", "THIS LETTER STANDS AS ISSUED"),
        (
            "fake.pdf",
            "copies/letter-fake.pdf",
            "THIS LETTER IS DISOWNED: NOT THE TEXT OF ITS SUPPOSED ISSUER",
        ),
        ("letter.txt", "copies/letter-retyped.txt", "THIS LETTER WAS PUBLISHED IN ERROR"),
        ("zzz.pdf", "copies/letter.pdf", "THIS LETTER WAS PUBLISHED IN ERROR"),
    ];
    for (name, copy, _) in good {
        fs::copy(example_file(copy), folder.path().join(name)).unwrap();
    }
    let (outcome, _) = checked(folder.path(), ".");
    is_harmless(&outcome, folder.path());
    let report = outcome.report();
    let files = report.at("/files").as_array().unwrap();
    let name =
        |file: &Value| file["file"].as_str().unwrap_or_default().trim_start_matches("./").to_owned();
    let (ours, others): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| good.iter().any(|(good, ..)| name(file) == *good));
    let all: String = others.into_iter().map(said).collect();
    assert_eq!(ours.len(), good.len());
    for (file, (name, _, headline)) in ours.into_iter().zip(good) {
        assert_eq!(said(file), format!("{name}\n    {headline}\n"));
    }
    is_as_committed(&all);
    outcome.exit(2);
}
