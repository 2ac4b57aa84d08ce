//! `check(copy, records, policy) → verdict`: the front door.

use std::ops::Range;

use erratum_match::Forms;
use erratum_record::{Id, Moment, Record, Standing, Time};
use erratum_text::{ErrorKind, Media, Places};

use crate::claims::claims;
use crate::copy::Copy;
use crate::find::{Found, Match, Phrase, find};
use crate::finding::{Context, Share, Weighed, weigh};
use crate::library::{Library, LibraryError};
use crate::names;
use crate::nearest::{assign, overlap};
use crate::policy::Policy;
use crate::verdict::{Asked, Nearest, NotFound, Outcome, Part, Verdict};

/// When a standing is asked for, by the reader's clock.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// What the reader's clock says.
    pub now: Time,
    /// The moment asked for.
    pub at: At,
}

/// The moment asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// What stands now.
    Present,
    /// What was known and in force then.
    AsOf(Time),
    /// What was in force then, by all that is known now.
    InForceAt(Time),
}

impl When {
    /// The moment that this is in a record.
    #[must_use]
    pub fn moment(self, record: &Record) -> Moment {
        match self.at {
            At::Present => Moment::now(self.now, record.last_logged()),
            At::AsOf(time) => Moment::as_of(time),
            At::InForceAt(time) => Moment::in_force_at(time),
        }
    }
}

/// Says the standing of a copy: whose document it is, what is said of it, by whom, and what differs.
///
/// # Errors
/// If a record cannot be read. What is wrong with the copy lies in the verdict.
pub fn check(
    copy: &Copy,
    records: &[Library],
    policy: &Policy,
    when: When,
) -> Result<Verdict, LibraryError> {
    let reader = Reader { records, policy, when };
    let parts = match copy.parts() {
        Ok(parts) => parts.iter().map(|part| reader.part(part)).collect::<Result<_, LibraryError>>()?,
        Err(error) => vec![reader.unread(copy.bytes(), error)?],
    };
    Ok(Verdict { parts })
}

/// Whether a part is a piece of another file that was read and has no text, as the logo in a mail: that says
/// nothing against the rest. Of a PDF without text it is not sure that it was read.
fn has_no_text(part: &erratum_text::Part, error: &erratum_text::Error) -> bool {
    let nothing = matches!(error.kind(), ErrorKind::NoText | ErrorKind::Empty);
    nothing && !part.path.is_empty() && part.media != Media::Pdf
}

/// Who holds the copy, and what they ask.
#[derive(Clone, Copy)]
struct Reader<'a> {
    records: &'a [Library],
    policy: &'a Policy,
    when: When,
}

impl Reader<'_> {
    fn part(self, part: &erratum_text::Part) -> Result<Part, LibraryError> {
        let sha256 = Id::of(&part.bytes);
        let (outcome, remarks) = match &part.text {
            Ok(text) => {
                let forms = Forms::read_from_picture(&text.text, text.optical.clone());
                let remarks = text.remarks.iter().map(ToString::to_string).collect();
                (self.outcome(&sha256, Some((&forms, &text.places)))?, remarks)
            }
            Err(error) if has_no_text(part, error) => {
                (self.outcome(&sha256, None)?, vec![error.to_string()])
            }
            Err(error) => (self.without_text(&sha256, error)?, Vec::new()),
        };
        let (path, media) = (part.path.clone(), part.media.as_str().to_owned());
        Ok(Part { path, media, remarks, sha256: sha256.to_string(), outcome })
    }

    /// A file of which nothing could be read.
    fn unread(self, bytes: &[u8], error: &erratum_text::Error) -> Result<Part, LibraryError> {
        let (media, sha256) = ("application/octet-stream".to_owned(), Id::of(bytes));
        let outcome = self.without_text(&sha256, error)?;
        Ok(Part { path: Vec::new(), media, remarks: Vec::new(), sha256: sha256.to_string(), outcome })
    }

    /// What has no readable text can still be the same bytes as a rendition.
    fn without_text(self, sha256: &Id, error: &erratum_text::Error) -> Result<Outcome, LibraryError> {
        match self.outcome(sha256, None)? {
            found @ Outcome::Found(_) => Ok(found),
            _ => Ok(Outcome::Unreadable { reason: error.to_string() }),
        }
    }

    fn outcome(self, sha256: &Id, text: Option<(&Forms, &Places)>) -> Result<Outcome, LibraryError> {
        let Self { records, policy, when } = self;
        let copy = text.map(|(forms, _)| forms);
        let nowhere = Places::default();
        let places = text.map_or(&nowhere, |(_, places)| places);
        let mut found = Vec::new();
        for (place, library) in records.iter().enumerate() {
            found.push(find(library, place, copy, sha256, policy, when)?);
        }
        let mut weighed = weigh_all(&found, &Context { copy, places, policy, when })?;
        names::describe(&mut weighed, records, policy, when)?;
        let not_compared = found.iter().map(|found| found.more).sum();
        Ok(match claims(weighed, not_compared) {
            Ok(found) => Outcome::Found(found),
            Err(reported) => Outcome::NotFound(not_found(records, &found, reported)?),
        })
    }
}

/// The findings: for each issuer in each record, the documents that are the nearest of some span.
fn weigh_all(found: &[Found<'_>], context: &Context<'_>) -> Result<Vec<Weighed>, LibraryError> {
    let all: Vec<&Match<'_>> = found.iter().flat_map(|found| &found.matches).collect();
    let family =
        |m: &Match<'_>| (m.record, m.document.attributed_to().is_some(), m.document.issuer().clone());
    let mut families: Vec<_> = all.iter().map(|m| family(m)).collect();
    families.sort();
    families.dedup();
    let mildness = |m: &Match<'_>| m.document.standings().standing().unwrap_or(Standing::Draft) as usize;
    let mut weighed = Vec::new();
    for key in families {
        let members: Vec<&Match<'_>> = all.iter().copied().filter(|m| family(m) == key).collect();
        let members: Vec<&Match<'_>> =
            members.iter().copied().filter(|m| !only_quotes(m, &members)).collect();
        let own: Vec<Vec<Range<usize>>> = assign(context.copy, &members, &mildness);
        for (place, m) in members.iter().enumerate().filter(|(place, _)| !own[*place].is_empty()) {
            let of_others = own.iter().enumerate().filter(|(other, _)| *other != place);
            let others: Vec<Range<usize>> = of_others.flat_map(|(_, ranges)| ranges.clone()).collect();
            weighed.push(weigh(m, &Share { own: &own[place], others: &others }, context)?);
        }
    }
    Ok(weighed)
}

/// Whether a document only quotes what another one of the same issuer holds as its own text.
fn only_quotes(m: &Match<'_>, family: &[&Match<'_>]) -> bool {
    let spans = m.spans();
    let size: usize = spans.iter().map(ExactSizeIterator::len).sum();
    let covers = |other: &Match<'_>| {
        let shared: usize = other.spans().iter().map(|span| overlap(&spans, span)).sum();
        shared * 10 >= size * 8
    };
    m.is_quoted_there() && family.iter().any(|other| !other.is_quoted_there() && covers(other))
}

fn not_found(
    records: &[Library],
    found: &[Found<'_>],
    reported: Vec<Weighed>,
) -> Result<NotFound, LibraryError> {
    let asked = records.iter().map(|library| Asked {
        record: library.record().origin().to_owned(),
        documents: library.record().state().document_count(),
    });
    let phrases = found.iter().flat_map(|found| &found.phrases).map(|Phrase { words, document }| {
        crate::verdict::Phrase { words: words.clone(), document: document.clone() }
    });
    let mut nearest = None;
    let first = found
        .iter()
        .zip(records)
        .find_map(|(found, library)| found.nearest.as_ref().map(|document| (document, library)));
    if let Some((document, library)) = first {
        let count = library.record().state().document_count_of(document.issuer());
        nearest = Some(Nearest {
            document: document.document.name.to_string(),
            issuer: document.issuer().to_string(),
            documents: count.map_err(|error| library.failed(error))?,
        });
    }
    Ok(NotFound {
        records: asked.collect(),
        phrases: phrases.collect(),
        nearest,
        reported: reported.into_iter().map(|weighed| weighed.finding).collect(),
    })
}
