//! A mail into its pieces: the body, its other alternatives, and each attachment with its transfer encoding
//! undone. What the pieces say is read by whoever asked; a mail inside is a piece like any other.
//!
//! Of alternatives a mail program shows only one, mostly the last, so that none speaks for the others:
//! each is a piece, and none is chosen here.

use std::collections::HashSet;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::{Hint, worker};
use crate::{Error, ErrorKind, Limits};

/// More boundaries and inner mails than this are an attack: the parser's work grows with their number
/// times the size.
const MOST_NESTING: usize = 2_000;

/// A mail taken apart.
pub(super) struct Opened {
    pub(super) subject: Option<String>,
    pub(super) pieces: Vec<Piece>,
}

/// One body or attachment.
pub(super) struct Piece {
    /// `body`, `body (html)` for the page beside a plain body, or `attachment <name>`.
    pub(super) label: String,
    pub(super) bytes: Vec<u8>,
    pub(super) hint: OwnHint,
    /// Another alternative of a body that comes before it, left out if it says the same.
    pub(super) other: bool,
}

/// A [`Hint`] that owns what it says.
pub(super) struct OwnHint {
    name: Option<String>,
    declared: Option<String>,
    charset: Option<String>,
    pub(super) body: bool,
}

impl OwnHint {
    pub(super) fn borrow(&self) -> Hint<'_> {
        Hint {
            name: self.name.as_deref(),
            declared: self.declared.as_deref(),
            charset: self.charset.as_deref(),
            body: self.body,
        }
    }
}

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
    Opened { subject: mail.subject().and_then(super::title), pieces: pieces.collect() }
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
        (Kind::Attachment, Some(name)) => {
            format!("attachment {}", name.chars().filter(|c| !c.is_control()).collect::<String>())
        }
        (Kind::Attachment, None) if matches!(part.body, PartType::Message(_)) => {
            "attachment mail".to_owned()
        }
        (Kind::Attachment, None) => "attachment".to_owned(),
    };
    let declared = declared
        .or_else(|| matches!(part.body, PartType::Message(_)).then(|| "message/rfc822".to_owned()));
    let hint = OwnHint { name, declared, charset, body: kind != Kind::Attachment };
    Piece { label, bytes: own_bytes(part, mail), hint, other: kind == Kind::Other }
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
