//! Rich text (RTF 1.9).
//!
//! Read: the body as it stands with all tracked changes accepted, each cell of a table as paragraphs of its
//! own, results of fields, text boxes behind the paragraph that they hang on, footnotes and endnotes behind
//! the body; characters by the code page of their font or of the file, or as Unicode. Not read: deleted and
//! hidden text, codes of fields, comments (counted), headers and footers, numbers of lists, pictures, embedded
//! objects, characters of symbol fonts, any destination marked `\*` that is not known here. The title is that of
//! the file's information; a language is not told.
//!
//! The tokenizer and this reader are ours: what decides here is which of the text stands, and the crate for
//! RTF gives runs of formatted text, tracked changes, hidden text and codes of fields among them.

mod state;
mod tokens;
mod words;

use super::paragraphs::{Line, Paragraphs};
use super::{Remark, Text, title, worker};
use crate::{Error, ErrorKind, Limits};
use state::{Change, Group, Story};
use tokens::{Token, Tokens};
use words::{Destination, Fonts, Word};

/// Groups inside each other; no program writes near so many.
const MOST_DEPTH: usize = 1_000;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    let (bytes, own) = (bytes.to_vec(), limits.clone());
    worker::run("the rich text", limits, move || text_of(&bytes, &own))
}

/// The text of a file, on the thread that asks.
pub(super) fn text_of(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    read_all(Reader::new(limits), bytes)?.finish()
}

/// The page that was put into rich text, tag by tag (MS-OXRTFEX), if it is one.
pub(super) fn page_of(bytes: &[u8], limits: &Limits) -> Result<Option<String>, Error> {
    let head = bytes.get(..bytes.len().min(2_048)).unwrap_or_default();
    if !head.windows(10).any(|window| window == b"\\fromhtml1") {
        return Ok(None);
    }
    let reader = Reader { page: Some(String::new()), ..Reader::new(limits) };
    Ok(read_all(reader, bytes)?.page)
}

fn read_all(mut reader: Reader, bytes: &[u8]) -> Result<Reader, Error> {
    let mut tokens = Tokens::new(bytes);
    while let Some(token) = tokens.next() {
        if reader.take(token)? {
            return Ok(reader);
        }
    }
    Err(Error::new(ErrorKind::Broken, "the rich text is damaged: its end is missing"))
}

struct Reader {
    group: Group,
    outer: Vec<Group>,
    stories: Vec<Story>,
    out: Paragraphs,
    notes: Vec<String>,
    title: String,
    /// The page that is taken out of the rich text, if that is asked for.
    page: Option<String>,
    fonts: Fonts,
    /// Bytes not yet decoded, which may be parts of one character.
    bytes: Vec<u8>,
    /// The first half of a character of two.
    half: Option<u16>,
    /// How many characters are passed over, since a Unicode one stands for them.
    passed: u8,
    last: Change,
    inserted: usize,
    deleted: usize,
    comments: usize,
    /// Bytes of notes and text boxes so far.
    aside: usize,
    most: usize,
}

impl Reader {
    fn new(limits: &Limits) -> Self {
        let group = Group {
            destination: Destination::Body,
            hidden: false,
            deleted: false,
            inserted: false,
            dressing: false,
            optional: false,
            fallback: 1,
            font: None,
            story: false,
        };
        let body = Story { line: Line::default(), held: Vec::new(), kind: Destination::Body };
        Self {
            group,
            outer: Vec::new(),
            stories: vec![body],
            out: Paragraphs::new(limits),
            notes: Vec::new(),
            title: String::new(),
            page: None,
            fonts: Fonts::default(),
            bytes: Vec::new(),
            half: None,
            passed: 0,
            last: Change::None,
            inserted: 0,
            deleted: 0,
            comments: 0,
            aside: 0,
            most: limits.text_bytes,
        }
    }

    /// Takes the next token; whether it was the last.
    fn take(&mut self, token: Token<'_>) -> Result<bool, Error> {
        match token {
            Token::Byte(_) | Token::Hex(_) => {}
            _ => self.decode()?,
        }
        match token {
            Token::Open => {
                self.passed = 0;
                if self.outer.len() >= MOST_DEPTH {
                    let message =
                        format!("the rich text has more than {MOST_DEPTH} groups inside each other");
                    return Err(Error::new(ErrorKind::TooDeep, message));
                }
                self.outer.push(self.group);
                self.group.story = false;
                self.group.optional = false;
            }
            Token::Close => {
                self.passed = 0;
                if self.group.story {
                    self.end_story()?;
                }
                let Some(outer) = self.outer.pop() else { return Ok(true) };
                self.group = outer;
                return Ok(self.outer.is_empty());
            }
            Token::Byte(byte) | Token::Hex(byte) => {
                if self.passed > 0 {
                    self.passed -= 1;
                } else {
                    self.bytes.push(byte);
                }
            }
            Token::Word(name, number) => self.word(name, number)?,
            Token::Symbol(symbol) => self.symbol(symbol)?,
            Token::Data => self.passed = self.passed.saturating_sub(1),
        }
        Ok(false)
    }

    fn symbol(&mut self, symbol: u8) -> Result<(), Error> {
        if symbol == b'*' {
            self.group.optional = true;
            return Ok(());
        }
        if self.passed > 0 {
            self.passed -= 1;
            return Ok(());
        }
        match symbol {
            b'~' => self.write("\u{a0}"),
            b'-' => self.write("\u{ad}"),
            b'_' => self.write("\u{2011}"),
            b'\\' | b'{' | b'}' => self.write(char::from(symbol).encode_utf8(&mut [0; 4])),
            b'\r' | b'\n' => self.end_paragraph(),
            _ => Ok(()),
        }
    }

    fn word(&mut self, name: &str, number: Option<i32>) -> Result<(), Error> {
        if name == "u" {
            return self.unicode(number.unwrap_or_default());
        }
        if self.passed > 0 {
            self.passed -= 1;
            return Ok(());
        }
        let optional = std::mem::take(&mut self.group.optional);
        let on = number != Some(0);
        match words::meaning(name) {
            Word::Destination(destination) => self.destination(destination),
            Word::Text(text) => self.write(text)?,
            Word::Paragraph => self.end_paragraph()?,
            Word::Line => {
                if self.page.is_some() {
                    self.write_page("\n")?;
                } else if self.is_read()
                    && let Some(story) = self.stories.last_mut()
                {
                    story.line.break_line();
                }
            }
            Word::Hidden => self.group.hidden = on,
            Word::Deleted => self.group.deleted = on,
            Word::Inserted => self.group.inserted = on,
            Word::Dressing => self.group.dressing = on,
            Word::Plain => {
                self.group.hidden = false;
                self.group.font = None;
            }
            Word::Fallback => self.group.fallback = u8::try_from(number.unwrap_or(1)).unwrap_or(1),
            Word::Font => {
                self.group.font = number;
                self.fonts.current = number.unwrap_or_default();
            }
            Word::OfFonts if self.group.destination == Destination::Fonts || name != "fcharset" => {
                self.fonts.say(name, number.unwrap_or_default());
            }
            Word::OfFonts => {}
            Word::Unknown if optional => self.group.destination = Destination::None,
            Word::Unknown => {}
        }
        Ok(())
    }

    fn destination(&mut self, destination: Destination) {
        if self.group.destination == Destination::None {
            return;
        }
        match destination {
            Destination::Comment => {
                self.comments += 1;
                self.group.destination = Destination::None;
            }
            Destination::Note | Destination::Box
                if self.group.destination.is_text() || self.group.destination == Destination::Shape =>
            {
                self.group.destination = destination;
                self.group.story = true;
                self.stories.push(Story { line: Line::default(), held: Vec::new(), kind: destination });
            }
            // What a shape holds is read only where it says so.
            Destination::Note | Destination::Box => {}
            Destination::Title if self.group.destination != Destination::Information => {}
            _ => self.group.destination = destination,
        }
    }

    fn unicode(&mut self, number: i32) -> Result<(), Error> {
        self.passed = self.group.fallback;
        // Numbers above 32767 are written as negative ones.
        let Ok(unit) = u16::try_from(number.rem_euclid(65_536)) else { return Ok(()) };
        let pair = [self.half.take().unwrap_or_default(), unit];
        let units = if pair.first() == Some(&0) { pair.get(1..).unwrap_or_default() } else { &pair[..] };
        match char::decode_utf16(units.iter().copied()).next() {
            Some(Ok(c)) => self.write(c.encode_utf8(&mut [0; 4])),
            Some(Err(_)) if (0xd800..0xdc00).contains(&unit) => {
                self.half = Some(unit);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Writes the bytes that were held back, as their font's characters.
    fn decode(&mut self) -> Result<(), Error> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.bytes);
        match self.fonts.encoding(self.group.font) {
            Some(encoding) => self.write(&encoding.decode_without_bom_handling(&bytes).0),
            // A symbol font.
            None => Ok(()),
        }
    }

    fn is_read(&self) -> bool {
        let group = &self.group;
        group.destination.is_text() && !group.hidden && !group.dressing && !group.deleted
    }

    fn write(&mut self, text: &str) -> Result<(), Error> {
        if self.page.is_some() {
            return self.write_page(text);
        }
        if self.group.destination == Destination::Title {
            if self.title.len() + text.len() < 10_000 {
                self.title.push_str(text);
            }
            return Ok(());
        }
        if !self.group.destination.is_text() || self.group.hidden || self.group.dressing {
            return Ok(());
        }
        let change = match (self.group.deleted, self.group.inserted) {
            (true, _) => Change::Deleted,
            (_, true) => Change::Inserted,
            _ => Change::None,
        };
        if change != std::mem::replace(&mut self.last, change) {
            self.inserted += usize::from(change == Change::Inserted);
            self.deleted += usize::from(change == Change::Deleted);
        }
        if change == Change::Deleted {
            return Ok(());
        }
        let Some(story) = self.stories.last_mut() else { return Ok(()) };
        if story.line.text.len() + text.len() > self.most {
            let message = format!("more text than the {} bytes that are read", self.most);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        story.line.words(text);
        Ok(())
    }

    /// Writes what is of the page: its tags, and text that is not there for the sake of rich text.
    fn write_page(&mut self, text: &str) -> Result<(), Error> {
        let own = self.group.destination == Destination::Page
            || self.group.destination == Destination::Body && !self.group.dressing;
        let Some(page) = self.page.as_mut().filter(|_| own) else { return Ok(()) };
        if page.len() + text.len() > self.most {
            let message = format!("more text than the {} bytes that are read", self.most);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        page.push_str(text);
        Ok(())
    }

    fn end_paragraph(&mut self) -> Result<(), Error> {
        if self.page.is_some() {
            return self.write_page("\n");
        }
        let group = &self.group;
        if !group.destination.is_text() || group.hidden || group.deleted {
            return Ok(());
        }
        self.last = Change::None;
        let Some(story) = self.stories.last_mut() else { return Ok(()) };
        let mut whole = vec![std::mem::take(&mut story.line).text];
        whole.append(&mut story.held);
        match story.kind {
            Destination::Body => {
                for paragraph in &whole {
                    self.out.push(paragraph)?;
                }
                return Ok(());
            }
            Destination::Note => self.notes.extend(whole.iter().cloned()),
            _ => {
                let outer = self.stories.len().checked_sub(2).and_then(|at| self.stories.get_mut(at));
                if let Some(outer) = outer {
                    outer.held.extend(whole.iter().cloned());
                }
            }
        }
        self.aside += whole.iter().map(String::len).sum::<usize>();
        if self.aside > self.most {
            let message = format!("more text than the {} bytes that are read", self.most);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        Ok(())
    }

    fn end_story(&mut self) -> Result<(), Error> {
        (self.group.hidden, self.group.deleted) = (false, false);
        self.end_paragraph()?;
        if self.stories.len() > 1 {
            self.stories.pop();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Text, Error> {
        while self.stories.len() > 1 {
            self.end_story()?;
        }
        self.group.destination = Destination::Body;
        (self.group.hidden, self.group.deleted) = (false, false);
        self.end_paragraph()?;
        self.out.section(Some("notes".to_owned()));
        for note in &self.notes {
            self.out.push(note)?;
        }
        let mut text = self.out.finish("the rich text")?;
        let (inserted, deleted) = (self.inserted, self.deleted);
        if inserted + deleted > 0 {
            text.remarks.push(Remark::TrackedChanges { inserted, deleted });
        }
        if self.comments > 0 {
            text.remarks.push(Remark::Comments(self.comments));
        }
        text.title = title(&self.title);
        Ok(text)
    }
}

#[cfg(test)]
mod tests;
