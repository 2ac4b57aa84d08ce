//! Looks a PDF through for what would cost too much memory before the parser may have it: the streams that hold
//! objects or cross-references, which it unpacks whole. It does not read text.

use std::io::Read;

use crate::{Error, ErrorKind, Limits};

/// How far before `stream` its dictionary may begin.
const DICTIONARY: usize = 2048;
/// Deflate and LZW pack no better than this.
const BEST: usize = 1400;

fn too_large() -> Error {
    Error::new(ErrorKind::TooLarge, "the PDF unpacks to more than is read")
}

/// Bounds what loading unpacks: the streams that hold objects or cross-references, and any whose
/// dictionary hides what it is.
pub(super) fn before_loading(bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    let is_encrypted = find(bytes, b"/Encrypt", 0).is_some();
    let mut room = limits.stream_bytes;
    let mut from = 0;
    while let Some(at) = find(bytes, b"stream", from) {
        from = at + 6;
        let before = bytes.get(at.saturating_sub(DICTIONARY)..at).unwrap_or_default();
        if before.ends_with(b"end") {
            continue;
        }
        let start = before.windows(4).rposition(|window| window == b" obj").unwrap_or(0);
        let dictionary = before.get(start..).unwrap_or_default();
        let holds = |word: &[u8]| find(dictionary, word, 0).is_some();
        if !(holds(b"ObjStm") || holds(b"XRef") || holds(b"#")) {
            continue;
        }
        let data = bytes.get(from..).unwrap_or_default();
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        let packed = find(data, b"endstream", 0).unwrap_or(data.len());
        let deflated = dictionary.windows(6).filter(|window| window == b"Decode").count();
        let plain = holds(b"/FlateDecode") && !is_encrypted && deflated == 1;
        let used = if plain {
            unpacked(data, room)?
        } else if holds(b"ASCII85")
            || holds(b"ASCIIHex")
            || is_encrypted
            || holds(b"LZW")
            || holds(b"RunLength")
        {
            // Real ones pack some ten times; what could be more than there is room for is not measured.
            if deflated > 2 || packed.saturating_mul(BEST) / 64 > room {
                return Err(too_large());
            }
            packed.saturating_mul(16)
        } else {
            unpacked(data, room)?
        };
        room = room.checked_sub(used).ok_or_else(too_large)?;
    }
    Ok(())
}

/// How much zlib data unpacks to, without keeping it; 0 if it is none.
fn unpacked(data: &[u8], room: usize) -> Result<usize, Error> {
    let mut counted = 0;
    let mut buffer = [0; 16 << 10];
    let mut decoder = flate2::read::ZlibDecoder::new(data);
    while let Ok(count) = decoder.read(&mut buffer) {
        counted += count;
        if count == 0 {
            break;
        }
        if counted > room {
            return Err(too_large());
        }
    }
    Ok(counted)
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let (&first, rest) = word.split_first()?;
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == first)?;
        if bytes.get(at + 1..).is_some_and(|behind| behind.starts_with(rest)) {
            return Some(at);
        }
        at += 1;
    }
}
