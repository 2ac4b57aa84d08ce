//! Backups restored, checkpoints known elsewhere, cosignatures, and copies made while the log is written.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::crash_tests::cosigned;
use super::*;
use crate::note::Signer;

struct Home(tempfile::TempDir);

impl Home {
    fn with_entries(count: u64) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        create_key_file(&home.path("log.key"), &signer()).unwrap();
        Writer::create(&home.path("public"), &home.path("log.key")).unwrap();
        home.grow(count);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn open(&self) -> Result<(Writer, Recovery), LogError> {
        Writer::open(&self.path("public"), &self.path("log.key"))
    }

    fn grow(&self, to: u64) {
        let mut writer = self.open().unwrap().0;
        let batch: Vec<_> = (writer.checkpoint().size()..to).map(entry).collect();
        writer.append(&batch).unwrap();
    }

    /// Keeps a copy of the public folder and of the writer's files, or puts one back.
    fn backup(&self, name: &str) {
        copy(&self.path("public"), &self.path(name).join("public"));
        for file in self.own_files() {
            fs::copy(self.path(&file), self.path(name).join(&file)).unwrap();
        }
    }

    fn restore_public(&self, name: &str) {
        fs::remove_dir_all(self.path("public")).unwrap();
        copy(&self.path(name).join("public"), &self.path("public"));
    }

    fn restore_private(&self, name: &str) {
        self.own_files().iter().for_each(|file| fs::remove_file(self.path(file)).unwrap());
        for file in fs::read_dir(self.path(name)).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), self.path(file.file_name().to_str().unwrap())).unwrap();
            }
        }
    }

    fn own_files(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).unwrap().map(|file| file.unwrap().file_name());
        let names = names.map(|name| name.into_string().unwrap());
        names.filter(|name| name.starts_with("log.key.s")).collect()
    }

    fn refused(&self) -> (LogErrorKind, String) {
        let error = self.open().map(drop).unwrap_err();
        (error.kind(), error.to_string())
    }
}

fn signer() -> Signer {
    Signer::from_seed("record.example", &[1; 32]).unwrap()
}

fn entry(index: u64) -> NewEntry {
    let text = format!("entry {index}").into_bytes();
    NewEntry { entry: text.clone(), blobs: Some(text) }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    // What is gone in between, file or folder, was a temporary or a partial one.
    let files = fs::read_dir(from).into_iter().flatten().flatten();
    for file in files {
        let to = to.join(file.file_name());
        if file.file_type().is_ok_and(|kind| kind.is_dir()) {
            copy(&file.path(), &to);
        } else {
            let _ = fs::copy(file.path(), to);
        }
    }
}

#[test]
fn each_restored_backup_gets_its_answer() {
    let home = Home::with_entries(3);
    home.backup("early");
    home.grow(7);
    home.backup("late");
    home.grow(9);
    let witnessed = home.open().unwrap().0.checkpoint().clone();
    home.backup("now");

    home.restore_public("early");
    let why = "checkpoint: it has 3 entries, log.key.state has signed 9, and the append that it names begins \
               at 7: the public folder is older than the writer's files (a restored backup?), and entries \
               would be lost";
    assert_eq!(home.refused(), (LogErrorKind::Diverged, why.to_owned()));

    home.restore_public("late");
    assert_eq!(home.open().unwrap().1.mended(), [Mended::Append { from: 7, to: 9 }]);

    home.restore_public("now");
    home.restore_private("early");
    let why = "checkpoint: it has 9 entries, and log.key.state knows only of 3 of them: the writer's files \
               are older than the public folder (a restored backup?), and to append would fork the log";
    assert_eq!(home.refused(), (LogErrorKind::Diverged, why.to_owned()));

    // Both: nothing here can show it, but what a witness knows does.
    home.restore_public("late");
    home.restore_private("late");
    let (writer, recovery) = home.open().unwrap();
    assert!(recovery.is_nothing(), "{recovery}");
    let error = writer.refuse_behind(&witnessed).unwrap_err();
    assert_eq!(error.kind(), LogErrorKind::Diverged);
    let why = "checkpoint: the log has 7 entries, and one of 9 is known elsewhere: it is older than that (a \
               restored backup?), and to append would fork the log";
    assert_eq!(error.to_string(), why);
}

#[test]
fn what_is_known_elsewhere_must_be_a_beginning() {
    let home = Home::with_entries(300);
    let writer = home.open().unwrap().0;
    for size in [0, 1, 255, 256, 300] {
        let root = writer.log().unwrap().root_at(size).unwrap();
        writer.refuse_behind(&Checkpoint::new("record.example", size, root)).unwrap();
    }
    let wrong = |origin, size| {
        let error = writer.refuse_behind(&Checkpoint::new(origin, size, [7; 32])).unwrap_err();
        assert_eq!(error.kind(), LogErrorKind::Diverged);
        error.to_string()
    };
    let why = "checkpoint: its root at 256 entries is not the one known elsewhere: the key has signed two logs";
    assert_eq!(wrong("record.example", 256), why);
    let why = "checkpoint: the one known elsewhere is of other.example, and this log is record.example";
    assert_eq!(wrong("other.example", 256), why);
}

#[test]
fn cosignatures_stay_until_the_next_append() {
    let home = Home::with_entries(3);
    let public = home.path("public/checkpoint");
    let mut writer = home.open().unwrap().0;
    let plain = writer.published().to_vec();
    assert_eq!(plain, fs::read(&public).unwrap());
    let bytes = cosigned(&plain);
    writer.cosign(bytes.clone()).unwrap();
    writer.cosign(bytes.clone()).unwrap();
    assert_eq!((writer.published(), &fs::read(&public).unwrap()), (&bytes[..], &bytes));
    drop(writer);
    let (writer, recovery) = home.open().unwrap();
    assert!(recovery.is_nothing());
    assert_eq!((writer.published(), &fs::read(&public).unwrap()), (&bytes[..], &bytes));
    drop(writer);

    // A public checkpoint that lost them gets them back.
    fs::write(&public, &plain).unwrap();
    let (mut writer, recovery) = home.open().unwrap();
    assert_eq!(recovery.mended(), [Mended::Checkpoint]);
    assert_eq!(fs::read(&public).unwrap(), bytes);

    writer.append(&[entry(3)]).unwrap();
    let new = fs::read_to_string(&public).unwrap();
    assert!(!new.contains("witness.example"));
    let error = writer.cosign(bytes).unwrap_err();
    assert_eq!(error.kind(), LogErrorKind::Invalid);
    assert_eq!(error.to_string(), "checkpoint: it is of 3 entries, and the log has 4");
    assert_eq!(fs::read_to_string(&public).unwrap(), new);
}

#[test]
fn only_the_published_checkpoint_can_be_cosigned() {
    let home = Home::with_entries(3);
    let mut writer = home.open().unwrap().0;
    let published = String::from_utf8(writer.published().to_vec()).unwrap();
    let mut wrong = |text: &str| writer.cosign(text.as_bytes().to_vec()).unwrap_err().to_string();
    assert!(wrong("").starts_with("checkpoint: not a signed note"));
    let text = &published[..=published.find("\n\n").unwrap()];
    let witness = Signer::from_seed("witness.example", &[9; 32]).unwrap();
    let alone = witness.sign(text).unwrap().to_string();
    let why = "checkpoint: not signed by record.example with the key expected";
    assert_eq!(wrong(&alone), why);
    let other = Checkpoint::new("record.example", 3, [7; 32]).sign(&signer()).unwrap();
    let why = "checkpoint: its text is not that of the one published at 3 entries";
    assert_eq!(wrong(std::str::from_utf8(&other).unwrap()), why);
    let more = signer().sign(&format!("{text}an extension\n")).unwrap().to_string();
    assert_eq!(wrong(&more), why);
    // Nothing happened: the writer goes on.
    writer.append(&[entry(3)]).unwrap();
}

#[test]
fn a_folder_copied_while_it_is_written_is_whole_or_says_what_is_missing() {
    let home = Home::with_entries(1);
    let (mut whole, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut writer = home.open().unwrap().0;
            for _ in 0..30 {
                let size = writer.checkpoint().size();
                let batch: Vec<_> = (size..size + 1 + size * 7 % 40).map(entry).collect();
                writer.append(&batch).unwrap();
            }
        });
        while !writing.is_finished() {
            let to = home.path("copy");
            copy(&home.path("public"), &to);
            match read_all(&to) {
                Ok(()) => whole += 1,
                Err(error) => {
                    assert_eq!(error.kind(), LogErrorKind::Missing, "{error}");
                    refused += 1;
                }
            }
            fs::remove_dir_all(to).unwrap();
        }
    });
    println!("{whole} whole copies, {refused} refused");
    // At rest it is whole.
    copy(&home.path("public"), &home.path("copy"));
    read_all(&home.path("copy")).unwrap();
}

/// Reads everything; what it gives must be right.
fn read_all(folder: &Path) -> Result<(), LogError> {
    let log = Log::open(Arc::new(LocalStore::new(folder)), &signer().verifier())?;
    let entries = log.entries(0..log.size())?;
    for (index, read) in (0..).zip(entries) {
        assert_eq!(read, entry(index).entry);
        // Nothing commits to the blobs but what is in the entry: those that were not copied are missing
        // there. Wrong ones are never given.
        if let Some(blobs) = log.blobs(index)? {
            assert_eq!(Some(blobs), entry(index).blobs);
        }
    }
    Ok(())
}
