//! Records to be mirrored, watched and witnessed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use erratum_record::{
    Blob, Id, LocalStore, Log, LogError, LogErrorKind, NewEntry, Signer, VerifierKey, Writer,
    create_key_file,
};
use erratum_remote::Source;

pub(crate) const ORIGIN: &str = "record.example";

/// A record with its writer.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    writer: Writer,
    seed: u8,
}

impl World {
    /// A record with entry 0; `seed` tells one history from another.
    pub(crate) fn new(seed: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("log.key");
        create_key_file(&key, &log_key()).unwrap();
        let writer = Writer::create(&folder.path().join("record"), &key).unwrap();
        let mut world = Self { folder, writer, seed };
        let vkey = log_key().verifier();
        let list = Blob::new([0; 32], b"com\n".to_vec());
        let text = format!(
            "erratum/v1 record\nrecord {ORIGIN}\nlog-key {vkey}\nrule 1\nsuffix-version 1\nsuffixes {}\nmanifest none\nmap none\ncheckpoint none\n",
            list.reference()
        );
        world.append(vec![(note(&log_key(), &text), Some(list.stored()))]);
        world
    }

    pub(crate) fn place(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    pub(crate) fn size(&self) -> u64 {
        self.writer.checkpoint().size()
    }

    /// Appends in one batch.
    pub(crate) fn append(&mut self, entries: Vec<(Vec<u8>, Option<Vec<u8>>)>) {
        let entries: Vec<_> =
            entries.into_iter().map(|(entry, blobs)| NewEntry { entry, blobs }).collect();
        self.writer.append(&entries).unwrap();
    }

    /// Appends remarks up to this size, two of three with blobs.
    pub(crate) fn grow(&mut self, size: u64) {
        let first = self.size();
        let entries = (first..size).map(|index| match index % 3 {
            0 => (note(&log_key(), &format!("erratum/v1 nothing {index} {}\n", self.seed)), None),
            _ => remark("a.example", "00", index, self.seed),
        });
        self.append(entries.collect());
    }

    /// Takes the blobs of an entry away, with or without a statement that says so.
    pub(crate) fn withhold(&mut self, entry: u64, say: bool) {
        self.writer.withhold(&[entry]).unwrap();
        if say {
            let text = format!("erratum/v1 record\nrecord {ORIGIN}\nwithhold {entry}\n");
            self.append(vec![(note(&log_key(), &text), None)]);
        }
    }

    /// Publishes the last checkpoint as witnesses cosigned it.
    pub(crate) fn cosign(&mut self, checkpoint: Vec<u8>) {
        self.writer.cosign(checkpoint).unwrap();
    }

    pub(crate) fn log(&self) -> Log {
        self.writer.log().unwrap()
    }
}

pub(crate) fn log_key() -> Signer {
    Signer::from_seed(ORIGIN, &[9; 32]).unwrap()
}

/// An entry with this statement.
pub(crate) fn note(key: &Signer, text: &str) -> Vec<u8> {
    format!("logged 2026-01-06T21:14:40.000Z\n{}", key.sign(text).unwrap()).into_bytes()
}

/// A remark by `speaker` on a document, with its blob.
pub(crate) fn remark(speaker: &str, document: &str, index: u64, seed: u8) -> (Vec<u8>, Option<Vec<u8>>) {
    let blob = Blob::new([seed; 32], format!("remark {index}").into_bytes());
    let document = document.repeat(64 / document.len());
    let text = format!(
        "erratum/v1 note\nrecord {ORIGIN}\nspeaker {speaker}\ndocument {document}\nlang en\ntext {}\n",
        blob.reference()
    );
    let key = Signer::from_seed(&format!("{speaker}/press"), &[1; 32]).unwrap();
    (note(&key, &text), Some(blob.stored()))
}

/// Every file below a folder with its bytes, by its path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The log in a folder, all of it read.
pub(crate) fn whole(folder: &Path, key: &VerifierKey) -> Log {
    let log = Log::open(Arc::new(LocalStore::new(folder)), key).unwrap();
    assert_eq!(log.entries(0..log.size()).unwrap().len() as u64, log.size());
    log
}

/// A source over files in memory, which counts, and fails when it is told to.
pub(crate) struct Files {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// After so many reads every further one fails.
    pub(crate) fails_after: usize,
    pub(crate) reads: AtomicUsize,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Files {
    pub(crate) fn of(folder: &Path) -> Self {
        Self {
            files: files(folder),
            fails_after: usize::MAX,
            reads: AtomicUsize::new(0),
            asked: Mutex::default(),
        }
    }

    fn file(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError> {
        if self.reads.fetch_add(1, Ordering::Relaxed) >= self.fails_after {
            return Err(LogError::new(LogErrorKind::Io, path, "the network is gone"));
        }
        let found = self.files.get(path).cloned();
        if found.is_some() {
            self.asked.lock().unwrap().push(path.to_owned());
        }
        match found {
            Some(bytes) if bytes.len() as u64 > most => {
                Err(LogError::new(LogErrorKind::Io, path, format!("longer than {most} bytes")))
            }
            found => Ok(found),
        }
    }
}

impl Source for Files {
    fn get(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError> {
        self.file(path, most)
    }

    fn open(&self, path: &str, most: u64) -> Result<Option<Box<dyn Read + Send>>, LogError> {
        let file = self.file(path, most)?;
        Ok(file.map(|bytes| Box::new(std::io::Cursor::new(bytes)) as Box<dyn Read + Send>))
    }
}

pub(crate) fn digest(bytes: &[u8]) -> Id {
    Id::of(bytes)
}
