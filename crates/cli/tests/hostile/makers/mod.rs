//! Makers of hostile files, one module for each family. Every file is made anew from code, the same each time;
//! what is said of them stands in `../said.txt`. The trial of a folder (`cargo xtask heavy folder`) takes
//! them from here too.

mod archives;
mod documents;
mod fonts;
mod mail;
mod markup;
mod objects;
#[path = "../../../../text/tests/extract/packing.rs"]
#[allow(dead_code)]
mod packing;
mod pdf;
mod pictures;

use std::io::{self, Write};
use std::path::Path;

/// A file's name and what makes it.
pub(crate) type Maker = (&'static str, fn() -> Vec<u8>);

/// A letter that is registered, in error: a file that holds it can be told to have been read.
pub(crate) const LETTER: &str =
    include_str!("../../../../../examples/northern-letter/texts/letter-draft.txt");

/// The name of a file of a gibibyte that takes no room on the disk.
pub(crate) const SPARSE: &str = "gibibyte.txt";

/// A ZIP of these members.
#[allow(dead_code)]
pub(crate) fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    packing::zip(members)
}

/// What gzip makes of some bytes.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("a vector takes all");
    packer.finish().expect("a vector takes all")
}

/// A member of a tar file.
pub(crate) fn tar_member(name: &[u8], bytes: &[u8]) -> Vec<u8> {
    archives::member(name, b'0', "", bytes.len() as u64, bytes)
}

/// All of them, except the one of a gibibyte.
pub(crate) fn all() -> impl Iterator<Item = Maker> {
    let families = [
        archives::FILES,
        documents::FILES,
        fonts::FILES,
        mail::FILES,
        markup::FILES,
        objects::FILES,
        pdf::FILES,
        pictures::FILES,
    ];
    families.into_iter().flatten().copied()
}

/// Writes all of them into a folder.
pub(crate) fn write_all(folder: &Path) -> io::Result<()> {
    for (name, make) in all() {
        std::fs::write(folder.join(name), make())?;
    }
    std::fs::File::create(folder.join(SPARSE))?.set_len(1 << 30)
}
