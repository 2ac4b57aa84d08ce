//! Calling the Go programs.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The folder with the programs.
pub(crate) fn folder() -> PathBuf {
    let folder = std::env::var_os("ERRATUM_INTEROP");
    folder.expect("ERRATUM_INTEROP names the folder of the Go programs: run scripts/test").into()
}

fn run(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(folder().join("interop"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the Go program starts");
    let mut stdin = child.stdin.take().unwrap();
    // A program that has seen enough closes its input; what it says about that is what counts.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// What `interop` prints, which must succeed.
#[track_caller]
pub(crate) fn interop(args: &[&str], input: &str) -> String {
    let output = run(args, input);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "interop {args:?}: {}\n{errors}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// What `interop` complains of, which must fail.
#[track_caller]
pub(crate) fn interop_refuses(args: &[&str]) -> String {
    interop_refuses_input(args, "")
}

/// The same, where it reads something.
#[track_caller]
pub(crate) fn interop_refuses_input(args: &[&str], input: &str) -> String {
    let output = run(args, input);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "interop {args:?}: {said}");
    String::from_utf8(output.stderr).unwrap()
}
