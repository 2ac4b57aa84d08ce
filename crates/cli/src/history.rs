//! `erratum history`: the story of a document, or a list of all.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use erratum::record::{Moment, Record, RecordError, Registered, Standing};
use erratum::verdict::Document;
use erratum::{Event, Said, Story, What, WordWorth};

use crate::args::History;
use crate::failure::Failure;
use crate::records;
use crate::show::{BOLD, inert, time, withheld};

pub(crate) fn history(args: &History, desk: Option<&Path>) -> Result<u8, Failure> {
    let policy = records::policy(args.records.policy.as_deref())?;
    let (record, own) = records::one(&args.records, &policy, desk)?;
    let when = records::when(&args.moments);
    let mut out = anstream::stdout().lock();
    match &args.document {
        Some(text) => {
            let document = records::document(&record, text, own.as_ref())?;
            tell(&mut out, &erratum::story(&record, &document, when, &policy.languages)?)?;
        }
        None => {
            let moment = when.moment(&record);
            for document in record.state().documents()? {
                if document.logged <= moment.logged_by {
                    list(&mut out, &record, &document, moment)?;
                }
            }
        }
    }
    Ok(0)
}

fn name(standing: Option<Standing>) -> &'static str {
    standing.map_or("no word in force", Standing::as_str)
}

fn list(
    out: &mut impl Write,
    record: &Record,
    document: &Arc<Registered>,
    moment: Moment,
) -> Result<(), Failure> {
    let title = match record.withheld(document.entry)? {
        Some(why) => withheld(&why),
        None => format!("\"{}\"", title(record, document)?),
    };
    let standing = match document.attributed_to() {
        Some(to) => format!("reported as from {to}"),
        None => name(record.state().seen(document, moment)?.standings().standing()).to_owned(),
    };
    writeln!(out, "{BOLD}{standing}{BOLD:#}  {}  {title}", document.document.name)?;
    Ok(())
}

fn title(record: &Record, document: &Registered) -> Result<String, RecordError> {
    Ok(inert(&record.blob(document.entry, "title")?.unwrap_or_default()))
}

fn tell(out: &mut impl Write, story: &Story) -> Result<(), Failure> {
    let document = &story.document;
    let title = match &document.withheld {
        Some(why) => withheld(why),
        None => format!("\"{}\"", inert(&document.title)),
    };
    let standing = match &document.attributed {
        Some(attributed) => format!("reported as from {}", attributed.to),
        None => name(story.standing).to_owned(),
    };
    writeln!(out, "{BOLD}{standing}{BOLD:#}  {}  {title}", document.name)?;
    writeln!(out, "  document {}", document.id)?;
    if let Some(at) = &document.key_stolen {
        writeln!(out, "  signed with a key reported stolen on {}", time(at))?;
    }
    for event in &story.events {
        let (logged, entry) = (event.logged.for_people(), event.entry);
        writeln!(out, "  {logged}  entry {entry:>3}  {}", line(document, event))?;
        if let Some(now) = &event.now {
            writeln!(
                out,
                "  {:width$}  from here on: {BOLD}{}{BOLD:#}",
                "",
                name(now.0),
                width = logged.chars().count() + 11
            )?;
        }
    }
    if story.more_notes > 0 {
        writeln!(out, "  and {} more notes by others", story.more_notes)?;
    }
    Ok(())
}

fn line(document: &Document, event: &Event) -> String {
    match &event.what {
        What::Word(said) => word(said),
        What::Committed => {
            format!("{}: committed to it, with what else nobody can tell", document.issuer)
        }
        What::Reported => match &document.attributed {
            Some(attributed) => {
                let source =
                    document.withheld.as_deref().map_or_else(|| inert(&attributed.source), withheld);
                format!(
                    "{}: reported as {} by {}: {source}",
                    document.issuer, attributed.reported, attributed.to
                )
            }
            None => String::new(),
        },
        What::Rendition { speaker, lang, media, bytes, is_translation, .. } => {
            let kind = if *is_translation { "translation" } else { "rendition" };
            format!("{speaker}: {kind} in {lang} ({media}, {bytes} bytes)")
        }
        What::Remark(remark) => {
            let kind = if remark.rank.is_some() { "comment" } else { "note, not a standing" };
            let text = remark.withheld.as_deref().map_or_else(|| inert(&remark.text), withheld);
            format!("{}: {kind}: {text}", remark.speaker)
        }
    }
}

fn word(said: &Said) -> String {
    let word = &said.word;
    let what = match (&said.lifts, &said.by) {
        (Some((id, standing)), _) => {
            format!("lifts {} ({id})", standing.map_or("a word", Standing::as_str))
        }
        (None, Some(by)) => format!("{} by {by}", word.standing),
        (None, None) if word.standing == "draft" => "draft, opened; never issued".to_owned(),
        (None, None) => word.standing.to_owned(),
    };
    let reason = match (&word.withheld, &word.reason) {
        (Some(why), _) => Some(withheld(why)),
        (None, reason) => reason.as_deref().map(inert),
    };
    let reason = reason.map(|reason| format!(": {reason}"));
    let claimed = word.effective.as_ref().map(|claimed| format!(", claimed from {}", time(claimed)));
    let copied = word.copied_from.as_ref().map(|from| format!(", copied from {from}"));
    let rank = match word.rank {
        0 => "",
        1 => " (superior)",
        _ => " (superior's superior)",
    };
    let worth = match (said.worth, &word.key_stolen) {
        (WordWorth::Counts, None) => None,
        (WordWorth::Counts, Some(at)) => {
            Some(format!(" (signed with a key since reported stolen, {})", time(at)))
        }
        (WordWorth::Note, _) => Some(" (no superior after all: a note)".to_owned()),
        (WordWorth::Void, _) => Some(" (void: signed with a key since reported stolen)".to_owned()),
    };
    let parts = [worth, claimed, copied, reason].map(Option::unwrap_or_default).concat();
    let id = word.id.get(..8).unwrap_or_default();
    format!("{}{rank}: {what}{parts}  [word {id}]", word.voice)
}
