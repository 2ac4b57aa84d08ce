//! Puts what the fuzzer makes where it does most: members of a ZIP that are honest about their sizes and
//! checksums, streams of a mail of Outlook, so that no run ends at these.

use std::collections::HashSet;
use std::io::{Cursor, Write};

/// A ZIP of these members, not packed.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let place = out.len() as u32;
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc(bytes).to_le_bytes());
        common.extend((bytes.len() as u32).to_le_bytes());
        common.extend((bytes.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.bytes());
        out.extend(*bytes);
        list.extend(b"PK\x01\x02\x14\0");
        list.extend(&common);
        list.extend([0; 10]);
        list.extend(place.to_le_bytes());
        list.extend(name.bytes());
    }
    let (start, count) = (out.len() as u32, (members.len() as u16).to_le_bytes());
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8)
            .fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// Reads a file as the command would; what comes of it keeps the limits.
///
/// # Panics
/// If it does not.
pub fn read(bytes: &[u8], name: Option<&str>) {
    let limits = erratum_text::Limits::default();
    let Ok(parts) = erratum_text::extract(bytes, name, &limits) else { return };
    assert!(!parts.is_empty() && parts.len() <= limits.parts);
    let mut paths = HashSet::new();
    for part in &parts {
        assert!(paths.insert(&part.path), "two parts have the path {:?}", part.path);
        let Ok(text) = &part.text else { continue };
        assert!(text.text.len() <= limits.text_bytes);
        for (range, _) in text.places.iter() {
            assert!(text.text.get(range.clone()).is_some(), "no text at {range:?}");
        }
    }
}

/// A mail of Outlook with these streams, by path.
pub fn outlook(streams: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).ok()?;
    for (path, bytes) in streams {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        file.create_storage_all(if folder.is_empty() { "/" } else { folder }).ok()?;
        file.create_stream(path).ok()?.write_all(bytes).ok()?;
    }
    file.flush().ok()?;
    Some(file.into_inner().into_inner())
}
