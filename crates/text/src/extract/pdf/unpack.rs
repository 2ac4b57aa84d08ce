//! Streams of a PDF unpacked within bounds. Pictures are not unpacked.

use std::borrow::Cow;
use std::io::Read;

use hayro_syntax::Filter;
use hayro_syntax::object::{Dict, Stream};

/// Deflate and LZW pack no better than this.
const BEST: usize = 1400;

/// Why a stream was not unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is larger than is read.
    NoRoom,
    /// It is packed in a way that is not known, or is not what it says it is.
    Damaged,
}

/// Whether a stream unpacks to no more than `room` bytes.
pub(super) fn fits(stream: &Stream<'_>, room: usize) -> bool {
    // What is short cannot be long, unless it is packed twice.
    let packed = stream
        .filters()
        .iter()
        .filter(|filter| {
            matches!(filter, Filter::FlateDecode | Filter::LzwDecode | Filter::RunLengthDecode)
        })
        .count();
    packed <= 1 && stream.raw_data().len() < room / BEST || bounded(stream, room) != Err(Failure::NoRoom)
}

/// What is in a stream.
pub(super) fn bounded<'a>(stream: &Stream<'a>, room: usize) -> Result<Cow<'a, [u8]>, Failure> {
    let mut data = stream.raw_data();
    let has_parameters = ["DecodeParms", "DP"].iter().any(|key| {
        stream
            .dict()
            .get::<Dict<'_>>(*key)
            .is_some_and(|dict| dict.contains_key("Predictor") || dict.contains_key("EarlyChange"))
            || stream.dict().contains_key(*key) && stream.filters().len() > 1
    });
    for filter in stream.filters() {
        data = match filter {
            Filter::Crypt => data,
            Filter::FlateDecode => Cow::Owned(inflated(&data, room)),
            Filter::LzwDecode => Cow::Owned(expanded(&data, room)),
            Filter::Ascii85Decode => Cow::Owned(of_base_85(&data)),
            Filter::AsciiHexDecode => Cow::Owned(of_hex(&data)),
            Filter::RunLengthDecode => Cow::Owned(of_runs(&data, room)),
            _ => return Err(Failure::Damaged),
        };
        if data.len() > room {
            return Err(Failure::NoRoom);
        }
    }
    if has_parameters {
        // Within bounds as was seen, and the parser knows predictors.
        return stream.decoded_data().map_err(|_| Failure::Damaged);
    }
    Ok(data)
}

/// Damaged data gives what it gave until then, as in every viewer.
pub(super) fn inflated(data: &[u8], room: usize) -> Vec<u8> {
    let limit = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Vec::new();
    let failed = flate2::read::ZlibDecoder::new(data).take(limit).read_to_end(&mut out).is_err();
    if failed
        && out.is_empty()
        && let Some(raw) = data.get(2..)
    {
        let _ = flate2::read::DeflateDecoder::new(raw).take(limit).read_to_end(&mut out);
    }
    out
}

fn expanded(data: &[u8], room: usize) -> Vec<u8> {
    let mut out = Bounded { out: Vec::new(), room };
    let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    let _ = decoder.into_stream(&mut out).decode_all(data);
    out.out
}

/// Takes one write more than there is room for, then no more.
struct Bounded {
    out: Vec<u8>,
    room: usize,
}

impl std::io::Write for Bounded {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        if self.out.len() > self.room {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.out.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn of_base_85(data: &[u8]) -> Vec<u8> {
    let data = data.trim_ascii_start();
    let data = data.strip_prefix(b"<~").unwrap_or(data);
    let mut out = Vec::with_capacity(data.len() * 4 / 5 + 4);
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let flush = |group: &mut Vec<u8>, out: &mut Vec<u8>| {
        let length = group.len();
        if length < 2 {
            return group.clear();
        }
        group.resize(5, 84);
        let value = group.iter().fold(0u64, |value, &digit| value * 85 + u64::from(digit));
        let bytes = u32::try_from(value & 0xffff_ffff).unwrap_or(0).to_be_bytes();
        out.extend(bytes.iter().take(length - 1));
        group.clear();
    };
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    flush(&mut group, &mut out);
                }
            }
            _ => {}
        }
    }
    flush(&mut group, &mut out);
    out
}

fn of_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|&&byte| byte != b'>')
        .filter_map(|&byte| char::from(byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits.chunks(2).map(|pair| pair.first().unwrap_or(&0) * 16 + pair.get(1).unwrap_or(&0)).collect()
}

fn of_runs(data: &[u8], room: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&length) = data.get(at) {
        let count = usize::from(length);
        match length {
            128 => break,
            0..128 => {
                out.extend_from_slice(
                    data.get(at + 1..(at + 2 + count).min(data.len())).unwrap_or_default(),
                );
                at += 2 + count;
            }
            _ => {
                out.extend(std::iter::repeat_n(data.get(at + 1).copied().unwrap_or(0), 257 - count));
                at += 2;
            }
        }
        if out.len() > room {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_text() {
        assert_eq!(of_base_85(b"<~87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(of_base_85(b"z87cUR~>"), b"\0\0\0\0Hell");
        assert_eq!(of_hex(b"48 65 6C6c 6>zz"), b"Hell`");
        assert_eq!(of_runs(&[2, b'a', b'b', b'c', 254, b'x', 128, 1], 100), b"abcxxx");
        assert_eq!(of_runs(&[5, b'a'], 100), b"a");
    }
}
