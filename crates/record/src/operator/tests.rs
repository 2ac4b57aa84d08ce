//! An operator over real folders: what it answers, what it puts aside, what it refuses to do.

use std::fs;

use super::*;
use crate::atoms::{BlobRef, Id};
use crate::log::create_key_file;
use crate::note::Signer;
use crate::state::Registered;
use crate::statement::{Act, Document, FirstWord, Forms, Keys, Remark, StandingBody};
use crate::suffixes::SUFFIX_LIST;
use crate::words::Genre;

/// A record with one office in it.
pub(super) struct World {
    folder: tempfile::TempDir,
    pub(super) operator: Option<Operator>,
}

pub(super) const OFFICE: &str = "command.example";
const OTHER: &str = "other.example";

fn signer(name: &str) -> Signer {
    let mut seed = [7; 32];
    seed[0] = u8::try_from(name.len()).unwrap();
    Signer::from_seed(&format!("{name}/press"), &seed).unwrap()
}

pub(super) fn anything() -> Check {
    Box::new(|_, _| Ok(()))
}

impl World {
    pub(super) fn new(check: Check) -> Self {
        Self::open(check, None)
    }

    /// A record that is open to names that prove themselves, if there is a quota.
    pub(super) fn open(check: Check, quota: Option<u64>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (record, key) = (folder.path().join("record"), folder.path().join("log.key"));
        create_key_file(&key, &Signer::from_seed("record.example", &[1; 32]).unwrap()).unwrap();
        let mut minute = 0;
        let clock = Box::new(move || {
            minute += 1;
            Time::from_millis(minute * 60_000)
        });
        let both: (Clock, Check) = (clock, check);
        let mut operator = Operator::create_open(&record, &key, SUFFIX_LIST, quota, both).unwrap();
        operator.admit(&OFFICE.parse().unwrap(), &signer(OFFICE).verifier()).unwrap();
        let mut world = Self { folder, operator: Some(operator) };
        let keys = world.keys(OFFICE);
        assert!(matches!(world.submit(&keys), Receipt::Logged { entry: 2, .. }));
        world
    }

    pub(super) fn operator(&mut self) -> &mut Operator {
        self.operator.as_mut().unwrap()
    }

    pub(super) fn submit(&mut self, submission: &Submission) -> Receipt {
        self.operator().submit(std::slice::from_ref(submission)).unwrap().pop().unwrap()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn inbox(&self) -> Inbox {
        Inbox::of(&self.path("record"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.inbox().place().join(format!("{name}.submission"))
    }

    fn say(&self, name: &str, body: Body, blobs: Vec<u8>) -> Submission {
        let statement = Statement { record: "record.example".parse().unwrap(), body };
        Submission { note: signer(name).sign(&statement.text()).unwrap(), blobs }
    }

    fn keys(&self, name: &str) -> Submission {
        let (speaker, key) = (name.parse().unwrap(), signer(name).verifier());
        self.say(name, Body::Keys(Keys::single(speaker, key, None)), Vec::new())
    }

    pub(super) fn letter(&self, number: u8) -> Submission {
        let blobs =
            [Blob::new([3; 32], b"title".to_vec()), Blob::new([4; 32], number.to_string().into_bytes())];
        let forms = Forms {
            tables: "v1 nfkc=1 fold=1 skeleton=1 category=1 script=1 segments=1".into(),
            search: Id::of(&[number]),
            comparison: Id::of(&[number]),
        };
        let document = Document {
            speaker: OFFICE.parse().unwrap(),
            name: format!("{OFFICE}/l/{number}").parse().unwrap(),
            word: FirstWord::Issued { replaces: None },
            genre: Genre::Letter,
            lang: "en".parse().unwrap(),
            date: None,
            effective: None,
            forms,
            title: blobs[0].reference(),
            text: blobs[1].reference(),
        };
        let stored = blobs.iter().flat_map(Blob::stored).collect();
        self.say(OFFICE, Body::Document(document), stored)
    }

    fn remarks(&mut self, submission: &Submission) -> usize {
        let notes = self.operator().state().notes(&submission.id()).unwrap();
        self.document(submission).comments.len() + notes.len()
    }

    /// A word with a reason.
    pub(super) fn mark(&mut self, name: &str, on: &Submission, act: Act, salt: u8) -> Submission {
        let reason = Blob::new([salt; 32], b"a reason".to_vec());
        let speaker: Name = name.parse().unwrap();
        let previous = self.operator().state().previous(&speaker, &on.id()).unwrap();
        let body = StandingBody {
            speaker,
            document: on.id(),
            previous,
            act,
            lang: "en".parse().unwrap(),
            effective: None,
            passages: Vec::new(),
            reason: Some(reason.reference()),
            translations: Vec::new(),
        };
        self.say(name, Body::Standing(body), reason.stored())
    }

    /// As after a restart.
    pub(super) fn reopen(&mut self) {
        self.operator = None;
        let mut hour = 1_000;
        let clock = Box::new(move || {
            hour += 1;
            Time::from_millis(hour * 3_600_000)
        });
        let (record, key) = (self.path("record"), self.path("log.key"));
        self.operator = Some(Operator::open(&record, &key, clock, anything()).unwrap().0);
    }

    fn document(&mut self, submission: &Submission) -> Registered {
        (*self.operator().state().document(&submission.id()).unwrap().unwrap()).clone()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_logged_statement_keeps_its_receipt_whatever_comes_with_it_later() {
    let mut world = World::new(anything());
    let letter = world.letter(1);
    let receipt = world.submit(&letter);
    assert!(matches!(receipt, Receipt::Logged { entry: 3, .. }));
    let spoilt = Submission { blobs: vec![0; 10], ..letter.clone() };
    world.inbox().put(&spoilt).unwrap();
    let drained = world.operator().drain().unwrap();
    assert_eq!(drained.answered, [(world.file(&letter.id().to_string()), receipt.clone())]);
    // A file that only bears its name takes nothing from it.
    fs::write(world.file(&letter.id().to_string()), "junk").unwrap();
    let drained = world.operator().drain().unwrap();
    assert_eq!(drained.answered, []);
    let why = "its first line is not \"erratum/v1 submission <bytes> <bytes>\"".to_owned();
    assert_eq!(drained.rejected, [(world.file(&letter.id().to_string()), why)]);
    assert_eq!(world.inbox().receipt(&letter.id()), Some(receipt));
    assert_eq!(names(world.inbox().place()), ["receipts", "rejected"]);
}

#[test]
fn one_bad_file_stops_nothing() {
    let mut world = World::new(anything());
    let (first, second) = (world.letter(1), world.letter(2));
    fs::create_dir(world.file("folder")).unwrap();
    std::os::unix::fs::symlink("/nowhere", world.file("link")).unwrap();
    fs::write(world.file("renamed"), first.bytes()).unwrap();
    // Where the receipt should go there is a folder.
    fs::create_dir_all(world.inbox().place().join(format!("receipts/{}/x", first.id()))).unwrap();
    world.inbox().put(&first).unwrap();
    world.inbox().put(&second).unwrap();
    let drained = world.operator().drain().unwrap();
    let logged = |(_, receipt): &(_, Receipt)| matches!(receipt, Receipt::Logged { .. });
    assert!(drained.answered.len() == 2 && drained.answered.iter().all(logged));
    let mut rejected: Vec<(PathBuf, String)> = drained.rejected;
    rejected.sort();
    let first_file = world.file(&first.id().to_string());
    let at = rejected.iter().position(|(path, _)| *path == first_file).unwrap();
    assert!(rejected.remove(at).1.starts_with("its receipt cannot be written: "));
    let no_file = "not a regular file".to_owned();
    assert_eq!(
        rejected,
        [
            (world.file("folder"), no_file.clone()),
            (world.file("link"), no_file),
            (world.file("renamed"), "its file is not named by its id".to_owned()),
        ]
    );
    let put_aside = names(&world.inbox().place().join("rejected"));
    assert_eq!(put_aside, ["folder.submission", "link.submission", "renamed.submission"]);
    assert!(first_file.exists());
    assert!(matches!(world.inbox().receipt(&second.id()), Some(Receipt::Logged { .. })));
}

#[test]
fn what_comes_too_early_is_tried_again_and_keys_wait_for_admission() {
    let mut world = World::new(anything());
    let letter = world.letter(1);
    let blob = Blob::new([5; 32], b"see the attached".to_vec());
    let remark = |speaker: &str, text: BlobRef| Remark {
        speaker: speaker.parse().unwrap(),
        document: letter.id(),
        lang: "en".parse().unwrap(),
        text,
    };
    let comment = world.say(OFFICE, Body::Comment(remark(OFFICE, blob.reference())), blob.stored());
    let note = world.say(OTHER, Body::Note(remark(OTHER, blob.reference())), blob.stored());
    let keys = world.keys(OTHER);
    for submission in [&comment, &note, &keys, &letter] {
        world.inbox().put(submission).unwrap();
    }
    let drained = world.operator().drain().unwrap();
    assert_eq!(drained.answered.len(), 2, "the letter, then the comment on it");
    assert_eq!(world.remarks(&letter), 1);
    let [waiting] = drained.waiting.as_slice() else { panic!("{:?}", drained.waiting) };
    assert_eq!(waiting.key, signer(OTHER).verifier());
    assert_eq!(
        waiting.why,
        format!(
            "other.example is not admitted with this key; the operator runs: erratum record admit other.example {}",
            waiting.key
        )
    );
    world.operator().admit(&OTHER.parse().unwrap(), &waiting.key.clone()).unwrap();
    let drained = world.operator().drain().unwrap();
    assert_eq!((drained.answered.len(), drained.waiting.len(), drained.rejected.len()), (2, 0, 0));
    assert_eq!(world.remarks(&letter), 2);
}

#[test]
fn what_the_check_finds_is_refused_and_leaves_no_trace() {
    let check = |statement: &Statement, blobs: &[Blob]| match &statement.body {
        Body::Document(_) if blobs[1].text() == "2" => Err("not the text it signs".to_owned()),
        _ => Ok(()),
    };
    let mut world = World::new(Box::new(check));
    let (good, bad) = (world.letter(1), world.letter(2));
    let refused = Receipt::Refused("not the text it signs".to_owned());
    assert_eq!(world.submit(&bad), refused);
    assert!(matches!(world.submit(&good), Receipt::Logged { entry: 3, .. }));
    let word = |document: Id| {
        Body::Standing(StandingBody {
            speaker: OFFICE.parse().unwrap(),
            document,
            previous: document,
            act: Act::Issued,
            lang: "en".parse().unwrap(),
            effective: None,
            passages: Vec::new(),
            reason: None,
            translations: Vec::new(),
        })
    };
    let on_the_bad = world.say(OFFICE, word(bad.id()), Vec::new());
    let unknown = format!("this record holds no document {}", bad.id().short());
    assert_eq!(world.submit(&on_the_bad), Receipt::Refused(unknown));
    assert_eq!(world.operator().state().void(), []);
}

#[test]
fn the_log_key_does_not_lie_in_the_public_folder() {
    let mut world = World::new(anything());
    world.operator = None;
    let (record, key) = (world.path("record"), world.path("log.key"));
    fs::copy(&key, record.join("log.key")).unwrap();
    std::os::unix::fs::symlink(&record, world.path("current")).unwrap();
    for inside in [record.join("log.key"), world.path("current/log.key")] {
        let opened = Operator::open(&record, &inside, Box::new(Time::now), anything());
        assert_eq!(
            opened.err().unwrap().to_string(),
            format!(
                "refused: {}: the log key may not lie in the record's folder, which is public",
                inside.display()
            )
        );
    }
    assert!(!record.join("log.key.lock").exists());
    let _ = Operator::open(&record, &key, Box::new(Time::now), anything()).unwrap();
}

#[test]
fn a_slip_leaves_notes_out_and_has_a_limit() {
    let mut world = World::new(anything());
    let letter = world.letter(1);
    world.submit(&letter);
    world.operator().admit(&OTHER.parse().unwrap(), &signer(OTHER).verifier()).unwrap();
    let keys = world.keys(OTHER);
    world.submit(&keys);
    let say = |world: &mut World, speaker: &str, salt: u16, text: &str| {
        let mut salts = [6; 32];
        salts[..2].copy_from_slice(&salt.to_be_bytes());
        let blob = Blob::new(salts, text.as_bytes().to_vec());
        let remark = Remark {
            speaker: speaker.parse().unwrap(),
            document: letter.id(),
            lang: "en".parse().unwrap(),
            text: blob.reference(),
        };
        let body = if speaker == OFFICE { Body::Comment(remark) } else { Body::Note(remark) };
        world.say(speaker, body, blob.stored())
    };
    let submissions = [say(&mut world, OTHER, 0, "a note"), say(&mut world, OFFICE, 1, "a comment")];
    world.operator().submit(&submissions).unwrap();
    let record = Record::open(&world.path("record"), None).unwrap();
    let slip = record.slip(&letter.id()).unwrap().unwrap();
    let entries: Vec<u64> = slip.entries.iter().map(|entry| entry.index).collect();
    assert_eq!(entries, [0, 1, 2, 3, 7], "neither the note nor whoever made it");
    assert_eq!(
        slip.verify(None).unwrap().state.document(&letter.id()).unwrap().unwrap().comments.len(),
        1
    );

    let long = "x".repeat(16 * 1024);
    let many: Vec<Submission> = (2..400).map(|salt| say(&mut world, OFFICE, salt, &long)).collect();
    world.operator().submit(&many).unwrap();
    let record = Record::open(&world.path("record"), None).unwrap();
    let error = record.slip(&letter.id()).unwrap_err().to_string();
    assert!(error.ends_with(" bytes, and 8 MiB is the most"), "{error}");
}

#[test]
fn a_slip_of_a_record_with_another_suffix_list_says_that_it_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let (record, key) = (folder.path().join("record"), folder.path().join("log.key"));
    create_key_file(&key, &Signer::from_seed("record.example", &[1; 32]).unwrap()).unwrap();
    let clock = Box::new(|| Time::from_millis(1));
    let list = ("own-1", "// ===BEGIN ICANN DOMAINS===\nexample\n");
    let operator = Operator::create(&record, &key, list, clock, anything()).unwrap();
    let mut world = World { folder, operator: Some(operator) };
    world.operator().admit(&OFFICE.parse().unwrap(), &signer(OFFICE).verifier()).unwrap();
    let (keys, letter) = (world.keys(OFFICE), world.letter(1));
    world.operator().submit(&[keys, letter.clone()]).unwrap();
    let record = Record::open(&record, None).unwrap();
    let slip = record.slip(&letter.id()).unwrap().unwrap();
    assert!(!slip.verify(None).unwrap().suffixes_known);
}
