//! Mails: in each other, in archives of mails, quoting without end, with heads without end; Outlook's files in
//! circles.

use super::{LETTER, Maker};

pub(super) const FILES: &[Maker] = &[
    ("nested.eml", nested),
    ("quoted-deeper-and-deeper.eml", quoted_deeper),
    ("quoted-up-and-down.eml", quoted_up_and_down),
    ("long-head.eml", long_head),
    ("boundaries.eml", boundaries),
    ("base64-in-base64.eml", base64_in_base64),
    ("from.mbox", from_lines),
    ("circle-of-sectors.msg", circle_of_sectors),
    ("far-sectors.msg", far_sectors),
];

const HEAD: &str =
    "From: a@newsroom.example\r\nMessage-ID: <1@newsroom.example>\r\nMIME-Version: 1.0\r\n";

/// A hundred mails in each other, the letter in the last.
fn nested() -> Vec<u8> {
    let outer = format!("{HEAD}Content-Type: message/rfc822\r\n\r\n").repeat(100);
    format!("{outer}{HEAD}\r\n{LETTER}").into_bytes()
}

/// The letter, and then every line quoted once more than the one before.
fn quoted_deeper() -> Vec<u8> {
    let mut mail = format!("{HEAD}\r\n{LETTER}\r\n");
    for level in 0..3500 {
        mail += &">".repeat(level);
        mail += " a\r\n";
    }
    mail.into_bytes()
}

/// Levels that change with every line, a hundred thousand times.
fn quoted_up_and_down() -> Vec<u8> {
    let lines: String =
        (0..100_000_usize).map(|line| format!("{} b\r\n", "> ".repeat(line % 7 * 5))).collect();
    format!("{HEAD}\r\n{LETTER}\r\n{lines}").into_bytes()
}

/// Ten mebibytes of one header field, folded, and a hundred thousand others.
fn long_head() -> Vec<u8> {
    let subject = " =?utf-8?Q?a?=\r\n".repeat(600_000);
    let others = "X-A: (((((((((((((((\r\nReceived: from\r\n".repeat(50_000);
    format!("{HEAD}Subject:{subject}{others}\r\n{LETTER}").into_bytes()
}

/// A boundary before every line.
fn boundaries() -> Vec<u8> {
    let parts = "--b\r\n".repeat(1_000_000);
    format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}").into_bytes()
}

/// Mails as attachments in base64, thirty in each other.
fn base64_in_base64() -> Vec<u8> {
    let mut mail = format!("{HEAD}\r\n{LETTER}");
    for _ in 0..30 {
        let packed = base64(mail.as_bytes());
        mail = format!(
            "{HEAD}Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n"
        );
    }
    mail.into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|group| {
        let number = (0..3).fold(0, |sum, at| sum << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        let digit = move |at: u32| char::from(DIGITS[(number >> (18 - 6 * at) & 63) as usize]);
        let count = group.len() as u32 + 1;
        (0..4).map(move |at| if at < count { digit(at) } else { '=' })
    });
    let digits: Vec<char> = digits.collect();
    digits.chunks(76).map(|line| line.iter().collect::<String>() + "\r\n").collect()
}

/// A hundred thousand mails without a word, and the letter behind them.
fn from_lines() -> Vec<u8> {
    let lines = "From a@newsroom.example Tue Jan  6 21:14:00 2026\n\n".repeat(100_000);
    let last = "From a@newsroom.example Tue Jan  6 21:15:00 2026\n";
    format!("{lines}{last}{}\n{LETTER}", HEAD.replace('\r', "")).into_bytes()
}

/// A compound file of these many sectors, with this allocation table in its first.
fn compound(sectors: usize, table: [u8; 4], tables: u32) -> Vec<u8> {
    let mut file = vec![0; 512 * (sectors + 1)];
    file[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    file[24..32].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0]);
    file[32] = 6;
    file[44..48].copy_from_slice(&tables.to_le_bytes());
    file[48..52].copy_from_slice(&1_u32.to_le_bytes());
    file[57] = 16;
    // The table of short streams: a circle too.
    file[60..64].copy_from_slice(&1_u32.to_le_bytes());
    file[64..68].copy_from_slice(&tables.to_le_bytes());
    file[68..72].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    for place in file[80..512].chunks_exact_mut(4) {
        place.copy_from_slice(&[0xff; 4]);
    }
    file[76..80].copy_from_slice(&0_u32.to_le_bytes());
    for entry in file[512..1024].chunks_exact_mut(4) {
        entry.copy_from_slice(&table);
    }
    for (number, entry) in file[1024..].chunks_exact_mut(128).enumerate() {
        let kind = if number == 0 { 5 } else { 2 };
        for (at, unit) in "__properties_version1.0".encode_utf16().enumerate() {
            entry[2 * at..2 * at + 2].copy_from_slice(&unit.to_le_bytes());
        }
        (entry[64], entry[66], entry[67]) = (48, kind, 1);
        // Its neighbours and its child are the second of them.
        for at in [68, 72, 76] {
            entry[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
        }
        entry[120..124].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
    }
    file
}

/// Every sector is followed by the second.
fn circle_of_sectors() -> Vec<u8> {
    compound(200, 1_u32.to_le_bytes(), 1)
}

/// Every sector is followed by one that is far outside, and there are four billion tables.
fn far_sectors() -> Vec<u8> {
    compound(200, 0xffff_fff0_u32.to_le_bytes(), u32::MAX)
}
