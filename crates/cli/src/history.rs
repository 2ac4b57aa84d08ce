//! `erratum history`: the story of a document, or a list of all.

use std::io::Write;
use std::path::Path;

use erratum::record::{
    Act, FirstWord, Moment, Record, RecordError, Registered, Rendered, Standing, Time, Word,
};

use crate::args::History;
use crate::failure::Failure;
use crate::records;
use crate::show::{BOLD, inert, withheld};

/// So many notes of others are shown: anyone may attach them.
const MOST_NOTES: usize = 50;

pub(crate) fn history(args: &History, desk: Option<&Path>) -> Result<u8, Failure> {
    let (record, own) = records::one(&args.records, desk)?;
    let moment = records::when(&args.moments).moment(&record);
    let mut out = anstream::stdout().lock();
    match &args.document {
        Some(text) => {
            let document = records::document(&record, text, own.as_ref())?;
            story(&mut out, &record, &document, moment)?;
        }
        None => {
            for document in record.state().documents()? {
                if document.logged <= moment.logged_by {
                    list(&mut out, &record, &document, moment)?;
                }
            }
        }
    }
    Ok(0)
}

fn standing(document: &Registered, moment: Moment) -> String {
    if let Some(to) = document.attributed_to() {
        return format!("reported as from {to}");
    }
    let standing = document.standings(moment).standing();
    standing.map_or_else(|| "no word in force".to_owned(), |standing| standing.to_string())
}

fn list(
    out: &mut impl Write,
    record: &Record,
    document: &Registered,
    moment: Moment,
) -> Result<(), Failure> {
    let title = match record.withheld(document.entry)? {
        Some(why) => withheld(&why),
        None => format!("\"{}\"", blob(record, document.entry, "title")?),
    };
    let standing = standing(document, moment);
    writeln!(out, "{BOLD}{standing}{BOLD:#}  {}  {title}", document.document.name)?;
    Ok(())
}

/// What an entry brought under this name, for people; or that it is withheld, and why.
fn blob(record: &Record, entry: u64, field: &str) -> Result<String, RecordError> {
    match record.withheld(entry)? {
        Some(why) => Ok(withheld(&why)),
        None => Ok(inert(&record.blob(entry, field)?.unwrap_or_default())),
    }
}

fn story(
    out: &mut impl Write,
    record: &Record,
    document: &Registered,
    moment: Moment,
) -> Result<(), Failure> {
    list(out, record, document, moment)?;
    writeln!(out, "  document {}", document.id)?;
    let mut lines: Vec<(u64, Time, String)> = Vec::new();
    for word in &document.words {
        lines.push((word.entry, word.logged, said(record, document, word)?));
    }
    if document.attributed_to().is_some() {
        lines.push((document.entry, document.logged, registered(record, document)?));
    }
    for Rendered { entry, logged, rendition, .. } in &document.renditions {
        let kind = if rendition.translation.is_some() { "translation" } else { "rendition" };
        let line = format!(
            "{}: {kind} in {} ({}, {} bytes)",
            rendition.speaker, rendition.lang, rendition.media, rendition.bytes
        );
        lines.push((*entry, *logged, line));
    }
    let mut notes = record.state().notes(&document.id)?;
    notes.retain(|note| note.logged <= moment.logged_by);
    let more = notes.len().saturating_sub(MOST_NOTES);
    notes.truncate(MOST_NOTES);
    for remark in document.comments.iter().chain(&notes) {
        let kind = if remark.rank.is_some() { "comment" } else { "note, not a standing" };
        let text = blob(record, remark.entry, "text")?;
        lines.push((remark.entry, remark.logged, format!("{}: {kind}: {text}", remark.speaker)));
    }
    lines.retain(|(_, logged, _)| *logged <= moment.logged_by);
    lines.sort_by_key(|(entry, ..)| *entry);
    for (entry, logged, line) in lines {
        writeln!(out, "  {}  entry {entry:>3}  {line}", logged.for_people())?;
    }
    if more > 0 {
        writeln!(out, "  and {more} more notes by others")?;
    }
    Ok(())
}

fn registered(record: &Record, document: &Registered) -> Result<String, RecordError> {
    let FirstWord::Attributed { to, reported, .. } = &document.document.word else {
        return Ok(String::new());
    };
    let source = blob(record, document.entry, "source")?;
    Ok(format!("{}: reported as {reported} by {to}: {source}", document.issuer()))
}

fn said(record: &Record, document: &Registered, word: &Word) -> Result<String, RecordError> {
    let name = |id| {
        let found = record.document(&id)?;
        Ok::<_, RecordError>(found.map(|found| found.document.name.to_string()).unwrap_or_default())
    };
    let what = match word.act {
        Act::Lift(id) => {
            let lifted = document.words.iter().find(|other| other.id == id);
            let lifted = lifted.and_then(Word::standing).map_or("a word", Standing::as_str);
            format!("lifts {lifted} ({})", id.short())
        }
        Act::Corrected(by) => format!("corrected by {}", name(by)?),
        Act::Superseded(by) => format!("superseded by {}", name(by)?),
        other => other.standing().map_or("", Standing::as_str).to_owned(),
    };
    let reason = match word.reason {
        Some(_) => Some(format!(": {}", blob(record, word.entry, "reason")?)),
        None => None,
    };
    let claimed = word.effective.map(|time| format!(", claimed from {}", time.for_people()));
    let copied = word.copied_from.as_ref().map(|from| format!(", copied from {from}"));
    let rank = match word.rank {
        0 => "",
        1 => " (superior)",
        _ => " (superior's superior)",
    };
    let parts = [claimed, copied, reason].map(Option::unwrap_or_default).concat();
    Ok(format!("{}{rank}: {what}{parts}  [word {}]", word.voice, word.id.short()))
}
