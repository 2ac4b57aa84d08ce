//! The inbox: how statements reach the operator and receipts come back (`docs/record.md` section 7).

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::atoms::{Id, Time, number};
use crate::note::Note;

/// A submission larger than this is not read: the largest statement with its largest blobs.
const MOST_BYTES: u64 = 9 * 1024 * 1024;

/// A signed statement with its blobs, on its way to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The note.
    pub note: Note,
    /// Its blobs, as they are stored.
    pub blobs: Vec<u8>,
}

impl Submission {
    /// The id of the statement.
    #[must_use]
    pub fn id(&self) -> Id {
        Id::of(self.note.text().as_bytes())
    }

    /// The bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let note = self.note.to_string();
        let head = format!("erratum/v1 submission {} {}\n", note.len(), self.blobs.len());
        [head.as_bytes(), note.as_bytes(), &self.blobs].concat()
    }

    /// Reads a submission.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let head = "its first line is not \"erratum/v1 submission <bytes> <bytes>\"";
        let end = bytes.iter().take(80).position(|b| *b == b'\n').ok_or(head)?;
        let (line, rest) = bytes.split_at(end);
        let line = std::str::from_utf8(line).map_err(|_| head)?;
        let lengths = line.strip_prefix("erratum/v1 submission ").and_then(|l| l.split_once(' '));
        let (note, blobs) = lengths.ok_or(head)?;
        let length = |text| number(text).ok().and_then(|n| usize::try_from(n).ok()).ok_or(head);
        let (note_len, blobs_len) = (length(note)?, length(blobs)?);
        let rest = rest.get(1..).unwrap_or_default();
        if note_len.checked_add(blobs_len) != Some(rest.len()) {
            return Err("it does not have the length that its first line says".to_owned());
        }
        let (note, blobs) = rest.split_at(note_len);
        let note = Note::parse(note).map_err(|error| error.to_string())?;
        Ok(Self { note, blobs: blobs.to_vec() })
    }
}

/// What the operator answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It is logged, durably.
    Logged {
        /// Its entry.
        entry: u64,
        /// When.
        logged: Time,
    },
    /// It is not, and why.
    Refused(String),
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Logged { entry, logged } => write!(f, "entry {entry}\nlogged {logged}\n"),
            Self::Refused(why) => writeln!(f, "refused {}", why.replace('\n', " ")),
        }
    }
}

impl Receipt {
    fn parse(text: &str) -> Option<Self> {
        let body = text.split_once('\n')?.1.strip_suffix('\n')?;
        if let Some(why) = body.strip_prefix("refused ") {
            return Some(Self::Refused(why.to_owned()));
        }
        let (entry, logged) = body.split_once('\n')?;
        let entry = number(entry.strip_prefix("entry ")?).ok()?;
        Some(Self::Logged { entry, logged: logged.strip_prefix("logged ")?.parse().ok()? })
    }
}

/// The folder in which a record's operator takes statements.
#[derive(Debug, Clone)]
pub struct Inbox {
    place: PathBuf,
}

impl Inbox {
    /// The inbox of the record in this folder: `<record>.inbox`, beside it. However the folder is named,
    /// `.` or through a link, it is the same inbox.
    #[must_use]
    pub fn of(record: &Path) -> Self {
        let whole = fs::canonicalize(record).or_else(|_| std::path::absolute(record));
        let record = whole.as_deref().unwrap_or(record);
        let mut name = record.file_name().unwrap_or_default().to_owned();
        name.push(".inbox");
        Self { place: record.with_file_name(name) }
    }

    /// Makes the folder.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn create(&self) -> io::Result<()> {
        fs::create_dir_all(self.place.join("receipts"))
    }

    /// Its folder.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Puts a submission in. When this returns it is on disk, and what may have been refused about it
    /// before is forgotten.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&self, submission: &Submission) -> io::Result<()> {
        let id = submission.id();
        if let Some(Receipt::Refused(_)) = self.receipt(&id) {
            gone(fs::remove_file(self.receipt_file(&id.to_string())))?;
        }
        self.write(&format!("{id}.submission"), &submission.bytes())
    }

    /// The files of the submissions waiting, oldest first.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn waiting(&self) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for file in fs::read_dir(&self.place)? {
            let path = file?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if !hidden && path.extension().is_some_and(|extension| extension == "submission") {
                found.push(path);
            }
        }
        let modified = |path: &Path| fs::symlink_metadata(path).and_then(|m| m.modified()).ok();
        found.sort_by_cached_key(|path| (modified(path), path.clone()));
        Ok(found)
    }

    /// Puts aside, unanswered, a file that is no submission: it goes into the folder `rejected`.
    ///
    /// # Errors
    /// If it cannot be moved; then it stays.
    pub fn put_aside(&self, path: &Path) -> io::Result<()> {
        let folder = self.place.join("rejected");
        fs::create_dir_all(&folder)?;
        gone(fs::rename(path, folder.join(path.file_name().unwrap_or_default())))
    }

    /// Answers a submission and takes it out. A refusal never takes the place of an older receipt that says
    /// it is logged.
    ///
    /// # Errors
    /// If the receipt cannot be written.
    pub fn answer(&self, path: &Path, receipt: &Receipt) -> io::Result<()> {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let refused = matches!(receipt, Receipt::Refused(_));
        if !(refused && matches!(self.read_receipt(&id), Some(Receipt::Logged { .. }))) {
            let text = format!("erratum/v1 receipt {id}\n{receipt}");
            self.write(&format!("receipts/{id}"), text.as_bytes())?;
        }
        gone(fs::remove_file(path))
    }

    /// The receipt of a statement, if the operator has answered.
    #[must_use]
    pub fn receipt(&self, id: &Id) -> Option<Receipt> {
        self.read_receipt(&id.to_string())
    }

    fn read_receipt(&self, id: &str) -> Option<Receipt> {
        Receipt::parse(&fs::read_to_string(self.receipt_file(id)).ok()?)
    }

    fn receipt_file(&self, id: &str) -> PathBuf {
        self.place.join("receipts").join(id)
    }

    /// Writes under a temporary name, syncs, renames and syncs the folder.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.place.join(name);
        let folder = path.parent().unwrap_or(&self.place);
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = folder.join(format!(".{file_name}.{}.tmp", std::process::id()));
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, &path)?;
        File::open(folder)?.sync_all()
    }
}

/// What is not there any more needs no removing.
fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Why a file of the inbox is no submission.
#[derive(Debug)]
pub enum Unread {
    /// It cannot be read now; that may pass.
    Io(io::Error),
    /// It is not a submission, or not the one that its name says.
    Unfit(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Unfit(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Unread {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Unfit(_) => None,
        }
    }
}

impl Submission {
    /// Reads a submission from its file in an inbox. Only a regular file is opened, never what a link leads
    /// to, and never waiting for somebody to write.
    ///
    /// # Errors
    /// If it cannot be read, is not a submission, or is not named by its id.
    pub fn read(path: &Path) -> Result<Self, Unread> {
        let unfit = |why: &str| Unread::Unfit(why.to_owned());
        let no_file = "not a regular file";
        // Asked before opening, since to open a device may do something, and again of what was opened.
        if !fs::symlink_metadata(path).map_err(Unread::Io)?.is_file() {
            return Err(unfit(no_file));
        }
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(Unread::Io)?;
        if !file.metadata().map_err(Unread::Io)?.is_file() {
            return Err(unfit(no_file));
        }
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(Unread::Io)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(unfit("larger than 9 MiB"));
        }
        let submission = Self::parse(&bytes).map_err(Unread::Unfit)?;
        let id = submission.id().to_string();
        match path.file_stem().is_some_and(|stem| stem.to_string_lossy() == id) {
            true => Ok(submission),
            false => Err(unfit("its file is not named by its id")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Signer;

    #[test]
    fn a_submission_goes_in_and_its_receipt_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Inbox::of(&folder.path().join("record"));
        inbox.create().unwrap();
        assert!(inbox.place().ends_with("record.inbox"));
        let note = Signer::from_seed("a.example/press", &[1; 32]).unwrap().sign("text\n").unwrap();
        let submission = Submission { note, blobs: vec![1, 2, 3] };
        inbox.put(&submission).unwrap();
        let waiting = inbox.waiting().unwrap();
        let [path] = waiting.as_slice() else { panic!("{waiting:?}") };
        assert_eq!(Submission::read(path).unwrap(), submission);
        let receipt = Receipt::Logged { entry: 4, logged: Time::from_millis(5) };
        inbox.answer(path, &receipt).unwrap();
        assert_eq!(inbox.receipt(&submission.id()), Some(receipt));
        assert!(inbox.waiting().unwrap().is_empty());
    }

    fn some_submission() -> Submission {
        let note = Signer::from_seed("a.example/press", &[1; 32]).unwrap().sign("text\n").unwrap();
        Submission { note, blobs: Vec::new() }
    }

    #[test]
    fn what_is_not_a_submission_is_not_read() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let inbox = Inbox::of(&folder.path().join("record"));
        inbox.create().unwrap();
        let submission = some_submission();
        let place = |name: &str| inbox.place().join(format!("{name}.submission"));
        fs::write(place("junk"), "junk").unwrap();
        fs::write(place("renamed"), submission.bytes()).unwrap();
        fs::create_dir(place("folder")).unwrap();
        symlink("/dev/zero", place("zero")).unwrap();
        symlink(place("renamed"), place(&submission.id().to_string())).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(place("pipe")).status().unwrap();
        assert!(pipe.success());
        let mut found: Vec<(String, String)> = (inbox.waiting().unwrap().iter())
            .map(|path| {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                (name, Submission::read(path).unwrap_err().to_string())
            })
            .collect();
        found.sort();
        let found: Vec<_> = found.iter().map(|(name, why)| (name.as_str(), why.as_str())).collect();
        assert_eq!(
            found,
            [
                (submission.id().to_string().as_str(), "not a regular file"),
                ("folder", "not a regular file"),
                ("junk", "its first line is not \"erratum/v1 submission <bytes> <bytes>\""),
                ("pipe", "not a regular file"),
                ("renamed", "its file is not named by its id"),
                ("zero", "not a regular file"),
            ]
        );
    }

    #[test]
    fn a_refusal_gives_way_to_a_new_try_and_never_takes_the_place_of_an_entry() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Inbox::of(&folder.path().join("record"));
        inbox.create().unwrap();
        let submission = some_submission();
        let file = inbox.place().join(format!("{}.submission", submission.id()));
        let answer = |receipt: &Receipt| {
            inbox.put(&submission).unwrap();
            assert_eq!(
                inbox.receipt(&submission.id()).filter(|r| matches!(r, Receipt::Refused(_))),
                None
            );
            inbox.answer(&file, receipt).unwrap();
            assert!(!file.exists());
            inbox.receipt(&submission.id()).unwrap()
        };
        let refused = Receipt::Refused("too early".to_owned());
        let logged = Receipt::Logged { entry: 4, logged: Time::from_millis(5) };
        assert_eq!(answer(&refused), refused);
        assert_eq!(answer(&logged), logged);
        assert_eq!(answer(&refused), logged);
    }

    #[test]
    fn a_record_has_one_inbox_however_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().canonicalize().unwrap().join("record");
        fs::create_dir(&record).unwrap();
        std::os::unix::fs::symlink(&record, folder.path().join("current")).unwrap();
        let expected = record.with_file_name("record.inbox");
        for name in ["record", "record/.", "record/../record", "current"] {
            assert_eq!(Inbox::of(&folder.path().join(name)).place(), expected, "{name}");
        }
    }
}
