//! The example's record, made from its texts and copies with fixed keys, salts and times: the same bytes
//! whenever it is made.

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use erratum::Library;
use erratum::record::{
    Act, Check, Clock, Id, Operator, Receipt, Record, Registered, SUFFIX_LIST, Signer, Submission, Time,
    create_key_file,
};
use erratum_desk::{Desk, Disown, Epochs, Issue, Issued, Mark, SourceFile, commit};

use crate::Done;

const ORIGIN: &str = "record.example";
const COMMAND: &str = "northern-command.example";
const MINISTRY: &str = "defence.example";
const FOREIGN_OFFICE: &str = "foreign-office.example";

const LETTER: &str = "northern-command.example/letters/2026-017";
const FINAL: &str = "northern-command.example/letters/2026-019";

/// So long after the last statement of an office the operator makes an epoch.
const EPOCH_AFTER: i64 = 10_000;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Makes the record, the slip and the policy in the example's folder, in place of those that are there.
pub(crate) fn rebuild(example: &Path) -> Done {
    make(example, example)
}

/// Makes them in the folder `to`, from the texts and copies in `example`.
pub(crate) fn make(example: &Path, to: &Path) -> Done {
    let story = Story::tell(example)?;
    let place = to.join("record");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    let keys = tempfile::tempdir()?;
    let now = Now::default();
    let mut operator = begin(&place, keys.path(), &now)?;
    let mut said = story.said.into_iter().peekable();
    while let Some((time, submission)) = said.next() {
        now.set(time);
        for receipt in operator.submit(&[submission])? {
            logged(receipt)?;
        }
        let quiet = Time::from_millis(time.millis() + EPOCH_AFTER);
        if said.peek().is_some_and(|(next, _)| *next > quiet) {
            now.set(quiet);
        }
        commit(&mut operator, &place, Epochs::WhenDue)?;
    }
    now.set(Time::from_millis(now.time().millis() + EPOCH_AFTER));
    Library::rebuild(&Record::open(&place, None)?)?;
    operator.epoch()?;
    fs::remove_dir_all(operator.inbox().place())?;
    let record = Record::open(&place, None)?;
    let letter = named(&record, LETTER)?;
    let slip = record.slip(&letter.id)?.ok_or("no slip")?;
    fs::write(to.join("letter.slip"), slip.to_string())?;
    fs::write(to.join("policy.toml"), policy(&record))?;
    Ok(())
}

fn policy(record: &Record) -> String {
    format!(
        "# A reader's policy: whom to trust, and which record to ask, with its log key pinned.\n\
         trust = [\"{COMMAND}\", \"{MINISTRY}\"]\n\n\
         [[record]]\npath = \"record\"\nkey = \"{}\"\n",
        record.log_key()
    )
}

/// A seed or salt that anybody can make: SHA-256 of what it is for.
fn fixed(what: &str) -> [u8; 32] {
    Id::of(format!("erratum example: {what}").as_bytes()).0
}

/// The key of an office of the example.
pub(crate) fn signer(name: &str) -> Result<Signer> {
    let key_name = if name == ORIGIN { ORIGIN.to_owned() } else { format!("{name}/press") };
    Ok(Signer::from_seed(&key_name, &fixed(&key_name))?)
}

fn logged(receipt: Receipt) -> Result<()> {
    match receipt {
        Receipt::Logged { .. } => Ok(()),
        Receipt::Refused(why) => Err(why.into()),
    }
}

fn named(record: &Record, name: &str) -> Result<Arc<Registered>> {
    Ok(record.state().named(&name.parse()?)?.ok_or("no such document")?)
}

/// A clock that stands still until it is set.
#[derive(Clone, Default)]
struct Now(Arc<AtomicI64>);

impl Now {
    fn set(&self, time: Time) {
        self.0.store(time.millis(), Ordering::Relaxed);
    }

    fn time(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn clock(&self) -> Clock {
        let now = self.clone();
        Box::new(move || now.time())
    }
}

fn check() -> Check {
    Box::new(erratum::check_statement)
}

/// Begins the record and admits its offices, each a minute after the one before.
fn begin(place: &Path, keys: &Path, now: &Now) -> Result<Operator> {
    let key_file = keys.join("log.key");
    create_key_file(&key_file, &signer(ORIGIN)?)?;
    let start = Time::lenient("2026-01-05T09:00:00Z")?;
    now.set(start);
    let mut operator = Operator::create(place, &key_file, SUFFIX_LIST, now.clock(), check())?;
    for (minute, name) in (1..).zip([COMMAND, MINISTRY, FOREIGN_OFFICE]) {
        now.set(Time::from_millis(start.millis() + minute * 60_000));
        operator.admit(&name.parse()?, &signer(name)?.verifier())?;
    }
    Ok(operator)
}

/// The statements of the example in order, each with its time. They are first said one by one, since each
/// must know the record before it, and then again together.
struct Story<'a> {
    example: &'a Path,
    place: tempfile::TempDir,
    operator: Operator,
    now: Now,
    salts: Rc<RefCell<u32>>,
    said: Vec<(Time, Submission)>,
}

impl<'a> Story<'a> {
    fn tell(example: &'a Path) -> Result<Self> {
        let place = tempfile::tempdir()?;
        let now = Now::default();
        let operator = begin(&place.path().join("record"), place.path(), &now)?;
        let mut story = Story { example, place, operator, now, salts: Rc::default(), said: Vec::new() };
        story.offices()?;
        story.the_letter_gets_out()?;
        story.words_on_the_letter()?;
        story.the_final_and_the_fake()?;
        Ok(story)
    }

    fn offices(&mut self) -> Result<()> {
        let superior = Some(MINISTRY.parse()?);
        self.say("2026-01-05T09:10:00Z", COMMAND, |desk, record| {
            Ok(vec![desk.keys(record, superior)?])
        })?;
        self.say("2026-01-05T09:12:00Z", MINISTRY, |desk, record| Ok(vec![desk.keys(record, None)?]))?;
        self.say("2026-01-05T09:15:00Z", FOREIGN_OFFICE, |desk, record| {
            Ok(vec![desk.keys(record, None)?])
        })?;
        self.say("2026-01-05T09:40:00Z", MINISTRY, |desk, record| {
            Ok(vec![desk.accept(record, &COMMAND.parse()?)?])
        })
    }

    fn the_letter_gets_out(&mut self) -> Result<()> {
        let letter = Issue {
            files: vec![
                self.file("texts/letter-draft.txt", "en")?,
                self.file("copies/letter.pdf", "en")?,
                self.file("texts/letter-draft.de.txt", "de")?,
            ],
            path: "letters/2026-017".to_owned(),
            title: Some("Repositioning of the northern contingent".to_owned()),
            date: Some("2026-01-06".parse()?),
            genre: "letter".parse()?,
            replaces: None,
            effective: None,
        };
        self.say("2026-01-06T14:03:20Z", COMMAND, |desk, record| issued(desk.issue(record, &letter)?))?;
        self.mark("2026-01-06T20:31:05Z", COMMAND, LETTER, Act::Held, "Under review. Do not use.")
    }

    fn words_on_the_letter(&mut self) -> Result<()> {
        let statement = Issue {
            files: vec![self.file("texts/ministry-statement.txt", "en")?],
            path: "statements/2026-003".to_owned(),
            title: Some("Statement on a letter of the Northern Command".to_owned()),
            date: Some("2026-01-06".parse()?),
            genre: "statement".parse()?,
            replaces: None,
            effective: None,
        };
        self.say("2026-01-06T21:05:00Z", MINISTRY, |desk, record| {
            issued(desk.issue(record, &statement)?)
        })?;
        let reason = "Preliminary draft, sent by mistake. No decision to withdraw has been made.";
        self.mark("2026-01-06T21:14:40Z", MINISTRY, LETTER, Act::InError, reason)?;
        let comment = "The contingent stays where it is. No sum has been agreed with anyone.";
        self.remark("2026-01-06T21:30:00Z", MINISTRY, LETTER, comment)?;
        let reason = "Preliminary draft, sent by mistake.";
        self.mark("2026-01-07T08:05:00Z", COMMAND, LETTER, Act::InError, reason)?;
        let note = fs::read_to_string(self.example.join("texts/office-note.txt"))?;
        self.remark("2026-01-07T10:30:00Z", FOREIGN_OFFICE, LETTER, note.trim())?;
        let notice = Issue {
            files: vec![self.file("texts/correction-notice.txt", "en")?],
            path: "notices/2026-004".to_owned(),
            title: Some("Correction".to_owned()),
            date: Some("2026-01-07".parse()?),
            genre: "notice".parse()?,
            replaces: None,
            effective: None,
        };
        self.say("2026-01-07T11:00:00Z", COMMAND, |desk, record| issued(desk.issue(record, &notice)?))
    }

    fn the_final_and_the_fake(&mut self) -> Result<()> {
        let letter = Issue {
            files: vec![
                self.file("texts/letter-final.txt", "en")?,
                self.file("copies/final.pdf", "en")?,
            ],
            path: "letters/2026-019".to_owned(),
            title: Some("Repositioning of the northern contingent".to_owned()),
            date: Some("2026-01-08".parse()?),
            genre: "letter".parse()?,
            replaces: Some(named(&self.record()?, LETTER)?.id),
            effective: None,
        };
        self.say("2026-01-08T09:30:00Z", COMMAND, |desk, record| issued(desk.issue(record, &letter)?))?;
        let reason = "Confirmed by the ministry.";
        self.mark("2026-01-08T10:15:00Z", MINISTRY, FINAL, Act::Issued, reason)?;
        let fake = Disown {
            file: self.file("copies/letter-fake.pdf", "en")?,
            path: None,
            title: Some("Repositioning of the northern contingent".to_owned()),
            genre: "letter".parse()?,
            reason: "The paragraph on a surrender of the camps was never written by this command."
                .to_owned(),
        };
        self.say("2026-01-08T21:30:00Z", COMMAND, |desk, record| issued(desk.disown(record, &fake)?))
    }

    fn file(&self, path: &str, lang: &str) -> Result<SourceFile> {
        let path = self.example.join(path);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(SourceFile::read(path, bytes, lang.parse()?))
    }

    fn record(&self) -> Result<Record> {
        Ok(Record::open(&self.place.path().join("record"), None)?)
    }

    /// An office says something; its statements are a second apart.
    fn say(
        &mut self,
        time: &str,
        office: &str,
        act: impl FnOnce(&mut Desk, &Record) -> Result<Vec<Submission>>,
    ) -> Result<()> {
        let count = Rc::clone(&self.salts);
        let salts = Box::new(move || {
            *count.borrow_mut() += 1;
            Ok(fixed(&format!("salt {}", count.borrow())))
        });
        let mut desk = Desk::in_memory(vec![signer(office)?], self.place.path(), salts)?;
        let submissions = act(&mut desk, &self.record()?)?;
        let start = Time::lenient(time)?.millis();
        for (second, submission) in (0..).zip(submissions) {
            let time = Time::from_millis(start + second * 1000);
            self.now.set(time);
            for receipt in self.operator.submit(std::slice::from_ref(&submission))? {
                logged(receipt)?;
            }
            self.said.push((time, submission));
        }
        Ok(())
    }

    fn mark(&mut self, time: &str, office: &str, document: &str, act: Act, reason: &str) -> Result<()> {
        let mark = Mark {
            document: named(&self.record()?, document)?.id,
            act,
            reason: Some(reason.to_owned()),
            lang: "en".parse()?,
            translations: Vec::new(),
            effective: None,
            passages: Vec::new(),
        };
        self.say(time, office, |desk, record| Ok(vec![desk.mark(record, &mark)?]))
    }

    fn remark(&mut self, time: &str, office: &str, document: &str, text: &str) -> Result<()> {
        let id = named(&self.record()?, document)?.id;
        let lang = "en".parse()?;
        self.say(time, office, |desk, record| Ok(vec![desk.remark(record, &id, text, &lang)?.0]))
    }
}

fn issued(issued: Issued) -> Result<Vec<Submission>> {
    Ok(issued.submissions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut next = vec![folder.to_owned()];
        while let Some(place) = next.pop() {
            for entry in fs::read_dir(place).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    next.push(path);
                } else {
                    let name = path.strip_prefix(folder).unwrap().display().to_string();
                    found.insert(name, fs::read(path).unwrap());
                }
            }
        }
        found
    }

    #[test]
    fn the_example_is_made_again_byte_for_byte() {
        let example = crate::root().join("examples/northern-letter");
        let again = tempfile::tempdir().unwrap();
        make(&example, again.path()).unwrap();
        let mut committed = files(&example.join("record"));
        let mut made = files(&again.path().join("record"));
        for file in ["letter.slip", "policy.toml"] {
            committed.insert(file.to_owned(), fs::read(example.join(file)).unwrap());
            made.insert(file.to_owned(), fs::read(again.path().join(file)).unwrap());
        }
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&made), names(&committed), "made anew by: cargo xtask example");
        for (name, bytes) in &made {
            assert!(committed[name] == *bytes, "{name} differs; made anew by: cargo xtask example");
        }
    }
}
