//! Rich text as Outlook packs it (MS-OXRTFCP): a stream of literals and of references into the last 4 KiB,
//! which begin as a known text.

use crate::{Error, ErrorKind};

/// What the window holds before anything is unpacked.
const START: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW: usize = 4096;
const HEADER: usize = 16;

/// What `packed` unpacks to, at most `most` bytes.
pub(super) fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, Error> {
    let damaged = || Error::new(ErrorKind::Broken, "the mail is damaged: its rich text does not unpack");
    let number = |at: usize| {
        let bytes =
            packed.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        bytes.and_then(|number| usize::try_from(number).ok()).ok_or_else(damaged)
    };
    let size = number(4)?;
    if size > most {
        let message = "the mail's rich text unpacks to more than is read";
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    let content = packed.get(HEADER..).ok_or_else(damaged)?;
    match packed.get(8..12) {
        Some(b"MELA") => Ok(content.get(..size.min(content.len())).unwrap_or_default().to_vec()),
        Some(b"LZFu") => Ok(references(content, size)),
        _ => Err(damaged()),
    }
}

fn references(content: &[u8], size: usize) -> Vec<u8> {
    let mut window = [0u8; WINDOW];
    if let Some(start) = window.get_mut(..START.len()) {
        start.copy_from_slice(START);
    }
    let mut place = START.len();
    let mut out: Vec<u8> = Vec::new();
    let mut push = |byte: u8, place: &mut usize, window: &mut [u8; WINDOW]| {
        if let Some(slot) = window.get_mut(*place % WINDOW) {
            *slot = byte;
        }
        *place += 1;
        out.push(byte);
        out.len() >= size
    };
    let mut bytes = content.iter().copied();
    'all: while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            if flags & (1 << bit) == 0 {
                let Some(byte) = bytes.next() else { break 'all };
                if push(byte, &mut place, &mut window) {
                    break 'all;
                }
                continue;
            }
            let (Some(high), Some(low)) = (bytes.next(), bytes.next()) else { break 'all };
            let reference = usize::from(high) << 8 | usize::from(low);
            let (from, length) = (reference >> 4, (reference & 15) + 2);
            if from == place % WINDOW {
                break 'all;
            }
            for step in 0..length {
                let byte = window.get((from + step) % WINDOW).copied().unwrap_or_default();
                if push(byte, &mut place, &mut window) {
                    break 'all;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00,
            0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68,
            0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f,
            0xa0,
        ];
        let text = unpack(&packed, 1000).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
        );
        assert_eq!(unpack(&packed, 10).unwrap_err().kind(), ErrorKind::TooLarge);
        assert_eq!(unpack(&packed[..12], 1000).unwrap_err().kind(), ErrorKind::Broken);
    }
}
