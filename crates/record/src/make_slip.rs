//! Choosing what a slip must carry so that it can be judged alone.

use std::collections::BTreeSet;

use crate::atoms::{Id, Name};
use crate::record::{Record, RecordError};
use crate::slip::{MOST_SLIP_BYTES, Opened, Slip, SlipEntry};
use crate::statement::{Act, Body, FirstWord};

impl Record {
    /// The slip of a document; `None` if the record does not hold it.
    ///
    /// # Errors
    /// If the log or a blob cannot be read, or the slip would be larger than one may be.
    pub fn slip(&self, document: &Id) -> Result<Option<Slip>, RecordError> {
        if self.state().document(document).is_none() {
            return Ok(None);
        }
        let documents = self.documents_that_matter(document);
        let names = self.names_that_matter(&documents);
        let mut entries = Vec::new();
        for index in 0..self.log().size() {
            let valid = self.id_at(index).and_then(|id| self.state().entry_of(&id)) == Some(index);
            if valid && self.belongs(index, &documents, &names) {
                entries.push(self.slip_entry(index)?);
            }
        }
        let Some(origin) = self.state().origin().cloned() else { return Ok(None) };
        let checkpoint = String::from_utf8_lossy(self.log().checkpoint_bytes()).into_owned();
        let slip = Slip { origin, document: *document, entries, checkpoint };
        let bytes = slip.to_string().len();
        if bytes > MOST_SLIP_BYTES {
            let why =
                format!("the slip of this document would have {bytes} bytes, and 8 MiB is the most");
            return Err(RecordError::Record(self.place().to_owned(), why));
        }
        Ok(Some(slip))
    }

    /// The document, those that replace it, those that these replace, and so on: each of their words
    /// rests on the ones before.
    fn documents_that_matter(&self, document: &Id) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        let mut next = vec![*document];
        while let Some(id) = next.pop() {
            let Some(document) = self.state().document(&id) else { continue };
            if !found.insert(id) {
                continue;
            }
            next.extend(document.words.iter().filter_map(|word| match word.act {
                Act::Corrected(by) | Act::Superseded(by) => Some(by),
                _ => None,
            }));
            if let FirstWord::Issued { replaces: Some(replaces) } = &document.document.word {
                next.push(replaces.document);
            }
            let lineage = self.state().lineage(&document.document.name);
            next.extend(lineage.map(|document| document.id));
        }
        found
    }

    /// Everybody who speaks of these documents, with all who stand above them.
    fn names_that_matter(&self, documents: &BTreeSet<Id>) -> BTreeSet<Name> {
        let mut found = BTreeSet::new();
        let mut next: Vec<Name> = Vec::new();
        for document in documents.iter().filter_map(|id| self.state().document(id)) {
            next.push(document.issuer().clone());
            next.extend(document.words.iter().map(|word| word.voice.clone()));
            next.extend(document.renditions.iter().map(|(_, rendition)| rendition.speaker.clone()));
            let comments = document.remarks.iter().filter(|remark| remark.rank.is_some());
            next.extend(comments.map(|comment| comment.speaker.clone()));
        }
        while let Some(name) = next.pop() {
            if !found.insert(name.clone()) {
                continue;
            }
            next.extend(name.ancestors());
            let named = self.state().issuer(&name).and_then(|issuer| issuer.names_superior.clone());
            next.extend(named);
        }
        found
    }

    fn belongs(&self, index: u64, documents: &BTreeSet<Id>, names: &BTreeSet<Name>) -> bool {
        let Some(entry) = self.entry(index) else { return false };
        match &entry.statement.body {
            Body::Record(body) => {
                body.log_key.is_some()
                    || body.suffixes.is_some()
                    || body.admit.iter().any(|(name, _)| names.contains(name))
            }
            Body::Keys(keys) => names.contains(&keys.speaker),
            Body::Acceptance(body) => names.contains(&body.subordinate),
            Body::Document(_) => self.id_at(index).is_some_and(|id| documents.contains(&id)),
            Body::Rendition(body) => documents.contains(&body.document),
            Body::Standing(body) => documents.contains(&body.document),
            Body::Comment(body) => documents.contains(&body.document),
            // Anybody may note anything, as often as they like.
            Body::Note(_) => false,
        }
    }

    fn slip_entry(&self, index: u64) -> Result<SlipEntry, RecordError> {
        let failed = |error| RecordError::Log(self.place().to_owned(), error);
        let bytes = self.log().entries(index..index + 1).map_err(failed)?.concat();
        let entry = String::from_utf8_lossy(&bytes).into_owned();
        let path = self.log().prove_inclusion(index).map_err(failed)?;
        let fields = self.entry(index).map(|entry| entry.statement.blobs()).unwrap_or_default();
        let is_remark =
            matches!(self.entry(index).map(|entry| &entry.statement.body), Some(Body::Comment(_)));
        let mut opened = Vec::new();
        for (position, (field, blob)) in fields.iter().zip(self.blobs(index)?).enumerate() {
            match field.field {
                "suffixes" => opened.push((position, Opened::Salt(*blob.salt()))),
                // The text of a document is the copy itself; its form digests are in the statement.
                "text" if !is_remark => {}
                _ => opened.push((position, Opened::Blob(blob))),
            }
        }
        Ok(SlipEntry { index, entry, path, opened })
    }
}
