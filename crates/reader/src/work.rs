//! A reading process: requests from its standard input, answers to its standard output, until the input
//! ends.

use std::io::{self, BufReader, BufWriter, Write};
use std::sync::OnceLock;
use std::time::Duration;

use erratum_ocr::{Missing, Tesseract, is_wanted};
use erratum_text::{Error, ErrorKind, Limits, Part, media_of, open};

use crate::limits::{bound_memory, bound_processor};
use crate::wire::{Answer, Received, write_answer, write_drawn};

/// How much more processor time a whole file may take than one part of it.
const MORE: Duration = Duration::from_secs(1);

/// Reads files for the run that started this process, until it ends. Nothing else may use the standard
/// streams.
///
/// # Errors
/// If the streams break or the limits cannot be set.
pub fn work(limits: &Limits) -> io::Result<()> {
    let mut answers = BufWriter::new(take_output()?);
    bound_memory()?;
    let mut requests = BufReader::new(io::stdin().lock());
    while let Some(request) = Received::read(&mut requests)? {
        bound_processor(limits.time + MORE)?;
        if let Some(page) = request.page {
            write_drawn(&draw(request, page, limits), &mut answers)?;
            continue;
        }
        let mut answer = open(&request.bytes, request.name.as_deref(), limits);
        let pictures = answer.iter().flatten().any(is_wanted);
        write_answer(&answer, pictures, &mut answers)?;
        if pictures && let Ok(parts) = &mut answer {
            let limits = erratum_ocr::Limits::default();
            bound_processor(limits.time)?;
            erratum_ocr::read(parts, tesseract(), &limits);
            write_answer(&answer, false, &mut answers)?;
        }
        if is_slow(&answer) {
            // A thread was left behind that may run for ever.
            return Ok(());
        }
    }
    Ok(())
}

/// A page of a file that is a PDF or a picture.
fn draw(request: Received, page: u32, limits: &Limits) -> Result<Vec<u8>, Error> {
    let media = media_of(&request.bytes, request.name.as_deref());
    let text = Err(Error::new(ErrorKind::Picture, "it is drawn, not read"));
    let part = Part { path: Vec::new(), media, bytes: request.bytes, text };
    let mut own = erratum_ocr::Limits::default();
    own.page_time = limits.time;
    erratum_ocr::draw(&part, page, &own)
}

fn is_slow(answer: &Answer) -> bool {
    let slow = |error: &Error| error.kind() == ErrorKind::TooSlow;
    match answer {
        Ok(parts) => parts.iter().any(|part| part.text.as_ref().is_err_and(slow)),
        Err(error) => slow(error),
    }
}

/// Tesseract with all languages that it has here: what a copy is written in is not known.
fn tesseract() -> Result<&'static Tesseract, &'static Missing> {
    static FOUND: OnceLock<Result<Tesseract, Missing>> = OnceLock::new();
    FOUND.get_or_init(|| Tesseract::find(&[])).as_ref()
}

/// The standard output, for answers alone: what a library prints goes nowhere.
#[cfg(unix)]
fn take_output() -> io::Result<impl Write> {
    let answers = std::fs::File::from(rustix::io::dup(rustix::stdio::stdout())?);
    let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    Ok(answers)
}

#[cfg(not(unix))]
fn take_output() -> io::Result<impl Write> {
    Ok(io::stdout())
}
