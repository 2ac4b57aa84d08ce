//! Whatever reads notes, statements, entries, slips and submissions takes any bytes: an error, or what
//! prints as it was read. The example's own files are the seeds, changed in a few places.

use std::fs;
use std::path::{Path, PathBuf};

use erratum_record::{Checkpoint, Entry, Inbox, Note, Record, Slip, Statement, Submission};
use proptest::prelude::*;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/northern-letter")
}

fn entries() -> Vec<Vec<u8>> {
    let record = Record::open(&example().join("record"), None).unwrap();
    record.log().entries(0..record.log().size()).unwrap()
}

/// Some bytes with a few of them changed, cut or doubled.
fn changed(seed: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4u8);
    proptest::collection::vec(change, 1..4).prop_map(move |changes| {
        let mut bytes = seed.clone();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len().max(1));
            match kind {
                0 => bytes.insert(at.min(bytes.len()), byte),
                1 if at < bytes.len() => bytes[at] = byte,
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.truncate(at),
            }
        }
        bytes
    })
}

fn read_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(note) = Note::parse(bytes) {
        prop_assert_eq!(note.to_string().into_bytes(), bytes);
    }
    if let Ok(Ok(statement)) = std::str::from_utf8(bytes).map(Statement::parse) {
        prop_assert_eq!(statement.text().into_bytes(), bytes);
    }
    if let Ok(entry) = Entry::parse(bytes) {
        prop_assert_eq!(entry.bytes(), bytes);
    }
    if let Ok(submission) = Submission::parse(bytes) {
        prop_assert_eq!(submission.bytes(), bytes);
    }
    let _ = Checkpoint::parse(bytes);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn changed_entries_are_refused_or_read_as_they_are(
        bytes in proptest::sample::select(entries()).prop_flat_map(changed)
    ) {
        read_all(&bytes)?;
        let note = bytes.iter().position(|b| *b == b'\n').map_or(0, |end| end + 1);
        read_all(&bytes[note..])?;
    }

    #[test]
    fn any_bytes_are_refused_or_read_as_they_are(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_all(&bytes)?;
    }

    /// A slip changed anywhere does not verify, unless it says just what it said before.
    #[test]
    fn a_changed_slip_proves_nothing_else(
        bytes in changed(fs::read(example().join("letter.slip")).unwrap())
    ) {
        let original = Slip::parse(&fs::read(example().join("letter.slip")).unwrap()).unwrap();
        if let Ok(slip) = Slip::parse(&bytes) {
            prop_assert_eq!(slip.to_string().into_bytes(), bytes);
            if let Ok(proven) = slip.verify(None) {
                let entries = |slip: &Slip| slip.entries.iter().map(|e| e.entry.clone()).collect::<Vec<_>>();
                prop_assert_eq!(entries(&slip), entries(&original));
                prop_assert_eq!(proven.document == original.document, slip.document == original.document);
            }
        }
    }
}

/// A slip that leaves a reason or title closed proves nothing.
#[test]
fn a_slip_opens_all_that_it_must() {
    let whole = fs::read_to_string(example().join("letter.slip")).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let opened: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at].starts_with("blob ") || lines[*at].starts_with("salt "))
        .collect();
    assert!(opened.len() >= 8);
    for at in opened {
        let kept = lines.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, line)| *line);
        let text = kept.collect::<Vec<_>>().join("\n") + "\n";
        let error = Slip::parse(text.as_bytes()).unwrap().verify(None).unwrap_err().to_string();
        let said = error.ends_with("is not opened")
            || error == "the slip lacks the salt of its record's suffix list"
            || error.ends_with("its checkpoint is missing, or not one of this log");
        assert!(said, "{error}");
    }
}

#[test]
fn an_inbox_takes_whatever_lies_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = Inbox::of(&folder.path().join("record"));
    inbox.create().unwrap();
    for (name, bytes) in
        [("a.submission", &b"erratum/v1 submission 5 99999999999999999999\n"[..]), ("b.submission", b"")]
    {
        fs::write(inbox.place().join(name), bytes).unwrap();
    }
    std::os::unix::fs::symlink("/dev/zero", inbox.place().join("c.submission")).unwrap();
    let mut answers: Vec<String> = (inbox.waiting().unwrap().iter())
        .map(|path| Submission::read(path).unwrap_err().to_string())
        .collect();
    answers.sort();
    let head = "its first line is not \"erratum/v1 submission <bytes> <bytes>\"";
    assert_eq!(answers, [head, head, "not a regular file"]);
}
