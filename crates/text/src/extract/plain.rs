//! Plain text: line ends made one kind; the body of a mail cut into its levels.

use std::ops::Range;

use super::paragraphs::MOST_PLACES;
use super::reading::Hint;
use super::{Text, charset, levels};
use crate::{Error, ErrorKind, Limits, Place, Places};

/// A body with more lines is no letter, and is not cut into levels.
const MOST_LINES: usize = 1_000_000;

pub(super) fn read(bytes: &[u8], hint: &Hint<'_>) -> Result<Text, Error> {
    let raw = decoded(bytes, hint)?;
    let mut text = String::with_capacity(raw.len());
    let mut places = Places::default();
    for (number, line) in lines(&raw).enumerate() {
        let start = text.len();
        text.push_str(raw.get(line.clone()).unwrap_or_default());
        if number < MOST_PLACES {
            let number = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
            places.push(start..text.len(), Place::Line { line: number, bytes: line.clone() });
        }
        if line.end < raw.len() {
            text.push('\n');
        }
    }
    Ok(Text { text, places, ..Text::default() })
}

/// The texts of a body's levels, each with its number; 0 is what the mail's writer wrote.
pub(super) fn levels(
    bytes: &[u8],
    hint: &Hint<'_>,
    limits: &Limits,
) -> Result<Vec<(usize, Text)>, Error> {
    let raw = decoded(bytes, hint)?;
    if raw.len() > limits.text_bytes {
        let message =
            format!("{} bytes of text, more than the {} that are read", raw.len(), limits.text_bytes);
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    if raw.bytes().filter(|&byte| byte == b'\n' || byte == b'\r').count() > MOST_LINES {
        return Ok(vec![(0, read(bytes, hint)?)]);
    }
    let levels = levels::cut(&levels::marked(&raw, lines(&raw), hint.flow));
    if levels.is_empty() { Err(blank()) } else { Ok(levels) }
}

fn decoded(bytes: &[u8], hint: &Hint<'_>) -> Result<String, Error> {
    let text = charset::decode(bytes, hint.charset)?;
    if let Some(place) = text.find('\0') {
        return Err(Error::new(
            ErrorKind::Broken,
            format!("binary data, not text: a zero byte at offset {place}"),
        ));
    }
    if text.trim().is_empty() {
        return Err(blank());
    }
    Ok(text)
}

fn blank() -> Error {
    Error::new(ErrorKind::NoText, "there is no text in it, only white space")
}

/// The lines of a text, without what ends them: `\n`, `\r\n` or `\r`.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut over = false;
    std::iter::from_fn(move || {
        if over {
            return None;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(rest.len());
        let line = start..start + length;
        let ends = rest.get(length..).unwrap_or_default();
        start = line.end + if ends.starts_with(b"\r\n") { 2 } else { 1 };
        over = ends.is_empty();
        Some(line)
    })
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
        let levels = levels(b"See:\r\n\r\n> a\r\n> b\r\n", &hint, &Limits::default()).unwrap();
        let shown: Vec<_> = levels.iter().map(|(level, text)| (*level, text.text.as_str())).collect();
        assert_eq!(shown, [(0, "See:"), (1, "a\nb")]);
        let place = |line, bytes| Place::Line { line, bytes };
        assert_eq!(levels[1].1.places.of(&(0..3)), [place(3, 10..11), place(4, 15..16)]);
        assert_eq!(read(b"> a\n", &Hint::default()).unwrap().text, "> a\n");
    }

    #[test]
    fn places_are_lines_and_the_bytes_they_came_with() {
        let text = read(b"ab\r\ncd\re", &Hint::default()).unwrap();
        assert_eq!(text.text, "ab\ncd\ne");
        let place = |line, bytes| Place::Line { line, bytes };
        assert_eq!(text.places.of(&(1..7)), [place(1, 1..2), place(2, 4..6), place(3, 7..8)]);
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
