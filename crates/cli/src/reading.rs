//! Files into copies, each read by a process of its own, which runs this same program.

use std::path::Path;
use std::sync::OnceLock;

use erratum::Copy;
use erratum::text::{Error, Limits, Part};
use erratum_reader::Readers;

use crate::failure::Failure;

/// The argument by which this program is told to be such a process; not for people.
pub(crate) const WORK: &str = "read-for-another-erratum";

/// Reads files that a run with [`WORK`] is given.
pub(crate) fn work() -> Result<u8, Failure> {
    erratum_reader::work(&Limits::default())?;
    Ok(0)
}

static READERS: OnceLock<Readers> = OnceLock::new();

/// Ends the processes that were started.
pub(crate) fn end() {
    if let Some(readers) = READERS.get() {
        readers.end();
    }
}

/// What `bytes`, the content of the file at `path`, read as.
pub(crate) fn copy(bytes: Vec<u8>, path: &Path) -> Copy {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let parts = readers().read(&bytes, name.as_deref());
    Copy::new(bytes, parts)
}

/// A page of a part that is a PDF or a picture, counted from 1, as a PNG file.
pub(crate) fn page(part: &Part, page: u32) -> Result<Vec<u8>, Error> {
    readers().draw(&part.bytes, page)
}

fn readers() -> &'static Readers {
    // Where the program cannot find itself, starting it fails and says so.
    READERS.get_or_init(|| {
        Readers::new(std::env::current_exe().unwrap_or_default(), &[WORK], Limits::default())
    })
}
