//! Paragraphs put one behind the other into a [`Text`], each with its place. What a paragraph is, its
//! format's own reader decides.

use super::Text;
use crate::{Error, ErrorKind, Limits, Place, Places};

/// So many places are kept; what lies behind them stands nowhere. A text of 8 MiB has more only if its
/// paragraphs are single words.
pub(super) const MOST_PLACES: usize = 500_000;

/// A text of paragraphs that is being written.
pub(super) struct Paragraphs {
    text: String,
    places: Places,
    section: Option<String>,
    number: u32,
    most: usize,
}

impl Paragraphs {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            text: String::new(),
            places: Places::default(),
            section: None,
            number: 0,
            most: limits.text_bytes,
        }
    }

    /// From here on paragraphs stand in this section, counted anew.
    pub(super) fn section(&mut self, section: Option<String>) {
        self.section = section;
        self.number = 0;
    }

    /// The next paragraph of the file; blank ones are counted and not written.
    pub(super) fn push(&mut self, paragraph: &str) -> Result<(), Error> {
        self.push_at(self.number.saturating_add(1), paragraph)
    }

    /// Writes what stands at a place of the section that has a number of its own.
    pub(super) fn push_at(&mut self, number: u32, paragraph: &str) -> Result<(), Error> {
        self.number = number;
        let paragraph = paragraph.trim();
        if paragraph.is_empty() {
            return Ok(());
        }
        if self.text.len() + paragraph.len() + 2 > self.most {
            let message = format!("more text than the {} bytes that are read", self.most);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let start = self.text.len();
        self.text.push_str(paragraph);
        if self.places.iter().len() < MOST_PLACES {
            let place = Place::Paragraph { section: self.section.clone(), number };
            self.places.push(start..self.text.len(), place);
        }
        Ok(())
    }

    /// What was written; an error if that is nothing. `what` is "the document".
    pub(super) fn finish(self, what: &str) -> Result<Text, Error> {
        if self.text.is_empty() {
            return Err(Error::new(ErrorKind::NoText, format!("{what} has no text")));
        }
        Ok(Text { text: self.text, places: self.places, ..Text::default() })
    }
}

/// One paragraph that is being written, in a format that writes all white space as spaces.
#[derive(Default)]
pub(super) struct Line {
    pub(super) text: String,
}

impl Line {
    /// Adds words; line ends among them are spaces.
    pub(super) fn words(&mut self, words: &str) {
        if words.contains(['\n', '\r']) {
            self.text.extend(words.chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
        } else {
            self.text.push_str(words);
        }
    }

    /// Adds words; white space in a row is one space, as HTML and ODF have it.
    pub(super) fn collapsed(&mut self, words: &str) {
        for c in words.chars() {
            if !matches!(c, ' ' | '\t' | '\n' | '\r') {
                self.text.push(c);
            } else if !self.text.ends_with([' ', '\n', '\t']) && !self.text.is_empty() {
                self.text.push(' ');
            }
        }
    }

    /// Ends the line, not the paragraph.
    pub(super) fn break_line(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_paragraphs_of_their_section() {
        let mut paragraphs = Paragraphs::new(&Limits::default());
        paragraphs.push(" One ").unwrap();
        paragraphs.push("").unwrap();
        paragraphs.push("Two").unwrap();
        paragraphs.section(Some("footnotes".into()));
        paragraphs.push("Three").unwrap();
        let text = paragraphs.finish("the document").unwrap();
        assert_eq!(text.text, "One\n\nTwo\n\nThree");
        let place = |section: Option<&str>, number| Place::Paragraph {
            section: section.map(str::to_owned),
            number,
        };
        assert_eq!(
            text.places.of(&(0..text.text.len())),
            [place(None, 1), place(None, 3), place(Some("footnotes"), 1)]
        );
    }

    #[test]
    fn a_text_ends_where_the_limit_is() {
        let limits = Limits { text_bytes: 10, ..Limits::default() };
        let mut paragraphs = Paragraphs::new(&limits);
        paragraphs.push("12345678").unwrap();
        let error = paragraphs.push("x").unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::TooLarge, "more text than the 10 bytes that are read")
        );
        let error = Paragraphs::new(&limits).finish("the document").unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::NoText, "the document has no text")
        );
    }

    #[test]
    fn white_space_in_a_line() {
        let mut line = Line::default();
        line.collapsed("  a\n b ");
        line.collapsed(" c");
        line.break_line();
        line.collapsed(" d");
        assert_eq!(line.text, "a b c\nd");
    }
}
