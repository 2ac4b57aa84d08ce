//! Whatever reads notes, statements, entries, slips, submissions and checkpoints takes any bytes; what it
//! takes prints as it was read.
#![no_main]

use erratum_record::{Checkpoint, Entry, Note, Slip, Statement, Submission};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().into_bytes(), bytes);
    }
    if let Ok(statement) = std::str::from_utf8(bytes).map(Statement::parse)
        && let Ok(statement) = statement
    {
        assert_eq!(statement.text().into_bytes(), bytes);
    }
    if let Ok(entry) = Entry::parse(bytes) {
        assert_eq!(entry.bytes(), bytes);
    }
    if let Ok(slip) = Slip::parse(bytes) {
        assert_eq!(slip.to_string().into_bytes(), bytes);
        let _ = slip.verify(None);
    }
    if let Ok(submission) = Submission::parse(bytes) {
        assert_eq!(submission.bytes(), bytes);
    }
    let _ = Checkpoint::parse(bytes);
});
