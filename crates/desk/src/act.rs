//! What an office does: keys, acceptance, documents, words, remarks. Each act gives signed statements,
//! ready to be handed in.

use std::path::PathBuf;
use std::sync::Arc;

use erratum::matching::{Common, Forms, compare};
use erratum::record::{
    Acceptance, Act, Body, Date, Document, DocumentName, FirstWord, Genre, Id, Lang, Media, Name,
    Record, Registered, Remark, Rendition, Replaces, Standing, StandingBody, Submission, Time,
};
use erratum::{Copy, forms_of};

use crate::compose::{Composer, Draft};
use crate::desk::Desk;
use crate::error::DeskError;
use crate::office::Office;

/// Length of a title in bytes.
const MOST_TITLE: usize = 200;

/// A file to issue, disown or register.
#[derive(Debug)]
pub struct SourceFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its bytes, and what they read as.
    pub copy: Copy,
    /// Its language.
    pub lang: Lang,
}

impl SourceFile {
    /// Reads a file in this process.
    #[must_use]
    pub fn read(path: PathBuf, bytes: Vec<u8>, lang: Lang) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let copy = Copy::read(bytes, name.as_deref());
        Self { path, copy, lang }
    }
}

/// A document to issue.
#[derive(Debug)]
pub struct Issue {
    /// The files: the first gives the text, the others have the same text or are translations.
    pub files: Vec<SourceFile>,
    /// The path under the office's name.
    pub path: String,
    /// Its title; without one, the first line of the text.
    pub title: Option<String>,
    /// The date it bears.
    pub date: Option<Date>,
    /// What it is called.
    pub genre: Genre,
    /// The document that it supersedes.
    pub replaces: Option<Id>,
    /// Since when it is claimed to hold.
    pub effective: Option<Time>,
}

/// A fake to disown.
#[derive(Debug)]
pub struct Disown {
    /// The file.
    pub file: SourceFile,
    /// The path; without one `disowned/<digest prefix>`.
    pub path: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// What it is called.
    pub genre: Genre,
    /// Why.
    pub reason: String,
}

/// A text to register as seen, in the name of somebody else.
#[derive(Debug)]
pub struct Seen {
    /// The file.
    pub file: SourceFile,
    /// The office it is said to come from.
    pub from: Name,
    /// The standing it was reported with.
    pub reported: Standing,
    /// Where it was seen.
    pub source: String,
    /// Its title.
    pub title: Option<String>,
    /// What it is called.
    pub genre: Genre,
}

/// A word to say on a document.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The document.
    pub document: Id,
    /// The word; a lift names the word that ends.
    pub act: Act,
    /// Why.
    pub reason: Option<String>,
    /// The language of the reason.
    pub lang: Lang,
    /// The same reason in other languages, at most seven.
    pub translations: Vec<(Lang, String)>,
    /// Since when it is claimed to hold.
    pub effective: Option<Time>,
    /// The passages meant, as they stand in the document.
    pub passages: Vec<String>,
}

/// What issuing gives: the document's name and id, and the statements.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The document's name.
    pub name: DocumentName,
    /// Its id.
    pub document: Id,
    /// The document and its renditions.
    pub submissions: Vec<Submission>,
}

/// A file as it reads.
struct Read<'a> {
    file: &'a SourceFile,
    media: Media,
    text: &'a str,
}

impl Desk {
    pub(crate) fn composer(&mut self, record: &Record) -> Result<Composer<'_>, DeskError> {
        let origin = Self::origin(record)?;
        Ok(Composer::new(origin, self.salts()))
    }

    /// Accepts to be the superior of a name that asks for it.
    ///
    /// # Errors
    /// If that name has no keys in the record.
    pub fn accept(&mut self, record: &Record, subordinate: &Name) -> Result<Submission, DeskError> {
        let office = Office::of(record, subordinate)?;
        let office = office.ok_or_else(|| {
            DeskError::unfit(format!("{subordinate} has no key in {}", record.origin()))
        })?;
        // Of keys that name this office and wait for it, else of the last: they may name a successor, to
        // which this is the consent.
        let in_force = &office.authority;
        let waits = in_force.keys.superior.as_ref() == Some(self.name())
            && in_force.superior.as_ref() != Some(self.name());
        let body = Acceptance {
            speaker: self.name().clone(),
            subordinate: subordinate.clone(),
            keys: if waits { in_force.in_force.id } else { office.last },
        };
        let draft = self.composer(record)?.finish(Body::Acceptance(body))?;
        self.sign_one(record, draft)
    }

    /// Registers a document that the office issues, with its renditions.
    ///
    /// # Errors
    /// If a file cannot be read, or does not have the text of the first and is no translation.
    pub fn issue(&mut self, record: &Record, issue: &Issue) -> Result<Issued, DeskError> {
        let read: Vec<Read<'_>> = issue.files.iter().map(read).collect::<Result<_, _>>()?;
        let Some(first) = read.first() else { return Err(DeskError::unfit("no file to issue")) };
        for other in read.get(1..).unwrap_or_default() {
            check_same_text(first, other)?;
        }
        let speaker = self.name().clone();
        let replaces = match issue.replaces {
            Some(document) => {
                Some(Replaces { document, previous: previous(record, &speaker, &document)? })
            }
            None => None,
        };
        let word = |_: &mut Composer<'_>| Ok(FirstWord::Issued { replaces });
        let head = Head {
            path: issue.path.clone(),
            title: issue.title.as_deref(),
            genre: issue.genre,
            date: issue.date.clone(),
            effective: issue.effective,
        };
        self.register(record, first, &read, &head, word)
    }

    /// Registers a text that is not the office's.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn disown(&mut self, record: &Record, disown: &Disown) -> Result<Issued, DeskError> {
        let read = read(&disown.file)?;
        let prefix = forms_of(read.text).comparison.short();
        let path = disown.path.clone().unwrap_or_else(|| format!("disowned/{prefix}"));
        let head = Head {
            path,
            title: disown.title.as_deref(),
            genre: disown.genre,
            date: None,
            effective: None,
        };
        let word = |composer: &mut Composer<'_>| {
            Ok(FirstWord::Disowned { reason: composer.seal(&disown.reason)? })
        };
        self.register(record, &read, std::slice::from_ref(&read), &head, word)
    }

    /// Registers a text as seen, in the name of the office that it is said to come from.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn attribute(&mut self, record: &Record, seen: &Seen) -> Result<Issued, DeskError> {
        let read = read(&seen.file)?;
        let path = format!("seen/{}", forms_of(read.text).comparison.short());
        let head =
            Head { path, title: seen.title.as_deref(), genre: seen.genre, date: None, effective: None };
        let word = |composer: &mut Composer<'_>| {
            let source = composer.seal(&seen.source)?;
            Ok(FirstWord::Attributed { to: seen.from.clone(), reported: seen.reported, source })
        };
        self.register(record, &read, std::slice::from_ref(&read), &head, word)
    }

    /// Registers a text with its first word, and its files.
    fn register(
        &mut self,
        record: &Record,
        first: &Read<'_>,
        files: &[Read<'_>],
        head: &Head<'_>,
        word: impl FnOnce(&mut Composer<'_>) -> Result<FirstWord, DeskError>,
    ) -> Result<Issued, DeskError> {
        let speaker = self.name().clone();
        let name: DocumentName = format!("{speaker}/{}", head.path).parse().map_err(DeskError::unfit)?;
        let mut composer = self.composer(record)?;
        let title = composer.seal(&title(head.title, first.text))?;
        let text = composer.seal(first.text)?;
        let word = word(&mut composer)?;
        let body = Document {
            speaker: speaker.clone(),
            name: name.clone(),
            word,
            genre: head.genre,
            lang: first.file.lang.clone(),
            date: head.date.clone(),
            effective: head.effective,
            forms: forms_of(first.text),
            title,
            text,
        };
        let draft = composer.finish(Body::Document(body))?;
        let document = draft.statement.id();
        let mut drafts = vec![draft];
        for file in files {
            drafts.push(self.rendition(record, &speaker, document, first, file)?);
        }
        let submissions = self.sign(record, drafts)?;
        Ok(Issued { name, document, submissions })
    }

    fn rendition(
        &mut self,
        record: &Record,
        speaker: &Name,
        document: Id,
        first: &Read<'_>,
        read: &Read<'_>,
    ) -> Result<Draft, DeskError> {
        let mut composer = self.composer(record)?;
        let translation = match read.file.lang == first.file.lang {
            true => None,
            false => Some((forms_of(read.text), composer.seal(read.text)?)),
        };
        composer.finish(Body::Rendition(Rendition {
            speaker: speaker.clone(),
            document,
            lang: read.file.lang.clone(),
            media: read.media.clone(),
            bytes: read.file.copy.bytes().len() as u64,
            sha256: Id::of(read.file.copy.bytes()),
            translation,
        }))
    }

    /// Says a word on a document.
    ///
    /// # Errors
    /// If a passage does not stand in the document, or has no letter or digit.
    pub fn mark(&mut self, record: &Record, mark: &Mark) -> Result<Submission, DeskError> {
        let speaker = self.name().clone();
        let document = known(record, &mark.document)?;
        let text = record.blob(document.entry, "text")?.unwrap_or_default();
        let previous = previous(record, &speaker, &mark.document)?;
        let mut composer = self.composer(record)?;
        let mut passages = Vec::new();
        for passage in &mark.passages {
            if !passage.chars().any(char::is_alphanumeric) {
                return Err(DeskError::unfit(format!(
                    "the passage \"{passage}\" has no letter or digit"
                )));
            }
            let start = text.find(passage.as_str()).ok_or_else(|| {
                DeskError::unfit(format!(
                    "{} does not hold the passage \"{passage}\"",
                    document.document.name
                ))
            })?;
            let selector = erratum::selector_of(&text, start..start + passage.len()).unwrap_or_default();
            passages.push(composer.seal(&selector)?);
        }
        let reason = mark.reason.as_deref().map(|reason| composer.seal(reason)).transpose()?;
        let translations = mark.translations.iter();
        let translations = translations.map(|(lang, text)| Ok((lang.clone(), composer.seal(text)?)));
        let translations = translations.collect::<Result<_, DeskError>>()?;
        let draft = composer.finish(Body::Standing(StandingBody {
            speaker,
            document: mark.document,
            previous,
            act: mark.act,
            lang: mark.lang.clone(),
            effective: mark.effective,
            passages,
            reason,
            translations,
        }))?;
        self.sign_one(record, draft)
    }

    /// Remarks on a document: a comment where the office has a voice, else a note. Says which.
    ///
    /// # Errors
    /// If the record does not hold the document.
    pub fn remark(
        &mut self,
        record: &Record,
        document: &Id,
        text: &str,
        lang: &Lang,
    ) -> Result<(Submission, bool), DeskError> {
        let speaker = self.name().clone();
        let registered = known(record, document)?;
        let rank = record.state().rank(&speaker, registered.issuer());
        let is_voice = rank.map_err(|error| record.failed(error))?.is_some();
        let mut composer = self.composer(record)?;
        let text = composer.seal(text)?;
        let remark = Remark { speaker, document: *document, lang: lang.clone(), text };
        let body = if is_voice { Body::Comment(remark) } else { Body::Note(remark) };
        let draft = composer.finish(body)?;
        Ok((self.sign_one(record, draft)?, is_voice))
    }
}

/// What a document statement says besides its text.
struct Head<'a> {
    path: String,
    title: Option<&'a str>,
    genre: Genre,
    date: Option<Date>,
    effective: Option<Time>,
}

/// The `previous` of the speaker's next word on a document.
fn previous(record: &Record, speaker: &Name, document: &Id) -> Result<Id, DeskError> {
    let previous = record.state().previous(speaker, document);
    Ok(previous.map_err(|error| record.failed(error))?)
}

fn known(record: &Record, document: &Id) -> Result<Arc<Registered>, DeskError> {
    record.document(document)?.ok_or_else(|| {
        DeskError::unfit(format!("{} holds no document {}", record.origin(), document.short()))
    })
}

pub(crate) fn title(given: Option<&str>, text: &str) -> String {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let title = given.unwrap_or(first);
    let end = (0..=MOST_TITLE.min(title.len())).rev().find(|end| title.is_char_boundary(*end));
    title[..end.unwrap_or(0)].to_owned()
}

fn read(file: &SourceFile) -> Result<Read<'_>, DeskError> {
    let failed = |why: String| DeskError::file(&file.path, why);
    let parts = file.copy.parts().map_err(|error| failed(error.to_string()))?;
    let [part] = parts else {
        return Err(failed("it has several parts; issue each of them by itself".to_owned()));
    };
    let text = &part.text.as_ref().map_err(|error| failed(error.to_string()))?.text;
    let media = part.media.as_str().parse().map_err(|error| failed(format!("{error}")))?;
    Ok(Read { file, media, text })
}

/// The text of a file.
pub(crate) fn read_text(file: &SourceFile) -> Result<&str, DeskError> {
    Ok(read(file)?.text)
}

/// A file of the same language must have the same text.
fn check_same_text(first: &Read<'_>, other: &Read<'_>) -> Result<(), DeskError> {
    let same = forms_of(first.text).comparison == forms_of(other.text).comparison;
    if same || first.file.lang != other.file.lang {
        return Ok(());
    }
    let (a, b) = (Forms::new(first.text), Forms::new(other.text));
    let found = compare(&b, &a, &Common::default());
    let first_difference = found.and_then(|comparison| comparison.differences.into_iter().next());
    let shown = first_difference
        .map(|d| format!(": \"{}\" against \"{}\"", d.document.words, d.copy.words))
        .unwrap_or_default();
    let why = format!(
        "it does not have the text of {}{shown}; a translation needs its own --lang",
        first.file.path.display()
    );
    Err(DeskError::file(&other.file.path, why))
}
