//! The characters of a PDF's pages gathered into lines by where they stand. Lines are not yet paragraphs.

use std::time::Instant;

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

use crate::{Error, ErrorKind};

/// Characters between two looks at the clock.
const BETWEEN_LOOKS: usize = 4096;

/// One line of a page. Lengths are in points, `y` grows upwards.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) y: f64,
    /// Height of the type that the line begins with.
    pub(super) size: f64,
}

/// The lines of every page, in the order in which they are drawn.
pub(super) struct Lines {
    pub(super) pages: Vec<Vec<Line>>,
    /// Why it ended early, if it did.
    pub(super) stopped: Option<Error>,
    room: usize,
    deadline: Instant,
    characters: usize,
}

impl Lines {
    pub(super) fn new(room: usize, deadline: Instant) -> Self {
        Self { pages: Vec::new(), stopped: None, room, deadline, characters: 0 }
    }

    fn put(&mut self, text: &str, at: Place) {
        let Some(page) = self.pages.last_mut() else { return };
        let blank = text.chars().all(char::is_whitespace);
        if let Some(line) = page.last_mut().filter(|line| continues(line, &at)) {
            let apart = at.left - line.right > 0.15 * at.size;
            if (apart || blank) && !line.text.ends_with(' ') {
                line.text.push(' ');
            }
            if !blank {
                line.text.push_str(text);
            }
            line.right = line.right.max(at.right);
        } else if !blank {
            page.push(Line {
                text: text.to_owned(),
                left: at.left,
                right: at.right,
                y: at.y,
                size: at.size,
            });
        }
    }

    fn stop(&mut self, kind: ErrorKind, message: &str) -> OutputError {
        self.stopped = Some(Error::new(kind, message));
        OutputError::FormatError(std::fmt::Error)
    }
}

/// Where a character stands.
struct Place {
    left: f64,
    right: f64,
    y: f64,
    size: f64,
}

/// Whether a character goes on a line: as high as it, give or take a superscript, and not far back.
fn continues(line: &Line, at: &Place) -> bool {
    let size = line.size.max(at.size);
    (line.y - at.y).abs() <= 0.5 * size
        && at.left >= line.right - size.max(0.1 * (line.right - line.left))
}

impl OutputDev for Lines {
    fn begin_page(
        &mut self,
        _: u32,
        _: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.pages.push(Vec::new());
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        trm: &Transform,
        width: f64,
        spacing: f64,
        font_size: f64,
        char: &str,
    ) -> Result<(), OutputError> {
        self.characters += 1;
        self.room = match self.room.checked_sub(char.len()) {
            Some(room) => room,
            None => return Err(self.stop(ErrorKind::TooLarge, "the PDF has more text than is read")),
        };
        if self.characters.is_multiple_of(BETWEEN_LOOKS) && Instant::now() > self.deadline {
            return Err(self.stop(ErrorKind::TooSlow, "the PDF was not read: it took too long"));
        }
        let along = trm.m11.hypot(trm.m12);
        let size = (font_size * trm.m21.hypot(trm.m22)).abs();
        let advance = along * (width * font_size + spacing);
        let (left, y) = (trm.m31, trm.m32);
        if [size, advance, left, y].iter().all(|number| number.is_finite()) {
            let clean: String = char.chars().filter(|c| !c.is_control()).collect();
            if !clean.is_empty() {
                self.put(&clean, Place { left, right: left + advance, y, size });
            }
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
