//! A record built in process with a clock of its own, so that days of notice pass in no time: who signs what
//! is said statement by statement, by labels of keys. Readers run the real command on it.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex};

use erratum::forms_of;
use erratum::record::{
    Acceptance, Act, Blob, BlobRef, Body, Clock, Document, Entry, FirstWord, Genre, Id, Keys, ListedKey,
    LogErrorKind, Name, NameProof, NewEntry, Note, Operator, OperatorError, ProofMethod, Receipt,
    Remark, Replaces, Revocation, Rule, RuleAct, Signer, StandingBody, State, Statement, Submission,
    Time, Writer,
};

use super::{Outcome, World};

/// Public suffixes of this record: `gov.example` is one.
const SUFFIXES: (&str, &str) = ("own-2", "// ===BEGIN ICANN DOMAINS===\nexample\ngov.example\n");
const RECORD: &str = "record.example";

/// A record, the hand that writes it, and the time there.
pub(crate) struct Stage {
    world: World,
    operator: RefCell<Option<Operator>>,
    time: Arc<Mutex<Time>>,
    salts: Cell<u64>,
    audited: Cell<bool>,
}

/// What a `keys` statement lists; labels stand for keys, as in `"a b c"`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Listed<'a> {
    /// The keys.
    pub(crate) keys: &'a str,
    /// Acts that take more than one signature.
    pub(crate) rule: &'a [(RuleAct, u8)],
    /// The recovery keys.
    pub(crate) recovery: &'a str,
    /// The superior named.
    pub(crate) superior: Option<&'a str>,
    /// The name above that says it, if not the name itself.
    pub(crate) set_by: Option<&'a str>,
    /// Whether it follows no keys, although the name has some.
    pub(crate) claim: bool,
}

/// Reads `2026-01-06 21:14`.
fn time(text: &str) -> Time {
    Time::lenient(&zulu(text)).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The same as the command takes it.
fn zulu(text: &str) -> String {
    format!("{}:00Z", text.replace(' ', "T"))
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn signer(of: &str, label: &str) -> Signer {
    let key = format!("{of}/{label}");
    Signer::from_seed(&key, &Id::of(key.as_bytes()).0).unwrap()
}

/// A statement signed by the keys with these labels.
fn signed(text: &str, speaker: &str, by: &str) -> Note {
    let mut notes = by.split_whitespace().map(|label| signer(speaker, label).sign(text).unwrap());
    let mut note = notes.next().expect("somebody signs");
    notes.for_each(|more| note.merge(&more).unwrap());
    note
}

/// Opens the log once more. A command that another test starts at this instant holds the lock for as long
/// as it takes to begin.
fn unlocked<T, E: std::fmt::Debug>(open: impl Fn() -> Result<T, E>, is_busy: impl Fn(&E) -> bool) -> T {
    loop {
        match open() {
            Err(error) if is_busy(&error) => std::thread::yield_now(),
            opened => return opened.unwrap(),
        }
    }
}

impl Stage {
    /// A record that takes whom the operator admits.
    pub(crate) fn new() -> Self {
        Self::with(None)
    }

    /// A record that takes names that prove themselves.
    pub(crate) fn open() -> Self {
        Self::with(Some(1000))
    }

    fn with(quota: Option<u64>) -> Self {
        let time = Arc::new(Mutex::new(time("2026-01-01 08:00")));
        let (world, operator, salts) = (World::without_record(), RefCell::default(), Cell::new(0));
        let stage = Self { world, operator, time, salts, audited: Cell::new(false) };
        let both = (stage.clock(), Box::new(erratum::check_statement) as _);
        let (record, key) = (stage.world.record(), stage.world.log_key());
        *stage.operator.borrow_mut() =
            Some(Operator::create_open(&record, &key, SUFFIXES, quota, both).unwrap());
        stage
    }

    fn clock(&self) -> Clock {
        let time = Arc::clone(&self.time);
        Box::new(move || *time.lock().unwrap())
    }

    fn told<T>(&self, with: impl FnOnce(&mut Operator) -> T) -> T {
        with(self.operator.borrow_mut().as_mut().expect("the operator is there"))
    }

    fn state<T>(&self, with: impl FnOnce(&State) -> T) -> T {
        self.told(|operator| with(operator.state()))
    }

    fn now(&self) -> Time {
        *self.time.lock().unwrap()
    }

    /// From here on it is this time, such as `2026-01-06 21:14`.
    pub(crate) fn at(&self, text: &str) -> &Self {
        *self.time.lock().unwrap() = time(text);
        self
    }

    fn seal(&self, text: &str, blobs: &mut Vec<u8>) -> BlobRef {
        self.salts.set(self.salts.get() + 1);
        let blob = Blob::new(Id::of(&self.salts.get().to_be_bytes()).0, text.as_bytes().to_vec());
        blobs.extend(blob.stored());
        blob.reference()
    }

    fn say(&self, body: Body, blobs: Vec<u8>, by: &str) -> Submission {
        let statement = Statement { record: RECORD.parse().unwrap(), body };
        let speaker = statement.speaker().unwrap().to_string();
        Submission { note: signed(&statement.text(), &speaker, by), blobs }
    }

    // What somebody signs. Nothing of it is handed in yet.

    /// Keys of a name.
    pub(crate) fn keys(&self, of: &str, listed: Listed<'_>, by: &str) -> Submission {
        let now = self.state(|state| state.authority(&name(of), self.now())).unwrap();
        let key = |label| signer(of, label).verifier();
        let keys: Vec<_> =
            listed.keys.split_whitespace().map(|one| ListedKey { key: key(one), until: None }).collect();
        let keys = Keys {
            speaker: name(listed.set_by.unwrap_or(of)),
            subordinate: listed.set_by.map(|_| name(of)),
            previous: now.and_then(|now| now.previous).filter(|_| !listed.claim),
            rule: Rule::new(1, listed.rule.to_vec(), keys.len()).unwrap(),
            keys,
            recovery: listed.recovery.split_whitespace().map(key).collect(),
            home: None,
            superior: listed.superior.map(name),
        };
        self.say(Body::Keys(keys), Vec::new(), by)
    }

    /// A superior accepts keys that name it.
    pub(crate) fn acceptance(&self, speaker: &str, subordinate: &str, keys: Id, by: &str) -> Submission {
        let acceptance = Acceptance { speaker: name(speaker), subordinate: name(subordinate), keys };
        self.say(Body::Acceptance(acceptance), Vec::new(), by)
    }

    /// A key is reported stolen, perhaps since a time.
    pub(crate) fn revocation(&self, of: &str, label: &str, since: Option<&str>, by: &str) -> Submission {
        let mut blobs = Vec::new();
        let revocation = Revocation {
            speaker: name(of),
            subordinate: None,
            key: signer(of, label).verifier(),
            suspect: since.map(time),
            lang: "en".parse().unwrap(),
            reason: self.seal("A laptop was stolen", &mut blobs),
        };
        self.say(Body::Revocation(revocation), blobs, by)
    }

    /// A letter that its office issues.
    pub(crate) fn letter(&self, of: &str, path: &str, text: &str, by: &str) -> Submission {
        self.document(of, path, text, |_| FirstWord::Issued { replaces: None }, by)
    }

    /// A letter that takes the place of another.
    pub(crate) fn replacing(
        &self,
        of: &str,
        path: &str,
        text: &str,
        document: Id,
        by: &str,
    ) -> Submission {
        let replaces = Replaces { document, previous: self.previous(of, document) };
        self.document(of, path, text, |_| FirstWord::Issued { replaces: Some(replaces) }, by)
    }

    /// A letter that an office says is none of its own.
    pub(crate) fn disowned(&self, of: &str, path: &str, text: &str, by: &str) -> Submission {
        let reason = |blobs: &mut _| self.seal("Not a letter of ours", blobs);
        self.document(of, path, text, |blobs| FirstWord::Disowned { reason: reason(blobs) }, by)
    }

    fn document(
        &self,
        of: &str,
        path: &str,
        text: &str,
        word: impl FnOnce(&mut Vec<u8>) -> FirstWord,
        by: &str,
    ) -> Submission {
        let mut blobs = Vec::new();
        let (title, body) = (self.seal("To the council", &mut blobs), self.seal(text, &mut blobs));
        let document = Document {
            speaker: name(of),
            name: format!("{of}/{path}").parse().unwrap(),
            word: word(&mut blobs),
            genre: Genre::Letter,
            lang: "en".parse().unwrap(),
            date: None,
            effective: None,
            forms: forms_of(text),
            title,
            text: body,
        };
        self.say(Body::Document(document), blobs, by)
    }

    fn previous(&self, speaker: &str, document: Id) -> Id {
        self.state(|state| state.previous(&name(speaker), &document)).unwrap()
    }

    /// A word on a document.
    pub(crate) fn word(
        &self,
        speaker: &str,
        document: Id,
        act: Act,
        reason: &str,
        by: &str,
    ) -> Submission {
        let mut blobs = Vec::new();
        let body = StandingBody {
            speaker: name(speaker),
            document,
            previous: self.previous(speaker, document),
            act,
            lang: "en".parse().unwrap(),
            effective: None,
            passages: Vec::new(),
            reason: Some(self.seal(reason, &mut blobs)),
            translations: Vec::new(),
        };
        self.say(Body::Standing(body), blobs, by)
    }

    /// A note on a document.
    pub(crate) fn note(&self, speaker: &str, document: Id, text: &str) -> Submission {
        let mut blobs = Vec::new();
        let (speaker, lang) = (name(speaker), "en".parse().unwrap());
        let text = self.seal(text, &mut blobs);
        self.say(Body::Note(Remark { speaker, document, lang, text }), blobs, "a")
    }

    /// The same statement, signed by others.
    pub(crate) fn signed_by(&self, said: &Submission, by: &str) -> Submission {
        let text = said.note.text();
        let speaker = Statement::parse(text).unwrap().speaker().unwrap().to_string();
        Submission { note: signed(text, &speaker, by), blobs: said.blobs.clone() }
    }

    /// The same statement, meant for another record.
    pub(crate) fn meant_for(&self, record: &str, said: &Submission, by: &str) -> Submission {
        let text =
            said.note.text().replace(&format!("record {RECORD}\n"), &format!("record {record}\n"));
        let speaker = Statement::parse(&text).unwrap().speaker().unwrap().to_string();
        Submission { note: signed(&text, &speaker, by), blobs: said.blobs.clone() }
    }

    /// The same signatures under a text in which something is put in the place of something else.
    pub(crate) fn forged(&self, said: &Submission, from: &str, to: &str) -> Submission {
        let note = said.note.to_string().replace(from, to);
        Submission { note: Note::parse(note.as_bytes()).unwrap(), blobs: said.blobs.clone() }
    }

    // What becomes of it.

    fn submit(&self, said: &Submission) -> Receipt {
        self.told(|operator| operator.submit(std::slice::from_ref(said)).unwrap().pop().unwrap())
    }

    /// It is logged; gives its id.
    #[track_caller]
    pub(crate) fn log(&self, said: &Submission) -> Id {
        let receipt = self.submit(said);
        assert!(matches!(receipt, Receipt::Logged { .. }), "{receipt:?}\n{}", said.note);
        said.id()
    }

    /// How many entries the log has.
    pub(crate) fn size(&self) -> u64 {
        self.told(|operator| operator.log().unwrap().size())
    }

    /// It is refused for this reason and leaves no trace.
    #[track_caller]
    pub(crate) fn refuses(&self, said: &Submission, why: &str) {
        let before = self.size();
        assert_eq!(self.submit(said), Receipt::Refused(why.to_owned()));
        assert_eq!(self.size(), before);
    }

    /// A careless operator logs it unasked; gives its entry.
    pub(crate) fn force(&self, said: &Submission) -> u64 {
        *self.operator.borrow_mut() = None;
        let (statement, note) = (Statement::parse(said.note.text()).unwrap(), said.note.clone());
        let entry = Entry { logged: self.now(), note, statement };
        let blobs = Some(said.blobs.clone()).filter(|blobs| !blobs.is_empty());
        let (record, key) = (self.world.record(), self.world.log_key());
        let (mut writer, _) =
            unlocked(|| Writer::open(&record, &key), |error| error.kind() == LogErrorKind::Busy);
        let entry = writer.append(&[NewEntry { entry: entry.bytes(), blobs }]).unwrap().start;
        drop(writer);
        let check = || Box::new(erratum::check_statement);
        let (operator, _) =
            unlocked(|| Operator::open(&record, &key, self.clock(), check()), OperatorError::is_busy);
        *self.operator.borrow_mut() = Some(operator);
        entry
    }

    /// It is refused; and where it got into the log anyway, it is void for the same reason, and an audit
    /// says so. What readers see is for the test to ask.
    #[track_caller]
    pub(crate) fn is_void(&self, said: &Submission, why: &str) {
        self.refuses(said, why);
        let entry = self.force(said);
        self.names_void(entry, why);
    }

    /// An entry is void on reading, for this reason; an audit names the first that is.
    #[track_caller]
    pub(crate) fn names_void(&self, entry: u64, why: &str) {
        let void = self.state(|state| {
            let void = state.void().iter().find(|void| void.entry == entry);
            void.map(|void| void.refusal.to_string()).unwrap_or_default()
        });
        assert!(void.starts_with(why), "entry {entry}, expected: {why}\nfound: {void}");
        if !self.audited.replace(true) {
            let line = format!("FALSE   entry {entry} counts for nothing: {why}");
            self.world.erratum(&["audit", "record"]).exit(1).says(&line);
        }
    }

    /// The public half of a key.
    pub(crate) fn vkey(&self, of: &str, label: &str) -> String {
        signer(of, label).verifier().to_string()
    }

    /// The operator admits a key of a name.
    pub(crate) fn admit(&self, of: &str, label: &str) {
        let key = signer(of, label).verifier();
        self.told(|operator| operator.admit(&name(of), &key)).unwrap();
    }

    /// The operator finds keys published under a name.
    pub(crate) fn prove(&self, of: &str, keys: &Submission) {
        let proof =
            NameProof { name: name(of), keys: keys.id(), method: ProofMethod::Dns, superior: None };
        self.told(|operator| operator.prove(&proof, "what was found", [7; 32])).unwrap();
    }

    /// A name with these keys, admitted by the first and signed by all of them; its superior accepts.
    #[track_caller]
    pub(crate) fn office(&self, of: &str, listed: Listed<'_>) -> Id {
        self.admit(of, listed.keys.split_whitespace().next().unwrap());
        let keys = self.log(&self.keys(of, listed, listed.keys));
        if let Some(superior) = listed.superior {
            self.log(&self.acceptance(superior, of, keys, "a"));
        }
        keys
    }

    /// A name with one key, `a`.
    #[track_caller]
    pub(crate) fn plain_office(&self, of: &str) -> Id {
        self.office(of, Listed { keys: "a", ..Listed::default() })
    }

    // What a reader sees.

    /// Somebody who trusts nobody checks a text.
    #[track_caller]
    pub(crate) fn check(&self, text: &str) -> Outcome {
        self.screen(|| self.world.check(text))
    }

    /// Somebody checks a text as of a time.
    #[track_caller]
    pub(crate) fn check_as_of(&self, text: &str, when: &str) -> Outcome {
        self.screen(|| self.world.check_with(text, &["--as-of", &zulu(when)]))
    }

    /// Somebody whose policy trusts a name checks a text.
    #[track_caller]
    pub(crate) fn check_trusting(&self, trusted: &str, text: &str) -> Outcome {
        self.screen(|| self.world.check_trusting(&[trusted], text))
    }

    /// The story of a document.
    #[track_caller]
    pub(crate) fn history(&self, document: &str) -> Outcome {
        self.screen(|| self.world.erratum(&["history", document, "--record", "record"])).done()
    }

    /// What a run shows, whether all is read from the log or from the map of an epoch.
    #[track_caller]
    fn screen(&self, run: impl Fn() -> Outcome) -> Outcome {
        let by_log = run();
        if !self.told(|operator| operator.has_news()) {
            return by_log;
        }
        self.told(Operator::epoch).unwrap();
        let by_map = run();
        let lines = |outcome: &Outcome| -> Vec<String> {
            let lines = outcome.stdout().lines().filter(|line| !line.starts_with("  Proof: "));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(lines(&by_log), lines(&by_map), "by the log and by its map");
        by_map
    }
}
