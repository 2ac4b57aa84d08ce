//! Whatever reads notes, statements, entries, slips, submissions, checkpoints, proofs, and what witnesses
//! answer takes any bytes; what it takes prints as it was read.
#![no_main]

use std::sync::LazyLock;

use erratum_fuzz::watch;
use erratum_record::{
    Checkpoint, CosignerKey, Entry, MapProof, Note, OpeningProof, Slip, Statement, Submission,
    TlogPolicy, TlogProof, WitnessAnswer, split_blobs,
};
use libfuzzer_sys::fuzz_target;

/// A checkpoint that a witness signed, and that witness.
const CHECKPOINT: &[u8] = include_bytes!("../../crates/record/src/witness/data/ed25519.checkpoint");
const COSIGNER: &str = include_str!("../../crates/record/src/witness/data/ed25519.vkey");

static WITNESS: LazyLock<CosignerKey> = LazyLock::new(|| COSIGNER.trim().parse().unwrap());

fuzz_target!(init: watch(), |bytes: &[u8]| {
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
        if let Ok(statement) = Statement::parse(submission.note.text()) {
            let _ = split_blobs(&statement, &submission.blobs);
        }
    }
    if let Ok(proof) = TlogProof::parse(bytes) {
        assert_eq!(proof.to_string().into_bytes(), bytes);
    }
    if let Ok(policy) = TlogPolicy::parse(bytes) {
        let _ = policy.check(CHECKPOINT);
    }
    let _ = WitnessAnswer::parse(200, bytes, CHECKPOINT, &WITNESS);
    let _ = WitnessAnswer::parse(409, bytes, CHECKPOINT, &WITNESS);
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(proof) = MapProof::parse(text) {
            assert_eq!(proof.to_string(), text);
            let _ = proof.check(&[0; 32], &[0; 32], None);
        }
        if let Ok(proof) = OpeningProof::parse(text) {
            assert_eq!(proof.to_string(), text);
            let _ = proof.check(text);
        }
    }
    let _ = Checkpoint::parse(bytes);
});
