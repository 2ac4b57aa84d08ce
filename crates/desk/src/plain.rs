//! A statement in plain words, decoded from the very bytes that are signed: what a person reads before
//! signing.

use erratum::record::{
    Act, Blob, Body, Document, FirstWord, Id, Keys, Record, RuleAct, Standing, Statement,
};

use crate::error::DeskError;
use crate::office::Office;
use crate::rotate::{delays, label_of};

/// What a statement says, one line of words each; a text of several lines comes as several, indented.
///
/// # Errors
/// If the record cannot be read.
pub fn in_plain_words(
    record: &Record,
    statement: &Statement,
    blobs: &[Blob],
) -> Result<Vec<String>, DeskError> {
    let mut out = Words { record, lines: Vec::new() };
    let speaker = statement.speaker().map_or("the operator", |name| name.as_str());
    match &statement.body {
        Body::Document(body) => out.document(body),
        Body::Standing(body) => {
            let word = body.act.standing().map_or("lift", Standing::as_str);
            out.say(format!("{speaker} says {word} of {}", out.named(&body.document)?));
            match body.act {
                Act::Corrected(id) | Act::Superseded(id) => {
                    out.say(format!("  replaced by {}", out.named(&id)?));
                }
                Act::Lift(id) => out.lifted(&body.document, &id)?,
                _ => {}
            }
            body.effective.iter().for_each(|time| out.say(format!("  claimed to hold from {time}")));
        }
        Body::Rendition(body) => {
            out.say(format!("{speaker} vouches for a file of {}", out.named(&body.document)?));
            out.say(format!(
                "  {} in {}, {} bytes, SHA-256 {}",
                body.media, body.lang, body.bytes, body.sha256
            ));
        }
        Body::Comment(body) => out.say(format!("{speaker} comments on {}", out.named(&body.document)?)),
        Body::Note(body) => out.say(format!("{speaker} notes on {}", out.named(&body.document)?)),
        Body::Keys(body) => out.keys(body)?,
        Body::Revocation(body) => {
            out.say(format!("{speaker} takes away the key {}", body.key));
            match body.suspect {
                Some(time) => out.say(format!("  from what was logged since {time} too")),
                None => out.say("  from now on".to_owned()),
            }
        }
        Body::Acceptance(body) => {
            out.say(format!("{speaker} accepts to be the superior of {}", body.subordinate));
            out.say(format!("  by its keys {}", body.keys));
        }
        Body::Commitment(body) => {
            out.say(format!("{speaker} commits to drafts, {} leaves under {}", body.leaves, body.root));
        }
        Body::Record(_) => out.say("the operator speaks of the record itself".to_owned()),
    }
    for (field, blob) in statement.blobs().iter().zip(blobs) {
        out.text(field.field, blob.text());
    }
    out.say(format!("  in the record {}", statement.record));
    Ok(out.lines)
}

struct Words<'a> {
    record: &'a Record,
    lines: Vec<String>,
}

impl Words<'_> {
    fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    fn text(&mut self, field: &str, text: &str) {
        let mut lines = text.lines();
        if let (Some(one), None) = (lines.next(), lines.next()) {
            return self.say(format!("  {field}: {one}"));
        }
        self.say(format!("  {field}:"));
        text.lines().for_each(|line| self.lines.push(format!("    {line}")));
    }

    /// A document by its name, title and id.
    fn named(&self, id: &Id) -> Result<String, DeskError> {
        let Some(known) = self.record.document(id)? else {
            return Ok(format!("the document {id}, which the record does not hold"));
        };
        let title = self.record.blob(known.entry, "title")?;
        let title = title.map(|title| format!(" \"{title}\"")).unwrap_or_default();
        Ok(format!("{}{title} (document {})", known.document.name, id.short()))
    }

    /// The word that a lift ends.
    fn lifted(&mut self, document: &Id, id: &Id) -> Result<(), DeskError> {
        let known = self.record.document(document)?;
        let word = known.and_then(|known| known.words.iter().find(|word| word.id == *id).cloned());
        let Some(word) = word else {
            self.say(format!("  ends the word {id}, which the record does not hold"));
            return Ok(());
        };
        let said = word.act.standing().map_or("lift", Standing::as_str);
        let when = word.logged.for_people();
        self.say(format!(
            "  ends the word {said} of {}, logged {when} (entry {})",
            word.voice, word.entry
        ));
        Ok(())
    }

    fn document(&mut self, body: &Document) {
        let Document { speaker, name, genre, lang, .. } = body;
        let what = match &body.word {
            FirstWord::Issued { .. } => "issues",
            FirstWord::Disowned { .. } => "disowns",
            FirstWord::Draft { .. } => "opens its draft of",
            FirstWord::Attributed { .. } => "reports",
        };
        self.say(format!("{speaker} {what} the {genre} {name} ({lang})"));
        match &body.word {
            FirstWord::Issued { replaces: Some(replaces) } => {
                self.say(format!("  in the place of the document {}", replaces.document));
            }
            FirstWord::Attributed { to, reported, .. } => {
                self.say(format!("  as said to come from {to}, {reported}"));
            }
            _ => {}
        }
        body.date.iter().for_each(|date| self.lines.push(format!("  dated {date}")));
        body.effective.iter().for_each(|time| self.lines.push(format!("  claimed to hold from {time}")));
    }

    fn keys(&mut self, keys: &Keys) -> Result<(), DeskError> {
        let of = match &keys.subordinate {
            Some(subordinate) => format!("{} sets the keys of {subordinate}", keys.speaker),
            None => format!("{} sets its keys", keys.speaker),
        };
        self.say(of);
        let before = Office::of(self.record, keys.name())?;
        if keys.previous.is_none() && before.is_some() {
            self.say("  a claim to the name, which has other keys: it binds after 14 days".to_owned());
        }
        let listed: Vec<String> = keys.keys.iter().map(|listed| listed.key.to_string()).collect();
        let known = before.as_ref().map(|office| &office.last_keys);
        for listed in &keys.keys {
            let is_new = known.is_some_and(|known| known.keys.iter().all(|old| old.key != listed.key));
            let until = listed.until.map(|until| format!(", until {until}")).unwrap_or_default();
            self.say(format!("  key {}{until}{}", listed.key, if is_new { "   NEW" } else { "" }));
        }
        for old in known.iter().flat_map(|known| &known.keys) {
            if !listed.contains(&old.key.to_string()) {
                self.say(format!("  no more: key {} ({})", label_of(&old.key), old.key));
            }
        }
        self.say(format!("  {}", rule_in_words(keys)));
        keys.recovery.iter().for_each(|key| self.lines.push(format!("  recovery key {key}")));
        match &keys.superior {
            Some(superior) => self.say(format!("  superior {superior}")),
            None => self.say("  no superior named".to_owned()),
        }
        if let Some(office) = before.filter(|_| keys.previous.is_some()) {
            let why = delays(&office.authority.keys, keys);
            if !why.is_empty() {
                self.say(format!("  binds 72 hours after it is logged: {}", why.join("; ")));
            }
        }
        Ok(())
    }
}

/// The numbers of a rule in one line.
#[must_use]
pub fn rule_in_words(keys: &Keys) -> String {
    let count = keys.keys.len();
    let own = |act: &RuleAct, number: &u8| format!("{} {number}", act.as_str());
    let own: Vec<String> = keys.rule.own().iter().map(|(act, number)| own(act, number)).collect();
    let own = if own.is_empty() { String::new() } else { format!("; {}", own.join(", ")) };
    format!("signatures: {} of {count} for each act{own}", keys.rule.all())
}
