//! A mail into its pieces: the body, its other alternatives, and each attachment with its transfer encoding
//! undone. What the pieces say is read by whoever asked; a mail inside is a piece like any other.
//!
//! Of alternatives a mail program shows only one, mostly the last, so that none speaks for the others:
//! each is a piece, and none is chosen here.

use std::collections::HashSet;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::levels::Flow;
use super::reading::{Content, Opened, OwnHint, Piece};
use super::worker;
use crate::{Error, ErrorKind, Limits};

/// More boundaries and inner mails than this are an attack: the parser's work grows with their number
/// times the size.
const MOST_NESTING: usize = 2_000;

/// Takes a mail apart.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    if nesting(bytes) > MOST_NESTING {
        let message = format!("a mail with more than {MOST_NESTING} boundaries and inner mails");
        return Err(Error::new(ErrorKind::TooDeep, message));
    }
    let bytes = bytes.to_vec();
    worker::run("the mail", limits, move || {
        let broken = || Error::new(ErrorKind::Broken, "the mail has no headers");
        let mail = MessageParser::default().parse(&bytes).ok_or_else(broken)?;
        Ok(take_apart(&mail, &bytes))
    })
}

/// An upper bound of how many multiparts and mails lie inside each other: each needs one of these words.
fn nesting(bytes: &[u8]) -> usize {
    let lower = bytes.to_ascii_lowercase();
    let count = |word: &[u8]| lower.windows(word.len()).filter(|window| *window == word).count();
    // One comparison a byte each: some 64 MiB in a tenth of a second.
    count(b"boundary").max(count(b"rfc822")).max(count(b"global")).max(count(b"digest"))
}

fn take_apart(mail: &Message<'_>, bytes: &[u8]) -> Opened {
    let text = |id: &u32| match mail.parts.get(*id as usize).map(|part| &part.body) {
        Some(PartType::Text(text) | PartType::Html(text)) => !text.trim().is_empty(),
        _ => false,
    };
    let plain: Vec<u32> = mail.text_body.iter().copied().filter(text).collect();
    let first: HashSet<u32> = plain.iter().copied().collect();
    let shown: HashSet<u32> = mail.html_body.iter().copied().filter(text).collect();
    let attached: HashSet<u32> = mail.attachments.iter().copied().collect();
    // What another program shows, and what stands in none of the lists.
    let all = u32::try_from(mail.parts.len()).unwrap_or(u32::MAX);
    let other = (0..all)
        .filter(|id| !first.contains(id) && (shown.contains(id) || !attached.contains(id) && text(id)));
    let attachments =
        mail.attachments.iter().copied().filter(|id| !first.contains(id) && !shown.contains(id));

    let kinds = plain.iter().map(|&id| (id, Kind::Body));
    let kinds =
        kinds.chain(other.map(|id| (id, if first.is_empty() { Kind::Body } else { Kind::Other })));
    let kinds = kinds.chain(attachments.map(|id| (id, Kind::Attachment)));
    let pieces = kinds.filter_map(|(id, kind)| Some(piece(mail.parts.get(id as usize)?, bytes, kind)));
    if is_saved_page(mail) {
        return Opened { subject: None, pieces: pages(pieces) };
    }
    Opened { subject: mail.subject().and_then(super::title), pieces: pieces.collect() }
}

/// Whether it is no mail, but a web page as browsers save it in one file (MHTML).
fn is_saved_page(mail: &Message<'_>) -> bool {
    let from = mail.header_raw("From").unwrap_or_default().trim_start();
    mail.header_raw("Snapshot-Content-Location").is_some()
        || from.trim_start_matches(['<', '"']).starts_with("Saved by ")
}

/// The pages are read as pages, not as bodies; style sheets, scripts and fonts are left out. All else stays,
/// since any mail can say that it is a page.
fn pages(pieces: impl Iterator<Item = Piece>) -> Vec<Piece> {
    let kept = pieces.filter(|piece| !super::warc::is_built_of(&declared(piece)));
    let read = kept.map(|piece| match declared(&piece).as_str() {
        "text/html" => {
            let hint = OwnHint { body: false, name: None, ..piece.hint };
            Piece { label: "page".to_owned(), hint, other: false, content: piece.content }
        }
        _ => piece,
    });
    read.collect()
}

fn declared(piece: &Piece) -> String {
    piece.hint.declared.clone().unwrap_or_default()
}

/// What a part is to its mail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its own text, as a program shows it that prefers plain text.
    Body,
    /// Its own text, as another program shows it.
    Other,
    Attachment,
}

fn piece(part: &MessagePart<'_>, mail: &[u8], kind: Kind) -> Piece {
    let content_type = part.content_type();
    let declared = content_type.map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase(),
        None => kind.ctype().to_ascii_lowercase(),
    });
    let charset = content_type.and_then(|kind| kind.attribute("charset")).map(str::to_owned);
    let name = part.attachment_name().map(str::to_owned);
    let label = match (kind, &name) {
        (Kind::Other, _) if matches!(part.body, PartType::Html(_)) => "body (html)".to_owned(),
        (Kind::Body | Kind::Other, _) => "body".to_owned(),
        (Kind::Attachment, Some(name)) => format!("attachment {}", super::label(name)),
        (Kind::Attachment, None) if matches!(part.body, PartType::Message(_)) => {
            "attachment mail".to_owned()
        }
        (Kind::Attachment, None) => "attachment".to_owned(),
    };
    let declared = declared
        .or_else(|| matches!(part.body, PartType::Message(_)).then(|| "message/rfc822".to_owned()));
    let says = |name: &str, value: &str| {
        let said = content_type.and_then(|kind| kind.attribute(name));
        said.is_some_and(|said| said.eq_ignore_ascii_case(value))
    };
    let flow = Flow { flowed: says("format", "flowed"), delete: says("delsp", "yes") };
    let hint = OwnHint { name, declared, charset, body: kind != Kind::Attachment, flow };
    let content = Content::File(own_bytes(part, mail));
    Piece { label, content, hint, other: kind == Kind::Other }
}

/// The part's bytes, its transfer encoding undone and its character set left as it was.
fn own_bytes(part: &MessagePart<'_>, mail: &[u8]) -> Vec<u8> {
    let raw =
        mail.get(part.raw_body_offset() as usize..part.raw_end_offset() as usize).unwrap_or_default();
    match (&part.body, part.encoding) {
        (PartType::Message(inner), Encoding::Base64 | Encoding::QuotedPrintable) => {
            inner.raw_message().to_vec()
        }
        (PartType::Binary(bytes) | PartType::InlineBinary(bytes), _) => bytes.to_vec(),
        (PartType::Text(_) | PartType::Html(_), Encoding::Base64) => {
            base64_decode(raw).unwrap_or_else(|| part.contents().to_vec())
        }
        (PartType::Text(_) | PartType::Html(_), Encoding::QuotedPrintable) => {
            quoted_printable_decode(raw).unwrap_or_else(|| part.contents().to_vec())
        }
        _ => raw.to_vec(),
    }
}
