//! Cutting a text where normalisation lets one: a cluster is a character with all that may compose with
//! it or be reordered behind it. The clusters' normal forms run together are the whole text's, which is
//! what lets every character of a form know where it came from. Nothing here normalises.

use std::ops::Range;

use super::tables::info;

/// The clusters of a text as byte ranges, in order, covering it without gaps.
pub(super) struct Clusters<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Clusters<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl Iterator for Clusters<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.at..)?;
        let mut chars = rest.char_indices();
        chars.next()?;
        let length =
            chars.find(|&(_, c)| c.is_ascii() || info(c).boundary).map_or(rest.len(), |(at, _)| at);
        let start = self.at;
        self.at += length;
        Some(start..self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::Clusters;

    fn cut(text: &str) -> Vec<&str> {
        Clusters::new(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn a_mark_stays_with_its_letter_and_an_invisible_character_with_what_precedes() {
        assert_eq!(cut("ae\u{301}\u{200b}\u{323}b"), ["a", "e\u{301}\u{200b}\u{323}", "b"]);
    }

    #[test]
    fn full_width_text_is_many_clusters() {
        assert_eq!(cut("ＡＢ１"), ["Ａ", "Ｂ", "１"]);
    }

    #[test]
    fn jamo_that_compose_stay_together() {
        assert_eq!(cut("\u{1112}\u{1161}\u{11ab}한"), ["\u{1112}\u{1161}\u{11ab}", "한"]);
    }
}
