//! From what the record holds to the plain data of a verdict.

use std::ops::Range;

use erratum_match::{Comparison, Forms, Kind, Relation};
use erratum_record::{
    FirstWord, Id, Lang, Record, RecordError, Registered, Remarked, Standing, Time, Viewed,
};

use erratum_text::{Place, Places};

use crate::attest;
use crate::verdict::{Attributed, Committed, Difference, Document, Minor, Remark, Side, Span, Word};

pub(crate) fn document(record: &Record, found: &Viewed) -> Result<Document, RecordError> {
    attest::document(record, found)?;
    let text = |field| Ok::<_, RecordError>(record.blob(found.entry, field)?.unwrap_or_default());
    let attributed = match &found.document.word {
        FirstWord::Attributed { to, reported, .. } => {
            Some(Attributed { to: to.to_string(), reported: reported.as_str(), source: text("source")? })
        }
        _ => None,
    };
    Ok(Document {
        id: found.id.to_string(),
        name: found.document.name.to_string(),
        issuer: found.issuer().to_string(),
        title: text("title")?,
        genre: found.document.genre.as_str(),
        lang: found.document.lang.to_string(),
        date: found.document.date.as_ref().map(ToString::to_string),
        logged: found.logged.to_string(),
        entry: found.entry,
        copied_from: found.copied_from.as_ref().map(ToString::to_string),
        attributed,
        committed: committed(record, found)?,
        key_stolen: found.stolen().map(|stolen| stolen.logged.to_string()),
        withheld: record.withheld(found.entry)?,
    })
}

/// The commitment that an opened draft opens.
fn committed(record: &Record, found: &Registered) -> Result<Option<Committed>, RecordError> {
    let commitment = record.state().commitment_of(found).map_err(|error| record.failed(error))?;
    let (Some(id), Some(commitment)) = (found.opens(), commitment) else { return Ok(None) };
    attest::commitment(record, found, &commitment)?;
    Ok(Some(Committed {
        commitment: id.to_string(),
        logged: commitment.logged.to_string(),
        entry: commitment.entry,
    }))
}

/// A word, with its reason in the first of the reader's languages in which it gives one.
pub(crate) fn word(
    record: &Record,
    document: &Id,
    word: &erratum_record::Word,
    languages: &[Lang],
) -> Result<Word, RecordError> {
    attest::word(record, document, word)?;
    let selectors = record.blobs_of(word.entry, "passage")?;
    let reasons = record.blobs_of(word.entry, "reason")?;
    let langs: Vec<&Lang> =
        std::iter::once(&word.lang).chain(word.translations.iter().map(|(lang, _)| lang)).collect();
    let read = |wanted: &Lang| langs.iter().position(|lang| lang.primary() == wanted.primary());
    let chosen = languages.iter().find_map(read).unwrap_or(0);
    let reason = word.reason.and_then(|_| reasons.get(chosen).cloned());
    Ok(Word {
        id: word.id.to_string(),
        standing: word.standing().map_or("lift", Standing::as_str),
        voice: word.voice.to_string(),
        rank: word.rank,
        logged: word.logged.to_string(),
        effective: word.effective.map(|time| time.to_string()),
        reason,
        lang: langs.get(chosen).map(ToString::to_string).unwrap_or_default(),
        langs: langs.iter().map(ToString::to_string).collect(),
        key_stolen: word.weight.stolen.map(|stolen| stolen.logged.to_string()),
        passages: selectors.iter().filter_map(|selector| crate::selector::exact(selector)).collect(),
        entry: word.entry,
        copied_from: word.copied_from.as_ref().map(ToString::to_string),
        // A word without a reason has nothing that could be withheld; its document may.
        withheld: match word.reason {
            Some(_) => record.withheld(word.entry)?,
            None => None,
        },
    })
}

pub(crate) fn remark(record: &Record, remark: &erratum_record::Remarked) -> Result<Remark, RecordError> {
    attest::remark(record, remark)?;
    Ok(Remark {
        speaker: remark.speaker.to_string(),
        rank: remark.rank,
        text: record.blob(remark.entry, "text")?.unwrap_or_default(),
        logged: remark.logged.to_string(),
        entry: remark.entry,
        withheld: record.withheld(remark.entry)?,
    })
}

/// So many notes are shown: anyone may attach them.
const MOST_NOTES: usize = 50;

/// The first notes of others on a document that were logged by a time, and how many more there are.
pub(crate) fn notes(
    record: &Record,
    document: &Id,
    logged_by: Time,
) -> Result<(Vec<Remarked>, usize), RecordError> {
    let mut all = record.state().notes(document).map_err(|error| record.failed(error))?;
    all.retain(|note| note.logged <= logged_by);
    let more = all.len().saturating_sub(MOST_NOTES);
    all.truncate(MOST_NOTES);
    Ok((all, more))
}

/// A word of a voice that has turned out to be none: a remark like others.
pub(crate) fn demoted(
    record: &Record,
    document: &Id,
    said: &erratum_record::Word,
    languages: &[Lang],
) -> Result<Remark, RecordError> {
    let word = word(record, document, said, languages)?;
    let reason = word.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    Ok(Remark {
        speaker: word.voice,
        rank: None,
        text: format!("said {} while it was taken for a superior{reason}", word.standing),
        logged: word.logged,
        entry: word.entry,
        withheld: word.withheld,
    })
}

pub(crate) fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Identical => "identical",
        Relation::SameText => "same-text",
        Relation::Altered => "altered",
        Relation::Excerpt => "excerpt",
        Relation::Quotation => "quotation",
    }
}

pub(crate) fn difference(difference: &erratum_match::Difference, places: &Places) -> Difference {
    let side = |side: &erratum_match::Side| Side {
        words: side.words.clone(),
        before: side.before.clone(),
        after: side.after.clone(),
        start: side.range.start,
        end: side.range.end,
    };
    let kind = match difference.kind {
        Kind::Replaced => "replaced",
        Kind::LeftOut => "left-out",
        Kind::Added => "added",
        Kind::Moved => "moved",
    };
    Difference {
        kind,
        certain: difference.certain,
        record: side(&difference.document),
        copy: side(&difference.copy),
        places: places_of(&difference.copy.range, places),
    }
}

/// The places of a stretch; of an empty one, of the character before it.
fn places_of(range: &Range<usize>, places: &Places) -> Vec<Place> {
    let start = if range.is_empty() { range.start.saturating_sub(1) } else { range.start };
    places.of(&(start..range.end))
}

/// Where a stretch of the copy stands.
pub(crate) fn span(range: &Range<usize>, places: &Places) -> Span {
    Span { start: range.start, end: range.end, places: places.of(range) }
}

/// So many letters of two texts that have nothing in common are shown.
const SHOWN: usize = 80;

/// The difference between two texts that have nothing in common.
pub(crate) fn another_text(record: &Forms, copy: &Forms) -> Difference {
    let side = |forms: &Forms| {
        let words = forms.text().split_whitespace().collect::<Vec<_>>().join(" ");
        let words: String = words.chars().take(SHOWN).collect();
        let (before, after) = (String::new(), String::new());
        Side { words, before, after, start: 0, end: forms.text().len() }
    };
    Difference {
        kind: "replaced",
        certain: true,
        record: side(record),
        copy: side(copy),
        places: Vec::new(),
    }
}

pub(crate) fn minor(comparison: &Comparison) -> Minor {
    let minor = comparison.minor;
    Minor {
        case: minor.case,
        punctuation: minor.punctuation,
        hyphenation: minor.hyphenation,
        layout: minor.layout,
        invisible: minor.invisible,
        lookalike: minor.lookalike,
    }
}
