//! Raised text that is nothing but the mark of a footnote, which is no word of the sentence it stands in.

use super::tags::Attributes;

/// Whether raised text calls itself the mark of a footnote.
pub(super) fn refers(attributes: &Attributes<'_>) -> bool {
    ["class", "id"].iter().filter_map(|name| attributes.get(name)).any(|value| {
        let value = value.to_ascii_lowercase();
        let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| {
            word.contains("footnote")
                || word == "noteref"
                || word.starts_with("ref")
                || word.starts_with("cit")
        })
    })
}

/// A number, a letter or a sign, perhaps in brackets.
pub(super) fn is_mark(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']).trim();
    let number = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut chars = text.chars();
    let sign =
        chars.next().is_none_or(|c| c.is_alphabetic() || "*†‡§¶#".contains(c)) && chars.next().is_none();
    number || sign
}
