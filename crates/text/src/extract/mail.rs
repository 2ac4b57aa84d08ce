//! A mail into its pieces: the body, and each attachment with its transfer encoding undone. What the
//! pieces say is read by whoever asked; a mail inside is a piece like any other.

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
    /// `body` or `attachment <name>`.
    pub(super) label: String,
    pub(super) bytes: Vec<u8>,
    pub(super) hint: OwnHint,
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
    let body = bodies(mail);
    let mut pieces: Vec<Piece> =
        body.iter().filter_map(|&id| Some(piece(mail.parts.get(id as usize)?, bytes, true))).collect();
    for &id in &mail.attachments {
        if !body.contains(&id)
            && let Some(part) = mail.parts.get(id as usize)
        {
            pieces.push(piece(part, bytes, false));
        }
    }
    Opened { subject: mail.subject().and_then(super::title), pieces }
}

/// The parts that are the mail's own text: the plain one of each alternative unless it is blank.
fn bodies(mail: &Message<'_>) -> Vec<u32> {
    let says_something = |&id: &u32| {
        mail.parts.get(id as usize).is_some_and(|part| match &part.body {
            PartType::Text(text) | PartType::Html(text) => !text.trim().is_empty(),
            _ => false,
        })
    };
    let pick = |ids: &[u32]| ids.iter().copied().filter(says_something).collect::<Vec<u32>>();
    let plain = pick(&mail.text_body);
    if plain.is_empty() { pick(&mail.html_body) } else { plain }
}

fn piece(part: &MessagePart<'_>, mail: &[u8], body: bool) -> Piece {
    let content_type = part.content_type();
    let declared = content_type.map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase(),
        None => kind.ctype().to_ascii_lowercase(),
    });
    let charset = content_type.and_then(|kind| kind.attribute("charset")).map(str::to_owned);
    let name = part.attachment_name().map(str::to_owned);
    let label = match (&name, body) {
        (_, true) => "body".to_owned(),
        (Some(name), false) => {
            format!("attachment {}", name.chars().filter(|c| !c.is_control()).collect::<String>())
        }
        (None, false) if matches!(part.body, PartType::Message(_)) => "attachment mail".to_owned(),
        (None, false) => "attachment".to_owned(),
    };
    let declared = declared
        .or_else(|| matches!(part.body, PartType::Message(_)).then(|| "message/rfc822".to_owned()));
    Piece { label, bytes: own_bytes(part, mail), hint: OwnHint { name, declared, charset, body } }
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
