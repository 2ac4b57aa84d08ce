//! Slips: one text file that proves, offline, what a record had logged about a document
//! (`docs/record.md` section 9).
//!
//! Reading and checking only; choosing what goes into a slip needs the whole record and stands there.

mod text;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use crate::atoms::{BlobRef, Id, Name, Origin, Time};
use crate::blob::Blob;
use crate::draft::check_opening;
use crate::entry::Entry;
use crate::log::{Checkpoint, LogError, check_inclusion};
use crate::map::MapProof;
use crate::note::VerifierKey;
use crate::parallel;
use crate::rule::Word;
use crate::signatures::{Ring, look_up};
use crate::state::{Attached, FactKey, Placed, Refusal, State, Stop};
use crate::statement::{Act, BlobField, Body, FirstWord, RecordBody};
use crate::suffixes::Suffixes;

/// A slip larger than this is not read.
pub const MOST_SLIP_BYTES: usize = 8 * 1024 * 1024;

/// A slip as it is written, with nothing checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The record it is from.
    pub origin: Origin,
    /// The document it is about.
    pub document: Id,
    /// The entries it carries, in ascending order.
    pub entries: Vec<SlipEntry>,
    /// What the map of an epoch says.
    pub epoch: Option<SlipEpoch>,
    /// The checkpoint, byte for byte.
    pub checkpoint: String,
}

/// One entry of a slip, with its inclusion proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipEntry {
    /// Its index in the log.
    pub index: u64,
    /// The entry's bytes, which are text.
    pub entry: String,
    /// The hashes from the leaf's sibling up.
    pub path: Vec<[u8; 32]>,
    /// The blobs that it opens, by the position of their line.
    pub opened: Vec<(usize, Blob)>,
}

/// Facts of the standing map, proven against the root that an entry of the slip commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipEpoch {
    /// That entry.
    pub entry: u64,
    /// The facts, in ascending order of their keys. Their values are not in the slip: whoever checks it
    /// derives them from its entries, and the proof must fit.
    pub facts: Vec<(FactKey, MapProof)>,
}

/// What a slip proves.
#[derive(Debug)]
pub struct ProvenSlip {
    /// The state of the record as far as the slip's entries tell it.
    pub state: State,
    /// The document it is about.
    pub document: Id,
    /// The checkpoint under which all entries lie.
    pub checkpoint: Checkpoint,
    /// The log key.
    pub log_key: VerifierKey,
    /// When the latest of its entries was logged.
    pub last_logged: Time,
    /// The epoch whose map it proves from: nothing else was said by then of the document, nor of what took
    /// its place.
    pub epoch: Option<ProvenEpoch>,
    /// Whether this build carries the record's suffix list. Without it, superiors by ancestry are not
    /// proven.
    pub suffixes_known: bool,
    blobs: HashMap<(u64, usize), Blob>,
    /// Entries with a blob that is not opened, and which: they must be withheld.
    hidden: Vec<(u64, &'static str)>,
}

/// What the map of an epoch proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEpoch {
    /// The entry that commits to it. It covers all entries before.
    pub entry: u64,
    /// When that was logged, by the operator's clock.
    pub logged: Time,
    /// Whether the document was in the record by then.
    pub has_document: bool,
    /// The facts proven.
    pub facts: BTreeSet<FactKey>,
}

impl ProvenSlip {
    /// Whether the document, or a word on it, is newer than the epoch, so that nothing is proven of what
    /// else was said since.
    #[must_use]
    pub fn is_newer_than_epoch(&self) -> bool {
        let Some(epoch) = &self.epoch else { return false };
        let document = self.state.document(&self.document).ok().flatten();
        document.is_some_and(|document| document.entries().last() > Some(&epoch.entry))
    }

    /// Why the operator withholds the blobs of an entry, if it does and the slip shows it.
    #[must_use]
    pub fn withheld(&self, entry: u64) -> Option<&str> {
        let by = self.state.withheld(entry).ok().flatten()?;
        // The reason is the last line of a `record` statement.
        let blobs = self.blobs.iter().filter(|((at, _), _)| *at == by);
        let reason = blobs.max_by_key(|((_, position), _)| *position);
        Some(reason.map(|(_, reason)| reason.text()).unwrap_or_default())
    }

    /// The text of the blob that an entry's statement names so, if the slip opens it.
    #[must_use]
    pub fn text_of(&self, entry: u64, blob: BlobRef) -> Option<&str> {
        let of_entry = self.blobs.iter().filter(|((at, _), _)| *at == entry);
        of_entry.map(|(_, found)| found).find(|found| found.reference() == blob).map(Blob::text)
    }
}

/// Why a slip proves nothing.
#[derive(Debug)]
pub enum SlipError {
    /// It is not a slip: line and reason.
    Form(usize, &'static str),
    /// Its checkpoint or an inclusion proof does not hold.
    Log(LogError),
    /// An entry is not what it should be.
    Entry(u64, String),
    /// An entry counts for nothing.
    Void(u64, Refusal),
    /// A fact is not in the map as the slip's entries give it.
    Fact(FactKey, LogError),
    /// A fact that the slip must prove is not in it.
    Unproven(FactKey),
    /// Something that it must have is missing.
    Missing(&'static str),
}

impl fmt::Display for SlipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(line, why) => write!(f, "not a slip: line {line}: {why}"),
            Self::Log(error) => error.fmt(f),
            Self::Entry(index, why) => write!(f, "entry {index}: {why}"),
            Self::Void(index, refusal) => write!(f, "entry {index} counts for nothing: {refusal}"),
            Self::Fact(key, error) => write!(
                f,
                "what its entries say of \"{key}\" is not all that the record held of it: {error}"
            ),
            Self::Unproven(key) => write!(f, "the slip lacks the proof of \"{key}\""),
            Self::Missing(what) => write!(f, "the slip lacks {what}"),
        }
    }
}

impl std::error::Error for SlipError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Log(error) | Self::Fact(_, error) => Some(error),
            Self::Void(_, refusal) => Some(refusal),
            Self::Form(..) | Self::Entry(..) | Self::Unproven(_) | Self::Missing(_) => None,
        }
    }
}

impl SlipError {
    /// Whether the file is no slip at all, rather than one that fails.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Form(..))
    }
}

impl Slip {
    /// Checks everything that a slip can prove: the checkpoint's signature (by `pinned`, else by the key
    /// in its entry 0), each inclusion, each opened blob, and that every entry is valid at its place.
    ///
    /// # Errors
    /// What does not hold.
    pub fn verify(&self, pinned: Option<&VerifierKey>) -> Result<ProvenSlip, SlipError> {
        let (checkpoint, log_key) = self.open_checkpoint(pinned)?;
        for entry in &self.entries {
            let (size, root) = (checkpoint.size(), checkpoint.root());
            check_inclusion(entry.entry.as_bytes(), entry.index, size, &root, &entry.path)
                .map_err(SlipError::Log)?;
        }
        let read: Vec<Entry> = self
            .entries
            .iter()
            .map(|written| {
                Entry::parse(written.entry.as_bytes())
                    .map_err(|error| SlipError::Entry(written.index, error.to_string()))
            })
            .collect::<Result<_, _>>()?;
        let mut slip = ProvenSlip {
            state: State::default(),
            document: self.document,
            checkpoint,
            log_key,
            last_logged: Time::from_millis(0),
            epoch: None,
            suffixes_known: true,
            blobs: HashMap::new(),
            hidden: Vec::new(),
        };
        let statements = read.iter().map(|entry| &entry.statement);
        let ring = Ring::of(&slip.state, statements).map_err(SlipError::Log)?;
        let proven = parallel::map(&read, |entry| ring.verify(&entry.note, &entry.statement));
        for ((written, entry), proven) in self.entries.iter().zip(read).zip(proven) {
            if let Some(epoch) = self.epoch.as_ref().filter(|epoch| epoch.entry == written.index) {
                slip.epoch = Some(slip.prove(epoch, &entry)?);
            }
            let attached = slip.open(written, &entry)?;
            slip.last_logged = entry.logged;
            let id = Id::of(entry.note.text().as_bytes());
            let (entry, logged, statement) = (written.index, entry.logged, entry.statement);
            let placed = Placed { entry, logged, id, statement, attached };
            match slip.state.push(placed, &|key| look_up(&proven, key)) {
                Ok(()) => {}
                Err(Stop::Void(why)) => return Err(SlipError::Void(written.index, why)),
                Err(Stop::Fault(error)) => return Err(SlipError::Log(error)),
            }
        }
        if self.epoch.is_some() && slip.epoch.is_none() {
            return Err(SlipError::Missing("the entry of its epoch"));
        }
        for (index, field) in &slip.hidden {
            if slip.state.withheld(*index).map_err(SlipError::Log)?.is_none() {
                return Err(SlipError::Entry(*index, format!("its {field} is not opened")));
            }
        }
        if slip.state.origin() != Some(&self.origin) || slip.state.log_key() != Some(&slip.log_key) {
            return Err(SlipError::Missing("the entry 0 of its record that names its log key"));
        }
        if slip.state.document(&self.document).map_err(SlipError::Log)?.is_none() {
            return Err(SlipError::Missing("the document that it is about"));
        }
        Ok(slip)
    }

    fn open_checkpoint(
        &self,
        pinned: Option<&VerifierKey>,
    ) -> Result<(Checkpoint, VerifierKey), SlipError> {
        let key = match pinned {
            Some(key) => key.clone(),
            None => self.key_in_entry_0()?,
        };
        let checkpoint = Checkpoint::open(self.checkpoint.as_bytes(), &key).map_err(SlipError::Log)?;
        Ok((checkpoint, key))
    }

    fn key_in_entry_0(&self) -> Result<VerifierKey, SlipError> {
        let missing = SlipError::Missing("entry 0 of its record");
        let Some(first) = self.entries.first().filter(|entry| entry.index == 0) else {
            return Err(missing);
        };
        let entry = Entry::parse(first.entry.as_bytes())
            .map_err(|error| SlipError::Entry(0, error.to_string()))?;
        match entry.statement.body {
            Body::Record(body) => body.log_key.ok_or(missing),
            _ => Err(missing),
        }
    }
}

impl ProvenSlip {
    /// Checks what the slip says of the map against what its entries before the epoch give.
    fn prove(&self, epoch: &SlipEpoch, entry: &Entry) -> Result<ProvenEpoch, SlipError> {
        let Body::Record(RecordBody { epoch: Some(said), .. }) = &entry.statement.body else {
            return Err(SlipError::Entry(epoch.entry, "it is no epoch".to_owned()));
        };
        let mut facts = BTreeSet::new();
        for (key, proof) in &epoch.facts {
            let value = self.state.digest_of(key).map_err(SlipError::Log)?;
            proof
                .check(&said.map.0, &key.key(), value.as_ref().map(|value| &value.0))
                .map_err(|error| SlipError::Fact(key.clone(), error))?;
            facts.insert(key.clone());
        }
        let document = self.state.document(&self.document).map_err(SlipError::Log)?;
        let voices = document.iter().flat_map(|document| document.words.iter().map(|word| &word.voice));
        let issuers = document.iter().map(|document| document.issuer()).chain(voices);
        let issuers = self.all_who_bear_on(issuers.cloned().collect()).map_err(SlipError::Log)?;
        let issuers = issuers.into_iter().map(FactKey::Issuer);
        // The standing of what took its place is shown beside its own.
        let successors =
            document.iter().flat_map(|document| document.words.iter()).filter_map(successor);
        let documents = std::iter::once(self.document).chain(successors).map(FactKey::Document);
        let opens = document.as_ref().and_then(|document| document.opens());
        let commitment = opens.map(|id| FactKey::Commitment(*id));
        for key in documents.chain(issuers).chain(commitment) {
            if !facts.contains(&key) {
                return Err(SlipError::Unproven(key));
            }
        }
        let has_document = document.is_some();
        Ok(ProvenEpoch { entry: epoch.entry, logged: entry.logged, has_document, facts })
    }

    /// These names, with all that speak or are named in the history of one: a revocation left out of any
    /// of them could make good what is void.
    fn all_who_bear_on(&self, names: Vec<Name>) -> Result<BTreeSet<Name>, LogError> {
        let mut found = BTreeSet::new();
        let mut next = names;
        while let Some(name) = next.pop() {
            if found.insert(name.clone()) {
                next.extend(self.state.issuer(&name)?.iter().flat_map(|one| one.names().cloned()));
            }
        }
        Ok(found)
    }

    /// Checks the opened blobs of an entry and keeps them; returns what matters to its judging.
    fn open(&mut self, written: &SlipEntry, entry: &Entry) -> Result<Attached, SlipError> {
        let fields = entry.statement.blobs();
        for (position, blob) in &written.opened {
            let wrong = |why: String| SlipError::Entry(written.index, why);
            let field =
                fields.get(*position).ok_or_else(|| wrong(format!("it has no blob line {position}")))?;
            blob.check(field.field, field.blob, field.most).map_err(|error| wrong(error.to_string()))?;
            self.blobs.insert((written.index, *position), blob.clone());
        }
        let list = fields.iter().find(|field| field.field == "suffixes").map(|field| {
            let own = Suffixes::named(field.blob);
            self.suffixes_known &= own.is_some();
            own.unwrap_or_else(|| Suffixes::new(""))
        });
        let opening = self.check_opening(written, entry)?;
        let remark = opening || matches!(entry.statement.body, Body::Comment(_) | Body::Note(_));
        let shown = |position: &usize| written.opened.iter().any(|(opened, _)| opened == position);
        // A slip that hid a reason would mislead.
        let hidden = fields
            .iter()
            .enumerate()
            .find(|(position, field)| !shown(position) && !may_be_closed(field, remark));
        self.hidden.extend(hidden.map(|(_, field)| (written.index, field.field)));
        let epoch = matches!(&entry.statement.body, Body::Record(body) if body.epoch.is_some());
        let named = fields.iter().position(|field| epoch && field.field == "checkpoint");
        let opened = named.and_then(|position| self.blobs.get(&(written.index, position)));
        let checkpoint =
            opened.and_then(|blob| Checkpoint::open(blob.text().as_bytes(), &self.log_key).ok());
        Ok(Attached { suffixes: list, checkpoint })
    }

    /// Whether an entry is the opening of a draft; and if it is, that its text opens its commitment.
    fn check_opening(&self, written: &SlipEntry, entry: &Entry) -> Result<bool, SlipError> {
        let Body::Document(body) = &entry.statement.body else { return Ok(false) };
        let FirstWord::Draft { proof, .. } = &body.word else { return Ok(false) };
        // What is not opened must be withheld, which is asked for at the end.
        if let (Some(text), Some(proof)) =
            (self.text_of(written.index, body.text), self.text_of(written.index, *proof))
        {
            check_opening(&entry.statement, text, proof)
                .map_err(|error| SlipError::Entry(written.index, error.to_string()))?;
        }
        Ok(true)
    }
}

/// The text of a document is the copy itself; the suffix list, whoever checks has or has not.
fn may_be_closed(field: &BlobField, is_remark: bool) -> bool {
    field.field == "suffixes" || (field.field == "text" && !is_remark)
}

/// The document that a word says has taken the place of its own.
fn successor(word: &Word) -> Option<Id> {
    match word.act {
        Act::Corrected(by) | Act::Superseded(by) => Some(by),
        _ => None,
    }
}
