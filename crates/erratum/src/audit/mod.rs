//! The audit of a record: that its log holds what it signs, that every entry counts, that every blob and
//! form is what its statement says, that every epoch commits to what the log gave by then, and that the
//! index and the saved map follow from the log; and, where the reader's policy names witnesses, that the times
//! in it agree with theirs.
//!
//! The log is read twice and never held: once for the forward pass, from its first entry on, and once for
//! what lies beside it. Memory is that of a piece of the log and of the facts changed since the last map.

mod entries;
mod files;
mod replay;
mod times;

use erratum_record::{LogErrorKind, RecordError};

use crate::library::LibraryError;
use crate::policy::{Policy, RecordSource};
pub use entries::check_statement;
use replay::Replay;

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The record's origin.
    pub origin: String,
    /// How many entries it has.
    pub entries: u64,
    /// How many documents.
    pub documents: u64,
    /// How many epochs.
    pub epochs: u64,
    /// What does not hold: of each kind the first, with the entry or file, and how many more there are.
    /// Empty: the record is sound.
    pub lies: Vec<String>,
    /// How many indexes that earlier epochs commit to were not made again, and so not audited: they held
    /// what is withheld since, or were too many.
    pub indexes_left_out: u64,
    /// Whether the log key was pinned.
    pub key_pinned: bool,
}

/// Why an audit could not be made or found the log itself false.
#[derive(Debug)]
pub enum AuditError {
    /// The log does not hold what it signs.
    False(LibraryError),
    /// Something could not be read.
    Unreadable(LibraryError),
}

/// What may be wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An entry that counts for nothing.
    Void,
    /// Blobs that are missing or not what the statement says.
    Blob,
    /// Blobs that are withheld and lie there all the same.
    Withheld,
    /// Form digests or passages that do not follow from the text.
    Form,
    /// An epoch whose map is not that of the state before it.
    Root,
    /// An epoch whose checkpoint is not one of this log.
    Checkpoint,
    /// A time that witnesses contradict, or a cosignature that is not theirs.
    Witness,
    /// An index that does not follow from the log, or that no epoch commits to.
    Index,
    /// An earlier epoch's index that did not follow from the log.
    PastIndex,
    /// A saved map that is not what an epoch commits to.
    Map,
    /// A partial tile that is not the beginning of what came after.
    Tile,
}

/// The lies found so far.
#[derive(Debug, Default)]
struct Lies(Vec<(Kind, String, u64)>);

impl Lies {
    fn add(&mut self, kind: Kind, what: impl FnOnce() -> String) {
        match self.0.iter_mut().find(|(known, ..)| *known == kind) {
            Some((.., more)) => *more += 1,
            None => self.0.push((kind, what(), 0)),
        }
    }

    fn tell(self) -> Vec<String> {
        let more = |(_, what, more): (Kind, String, u64)| match more {
            0 => what,
            more => format!("{what} (and {more} more of this kind)"),
        };
        self.0.into_iter().map(more).collect()
    }
}

/// Audits a record. Of the policy only the witnesses are asked: what they cosigned must agree with the times
/// in the log, within five minutes.
///
/// # Errors
/// If the log cannot be read or is false, so that nothing else can be said.
pub fn audit(source: &RecordSource, policy: &Policy) -> Result<Audit, AuditError> {
    let mut lies = Lies::default();
    let record =
        Replay::new(&source.path, &mut lies).and_then(|replay| replay.run(source)).map_err(failed)?;
    let said = entries::audit(&record, policy, &mut lies).map_err(failed)?;
    let published = record.log().checkpoint_bytes();
    times::audit(&record, policy, published, "published checkpoint", &mut lies).map_err(failed)?;
    files::audit_index(&record, &mut lies).map_err(failed)?;
    let indexes_left_out = files::audit_past_indexes(&record, &said, &mut lies).map_err(failed)?;
    files::audit_blob_files(&record, &mut lies).map_err(failed)?;
    files::audit_partial_tiles(&source.path.join("tile"), &mut lies);
    Ok(Audit {
        origin: record.origin().to_owned(),
        entries: record.log().size(),
        documents: record.state().document_count(),
        epochs: said.epochs,
        lies: lies.tell(),
        indexes_left_out,
        key_pinned: record.is_pinned(),
    })
}

fn failed(error: RecordError) -> AuditError {
    let is_false = match &error {
        RecordError::Log(_, error) => !matches!(error.kind(), LogErrorKind::Io | LogErrorKind::Missing),
        RecordError::Blob(..) => true,
        RecordError::Record(..) => false,
    };
    let error = LibraryError::from(error);
    if is_false { AuditError::False(error) } else { AuditError::Unreadable(error) }
}
