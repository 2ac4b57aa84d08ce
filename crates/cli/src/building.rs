//! `erratum build`, and what `audit` says of pages.

use std::io::Write;
use std::path::Path;

use erratum::RecordSource;
use erratum::record::Record;

use crate::args::Build;
use crate::failure::Failure;
use crate::show::inert;

pub(crate) fn build(args: &Build) -> Result<u8, Failure> {
    let record = Record::open(&args.record, None)?;
    let built = erratum_serve::build(&record, &args.dir).map_err(Failure::new)?;
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "{}: {} pages of {}, {} written, {} removed",
        args.dir.display(),
        built.pages,
        record.origin(),
        built.written,
        built.removed
    )?;
    Ok(0)
}

/// What in a folder of pages does not follow from the record, the first and how many more.
pub(crate) fn audit(source: &RecordSource, pages: &Path) -> Result<Option<String>, Failure> {
    let record = Record::open(&source.path, source.key.as_ref())?;
    let lies = erratum_serve::audit(&record, pages).map_err(Failure::new)?;
    let Some(first) = lies.first() else { return Ok(None) };
    let more = match lies.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more of this kind)"),
    };
    Ok(Some(format!("{}{more}", inert(first))))
}
