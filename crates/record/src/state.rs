//! What the valid statements of a log add up to: issuers, documents, words.
//!
//! [`State::push`] is the forward pass: statements go in once, in log order, and each is judged at its
//! own position by what stands before it (`docs/authority.md`). No clock, no signature check: the caller
//! says which keys signed. What an epoch saved is read from its map when it is asked for, and only what
//! changed since lies in memory; so questions can fail, for the one reason that the map cannot be read.

mod apply;
mod authority;
mod drafts;
mod epoch;
mod judge;
mod kinds;
mod refusal;
mod repeated;
mod seen;

use std::sync::Arc;

use crate::atoms::{DocumentName, Id, Name, Origin, Time, Version};
use crate::authority::{Issuer, Place};
use crate::facts::{Admitted, Count, EpochFact, File, Lineage, Notes, Table, Text, Withheld};
use crate::log::LogError;
use crate::map::Map;
use crate::note::{Signed, VerifierKey};
use crate::rule::Moment;
use crate::statement::NameProof;
use crate::suffixes::Suffixes;
pub use authority::{Authority, Pending};
pub use drafts::Committed;
pub use epoch::{Changes, FactKey};
pub use kinds::{Attached, Placed, Registered, Remarked, Rendered, Void};
pub use refusal::{Refusal, RefusalKind, Stop};
pub use seen::Viewed;

/// The state of a record after some of its entries.
#[derive(Clone, Default)]
pub struct State {
    origin: Option<Origin>,
    log_key: Option<VerifierKey>,
    open: Option<u64>,
    suffixes: Option<Suffixes>,
    suffix_versions: Vec<(Version, u64)>,
    last_time: Option<Time>,
    documents: u64,
    epoch: Option<EpochFact>,
    map: Map,
    registered: Table<Registered>,
    issuers: Table<Issuer>,
    admitted: Table<Admitted>,
    lineages: Table<Lineage>,
    texts: Table<Text>,
    files: Table<File>,
    counts: Table<Count>,
    notes: Table<Notes>,
    withheld: Table<Withheld>,
    commitments: Table<Committed>,
    void: Vec<Void>,
    /// Withheld since the latest saved epoch.
    newly_withheld: Vec<u64>,
}

impl State {
    /// The record's origin, once entry 0 is in.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// The log key that entry 0 names.
    #[must_use]
    pub fn log_key(&self) -> Option<&VerifierKey> {
        self.log_key.as_ref()
    }

    /// The suffix list in force: its version, and the entry that brought it.
    #[must_use]
    pub fn suffix_version(&self) -> Option<(&str, u64)> {
        self.suffix_versions.last().map(|(version, entry)| (version.as_str(), *entry))
    }

    /// The entries that brought suffix lists, in order.
    pub(crate) fn suffix_entries(&self) -> impl Iterator<Item = u64> {
        self.suffix_versions.iter().map(|(_, entry)| *entry)
    }

    /// The issuer of this name.
    ///
    /// # Errors
    /// If the fact cannot be read; so for all questions below.
    pub fn issuer(&self, name: &Name) -> Result<Option<Arc<Issuer>>, LogError> {
        self.issuers.get(name.as_str(), &self.map, self.origin())
    }

    /// How many documents there are.
    #[must_use]
    pub fn document_count(&self) -> u64 {
        self.documents
    }

    /// How many documents an issuer has.
    pub fn document_count_of(&self, issuer: &Name) -> Result<u64, LogError> {
        let count = self.counts.get(issuer.as_str(), &self.map, self.origin())?;
        Ok(count.and_then(|count| count.0.first().copied()).unwrap_or(0))
    }

    /// All documents, in log order: a walk through all facts.
    pub fn documents(&self) -> Result<Vec<Arc<Registered>>, LogError> {
        let Some(origin) = &self.origin else { return Ok(Vec::new()) };
        let mut all = self.registered.all(&self.map, origin)?;
        all.sort_by_key(|document| document.entry);
        Ok(all)
    }

    /// The document with this id.
    pub fn document(&self, id: &Id) -> Result<Option<Arc<Registered>>, LogError> {
        self.registered.get(&id.to_string(), &self.map, self.origin())
    }

    /// What a document name resolves to: the newest of its lineage that is not void, one made for this
    /// record before a copied one.
    pub fn named(&self, name: &DocumentName) -> Result<Option<Arc<Registered>>, LogError> {
        let mut copied = None;
        for document in self.lineage(name)?.into_iter().rev() {
            let native = document.copied_from.is_none();
            if (native || copied.is_none()) && self.seen(&document, Moment::ALL)?.stolen().is_none() {
                if native {
                    return Ok(Some(document));
                }
                copied = Some(document);
            }
        }
        Ok(copied)
    }

    /// All documents of a name, oldest first.
    pub fn lineage(&self, name: &DocumentName) -> Result<Vec<Arc<Registered>>, LogError> {
        let lineage = self.lineages.get(&name.to_string(), &self.map, self.origin())?;
        self.all_of(lineage.iter().flat_map(|lineage| &lineage.0).map(|(id, _)| *id))
    }

    /// The documents whose text, or a translation of it, has this comparison form, in log order.
    pub fn with_text(&self, comparison: &Id) -> Result<Vec<Arc<Registered>>, LogError> {
        let text = self.texts.get(&comparison.to_string(), &self.map, self.origin())?;
        self.all_of(text.iter().flat_map(|text| &text.documents).copied())
    }

    /// The documents of which a file with this digest is a rendition, each with the rendition's entry.
    pub fn with_file(&self, sha256: &Id) -> Result<Vec<(Id, u64)>, LogError> {
        let file = self.files.get(&sha256.to_string(), &self.map, self.origin())?;
        Ok(file.map(|file| file.0.clone()).unwrap_or_default())
    }

    fn all_of(&self, ids: impl Iterator<Item = Id>) -> Result<Vec<Arc<Registered>>, LogError> {
        ids.filter_map(|id| self.document(&id).transpose()).collect()
    }

    /// What others than its voices remarked on a document, in log order.
    pub fn notes(&self, document: &Id) -> Result<Vec<Remarked>, LogError> {
        let notes = self.notes.get(&document.to_string(), &self.map, self.origin())?;
        Ok(notes.map(|notes| notes.0.clone()).unwrap_or_default())
    }

    /// The entries among those pushed into this very state that count for nothing.
    #[must_use]
    pub fn void(&self) -> &[Void] {
        &self.void
    }

    /// Takes those entries out, for whoever tells of them as they come.
    pub fn take_void(&mut self) -> Vec<Void> {
        std::mem::take(&mut self.void)
    }

    /// Whether this key may be registered for this name.
    pub fn admits(&self, name: &Name, key: &VerifierKey) -> Result<bool, LogError> {
        Ok(self.admissions(name)?.iter().any(|(admitted, _)| admitted == key))
    }

    /// The keys that may be registered for a name, each with the entry that admits it.
    pub fn admissions(&self, name: &Name) -> Result<Vec<(VerifierKey, u64)>, LogError> {
        let admitted = self.admitted.get(name.as_str(), &self.map, self.origin())?;
        Ok(admitted.map(|admitted| admitted.keys.clone()).unwrap_or_default())
    }

    /// What the operator found published under a name, each with the place that says so.
    pub fn proofs(&self, name: &Name) -> Result<Vec<(Place, NameProof)>, LogError> {
        let admitted = self.admitted.get(name.as_str(), &self.map, self.origin())?;
        Ok(admitted.map(|admitted| admitted.proofs.clone()).unwrap_or_default())
    }

    /// In an open record, how many statements a UTC day it takes of each name.
    #[must_use]
    pub fn open(&self) -> Option<u64> {
        self.open
    }

    /// The entry of the tombstone that withholds the blobs of this entry.
    pub fn withheld(&self, entry: u64) -> Result<Option<u64>, LogError> {
        let withheld = self.withheld.get(&entry.to_string(), &self.map, self.origin())?;
        Ok(withheld.and_then(|by| by.0.first().copied()))
    }

    /// The entries withheld since the latest saved epoch.
    #[must_use]
    pub(crate) fn newly_withheld(&self) -> &[u64] {
        &self.newly_withheld
    }

    /// The latest logged time so far; 1970 before the first entry.
    #[must_use]
    pub fn last_time(&self) -> Time {
        self.last_time.unwrap_or(Time::from_millis(0))
    }

    /// The registrable domain of a name by the list in force, or the name itself where there is none.
    #[must_use]
    pub fn registrable(&self, name: &Name) -> Name {
        self.suffixes.as_ref().and_then(|list| list.registrable(name)).unwrap_or_else(|| name.clone())
    }

    /// The `previous` that the speaker's next word on this document must carry.
    pub fn previous(&self, speaker: &Name, document: &Id) -> Result<Id, LogError> {
        let Some(found) = self.document(document)? else { return Ok(*document) };
        Ok(self.seen(&found, Moment::ALL)?.previous(speaker))
    }

    /// The record that a statement was meant for, if another than this.
    fn copied_from<'a>(&self, record: &'a Origin) -> Option<&'a Origin> {
        self.origin.as_ref().is_some_and(|origin| origin != record).then_some(record)
    }

    /// Judges the next statement and takes it in, or keeps it as void.
    ///
    /// `signed` says what the statement's note proves of a key.
    ///
    /// # Errors
    /// Why the statement counts for nothing; or a fault, after which the state is to be thrown away.
    pub fn push(&mut self, placed: Placed, signed: &dyn Fn(&VerifierKey) -> Signed) -> Result<(), Stop> {
        match self.judge(&placed, signed) {
            Ok(signers) => Ok(self.apply(placed, signers)?),
            Err(Stop::Void(refusal)) => {
                if self.is_own(&placed, signed)? {
                    self.remember_issued(&placed.statement, placed.entry)?;
                }
                self.void.push(Void { entry: placed.entry, refusal: refusal.clone() });
                self.last_time = self.last_time.max(Some(placed.logged));
                Err(Stop::Void(refusal))
            }
            Err(fault) => Err(fault),
        }
    }

    /// Notes that an entry could not be read as a statement at all.
    pub fn push_unreadable(&mut self, entry: u64, why: String) {
        self.void.push(Void { entry, refusal: Refusal::unreadable(why) });
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "State({} documents, {} facts changed)", self.documents, self.changed())
    }
}

#[cfg(test)]
mod authority_tests;
#[cfg(test)]
mod draft_tests;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
