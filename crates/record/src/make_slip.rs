//! Choosing what a slip must carry so that it can be judged alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::atoms::{Id, Name};
use crate::entry::Entry;
use crate::log::LogError;
use crate::record::{Record, RecordError};
use crate::slip::{MOST_SLIP_BYTES, Slip, SlipEntry, SlipEpoch};
use crate::state::{FactKey, Registered, State};
use crate::statement::{Act, Body, FirstWord};

/// The documents that a slip is about.
type Documents = BTreeMap<Id, Arc<Registered>>;

impl Record {
    /// The slip of a document; `None` if the record does not hold it.
    ///
    /// # Errors
    /// If the log, the map or a blob cannot be read, or the slip would be larger than one may be.
    pub fn slip(&self, document: &Id) -> Result<Option<Slip>, RecordError> {
        let state = self.state();
        let chosen = documents_that_matter(state, document).and_then(|documents| {
            let names = names_that_matter(state, &documents)?;
            let entries = entries_that_matter(state, &documents, &names)?;
            Ok((documents, names, entries))
        });
        let (documents, names, mut indexes) = chosen.map_err(|error| self.failed(error))?;
        if documents.is_empty() {
            return Ok(None);
        }
        let epoch = self.slip_epoch(&documents, &names).map_err(|error| self.failed(error))?;
        indexes.extend(epoch.iter().map(|epoch| epoch.entry));
        let entries = indexes.into_iter().map(|index| self.slip_entry(index));
        let entries = entries.collect::<Result<_, _>>()?;
        let Some(origin) = state.origin().cloned() else { return Ok(None) };
        let checkpoint = String::from_utf8_lossy(self.log().checkpoint_bytes()).into_owned();
        let slip = Slip { origin, document: *document, entries, epoch, checkpoint };
        let bytes = slip.to_string().len();
        if bytes > MOST_SLIP_BYTES {
            let why =
                format!("the slip of this document would have {bytes} bytes, and 8 MiB is the most");
            return Err(RecordError::Record(self.place().to_owned(), why));
        }
        Ok(Some(slip))
    }

    /// What the map of the latest saved epoch says of all that the slip is about.
    fn slip_epoch(
        &self,
        documents: &Documents,
        names: &BTreeSet<Name>,
    ) -> Result<Option<SlipEpoch>, LogError> {
        let Some((entry, _)) = self.saved_epoch() else { return Ok(None) };
        let mut keys = vec![FactKey::Record];
        keys.extend(documents.keys().map(|id| FactKey::Document(*id)));
        keys.extend(documents.values().map(|d| FactKey::Name(d.document.name.clone())));
        keys.extend(names.iter().map(|name| FactKey::Issuer(name.clone())));
        keys.extend(documents.values().filter_map(|d| d.opens().copied()).map(FactKey::Commitment));
        keys.sort_by_cached_key(ToString::to_string);
        keys.dedup();
        let map = self.state().map();
        let facts = keys.into_iter().map(|key| Ok((key.clone(), map.prove(&key.key())?)));
        Ok(Some(SlipEpoch { entry, facts: facts.collect::<Result<_, LogError>>()? }))
    }

    fn slip_entry(&self, index: u64) -> Result<SlipEntry, RecordError> {
        let bytes = self.log().entries(index..index + 1).map_err(|e| self.failed(e))?.concat();
        let path = self.log().prove_inclusion(index).map_err(|e| self.failed(e))?;
        let statement = Entry::parse(&bytes).ok().map(|entry| entry.statement);
        let entry = String::from_utf8_lossy(&bytes).into_owned();
        let fields = statement.as_ref().map(|statement| statement.blobs()).unwrap_or_default();
        let opens_text = statement.is_some_and(|s| match s.body {
            Body::Comment(_) => true,
            // Without its text nobody could tell that it opens its commitment.
            Body::Document(body) => matches!(body.word, FirstWord::Draft { .. }),
            _ => false,
        });
        let mut opened = Vec::new();
        for (position, (field, blob)) in fields.iter().zip(self.blobs(index)?).enumerate() {
            match field.field {
                // Whoever checks it has the list, or says that it has not.
                "suffixes" => {}
                // The text of a document is the copy itself; its form digests are in the statement.
                "text" if !opens_text => {}
                _ => opened.push((position, blob)),
            }
        }
        Ok(SlipEntry { index, entry, path, opened })
    }
}

/// The document, those that replace it, those that these replace, and so on: each of their words rests on
/// the ones before.
fn documents_that_matter(state: &State, document: &Id) -> Result<Documents, LogError> {
    let mut found = Documents::new();
    let mut next = vec![*document];
    while let Some(id) = next.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let Some(document) = state.document(&id)? else { continue };
        next.extend(document.words.iter().filter_map(|word| match word.act {
            Act::Corrected(by) | Act::Superseded(by) => Some(by),
            _ => None,
        }));
        if let FirstWord::Issued { replaces: Some(replaces) } = &document.document.word {
            next.push(replaces.document);
        }
        next.extend(state.lineage(&document.document.name)?.iter().map(|document| document.id));
        found.insert(id, document);
    }
    Ok(found)
}

/// Everybody who speaks of these documents, with all who stand above them, or might.
fn names_that_matter(state: &State, documents: &Documents) -> Result<BTreeSet<Name>, LogError> {
    let mut found = BTreeSet::new();
    let mut next: Vec<Name> = Vec::new();
    for document in documents.values() {
        next.push(document.issuer().clone());
        next.extend(document.words.iter().map(|word| word.voice.clone()));
        next.extend(document.renditions.iter().map(|known| known.rendition.speaker.clone()));
        next.extend(document.comments.iter().map(|comment| comment.speaker.clone()));
    }
    while let Some(name) = next.pop() {
        if !found.insert(name.clone()) {
            continue;
        }
        next.extend(name.ancestors());
        next.extend(state.issuer(&name)?.iter().flat_map(|issuer| issuer.names().cloned()));
    }
    Ok(found)
}

/// The entries at which all of that was said.
fn entries_that_matter(
    state: &State,
    documents: &Documents,
    names: &BTreeSet<Name>,
) -> Result<BTreeSet<u64>, LogError> {
    let mut found: BTreeSet<u64> = std::iter::once(0).chain(state.suffix_entries()).collect();
    found.extend(documents.values().flat_map(|document| document.entries()));
    for document in documents.values() {
        found.extend(state.commitment_of(document)?.map(|committed| committed.entry));
    }
    for name in names {
        found.extend(state.admissions(name)?.iter().map(|(_, entry)| *entry));
        found.extend(state.proofs(name)?.iter().map(|(place, _)| place.entry));
        if let Some(issuer) = state.issuer(name)? {
            found.extend(issuer.said.iter().map(|said| said.place.entry));
        }
    }
    // What a slip cannot open, it must show to be withheld.
    for entry in found.clone() {
        found.extend(state.withheld(entry)?);
    }
    Ok(found)
}
