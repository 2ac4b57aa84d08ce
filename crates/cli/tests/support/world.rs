//! A record with its operator and the desks of some offices, all made with the real command in a folder
//! of their own.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use erratum::record::{
    Entry, Inbox, NewEntry, Operator, Receipt, Record, Signer, Statement, Submission, Time, Writer,
    create_key_file,
};
use erratum_desk::Desk;

use super::{Outcome, command, erratum};

/// A record, its operator, and offices. Offices act at once, as if the operator were always there; those
/// made with [`World::remote_office`] leave their statements in the inbox.
pub(crate) struct World {
    folder: tempfile::TempDir,
    copies: Cell<u32>,
}

/// A statement as it lay in the inbox.
#[derive(Clone)]
pub(crate) struct Submitted {
    name: String,
    bytes: Vec<u8>,
}

impl World {
    /// A new record `record.example`.
    pub(crate) fn new() -> Self {
        Self::of("record.example")
    }

    /// A new record of this origin.
    #[track_caller]
    pub(crate) fn of(origin: &str) -> Self {
        Self::created(&["--origin", origin])
    }

    /// A new record `record.example` that is open to names that prove themselves.
    #[track_caller]
    pub(crate) fn open(quota: u32) -> Self {
        Self::created(&["--origin", "record.example", "--open", &quota.to_string()])
    }

    #[track_caller]
    fn created(more: &[&str]) -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), copies: Cell::new(0) };
        fs::create_dir(world.folder().join("operator")).unwrap();
        let mut args = vec!["record", "create", "record", "--key", "operator/log.key"];
        args.extend(more);
        world.erratum(&args).done();
        world
    }

    /// A folder with a log key, and no record yet.
    pub(crate) fn without_record() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), copies: Cell::new(0) };
        fs::create_dir(world.folder().join("operator")).unwrap();
        create_key_file(&world.log_key(), &Signer::from_seed("record.example", &[1; 32]).unwrap())
            .unwrap();
        world
    }

    /// A new record with another public suffix list than the one that the command carries.
    pub(crate) fn with_another_suffix_list() -> Self {
        let world = Self::without_record();
        let list = ("own-1", "// ===BEGIN ICANN DOMAINS===\nexample\n");
        let (clock, check) = (Box::new(Time::now), Box::new(erratum::check_statement));
        Operator::create(&world.record(), &world.log_key(), list, clock, check).unwrap();
        world
    }

    /// A record with `command.example` and its superior `ministry.example`, which has accepted.
    #[track_caller]
    pub(crate) fn with_command_and_ministry() -> Self {
        let world = Self::new();
        world.office("ministry.example", None);
        world.office("command.example", Some("ministry.example"));
        world
    }

    /// Where everything of it lies.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the log key lies.
    pub(crate) fn log_key(&self) -> PathBuf {
        self.folder().join("operator/log.key")
    }

    /// The record's public folder.
    pub(crate) fn record(&self) -> PathBuf {
        self.folder().join("record")
    }

    /// Runs the command here.
    #[track_caller]
    pub(crate) fn erratum(&self, args: &[&str]) -> Outcome {
        erratum(self.folder(), args)
    }

    /// An office acts: the command at its desk.
    #[track_caller]
    pub(crate) fn at(&self, office: &str, args: &[&str]) -> Outcome {
        let desk = desk(office);
        let mut all = vec!["--desk", &desk];
        all.extend(args);
        self.erratum(&all)
    }

    /// A new office that the operator admits. A superior that is there already accepts.
    #[track_caller]
    pub(crate) fn office(&self, name: &str, superior: Option<&str>) {
        self.make_office(name, superior, true);
    }

    /// One more desk of an office, which nobody lists yet; gives its key.
    #[track_caller]
    pub(crate) fn joins(&self, desk: &str, office: &str) -> String {
        let place = ["--record", "record", "--log-key", "operator/log.key"];
        let args = [&["init", office, "--join", "--label", desk][..], &place].concat();
        self.at(desk, &args).done().after("its key is ")
    }

    /// A new office whose statements wait in the inbox until the operator runs.
    #[track_caller]
    pub(crate) fn remote_office(&self, name: &str) {
        self.make_office(name, None, false);
    }

    /// The desk of a new office that nobody admitted; its keys wait in the inbox.
    #[track_caller]
    pub(crate) fn desk_of_remote_office(&self, name: &str) {
        self.at(name, &["init", name, "--record", "record"]).done();
    }

    #[track_caller]
    fn make_office(&self, name: &str, superior: Option<&str>, at_once: bool) {
        let mut args = vec!["init", name, "--record", "record"];
        if at_once {
            args.extend(["--log-key", "operator/log.key"]);
        }
        if let Some(superior) = superior {
            args.extend(["--superior", superior]);
        }
        let key = self.at(name, &args).done().after("its key is ");
        self.admit(name, &key).done();
        if let Some(superior) = superior.filter(|superior| self.folder().join(desk(superior)).exists()) {
            self.at(superior, &["keys", "accept", name]).done();
        }
    }

    /// The operator admits a key.
    #[track_caller]
    pub(crate) fn admit(&self, name: &str, key: &str) -> Outcome {
        self.erratum(&["record", "admit", name, key, "--record", "record", "--key", "operator/log.key"])
    }

    /// The operator takes in what waits.
    #[track_caller]
    pub(crate) fn run(&self) -> Outcome {
        self.erratum(&["record", "run", "--record", "record", "--key", "operator/log.key"])
    }

    /// Writes a file here and gives its name.
    pub(crate) fn file(&self, text: impl AsRef<[u8]>) -> String {
        self.copies.set(self.copies.get() + 1);
        let name = format!("copy-{}.txt", self.copies.get());
        fs::write(self.folder().join(&name), text).unwrap();
        name
    }

    /// An office issues a letter; gives the document's id.
    #[track_caller]
    pub(crate) fn issue(&self, office: &str, path: &str, text: &str) -> String {
        self.tries_to_issue(office, path, text, &[]).done().after("document ")
    }

    /// An office issues a letter in the place of another; gives the document's id.
    #[track_caller]
    pub(crate) fn replace(&self, office: &str, path: &str, text: &str, replaces: &str) -> String {
        self.tries_to_issue(office, path, text, &["--replaces", replaces]).done().after("document ")
    }

    /// An office tries to issue a letter.
    #[track_caller]
    pub(crate) fn tries_to_issue(&self, office: &str, path: &str, text: &str, more: &[&str]) -> Outcome {
        let file = self.file(text);
        let mut args = vec!["issue", &file, "--as", path, "--genre", "letter"];
        args.extend(more);
        self.at(office, &args)
    }

    /// An office says that a text is not its own; gives the document's id.
    #[track_caller]
    pub(crate) fn disown(&self, office: &str, text: &str, reason: &str) -> String {
        let file = self.file(text);
        let args = ["disown", &file, "--reason", reason, "--genre", "letter"];
        self.at(office, &args).done().after("document ")
    }

    /// A voice says a word on a document; gives the word's id.
    #[track_caller]
    pub(crate) fn mark(&self, office: &str, document: &str, word: &str, reason: &str) -> String {
        self.tries_to_mark(office, document, word, reason, &[]).done().after("word ")
    }

    /// Somebody tries to say a word on a document.
    #[track_caller]
    pub(crate) fn tries_to_mark(
        &self,
        office: &str,
        document: &str,
        word: &str,
        reason: &str,
        more: &[&str],
    ) -> Outcome {
        let mut args = vec!["mark", document, word, "--reason", reason];
        args.extend(more);
        self.at(office, &args)
    }

    /// Somebody who trusts nobody checks a text.
    #[track_caller]
    pub(crate) fn check(&self, text: &str) -> Outcome {
        self.check_with(text, &[])
    }

    /// The same with more arguments.
    #[track_caller]
    pub(crate) fn check_with(&self, text: &str, more: &[&str]) -> Outcome {
        let file = self.file(text);
        let mut args = vec!["check", &file, "--record", "record"];
        args.extend(more);
        self.erratum(&args)
    }

    /// A reader whose policy trusts these names checks a text.
    #[track_caller]
    pub(crate) fn check_trusting(&self, names: &[&str], text: &str) -> Outcome {
        let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
        let policy = format!("trust = [{}]\n\n[[record]]\npath = \"record\"\n", names.join(", "));
        fs::write(self.folder().join("policy.toml"), policy).unwrap();
        let file = self.file(text);
        self.erratum(&["check", &file, "--policy", "policy.toml"])
    }

    /// A moment after all that was logged so far and before all that follows.
    pub(crate) fn moment(&self) -> String {
        sleep(Duration::from_millis(3));
        let now = Time::now().to_string();
        sleep(Duration::from_millis(3));
        now
    }

    /// What waits in the inbox, in order of its names.
    pub(crate) fn waiting(&self) -> Vec<Submitted> {
        let mut waiting = Vec::new();
        for entry in fs::read_dir(self.inbox()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "submission") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                waiting.push(Submitted { name, bytes: fs::read(&path).unwrap() });
            }
        }
        waiting.sort_by(|a, b| a.name.cmp(&b.name));
        waiting
    }

    /// Makes all that waits in the inbox equally old, as on a file system with a coarse clock.
    pub(crate) fn at_one_instant(&self) {
        let instant = std::time::SystemTime::now();
        for submitted in self.waiting() {
            let file = fs::File::options().write(true).open(self.inbox().join(&submitted.name)).unwrap();
            file.set_modified(instant).unwrap();
        }
    }

    /// Takes a submission out of the inbox before anybody has seen it.
    pub(crate) fn intercept(&self, submitted: &Submitted) {
        fs::remove_file(self.inbox().join(&submitted.name)).unwrap();
    }

    /// Hands a submission in and runs the operator.
    #[track_caller]
    pub(crate) fn hand_in(&self, submitted: &Submitted) -> Outcome {
        fs::write(self.inbox().join(&submitted.name), &submitted.bytes).unwrap();
        self.run().done()
    }

    /// The receipt of a submission.
    pub(crate) fn receipt(&self, submitted: &Submitted) -> String {
        let id = submitted.name.trim_end_matches(".submission");
        fs::read_to_string(self.inbox().join("receipts").join(id)).unwrap()
    }

    /// When the statement with this id was logged, as its receipt says.
    #[track_caller]
    pub(crate) fn logged(&self, id: &str) -> Time {
        match Inbox::of(&self.record()).receipt(&id.parse().unwrap()) {
            Some(Receipt::Logged { logged, .. }) => logged,
            other => panic!("{id} is not logged: {other:?}"),
        }
    }

    fn inbox(&self) -> PathBuf {
        self.folder().join("record.inbox")
    }

    /// The desk of an office, for what the command refuses to do.
    pub(crate) fn desk(&self, office: &str) -> Desk {
        Desk::open(&self.folder().join(desk(office))).unwrap()
    }

    /// The record, opened.
    pub(crate) fn opened(&self) -> Record {
        Record::open(&self.record(), None).unwrap()
    }

    /// A dishonest operator logs a statement without judging it; gives its entry.
    pub(crate) fn log_unjudged(&self, submission: &Submission) -> u64 {
        let (mut writer, _) =
            Writer::open(&self.record(), &self.folder().join("operator/log.key")).unwrap();
        let statement = Statement::parse(submission.note.text()).unwrap();
        let entry = Entry { logged: Time::now(), note: submission.note.clone(), statement };
        let blobs = Some(submission.blobs.clone()).filter(|blobs| !blobs.is_empty());
        writer.append(&[NewEntry { entry: entry.bytes(), blobs }]).unwrap().start
    }

    /// A prepared run of the command here.
    pub(crate) fn command(&self, args: &[&str]) -> std::process::Command {
        command(self.folder(), args)
    }
}

impl Submitted {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        self.name.trim_end_matches(".submission")
    }

    /// Whether it is a statement of this kind.
    pub(crate) fn is(&self, kind: &str) -> bool {
        Submission::parse(&self.bytes)
            .is_ok_and(|submission| submission.note.text().starts_with(&format!("erratum/v1 {kind}\n")))
    }
}

fn desk(office: &str) -> String {
    format!("desks/{office}")
}
