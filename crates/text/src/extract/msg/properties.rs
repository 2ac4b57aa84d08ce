//! The properties of a mail or attachment: those with a length of their own, each in a stream; and of the fixed
//! ones the code page.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_16LE, WINDOWS_1252};

use super::super::charset;
use super::{Compound, damaged, stream};
use crate::Error;

/// Fixed properties that name a code page: of the mail as it came, of its strings.
const CODE_PAGES: &[u32] = &[0x3fde_0003, 0x3ffd_0003];
/// Properties that this reader has a use for; the others are not unpacked.
const WANTED: &[u16] = &[
    super::SUBJECT,
    super::BODY,
    super::RICH,
    super::PAGE,
    super::DATA,
    super::SHORT_NAME,
    super::LONG_NAME,
    super::SHOWN_NAME,
    super::MEDIA,
];

/// How a property's stream is to be read.
const UTF16: u16 = 0x001f;
const STRING: u16 = 0x001e;
const BINARY: u16 = 0x0102;

/// The properties that are there.
pub(super) struct Properties {
    streams: HashMap<(u16, u16), Vec<u8>>,
    pages: HashMap<u32, u32>,
}

/// Reads the properties in a folder of the file. Those of the mail itself have a longer head than those inside.
pub(super) fn read(
    file: &mut Compound,
    folder: &Path,
    inside: bool,
    room: &mut usize,
) -> Result<Properties, Error> {
    let mut names: Vec<(u16, u16, PathBuf)> = Vec::new();
    let mut fixed = None;
    for entry in file.read_storage(folder).map_err(|error| damaged(&error))? {
        if entry.name() == "__properties_version1.0" {
            fixed = Some(entry.path().to_path_buf());
        }
        let Some(number) = entry.name().strip_prefix("__substg1.0_").filter(|_| entry.is_stream())
        else {
            continue;
        };
        let part = |range| number.get(range).and_then(|hex| u16::from_str_radix(hex, 16).ok());
        if let (Some(id), Some(kind)) = (part(0..4), part(4..8))
            && WANTED.contains(&id)
            && [UTF16, STRING, BINARY].contains(&kind)
        {
            names.push((id, kind, entry.path().to_path_buf()));
        }
    }
    let mut found = Properties { streams: HashMap::new(), pages: HashMap::new() };
    for (id, kind, place) in names {
        found.streams.insert((id, kind), stream(file, &place, room)?);
    }
    if let Some(place) = fixed {
        let bytes = stream(file, &place, room)?;
        let head = if inside { 24 } else { 32 };
        let aligned = bytes.get(head..).unwrap_or_default();
        for entry in aligned.chunks_exact(16) {
            let number = |at: usize| {
                let bytes = entry.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
                bytes.map_or(0, u32::from_le_bytes)
            };
            if CODE_PAGES.contains(&number(0)) {
                found.pages.insert(number(0), number(8));
            }
        }
    }
    Ok(found)
}

impl Properties {
    pub(super) fn bytes(&self, id: u16) -> Option<&[u8]> {
        self.streams.get(&(id, BINARY)).map(Vec::as_slice)
    }

    /// A string, in UTF-16 or in the mail's code page.
    pub(super) fn text(&self, id: u16) -> Option<String> {
        if let Some(bytes) = self.streams.get(&(id, UTF16)) {
            return Some(UTF_16LE.decode_without_bom_handling(bytes).0.into_owned());
        }
        let bytes = self.streams.get(&(id, STRING))?;
        let encoding = self.encoding(0x3ffd_0003).or_else(|| self.encoding(0x3fde_0003));
        Some(encoding.unwrap_or(WINDOWS_1252).decode_without_bom_handling(bytes).0.into_owned())
    }

    /// The character set of the mail as it came.
    pub(super) fn charset(&self) -> Option<String> {
        self.encoding(0x3fde_0003).map(|encoding| encoding.name().to_owned())
    }

    fn encoding(&self, property: u32) -> Option<&'static Encoding> {
        self.pages.get(&property).copied().and_then(charset::of_code_page)
    }
}
