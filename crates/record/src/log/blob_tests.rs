//! Blobs on a real folder: singly, bundled, withheld, damaged.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::note::Signer;

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> (Self, Writer) {
        let home = Self(tempfile::tempdir().unwrap());
        let key = home.0.path().join("log.key");
        create_key_file(&key, &signer()).unwrap();
        let writer = Writer::create(&home.file(""), &key).unwrap();
        (home, writer)
    }

    fn open(&self) -> Writer {
        Writer::open(&self.file(""), &self.0.path().join("log.key")).unwrap().0
    }

    fn file(&self, path: &str) -> PathBuf {
        self.0.path().join("public").join(path)
    }

    fn log(&self) -> Log {
        Log::open(Arc::new(LocalStore::new(self.file(""))), &signer().verifier()).unwrap()
    }

    fn blobs(&self, index: u64) -> Option<String> {
        self.log().blobs(index).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
    }
}

fn signer() -> Signer {
    Signer::from_seed("record.example", &[1; 32]).unwrap()
}

/// Each entry has its index as blobs, but for every tenth.
fn blobs(index: u64) -> Option<String> {
    (!index.is_multiple_of(10)).then(|| format!("salted {index}"))
}

fn batch(from: u64, to: u64) -> Vec<NewEntry> {
    let new = |index| NewEntry { entry: b"e".to_vec(), blobs: blobs(index).map(String::into_bytes) };
    (from..to).map(new).collect()
}

#[test]
fn blobs_lie_singly_until_their_range_is_complete() {
    let (home, mut writer) = Home::new();
    writer.append(&batch(0, 3)).unwrap();
    assert_eq!(fs::read(home.file("blob/000.p/2")).unwrap(), b"salted 2");
    assert!(!home.file("blob/000.p/0").exists());
    let old = home.log();
    writer.append(&batch(3, 255)).unwrap();
    assert!(!home.file("blob/000").exists());
    writer.append(&batch(255, 515)).unwrap();
    assert!(!home.file("blob/000.p").exists() && !home.file("blob/001.p").exists());
    let bundle = fs::read(home.file("blob/000")).unwrap();
    assert_eq!(bundle[..12], [0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8]);
    assert_eq!(&bundle[1024..1040], b"salted 1salted 2");
    for index in 0..515 {
        assert_eq!(home.blobs(index), blobs(index), "{index}");
    }
    // A reader at an older checkpoint, whose singles are gone, finds them in the bundle.
    assert_eq!(old.blobs(2).unwrap(), Some(b"salted 2".to_vec()));
    assert_eq!(old.blobs(0).unwrap(), None);
}

#[test]
fn a_range_without_blobs_has_no_bundle_and_no_bytes_are_no_blobs() {
    let (home, mut writer) = Home::new();
    let none = NewEntry { entry: vec![], blobs: Some(vec![]) };
    writer.append(&vec![none; 257]).unwrap();
    assert!(!home.file("blob").exists());
    assert_eq!((home.blobs(0), home.blobs(256)), (None, None));
}

#[test]
fn withheld_blobs_are_gone_from_everywhere_and_nothing_else_is() {
    let (home, mut writer) = Home::new();
    writer.append(&batch(0, 300)).unwrap();
    let root = writer.checkpoint().root();
    for _ in 0..2 {
        writer.withhold(&[5, 290, 0, 255, 5]).unwrap();
    }
    let missing = |index| [5, 290, 255].contains(&index);
    let all_but_those = |home: &Home| {
        for index in 0..home.log().size() {
            assert_eq!(home.blobs(index), blobs(index).filter(|_| !missing(index)), "{index}");
        }
    };
    all_but_those(&home);
    assert!(!home.file("blob/001.p/34").exists());
    // The staged append held them too.
    let files = fs::read_dir(home.0.path()).unwrap().map(|file| file.unwrap().file_name());
    let mut files: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, ["log.key", "log.key.lock", "log.key.state", "public"]);
    let error = writer.withhold(&[1, 300]).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (LogErrorKind::Invalid, "entry 300: the log has 300 entries")
    );
    drop(writer);
    // A range completed later is bundled without them.
    home.open().append(&batch(300, 520)).unwrap();
    all_but_those(&home);
    assert_eq!(home.log().root_at(300).unwrap(), root);
}

#[test]
fn withholding_an_old_entry_leaves_the_last_append_mendable() {
    let (home, mut writer) = Home::new();
    writer.append(&batch(0, 5)).unwrap();
    writer.append(&batch(5, 9)).unwrap();
    writer.withhold(&[3]).unwrap();
    drop(writer);
    fs::remove_file(home.file("blob/000.p/6")).unwrap();
    fs::remove_file(home.file("tile/0/000.p/9")).unwrap();
    fs::remove_file(home.file("blob/000.p/1")).unwrap();
    let (writer, recovery) = Writer::open(&home.file(""), &home.0.path().join("log.key")).unwrap();
    let text = "put back what was missing: tile/0/000.p/9, blob/000.p/6";
    assert_eq!(recovery.to_string(), text);
    assert_eq!(home.blobs(6), blobs(6));
    // Those of earlier appends are not its to mend: who reads the entry sees that they are missing.
    assert_eq!((home.blobs(3), home.blobs(1)), (None, None));
    drop(writer);
    fs::remove_file(home.file("tile/0/000.p/9")).unwrap();
    fs::remove_file(home.file("tile/0/000.p/5")).unwrap();
    let error = Writer::open(&home.file(""), &home.0.path().join("log.key")).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "tile/0/000.p/5: missing");
}

#[test]
fn a_damaged_bundle_is_named() {
    let (home, mut writer) = Home::new();
    writer.append(&batch(0, 256)).unwrap();
    let good = fs::read(home.file("blob/000")).unwrap();
    let error = |bytes: &[u8], index| {
        fs::write(home.file("blob/000"), bytes).unwrap();
        let error = home.log().blobs(index).unwrap_err();
        assert_eq!(error.kind(), LogErrorKind::Damaged);
        error.to_string()
    };
    assert_eq!(error(&good[..1000], 3), "blob/000: ends within its 256 lengths");
    let text = "blob/000: ends within the blobs of its entry 255";
    assert_eq!(error(&good[..good.len() - 1], 255), text);
    let mut long = good.clone();
    long[4..8].copy_from_slice(&u32::MAX.to_be_bytes());
    let text = "blob/000: its entry 1 has 4294967295 bytes, at most 8388608 fit";
    assert_eq!(error(&long, 1), text);
    assert_eq!(error(&long, 200), text);
    fs::write(home.file("blob/000"), &good[..good.len() - 1]).unwrap();
    assert_eq!(home.blobs(3), blobs(3));
    let error = writer.withhold(&[3]).unwrap_err().to_string();
    assert_eq!(error, "blob/000: ends within the blobs of its entry 255");
    drop(writer);

    let writer = home.open();
    drop(writer);
    fs::create_dir_all(home.file("blob/001.p")).unwrap();
    let mut writer = home.open();
    writer.append(&batch(256, 258)).unwrap();
    fs::write(home.file("blob/001.p/0"), vec![0; (8 << 20) + 1]).unwrap();
    let error = home.log().blobs(256).unwrap_err().to_string();
    assert_eq!(error, "blob/001.p/0: cannot be read: longer than 8388608 bytes");
}
