//! Everything that matching needs of one text, computed once: its two forms, its parts, and for each
//! token where it lies among them. It holds no fingerprints and reads no files.

use std::ops::Range;

use erratum_text::{ComparisonForm, SearchForm, Token, TokenKind, paragraphs, passages, quoted};

use crate::direction::{forced, overlapping};
use crate::gram::weight;
use crate::quotation::{Quotation, Quotations};

/// A text with its forms and parts.
///
/// ```
/// let forms = erratum_match::Forms::new("We stay. “No unit leaves,” the command said.");
/// assert_eq!(forms.passages().len(), 2);
/// assert_eq!(forms.letters(), 32);
/// ```
#[derive(Clone, Debug)]
pub struct Forms {
    text: String,
    search: SearchForm,
    comparison: ComparisonForm,
    passages: Vec<Range<usize>>,
    paragraphs: Vec<Range<usize>>,
    quoted: Vec<Range<usize>>,
    places: Vec<Place>,
    letters: u64,
    /// Words that were read from a picture, in order: their bytes, and how surely, 0 to 100.
    optical: Vec<(Range<usize>, u8)>,
}

/// Where a token lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Its letters, an ideograph counting two.
    pub(crate) letters: u32,
    /// Index of its passage.
    pub(crate) passage: u32,
    /// Index of its paragraph.
    pub(crate) paragraph: u32,
    /// Whether it stands inside quotation marks.
    pub(crate) quoted: bool,
    /// The quotation that it stands in, and the one inside that; see [`crate::quotation`].
    pub(crate) quotation: Quotation,
    /// The direction that the text around it is forced into.
    pub(crate) forced: Option<char>,
    /// Byte offsets of its characters in the search form.
    pub(crate) form_start: u32,
    pub(crate) form_end: u32,
    /// Weight of what stands before it in the search form, and before its end.
    pub(crate) weight_start: u32,
    pub(crate) weight_end: u32,
}

impl Forms {
    /// The forms of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let search = SearchForm::new(text);
        let comparison = ComparisonForm::new(text);
        let (passages, paragraphs, quoted) = (passages(text), paragraphs(text), quoted(text));
        let mut cursor = FormCursor::new(&search);
        let quotations = Quotations::new(text, &quoted, &paragraphs);
        let forced = forced(text, &paragraphs);
        let places: Vec<Place> = comparison
            .tokens()
            .iter()
            .map(|token| {
                let span = span(token);
                let form = cursor.advance(&span);
                Place {
                    letters: letters(&token.folded),
                    passage: part_of(&passages, span.start),
                    paragraph: part_of(&paragraphs, span.start),
                    quoted: within(&quoted, &span),
                    quotation: quotations.of(&span),
                    forced: overlapping(&forced, &span),
                    form_start: form.start.0,
                    form_end: form.end.0,
                    weight_start: form.start.1,
                    weight_end: form.end.1,
                }
            })
            .collect();
        let letters = places.iter().map(|place| u64::from(place.letters)).sum();
        let (text, optical) = (text.to_owned(), Vec::new());
        Self { text, search, comparison, passages, paragraphs, quoted, places, letters, optical }
    }

    /// The forms of a text of which some words, given in order by their bytes, were read from a picture, each
    /// so surely of 100. What differs in them may be misread; see [`crate::Difference::certain`].
    #[must_use]
    pub fn read_from_picture(text: &str, optical: Vec<(Range<usize>, u8)>) -> Self {
        Self { optical, ..Self::new(text) }
    }

    /// How surely the least sure of the words in a range of bytes was read; `None` where they were not all
    /// read from a picture.
    pub(crate) fn sure(&self, bytes: &Range<usize>) -> Option<u8> {
        let first = self.optical.partition_point(|(word, _)| word.end <= bytes.start);
        let touched = self.optical.iter().skip(first).take_while(|(word, _)| word.start < bytes.end);
        let (mut sure, mut end) = (None, bytes.start);
        for (word, of) in touched {
            let gap = self.slice(end..word.start.max(end));
            if !gap.trim().is_empty() {
                return None;
            }
            sure = Some(sure.map_or(*of, |least: u8| least.min(*of)));
            end = word.end.max(end);
        }
        sure.filter(|_| self.slice(end.min(bytes.end)..bytes.end).trim().is_empty())
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its search form.
    #[must_use]
    pub fn search(&self) -> &SearchForm {
        &self.search
    }

    /// Its comparison form.
    #[must_use]
    pub fn comparison(&self) -> &ComparisonForm {
        &self.comparison
    }

    /// Byte ranges of its passages (sentences).
    #[must_use]
    pub fn passages(&self) -> &[Range<usize>] {
        &self.passages
    }

    /// Byte ranges of its paragraphs.
    #[must_use]
    pub fn paragraphs(&self) -> &[Range<usize>] {
        &self.paragraphs
    }

    /// Byte ranges inside quotation marks.
    #[must_use]
    pub fn quoted(&self) -> &[Range<usize>] {
        &self.quoted
    }

    /// How many letters and digits its tokens have, an ideograph counting two.
    #[must_use]
    pub fn letters(&self) -> u64 {
        self.letters
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        self.comparison.tokens()
    }

    pub(crate) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Letters of the tokens of a range.
    pub(crate) fn letters_of(&self, tokens: Range<usize>) -> u64 {
        self.places.get(tokens).unwrap_or_default().iter().map(|place| u64::from(place.letters)).sum()
    }

    /// Byte range of a range of tokens; of an empty one, the place behind the token before it.
    pub(crate) fn bytes_of(&self, tokens: Range<usize>) -> Range<usize> {
        let end_before =
            |i: usize| i.checked_sub(1).and_then(|i| self.tokens().get(i)).map_or(0, |t| span(t).end);
        let end = end_before(tokens.end);
        match self.tokens().get(tokens.start).filter(|_| tokens.start < tokens.end) {
            Some(first) => span(first).start..end,
            None => end_before(tokens.start)..end_before(tokens.start),
        }
    }

    /// The text between two bytes, or nothing where they lie wrongly.
    pub(crate) fn slice(&self, bytes: Range<usize>) -> &str {
        self.text.get(bytes).unwrap_or_default()
    }

    /// The text between token `i` and the next one.
    pub(crate) fn after(&self, i: usize) -> &str {
        let start = self.tokens().get(i).map_or(0, |token| span(token).end);
        let end = self.tokens().get(i + 1).map_or(self.text.len(), |token| span(token).start);
        self.slice(start..end)
    }

    /// The text between token `i` and the one before it.
    pub(crate) fn before(&self, i: usize) -> &str {
        match i.checked_sub(1) {
            Some(before) => self.after(before),
            None => {
                self.slice(0..self.tokens().first().map_or(self.text.len(), |token| span(token).start))
            }
        }
    }

    pub(crate) fn place(&self, i: usize) -> Option<&Place> {
        self.places.get(i)
    }

    pub(crate) fn passage_of(&self, i: usize) -> Option<u32> {
        self.place(i).map(|place| place.passage)
    }

    pub(crate) fn paragraph_of(&self, i: usize) -> Option<u32> {
        self.place(i).map(|place| place.paragraph)
    }

    /// Whether token `i` is the first of its passage.
    pub(crate) fn starts_passage(&self, i: usize) -> bool {
        i == 0 || self.passage_of(i - 1) != self.passage_of(i)
    }

    /// Whether token `i` is the last of its passage.
    pub(crate) fn ends_passage(&self, i: usize) -> bool {
        self.passage_of(i + 1) != self.passage_of(i)
    }

    /// Whether token `i` is the first of its paragraph.
    pub(crate) fn starts_paragraph(&self, i: usize) -> bool {
        i == 0 || self.paragraph_of(i - 1) != self.paragraph_of(i)
    }

    /// Whether token `i` is the last of its paragraph.
    pub(crate) fn ends_paragraph(&self, i: usize) -> bool {
        self.paragraph_of(i + 1) != self.paragraph_of(i)
    }

    /// The tokens of the passage of token `i`.
    pub(crate) fn passage_tokens(&self, i: usize) -> Range<usize> {
        let passage = self.passage_of(i).unwrap_or(u32::MAX);
        let start = self.places.partition_point(|place| place.passage < passage);
        start..self.places.partition_point(|place| place.passage <= passage)
    }
}

/// Byte range of a token in its text.
pub(crate) fn span(token: &Token) -> Range<usize> {
    token.span.start as usize..token.span.end as usize
}

/// Whether a token is a word, which may be folded, rather than one compared exactly.
pub(crate) fn is_word(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Word)
}

/// Letters and digits of a folded token, an ideograph counting two.
fn letters(folded: &str) -> u32 {
    folded.chars().filter(|c| c.is_alphanumeric()).map(weight).sum()
}

/// Index of the last part that starts at or before `at`.
fn part_of(parts: &[Range<usize>], at: usize) -> u32 {
    let after = parts.partition_point(|part| part.start <= at);
    u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
}

/// Whether a span lies inside one of the ranges, which are in order and do not overlap.
fn within(ranges: &[Range<usize>], span: &Range<usize>) -> bool {
    let after = ranges.partition_point(|range| range.start <= span.start);
    after.checked_sub(1).and_then(|i| ranges.get(i)).is_some_and(|range| span.end <= range.end)
}

/// Walks a search form along the text.
struct FormCursor<'a> {
    form: &'a SearchForm,
    chars: std::iter::Peekable<std::iter::Enumerate<std::str::CharIndices<'a>>>,
    weight: u32,
}

impl<'a> FormCursor<'a> {
    fn new(form: &'a SearchForm) -> Self {
        Self { form, chars: form.as_str().char_indices().enumerate().peekable(), weight: 0 }
    }

    /// Where the characters that come from `span`, which lies behind the last one, start and end in the
    /// form: in bytes, and by weight.
    fn advance(&mut self, span: &Range<usize>) -> Range<(u32, u32)> {
        let start = self.skip_until(span.start);
        start..self.skip_until(span.end)
    }

    fn skip_until(&mut self, at: usize) -> (u32, u32) {
        while let Some(&(index, (byte, c))) = self.chars.peek() {
            if self.form.source_offset(index).is_none_or(|offset| offset >= at) {
                return (u32::try_from(byte).unwrap_or(u32::MAX), self.weight);
            }
            self.weight = self.weight.saturating_add(weight(c));
            self.chars.next();
        }
        (u32::try_from(self.form.as_str().len()).unwrap_or(u32::MAX), self.weight)
    }
}
