//! The front door: the parts of a file whose text is in pictures, made whole.

use std::sync::Arc;
use std::time::Instant;

use erratum_text::{Area, Error, ErrorKind, Media, Part, Remark, Text, apart};

use crate::assemble::{Piece, join, own_areas};
use crate::clean::{Clean, clean, turned};
use crate::grey::Grey;
use crate::limits::Limits;
use crate::tesseract::{Missing, Tesseract};
use crate::tsv::{Word, mean, words, worth};
use crate::{pages, picture};

/// Read less surely than this, a page is looked at whether it stands upright and in which script it is.
const UNSURE: u64 = 75;

/// Smaller pictures hold no line of text; Tesseract refuses them.
const LEAST_SIDE: usize = 12;

/// Whether a part has something that [`read()`] would read: then a reader is worth looking for.
#[must_use]
pub fn is_wanted(part: &Part) -> bool {
    wanted(part).is_some()
}

/// Reads the pictures in `parts`, as [`erratum_text::open`] gives them: pictures, PDFs without text, and
/// in PDFs with text the pages that are named as having pictures. Their texts become whole: words, where they
/// stood, how sure they are, and a remark on the pages. Where a picture cannot be read its part says why;
/// where a PDF has some text that stays, with a remark on the pages that were not read.
pub fn read(parts: &mut [Part], reader: Result<&Tesseract, &Missing>, limits: &Limits) {
    let until = Instant::now() + limits.time;
    let mut left = limits.pages;
    for part in parts {
        let Some(wanted) = wanted(part) else { continue };
        match reader {
            Ok(tesseract) => {
                let mut reading = Reading { tesseract, limits, until, left };
                reading.part(part, &wanted);
                left = reading.left;
            }
            Err(missing) => refuse(part, missing),
        }
    }
}

/// What is to be read of a part.
enum Wanted {
    /// All pages.
    All,
    /// These, counted from 1.
    Pages(Vec<u32>),
}

fn wanted(part: &Part) -> Option<Wanted> {
    match &part.text {
        Err(error) if error.kind() == ErrorKind::Picture => Some(Wanted::All),
        Err(error) if part.media == Media::Pdf && error.kind() == ErrorKind::NoText => Some(Wanted::All),
        Ok(text) if part.media == Media::Pdf => text.remarks.iter().find_map(|remark| match remark {
            Remark::PicturesNotRead(pages) => Some(Wanted::Pages(pages.clone())),
            _ => None,
        }),
        _ => None,
    }
}

/// Says of a part without text that it needs a reader that is not there.
fn refuse(part: &mut Part, missing: &Missing) {
    if let Err(error) = &part.text {
        let message = format!("{error}: {missing}");
        part.text = Err(Error::new(error.kind(), message).because(missing.clone()));
    }
}

/// The pictures of one file being read.
struct Reading<'a> {
    tesseract: &'a Tesseract,
    limits: &'a Limits,
    until: Instant,
    /// How many more pages are read.
    left: usize,
}

/// What a page is drawn or decoded from.
pub(crate) struct Source {
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) media: Media,
}

impl Source {
    pub(crate) fn pages(&self, limits: &Limits) -> Result<usize, Error> {
        let (bytes, media, most) = (Arc::clone(&self.bytes), self.media, limits.pages);
        apart("the file", limits.step_time, move || match media {
            Media::Pdf => pages::pages(&bytes),
            _ => picture::pages(&bytes, media, most),
        })
    }

    /// A page, from 0, without what stands in `own`.
    pub(crate) fn page(&self, page: usize, own: Vec<Area>, limits: &Limits) -> Result<Grey, Error> {
        let (bytes, media, limits) = (Arc::clone(&self.bytes), self.media, limits.clone());
        apart("the picture", limits.step_time, move || match media {
            Media::Pdf => pages::draw(&bytes, page, &own, &limits),
            _ => picture::decode(&bytes, media, page, &limits),
        })
    }
}

impl Reading<'_> {
    fn part(&mut self, part: &mut Part, wanted: &Wanted) {
        let bytes = Arc::new(std::mem::take(&mut part.bytes));
        let source = Source { bytes: Arc::clone(&bytes), media: part.media };
        let (text, failed) = self.text(part, &source, wanted);
        match (&mut part.text, text) {
            (Ok(old), Ok(new)) => *old = new,
            // The text that it has stays.
            (Ok(_), Err(_)) => {}
            (old @ Err(_), Ok(new)) if !new.text.is_empty() => *old = Ok(new),
            (old @ Err(_), Ok(_)) => {
                let message = match part.media {
                    Media::Pdf => "the PDF has no text, nor was any recognised in its pictures",
                    _ => "no text was recognised in the picture",
                };
                *old = Err(failed.unwrap_or_else(|| Error::new(ErrorKind::NoText, message)));
            }
            (old @ Err(_), Err(error)) => *old = Err(error),
        }
        drop(source);
        // A page that took too long may still hold them.
        part.bytes = Arc::try_unwrap(bytes).unwrap_or_else(|shared| shared.to_vec());
    }

    /// The part's text with what its pictures say, and the first failure on the way.
    fn text(
        &mut self,
        part: &Part,
        source: &Source,
        wanted: &Wanted,
    ) -> (Result<Text, Error>, Option<Error>) {
        let mut text = part.text.as_ref().cloned().unwrap_or_default();
        let numbers: Vec<u32> = match wanted {
            Wanted::Pages(pages) => pages.clone(),
            Wanted::All => match source.pages(self.limits) {
                Ok(count) => (1..=u32::try_from(count).unwrap_or(u32::MAX)).collect(),
                Err(error) => return (Err(error), None),
            },
        };
        let (mut pieces, mut not_read, mut failed) = (Vec::new(), Vec::new(), None);
        for number in numbers {
            if self.left == 0 || Instant::now() > self.until {
                not_read.push(number);
                let (kind, what) = match self.left {
                    0 => (ErrorKind::TooLarge, "the file has more pages than are read"),
                    _ => (ErrorKind::TooSlow, "the picture was not read: it took too long"),
                };
                failed = failed.or_else(|| Some(Error::new(kind, what)));
                continue;
            }
            self.left -= 1;
            let own = own_areas(&text.places, number);
            match self.page(source, number as usize - 1, own) {
                Ok(piece) => pieces.push((number, piece)),
                Err(error) => {
                    not_read.push(number);
                    if error.kind() == ErrorKind::TooSlow {
                        // Pages of one file are alike; and what was too slow may be at it still.
                        self.until = Instant::now();
                    }
                    failed = failed.or(Some(error));
                }
            }
        }
        text.remarks.retain(|remark| !matches!(remark, Remark::PicturesNotRead(_)));
        join(&mut text, pieces);
        if !not_read.is_empty() {
            text.remarks.push(Remark::PicturesNotRead(not_read));
        }
        (Ok(text), failed)
    }

    fn page(&self, source: &Source, page: usize, own: Vec<Area>) -> Result<Piece, Error> {
        let original = source.page(page, own, self.limits)?;
        if original.width < LEAST_SIDE || original.height < LEAST_SIDE {
            return Ok(Piece::default());
        }
        let size = (original.width as f64, original.height as f64);
        let clean = apart("the picture", self.limits.step_time, move || Ok(clean(&original)))?;
        let (words, clean) = self.best(clean)?;
        Ok(Piece::new(&words, &clean.back, size))
    }

    /// The words of a page, and the picture as it was read: upright, in its script.
    fn best(&self, clean: Clean) -> Result<(Vec<Word>, Clean), Error> {
        let until = self.until.min(Instant::now() + self.limits.patience());
        let read = |clean: &Clean, script: Option<&str>| {
            self.tesseract.read(&clean.picture, script, self.limits, until).map(|table| words(&table))
        };
        let look = |clean: &Clean| self.tesseract.look(&clean.picture, self.limits, until);
        let languages = self.tesseract.languages();
        let before = languages.needs_script().then(|| look(&clean)).flatten();
        let script = before.as_ref().and_then(|seen| seen.script.clone());
        let first = read(&clean, script.as_deref())?;
        if mean(&first).is_some_and(|sure| sure >= UNSURE) {
            return Ok((first, clean));
        }
        let Some(seen) = before.or_else(|| look(&clean)) else { return Ok((first, clean)) };
        let same_script =
            languages.argument(seen.script.as_deref()) == languages.argument(script.as_deref());
        if seen.quarters == 0 && same_script {
            return Ok((first, clean));
        }
        let upright = turned(&clean, seen.quarters);
        let second = read(&upright, seen.script.as_deref())?;
        Ok(if worth(&second) > worth(&first) { (second, upright) } else { (first, clean) })
    }
}
