//! Minor differences: those that leave the comparison form as it is. They are counted by kind, never
//! listed: case, punctuation and quotes, hyphenation, layout, invisible characters, look-alike letters.

use crate::direction::is_override_or_pop;
use crate::forms::{Forms, span};
use crate::words::Words;

/// How many minor differences there are of each kind. A word or the space after it counts once a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minor {
    /// Words in other capitals.
    pub case: usize,
    /// Other punctuation or quotation marks.
    pub punctuation: usize,
    /// Words joined, divided or hyphenated otherwise.
    pub hyphenation: usize,
    /// Other spaces, line breaks or paragraph breaks.
    pub layout: usize,
    /// Invisible characters put in or left out: soft hyphens, zero-width characters, direction marks.
    pub invisible: usize,
    /// Letters written with others that look alike or mean the same: other scripts, ligatures, full width.
    pub lookalike: usize,
}

impl Minor {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Those of a list of pairs in order of the copy.
    pub(crate) fn count(words: &Words<'_>, pairs: &[(usize, usize)]) -> Self {
        let mut minor = Self::default();
        for (i, &(c, d)) in pairs.iter().enumerate() {
            minor.token(raw(words.copy, c), raw(words.document, d));
            let Some(&next) = pairs.get(i + 1) else { continue };
            if next == (c + 1, d + 1) {
                minor.space(words.copy.after(c), words.document.after(d));
            } else if next.0 > c && next.1 > d && words.same_letters(c + 1..next.0, d + 1..next.1) {
                minor.hyphenation += 1;
            }
        }
        minor
    }

    /// Compares the same word as it stands in both texts.
    fn token(&mut self, copy: &str, document: &str) {
        if copy == document {
            return;
        }
        let (copy, document) = self.visible(copy, document);
        self.hyphenation += usize::from(dividers(&copy) != dividers(&document));
        self.punctuation += usize::from(marks(&copy) != marks(&document));
        let (copy, document) = (letters(&copy), letters(&document));
        if copy == document {
            return;
        }
        let (low, document_low) = (copy.to_lowercase(), document.to_lowercase());
        if low != document_low {
            self.lookalike += 1;
        }
        let cased = |a: char, b: char| a != b && a.to_lowercase().eq(b.to_lowercase());
        if low == document_low || copy.chars().zip(document.chars()).any(|(a, b)| cased(a, b)) {
            self.case += 1;
        }
    }

    /// Compares what stands between the same two words.
    fn space(&mut self, copy: &str, document: &str) {
        if copy == document {
            return;
        }
        let (copy, document) = self.visible(copy, document);
        let blank = |text: &str| text.chars().filter(|c| c.is_whitespace()).collect::<String>();
        let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let (marks, document_marks) = (solid(&copy), solid(&document));
        let hyphens = |text: &str| text.chars().all(is_hyphen);
        if marks != document_marks {
            if hyphens(&marks) && hyphens(&document_marks) {
                self.hyphenation += 1;
            } else {
                self.punctuation += 1;
            }
        }
        self.layout += usize::from(blank(&copy) != blank(&document));
    }

    /// Both texts without their invisible characters, which are counted if they differ.
    fn visible(&mut self, copy: &str, document: &str) -> (String, String) {
        let split = |text: &str| text.chars().partition::<String, _>(|&c| is_invisible(c));
        let ((hidden, copy), (document_hidden, document)) = (split(copy), split(document));
        // An override is a difference, not a minor one.
        let seen = |hidden: String| hidden.replace(is_override_or_pop, "");
        self.invisible += usize::from(seen(hidden) != seen(document_hidden));
        (copy, document)
    }
}

fn raw(forms: &Forms, i: usize) -> &str {
    forms.tokens().get(i).map_or("", |token| forms.slice(span(token)))
}

fn dividers(text: &str) -> Vec<char> {
    text.chars().filter(|&c| is_hyphen(c) || c.is_whitespace()).collect()
}

fn marks(text: &str) -> Vec<char> {
    text.chars().filter(|&c| is_mark(c)).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|&c| !is_hyphen(c) && !c.is_whitespace() && !is_mark(c)).collect()
}

fn is_mark(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '.' | ',' | '·')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '−' | '﹣' | '－')
}

/// Whether a character is invisible: default-ignorable, as far as such characters are met in texts.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0xE0000..=0xE0FFF)
}
