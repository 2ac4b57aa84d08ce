//! Plain text: line ends made one kind, and in a mail's body the marks of quoted lines taken away.

use super::{Hint, Text, charset};
use crate::{Error, ErrorKind};

pub(super) fn read(bytes: &[u8], hint: &Hint<'_>) -> Result<Text, Error> {
    let mut text = charset::decode(bytes, hint.charset)?;
    if let Some(place) = text.find('\0') {
        return Err(Error::new(
            ErrorKind::Broken,
            format!("binary data, not text: a zero byte at offset {place}"),
        ));
    }
    if text.contains('\r') {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    if hint.body {
        text = unquote(&text);
    }
    if text.trim().is_empty() {
        return Err(Error::new(ErrorKind::NoText, "there is no text in it, only white space"));
    }
    Ok(Text { text, title: None, lang: None })
}

/// A reply or a forward marks each line that it quotes with `>`; the marks belong to the mail program.
fn unquote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while let Some(inside) = rest.strip_prefix('>') {
            rest = inside.strip_prefix(' ').unwrap_or(inside);
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_one_kind() {
        let text = read(b"a\r\nb\rc\n", &Hint::default()).unwrap();
        assert_eq!(text.text, "a\nb\nc\n");
    }

    #[test]
    fn quoted_lines_of_a_body_lose_their_marks() {
        let hint = Hint { body: true, ..Hint::default() };
        assert_eq!(
            read(b"See:\n\n> a\n> > b\n>\n>c > d\n", &hint).unwrap().text,
            "See:\n\na\nb\n\nc > d\n"
        );
        assert_eq!(read(b"> a\n", &Hint::default()).unwrap().text, "> a\n");
    }

    #[test]
    fn what_is_no_text_says_so() {
        let error = read(b"ab\0c", &Hint::default()).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Broken, "binary data, not text: a zero byte at offset 2")
        );
        let error = read(b" \n\n", &Hint::default()).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::NoText, "there is no text in it, only white space")
        );
    }
}
