//! How the pages say what a story holds.

use erratum::record::{Class, Standing};
use erratum::verdict::rank_in_words;
use erratum::{Event, Said, What, WordWorth};

/// A standing in plain words.
pub(crate) fn standing(standing: Option<Standing>) -> &'static str {
    match standing {
        None => "No word in force",
        Some(Standing::Issued) => "Stands as issued",
        Some(Standing::Draft) => "A draft, never issued",
        Some(Standing::Corrected) => "Corrected",
        Some(Standing::Superseded) => "Superseded",
        Some(Standing::Held) => "On hold: do not use",
        Some(Standing::Withdrawn) => "Withdrawn",
        Some(Standing::InError) => "Published in error",
        Some(Standing::Disowned) => "Disowned: not the text of its supposed issuer",
    }
}

/// How a standing looks: never by colour alone.
pub(crate) fn look(standing: Option<Standing>) -> &'static str {
    match standing.map(Standing::class) {
        Some(Class::Affirmation) => "good",
        Some(Class::Succession) => "changed",
        Some(Class::Warning) => "warning",
        None => "none",
    }
}

/// What an event says, in one sentence without its reason.
pub(crate) fn event(event: &Event) -> String {
    match &event.what {
        What::Word(said) => word(said),
        What::Committed => "Its issuer commits to the draft, unseen".to_owned(),
        What::Reported => "Registered as seen, not by its office".to_owned(),
        What::Rendition { speaker, lang, media, bytes, is_translation, .. } => {
            let kind = if *is_translation { "translation" } else { "file" };
            format!("{speaker} vouches for a {kind} in {lang} ({media}, {bytes} bytes)")
        }
        What::Remark(remark) if remark.rank.is_some() => format!("{} comments", remark.speaker),
        What::Remark(remark) => format!("{} attaches a note, which is not a standing", remark.speaker),
    }
}

fn word(said: &Said) -> String {
    let word = &said.word;
    let what = match (&said.lifts, &said.by) {
        (Some((id, standing)), _) => {
            let standing = standing.map_or("a word", Standing::as_str);
            format!("lifts {standing} ({id})")
        }
        (None, Some(by)) => format!("says {}, by {by}", word.standing),
        (None, None) => format!("says {}", word.standing),
    };
    format!("{}, {}, {what}{}", word.voice, rank_in_words(word.rank), worth(said))
}

/// What has become of a word since it was said.
fn worth(said: &Said) -> String {
    match (said.worth, &said.word.key_stolen) {
        (WordWorth::Counts, None) => String::new(),
        (WordWorth::Counts, Some(at)) => format!(" (signed with a key since reported stolen, {at})"),
        (WordWorth::Note, _) => " (no superior after all: a note)".to_owned(),
        (WordWorth::Void, _) => " (void: signed with a key since reported stolen)".to_owned(),
    }
}

/// The text that belongs to an event: a reason or a remark; or why it is withheld.
pub(crate) fn text(event: &Event) -> Option<String> {
    let (text, withheld) = match &event.what {
        What::Word(said) => (said.word.reason.as_ref(), said.word.withheld.as_ref()),
        What::Remark(remark) => (Some(&remark.text), remark.withheld.as_ref()),
        What::Committed | What::Reported | What::Rendition { .. } => (None, None),
    };
    match withheld {
        Some(why) => Some(format!("Withheld by the operator: {why}")),
        None => text.cloned(),
    }
}

/// The passages that a word names.
pub(crate) fn passages(event: &Event) -> &[String] {
    match &event.what {
        What::Word(said) => &said.word.passages,
        _ => &[],
    }
}
