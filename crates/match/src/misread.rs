//! Whether a difference is probably none: words of the copy that were read from a picture, and read wrongly.
//! What the picture shows is not known here, only what was read, how surely, and what the document says.
//!
//! Words left out and numbers that differ are never taken for misread: a reader of pictures rarely loses a
//! word or swaps a digit, and whoever alters a text does just that.

use erratum_text::SearchForm;

use crate::change::Change;
use crate::difference::Kind;
use crate::words::{Words, similar_letters};

/// Words read less surely than this are taken for misread where they are alike.
const UNSURE: u8 = 90;
/// Words read less surely than this are taken for misread, whatever they look like; and for stains where the
/// document has none.
const DOUBTFUL: u8 = 50;

/// Letters that are taken for digits, each with the digit; of other letters with each other only the first.
const DIGITS: &[(char, char)] = &[
    ('i', '1'),
    ('l', '1'),
    ('|', '1'),
    ('o', '0'),
    ('s', '5'),
    ('b', '8'),
    ('z', '2'),
    ('g', '9'),
    ('q', '9'),
    ('a', '4'),
    ('t', '7'),
];

/// Whether a change is probably one of reading.
pub(crate) fn is_probable(words: &Words<'_>, change: &Change) -> bool {
    let bytes = words.copy.bytes_of(change.copy.clone());
    let Some(sure) = words.copy.sure(&bytes) else { return false };
    match change.kind {
        Kind::LeftOut | Kind::Moved => false,
        Kind::Added => sure < DOUBTFUL && !has_digit(words.copy.slice(bytes)),
        Kind::Replaced => {
            let document = words.document.bytes_of(change.document.clone());
            is_misread(words.copy.slice(bytes), words.document.slice(document), sure)
        }
    }
}

fn has_digit(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

/// Whether `read` stands for `written`.
fn is_misread(read: &str, written: &str, sure: u8) -> bool {
    if is_amount(read) || is_amount(written) {
        // A digit for another, one more or less, or another sign is what an altered number looks like.
        return as_digits(read) == as_digits(written);
    }
    let (a, b) = (SearchForm::new(read), SearchForm::new(written));
    let (a, b) = (a.as_str().replace('l', "i"), b.as_str().replace('l', "i"));
    a == b && !a.is_empty() || sure < DOUBTFUL || sure < UNSURE && similar_letters(&a, &b).is_some()
}

/// Whether a digit or a sign stands in a text, so that it must be compared exactly.
fn is_amount(text: &str) -> bool {
    let sign = |c: char| matches!(c, '−' | '+' | '$' | '€' | '£' | '¥' | '%' | '‰' | '°');
    has_digit(text) || text.contains(sign) || text.starts_with(['-', '–'])
}

/// A text without its blanks, its letters those digits that they may be taken for.
fn as_digits(text: &str) -> String {
    let letters = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase);
    let digit = |c: char| DIGITS.iter().find(|(letter, _)| *letter == c).map_or(c, |&(_, digit)| digit);
    letters.map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_misread_however_sure() {
        for (read, written) in [
            ("2O26", "2026"),
            ("modem", "modern"),
            ("Iegal", "legal"),
            ("5eptember", "September"),
            ("l5", "15"),
        ] {
            assert!(is_misread(read, written, 96), "{read} for {written}");
        }
    }

    #[test]
    fn numbers_are_never_misread_for_others() {
        for (read, written) in
            [("18", "13"), ("2027", "2026"), ("$15", "$1.5"), ("5", "-5"), ("1.5%", "15%")]
        {
            assert!(!is_misread(read, written, 96), "{read} for {written}");
            assert!(!is_misread(read, written, 20), "{read} for {written}");
        }
        assert!(!is_misread("1.200", "1,200", 20));
    }

    #[test]
    fn other_words_are_misread_only_where_the_reader_was_unsure() {
        assert!(!is_misread("requesting", "ordering", 96));
        assert!(!is_misread("requesting", "ordering", 80));
        assert!(is_misread("requesting", "ordering", 40));
        assert!(!is_misread("now", "not", 95));
        assert!(is_misread("departurc", "departure", 80));
        assert!(!is_misread("departurc", "departure", 95));
    }
}
