//! Mails as Outlook saves them (MS-OXMSG): the bodies, each attachment as a piece, mails inside. The headers that
//! a reader sees are not text of the mail; the subject is its title, as with other mails.
//!
//! Of the bodies (plain, page, rich text) none speaks for the others, as with other mails' alternatives.

mod lzfu;
mod properties;

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;

use super::reading::{Content, Opened, OwnHint, Piece};
use super::{label, rtf, title, worker};
use crate::{Error, ErrorKind, Limits};
use properties::Properties;

const WHAT: &str = "the Outlook mail";

/// Numbers of properties.
const SUBJECT: u16 = 0x0037;
const BODY: u16 = 0x1000;
const RICH: u16 = 0x1009;
const PAGE: u16 = 0x1013;
const DATA: u16 = 0x3701;
const SHORT_NAME: u16 = 0x3704;
const LONG_NAME: u16 = 0x3707;
const SHOWN_NAME: u16 = 0x3001;
const MEDIA: u16 = 0x370e;

type Compound = CompoundFile<Cursor<Vec<u8>>>;

/// Takes a mail apart.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let (bytes, own) = (bytes.to_vec(), limits.clone());
    worker::run(WHAT, limits, move || {
        // Bytes that the streams may hold together: they cannot be more than the file's own, unless it loops.
        let mut room = bytes.len();
        let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        mail(&mut file, Path::new("/"), 0, &own, &mut room)
    })
}

fn mail(
    file: &mut Compound,
    folder: &Path,
    depth: usize,
    limits: &Limits,
    room: &mut usize,
) -> Result<Opened, Error> {
    if depth >= limits.depth {
        let message = format!("mails inside mails, more than {} deep", limits.depth);
        return Err(Error::new(ErrorKind::TooDeep, message));
    }
    let own = properties::read(file, folder, depth > 0, room)?;
    let mut pieces = bodies(&own, limits)?;
    let mut attached: Vec<PathBuf> = file
        .read_storage(folder)
        .map_err(|error| damaged(&error))?
        .filter(|entry| entry.is_storage() && entry.name().starts_with("__attach_version1.0_"))
        .map(|entry| entry.path().to_path_buf())
        .collect();
    attached.sort();
    if attached.len() > limits.members {
        let message = format!("{WHAT} has more than {} attachments", limits.members);
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    for place in attached {
        pieces.push(attachment(file, &place, depth, limits, room)?);
    }
    let subject = own.text(SUBJECT).and_then(|subject| title(&subject));
    Ok(Opened { subject, pieces })
}

/// The bodies that are there.
fn bodies(own: &Properties, limits: &Limits) -> Result<Vec<Piece>, Error> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |label: &str, bytes: Vec<u8>, declared: &str, charset: Option<String>| {
        let other = !pieces.is_empty();
        let label = if other { label } else { "body" }.to_owned();
        let declared = Some(declared.to_owned());
        let hint = OwnHint { declared, charset, body: true, ..OwnHint::default() };
        pieces.push(Piece { label, content: Content::File(bytes), hint, other });
    };
    if let Some(body) = own.text(BODY).filter(|body| !body.trim().is_empty()) {
        push("body", body.into_bytes(), "text/plain", Some("utf-8".to_owned()));
    }
    if let Some(page) = own.bytes(PAGE).filter(|page| !page.is_empty()) {
        // What the page declares counts before what the mail says of it.
        let declared = super::charset::declared_in_page(page).map(str::to_owned);
        push("body (html)", page.to_vec(), "text/html", declared.or_else(|| own.charset()));
    } else if let Some(page) = own.text(PAGE).filter(|page| !page.trim().is_empty()) {
        push("body (html)", page.into_bytes(), "text/html", Some("utf-8".to_owned()));
    }
    if let Some(rich) = own.bytes(RICH).filter(|rich| !rich.is_empty()) {
        let rich = lzfu::unpack(rich, limits.file_bytes)?;
        if let Some(page) = rtf::page_of(&rich, limits)? {
            push("body (html)", page.into_bytes(), "text/html", Some("utf-8".to_owned()));
            return Ok(pieces);
        }
        match rtf::text_of(&rich, limits) {
            Ok(text) => {
                push("body (rtf)", text.text.into_bytes(), "text/plain", Some("utf-8".to_owned()))
            }
            Err(error) if error.kind() == ErrorKind::NoText => {}
            Err(error) => pieces.push(Piece::unread("body (rtf)".to_owned(), error)),
        }
    }
    Ok(pieces)
}

fn attachment(
    file: &mut Compound,
    place: &Path,
    depth: usize,
    limits: &Limits,
    room: &mut usize,
) -> Result<Piece, Error> {
    let own = properties::read(file, place, true, room)?;
    let name = [LONG_NAME, SHORT_NAME, SHOWN_NAME].into_iter().find_map(|id| own.text(id));
    let name = name.map(|name| name.trim_end_matches('\0').to_owned()).filter(|name| !name.is_empty());
    let inside = place.join("__substg1.0_3701000D");
    if file.is_storage(&inside) {
        let label = "attachment mail".to_owned();
        let is_mail = file.is_stream(inside.join("__properties_version1.0"));
        if !is_mail {
            let error = Error::new(ErrorKind::Unsupported, "an embedded object, which is not read");
            return Ok(Piece::unread(label, error));
        }
        return Ok(match mail(file, &inside, depth + 1, limits, room) {
            Ok(opened) => {
                Piece { label, content: Content::Inside(opened), hint: OwnHint::default(), other: false }
            }
            Err(error) => Piece::unread(label, error),
        });
    }
    let label = match &name {
        Some(name) => format!("attachment {}", label(name)),
        None => "attachment".to_owned(),
    };
    Ok(match own.bytes(DATA) {
        Some(bytes) => {
            let declared = own.text(MEDIA).map(|media| media.to_ascii_lowercase());
            Piece::file(label, bytes.to_vec(), OwnHint { name, declared, ..OwnHint::default() })
        }
        None => {
            Piece::unread(label, Error::new(ErrorKind::Unsupported, "only a link to a file elsewhere"))
        }
    })
}

/// A stream, whole.
fn stream(file: &mut Compound, place: &Path, room: &mut usize) -> Result<Vec<u8>, Error> {
    let stream = file.open_stream(place).map_err(|error| damaged(&error))?;
    let mut bytes = Vec::new();
    let most = u64::try_from(*room).unwrap_or(u64::MAX).saturating_add(1);
    stream.take(most).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    match room.checked_sub(bytes.len()) {
        Some(rest) => *room = rest,
        None => {
            let message = format!("{WHAT} is damaged: its streams are larger than itself");
            return Err(Error::new(ErrorKind::Broken, message));
        }
    }
    Ok(bytes)
}

fn damaged(error: &std::io::Error) -> Error {
    let reason: String = error.to_string().chars().filter(|c| !c.is_control()).take(100).collect();
    Error::new(ErrorKind::Broken, format!("{WHAT} is damaged: {reason}"))
}
