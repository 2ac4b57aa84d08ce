//! An operator who lies. It holds the log key and the tools of an honest one, so that whatever it makes is
//! well-formed and signed, and only what it says is wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use erratum::matching::{Segment, SegmentHeader, build_segment};
use erratum::record::{
    Attached, Blob, Body, Entry, Epoch, Id, NewEntry, Operator, Placed, Receipt, RecordBody,
    SUFFIX_LIST, Signed, Signer, State, Statement, Submission, Time, Writer, read_key_file,
};
use erratum::text::SearchForm;

use super::World;

/// What is logged: a statement with its time and blobs.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) entry: Entry,
    pub(crate) blobs: Vec<u8>,
}

impl Told {
    /// Whether it is an epoch.
    fn is_epoch(&self) -> bool {
        matches!(&self.entry.statement.body, Body::Record(body) if body.epoch.is_some())
    }

    /// Gives it another time.
    pub(crate) fn at(mut self, logged: Time) -> Self {
        self.entry.logged = logged;
        self
    }
}

/// The operator of a world's record, turned dishonest.
pub(crate) struct Liar<'a>(pub(crate) &'a World);

impl Liar<'_> {
    /// The log key.
    pub(crate) fn key(&self) -> Signer {
        read_key_file(&self.key_file()).unwrap()
    }

    fn key_file(&self) -> PathBuf {
        self.0.folder().join("operator/log.key")
    }

    /// All that is logged.
    pub(crate) fn told(&self) -> Vec<Told> {
        let record = self.0.opened();
        let log = record.log();
        let entries = log.entries(0..log.size()).unwrap();
        (0..).zip(entries).map(|(index, bytes)| self.read(&bytes, log.blobs(index).unwrap())).collect()
    }

    fn read(&self, entry: &[u8], blobs: Option<Vec<u8>>) -> Told {
        Told { entry: Entry::parse(entry).unwrap(), blobs: blobs.unwrap_or_default() }
    }

    /// The published checkpoint.
    pub(crate) fn checkpoint(&self) -> Vec<u8> {
        fs::read(self.0.record().join("checkpoint")).unwrap()
    }

    /// Logs something without judging it.
    pub(crate) fn log(&self, told: &Told) -> u64 {
        let (mut writer, _) = Writer::open(&self.0.record(), &self.key_file()).unwrap();
        writer.append(&[new_entry(told)]).unwrap().start
    }

    /// Logs something of the operator's own without judging it.
    pub(crate) fn say(&self, body: RecordBody, blobs: Vec<u8>) -> u64 {
        let record = self.key().verifier().name().parse().unwrap();
        let statement = Statement { record, body: Body::Record(body) };
        let note = self.key().sign(&statement.text()).unwrap();
        self.log(&Told { entry: Entry { logged: Time::now(), note, statement }, blobs })
    }

    /// Logs an epoch that commits to this map.
    pub(crate) fn epoch(&self, map: [u8; 32], checkpoint: &[u8]) -> u64 {
        let checkpoint = Blob::new([0; 32], checkpoint.to_vec());
        let epoch = Epoch { manifest: None, map: Id(map), checkpoint: checkpoint.reference() };
        let body = RecordBody { epoch: Some(epoch), ..RecordBody::default() };
        self.say(body, checkpoint.stored())
    }

    /// Takes the record away, with all that the writer remembers of it.
    fn forget(&self) {
        fs::remove_dir_all(self.0.record()).unwrap();
        for file in fs::read_dir(self.key_file().parent().unwrap()).unwrap().flatten() {
            if file.path() != self.key_file() {
                fs::remove_file(file.path()).unwrap();
            }
        }
    }

    /// Puts in the place of the record a log of exactly these entries, signed anew. What its epochs commit
    /// to stays what it was.
    pub(crate) fn rewrite(&self, told: &[Told]) {
        self.forget();
        let mut writer = Writer::create(&self.0.record(), &self.key_file()).unwrap();
        let entries: Vec<NewEntry> = told.iter().map(new_entry).collect();
        writer.append(&entries).unwrap();
    }

    /// Puts in the place of the record one to which all of this was said, at these times, with every epoch
    /// made anew: by itself it is without fault.
    pub(crate) fn retell(&self, told: &[Told]) {
        self.forget();
        let time = Arc::new(Mutex::new(told[0].entry.logged));
        let clock = Arc::clone(&time);
        let mut operator = Operator::create(
            &self.0.record(),
            &self.key_file(),
            SUFFIX_LIST,
            Box::new(move || *clock.lock().unwrap()),
            Box::new(erratum::check_statement),
        )
        .unwrap();
        for one in &told[1..] {
            *time.lock().unwrap() = one.entry.logged;
            if one.is_epoch() {
                operator.epoch().unwrap();
                continue;
            }
            if let Body::Record(body) = &one.entry.statement.body {
                for (name, key) in &body.admit {
                    operator.admit(name, key).unwrap();
                }
                continue;
            }
            let submission = Submission { note: one.entry.note.clone(), blobs: one.blobs.clone() };
            let receipt = operator.submit(&[submission]).unwrap().pop();
            assert!(matches!(receipt, Some(Receipt::Logged { .. })), "{receipt:?}");
        }
    }

    /// Makes the map of a log that nobody has: `tell` changes each entry before it goes in, whoever signed
    /// it, or leaves it out. Publishes that map, with an epoch that commits to it and names the latest
    /// checkpoint; gives its entry.
    pub(crate) fn false_map(&self, tell: impl Fn(u64, &mut Statement) -> bool) -> u64 {
        self.map_naming(&self.checkpoint(), tell)
    }

    /// The same with an epoch that names this checkpoint.
    pub(crate) fn map_naming(
        &self,
        checkpoint: &[u8],
        tell: impl Fn(u64, &mut Statement) -> bool,
    ) -> u64 {
        let (record, key) = (self.0.opened(), self.key().verifier());
        let mut state = State::default();
        for (index, told) in (0..).zip(self.told()) {
            let mut statement = told.entry.statement.clone();
            let attached = Attached::of(&statement, &record.blobs(index).unwrap(), Some(&key));
            if tell(index, &mut statement) {
                let (id, logged) = (told.entry.statement.id(), told.entry.logged);
                let placed = Placed { entry: index, logged, id, statement, attached };
                // What speaks of something left out goes with it.
                let _ = state.push(placed, &|_| Signed::Yes);
            }
        }
        let folder = self.0.record().join("map");
        let mut map = state.next_map(Some(&folder), record.log().size()).unwrap();
        let entry = self.epoch(map.root(), checkpoint);
        map.publish(&folder, entry).unwrap();
        entry
    }

    /// Puts in the place of the index one of these texts only, each at its entry. Readers use it once an
    /// epoch commits to it.
    pub(crate) fn false_index(&self, texts: &[(u64, &str)]) {
        let record = self.0.opened();
        let size = record.log().size();
        let header = SegmentHeader { log_size: size, root: record.log().root_at(size).unwrap() };
        let forms =
            texts.iter().map(|(entry, text)| (u32::try_from(*entry).unwrap(), SearchForm::new(text)));
        let bytes = build_segment(header, forms).unwrap();
        let digest = Id(Segment::from_bytes(bytes.clone()).unwrap().sha256());
        let (root, length) = (Id(header.root), bytes.len());
        let folder = self.0.record().join("match");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{size}.segment")), bytes).unwrap();
        let manifest = format!(
            "erratum/v1 index\nlog {size} {root}\nsegment match/{size}.segment {length} {digest}\n"
        );
        fs::write(folder.join("manifest"), manifest).unwrap();
    }
}

fn new_entry(told: &Told) -> NewEntry {
    NewEntry {
        entry: told.entry.bytes(),
        blobs: Some(told.blobs.clone()).filter(|blobs| !blobs.is_empty()),
    }
}

/// A folder as a source of mirrors, as a web server would be.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    fn path(&self, path: &str) -> PathBuf {
        Path::new(&self.0).join(path)
    }
}

impl erratum_remote::Source for Folder {
    fn get(&self, path: &str, _: u64) -> Result<Option<Vec<u8>>, erratum::record::LogError> {
        Ok(fs::read(self.path(path)).ok())
    }

    fn open(
        &self,
        path: &str,
        _: u64,
    ) -> Result<Option<Box<dyn std::io::Read + Send>>, erratum::record::LogError> {
        Ok(fs::File::open(self.path(path)).ok().map(|file| Box::new(file) as _))
    }
}
