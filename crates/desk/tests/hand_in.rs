//! Handing in beside other writers, and what an office is told of what waits. One temporary folder each.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use erratum::check_statement;
use erratum::record::{
    Act, Blob, Body, Genre, Id, Inbox, Operator, Record, SUFFIX_LIST, Signer, StandingBody, Statement,
    Submission, Time, VerifierKey, create_key_file, read_key_file, split_blobs,
};
use erratum_desk::{Desk, HandedIn, Issue, Issued, Mark, SourceFile};

const OFFICE: &str = "command.example";
const TEXT: &str = "The first paragraph of this letter speaks of the harbour.\n\nThe second does not.\n";

struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        let signer = Signer::from_seed("record.example", &[1; 32]).unwrap();
        create_key_file(&world.key(), &signer).unwrap();
        let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
        Operator::create(&world.record(), &world.key(), SUFFIX_LIST, clock, check).unwrap();
        world
    }

    fn record(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("log.key")
    }

    fn open(&self) -> Record {
        Record::open(&self.record(), None).unwrap()
    }

    fn operator(&self) -> Operator {
        let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
        Operator::open(&self.record(), &self.key(), clock, check).unwrap().0
    }

    /// Another writer, which holds the lock when this returns.
    fn writer(&self, work: impl FnOnce(&mut Operator) + Send + 'static) -> JoinHandle<()> {
        let (record, key) = (self.record(), self.key());
        let (holds, held) = mpsc::channel();
        let writer = thread::spawn(move || {
            let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
            let (mut operator, _) = Operator::open(&record, &key, clock, check).unwrap();
            holds.send(()).unwrap();
            work(&mut operator);
        });
        held.recv().unwrap();
        writer
    }

    fn desk(&self, name: &str) -> Desk {
        let place = self.folder.path().join(format!("desk-{name}"));
        Desk::create(&place, &name.parse().unwrap(), &self.record(), Some(&self.key())).unwrap()
    }

    fn admit(&self, name: &str, key: &VerifierKey) {
        self.operator().admit(&name.parse().unwrap(), key).unwrap();
    }

    /// A desk whose keys are in.
    fn office(&self, name: &str) -> Desk {
        let mut desk = self.desk(name);
        self.admit(name, &desk.key());
        let keys = desk.keys(&self.open(), None).unwrap();
        assert!(matches!(desk.hand_in(&[keys]).unwrap()[..], [HandedIn::Logged { .. }]));
        desk
    }
}

fn issue(desk: &mut Desk, record: &Record, path: &str) -> Issued {
    let lang = "en".parse().unwrap();
    let file = SourceFile::read("letter.txt".into(), TEXT.as_bytes().to_vec(), lang);
    let issue = Issue {
        files: vec![file],
        path: path.to_owned(),
        title: None,
        date: None,
        genre: Genre::Letter,
        replaces: None,
        effective: None,
    };
    desk.issue(record, &issue).unwrap()
}

fn are_logged(handed_in: &[HandedIn]) -> bool {
    handed_in.iter().all(|one| matches!(one, HandedIn::Logged { .. }))
}

#[test]
fn another_writer_is_waited_for() {
    let world = World::new();
    let mut desk = world.office(OFFICE);
    let record = world.open();
    let first = issue(&mut desk, &record, "l/1").submissions;
    let second = issue(&mut desk, &record, "l/2").submissions;
    let busy = world.writer(|_| thread::sleep(Duration::from_millis(400)));
    assert!(are_logged(&desk.hand_in(&first).unwrap()), "the lock became free");
    busy.join().unwrap();
    let busy = world.writer(|operator| {
        thread::sleep(Duration::from_millis(200));
        assert_eq!(operator.drain().unwrap().answered.len(), 2);
        thread::sleep(Duration::from_millis(2500));
    });
    let start = Instant::now();
    assert!(are_logged(&desk.hand_in(&second).unwrap()), "the other writer answered");
    assert!(start.elapsed() < Duration::from_millis(2500));
    busy.join().unwrap();
}

#[test]
fn a_writer_that_stays_leaves_it_queued() {
    let world = World::new();
    let mut desk = world.office(OFFICE);
    let letter = issue(&mut desk, &world.open(), "l/1").submissions;
    let operator = world.operator();
    let queued: Vec<HandedIn> = letter
        .iter()
        .map(|submission| HandedIn::Queued { id: submission.id(), for_what: None })
        .collect();
    assert_eq!(desk.hand_in(&letter).unwrap(), queued);
    drop(operator);
    assert!(are_logged(&desk.hand_in(&letter).unwrap()));
}

#[test]
fn an_office_hears_only_of_its_own_key() {
    let world = World::new();
    let mut other = world.desk("other.example");
    let keys = other.keys(&world.open(), None).unwrap();
    let told = |key: &VerifierKey, name: &str| {
        format!(
            "{name} is not admitted with this key; the operator runs: erratum record admit {name} {key}"
        )
    };
    let queued =
        |submission: &Submission, for_what| [HandedIn::Queued { id: submission.id(), for_what }];
    let expected = queued(&keys, Some(told(&other.key(), "other.example")));
    assert_eq!(other.hand_in(std::slice::from_ref(&keys)).unwrap(), expected);
    let mut desk = world.desk(OFFICE);
    let keys = desk.keys(&world.open(), None).unwrap();
    let expected = queued(&keys, Some(told(&desk.key(), OFFICE)));
    assert_eq!(desk.hand_in(std::slice::from_ref(&keys)).unwrap(), expected);
    world.admit(OFFICE, &desk.key());
    assert!(are_logged(&desk.hand_in(&[keys]).unwrap()));
}

#[test]
fn a_refusal_is_forgotten_when_it_is_handed_in_again() {
    let world = World::new();
    let mut desk = world.office(OFFICE);
    let issued = issue(&mut desk, &world.open(), "l/1");
    let [document, rendition] = issued.submissions.as_slice() else { panic!() };
    let refused = desk.hand_in(std::slice::from_ref(rendition)).unwrap_err().to_string();
    let short = &issued.document.to_string()[..8];
    assert_eq!(refused, format!("the record refused it: this record holds no document {short}"));
    assert!(are_logged(&desk.hand_in(std::slice::from_ref(document)).unwrap()));
    Inbox::of(&world.record()).put(rendition).unwrap();
    assert_eq!(Inbox::of(&world.record()).receipt(&rendition.id()), None);
    assert!(are_logged(&desk.hand_in(std::slice::from_ref(rendition)).unwrap()));
}

#[test]
fn a_passage_has_a_letter_or_a_digit() {
    let world = World::new();
    let mut desk = world.office(OFFICE);
    let issued = issue(&mut desk, &world.open(), "l/1");
    desk.hand_in(&issued.submissions).unwrap();
    let mark = |passage: &str| Mark {
        document: issued.document,
        act: Act::InError,
        reason: Some("wrong".to_owned()),
        lang: "en".parse().unwrap(),
        translations: Vec::new(),
        effective: None,
        passages: vec![passage.to_owned()],
    };
    let record = world.open();
    for passage in ["", ".", " \n"] {
        let error = desk.mark(&record, &mark(passage)).unwrap_err().to_string();
        assert_eq!(error, format!("the passage \"{passage}\" has no letter or digit"));
    }
    let error = desk.mark(&record, &mark("the airfield")).unwrap_err().to_string();
    assert_eq!(error, "command.example/l/1 does not hold the passage \"the airfield\"");
    let word = desk.mark(&record, &mark("the harbour")).unwrap();
    assert!(are_logged(&desk.hand_in(&[word]).unwrap()));
}

/// What a statement says of its text is checked before it is logged.
#[test]
fn false_forms_and_passages_that_are_no_selectors_are_refused() {
    let world = World::new();
    let mut desk = world.office(OFFICE);
    let issued = issue(&mut desk, &world.open(), "l/1");
    let signer = read_key_file(&desk.place().join("keys/press.key")).unwrap();
    let refused = |statement: &Statement, blobs: Vec<u8>| {
        let note = signer.sign(&statement.text()).unwrap();
        desk.hand_in(&[Submission { note, blobs }]).unwrap_err().to_string()
    };
    let honest = &issued.submissions[0];
    let mut statement = Statement::parse(honest.note.text()).unwrap();
    let Body::Document(document) = &mut statement.body else { panic!() };
    document.forms.comparison = Id::of(b"another text");
    assert_eq!(
        refused(&statement, honest.blobs.clone()),
        "the record refused it: its comparison form is not that of its text"
    );
    split_blobs(&statement, &honest.blobs).unwrap();
    desk.hand_in(&issued.submissions).unwrap();
    let passage = Blob::new([3; 32], b"the harbour".to_vec());
    let reason = Blob::new([4; 32], b"wrong".to_vec());
    let word = StandingBody {
        speaker: OFFICE.parse().unwrap(),
        document: issued.document,
        previous: issued.document,
        act: Act::InError,
        lang: "en".parse().unwrap(),
        effective: None,
        passages: vec![passage.reference()],
        reason: Some(reason.reference()),
        translations: Vec::new(),
    };
    let statement = Statement { record: statement.record, body: Body::Standing(word) };
    assert_eq!(
        refused(&statement, [passage.stored(), reason.stored()].concat()),
        "the record refused it: a passage is not a text quote selector"
    );
}
