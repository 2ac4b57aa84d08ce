//! ZIP files just as a test wants them, honest or not.

use std::io::Write;

/// How a member is written.
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    pub(super) data: Vec<u8>,
    /// What the headers say: sizes, checksum, method, flags, the mode of a file under Unix.
    pub(super) size: u32,
    pub(super) crc: u32,
    pub(super) method: u16,
    pub(super) flags: u16,
    pub(super) mode: u32,
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

impl<'a> Member<'a> {
    pub(super) fn stored(name: &'a str, bytes: &[u8]) -> Self {
        let size = bytes.len() as u32;
        Self { name, data: bytes.to_vec(), size, crc: crc(bytes), method: 0, flags: 0, mode: 0o100_644 }
    }

    /// So many spaces, packed; the checksum is wrong, which shows only at their end.
    pub(super) fn spaces(name: &'a str, length: usize) -> Self {
        let size = length as u32;
        Self { name, data: spaces(length), size, crc: 1, method: 8, flags: 0, mode: 0o100_644 }
    }
}

/// What unpacks to so many spaces, some mebibytes of them: one packed mebibyte again and again.
pub(super) fn spaces(length: usize) -> Vec<u8> {
    let mut packer = flate2::Compress::new(flate2::Compression::best(), false);
    let mut one = vec![0; 1 << 16];
    packer.compress(&vec![b' '; 1 << 20], &mut one, flate2::FlushCompress::Full).unwrap();
    one.truncate(packer.total_out() as usize);
    let mut out = one.repeat(length >> 20);
    out.extend([3, 0]);
    out
}

/// A member packed as it should be, and so well that its size hardly depends on what packs it.
pub(super) fn packed_at<'a>(name: &'a str, bytes: &[u8]) -> Member<'a> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    let data = packer.finish().unwrap();
    Member { data, method: 8, ..Member::stored(name, bytes) }
}

/// A ZIP of these members, just as they say they are.
pub(super) fn written(members: &[Member<'_>]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for member in members {
        let place = out.len() as u32;
        let mut common = Vec::new();
        common.extend(20u16.to_le_bytes());
        common.extend(member.flags.to_le_bytes());
        common.extend(member.method.to_le_bytes());
        common.extend([0; 4]);
        common.extend(member.crc.to_le_bytes());
        common.extend((member.data.len() as u32).to_le_bytes());
        common.extend(member.size.to_le_bytes());
        common.extend((member.name.len() as u16).to_le_bytes());
        common.extend([0; 2]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(member.name.bytes());
        out.extend(&member.data);
        list.extend(b"PK\x01\x02");
        list.extend(((3 << 8) | 20u16).to_le_bytes());
        list.extend(&common);
        list.extend([0; 6]);
        list.extend((member.mode << 16).to_le_bytes());
        list.extend(place.to_le_bytes());
        list.extend(member.name.bytes());
    }
    let (start, count) = (out.len() as u32, members.len() as u16);
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// A ZIP of honest members.
pub(super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let members: Vec<_> = members.iter().map(|(name, bytes)| Member::stored(name, bytes)).collect();
    written(&members)
}
