//! `docs/vectors.json`: test vectors of the record's formats, made from the example and from texts that
//! must be refused. Read by the Rust and the Python tests.

use std::fs;
use std::path::Path;

use erratum::record::{Blob, Id, Record, Signer, Statement};
use serde_json::{Value, json};

use crate::{Done, opening_vectors};

/// Makes the vectors in the project at `root`.
pub(crate) fn rebuild(root: &Path) -> Done {
    fs::write(root.join("docs/vectors.json"), make(root)?)?;
    Ok(())
}

fn make(root: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let record = Record::open(&root.join("examples/northern-letter/record"), None)?;
    let mut notes = Vec::new();
    let mut statements = Vec::new();
    let mut kinds = Vec::new();
    for index in 0..record.log().size() {
        let Some(entry) = record.entry(index)? else { continue };
        let kind = entry.statement.kind();
        // One of each kind, two where the kind has several shapes.
        if kinds.iter().filter(|known| **known == kind).count() >= 2 {
            continue;
        }
        kinds.push(kind);
        statements.push(
            json!({ "text": entry.note.text(), "id": Id::of(entry.note.text().as_bytes()).to_string() }),
        );
        let speaker = match entry.statement.speaker() {
            Some(name) => record.state().authority(name, entry.logged)?,
            None => None,
        };
        let key = speaker.map_or(record.log_key().clone(), |theirs| theirs.keys.first().clone());
        notes.push(json!({ "vkey": key.to_string(), "note": entry.note.to_string(), "verifies": true }));
    }
    notes.extend(forged()?);
    let vectors = json!({
        "notes": notes,
        "statements": statements,
        "refused": refused(&statements)?,
        "blobs": blobs(),
        "openings": opening_vectors::make()?,
    });
    Ok(serde_json::to_string_pretty(&vectors)? + "\n")
}

/// Notes that must not verify.
fn forged() -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let signer = Signer::from_seed("forger.example/press", &[7; 32])?;
    let other = Signer::from_seed("forger.example/press", &[8; 32])?;
    let note = signer.sign("erratum/v1 note\n")?.to_string();
    let changed = note.replacen("note", "nose", 1);
    let vkey = signer.verifier().to_string();
    Ok(vec![
        json!({ "vkey": vkey, "note": note, "verifies": true }),
        json!({ "vkey": vkey, "note": changed, "verifies": false }),
        json!({ "vkey": other.verifier().to_string(), "note": note, "verifies": false }),
    ])
}

/// Texts that are no statements, each one change away from one that is.
fn refused(statements: &[Value]) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let of_kind = |kind: &str| {
        let begins = format!("erratum/v1 {kind}\n");
        statements.iter().filter_map(|s| s["text"].as_str()).find(|text| text.starts_with(&begins))
    };
    let standing = of_kind("standing").ok_or("no standing in the example")?;
    let document = of_kind("document").ok_or("no document in the example")?;
    let changes = [
        standing.replace("word held", "word wrong"),
        standing.replace("lang en\n", ""),
        standing.replace("lang en\n", "lang en\nlang en\n"),
        standing.replace("speaker ", "speaker  "),
        standing.replace("erratum/v1", "erratum/v2"),
        standing.replace("word held\n", "word superseded\n"),
        format!("{standing}colour red\n"),
        standing.trim_end().to_owned(),
        standing.replace("reason ", "reason 0"),
        document.replace("/letters/", "/letters/../"),
        document.replacen("northern-command.example/", "defence.example/", 1),
        document.replace("forms v1", "forms v2"),
        document.replace("date 2026-01-06", "date 2026-02-30"),
    ];
    changes
        .into_iter()
        .map(|text| match Statement::parse(&text) {
            Ok(_) => Err(format!("not refused: {text}").into()),
            Err(error) => Ok(json!({ "text": text, "why": error.to_string() })),
        })
        .collect()
}

fn blobs() -> Vec<Value> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    [&b""[..], b"Correction", "Entw\u{fc}rfe".as_bytes()]
        .into_iter()
        .map(|bytes| {
            let blob = Blob::new([0x2a; 32], bytes.to_vec());
            json!({ "salt": hex(blob.salt()), "bytes": hex(bytes), "line": blob.reference().to_string() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use erratum::record::{Note, Signed};

    #[test]
    fn the_vectors_are_those_of_this_code_and_hold() {
        let root = crate::root();
        let committed = fs::read_to_string(root.join("docs/vectors.json")).unwrap();
        assert!(committed == make(&root).unwrap(), "made anew by: cargo xtask vectors");
        let vectors: Value = serde_json::from_str(&committed).unwrap();
        for vector in vectors["notes"].as_array().unwrap() {
            let note = Note::parse(vector["note"].as_str().unwrap().as_bytes()).unwrap();
            let key = vector["vkey"].as_str().unwrap().parse().unwrap();
            assert_eq!(note.signed_by(&key) == Signed::Yes, vector["verifies"].as_bool().unwrap());
        }
        for vector in vectors["statements"].as_array().unwrap() {
            let statement = Statement::parse(vector["text"].as_str().unwrap()).unwrap();
            assert_eq!(statement.id().to_string(), vector["id"].as_str().unwrap());
        }
    }
}
