//! A paragraph as a row of atoms: its characters after NFKC, without the invisible ones, each with what
//! the lexer needs to know of it and the bytes it came from. Which atoms make a token is the lexer's
//! matter.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

use super::clusters::Clusters;
use super::offset;
use super::tables::{Category, info, is_line_break};

/// What a character is to the lexer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter of a script that is written with spaces.
    Letter,
    /// A letter of a script that is written without: a word of its own.
    Ideograph,
    /// A combining mark, or a mark-like character that belongs to what stands before it.
    Mark,
    /// A number character (N*).
    Digit,
    /// `+` and `±`: part of a number that follows, else a symbol.
    Plus,
    /// A hyphen or a minus, written `-`.
    Hyphen,
    /// A figure dash or an en dash, written `-`.
    EnDash,
    /// An em dash or a horizontal bar, written `-`.
    EmDash,
    /// An apostrophe or single quotation mark, written `'`.
    Apostrophe,
    /// `.`, `,`, `:`, `/`: may stand inside a number.
    Separator,
    /// A currency sign.
    Currency,
    /// `%`, `‰`, `‱`, `°`.
    Unit,
    /// A mathematical symbol.
    Symbol,
    /// `^`: a symbol where it raises what stands behind it.
    Caret,
    /// Space within a line.
    Space,
    /// The end of a line.
    Break,
    /// A closing bracket.
    Close,
    /// Any other punctuation.
    Other,
}

/// One character after NFKC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Atom {
    pub(super) c: char,
    pub(super) class: Class,
    /// A superscript, fraction or circled number: begins a token of its own, so that `10²` is not `102`.
    pub(super) raised: bool,
    /// Bytes of the text that it came from.
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Appends the atoms of `paragraph`, which stands at byte `at` of the text.
pub(super) fn read(paragraph: &str, at: usize, atoms: &mut Vec<Atom>) {
    for range in Clusters::new(paragraph) {
        let cluster = paragraph.get(range.clone()).unwrap_or_default();
        let (start, end) = (offset(at + range.start), offset(at + range.end));
        let mut push =
            |c: char, class: Class, raised: bool| atoms.push(Atom { c, class, raised, start, end });
        let mut chars = cluster.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if c.is_ascii() => push(c, class_of(c), false),
            (Some('\u{b4}' | '\u{ff40}'), None) => push('\'', Class::Apostrophe, false),
            (Some(first), _) => {
                let raised = info(first).category == Category::OtherNumber;
                let normal = cluster.chars().filter(|&c| !info(c).ignorable).nfkc();
                for c in normal.filter(|&c| !info(c).ignorable) {
                    let (c, class) = unify(c);
                    push(c, class, raised);
                }
            }
            (None, _) => {}
        }
    }
}

/// The character as tokens write it, and its class: dashes, apostrophes and the fraction slash have one
/// way to be written.
fn unify(c: char) -> (char, Class) {
    match c {
        '-' | '\u{2010}' | '\u{2011}' | '\u{2212}' => ('-', Class::Hyphen),
        '\u{2012}' | '\u{2013}' => ('-', Class::EnDash),
        '\u{2014}' | '\u{2015}' => ('-', Class::EmDash),
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{2bb}' => ('\'', Class::Apostrophe),
        '\u{2044}' | '\u{2215}' => ('/', Class::Separator),
        _ => (c, class_of(c)),
    }
}

fn class_of(c: char) -> Class {
    match c {
        ' ' | '\t' => Class::Space,
        '-' => Class::Hyphen,
        '\'' | '`' => Class::Apostrophe,
        '.' | ',' | ':' | '/' => Class::Separator,
        '+' | '±' => Class::Plus,
        '%' | '‰' | '‱' | '٪' | '°' => Class::Unit,
        '^' => Class::Caret,
        '|' => Class::Other,
        'ー' => Class::Mark,
        _ if is_line_break(c) => Class::Break,
        _ => class_by_category(c),
    }
}

fn class_by_category(c: char) -> Class {
    use Category as C;
    match info(c).category {
        C::UppercaseLetter
        | C::LowercaseLetter
        | C::TitlecaseLetter
        | C::ModifierLetter
        | C::OtherLetter => {
            if is_written_without_spaces(c) {
                Class::Ideograph
            } else {
                Class::Letter
            }
        }
        C::NonspacingMark | C::SpacingMark | C::EnclosingMark => Class::Mark,
        C::DecimalNumber | C::LetterNumber | C::OtherNumber => Class::Digit,
        C::CurrencySymbol => Class::Currency,
        C::MathSymbol => Class::Symbol,
        C::SpaceSeparator => Class::Space,
        C::ClosePunctuation => Class::Close,
        _ => Class::Other,
    }
}

/// Scripts in which spaces do not part words: each of their letters is a token, so that a difference of
/// one character is listed as one.
fn is_written_without_spaces(c: char) -> bool {
    !c.is_ascii()
        && matches!(
            c.script(),
            Script::Han
                | Script::Hiragana
                | Script::Katakana
                | Script::Bopomofo
                | Script::Yi
                | Script::Thai
                | Script::Lao
                | Script::Khmer
                | Script::Myanmar
                | Script::Tai_Le
                | Script::New_Tai_Lue
                | Script::Tai_Tham
                | Script::Tai_Viet
                | Script::Javanese
                | Script::Balinese
        )
}
