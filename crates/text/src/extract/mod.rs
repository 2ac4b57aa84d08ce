//! Any file to its readable parts: what kind it is is decided by its content, and each kind has a module
//! of its own here. No matching, no network, no disk.

mod archive;
mod charset;
mod epub;
mod html;
mod levels;
mod mail;
mod mbox;
mod media;
mod msg;
mod news;
mod office;
mod paragraphs;
mod pdf;
mod plain;
mod reading;
mod rtf;
mod sniff;
mod spent;
mod warc;
mod worker;
mod xml;
mod zip;

use std::fmt;
use std::ops::Range;

pub use media::Media;
use serde::{Deserialize, Serialize};
pub use worker::apart;

use reading::{Hint, Reading};

use crate::{Error, ErrorKind, Limits, Places};

/// The text of one part. Paragraphs are separated by a blank line; inside a paragraph a line may end with
/// one line break.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// What there is to read. Offsets of the forms' maps are byte offsets in this.
    pub text: String,
    /// The title that the part gives itself: of a page, of a PDF, the subject of a mail.
    pub title: Option<String>,
    /// The language that the part says it is in, a BCP 47 tag as written there.
    pub lang: Option<String>,
    /// Where the characters of the text stood in the part.
    pub places: Places,
    /// Words that were read from a picture: bytes of the text, and how sure the reader was of them, 0 to
    /// 100. In order; empty where every character was given.
    pub optical: Vec<(Range<usize>, u8)>,
    /// What else is to be known of how it was read.
    pub remarks: Vec<Remark>,
}

/// What a reader of the text should know of how it came out of the file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Remark {
    /// Changes are tracked in it: the text is what stands if all are accepted.
    TrackedChanges {
        /// How many insertions.
        inserted: usize,
        /// How many deletions.
        deleted: usize,
    },
    /// So many comments are in it, which are not part of the text.
    Comments(usize),
    /// These pages, counted from 1, were read from their picture.
    ReadFromPicture(Vec<u32>),
    /// Pictures on these pages, counted from 1, were not read.
    PicturesNotRead(Vec<u32>),
    /// These pages, counted from 1, are damaged and were not read.
    PagesNotRead(Vec<u32>),
    /// What a news item says of its own publication, as written there: `usable`, `withheld`, `canceled`.
    PublicationStatus(String),
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        match self {
            Self::TrackedChanges { inserted, deleted } => write!(
                f,
                "changes are tracked in it ({inserted} insertion{}, {deleted} deletion{}): read as it stands with \
                 all of them",
                plural(*inserted),
                plural(*deleted)
            ),
            Self::Comments(count) => write!(f, "{count} comment{} in it, not read", plural(*count)),
            Self::ReadFromPicture(pages) => {
                write!(f, "read from the picture of {}", numbered(pages))
            }
            Self::PicturesNotRead(pages) => write!(f, "pictures not read on {}", numbered(pages)),
            Self::PagesNotRead(pages) => write!(f, "damaged, not read: {}", numbered(pages)),
            Self::PublicationStatus(status) => write!(f, "the item says of itself: {status}"),
        }
    }
}

/// `page 3`, `pages 1, 2, 5`.
fn numbered(pages: &[u32]) -> String {
    let numbers: Vec<String> = pages.iter().map(u32::to_string).collect();
    format!("page{} {}", if pages.len() == 1 { "" } else { "s" }, numbers.join(", "))
}

/// One readable part of a file: the whole of a text, page or document; each body, each level quoted in it and
/// each attachment of a mail; each member of an archive. Of a mail's alternatives all are parts, except those
/// of the same comparison form as one before them.
#[derive(Debug)]
pub struct Part {
    /// Where in the file it lies: empty for the file itself, `["body"]`, `["body", "quoted 1"]` for what the
    /// mail quotes from another, `["body (html)"]` for the page beside a plain body that says something else,
    /// `["attachment letter.pdf"]`, `["folder/letter.pdf"]` in an archive, and longer for files in files. No
    /// two parts of a file have the same path. Control characters of names are left out.
    pub path: Vec<String>,
    /// What kind of file the part is.
    pub media: Media,
    /// The part's own bytes, its transfer encoding undone, for its digest. Those of a level that a mail
    /// quotes are the whole body's; those of a member that could not be unpacked are none.
    pub bytes: Vec<u8>,
    /// Its text, or why it has none.
    pub text: Result<Text, Error>,
}

/// What kind of file `bytes` are, by their content; `name` is a hint as for [`extract`].
#[must_use]
pub fn media_of(bytes: &[u8], name: Option<&str>) -> Media {
    sniff::sniff(bytes, &Hint { name, ..Hint::default() })
}

/// Reads `bytes`, a whole file, into its parts. `name` is the file's name, a hint where the content
/// leaves open what it is.
///
/// # Errors
/// If nothing at all could be read: the file is empty, too large, broken, encrypted, has no text, or is of
/// a kind that is not read. A fault of one part of a mail lies in that part, and the others are read.
pub fn extract(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Vec<Part>, Error> {
    let mut parts = open(bytes, name, limits)?;
    if parts.len() == 1
        && let Some(only) = parts.pop_if(|only| only.path.is_empty())
    {
        return Ok(vec![Part { text: Ok(only.text?), ..only }]);
    }
    Ok(parts)
}

/// The same as [`extract`], except that a file that is itself the only part and could not be read is a part with its error:
/// for those who can read on where this room ends, as pictures.
///
/// # Errors
/// If there is no part at all.
pub fn open(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Vec<Part>, Error> {
    let mut reading = Reading::new(limits);
    reading.file(bytes.to_vec(), &Hint { name, ..Hint::default() }, Vec::new(), 0);
    if reading.parts.is_empty() {
        return Err(Error::new(ErrorKind::NoText, "there is neither text nor an attachment in it"));
    }
    Ok(reading.parts)
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
        Media::Docx => office::docx(bytes, limits),
        Media::Pptx => office::pptx(bytes, limits),
        Media::Xlsx => office::xlsx(bytes, limits),
        Media::Odt | Media::Odp | Media::Ods => office::odf(bytes, media, limits),
        Media::Rtf => rtf::read(bytes, limits),
        Media::Epub => epub::read(bytes, limits),
        Media::NewsMl | Media::Nitf => news::xml(bytes, limits),
        Media::Ninjs => news::ninjs(bytes, limits),
        Media::Png | Media::Jpeg | Media::Tiff | Media::WebP | Media::Gif | Media::Bmp | Media::Heic => {
            Err(sniff::unrecognised(media))
        }
        _ => Err(sniff::refuse(bytes, hint)),
    }
}

/// The title as it may be shown: one line, nothing if it is blank.
fn title(raw: &str) -> Option<String> {
    let title = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

/// A name that somebody else chose, as it may be shown in a path or message: one line, without characters
/// that control or turn the text around it, at most 200 characters long. It is never used to open a file.
fn label(raw: &str) -> String {
    let shown = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{feff}')
    };
    raw.chars().filter(shown).take(200).collect::<String>().trim().to_owned()
}
