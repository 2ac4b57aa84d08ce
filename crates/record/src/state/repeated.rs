//! Whether a statement is validly logged already.

use super::{Remarked, Rendered, State};
use crate::atoms::{Id, Name, Origin};
use crate::authority::{Known, SaidBody};
use crate::log::LogError;
use crate::statement::{Body, RecordBody, Remark, Statement};

impl State {
    /// The entry at which this very statement is validly logged; asked of what it speaks of, so that no
    /// list of all statements is kept.
    pub fn entry_of(&self, id: &Id, statement: &Statement) -> Result<Option<u64>, LogError> {
        let copied = self.copied_from(&statement.record);
        Ok(match &statement.body {
            Body::Record(body) => self.entry_of_record(body)?,
            Body::Keys(keys) => self.said_at(keys.name(), id)?,
            Body::Acceptance(body) => self.said_at(&body.subordinate, id)?,
            Body::Revocation(body) => self.said_at(body.name(), id)?,
            Body::Commitment(_) => self.commitment(id)?.map(|known| known.entry),
            Body::Document(_) => self.document(id)?.map(|document| document.entry),
            Body::Rendition(body) => self.document(&body.document)?.and_then(|document| {
                let same =
                    |known: &&Rendered| known.rendition == *body && known.copied_from.as_ref() == copied;
                document.renditions.iter().find(same).map(|known| known.entry)
            }),
            Body::Standing(body) => self.document(&body.document)?.and_then(|document| {
                document.words.iter().find(|word| word.id == *id).map(|word| word.entry)
            }),
            Body::Comment(body) => self
                .document(&body.document)?
                .and_then(|document| same_remark(&document.comments, body, copied)),
            Body::Note(body) => same_remark(&self.notes(&body.document)?, body, copied),
        })
    }

    /// A `record` statement that says nothing new has been said before.
    fn entry_of_record(&self, body: &RecordBody) -> Result<Option<u64>, LogError> {
        let is_new = body.log_key.is_some() || body.suffixes.is_some() || body.epoch.is_some();
        if is_new || !body.proofs.is_empty() {
            return Ok(None);
        }
        let mut first = None;
        for (name, key) in &body.admit {
            match self.admissions(name)?.iter().find(|(known, _)| known == key) {
                Some((_, entry)) => first = Some(first.unwrap_or(*entry)),
                None => return Ok(None),
            }
        }
        for entry in &body.withhold {
            match self.withheld(*entry)? {
                Some(by) => first = Some(first.unwrap_or(by)),
                None => return Ok(None),
            }
        }
        Ok(first)
    }

    /// The entry of this statement in a name's history. An acceptance that is void by now may be said again.
    fn said_at(&self, name: &Name, id: &Id) -> Result<Option<u64>, LogError> {
        let Some(issuer) = self.issuer(name)? else { return Ok(None) };
        let said = issuer.said.iter().rev().find(|said| said.id == *id);
        let Some(said) = said else { return Ok(None) };
        let accepts = matches!(said.body, SaidBody::Acceptance(_));
        let void = accepts && self.light(&[name], Known::ALL, true)?.is_void(said);
        Ok((!void).then_some(said.place.entry))
    }
}

fn same_remark(known: &[Remarked], body: &Remark, copied: Option<&Origin>) -> Option<u64> {
    let same = |known: &&Remarked| known.copied_from.as_ref() == copied && known.body() == *body;
    known.iter().find(same).map(|known| known.entry)
}
