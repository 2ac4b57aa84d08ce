//! Any file to its readable parts: what kind it is is decided by its content, and each kind has a module
//! of its own here. No matching, no network, no disk.

mod charset;
mod html;
mod mail;
mod media;
mod pdf;
mod plain;
mod worker;

use std::collections::{HashMap, HashSet};

pub use media::Media;

use crate::{ComparisonForm, Error, ErrorKind, Limits};

/// The text of one part. Paragraphs are separated by a blank line; inside a paragraph a line may end with
/// one line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What there is to read. Offsets of the forms' maps are byte offsets in this.
    pub text: String,
    /// The title that the part gives itself: of a page, of a PDF, the subject of a mail.
    pub title: Option<String>,
    /// The language that the part says it is in, a BCP 47 tag as written there.
    pub lang: Option<String>,
}

/// One readable part of a file: the whole of a text, page or PDF; each body and each attachment of a mail.
/// Of a mail's alternatives all are parts, except those of the same comparison form as one before them.
#[derive(Debug)]
pub struct Part {
    /// Where in the file it lies: empty for the file itself, `["body"]`, `["body (html)"]` for the page beside
    /// a plain body that says something else, `["attachment letter.pdf"]`, and
    /// longer inside mails that are attached to mails. No two parts of a file have the same path.
    pub path: Vec<String>,
    /// What kind of file the part is.
    pub media: Media,
    /// The part's own bytes, its transfer encoding undone, for its digest.
    pub bytes: Vec<u8>,
    /// Its text, or why it has none.
    pub text: Result<Text, Error>,
}

/// Reads `bytes`, a whole file, into its parts. `name` is the file's name, a hint where the content
/// leaves open what it is.
///
/// # Errors
/// If nothing at all could be read: the file is empty, too large, broken, encrypted, has no text, or is of
/// a kind that is not read. A fault of one part of a mail lies in that part, and the others are read.
pub fn extract(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Vec<Part>, Error> {
    let mut reading = Reading { limits, parts: Vec::new(), seen: HashMap::new() };
    reading.file(bytes.to_vec(), &Hint { name, ..Hint::default() }, Vec::new(), 0);
    let mut parts = reading.parts;
    match parts.as_mut_slice() {
        [only] if only.path.is_empty() => {
            let unread = Error::new(ErrorKind::Broken, "unread");
            match std::mem::replace(&mut only.text, Err(unread)) {
                Ok(text) => only.text = Ok(text),
                Err(error) => return Err(error),
            }
            Ok(parts)
        }
        [] => Err(Error::new(ErrorKind::NoText, "the mail has neither text nor attachments")),
        _ => Ok(parts),
    }
}

/// What is known of some bytes besides the bytes.
#[derive(Clone, Copy, Default)]
struct Hint<'a> {
    /// The file's name.
    name: Option<&'a str>,
    /// The media type that a mail gives it.
    declared: Option<&'a str>,
    /// The character set that a mail gives it.
    charset: Option<&'a str>,
    /// Whether it is the body of a mail, in which `>` marks quoted lines.
    body: bool,
}

/// One file being read.
struct Reading<'a> {
    limits: &'a Limits,
    parts: Vec<Part>,
    /// How often each path was used, so that the next gets a number.
    seen: HashMap<Vec<String>, usize>,
}

impl Reading<'_> {
    fn file(&mut self, bytes: Vec<u8>, hint: &Hint<'_>, path: Vec<String>, depth: usize) {
        if bytes.len() > self.limits.file_bytes {
            let message =
                format!("{} bytes, more than the {} that are read", bytes.len(), self.limits.file_bytes);
            return self.push(path, Media::Other, bytes, Err(Error::new(ErrorKind::TooLarge, message)));
        }
        let media = media::sniff(&bytes, hint);
        if media == Media::Mail {
            return self.mail(bytes, path, depth);
        }
        let text = read(&bytes, media, hint, self.limits);
        self.push(path, media, bytes, text);
    }

    fn mail(&mut self, bytes: Vec<u8>, path: Vec<String>, depth: usize) {
        if depth >= self.limits.depth {
            let message = format!("mails inside mails, more than {} deep", self.limits.depth);
            return self.push(path, Media::Mail, bytes, Err(Error::new(ErrorKind::TooDeep, message)));
        }
        let opened = match mail::open(&bytes, self.limits) {
            Ok(opened) => opened,
            Err(error) => return self.push(path, Media::Mail, bytes, Err(error)),
        };
        let alternatives = opened.pieces.iter().any(|piece| piece.other);
        let mut said = HashSet::new();
        for piece in opened.pieces {
            if self.parts.len() >= self.limits.parts {
                return;
            }
            let inside = &path;
            let path = self.fresh(inside, &piece.label);
            if self.parts.len() + 1 == self.limits.parts {
                let message = format!("more than {} parts in one file", self.limits.parts);
                return self.push(
                    path,
                    Media::Other,
                    piece.bytes,
                    Err(Error::new(ErrorKind::TooLarge, message)),
                );
            }
            let first = self.parts.len();
            self.file(piece.bytes, &piece.hint.borrow(), path, depth + 1);
            if piece.hint.body
                && let Some(Ok(text)) = self.parts.get_mut(first).map(|part| &mut part.text)
            {
                if opened.subject.is_some() {
                    text.title.clone_from(&opened.subject);
                }
                let again = alternatives && !said.insert(ComparisonForm::new(&text.text).digest());
                if again && piece.other {
                    self.parts.truncate(first);
                    self.forget(inside, &piece.label);
                }
            }
        }
    }

    /// The path of the next part with this label: the second `body` is `body 2`.
    fn fresh(&mut self, path: &[String], label: &str) -> Vec<String> {
        let mut path = path.to_vec();
        path.push(label.to_owned());
        let count = self.seen.entry(path.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            let numbered = format!("{label} {count}");
            path.pop();
            path.push(numbered);
        }
        path
    }

    /// Frees the path that the newest part with this label had.
    fn forget(&mut self, path: &[String], label: &str) {
        let mut path = path.to_vec();
        path.push(label.to_owned());
        if let Some(count) = self.seen.get_mut(&path) {
            *count = count.saturating_sub(1);
        }
    }

    fn push(&mut self, path: Vec<String>, media: Media, bytes: Vec<u8>, text: Result<Text, Error>) {
        let text = text.and_then(|text| self.check(text));
        self.parts.push(Part { path, media, bytes, text });
    }

    fn check(&self, text: Text) -> Result<Text, Error> {
        if text.text.len() > self.limits.text_bytes {
            let message = format!(
                "{} bytes of text, more than the {} that are read",
                text.text.len(),
                self.limits.text_bytes
            );
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        Ok(text)
    }
}

fn read(bytes: &[u8], media: Media, hint: &Hint<'_>, limits: &Limits) -> Result<Text, Error> {
    if bytes.is_empty() {
        let what =
            if hint.name.is_none() && hint.body { "the body is empty" } else { "the file is empty" };
        return Err(Error::new(ErrorKind::Empty, what));
    }
    match media {
        Media::Plain => plain::read(bytes, hint),
        Media::Html => html::read(bytes, hint, limits),
        Media::Pdf => pdf::read(bytes, limits),
        Media::Mail | Media::Other => Err(media::refuse(bytes, hint)),
    }
}

/// The title as it may be shown: one line, nothing if it is blank.
fn title(raw: &str) -> Option<String> {
    let title = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}
