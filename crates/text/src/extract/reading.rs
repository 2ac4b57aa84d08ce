//! One file being read into its parts. A file that holds others (a mail, an archive) is opened by its
//! format's own module into pieces; here each piece is read like a file, within what the whole may cost.

use std::collections::{HashMap, HashSet};

use super::media::Media;
use super::spent::Spent;
use super::{Part, Text, archive, html, mail, mbox, msg, plain, read, sniff, warc, worker, zip};
use crate::{ComparisonForm, Error, ErrorKind, Limits};

/// What is known of some bytes besides the bytes.
#[derive(Clone, Copy, Default)]
pub(super) struct Hint<'a> {
    /// The file's name.
    pub(super) name: Option<&'a str>,
    /// The media type that a mail or a web server gives it.
    pub(super) declared: Option<&'a str>,
    /// The character set that it gives it.
    pub(super) charset: Option<&'a str>,
    /// Whether it is the body of a mail, all of which is text, and in which `>` marks quoted lines.
    pub(super) body: bool,
    /// How a plain body is written.
    pub(super) flow: super::levels::Flow,
}

/// A [`Hint`] that owns what it says.
#[derive(Default)]
pub(super) struct OwnHint {
    pub(super) name: Option<String>,
    pub(super) declared: Option<String>,
    pub(super) charset: Option<String>,
    pub(super) body: bool,
    pub(super) flow: super::levels::Flow,
}

impl OwnHint {
    fn borrow(&self) -> Hint<'_> {
        Hint {
            name: self.name.as_deref(),
            declared: self.declared.as_deref(),
            charset: self.charset.as_deref(),
            body: self.body,
            flow: self.flow,
        }
    }
}

/// A file taken apart.
#[derive(Default)]
pub(super) struct Opened {
    /// What the mail is about, the title of its bodies.
    pub(super) subject: Option<String>,
    pub(super) pieces: Vec<Piece>,
}

impl Opened {
    /// How many bytes the pieces hold.
    fn size(&self) -> usize {
        let sizes = self.pieces.iter().map(|piece| match &piece.content {
            Content::File(bytes) => bytes.len(),
            Content::Inside(inside) => inside.size(),
            Content::Unread(_) => 0,
        });
        sizes.sum()
    }
}

/// One file in a file.
pub(super) struct Piece {
    /// What it is called there: `body`, `attachment letter.pdf`, `folder/letter.pdf`.
    pub(super) label: String,
    pub(super) content: Content,
    pub(super) hint: OwnHint,
    /// Another alternative of a body that comes before it, left out if it says the same.
    pub(super) other: bool,
}

impl Piece {
    /// A file of this name.
    pub(super) fn file(label: String, bytes: Vec<u8>, hint: OwnHint) -> Self {
        Self { label, content: Content::File(bytes), hint, other: false }
    }

    /// One that could not be unpacked.
    pub(super) fn unread(label: String, error: Error) -> Self {
        Self { label, content: Content::Unread(error), hint: OwnHint::default(), other: false }
    }
}

/// What a piece holds.
pub(super) enum Content {
    File(Vec<u8>),
    /// A mail that was opened with the one it lies in.
    Inside(Opened),
    Unread(Error),
}

/// One file being read.
pub(super) struct Reading<'a> {
    limits: &'a Limits,
    pub(super) parts: Vec<Part>,
    /// How often each path was used, so that the next gets a number.
    seen: HashMap<Vec<String>, usize>,
    /// How many bytes the parts that follow may hold.
    room: usize,
    /// Nothing further is read.
    full: bool,
    /// Since when it is read.
    since: Spent,
}

impl<'a> Reading<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        let room = limits.total_bytes;
        Self { limits, parts: Vec::new(), seen: HashMap::new(), room, full: false, since: Spent::now() }
    }

    /// Reads a file, or a piece of one, that is no body of a mail.
    pub(super) fn file(&mut self, bytes: Vec<u8>, hint: &Hint<'_>, path: Vec<String>, depth: usize) {
        if bytes.len() > self.limits.file_bytes {
            let message =
                format!("{} bytes, more than the {} that are read", bytes.len(), self.limits.file_bytes);
            return self.push(path, Media::Other, bytes, Err(Error::new(ErrorKind::TooLarge, message)));
        }
        let media = sniff::sniff(&bytes, hint);
        if !media.holds_files() {
            // What a document inside unpacks to counts as what an archive does.
            let cost = if media.is_package() && !path.is_empty() { zip::text_size(&bytes) } else { 0 };
            if cost > self.room {
                return self.end(path, media);
            }
            self.room -= cost;
            let text = read(&bytes, media, hint, self.limits);
            return self.push(path, media, bytes, text);
        }
        if depth >= self.limits.depth {
            let what = if media == Media::Mail { "mails inside mails" } else { "files inside files" };
            let message = format!("{what}, more than {} deep", self.limits.depth);
            return self.push(path, media, bytes, Err(Error::new(ErrorKind::TooDeep, message)));
        }
        match self.open(media, &bytes, hint) {
            // All that unpacks is counted once, when it is, so that files in files cannot add up.
            Ok(opened) if opened.size() > self.room => self.end(path, media),
            Ok(opened) => {
                drop(bytes);
                self.room -= opened.size();
                self.pieces(opened, &path, depth);
            }
            Err(error) => self.push(path, media, bytes, Err(error)),
        }
    }

    fn open(&self, media: Media, bytes: &[u8], hint: &Hint<'_>) -> Result<Opened, Error> {
        let limits = self.limits;
        match media {
            Media::Mail => mail::open(bytes, limits),
            Media::Mbox => mbox::open(bytes, limits),
            Media::Msg => msg::open(bytes, limits),
            Media::Warc => warc::open(bytes.to_vec(), limits, self.room),
            Media::Tar => archive::tar(bytes.to_vec(), limits),
            Media::Gzip => archive::gzip(bytes, hint.name, limits, self.room),
            Media::Wacz => archive::wacz(bytes.to_vec(), limits, self.room),
            _ => archive::zip(bytes.to_vec(), limits, self.room),
        }
    }

    fn pieces(&mut self, opened: Opened, path: &[String], depth: usize) {
        let alternatives = opened.pieces.iter().any(|piece| piece.other);
        let mut said = HashSet::new();
        for piece in opened.pieces {
            if self.is_full(path, &piece.label) {
                return;
            }
            match piece.content {
                Content::Unread(error) => {
                    let path = self.fresh(path, &piece.label);
                    self.push(path, Media::Other, Vec::new(), Err(error));
                }
                Content::Inside(inside) => {
                    let path = self.fresh(path, &piece.label);
                    self.pieces(inside, &path, depth + 1);
                }
                Content::File(bytes) if piece.hint.body => {
                    let body = Body { label: &piece.label, bytes, hint: piece.hint.borrow() };
                    let mut new = |text: &Text| {
                        let new = !alternatives || said.insert(ComparisonForm::new(&text.text).digest());
                        new || !piece.other
                    };
                    self.body(body, path, opened.subject.as_ref(), &mut new);
                }
                Content::File(bytes) => {
                    let path = self.fresh(path, &piece.label);
                    self.file(bytes, &piece.hint.borrow(), path, depth + 1);
                }
            }
        }
    }

    /// Reads a body of a mail, each level that is quoted in it as a part of its own.
    fn body(
        &mut self,
        body: Body<'_>,
        path: &[String],
        subject: Option<&String>,
        new: &mut dyn FnMut(&Text) -> bool,
    ) {
        let Body { label, bytes, hint } = body;
        let media = sniff::sniff(&bytes, &hint);
        let levels = match media {
            _ if bytes.is_empty() => read(&bytes, media, &hint, self.limits).map(|text| vec![(0, text)]),
            Media::Plain => plain::levels(&bytes, &hint, self.limits),
            Media::Html => html::levels(&bytes, &hint, self.limits),
            _ => read(&bytes, media, &hint, self.limits).map(|text| vec![(0, text)]),
        };
        let levels = match levels {
            Ok(levels) => levels,
            Err(error) => {
                let path = self.fresh(path, label);
                return self.push(path, media, bytes, Err(error));
            }
        };
        let kept = levels.into_iter().filter(|(_, text)| new(text));
        let kept: Vec<(usize, Text)> = kept.collect();
        if kept.is_empty() {
            return;
        }
        let outer = self.fresh(path, label);
        for (number, (level, mut text)) in kept.into_iter().enumerate() {
            if number > 0 && self.is_full(&outer, &format!("quoted {level}")) {
                return;
            }
            if let Some(subject) = subject {
                text.title = Some(subject.clone());
            }
            let mut path = outer.clone();
            if level > 0 {
                path.push(format!("quoted {level}"));
            }
            let again = if number > 0 { bytes.len() } else { 0 };
            if again > self.room {
                return self.end(path, media);
            }
            self.room -= again;
            self.push(path, media, bytes.clone(), Ok(text));
        }
    }

    /// Whether nothing further is read; what is left out is said once, in the place of the next part.
    fn is_full(&mut self, path: &[String], label: &str) -> bool {
        if self.full {
            return true;
        }
        let why = if self.parts.len() + 1 >= self.limits.parts {
            let message = format!("more than {} parts in one file", self.limits.parts);
            Error::new(ErrorKind::TooLarge, message)
        } else if self.since.is_more_than(self.limits.time) {
            worker::too_slow("the rest of the file", self.limits.time)
        } else {
            return false;
        };
        self.full = true;
        let path = self.fresh(path, label);
        self.parts.push(Part { path, media: Media::Other, bytes: Vec::new(), text: Err(why) });
        true
    }

    /// Reads nothing further, because this part would be too much for the whole.
    fn end(&mut self, path: Vec<String>, media: Media) {
        if !std::mem::replace(&mut self.full, true) {
            let message = format!(
                "more than the {} bytes that are read of one file with all that is in it",
                self.limits.total_bytes
            );
            let text = Err(Error::new(ErrorKind::TooLarge, message));
            self.parts.push(Part { path, media, bytes: Vec::new(), text });
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
            return self.fresh(&path, &numbered);
        }
        path
    }

    fn push(&mut self, path: Vec<String>, media: Media, bytes: Vec<u8>, text: Result<Text, Error>) {
        let text = text.and_then(|text| check(text, self.limits));
        let size = text.as_ref().map_or(0, |text| text.text.len());
        if size > self.room {
            return self.end(path, media);
        }
        self.room -= size;
        self.parts.push(Part { path, media, bytes, text });
    }
}

/// A body about to be read.
struct Body<'a> {
    label: &'a str,
    bytes: Vec<u8>,
    hint: Hint<'a>,
}

/// Whether a text is small enough.
fn check(text: Text, limits: &Limits) -> Result<Text, Error> {
    if text.text.len() > limits.text_bytes {
        let message = format!(
            "{} bytes of text, more than the {} that are read",
            text.text.len(),
            limits.text_bytes
        );
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    Ok(text)
}
