//! One run of the command: what it was, what came out, and what a test expects of it. A failing
//! expectation prints command, folder, status and both outputs.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::Report;

/// What a run of the command gave.
pub(crate) struct Outcome {
    command: String,
    folder: PathBuf,
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

/// The command in a folder, without desk or policy from the surroundings.
pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_erratum"));
    command.current_dir(folder).args(args);
    for name in [
        "ERRATUM_DESK",
        "ERRATUM_POLICY",
        "ERRATUM_PASSPHRASE_FILE",
        "SSH_AUTH_SOCK",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "NO_COLOR",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs the command in a folder.
#[track_caller]
pub(crate) fn erratum(folder: &Path, args: &[&str]) -> Outcome {
    outcome_of(folder, args, command(folder, args).stdin(Stdio::null()))
}

/// Runs the command in a folder with something on its standard input.
#[track_caller]
pub(crate) fn erratum_reading(folder: &Path, args: &[&str], input: &[u8]) -> Outcome {
    let mut child = command(folder, args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().unwrap().write_all(input).expect("the command reads");
    Outcome::new(folder, args, &child.wait_with_output().expect("the command ends"))
}

/// Runs a prepared command; `args` are what a failure shows.
#[track_caller]
pub(crate) fn outcome_of(folder: &Path, args: &[&str], prepared: &mut Command) -> Outcome {
    Outcome::new(folder, args, &prepared.output().expect("the command starts"))
}

impl Outcome {
    fn new(folder: &Path, args: &[&str], output: &Output) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let outcome = Self {
            command: format!("erratum {}", args.join(" ")),
            folder: folder.to_owned(),
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr,
        };
        assert!(!outcome.stderr.contains("panicked"), "a panic\n{outcome}");
        outcome
    }

    /// What went to standard output.
    pub(crate) fn stdout(&self) -> &str {
        &self.stdout
    }

    /// What went to standard error.
    pub(crate) fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Expects this exit status.
    #[track_caller]
    pub(crate) fn exit(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "expected exit status {status}\n{self}");
        self
    }

    /// Expects the command to have done what it was asked.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.exit(0)
    }

    /// Expects a refusal: exit status 2 and one line that says why.
    #[track_caller]
    pub(crate) fn refused(self, why: &str) -> Self {
        let outcome = self.exit(2).complains(why);
        assert_eq!(outcome.stderr.lines().count(), 1, "expected one line of complaint\n{outcome}");
        outcome
    }

    /// Expects the verdict to begin with this headline, whole.
    #[track_caller]
    pub(crate) fn headline(self, headline: &str) -> Self {
        let first = self.stdout.lines().next().unwrap_or_default();
        let found = first.split("   ").next().unwrap_or_default();
        assert_eq!(found, headline, "expected another headline\n{self}");
        self
    }

    /// Expects these words on standard output.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.stdout.contains(words), "expected on stdout: {words}\n{self}");
        self
    }

    /// Expects that these words are not on standard output.
    #[track_caller]
    pub(crate) fn never_says(self, words: &str) -> Self {
        assert!(!self.stdout.contains(words), "not expected on stdout: {words}\n{self}");
        self
    }

    /// Expects these words on standard output, in this order.
    #[track_caller]
    pub(crate) fn says_in_order(self, all: &[&str]) -> Self {
        let mut rest = self.stdout.as_str();
        for words in all {
            let at = rest.find(words);
            assert!(at.is_some(), "expected on stdout, in order: {words}\n{self}");
            rest = &rest[at.unwrap_or_default() + words.len()..];
        }
        self
    }

    /// Expects exactly this on standard output, with what differs from run to run replaced: a time by
    /// `<time>`, an entry's number by `<n>`, an id by `<id>`.
    #[track_caller]
    pub(crate) fn shows(self, screen: &str) -> Self {
        let shown = without_chance(&self.stdout);
        assert_eq!(shown.trim_end(), screen.trim(), "expected another screen\n{self}");
        self
    }

    /// Expects these words on standard error.
    #[track_caller]
    pub(crate) fn complains(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "expected on stderr: {words}\n{self}");
        self
    }

    /// Expects nothing on standard error.
    #[track_caller]
    pub(crate) fn no_complaint(self) -> Self {
        assert!(self.stderr.is_empty(), "expected nothing on stderr\n{self}");
        self
    }

    /// The rest of the first line on standard output that begins with these words.
    #[track_caller]
    pub(crate) fn after(&self, words: &str) -> String {
        let line = self.stdout.lines().find_map(|line| line.trim_start().strip_prefix(words));
        line.unwrap_or_else(|| panic!("expected a line beginning with: {words}\n{self}"))
            .trim()
            .to_owned()
    }

    /// What `check --json` printed.
    #[track_caller]
    pub(crate) fn report(&self) -> Report {
        let report = serde_json::from_str(&self.stdout);
        Report(report.unwrap_or_else(|error| panic!("expected JSON: {error}\n{self}")))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.map_or_else(|| "killed by a signal".to_owned(), |s| s.to_string());
        writeln!(f, "command: {}", self.command)?;
        writeln!(f, "folder:  {}", self.folder.display())?;
        writeln!(f, "status:  {status}")?;
        writeln!(f, "stdout:\n{}", self.stdout)?;
        writeln!(f, "stderr:\n{}", self.stderr)
    }
}

/// The same text without times, entry numbers and ids.
fn without_chance(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let mut kept: Vec<String> = Vec::new();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            // `entry  18` in a column, `(entry 18)`, `at entry 18 of 20`.
            let before = kept.iter().rev().find(|word| !word.is_empty()).map_or("", String::as_str);
            let (before, after) = (before.trim_start_matches('('), words.get(at + 4));
            let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
            let id = word.trim_end_matches([']', '.']);
            if let Some(rest) = after.and_then(|zone| zone.strip_prefix("UTC")) {
                let open = if word.starts_with('(') { "(" } else { "" };
                kept.push(format!("{open}<time>{rest}"));
                at += 4;
            } else if (before == "entry" || before == "of") && digits.parse::<u64>().is_ok() {
                kept.push(format!("<n>{}", &word[digits.len()..]));
            } else if id.len() >= 8 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
                kept.push(format!("<id>{}", &word[id.len()..]));
            } else {
                kept.push((*word).to_owned());
            }
            at += 1;
        }
        let line = kept.join(" ");
        // How far a line stands in depends on how long the dates above it are.
        lines.push(if line.starts_with(&" ".repeat(30)) {
            format!("      {}", line.trim_start())
        } else {
            line
        });
    }
    lines.join("\n")
}
