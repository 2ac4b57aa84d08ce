//! Differences as a reader sees them: the words on both sides, where they stand, and some words around.

use std::ops::Range;

use crate::change::Change;
use crate::forms::{Forms, is_word, span};
use crate::misread::is_probable;
use crate::words::Words;

/// How many words of the same passage are shown before and after a difference.
const AROUND: usize = 8;

/// What became of the document's words in the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Others stand in their place.
    Replaced,
    /// They are missing.
    LeftOut,
    /// The copy has words that the document does not have.
    Added,
    /// They stand in another place.
    Moved,
}

/// One difference between a copy and a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What became of the document's words.
    pub kind: Kind,
    /// Whether it is a difference in the text for certain. Where the copy was read from a picture it may be
    /// one of reading only.
    pub certain: bool,
    /// The document's side.
    pub document: Side,
    /// The copy's side.
    pub copy: Side,
}

/// One side of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Byte range of the words in the text; empty, at the place where they would stand, if there are none.
    pub range: Range<usize>,
    /// The words, white space made single; empty if there are none. Before words that an invisible
    /// character forces to read in a direction stands its name: `[U+202E]`.
    pub words: String,
    /// Up to eight words of the same sentence before them.
    pub before: String,
    /// Up to eight words of the same sentence after them.
    pub after: String,
}

impl Side {
    /// The words with those around them, as one line.
    ///
    /// ```
    /// # use erratum_match::Side;
    /// let side = Side { range: 3..7, words: "stay,".into(), before: "We".into(), after: "he said".into() };
    /// assert_eq!(side.line(), "We stay, he said");
    /// ```
    #[must_use]
    pub fn line(&self) -> String {
        let parts = [&self.before, &self.words, &self.after];
        parts
            .iter()
            .filter(|part| !part.is_empty())
            .map(|part| part.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Difference {
    pub(crate) fn new(words: &Words<'_>, change: &Change) -> Self {
        let (copy, document) = with_signs(words, change.copy.clone(), change.document.clone());
        Self {
            kind: change.kind,
            certain: !is_probable(words, change),
            document: side(words.document, document),
            copy: side(words.copy, copy),
        }
    }
}

/// Takes in a currency or percent sign that touches the words on either side, so that `$1.5` is shown
/// and not `1.5`.
fn with_signs(
    words: &Words<'_>,
    mut copy: Range<usize>,
    mut document: Range<usize>,
) -> (Range<usize>, Range<usize>) {
    while let (Some(c), Some(d)) = (copy.start.checked_sub(1), document.start.checked_sub(1)) {
        let touches = touch(words.copy, c, &copy) || touch(words.document, d, &document);
        if !(is_same_sign(words, c, d) && touches) {
            break;
        }
        (copy.start, document.start) = (c, d);
    }
    while is_same_sign(words, copy.end, document.end) {
        let ends_in_touch = |forms: &Forms, range: &Range<usize>| {
            range
                .end
                .checked_sub(1)
                .is_some_and(|last| !range.is_empty() && forms.after(last).is_empty())
        };
        if !(ends_in_touch(words.copy, &copy) || ends_in_touch(words.document, &document)) {
            break;
        }
        (copy.end, document.end) = (copy.end + 1, document.end + 1);
    }
    (copy, document)
}

/// Whether token `i` touches the first token of a range that begins behind it.
fn touch(forms: &Forms, i: usize, range: &Range<usize>) -> bool {
    !range.is_empty() && i + 1 == range.start && forms.after(i).is_empty()
}

/// Whether two tokens are the same sign, and no difference by its direction.
fn is_same_sign(words: &Words<'_>, copy: usize, document: usize) -> bool {
    let forced = words.copy.place(copy).is_some_and(|place| place.forced.is_some());
    words.same(copy, document) && is_sign(words.document, document) && !forced
}

/// Whether a token is a sign without letters or digits.
fn is_sign(forms: &Forms, i: usize) -> bool {
    forms.tokens().get(i).is_some_and(|token| !is_word(token)) && forms.letters_of(i..i + 1) == 0
}

fn side(forms: &Forms, tokens: Range<usize>) -> Side {
    let range = forms.bytes_of(tokens.clone());
    let (first, last) = (tokens.start, tokens.end.max(tokens.start + 1) - 1);
    // Of an empty side the passage is that of the token before, if it has one: there the words ended.
    let (head, tail) = if tokens.is_empty() {
        let before = first.checked_sub(1).map(|i| forms.passage_tokens(i));
        let after = forms.place(first).map(|_| forms.passage_tokens(first));
        (before.map_or(first, |passage| passage.start), after.map_or(first, |passage| passage.end))
    } else {
        (forms.passage_tokens(first).start, forms.passage_tokens(last).end)
    };
    let start = head.max(first.saturating_sub(AROUND));
    let end = tail.min(tokens.end + AROUND);
    let forced = forms.place(tokens.start).filter(|_| !tokens.is_empty()).and_then(|place| place.forced);
    let sign = forced.map(|c| format!("[U+{:04X}] ", u32::from(c))).unwrap_or_default();
    Side {
        words: sign + &line(forms.slice(range.clone())),
        before: before(forms, start, &range),
        after: after(forms, end, tokens.end, &range),
        range,
    }
}

fn before(forms: &Forms, start: usize, range: &Range<usize>) -> String {
    let from = forms.tokens().get(start).map_or(range.start, |token| span(token).start);
    line(forms.slice(from..range.start))
}

fn after(forms: &Forms, end: usize, from: usize, range: &Range<usize>) -> String {
    match end.checked_sub(1).filter(|&last| last >= from).and_then(|last| forms.tokens().get(last)) {
        Some(last) => line(forms.slice(range.end..span(last).end)),
        None => String::new(),
    }
}

/// A text on one line: every run of white space a single blank, none at the ends, invisible characters left out.
fn line(text: &str) -> String {
    let visible: String = text.chars().filter(|&c| !crate::minor::is_invisible(c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
