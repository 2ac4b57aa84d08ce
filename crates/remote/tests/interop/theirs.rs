//! A log that Tessera's POSIX driver wrote, read by us.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use erratum_record::{
    LocalStore, Log, LogErrorKind, UnverifiedLog, VerifierKey, check_consistency, check_inclusion,
};
use sha2::{Digest, Sha256};

use crate::programs::interop;

/// What `tests/interop/tessera.go` puts at an index.
fn entry(index: u64) -> Vec<u8> {
    let digest = Sha256::digest(format!("entry {index}"));
    let mut bytes = format!("entry {index}\n").into_bytes();
    bytes.resize(bytes.len() + usize::from(digest[0]), digest[1]);
    bytes
}

/// A log written by Tessera, and the checkpoints it published at each of the sizes.
struct Theirs {
    folder: tempfile::TempDir,
    key: VerifierKey,
    sizes: Vec<u64>,
}

impl Theirs {
    fn new(sizes: &[u64]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<_> = sizes.iter().map(u64::to_string).collect();
        let mut args = vec!["write-tessera", folder.path().to_str().unwrap()];
        args.extend(names.iter().map(String::as_str));
        let key = interop(&args, "").trim_end().parse().unwrap();
        Self { folder, key, sizes: sizes.to_vec() }
    }

    fn log_folder(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn at(&self, size: u64) -> Log {
        let checkpoint = fs::read(self.folder.path().join(size.to_string())).unwrap();
        let store = Arc::new(LocalStore::new(self.log_folder()));
        UnverifiedLog::at(store, checkpoint).unwrap().verify(&self.key).unwrap()
    }

    fn open(&self) -> Log {
        Log::open(Arc::new(LocalStore::new(self.log_folder())), &self.key).unwrap()
    }
}

/// Reads all entries, proves some of them, and the step from every older checkpoint.
fn read(log: &Log, older: &[Log], every: usize) {
    for first in (0..log.size()).step_by(1000) {
        let range = first..log.size().min(first + 1000);
        let entries = log.entries(range.clone()).unwrap();
        assert!(entries.into_iter().eq(range.map(entry)), "entries from {first}");
    }
    let edges = [0, 255, 256, 65_535, 65_536, log.size() - 1];
    let edges = edges.into_iter().filter(|index| *index < log.size());
    for index in (0..log.size()).step_by(every).chain(edges) {
        let alone = log.entries(index..index + 1).unwrap();
        assert_eq!(alone, [entry(index)], "entry {index}");
        let proof = log.prove_inclusion(index).unwrap();
        check_inclusion(&alone[0], index, log.size(), &log.root(), &proof).unwrap();
    }
    for old in older {
        let proof = log.prove_consistency(old.size(), log.size()).unwrap();
        check_consistency(old.size(), &old.root(), log.size(), &log.root(), &proof).unwrap();
        assert_eq!(log.root_at(old.size()).unwrap(), old.root());
    }
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_log_of_tessera_reads_at_every_checkpoint() {
    let theirs = Theirs::new(&[1, 2, 3, 255, 256, 257, 600, 65_535, 65_537, 66_000]);
    let read_all = || {
        let mut older = Vec::new();
        for &size in &theirs.sizes {
            let log = theirs.at(size);
            assert_eq!(log.size(), size);
            read(&log, &older, if size > 1000 { 97 } else { 1 });
            older.push(log);
        }
    };
    read_all();
    assert_eq!(theirs.open().root(), theirs.at(66_000).root());
    // What Tessera's garbage collection removes: the older checkpoints are then read from full tiles.
    assert!(remove_obsolete_partials(&theirs.log_folder().join("tile")) > 10);
    read_all();
}

/// Removes the partial tiles and bundles of all that is full by now; gives their number.
fn remove_obsolete_partials(folder: &Path) -> usize {
    let mut removed = 0;
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.extension().is_some_and(|end| end == "p") {
            if path.with_extension("").is_file() {
                fs::remove_dir_all(&path).unwrap();
                removed += 1;
            }
        } else if path.is_dir() {
            removed += remove_obsolete_partials(&path);
        }
    }
    removed
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_tampered_log_of_tessera_is_refused() {
    let theirs = Theirs::new(&[300]);
    for file in ["tile/entries/001.p/44", "tile/0/001.p/44", "tile/0/000", "tile/1/000.p/1"] {
        let path = theirs.log_folder().join(file);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        *bad.last_mut().unwrap() ^= 1;
        fs::write(&path, bad).unwrap();
        let error = theirs.open().entries(0..300).unwrap_err();
        assert_eq!(error.kind(), LogErrorKind::Damaged, "{file}: {error}");
        fs::write(&path, good).unwrap();
    }
    read(&theirs.open(), &[], 1);
    let other = erratum_record::Signer::from_seed("tessera.example", &[1; 32]).unwrap().verifier();
    let store = Arc::new(LocalStore::new(theirs.log_folder()));
    let error = Log::open(store, &other).err().unwrap();
    assert_eq!(error.kind(), LogErrorKind::Unsigned, "{error}");
}
