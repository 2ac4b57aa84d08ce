//! Archives: bombs, archives in archives, false sizes, members that lie over each other, names that climb.

use super::packing::{Member, packed_at, spaces, written, zip};
use super::{LETTER, Maker, gzip, tar_member};

pub(super) const FILES: &[Maker] = &[
    ("gzip-in-gzip.gz", gzip_in_gzip),
    ("forty-two.zip", forty_two),
    ("overlapping.zip", overlapping),
    ("false-checksums.zip", false_checksums),
    ("many-members.zip", many_members),
    ("climbing.zip", climbing_zip),
    ("climbing.tar", climbing_tar),
    ("false-size.tar", false_size),
    ("long-name.tar", long_name),
    ("crawl.warc", crawl),
    ("crawl-of-bombs.warc", crawl_of_bombs),
    ("many-records.warc", many_records),
];

/// Four gibibytes of spaces, packed three times into a few hundred bytes.
fn gzip_in_gzip() -> Vec<u8> {
    let bomb = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec(), spaces(4 << 30), vec![0; 8]].concat();
    gzip(&gzip(&bomb))
}

/// Sixteen archives of sixteen archives, five levels, and 256 MiB in each of the million at the bottom.
fn forty_two() -> Vec<u8> {
    let mut file = written(&[Member::spaces("0.txt", 256 << 20)]);
    let names: Vec<String> = (0..16).map(|number| format!("book {number:x}.zip")).collect();
    for _ in 0..5 {
        let members: Vec<Member<'_>> = names.iter().map(|name| packed_at(name, &file)).collect();
        file = written(&members);
    }
    file
}

/// A thousand members that are all the same four mebibytes: the list leads to one place again and again.
fn overlapping() -> Vec<u8> {
    listed_often(packed_at("a.txt", &vec![b' '; 4 << 20]))
}

/// The same with sixty, whose checksum is wrong, which shows only at their end.
fn false_checksums() -> Vec<u8> {
    listed_often(Member::spaces("a.txt", 60 << 20))
}

fn listed_often(one: Member<'_>) -> Vec<u8> {
    let file = written(std::slice::from_ref(&one));
    let list = file.len() - 22 - 46 - one.name.len();
    let (kernel, entry) = (&file[..list], &file[list..file.len() - 22]);
    let entries = entry.repeat(1000);
    let mut out = [kernel, &entries, b"PK\x05\x06\0\0\0\0"].concat();
    out.extend([1000u16.to_le_bytes(), 1000u16.to_le_bytes()].concat());
    out.extend([(entries.len() as u32).to_le_bytes(), (list as u32).to_le_bytes()].concat());
    out.extend([0, 0]);
    out
}

fn many_members() -> Vec<u8> {
    let names: Vec<String> = (0..60_000).map(|number| number.to_string()).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    zip(&members)
}

/// Names that lead out of any folder they are unpacked into, that hide what they are, or that speak to a
/// terminal.
pub(crate) const NAMES: [&str; 8] = [
    "../../../../../../../../tmp/erratum-was-here.txt",
    "/tmp/erratum-was-here.txt",
    "..\\..\\erratum-was-here.txt",
    "C:\\Windows\\erratum-was-here.txt",
    "erratum-was-here.txt\0.png",
    "\u{1b}]0;erratum\u{7}\u{1b}[2Jred.txt",
    "letter\u{202e}fdp.txt",
    "two\r\nlines.txt",
];

fn climbing_zip() -> Vec<u8> {
    let members: Vec<(&str, &[u8])> = NAMES.iter().map(|name| (*name, LETTER.as_bytes())).collect();
    zip(&members)
}

/// A member of a tar file; `size` is what its header says.
pub(super) fn member(name: &[u8], kind: u8, link: &str, size: u64, data: &[u8]) -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..name.len()].copy_from_slice(name);
    head[100..107].copy_from_slice(b"0000644");
    head[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    head[148..156].fill(b' ');
    head[156] = kind;
    head[157..157 + link.len()].copy_from_slice(link.as_bytes());
    head[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = head.iter().map(|&byte| u32::from(byte)).sum();
    head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    head.extend(data);
    head.resize(head.len().next_multiple_of(512), 0);
    head
}

fn letter(name: &[u8]) -> Vec<u8> {
    tar_member(name, LETTER.as_bytes())
}

/// The same names; and a link out of the folder, with a member that would be written through it.
fn climbing_tar() -> Vec<u8> {
    let mut out: Vec<u8> = NAMES.iter().flat_map(|name| letter(name.as_bytes())).collect();
    out.extend(member(b"out", b'2', "/tmp", 0, b""));
    out.extend(letter(b"out/erratum-was-here.txt"));
    out.extend(member(b"device", b'3', "", 0, b""));
    out.extend(member(b"same", b'1', "/etc/passwd", 0, b""));
    out.extend([0; 1024]);
    out
}

/// A letter, and a member that says that it has eight gibibytes.
fn false_size() -> Vec<u8> {
    [letter(b"letter.txt"), member(b"huge.txt", b'0', "", (8 << 30) - 1, b"Text")].concat()
}

/// A name that says that it has eight gibibytes.
fn long_name() -> Vec<u8> {
    [member(b"././@LongLink", b'L', "", (8 << 30) - 1, b"a"), letter(b"letter.txt")].concat()
}

fn record(length: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://newsroom.example/a\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n{fields}\r\n");
    let block = [head.as_bytes(), body].concat();
    record(&block.len().to_string(), &block)
}

/// A page, one whose chunks are longer than anything, and a record that says the same of itself.
fn crawl() -> Vec<u8> {
    [
        response("", LETTER.as_bytes()),
        response("Transfer-Encoding: chunked\r\n", b"ffffffffffffffff\r\nText\r\n0\r\n\r\n"),
        record("18446744073709551615", b"HTTP/1.1 200 OK\r\n\r\nText"),
    ]
    .concat()
}

/// Pages that unpack to a gibibyte.
fn crawl_of_bombs() -> Vec<u8> {
    let packed = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec(), spaces(1 << 30), vec![0; 8]].concat();
    let page = response("Content-Encoding: gzip\r\n", &packed);
    let raw = response("Content-Encoding: deflate\r\n", &spaces(1 << 30));
    [page, raw, response("", LETTER.as_bytes())].concat()
}

fn many_records() -> Vec<u8> {
    record("0", b"").repeat(30_000)
}
