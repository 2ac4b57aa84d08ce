//! Histories that are really signed: each entry a note with Ed25519 signatures, in a log on disk.

use std::path::Path;

use erratum_record::{Blob, Body, NewEntry, Record, Statement, VerifierKey, Writer, create_key_file};

use crate::histories::{EVIDENCE, ORIGIN, signer, suffix_list};
use crate::naive::Entry;

/// Writes a history as a log, and reads it again as anybody would.
pub(crate) fn replayed(history: &[Entry], folder: &Path) -> Record {
    let (public, key) = (folder.join("record"), folder.join("log.key"));
    create_key_file(&key, &signer(ORIGIN, "log")).unwrap();
    let mut writer = Writer::create(&public, &key).unwrap();
    let entries: Vec<NewEntry> = history.iter().map(new_entry).collect();
    writer.append(&entries).unwrap();
    Record::replayed(&public, None, &mut |_, _, _| Ok(())).unwrap()
}

fn new_entry(entry: &Entry) -> NewEntry {
    let text = entry.statement.text();
    assert_eq!(Statement::parse(&text).as_ref(), Ok(&entry.statement), "{text}");
    let good = entry.signed.iter().map(|key| signature_line(key, &text));
    // A good signature under another text is none under this one.
    let bad = entry.spoilt.iter().map(|key| signature_line(key, "another text\n"));
    let lines: String = good.chain(bad).collect();
    // A note has at least one signature: this one is of nobody in the record.
    let lines = if lines.is_empty() { line_of(&signer("nobody.example", "k0"), &text) } else { lines };
    let bytes = format!("logged {}\n{text}\n{lines}", entry.time).into_bytes();
    NewEntry { entry: bytes, blobs: record_blobs(entry) }
}

fn signature_line(key: &VerifierKey, text: &str) -> String {
    let (name, label) = key.name().split_once('/').unwrap_or((key.name(), "log"));
    let signer = signer(name, label);
    assert_eq!(signer.verifier(), *key);
    line_of(&signer, text)
}

fn line_of(signer: &erratum_record::Signer, text: &str) -> String {
    let note = signer.sign(text).unwrap().to_string();
    note[text.len() + 1..].to_owned()
}

/// The blobs of a `record` statement; all others say nothing here.
fn record_blobs(entry: &Entry) -> Option<Vec<u8>> {
    let Body::Record(body) = &entry.statement.body else { return None };
    let list = body.suffixes.iter().map(|(version, _)| suffix_list(version.as_str()));
    let evidence = body.proofs.iter().map(|_| EVIDENCE.to_owned());
    Some(list.chain(evidence).flat_map(|text| Blob::new([0; 32], text.into_bytes()).stored()).collect())
}
