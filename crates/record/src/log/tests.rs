//! The log as a whole, on a real folder: against a naive tree, with damaged files, other writers, backups.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::note::Signer;

/// RFC 6962 section 2.1 as it is written there.
mod naive {
    use super::*;

    pub(super) type Hash = [u8; 32];

    fn sha256(parts: &[&[u8]]) -> Hash {
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        hash.finalize().into()
    }

    fn split(n: usize) -> usize {
        let mut k = 1;
        while 2 * k < n {
            k *= 2;
        }
        k
    }

    pub(super) fn mth(d: &[Vec<u8>]) -> Hash {
        match d {
            [] => sha256(&[]),
            [one] => sha256(&[&[0], one]),
            _ => {
                let (left, right) = d.split_at(split(d.len()));
                sha256(&[&[1], &mth(left), &mth(right)])
            }
        }
    }

    pub(super) fn path(m: usize, d: &[Vec<u8>]) -> Vec<Hash> {
        if d.len() == 1 {
            return vec![];
        }
        let (left, right) = d.split_at(split(d.len()));
        let (mut path, other) =
            if m < left.len() { (path(m, left), right) } else { (path(m - left.len(), right), left) };
        path.push(mth(other));
        path
    }

    pub(super) fn proof(m: usize, d: &[Vec<u8>]) -> Vec<Hash> {
        subproof(m, d, true)
    }

    fn subproof(m: usize, d: &[Vec<u8>], whole: bool) -> Vec<Hash> {
        if m == d.len() {
            return if whole { vec![] } else { vec![mth(d)] };
        }
        let (left, right) = d.split_at(split(d.len()));
        let (mut proof, other) = if m <= left.len() {
            (subproof(m, left, whole), right)
        } else {
            (subproof(m - left.len(), right, false), left)
        };
        proof.push(mth(other));
        proof
    }
}

/// A new log in a folder of its own.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        create_key_file(&home.key(), &signer()).unwrap();
        home
    }

    fn public(&self) -> PathBuf {
        self.folder.path().join("public")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("log.key")
    }

    fn file(&self, path: &str) -> PathBuf {
        self.public().join(path)
    }

    fn create(&self) -> Writer {
        Writer::create(&self.public(), &self.key()).unwrap()
    }

    fn with_entries(count: usize) -> Self {
        let home = Self::new();
        home.create().append(&batch(0, count)).unwrap();
        home
    }

    fn log(&self) -> Log {
        Log::open(self.store(), &signer().verifier()).unwrap()
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::new(LocalStore::new(self.public()))
    }

    fn open_error(&self) -> LogError {
        Writer::open(&self.public(), &self.key()).map(|_| ()).unwrap_err()
    }

    fn flip(&self, path: &str, at: usize) {
        let mut bytes = fs::read(self.file(path)).unwrap();
        bytes[at] ^= 1;
        fs::write(self.file(path), bytes).unwrap();
    }
}

fn signer() -> Signer {
    Signer::from_seed("record.example", &[1; 32]).unwrap()
}

fn entry(index: usize) -> Vec<u8> {
    format!("entry {index}").repeat(index % 5).into_bytes()
}

fn batch(from: usize, to: usize) -> Vec<NewEntry> {
    (from..to).map(|index| NewEntry { entry: entry(index), blobs: None }).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let to = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy(&file.path(), &to)
        } else {
            drop(fs::copy(file.path(), to))
        }
    }
}

#[test]
fn every_size_up_to_300_is_the_tree_of_the_rfc() {
    let home = Home::new();
    let mut writer = home.create();
    let all: Vec<_> = (0..300).map(entry).collect();
    for size in 1..=300 {
        assert_eq!(writer.append(&batch(size - 1, size)).unwrap(), size as u64 - 1..size as u64);
        let log = home.log();
        let now = &all[..size];
        assert_eq!((log.size(), log.root()), (size as u64, naive::mth(now)));
        assert_eq!(log.checkpoint_bytes(), fs::read(home.file("checkpoint")).unwrap());
        assert_eq!(log.entries(0..size as u64).unwrap(), now);
        for (index, entry) in now.iter().enumerate() {
            let proof = log.prove_inclusion(index as u64).unwrap();
            check_inclusion(entry, index as u64, size as u64, &log.root(), &proof).unwrap();
            if size % 37 == 0 || size.is_power_of_two() {
                assert_eq!(proof, naive::path(index, now), "{index} in {size}");
            }
        }
    }
}

#[test]
fn every_old_size_is_proven_a_beginning() {
    let home = Home::with_entries(300);
    let log = home.log();
    let all: Vec<_> = (0..300).map(entry).collect();
    for old in 0..=300 {
        let old_root = naive::mth(&all[..old]);
        assert_eq!(log.root_at(old as u64).unwrap(), old_root);
        for new in
            (old..=300).filter(|new| new % 23 == 0 || new - old < 3 || [255, 256, 257].contains(new))
        {
            let (new_root, proof) =
                (naive::mth(&all[..new]), log.prove_consistency(old as u64, new as u64));
            let proof = proof.unwrap();
            check_consistency(old as u64, &old_root, new as u64, &new_root, &proof).unwrap();
            if old > 0 && new % 23 == 0 {
                assert_eq!(proof, naive::proof(old, &all[..new]), "{old} in {new}");
            }
            for at in 0..proof.len() {
                let mut proof = proof.clone();
                proof[at][7] ^= 1;
                assert!(
                    check_consistency(old as u64, &old_root, new as u64, &new_root, &proof).is_err()
                );
            }
        }
    }
}

#[test]
fn a_log_is_the_same_however_it_was_appended() {
    for size in [1, 255, 256, 257, 511, 512, 513, 70_000] {
        let (one, steps) = (Home::new(), Home::new());
        one.create().append(&batch(0, size)).unwrap();
        let mut writer = steps.create();
        for from in (0..size).step_by(size.div_ceil(3)) {
            writer.append(&batch(from, size.min(from + size.div_ceil(3)))).unwrap();
        }
        let (one, steps) = (one.log(), steps.log());
        assert_eq!(one.root(), steps.root(), "{size}");
        assert_eq!(one.root(), naive::mth(&(0..size).map(entry).collect::<Vec<_>>()));
        assert_eq!(one.entries(0..size as u64).unwrap(), steps.entries(0..size as u64).unwrap());
        for index in [0, 255, 256, 65_535, 65_536, size - 1] {
            if index < size {
                let proof = steps.prove_inclusion(index as u64).unwrap();
                check_inclusion(&entry(index), index as u64, size as u64, &one.root(), &proof).unwrap();
            }
        }
    }
}

#[test]
fn partial_tiles_go_once_the_full_one_is_there_and_an_older_reader_goes_on() {
    let home = Home::with_entries(200);
    let old = home.log();
    let (mut writer, _) = Writer::open(&home.public(), &home.key()).unwrap();
    writer.append(&batch(200, 230)).unwrap();
    assert!(home.file("tile/0/000.p/200").exists() && home.file("tile/entries/000.p/230").exists());
    writer.append(&batch(230, 300)).unwrap();
    assert!(!home.file("tile/0/000.p").exists() && !home.file("tile/entries/000.p").exists());
    assert_eq!(fs::read(home.file("tile/0/000")).unwrap().len(), 8192);
    assert_eq!(fs::read(home.file("tile/0/001.p/44")).unwrap().len(), 44 * 32);
    assert_eq!(fs::read(home.file("tile/1/000.p/1")).unwrap().len(), 32);
    assert_eq!(old.entries(0..200).unwrap(), (0..200).map(entry).collect::<Vec<_>>());
    assert_eq!(old.prove_inclusion(150).unwrap().len(), 8);
    assert_eq!(writer.log().unwrap().size(), 300);
}

#[test]
fn what_is_outside_the_log_is_refused() {
    let home = Home::with_entries(5);
    let log = home.log();
    let wrong = |result: Result<(), LogError>, text: &str| {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (LogErrorKind::Invalid, text));
    };
    wrong(log.entries(3..6).map(drop), "entries to 6: the log has 5 entries");
    wrong(log.blobs(5).map(drop), "entry 5: the log has 5 entries");
    wrong(log.root_at(6).map(drop), "size 6: the log has 5 entries");
    wrong(log.prove_inclusion(5).map(drop), "entry 5: the log has 5 entries");
    wrong(
        log.prove_consistency(2, u64::MAX).map(drop),
        "size 18446744073709551615: the log has 5 entries",
    );
    wrong(log.prove_consistency(3, 2).map(drop), "size 2: the log has 5 entries");
    assert_eq!(log.entries(2..2).unwrap(), Vec::<Vec<u8>>::new());

    let mut writer = Writer::open(&home.public(), &home.key()).unwrap().0;
    let entry = |entry, blobs| NewEntry { entry, blobs };
    let long = [entry(vec![], None), entry(vec![0; 65_536], None)];
    wrong(writer.append(&long).map(drop), "new entry 6: 65536 bytes, at most 65535 fit");
    let long = [entry(vec![], Some(vec![0; 8_388_609]))];
    wrong(writer.append(&long).map(drop), "new entry 5: 8388609 bytes of blobs, at most 8388608 fit");
    assert_eq!(writer.append(&[]).unwrap(), 5..5);
    assert_eq!(writer.append(&[entry(vec![7; 65_535], None)]).unwrap(), 5..6);
    assert_eq!(home.log().entries(5..6).unwrap(), [vec![7; 65_535]]);
}

#[test]
fn the_key_can_be_taken_from_the_first_entry() {
    let home = Home::new();
    let vkey = signer().verifier().to_string();
    home.create().append(&[NewEntry { entry: vkey.into_bytes(), blobs: None }]).unwrap();
    let log = UnverifiedLog::read(home.store()).unwrap();
    let key = String::from_utf8(log.first_entry().unwrap()).unwrap().parse().unwrap();
    assert_eq!(log.checkpoint().size(), 1);
    assert_eq!(log.verify(&key).unwrap().size(), 1);
    let other = Signer::from_seed("record.example", &[2; 32]).unwrap().verifier();
    let error = Log::open(home.store(), &other).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "checkpoint: not signed by record.example with the key expected");
    let empty = Checkpoint::empty("record.example").sign(&signer()).unwrap();
    let error = UnverifiedLog::at(home.store(), empty).unwrap().first_entry().unwrap_err();
    assert_eq!(error.to_string(), "checkpoint: the log is empty");
}

/// Damages a copy of a log of 300 entries and says what reading all of it then says.
fn damaged(damage: impl Fn(&Home)) -> String {
    let home = Home::with_entries(300);
    damage(&home);
    let read = Log::open(home.store(), &signer().verifier()).and_then(|log| {
        (0..300).try_for_each(|index| log.prove_inclusion(index).map(drop))?;
        log.entries(0..300)
    });
    read.unwrap_err().to_string()
}

#[test]
fn each_damaged_file_is_named() {
    let cut = |path: &'static str, length: usize| {
        move |home: &Home| {
            let bytes = fs::read(home.file(path)).unwrap();
            fs::write(home.file(path), &bytes[..length]).unwrap();
        }
    };
    let gone = |path: &'static str| move |home: &Home| fs::remove_file(home.file(path)).unwrap();
    let flip = |path: &'static str, at| move |home: &Home| home.flip(path, at);

    assert_eq!(damaged(cut("tile/0/001.p/44", 1310)), "tile/0/001.p/44: 1310 bytes, expected 1408");
    assert_eq!(damaged(cut("tile/0/000", 0)), "tile/0/000: 0 bytes, expected 8192");
    assert_eq!(damaged(gone("tile/0/001.p/44")), "tile/0/001.p/44: missing");
    assert_eq!(damaged(gone("tile/0/000")), "tile/0/000: missing");
    assert_eq!(damaged(gone("tile/entries/000")), "tile/entries/000: missing");
    assert_eq!(damaged(gone("checkpoint")), "checkpoint: missing");

    let root = "do not match the root in the checkpoint";
    assert_eq!(damaged(flip("tile/0/001.p/44", 9)), format!("tile/0/001.p/44, tile/1/000.p/1: {root}"));
    assert_eq!(damaged(flip("tile/1/000.p/1", 9)), format!("tile/0/001.p/44, tile/1/000.p/1: {root}"));
    assert_eq!(damaged(flip("tile/0/000", 77)), "tile/0/000: does not match its hash in tile/1/000.p/1");
    assert_eq!(
        damaged(flip("tile/entries/001.p/44", 5)),
        "tile/entries/001.p/44: entry 256 does not match its hash in tile/0/001.p/44"
    );
    assert_eq!(
        damaged(flip("tile/entries/000", 5)),
        "tile/entries/000: entry 1 does not match its hash in tile/0/000"
    );
    assert_eq!(
        damaged(cut("tile/entries/001.p/44", 30)),
        "tile/entries/001.p/44: ends after 1 of its 44 entries"
    );
    let longer = |home: &Home| {
        let mut bytes = fs::read(home.file("tile/entries/000")).unwrap();
        bytes.extend_from_slice(b"\0\0");
        fs::write(home.file("tile/entries/000"), bytes).unwrap();
    };
    assert_eq!(damaged(longer), "tile/entries/000: 2 bytes after its last entry");

    assert_eq!(
        damaged(flip("checkpoint", 17)),
        "checkpoint: the signature of record.example does not verify"
    );
    assert_eq!(
        damaged(flip("checkpoint", 0)),
        "checkpoint: its origin is secord.example, expected record.example"
    );
    let huge = |home: &Home| fs::write(home.file("tile/entries/000"), vec![0; 17_000_000]).unwrap();
    assert_eq!(damaged(huge), "tile/entries/000: cannot be read: longer than 16777472 bytes");
    let folder = |home: &Home| {
        fs::remove_file(home.file("checkpoint")).unwrap();
        fs::create_dir(home.file("checkpoint")).unwrap();
    };
    assert_eq!(damaged(folder), "checkpoint: cannot be read: not a regular file");
}

#[test]
fn every_hash_of_a_full_tile_is_checked_whatever_the_size() {
    // Sizes at which the partial tiles hold several subtrees, and so fewer files than subtrees.
    for size in [257, 258, 259, 263, 511, 448 + 256, 775] {
        let home = Home::with_entries(size);
        home.flip("tile/0/000", 8191);
        let error = home.log().prove_inclusion(0).unwrap_err().to_string();
        assert!(
            error.starts_with("tile/0/000: does not match its hash in tile/1/000.p/"),
            "{size}: {error}"
        );
    }
}

#[test]
fn a_checkpoint_of_the_key_that_fits_no_tiles_is_refused() {
    let home = Home::with_entries(3);
    for (size, root, text) in [
        (3, [7; 32], "tile/0/000.p/3: does not match the root in the checkpoint"),
        (0, [7; 32], "checkpoint: its root is not that of an empty log"),
        (1 << 48, [7; 32], "tile/6/000.p/1: missing"),
        ((1 << 48) - 1, [7; 32], "tile/0/x001/x099/x511/x627/775.p/255: missing"),
    ] {
        let bytes = Checkpoint::new("record.example", size, root).sign(&signer()).unwrap();
        let log = UnverifiedLog::at(home.store(), bytes).unwrap().verify(&signer().verifier()).unwrap();
        let error =
            if size == 0 { log.tree().edge().map(drop) } else { log.prove_inclusion(0).map(drop) };
        assert_eq!(error.unwrap_err().to_string(), text);
    }
}

#[test]
fn a_second_writer_is_refused() {
    let home = Home::new();
    let writer = home.create();
    let error = home.open_error();
    let lock = home.folder.path().join("log.key.lock");
    assert_eq!(error.kind(), LogErrorKind::Busy);
    let (lock, own) = (lock.display(), std::process::id());
    assert_eq!(error.to_string(), format!("{lock}: held by another writer of this log (process {own})"));
    drop(writer);
    assert!(Writer::open(&home.public(), &home.key()).unwrap().1.is_nothing());
}

#[test]
fn a_new_log_needs_an_empty_folder_and_an_unused_key() {
    let home = Home::new();
    let error = home.open_error();
    assert_eq!(
        error.to_string(),
        "log.key.state: missing: either this key's log was never created, or the writer's files were lost"
    );
    fs::create_dir(home.public()).unwrap();
    fs::write(home.file("other"), "").unwrap();
    let create = || Writer::create(&home.public(), &home.key()).map(|_| ()).unwrap_err().to_string();
    assert_eq!(
        create(),
        format!("{}: not empty; a new log needs an empty folder", home.public().display())
    );
    fs::remove_file(home.file("other")).unwrap();
    drop(home.create());
    // Interrupted before the first entry, it may be begun again.
    home.create().append(&batch(0, 2)).unwrap();
    fs::remove_dir_all(home.public()).unwrap();
    assert_eq!(create(), "log.key.state: this key has signed a log of 2 entries already");
}

/// The one file in which an append is staged.
fn staged_file(home: &Home) -> PathBuf {
    let files = fs::read_dir(home.folder.path()).unwrap().map(|file| file.unwrap().path());
    let mut staged: Vec<_> =
        files.filter(|path| path.to_string_lossy().contains("log.key.staged.")).collect();
    assert_eq!(staged.len(), 1, "{staged:?}");
    staged.remove(0)
}

#[test]
fn restored_backups_are_refused_and_a_lost_last_append_is_mended() {
    let home = Home::with_entries(3);
    let path = |name: &str| home.folder.path().join(name);
    let append = |from, to| {
        Writer::open(&home.public(), &home.key()).unwrap().0.append(&batch(from, to)).unwrap();
    };
    copy(&home.public(), &path("public-3"));
    fs::copy(path("log.key.state"), path("state-3")).unwrap();
    append(3, 7);
    copy(&home.public(), &path("public-7"));
    append(7, 9);

    // The writer's files from before: going on would sign entry 3 a second time.
    fs::copy(path("log.key.state"), path("state-9")).unwrap();
    fs::copy(path("state-3"), path("log.key.state")).unwrap();
    let error = home.open_error();
    assert_eq!(error.kind(), LogErrorKind::Diverged);
    assert_eq!(
        error.to_string(),
        "checkpoint: it has 9 entries, and log.key.state knows only of 3 of them: the writer's files are \
         older than the public folder (a restored backup?), and to append would fork the log"
    );
    fs::copy(path("state-9"), path("log.key.state")).unwrap();

    // The public folder from before: entries 3 to 6 are nowhere.
    fs::rename(home.public(), path("public-9")).unwrap();
    copy(&path("public-3"), &home.public());
    let staged = staged_file(&home);
    let behind = |has: &str, staged: &str| {
        let error = home.open_error();
        assert_eq!(error.kind(), LogErrorKind::Diverged);
        assert_eq!(
            error.to_string(),
            format!(
                "checkpoint: it has {has} entries, log.key.state has signed 9, and the append that it names \
                 {staged}: the public folder is older than the writer's files (a restored backup?), and \
                 entries would be lost"
            )
        );
    };
    behind("3", "begins at 7");
    fs::remove_dir_all(home.public()).unwrap();
    behind("0", "begins at 7");

    // Only the last append is missing, and that is still staged.
    copy(&path("public-7"), &home.public());
    fs::rename(&staged, path("staged-9")).unwrap();
    behind("7", "is missing");
    fs::write(&staged, "erratum/v1 staged").unwrap();
    behind("7", "is damaged");
    fs::rename(path("staged-9"), staged).unwrap();
    let recovery = Writer::open(&home.public(), &home.key()).unwrap().1;
    assert_eq!(recovery.mended(), [Mended::Append { from: 7, to: 9 }]);
    let words = "finished an interrupted append: the log had 7 public entries, now 9";
    assert_eq!(recovery.to_string(), words);
    assert_eq!(home.log().entries(0..9).unwrap(), (0..9).map(entry).collect::<Vec<_>>());
}

#[test]
fn damaged_writer_files_are_named() {
    let home = Home::with_entries(3);
    let state = home.folder.path().join("log.key.state");
    let good = fs::read_to_string(&state).unwrap();
    fs::write(&state, good.replace("record.example\n3\n", "record.example\n4\n")).unwrap();
    let text = "log.key.state: checkpoint: the signature of record.example does not verify";
    assert_eq!(home.open_error().to_string(), text);
    fs::write(&state, "").unwrap();
    assert_eq!(home.open_error().to_string(), "log.key.state: its first line is not that of a state");

    // A second log of the same key, and its state here: the same size, another tree.
    let other = Home::new();
    other.create().append(&batch(1, 4)).unwrap();
    fs::copy(other.folder.path().join("log.key.state"), &state).unwrap();
    let text =
        "checkpoint: its root at 3 entries is not the one in log.key.state: the key has signed two logs";
    assert_eq!(home.open_error().to_string(), text);
    fs::write(&state, good).unwrap();
    home.flip("tile/entries/000.p/3", 5);
    let text = "tile/entries/000.p/3: entry 1 does not match its hash in tile/0/000.p/3";
    assert_eq!(home.open_error().to_string(), text);
}

#[test]
fn a_file_that_is_in_the_way_is_never_overwritten() {
    let home = Home::with_entries(1);
    let mut writer = Writer::open(&home.public(), &home.key()).unwrap().0;
    fs::create_dir_all(home.file("blob/000.p")).unwrap();
    fs::write(home.file("blob/000.p/1"), "other").unwrap();
    let new = [NewEntry { entry: b"e".to_vec(), blobs: Some(b"blobs".to_vec()) }];
    let error = writer.append(&new).unwrap_err();
    assert_eq!(error.to_string(), "blob/000.p/1: is there already with other content");
    let error = writer.append(&new).unwrap_err();
    assert_eq!(error.kind(), LogErrorKind::Poisoned);
    let text =
        "the writer: an act of it failed; open the writer again, which settles what became of that";
    assert_eq!(error.to_string(), text);
    drop(writer);
    assert_eq!(home.open_error().to_string(), "blob/000.p/1: is there already with other content");
    fs::remove_file(home.file("blob/000.p/1")).unwrap();
    let (writer, recovery) = Writer::open(&home.public(), &home.key()).unwrap();
    let finished = Recovery::of(vec![Mended::Append { from: 1, to: 2 }, Mended::Leftovers(1)]);
    assert_eq!((recovery, writer.checkpoint().size()), (finished, 2));
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    let store = LocalStore::new("nowhere");
    for path in ["", "/etc/passwd", "../x", "a/../b", "a//b", "."] {
        let error = store.read(path, 10).unwrap_err().to_string();
        assert_eq!(error, format!("{path}: cannot be a file's path: invalid filename"));
    }
    assert_eq!(store.read("a/b", 10).unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_flipped_bit_is_noticed_or_was_not_read(
        size in 1usize..600, file in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let home = Home::with_entries(size);
        let mut files = Vec::new();
        list(&home.public(), &mut files);
        let path = &files[file.index(files.len())];
        let mut bytes = fs::read(path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
        let read = Log::open(home.store(), &signer().verifier()).and_then(|log| log.entries(0..size as u64));
        if let Ok(entries) = read {
            // Base64 of a signature has no spare bits, so not even in the checkpoint.
            prop_assert!(false, "{} at {at} unnoticed: {} entries", path.display(), entries.len());
        }
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
    files.sort();
}
