//! Whether what was read from a record's map is what the log says: asked of all that is shown.
//!
//! A map that leaves something out is not found here; an audit does that.

use erratum_record::{
    Act, Body, Committed, FirstWord, Id, Record, RecordError, Registered, Remarked, Word, check_opening,
};

fn wrong(record: &Record, entry: u64) -> RecordError {
    let why = format!("entry {entry}: it does not say what the map says of it");
    RecordError::Record(record.place().to_owned(), why)
}

/// The statement at an entry, signed by its speaker, with its id.
fn signed(record: &Record, entry: u64) -> Result<(Id, Body), RecordError> {
    record.attest(entry)?;
    let read = record.entry(entry)?.ok_or_else(|| wrong(record, entry))?;
    Ok((Id::of(read.note.text().as_bytes()), read.statement.body))
}

/// Checks a document, but not what was said of it later.
pub(crate) fn document(record: &Record, document: &Registered) -> Result<(), RecordError> {
    let (id, body) = signed(record, document.entry)?;
    if id == document.id && body == Body::Document(document.document.clone()) {
        return Ok(());
    }
    Err(wrong(record, document.entry))
}

/// Checks a commitment that a document opens, and that its text does, unless it is withheld.
pub(crate) fn commitment(
    record: &Record,
    document: &Registered,
    committed: &Committed,
) -> Result<(), RecordError> {
    let opening = record.entry(document.entry)?.ok_or_else(|| wrong(record, document.entry))?;
    let blob = |field| record.blob(document.entry, field);
    if let (Some(text), Some(proof)) = (blob("text")?, blob("proof")?) {
        check_opening(&opening.statement, &text, &proof).map_err(|error| {
            let why = format!("entry {}: {error}", document.entry);
            RecordError::Record(record.place().to_owned(), why)
        })?;
    }
    let (id, body) = signed(record, committed.entry)?;
    let there = record.entry(committed.entry)?.is_some_and(|entry| entry.logged == committed.logged);
    let says = body == Body::Commitment(committed.commitment.clone());
    if there && says && document.opens() == Some(&id) {
        return Ok(());
    }
    Err(wrong(record, committed.entry))
}

/// Checks a word on a document.
pub(crate) fn word(record: &Record, document: &Id, word: &Word) -> Result<(), RecordError> {
    let (id, body) = signed(record, word.entry)?;
    let says = match &body {
        Body::Standing(body) => {
            body.document == *document
                && body.act == word.act
                && body.speaker == word.voice
                && body.effective == word.effective
                && body.passages == word.passages
                && body.reason == word.reason
                && body.translations == word.translations
        }
        Body::Document(body) => {
            let act = match &body.word {
                // Of what it replaces it says that it is superseded.
                FirstWord::Issued { replaces: Some(old) } if id != *document => {
                    old.document == *document && word.act == Act::Superseded(id)
                }
                FirstWord::Issued { .. } => id == *document && word.act == Act::Issued,
                FirstWord::Disowned { reason } => {
                    id == *document && word.act == Act::Disowned && word.reason == Some(*reason)
                }
                FirstWord::Draft { .. } => id == *document && word.act == Act::Draft,
                FirstWord::Attributed { .. } => false,
            };
            act && body.speaker == word.voice && body.effective == word.effective
        }
        _ => false,
    };
    let there = record.entry(word.entry)?.is_some_and(|entry| {
        let from = Some(entry.statement.record).filter(|from| from.as_str() != record.origin());
        entry.logged == word.logged && from == word.copied_from
    });
    if says && there && id == word.id {
        return Ok(());
    }
    Err(wrong(record, word.entry))
}

/// Checks a comment or note.
pub(crate) fn remark(record: &Record, remark: &Remarked) -> Result<(), RecordError> {
    let (_, body) = signed(record, remark.entry)?;
    let said = match (&body, remark.rank) {
        (Body::Comment(said), Some(_)) | (Body::Note(said), None) => said,
        _ => return Err(wrong(record, remark.entry)),
    };
    let same =
        said.speaker == remark.speaker && said.document == remark.document && said.text == remark.text;
    if same { Ok(()) } else { Err(wrong(record, remark.entry)) }
}

/// Checks that an entry brought a rendition to a document.
pub(crate) fn rendition(record: &Record, document: &Registered, entry: u64) -> Result<(), RecordError> {
    let (_, body) = signed(record, entry)?;
    let known = document.renditions.iter().find(|known| known.entry == entry);
    if known.is_some_and(|known| body == Body::Rendition(known.rendition.clone())) {
        return Ok(());
    }
    Err(wrong(record, entry))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_word_is_that_of_its_document_its_time_and_its_record() {
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/northern-letter/record");
        let record = Record::open(&place, None).unwrap();
        let documents = record.state().documents().unwrap();
        let mut refused = 0;
        for document in &documents {
            for said in &document.words {
                word(&record, &document.id, said).unwrap();
                let later = Word { logged: erratum_record::Time::MAX, ..said.clone() };
                let copied = Word { copied_from: "elsewhere.example".parse().ok(), ..said.clone() };
                let others = documents.iter().filter(|other| other.id != document.id);
                let wrong = others
                    .map(|other| word(&record, &other.id, said))
                    .chain([&later, &copied].map(|changed| word(&record, &document.id, changed)));
                for wrong in wrong {
                    let why = format!("entry {}: it does not say what the map says of it", said.entry);
                    assert!(wrong.unwrap_err().to_string().ends_with(&why));
                    refused += 1;
                }
            }
        }
        assert!(refused > 20, "{refused}");
    }
}
