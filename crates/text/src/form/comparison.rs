//! The comparison form, by which a copy is judged.
//!
//! # Definition (`forms v1`)
//!
//! Each paragraph (see [`crate::paragraphs`]) is read by itself. Its characters are taken after NFKC,
//! without default-ignorable characters (removed before NFKC and after). Written one way: `‐ ‑ ‒ – — ―
//! −` as `-`; `’ ‘ ‛ ʼ ʻ ´` and a grave accent as `'`; the fraction and division slashes `⁄ ∕` as `/`.
//! Letter is L*, digit is N*, mark is M*; a mark belongs to the letter or digit before it. Then, from
//! left to right, the longest of:
//!
//! 1. **A symbol**: a currency sign (Sc), `%`, `‰`, `‱`, `٪`, `°`, or a mathematical symbol (Sm, but not
//!    `|`) is an exact token of its own. So `$ 5` is `$5`, and `50 %` is `50%`.
//! 2. **A letter of a script written without spaces** (Han, Hiragana, Katakana, Bopomofo, Yi, Thai, Lao,
//!    Khmer, Myanmar, Tai Le, New Tai Lue, Tai Tham, Tai Viet, Javanese, Balinese), with its marks and
//!    `ー`, is a word of its own.
//! 3. **A run** of other letters and digits, and between two of them:
//!    an apostrophe;
//!    a hyphen or minus, also at the end of a line with one line break and spaces behind it;
//!    `‒` or `–`, if one neighbour is a digit;
//!    `—`, `―`, `.`, `,`, `:` or `/`, if both neighbours are digits.
//!    A superscript, fraction or circled number (source character of category No) is parted from digits
//!    and letters before it and digits behind it, so that `10²` is not `102`.
//!    Before the first digit of a run that starts with one: a sign (`+`, `±`, any dash), unless a letter,
//!    digit, mark, symbol of the `%` kind or closing bracket stands before it; then, or at the start of
//!    the paragraph, or behind a space or currency sign, a decimal point. A run that has a digit is an
//!    **exact** token with the text as written after NFKC; any other is a **word**.
//! 4. A sign before a currency sign before a digit (`-$5`), a `+` or `±` that nothing claimed, and a `^`
//!    behind a letter, digit, mark or closing bracket and before anything but white space (`10^3`), is an
//!    exact token of its own.
//! 5. Anything else makes no token.
//!
//! **The folded letters of a word**: full case folding, NFD; an ASCII character stays, any other is
//! replaced by its UTS 39 prototype, or by the small ASCII letter whose own prototype that is (`rn` is
//! that of `m`); a letter, digit or mark, but not a modifier letter (Lm), whose prototype has neither
//! letter, digit nor mark stays; then full case folding, NFD, and only letters, digits and marks are
//! kept. So look-alikes of another script fold to Latin, yet "modern" is not "modem". A word of which
//! nothing is left is no token.
//!
//! **The canonical string** is all tokens in order: the letters of words as they are, each exact token
//! with U+001F on both sides, two U+001F in a row written once. Spacing, hyphenation, capitals, quotes
//! and punctuation do not change it; a digit, sign, currency or any other letter does. The digest is the
//! SHA-256 of its UTF-8. Whether a text holds another verbatim is for `erratum-match` to say.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::atoms::{self, Atom};
use super::{addressable, lexer};

/// Stands on both sides of every exact token in a canonical string.
const SEPARATOR: char = '\u{1f}';

/// What a token is compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// A word: two are the same if their folded letters are.
    Word,
    /// A number, a sign, a currency: compared exactly, after NFKC with one kind of dash.
    Exact,
}

/// One word, number or symbol of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// How it is compared.
    pub kind: TokenKind,
    /// What it is compared by: a word's folded letters, an exact token's text. Never empty.
    pub folded: Box<str>,
    /// Byte range in the text, on character boundaries.
    pub span: Range<u32>,
}

/// A text as the tokens that make its meaning, each with where it stood.
///
/// ```
/// use erratum_text::ComparisonForm;
/// let one = ComparisonForm::new("The well-known “-5 %” won’t do.");
/// let two = ComparisonForm::new("the well known\n-5% WON'T do");
/// assert_eq!(one.canonical(), "thewellknown\u{1f}-5\u{1f}%\u{1f}wontdo");
/// assert_eq!(one.digest(), two.digest());
/// assert_ne!(one.digest(), ComparisonForm::new("the well known 5% won't do").digest());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparisonForm {
    tokens: Vec<Token>,
    canonical: String,
}

impl ComparisonForm {
    /// The comparison form of `text`. Of a text beyond 4 GiB only the first 4 GiB are read.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = addressable(text);
        let mut tokens = Vec::new();
        let mut row: Vec<Atom> = Vec::new();
        for paragraph in crate::paragraphs(text) {
            row.clear();
            let at = paragraph.start;
            atoms::read(text.get(paragraph).unwrap_or_default(), at, &mut row);
            lexer::tokens(&row, &mut tokens);
        }
        let canonical = canonical_of(&tokens);
        Self { tokens, canonical }
    }

    /// The tokens in the order of the text: neither start nor end of a span ever goes back. Two spans overlap
    /// only where both tokens came from one character (`㍿`) or one cluster that normalises together.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The canonical string of all tokens; see the definition of the form.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// SHA-256 of the canonical string's UTF-8.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.canonical.as_bytes()).into()
    }
}

/// The canonical string of some tokens in a row: what [`ComparisonForm::canonical`] is of all of them.
#[must_use]
pub fn canonical_of(tokens: &[Token]) -> String {
    let mut out = String::with_capacity(tokens.iter().map(|token| token.folded.len() + 1).sum());
    for token in tokens {
        match token.kind {
            TokenKind::Word => out.push_str(&token.folded),
            TokenKind::Exact => {
                if !out.ends_with(SEPARATOR) {
                    out.push(SEPARATOR);
                }
                out.push_str(&token.folded);
                out.push(SEPARATOR);
            }
        }
    }
    out
}
