//! The inbox: how statements reach the operator and receipts come back (`docs/record.md` section 7).

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
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
    /// The inbox of the record in this folder: `<record>.inbox`, beside it.
    #[must_use]
    pub fn of(record: &Path) -> Self {
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

    /// Puts a submission in. When this returns it is on disk.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&self, submission: &Submission) -> io::Result<()> {
        let id = submission.id();
        self.write(&format!("{id}.submission"), &submission.bytes())
    }

    /// The submissions waiting, by name, each with what it reads as.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn waiting(&self) -> io::Result<Vec<(PathBuf, Result<Submission, String>)>> {
        let mut found = Vec::new();
        for file in fs::read_dir(&self.place)? {
            let path = file?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if !hidden && path.extension().is_some_and(|extension| extension == "submission") {
                found.push(path);
            }
        }
        found.sort_by_key(|path| (fs::metadata(path).and_then(|m| m.modified()).ok(), path.clone()));
        Ok(found.into_iter().map(|path| (path.clone(), read_submission(&path))).collect())
    }

    /// Answers a submission and takes it out.
    ///
    /// # Errors
    /// If the receipt cannot be written.
    pub fn answer(&self, path: &Path, receipt: &Receipt) -> io::Result<()> {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = format!("erratum/v1 receipt {id}\n{receipt}");
        self.write(&format!("receipts/{id}"), text.as_bytes())?;
        fs::remove_file(path)
    }

    /// The receipt of a statement, if the operator has answered.
    #[must_use]
    pub fn receipt(&self, id: &Id) -> Option<Receipt> {
        let text = fs::read_to_string(self.place.join("receipts").join(id.to_string())).ok()?;
        Receipt::parse(&text)
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

fn read_submission(path: &Path) -> Result<Submission, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err("larger than 9 MiB".to_owned());
    }
    let submission = Submission::parse(&bytes)?;
    let named =
        path.file_stem().is_some_and(|stem| stem.to_string_lossy() == submission.id().to_string());
    if named { Ok(submission) } else { Err("its file is not named by its id".to_owned()) }
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
        fs::write(inbox.place().join("junk.submission"), "junk").unwrap();
        let waiting = inbox.waiting().unwrap();
        assert_eq!(waiting.len(), 2);
        let (path, read) = waiting.iter().find(|(_, read)| read.is_ok()).unwrap();
        assert_eq!(read.as_ref().unwrap(), &submission);
        let junk = waiting.iter().find_map(|(_, read)| read.as_ref().err()).unwrap();
        assert_eq!(junk, "its first line is not \"erratum/v1 submission <bytes> <bytes>\"");
        let receipt = Receipt::Logged { entry: 4, logged: Time::from_millis(5) };
        inbox.answer(path, &receipt).unwrap();
        assert_eq!(inbox.receipt(&submission.id()), Some(receipt));
        assert_eq!(inbox.waiting().unwrap().len(), 1);
    }
}
