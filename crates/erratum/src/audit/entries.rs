//! What an audit asks of each entry by itself: its blobs, its forms, and of an epoch its checkpoint.

use erratum_record::{
    Blob, Body, Checkpoint, Entry, Forms, Id, Record, RecordBody, RecordError, Statement, check_opening,
    split_blobs,
};

use super::{Kind, Lies, times};
use crate::forms::forms_of;
use crate::policy::Policy;
use crate::selector;

/// So many entries are read at once.
const CHUNK: u64 = 256;

/// What the operator's own entries say.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// How many epochs there are.
    pub(super) epochs: u64,
    /// Each index that one commits to, at the first epoch that does: how many entries it covers, and its
    /// manifest's digest.
    pub(super) indexes: Vec<Indexed>,
    /// What is withheld, each with the entry of the tombstone.
    withheld: Vec<(u64, u64)>,
}

/// An index that an epoch commits to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Indexed {
    pub(super) epoch: u64,
    pub(super) size: u64,
    pub(super) digest: Id,
}

impl Said {
    /// Whether an index of this size held what was withheld later: then it cannot be made again.
    pub(super) fn is_withheld_since(&self, size: u64) -> bool {
        self.withheld.iter().any(|(entry, by)| *entry < size && *by >= size)
    }

    fn take(&mut self, record: &Record, index: u64, body: &RecordBody) -> Result<(), RecordError> {
        for entry in &body.withhold {
            // One that is void withholds nothing.
            if record.is_withheld(*entry)? {
                self.withheld.push((*entry, index));
            }
        }
        let Some(epoch) = &body.epoch else { return Ok(()) };
        self.epochs += 1;
        if let Some((size, digest)) = epoch.manifest
            && self.indexes.last().is_none_or(|last| (last.size, last.digest) != (size, digest))
        {
            self.indexes.push(Indexed { epoch: index, size, digest });
        }
        Ok(())
    }
}

/// Looks at every entry; returns what the operator said.
pub(super) fn audit(record: &Record, policy: &Policy, lies: &mut Lies) -> Result<Said, RecordError> {
    let (mut next, mut said) = (0, Said::default());
    let size = record.log().size();
    while next < size {
        let end = size.min(next + CHUNK);
        let entries = record.log().entries(next..end).map_err(|error| record.failed(error))?;
        for (index, bytes) in (next..).zip(entries) {
            // What is no statement has been named as void.
            let Ok(entry) = Entry::parse(&bytes) else { continue };
            let blobs = audit_entry(record, index, &entry.statement, lies)?;
            let Body::Record(body) = &entry.statement.body else { continue };
            said.take(record, index, body)?;
            if body.epoch.is_some() {
                let named = audit_checkpoint(record, index, &entry.statement, &blobs, lies);
                if let Some(checkpoint) = named {
                    let place = format!("checkpoint in entry {index}");
                    times::audit(record, policy, checkpoint.as_bytes(), &place, lies)?;
                }
            }
        }
        next = end;
    }
    Ok(said)
}

fn audit_entry(
    record: &Record,
    index: u64,
    statement: &Statement,
    lies: &mut Lies,
) -> Result<Vec<Blob>, RecordError> {
    let stored = match record.log().blobs(index) {
        Ok(stored) => stored,
        Err(error) => {
            lies.add(Kind::Blob, || record.failed(error).to_string());
            return Ok(Vec::new());
        }
    };
    if record.is_withheld(index)? {
        if stored.is_some() {
            lies.add(Kind::Withheld, || {
                format!("entry {index}: its blobs are withheld, and lie there all the same")
            });
        }
        return Ok(Vec::new());
    }
    let blobs = match split_blobs(statement, &stored.unwrap_or_default()) {
        Ok(blobs) => blobs,
        Err(error) => {
            let error = RecordError::Blob(record.place().to_owned(), index, error);
            lies.add(Kind::Blob, || error.to_string());
            return Ok(Vec::new());
        }
    };
    if let Err(why) = check_statement(statement, &blobs) {
        lies.add(Kind::Form, || format!("entry {index}: {why}"));
    }
    Ok(blobs)
}

/// The checkpoint that an epoch names must be one of this very log; it is returned if it is.
fn audit_checkpoint<'a>(
    record: &Record,
    index: u64,
    statement: &Statement,
    blobs: &'a [Blob],
    lies: &mut Lies,
) -> Option<&'a str> {
    let fields = statement.blobs();
    let mut named = fields.iter().zip(blobs).filter(|(field, _)| field.field == "checkpoint");
    // A blob that is missing has been named.
    let (_, blob) = named.next()?;
    let why = match Checkpoint::open(blob.text().as_bytes(), record.log_key()) {
        Err(error) => Some(error.to_string()),
        Ok(checkpoint) => match record.log().root_at(checkpoint.size()) {
            Ok(root) if root == checkpoint.root() => None,
            Ok(_) => Some(format!(
                "the log had another root at {} entries: two histories were signed",
                checkpoint.size()
            )),
            Err(error) => Some(error.to_string()),
        },
    };
    if let Some(why) = why {
        lies.add(Kind::Checkpoint, || {
            format!("entry {index}: the checkpoint in it is not one of this log: {why}")
        });
        return None;
    }
    Some(blob.text())
}

/// Checks what the record's own rule cannot: that the form digests of a statement are those of its text,
/// that the text of an opening opens its commitment, and that the passages it names are text quote selectors. `blobs` are those of its blob lines, in order.
///
/// # Errors
/// The first thing that does not hold.
pub fn check_statement(statement: &Statement, blobs: &[Blob]) -> Result<(), String> {
    let fields = statement.blobs();
    let of = |name: &'static str| {
        let named = fields.iter().zip(blobs).filter(move |(field, _)| field.field == name);
        named.map(|(_, blob)| blob.text())
    };
    let text = || of("text").next().unwrap_or_default();
    match &statement.body {
        Body::Document(body) => {
            check_forms(&body.forms, text())?;
            let proof = of("proof").next().unwrap_or_default();
            check_opening(statement, text(), proof).map_err(|error| error.to_string())
        }
        Body::Rendition(body) => {
            body.translation.as_ref().map_or(Ok(()), |(forms, _)| check_forms(forms, text()))
        }
        Body::Standing(_) if of("passage").any(|passage| selector::exact(passage).is_none()) => {
            Err("a passage is not a text quote selector".to_owned())
        }
        _ => Ok(()),
    }
}

fn check_forms(signed: &Forms, text: &str) -> Result<(), String> {
    let made = forms_of(text);
    if made == *signed {
        return Ok(());
    }
    Err(if made.tables != signed.tables {
        format!(
            "its forms were made with other tables ({}) than this build has ({})",
            signed.tables, made.tables
        )
    } else if made.search != signed.search {
        "its search form is not that of its text".to_owned()
    } else {
        "its comparison form is not that of its text".to_owned()
    })
}
