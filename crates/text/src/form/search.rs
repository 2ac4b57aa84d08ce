//! The search form, by which a copy is found.
//!
//! # Definition (`forms v1`)
//!
//! For a text T:
//! 1. NFKC (UAX 15);
//! 2. full case folding (`CaseFolding.txt`, C and F);
//! 3. the UTS 39 skeleton: NFD, remove default-ignorable characters, replace each character by its
//!    prototype, NFD;
//! 4. full case folding again (a prototype may be a capital);
//! 5. keep letters, numbers and combining marks (general categories L*, N*, M*), nothing else.
//!
//! Invisible characters vanish in step 3, hyphens, quotes and spaces in step 5, so neither layout nor
//! hyphenation nor look-alike letters change the form. `m` becomes `rn` and `0` becomes `o`: the form
//! finds, it does not judge; see [`super::ComparisonForm`] for that. The form is UTF-8; its digest is the
//! SHA-256 of those bytes. It is not always a fixed point of itself (`%` becomes `₀`, whose own form is
//! `o`), but on ASCII letters and digits it is.

use std::ops::Range;
use std::sync::OnceLock;

use caseless::Caseless;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use super::clusters::Clusters;
use super::tables::{is_kept, search_of};
use super::{addressable, offset};

/// A text with all removed that may vary from copy to copy, and the way back to where each of its
/// characters stood.
///
/// ```
/// let form = erratum_text::SearchForm::new("Wе re-\nspect"); // the first `е` is Cyrillic
/// assert_eq!(form.as_str(), "werespect");
/// assert_eq!(form.source_range(2..9), 4..13);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchForm {
    form: String,
    /// Where the cluster of each character of the form starts in the text.
    starts: Vec<u32>,
    /// How long that cluster is, in bytes; 255 stands for "see `long`".
    lengths: Vec<u8>,
    /// Start and end of the clusters of 255 bytes and more, by start.
    long: Vec<(u32, u32)>,
}

impl SearchForm {
    /// The search form of `text`. Of a text beyond 4 GiB only the first 4 GiB are read.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = addressable(text);
        let mut form = Self {
            form: String::with_capacity(text.len()),
            starts: Vec::with_capacity(text.len()),
            lengths: Vec::with_capacity(text.len()),
            long: Vec::new(),
        };
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let ascii = clean_ascii(rest);
            form.push_ascii(rest.as_bytes().get(..ascii).unwrap_or_default(), at);
            at += ascii;
            at += form.push_clusters(text.get(at..).unwrap_or_default(), at);
        }
        form.form.shrink_to_fit();
        form.starts.shrink_to_fit();
        form.lengths.shrink_to_fit();
        form
    }

    /// ASCII bytes of which none has a mark behind it: each goes by the table.
    fn push_ascii(&mut self, bytes: &[u8], at: usize) {
        let table = ascii_table();
        let mut place = offset(at);
        for &byte in bytes {
            if let Some(&(out, letters)) = table.get(usize::from(byte)) {
                self.form.push_str(out);
                for _ in 0..letters {
                    self.starts.push(place);
                    self.lengths.push(1);
                }
            }
            place = place.saturating_add(1);
        }
    }

    /// Clusters until the next two ASCII characters in a row; how many bytes that was.
    fn push_clusters(&mut self, text: &str, at: usize) -> usize {
        let mut done = 0;
        for range in Clusters::new(text) {
            let cluster = text.get(range.clone()).unwrap_or_default();
            if cluster.is_ascii()
                && clean_ascii(text.get(range.start..).unwrap_or_default()) > 0
                && done > 0
            {
                break;
            }
            done = range.end;
            self.push_cluster(cluster, at + range.start);
        }
        done
    }

    fn push_cluster(&mut self, cluster: &str, at: usize) {
        let before = self.form.len();
        let mut chars = cluster.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => self.form.push_str(search_of(only)),
            _ => self.form.extend(whole(cluster)),
        }
        let letters = self.form.get(before..).map_or(0, |new| new.chars().count());
        let length = u8::try_from(cluster.len()).unwrap_or(u8::MAX);
        if length == u8::MAX && letters > 0 {
            self.long.push((offset(at), offset(at + cluster.len())));
        }
        self.starts.extend(std::iter::repeat_n(offset(at), letters));
        self.lengths.extend(std::iter::repeat_n(length, letters));
    }

    /// The form itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.form
    }

    /// How many characters (not bytes) the form has.
    #[must_use]
    pub fn chars_len(&self) -> usize {
        self.starts.len()
    }

    /// Byte offset in the text at which the source of the `char`-th character of the form starts: its
    /// character there, or the letter that its combining marks belong to. `None` beyond the end.
    #[must_use]
    pub fn source_offset(&self, char: usize) -> Option<usize> {
        self.starts.get(char).map(|&start| start as usize)
    }

    /// Byte range in the text from which the characters `chars` of the form came: from the start of the
    /// first to the end of the last, on character boundaries of the text. A range that is empty or lies
    /// beyond the end gives an empty range.
    #[must_use]
    pub fn source_range(&self, chars: Range<usize>) -> Range<usize> {
        let end = chars.end.min(self.starts.len());
        if chars.start >= end {
            let at = self
                .source_offset(end)
                .unwrap_or_else(|| end.checked_sub(1).map_or(0, |last| self.end_of(last)));
            return at..at;
        }
        self.source_offset(chars.start).unwrap_or(0)..self.end_of(end - 1)
    }

    fn end_of(&self, char: usize) -> usize {
        let start = self.starts.get(char).copied().unwrap_or(0);
        match self.lengths.get(char).copied().unwrap_or(0) {
            u8::MAX => match self.long.binary_search_by_key(&start, |&(start, _)| start) {
                Ok(place) => self.long.get(place).map_or(start, |&(_, end)| end) as usize,
                Err(_) => start as usize,
            },
            length => start as usize + usize::from(length),
        }
    }

    /// SHA-256 of the form's UTF-8.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.form.as_bytes()).into()
    }
}

/// The form of a whole string, by the definition and without a map: the slow path that the fast ones are
/// tested against, and what fills the table.
pub(super) fn whole(text: &str) -> impl Iterator<Item = char> + use<> {
    let folded: String = text.nfkc().default_case_fold().collect();
    let skeleton: Vec<char> = skeleton(&folded).collect();
    skeleton.into_iter().default_case_fold().filter(|&c| is_kept(c))
}

/// How many leading bytes of `text` are ASCII with more ASCII, or nothing, behind each: a letter before
/// another character may carry a mark, so it goes with its cluster.
fn clean_ascii(text: &str) -> usize {
    let run = text.bytes().position(|byte| !byte.is_ascii()).unwrap_or(text.len());
    if run == text.len() { run } else { run.saturating_sub(1) }
}

fn ascii_table() -> &'static [(&'static str, u8); 128] {
    static TABLE: OnceLock<[(&str, u8); 128]> = OnceLock::new();
    TABLE.get_or_init(|| {
        std::array::from_fn(|code| {
            let out = u8::try_from(code).map_or("", |byte| search_of(char::from(byte)));
            (out, u8::try_from(out.chars().count()).unwrap_or(0))
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_what_varies() {
        for (text, form) in [
            ("", ""),
            ("Hello, World!", "helloworld"),
            ("modern 10", "rnodernlo"),
            ("con\u{ad}tin\u{200b}gent", "contingent"),
            ("contin-\ngent", "contingent"),
            ("ﬁnance", "finance"),
            ("ＡＢＣ", "abc"),
            ("Ρаssроrt", "passport"),
            ("Straße", "strasse"),
            ("é e\u{301}", "e\u{301}e\u{301}"),
            ("50 %", "5o₀"),
            ("日本語", "日本語"),
        ] {
            assert_eq!(SearchForm::new(text).as_str(), form, "{text:?}");
        }
    }

    #[test]
    fn every_character_knows_where_it_stood() {
        let form = SearchForm::new("am ﬁe\u{301}.");
        assert_eq!(form.as_str(), "arnfie\u{301}");
        let starts: Vec<_> = (0..form.chars_len()).map(|i| form.source_offset(i)).collect();
        assert_eq!(starts, [0, 1, 1, 3, 3, 6, 6].map(Some));
        assert_eq!(form.source_range(0..7), 0..9);
        assert_eq!(form.source_range(3..4), 3..6);
        assert_eq!(form.source_range(7..9), 9..9);
        assert_eq!(form.source_range(0..0), 0..0);
        assert_eq!(form.source_offset(7), None);
    }

    #[test]
    fn a_cluster_of_a_thousand_marks_keeps_its_end() {
        let text = format!("x{}y", "\u{301}".repeat(1000));
        let form = SearchForm::new(&text);
        assert_eq!(form.chars_len(), 1002);
        assert_eq!(form.source_range(0..1), 0..2001);
        assert_eq!(form.source_range(1001..1002), 2001..2002);
    }

    /// Characters that normalisation, folding and confusables treat in unlike ways.
    pub(crate) fn nasty() -> impl Strategy<Value = String> {
        let special = prop::sample::select(
            "aeimIO0159%|\"'-. \n\u{301}\u{323}\u{345}\u{200b}\u{ad}\u{34f}\u{feff}\u{202e}\u{fe0f}éΐᾳǅßİıſﬃ½²℃㍿ｶﾞがか\u{3099}゛\u{ff9e}\u{1112}\u{1161}\u{11ab}한\u{f73}\u{f71}\u{f72}\u{f81}\u{344}́аеорсу\u{5d0}\u{5b8}لاﷺﱞ\u{fc5e}ノー日〇一\u{9be}\u{9c7}\u{9d7}\u{1100}\u{115f}\u{ffa0}\u{11127}\u{11131}\u{e0061}\u{1d15e}\u{1d165}\u{1d16e}·ʼ’‘—–−$€±"
                .chars()
                .collect::<Vec<_>>(),
        );
        prop::collection::vec(prop_oneof![3 => special, 1 => any::<char>()], 0..40)
            .prop_map(String::from_iter)
    }

    /// Every assigned character outside the large uniform blocks, between letters and marks that it might
    /// compose with or be reordered around.
    #[test]
    fn no_character_changes_what_stands_in_another_cluster() {
        let uniform = |code: u32| matches!(code, 0x3400..0xa000 | 0xac40..0xd800 | 0xe000..0xf900 | 0x1_7000..0x1_8b00 | 0x2_0000..0x2_f800 | 0x2_fa20..0xe_0000 | 0xe_0200..);
        for c in (0..0x11_0000).filter(|&code| !uniform(code)).filter_map(char::from_u32) {
            for (before, after) in [
                ("a\u{301}", "\u{323}b"),
                ("\u{1112}", "\u{1161}\u{11ab}"),
                ("\u{f71}", "\u{200d}\u{3099}"),
                ("ᾳ\u{5b8}", "\u{345}"),
            ] {
                let text = format!("{before}{c}{after}");
                assert_eq!(
                    SearchForm::new(&text).form,
                    whole(&text).collect::<String>(),
                    "U+{:04X}",
                    u32::from(c)
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn clusters_give_what_the_whole_gives(text in nasty()) {
            prop_assert_eq!(SearchForm::new(&text).form, whole(&text).collect::<String>());
        }

        #[test]
        fn ascii_by_table_is_ascii_by_definition(text in "[ -~\n\r\t]{0,80}") {
            prop_assert_eq!(SearchForm::new(&text).form, whole(&text).collect::<String>());
        }

        #[test]
        fn the_map_is_monotone_and_in_bounds(text in nasty()) {
            let form = SearchForm::new(&text);
            prop_assert_eq!(form.chars_len(), form.as_str().chars().count());
            let mut last = 0;
            for i in 0..form.chars_len() {
                let range = form.source_range(i..i + 1);
                prop_assert!(last <= range.start && range.start < range.end);
                prop_assert!(text.get(range.clone()).is_some());
                last = range.start;
            }
        }

        #[test]
        fn latin_letters_are_a_fixed_point(text in "[a-zA-Z0-9 ,.]{0,40}") {
            let once = SearchForm::new(&text);
            let twice = SearchForm::new(once.as_str());
            prop_assert_eq!(once.as_str(), twice.as_str());
        }
    }
}
