//! Our logs, read by others.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use erratum_record::{LocalStore, Log, NewEntry, Signer, VerifierKey, Writer, create_key_file};
use sha2::{Digest, Sha256};

use crate::programs::{interop, interop_refuses};

const ORIGIN: &str = "record.example";

/// A log of ours in a folder of its own, with every checkpoint it ever published beside it.
pub(crate) struct Ours {
    folder: tempfile::TempDir,
    writer: Writer,
    kept: Vec<PathBuf>,
}

impl Ours {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("log.key");
        create_key_file(&key, &Signer::from_seed(ORIGIN, &[7; 32]).unwrap()).unwrap();
        let writer = Writer::create(&folder.path().join("public"), &key).unwrap();
        Self { folder, writer, kept: Vec::new() }
    }

    fn public(&self) -> PathBuf {
        self.path("public")
    }

    /// A path beside the public folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn key(&self) -> VerifierKey {
        self.writer.key().verifier()
    }

    pub(crate) fn vkey(&self) -> String {
        self.key().to_string()
    }

    /// Appends up to a size, in one batch, and keeps the checkpoint.
    pub(crate) fn grow(&mut self, size: u64) {
        let batch: Vec<_> = (self.writer.checkpoint().size()..size)
            .map(|index| NewEntry { entry: entry(index), blobs: None })
            .collect();
        self.writer.append(&batch).unwrap();
        let kept = self.path(&format!("checkpoint-{size}"));
        fs::copy(self.public().join("checkpoint"), &kept).unwrap();
        self.kept.push(kept);
    }

    /// Appends an entry that no other log here has.
    pub(crate) fn append(&mut self, entry: &str) {
        self.writer.append(&[NewEntry { entry: entry.into(), blobs: None }]).unwrap();
    }

    pub(crate) fn log(&self) -> Log {
        Log::open(Arc::new(LocalStore::new(self.public())), &self.key()).unwrap()
    }
}

/// Entries of 0 to some 600 bytes, one of them as long as can be.
fn entry(index: u64) -> Vec<u8> {
    match index {
        1 => Vec::new(),
        5 => vec![b'x'; usize::from(u16::MAX)],
        _ => format!("entry {index}").repeat((index % 61) as usize + 1).into_bytes(),
    }
}

fn verified(folder: &Path, vkey: &str, older: &[PathBuf]) -> String {
    let mut args = vec!["verify", folder.to_str().unwrap(), vkey];
    args.extend(older.iter().map(|path| path.to_str().unwrap()));
    interop(&args, "")
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_log_verifies_at_every_size_it_had() {
    let mut ours = Ours::new();
    for size in [1, 2, 3, 6, 7, 8, 255, 256, 257, 511, 512, 513, 600] {
        ours.grow(size);
        let older = ours.kept.len();
        assert_eq!(
            verified(&ours.public(), &ours.vkey(), &ours.kept),
            format!(
                "verified {size} entries, {size} inclusion proofs, {size} consistency proofs, \
                 {older} older checkpoints\n"
            )
        );
    }
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_log_with_three_levels_of_tiles_verifies() {
    let mut ours = Ours::new();
    for size in [300, 65_535, 65_536, 65_537, 66_000] {
        ours.grow(size);
    }
    let said = verified(&ours.public(), &ours.vkey(), &ours.kept);
    assert!(said.starts_with("verified 66000 entries, "), "{said}");
    assert!(said.ends_with(", 5 older checkpoints\n"), "{said}");
    check_proofs(&ours.log(), &[0, 1, 255, 256, 65_535, 65_536, 65_999]);
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn our_proofs_are_good_for_others() {
    let mut ours = Ours::new();
    ours.grow(515);
    check_proofs(&ours.log(), &(0..515).collect::<Vec<_>>());
}

/// Has Go check our proofs that the entries are in the log, and that it continues what it was before each.
fn check_proofs(log: &Log, indexes: &[u64]) {
    let mut lines = String::new();
    let (size, root) = (log.size(), hex(&log.root()));
    for &index in indexes {
        let entry = log.entries(index..index + 1).unwrap().remove(0);
        let leaf = Sha256::new().chain_update([0]).chain_update(entry).finalize();
        let proof = spaced(&log.prove_inclusion(index).unwrap());
        writeln!(lines, "record {size} {root} {index} {}{proof}", hex(&leaf)).unwrap();
        let old = index + 1;
        let proof = spaced(&log.prove_consistency(old, size).unwrap());
        let old_root = hex(&log.root_at(old).unwrap());
        writeln!(lines, "tree {size} {root} {old} {old_root}{proof}").unwrap();
    }
    assert_eq!(interop(&["check-proofs"], &lines), format!("checked {} proofs\n", 2 * indexes.len()));
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn spaced(hashes: &[[u8; 32]]) -> String {
    hashes.iter().map(|hash| format!(" {}", hex(hash))).collect()
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn the_example_record_verifies() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/northern-letter");
    let policy = fs::read_to_string(example.join("policy.toml")).unwrap();
    let key = policy.lines().find_map(|line| line.strip_prefix("key = \"")?.strip_suffix('"')).unwrap();
    let said = verified(&example.join("record"), key, &[]);
    assert!(said.starts_with("verified "), "{said}");
}

/// The others' checks have teeth: what we tamper with they refuse.
#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_tampered_log_is_refused() {
    let mut ours = Ours::new();
    ours.grow(300);
    let (folder, vkey) = (ours.public(), ours.vkey());
    let cases = [
        ("tile/entries/001.p/44", "entry 299 does not match its hash"),
        ("tile/0/001.p/44", "downloaded inconsistent tile"),
        // At this size golang.org/x/mod hands out the hashes of a full tile unchecked.
        ("tile/0/000", "entry 255 does not match its hash"),
        ("tile/1/000.p/1", "downloaded inconsistent tile"),
        ("checkpoint", "invalid signature for key"),
    ];
    for (file, why) in cases {
        let path = folder.join(file);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        // In a checkpoint, a letter of the signature.
        let at = bad.len() - 20;
        bad[at] = if bad[at] == b'x' { b'y' } else { b'x' };
        fs::write(&path, bad).unwrap();
        let said = interop_refuses(&["verify", folder.to_str().unwrap(), &vkey]);
        assert!(said.contains(why), "{file}: {said}");
        fs::write(&path, good).unwrap();
    }
    verified(&folder, &vkey, &ours.kept);
}

/// Two histories under one key: the other's reader sees that one does not continue the other.
#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_fork_is_refused() {
    let (mut one, mut other) = (Ours::new(), Ours::new());
    one.grow(3);
    other.grow(4);
    one.append("another history");
    let (folder, vkey) = (one.public(), one.vkey());
    let older = other.kept[0].to_str().unwrap();
    let said = interop_refuses(&["verify", folder.to_str().unwrap(), &vkey, older]);
    assert!(said.contains("size 4"), "{said}");
}
