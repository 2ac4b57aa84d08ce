//! Watching a record: what was its last checkpoint, does the new one continue it, what is new.
//!
//! Says what the log holds, not whether it counts: a void entry is reported like any other, an audit tells
//! them apart. What is remembered lies in one small file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use erratum_record::{
    Body, Checkpoint, DocumentName, Entry, Id, Log, LogError, LogErrorKind, LogRange,
    MOST_CHECKPOINT_BYTES, Name, Statement, Store, Time, VerifierKey,
};

use crate::evidence::{Known, RemoteError, check_growth};
use crate::open::open;
use crate::witnesses::beside;

/// The most bytes of the file: a checkpoint, and the documents of the chosen names.
const MOST_STATE: u64 = 64 << 20;
const FIRST_LINE: &str = "erratum/v1 monitor";

/// What a monitor remembers.
///
/// ```text
/// erratum/v1 monitor
/// key <vkey>
/// name northern-command.example
/// document <id> <document name>
/// checkpoint
/// <the checkpoint, byte for byte, to the end of the file>
/// ```
pub struct Monitor {
    file: PathBuf,
    names: Vec<Name>,
    remembered: Option<Remembered>,
    /// The documents of the chosen names.
    documents: BTreeMap<Id, DocumentName>,
}

struct Remembered {
    known: Known,
    key: VerifierKey,
    names: Vec<Name>,
}

/// What a look showed.
pub struct Seen {
    log: Log,
    key: VerifierKey,
    before: Option<u64>,
}

/// A statement about a chosen name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// Its entry.
    pub entry: u64,
    /// When it was logged.
    pub logged: Time,
    /// Its id.
    pub id: Id,
    /// What it says.
    pub statement: Statement,
    /// The document it is about, if it is about one of a chosen name.
    pub document: Option<DocumentName>,
}

impl Monitor {
    /// The monitor whose memory is `file`, which need not be there, for statements about these names.
    ///
    /// # Errors
    /// If the file is not one of a monitor.
    pub fn open(file: &Path, names: &[Name]) -> Result<Self, LogError> {
        let (store, name) = beside(file);
        let mut monitor = Self {
            file: file.to_owned(),
            names: names.to_vec(),
            remembered: None,
            documents: BTreeMap::new(),
        };
        if let Some(bytes) = store.read(&name, MOST_STATE)? {
            let bad = || {
                let place = file.display().to_string();
                LogError::new(LogErrorKind::Damaged, place, "not the memory of a monitor")
            };
            monitor.remembered = Some(monitor.parse(&bytes).ok_or_else(bad)?);
        }
        Ok(monitor)
    }

    fn parse(&mut self, bytes: &[u8]) -> Option<Remembered> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (head, checkpoint) = text.split_once("\ncheckpoint\n")?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return None;
        }
        let key: VerifierKey = lines.next()?.strip_prefix("key ")?.parse().ok()?;
        let mut names = Vec::new();
        for line in lines {
            match line.split_once(' ')? {
                ("name", name) => names.push(name.parse().ok()?),
                ("document", document) => {
                    let (id, name) = document.split_once(' ')?;
                    self.documents.insert(id.parse().ok()?, name.parse().ok()?);
                }
                _ => return None,
            }
        }
        let bytes = checkpoint.as_bytes().to_vec();
        let checkpoint = Checkpoint::open(&bytes, &key).ok()?;
        Some(Remembered { known: Known { checkpoint, bytes }, key, names })
    }

    /// How many entries the record had when it was last remembered.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.remembered.as_ref().map(|remembered| remembered.known.checkpoint.size())
    }

    /// Looks at the record: reads its checkpoint, signed by `key` (without one by the key remembered, or at
    /// the first time the one in entry 0), and checks that it continues the one remembered. Nothing is
    /// remembered yet.
    ///
    /// # Errors
    /// If it cannot be read, is not signed by that key, or has forked or gone back; both checkpoints are
    /// then kept in the folder `<file>.evidence`.
    pub fn look(&self, store: Arc<dyn Store>, key: Option<&VerifierKey>) -> Result<Seen, RemoteError> {
        let bytes = store.read("checkpoint", MOST_CHECKPOINT_BYTES as u64)?;
        let missing =
            || LogError::new(LogErrorKind::Missing, "checkpoint", "missing: there is no record there");
        let key = key.or(self.remembered.as_ref().map(|remembered| &remembered.key));
        let (log, key) = open(store, bytes.ok_or_else(missing)?, key)?;
        if let Some(Remembered { known, .. }) = &self.remembered {
            let mut keep = self.file.as_os_str().to_owned();
            keep.push(".evidence");
            check_growth(known, None, &log, Path::new(&keep))?;
        }
        Ok(Seen { log, key, before: self.size() })
    }

    /// The new statements about the chosen names, each given to `tell`: those spoken by one, about one, or
    /// about one of its documents. The first look at a record finds none, since all of them are old.
    ///
    /// # Errors
    /// If an entry cannot be read, or is not the one that the checkpoint commits to; or those of `tell`.
    pub fn notice<E: From<RemoteError>>(
        &mut self,
        seen: &Seen,
        tell: impl FnMut(Noticed) -> Result<(), E>,
    ) -> Result<(), E> {
        let size = seen.log.size();
        let before = seen.before.unwrap_or(size);
        let same = self.remembered.as_ref().is_some_and(|r| r.names == self.names);
        if !same && !self.names.is_empty() {
            // Documents that were there before anyone watched their name.
            self.documents.clear();
            self.read(&seen.log, 0..before, |_| Ok(()))?;
        }
        self.read(&seen.log, before..size, tell)
    }

    fn read<E: From<RemoteError>>(
        &mut self,
        log: &Log,
        range: Range<u64>,
        mut tell: impl FnMut(Noticed) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut next = range.start;
        while next < range.end && !self.names.is_empty() {
            let end = range.end.min((LogRange::of(next) + 1) * 256);
            let entries = log.entries(next..end).map_err(RemoteError::Log)?;
            for (entry, bytes) in (next..).zip(entries) {
                if let Some(noticed) = self.about(entry, &bytes) {
                    tell(noticed)?;
                }
            }
            next = end;
        }
        Ok(())
    }

    /// What an entry says about a chosen name.
    fn about(&mut self, index: u64, bytes: &[u8]) -> Option<Noticed> {
        let entry = Entry::parse(bytes).ok()?;
        let id = Id::of(entry.note.text().as_bytes());
        let chosen = |name: Name| self.names.contains(&name);
        let mut document = None;
        let named = match &entry.statement.body {
            Body::Document(body) => {
                let own = chosen(body.name.issuer());
                if own {
                    self.documents.insert(id, body.name.clone());
                }
                document = self.documents.get(&id).cloned();
                own || names_in(entry.note.text()).any(chosen)
            }
            _ => {
                let about = line(entry.note.text(), "document ").and_then(|id| id.parse().ok());
                document = about.and_then(|id: Id| self.documents.get(&id)).cloned().or(document);
                document.is_some() || names_in(entry.note.text()).any(chosen)
            }
        };
        let (logged, statement) = (entry.logged, entry.statement);
        named.then_some(Noticed { entry: index, logged, id, statement, document })
    }

    /// Remembers what was seen, in place of what was remembered before, durably.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn remember(&mut self, seen: &Seen) -> Result<(), LogError> {
        let mut text = format!("{FIRST_LINE}\nkey {}\n", seen.key);
        self.names.iter().for_each(|name| text += &format!("name {name}\n"));
        for (id, name) in &self.documents {
            text += &format!("document {id} {name}\n");
        }
        text += "checkpoint\n";
        let bytes = [text.as_bytes(), seen.log.checkpoint_bytes()].concat();
        let (store, name) = beside(&self.file);
        store.replace(&name, &bytes)?;
        let known = Known::of(&seen.log);
        self.remembered = Some(Remembered { known, key: seen.key.clone(), names: self.names.clone() });
        Ok(())
    }
}

impl Seen {
    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        self.log.checkpoint()
    }

    /// How many entries were remembered before this look.
    #[must_use]
    pub fn before(&self) -> Option<u64> {
        self.before
    }

    /// The log key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }
}

fn line<'a>(text: &'a str, field: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(field))
}

/// The names of issuers that a statement's lines name, besides those of documents.
fn names_in(text: &str) -> impl Iterator<Item = Name> {
    const FIELDS: [&str; 5] = ["speaker ", "subordinate ", "superior ", "attributed-to ", "admit "];
    let value = |line: &str| {
        let value = FIELDS.iter().find_map(|field| line.strip_prefix(field))?;
        value.split(' ').next()?.parse().ok()
    };
    text.lines().filter_map(value)
}
