//! `document <id>`: its statement, and all that its voices validly said of it.

use std::fmt::Write as _;

use super::Fact;
use super::lines::{Lines, or_dash};
use super::small::{read_remark, write_remark};
use crate::atoms::{Name, Origin};
use crate::rule::{Weight, Word};
use crate::state::{Registered, Rendered};
use crate::statement::{Act, Body, Statement};
use crate::words::Standing;

impl Fact for Registered {
    const KIND: &'static str = "document";

    fn write(&self, origin: &Origin, out: &mut String) {
        let record = self.copied_from.as_ref().unwrap_or(origin).clone();
        let text = Statement { record, body: Body::Document(self.document.clone()) }.text();
        let Self { entry, logged, signers, .. } = self;
        let _ = writeln!(out, "registered {entry} {logged} {signers} {}", text.lines().count());
        out.push_str(&text);
        for word in &self.words {
            write_word(word, out);
        }
        for rendered in &self.renditions {
            write_rendition(rendered, origin, out);
        }
        for comment in &self.comments {
            write_remark(comment, origin, out);
        }
    }

    fn read(name: &str, text: &str, origin: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let mut words = lines.maybe("registered")?;
        let (entry, logged) = (words.number()?, words.one()?);
        let (signers, count) = (words.one()?, words.number()?);
        words.end()?;
        let statement = lines.statement(count)?;
        let id = statement.id();
        (id.to_string() == name).then_some(())?;
        let copied_from = (statement.record != *origin).then_some(statement.record);
        let Body::Document(document) = statement.body else { return None };
        let mut read = Self::new(id, entry, logged, signers, document, copied_from);
        while lines.is_next("word") {
            read.words.push(read_word(&mut lines)?);
        }
        while lines.is_next("rendition") {
            read.renditions.push(read_rendition(&mut lines, origin)?);
        }
        while !lines.is_at_end() {
            read.comments.push(read_remark(&mut lines, origin)?);
        }
        Some(read)
    }
}

/// `word <entry> <time> <id> <voice> <rank> <below> <effective> <copied from> <signers> <lang> <act> <target>`, then
/// its `passage`, `reason` and `also` lines. Below are names with commas between; `-` stands for none.
fn write_word(word: &Word, out: &mut String) {
    let below: Vec<&str> = word.below.iter().map(Name::as_str).collect();
    let below = if below.is_empty() { "-".to_owned() } else { below.join(",") };
    let (act, target) = match word.act {
        Act::Lift(id) => ("lift", Some(id)),
        Act::Corrected(id) | Act::Superseded(id) => (standing(word), Some(id)),
        _ => (standing(word), None),
    };
    let Word { entry, logged, id, voice, rank, lang, signers, .. } = word;
    let (effective, copied) = (or_dash(word.effective), or_dash(word.copied_from.as_ref()));
    let target = or_dash(target);
    let _ = writeln!(
        out,
        "word {entry} {logged} {id} {voice} {rank} {below} {effective} {copied} {signers} {lang} {act} {target}"
    );
    for passage in &word.passages {
        let _ = writeln!(out, "passage {passage}");
    }
    if let Some(reason) = &word.reason {
        let _ = writeln!(out, "reason {reason}");
    }
    for (lang, reason) in &word.translations {
        let _ = writeln!(out, "also {lang} {reason}");
    }
}

fn standing(word: &Word) -> &'static str {
    word.standing().map_or("lift", Standing::as_str)
}

fn read_word(lines: &mut Lines<'_>) -> Option<Word> {
    let mut words = lines.maybe("word")?;
    let (entry, logged, id) = (words.number()?, words.one()?, words.one()?);
    let (voice, rank) = (words.one()?, words.one()?);
    let below = match words.text()? {
        "-" => Vec::new(),
        names => names.split(',').map(|name| name.parse().ok()).collect::<Option<_>>()?,
    };
    let (effective, copied_from) = (words.maybe()?, words.maybe()?);
    let (signers, lang) = (words.one()?, words.one()?);
    let (act, target) = (words.text()?, words.maybe()?);
    words.end()?;
    let act = match (act, target) {
        ("draft", None) => Act::Draft,
        ("issued", None) => Act::Issued,
        ("corrected", Some(id)) => Act::Corrected(id),
        ("superseded", Some(id)) => Act::Superseded(id),
        ("held", None) => Act::Held,
        ("withdrawn", None) => Act::Withdrawn,
        ("in-error", None) => Act::InError,
        ("disowned", None) => Act::Disowned,
        ("lift", Some(id)) => Act::Lift(id),
        _ => return None,
    };
    let mut passages = Vec::new();
    while let Some(blob) = lines.value("passage") {
        passages.push(blob.parse().ok()?);
    }
    let reason = match lines.value("reason") {
        Some(blob) => Some(blob.parse().ok()?),
        None => None,
    };
    let mut translations = Vec::new();
    while let Some(line) = lines.value("also") {
        let (lang, blob) = line.split_once(' ')?;
        translations.push((lang.parse().ok()?, blob.parse().ok()?));
    }
    Some(Word {
        id,
        entry,
        logged,
        effective,
        voice,
        rank,
        below,
        signers,
        weight: Weight::default(),
        act,
        lang,
        passages,
        reason,
        translations,
        copied_from,
    })
}

/// `rendition <entry> <time> <lines>`, and the statement.
fn write_rendition(rendered: &Rendered, origin: &Origin, out: &mut String) {
    let record = rendered.copied_from.as_ref().unwrap_or(origin).clone();
    let text = Statement { record, body: Body::Rendition(rendered.rendition.clone()) }.text();
    let Rendered { entry, logged, signers, .. } = rendered;
    let _ = writeln!(out, "rendition {entry} {logged} {signers} {}", text.lines().count());
    out.push_str(&text);
}

fn read_rendition(lines: &mut Lines<'_>, origin: &Origin) -> Option<Rendered> {
    let mut words = lines.maybe("rendition")?;
    let (entry, logged) = (words.number()?, words.one()?);
    let (signers, count) = (words.one()?, words.number()?);
    words.end()?;
    let statement = lines.statement(count)?;
    let copied_from = (statement.record != *origin).then_some(statement.record);
    match statement.body {
        Body::Rendition(rendition) => Some(Rendered { entry, logged, signers, copied_from, rendition }),
        _ => None,
    }
}
