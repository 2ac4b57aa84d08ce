//! `check(copy, records, policy) → verdict`: the front door.

use std::ops::Range;

use erratum_match::Forms;
use erratum_record::{Id, Moment, Record, Standing, Time};
use erratum_text::{Limits, extract};

use crate::claims::claims;
use crate::find::{Found, Match, Phrase, find};
use crate::finding::{Context, Share, Weighed, weigh};
use crate::library::{Library, LibraryError};
use crate::names;
use crate::nearest::{assign, overlap};
use crate::policy::Policy;
use crate::verdict::{Asked, Nearest, NotFound, Outcome, Part, Verdict};

/// A file that somebody holds.
#[derive(Debug, Clone, Copy)]
pub struct Copy<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its name, a hint where its content leaves open what it is.
    pub name: Option<&'a str>,
}

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
    copy: Copy<'_>,
    records: &[Library],
    policy: &Policy,
    when: When,
) -> Result<Verdict, LibraryError> {
    let parts = match extract(copy.bytes, copy.name, &Limits::default()) {
        Ok(parts) => parts,
        Err(error) => return unreadable(copy.bytes, &error.to_string(), records, policy, when),
    };
    let parts = parts.into_iter().map(|part| {
        let path = part.path;
        let media = part.media.as_str().to_owned();
        match part.text {
            Ok(text) => {
                let forms = Forms::new(&text.text);
                check_part(&part.bytes, Some(&forms), records, policy, when, path, media)
            }
            Err(error) => {
                let found = check_part(&part.bytes, None, records, policy, when, path, media)?;
                Ok(unless_found(found, &error.to_string()))
            }
        }
    });
    Ok(Verdict { parts: parts.collect::<Result<_, LibraryError>>()? })
}

/// A file without readable text can still be the same bytes as a rendition.
fn unreadable(
    bytes: &[u8],
    reason: &str,
    records: &[Library],
    policy: &Policy,
    when: When,
) -> Result<Verdict, LibraryError> {
    let media = "application/octet-stream".to_owned();
    let part = check_part(bytes, None, records, policy, when, Vec::new(), media)?;
    Ok(Verdict { parts: vec![unless_found(part, reason)] })
}

fn unless_found(part: Part, reason: &str) -> Part {
    match part.outcome {
        Outcome::Found(_) => part,
        _ => Part { outcome: Outcome::Unreadable { reason: reason.to_owned() }, ..part },
    }
}

fn check_part(
    bytes: &[u8],
    copy: Option<&Forms>,
    records: &[Library],
    policy: &Policy,
    when: When,
    path: Vec<String>,
    media: String,
) -> Result<Part, LibraryError> {
    let sha256 = Id::of(bytes);
    let mut found = Vec::new();
    for (place, library) in records.iter().enumerate() {
        found.push(find(library, place, copy, &sha256, policy, when)?);
    }
    let context = Context { copy, policy, when };
    let mut weighed = weigh_all(&found, &context)?;
    names::describe(&mut weighed, records, policy, when)?;
    let not_compared = found.iter().map(|found| found.more).sum();
    let outcome = match claims(weighed, not_compared) {
        Ok(found) => Outcome::Found(found),
        Err(reported) => Outcome::NotFound(not_found(records, &found, reported)?),
    };
    Ok(Part { path, media, sha256: sha256.to_string(), outcome })
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
