//! Pictures: sizes that no memory holds, bombs in their pixels and in what is told beside them, pages and scans
//! without end.

use std::io::Write;

use super::Maker;

pub(super) const FILES: &[Maker] = &[
    ("bomb.png", bomb_png),
    ("wide.png", wide_png),
    ("just-within.png", just_within),
    ("bomb-in-a-note.png", bomb_in_a_note),
    ("wide.jpg", wide_jpg),
    ("scans.jpg", scans),
    ("circle-of-pages.tif", circle_of_pages),
    ("wide.tif", wide_tif),
    ("many-strips.tif", many_strips),
    ("wide.webp", wide_webp),
    ("wide.gif", wide_gif),
    ("wide.bmp", wide_bmp),
];

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [kind, data].concat();
    [&(data.len() as u32).to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// A PNG of this size; `kind` is its kind of colour, of `bits` each.
fn png(width: u32, height: u32, bits: u8, kind: u8, more: &[u8], pixels: &[u8]) -> Vec<u8> {
    let sizes = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let head = [&sizes[..], &[bits, kind, 0, 0, 0]].concat();
    let parts = [chunk(b"IHDR", &head), more.to_vec(), chunk(b"IDAT", pixels), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

/// Zeros in the frame of zlib, so many mebibytes.
pub(super) fn zeros(mebibytes: usize) -> Vec<u8> {
    let mut packer = flate2::Compress::new(flate2::Compression::best(), true);
    let mut one = vec![0; 1 << 16];
    packer.compress(&vec![0; 1 << 20], &mut one, flate2::FlushCompress::Full).expect("it fits");
    one.truncate(packer.total_out() as usize);
    // The frame's two bytes come once.
    [&one[..2], &one[2..].repeat(mebibytes), &[3, 0, 0, 0, 0, 0]].concat()
}

/// 900 million pixels in a mebibyte.
fn bomb_png() -> Vec<u8> {
    png(30_000, 30_000, 8, 0, b"", &zeros(900))
}

fn wide_png() -> Vec<u8> {
    png(0x7fff_ffff, 0x7fff_ffff, 16, 6, b"", &zeros(1))
}

/// As many pixels as are read, each of eight bytes.
fn just_within() -> Vec<u8> {
    png(7_071, 7_071, 16, 6, b"", &zeros(390))
}

/// A small picture; its colour profile and two notes unpack to gibibytes.
fn bomb_in_a_note() -> Vec<u8> {
    let bomb = zeros(1 << 10);
    let profile = [b"a\0\0".as_slice(), &bomb].concat();
    let note = [b"Comment\0\0".as_slice(), &bomb].concat();
    let more = [chunk(b"iCCP", &profile), chunk(b"zTXt", &note), chunk(b"zTXt", &note)].concat();
    let mut pixels = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    pixels.write_all(&vec![0; 65 * 64]).expect("a vector takes all");
    png(64, 64, 8, 0, &more, &pixels.finish().expect("a vector takes all"))
}

fn segment(mark: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, mark][..], &(data.len() as u16 + 2).to_be_bytes(), data].concat()
}

/// What a JPEG begins with, up to its first scan. `frame` is the mark of its way of packing.
fn jpeg(frame: u8, width: u16, height: u16) -> Vec<u8> {
    let quantities = [&[0][..], &[1; 64]].concat();
    let size = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    // One code of one bit: a block of nothing.
    let codes = |class: u8| [&[class, 1][..], &[0; 15], &[0]].concat();
    [
        b"\xff\xd8".to_vec(),
        segment(0xdb, &quantities),
        segment(frame, &size),
        segment(0xc4, &codes(0)),
        segment(0xc4, &codes(0x10)),
    ]
    .concat()
}

fn wide_jpg() -> Vec<u8> {
    [jpeg(0xc0, 65_535, 65_535), segment(0xda, &[1, 1, 0, 0, 63, 0]), b"\0\0\xff\xd9".to_vec()].concat()
}

/// A picture of 49 million pixels in ten thousand scans, each of which says that nothing changes.
fn scans() -> Vec<u8> {
    let first = [segment(0xda, &[1, 1, 0, 0, 0, 1]), vec![0; 1000]].concat();
    let scan = [segment(0xda, &[1, 1, 0, 1, 63, 0x10]), vec![0; 10]].concat();
    [jpeg(0xc2, 7_000, 7_000), first, scan.repeat(10_000), b"\xff\xd9".to_vec()].concat()
}

/// A TIFF of one directory, at 8; each entry is tag, kind, count, value.
fn tiff(entries: &[(u16, u16, u32, u32)], next: u32, data: &[u8]) -> Vec<u8> {
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    out.extend((entries.len() as u16).to_le_bytes());
    for &(tag, kind, count, value) in entries {
        out.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        out.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    out.extend(next.to_le_bytes());
    out.extend(data);
    out
}

/// What every TIFF says of itself.
fn page(width: u32, height: u32, strips: (u32, u32), packed: u32) -> Vec<(u16, u16, u32, u32)> {
    vec![
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, packed),
        (262, 3, 1, 1),
        (273, 4, strips.0, strips.1),
        (277, 3, 1, 1),
        (278, 4, 1, height),
        (279, 4, strips.0, strips.1),
    ]
}

/// A page that is followed by itself.
fn circle_of_pages() -> Vec<u8> {
    tiff(&page(16, 16, (1, 122), 1), 8, &[0xff; 300])
}

fn wide_tif() -> Vec<u8> {
    tiff(&page(u32::MAX, u32::MAX, (1, 122), 1), 0, &[0; 300])
}

/// It says that it has four billion strips, and a row in each.
fn many_strips() -> Vec<u8> {
    tiff(&page(7_000, 7_000, (u32::MAX, 122), 8), 0, &zeros(49))
}

fn riff(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let chunk = [kind, &(data.len() as u32).to_le_bytes()[..], data].concat();
    [b"RIFF", &(chunk.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunk].concat()
}

/// 268 million pixels in a few bytes.
fn wide_webp() -> Vec<u8> {
    riff(b"VP8L", &[&[0x2f][..], &(0x3fff_u32 | 0x3fff << 14).to_le_bytes(), &[0; 60]].concat())
}

fn wide_gif() -> Vec<u8> {
    let mut out = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    out.extend(b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0;");
    out
}

/// 4 billion pixels, packed by runs.
fn wide_bmp() -> Vec<u8> {
    let mut out = b"BM\0\x01\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    out.extend([0x7fff_ffff_u32.to_le_bytes(), 0x7fff_ffff_u32.to_le_bytes()].concat());
    out.extend([1, 0, 8, 0, 1, 0, 0, 0]);
    out.extend([0; 20]);
    out.extend([255, 0].repeat(1000));
    out
}
