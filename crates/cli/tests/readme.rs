//! The transcripts in the README are what the command prints.

use std::path::Path;
use std::process::Command;

/// A command of a transcript, with what it is said to print.
struct Shown {
    command: String,
    output: String,
}

fn transcripts(readme: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match (line.strip_prefix("$ "), shown.last_mut()) {
                (Some(command), _) => {
                    shown.push(Shown { command: command.to_owned(), output: String::new() });
                }
                (None, Some(last)) => last.output.push_str(&format!("{line}\n")),
                (None, None) => panic!("output before any command: {line}"),
            },
        }
    }
    shown
}

#[test]
fn the_transcripts_are_what_the_command_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let shown = transcripts(&readme);
    assert!(shown.len() >= 5, "the README has lost its transcripts");
    for Shown { command, output } in shown {
        let arguments = command
            .strip_prefix("cargo run --release --quiet -- ")
            .or(command.strip_prefix("erratum "))
            .unwrap_or_else(|| panic!("not a command of ours: {command}"));
        let run = Command::new(env!("CARGO_BIN_EXE_erratum"))
            .args(arguments.split(' '))
            .env_remove("ERRATUM_POLICY")
            .env_remove("ERRATUM_DESK")
            .current_dir(root)
            .output()
            .unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        assert_eq!(printed.trim_end(), output.trim_end(), "$ {command}");
    }
}
