//! Mailboxes: many mails in one file, each a piece. A mail begins where a line `From …` stands behind a blank
//! line and before a header; lines of a mail that would look like it were given a `>` by the program that
//! wrote the file (the variant called mboxrd), which is taken away again.

use std::ops::Range;

use super::reading::{Content, Opened, OwnHint, Piece};
use crate::{Error, ErrorKind, Limits};

/// Takes a mailbox apart.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let mut pieces = Vec::new();
    for (number, range) in mails(bytes).enumerate() {
        if number >= limits.members {
            let message = format!("the mailbox has more than {} mails", limits.members);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        let mail = unmarked(bytes.get(range).unwrap_or_default());
        let declared = Some("message/rfc822".to_owned());
        let hint = OwnHint { declared, ..OwnHint::default() };
        let label = format!("mail {}", number + 1);
        pieces.push(Piece { label, content: Content::File(mail), hint, other: false });
    }
    if pieces.is_empty() {
        return Err(Error::new(ErrorKind::NoText, "the mailbox holds no mail"));
    }
    Ok(Opened { subject: None, pieces })
}

/// Where the mails of a mailbox stand in it, without the lines between them.
pub(super) fn mails(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut next = begin(bytes, 0);
    std::iter::from_fn(move || {
        let start = next?.1;
        next = begin(bytes, start);
        let end = next.map_or(bytes.len(), |(line, _)| line);
        Some(start..end)
    })
}

/// The next line at or behind `from` that begins a mail, and where the mail begins behind it.
fn begin(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut line = from;
    let mut blank = from == 0;
    while line < bytes.len() {
        let rest = bytes.get(line..)?;
        let length = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end + 1);
        let text = rest.get(..length)?;
        if blank && text.starts_with(b"From ") && is_header(rest.get(length..)?) {
            return Some((line, line + length));
        }
        blank = text.trim_ascii().is_empty();
        line += length;
    }
    None
}

/// Whether a header field stands here.
fn is_header(bytes: &[u8]) -> bool {
    let name = bytes.iter().take(80).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-');
    let length = name.count();
    length > 0 && bytes.get(length) == Some(&b':')
}

/// The mail without the marks that keep its lines from looking like the next one's beginning.
fn unmarked(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len());
    for line in mail.split_inclusive(|&byte| byte == b'\n') {
        let marks = line.iter().take_while(|&&byte| byte == b'>').count();
        let marked = marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
        out.extend_from_slice(line.get(usize::from(marked)..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_begin_behind_a_blank_line() {
        let mbox = b"From a Tue Jan  6\nSubject: x\n\nFrom here on.\n\nFrom now on.\n>From b\n>>From c\n\nFrom a Wed Jan  7\nSubject: y\n\nText\n";
        let found: Vec<Vec<u8>> = mails(mbox).map(|range| unmarked(&mbox[range])).collect();
        assert_eq!(
            found,
            [
                b"Subject: x\n\nFrom here on.\n\nFrom now on.\nFrom b\n>From c\n\n".to_vec(),
                b"Subject: y\n\nText\n".to_vec()
            ]
        );
        assert_eq!(mails(b"From the start of it\nthere was").count(), 0);
    }
}
