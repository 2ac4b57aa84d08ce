//! The story of a document: everything that was said of it, in log order, each with what it made of the
//! standing. Plain data; whoever shows it says it in words.

use std::sync::Arc;

use erratum_record::{Act, Id, Lang, Moment, Record, RecordError, Registered, Standing, Time, Viewed};

use crate::attest;
use crate::check::When;
use crate::library::LibraryError;
use crate::verdict::{Document, Remark, Word};
use crate::view;

/// What was said of a document by some moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The document.
    pub document: Document,
    /// The standing that leads at that moment; none if no word is in force.
    pub standing: Option<Standing>,
    /// What happened, in log order.
    pub events: Vec<Event>,
    /// How many more notes there are by others.
    pub more_notes: usize,
}

/// Something that was logged about a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its entry.
    pub entry: u64,
    /// When that was logged.
    pub logged: Time,
    /// What it says.
    pub what: What,
    /// The standing that led once it was logged, where that is another than before.
    pub now: Option<Now>,
}

/// A standing that began to lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now(pub Option<Standing>);

/// What an event says.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A voice says a word.
    Word(Box<Said>),
    /// Its issuer commits to the draft, which nobody can know before it is opened.
    Committed,
    /// Somebody registers it as seen, in the name of an office.
    Reported,
    /// A file of it.
    Rendition {
        /// Who vouches for it.
        speaker: String,
        /// Its language.
        lang: String,
        /// Its media type.
        media: String,
        /// Its length in bytes.
        bytes: u64,
        /// Its SHA-256.
        sha256: String,
        /// Whether it is a translation.
        is_translation: bool,
    },
    /// A comment of a voice, or a note of anyone else.
    Remark(Remark),
}

/// A word, with what it points at.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The word.
    pub word: Word,
    /// What it is worth as it is known now.
    pub worth: WordWorth,
    /// Of a lift: the word that it ends, and its standing.
    pub lifts: Option<(String, Option<Standing>)>,
    /// Of a succession: the name of the document that takes its place.
    pub by: Option<String>,
}

/// What has become of a word that was valid when it was logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordWorth {
    /// It counts; a warning whose key was reported stolen says so itself.
    Counts,
    /// Its speaker has turned out to be no superior: it is a note.
    Note,
    /// Its signatures do not suffice any more, since a key was reported stolen.
    Void,
}

/// Tells the story of a document as far as it was logged by a moment, with reasons in the first of these
/// languages in which they are given.
///
/// # Errors
/// If the record cannot be read, or its map says what its log does not.
pub fn story(
    record: &Record,
    document: &Arc<Registered>,
    when: When,
    languages: &[Lang],
) -> Result<Story, LibraryError> {
    let moment = when.moment(record);
    let viewed = record.state().seen(document, moment).map_err(|error| record.failed(error))?;
    let mut events = words(record, &viewed, document, languages)?;
    let committed = record.state().commitment_of(document).map_err(|error| record.failed(error))?;
    // Known only since it was opened.
    if let Some(committed) = committed.filter(|_| document.logged <= moment.logged_by) {
        events.push(Event::new(committed.entry, committed.logged, What::Committed));
    }
    if document.attributed_to().is_some() {
        events.push(Event::new(document.entry, document.logged, What::Reported));
    }
    for known in &document.renditions {
        attest::rendition(record, document, known.entry)?;
        let rendition = &known.rendition;
        let what = What::Rendition {
            speaker: rendition.speaker.to_string(),
            lang: rendition.lang.to_string(),
            media: rendition.media.to_string(),
            bytes: rendition.bytes,
            sha256: rendition.sha256.to_string(),
            is_translation: rendition.translation.is_some(),
        };
        events.push(Event::new(known.entry, known.logged, what));
    }
    let (notes, more_notes) = view::notes(record, &document.id, moment.logged_by)?;
    for remark in document.comments.iter().chain(&notes) {
        let what = What::Remark(view::remark(record, remark)?);
        events.push(Event::new(remark.entry, remark.logged, what));
    }
    events.retain(|event| event.logged <= moment.logged_by);
    events.sort_by_key(|event| event.entry);
    turn(record, document, &mut events)?;
    let standing = viewed.standings().standing();
    Ok(Story { document: view::document(record, &viewed)?, standing, events, more_notes })
}

impl Event {
    fn new(entry: u64, logged: Time, what: What) -> Self {
        Self { entry, logged, what, now: None }
    }
}

fn words(
    record: &Record,
    viewed: &Viewed,
    document: &Registered,
    languages: &[Lang],
) -> Result<Vec<Event>, RecordError> {
    let name_of = |id: &Id| {
        let found = record.document(id)?;
        Ok::<_, RecordError>(found.map(|found| found.document.name.to_string()))
    };
    let event = |word: &erratum_record::Word| {
        let lifted = |id: Id| document.words.iter().find(|other| other.id == id);
        let (lifts, by) = match &word.act {
            Act::Lift(id) => (Some((id.short(), lifted(*id).and_then(|word| word.standing()))), None),
            Act::Corrected(by) | Act::Superseded(by) => (None, name_of(by)?),
            _ => (None, None),
        };
        let same = |other: &&erratum_record::Word| other.entry == word.entry && other.id == word.id;
        let counted = viewed.words.iter().find(same);
        let worth = match (counted, viewed.notes().iter().find(same)) {
            (Some(_), _) => WordWorth::Counts,
            (None, Some(_)) => WordWorth::Note,
            (None, None) => WordWorth::Void,
        };
        let shown = view::word(record, &document.id, counted.unwrap_or(word), languages)?;
        let said = Said { word: shown, worth, lifts, by };
        Ok(Event::new(word.entry, word.logged, What::Word(Box::new(said))))
    };
    document.words.iter().map(event).collect()
}

/// Notes where the standing changed.
fn turn(record: &Record, document: &Arc<Registered>, events: &mut [Event]) -> Result<(), RecordError> {
    if document.attributed_to().is_some() {
        return Ok(());
    }
    let entries: Vec<u64> = events.iter().map(|event| event.entry).collect();
    let mut before = None;
    for (index, event) in events.iter_mut().enumerate() {
        let last_of_its_time = entries.get(index + 1) != Some(&event.entry);
        let viewed = record.state().seen(document, Moment::as_of(event.logged));
        let viewed = viewed.map_err(|error| record.failed(error))?;
        let known: Vec<_> =
            viewed.words.iter().filter(|word| word.entry <= event.entry).cloned().collect();
        let standing = erratum_record::standings(&known, viewed.moment()).standing();
        if last_of_its_time && !known.is_empty() && before != Some(standing) {
            event.now = Some(Now(standing));
            before = Some(standing);
        }
    }
    Ok(())
}
