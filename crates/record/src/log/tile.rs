//! Names of tiles, bundles and blob files, and the form of entry bundles (C2SP tlog-tiles).
//!
//! Only names and bytes: nothing here hashes or reads a file.
//!
//! ```text
//! tile/0/x001/067.p/8      the first 8 hashes of tile 1067 of level 0
//! tile/entries/000         the first 256 entries
//! blob/x001/067            the blobs of the same 256 entries as tile 1067 of level 0
//! blob/004.p/210           the blobs of entry 1234, while its range of 256 is not complete
//! ```

/// Hashes in a full tile, and entries in a full bundle.
pub(crate) const WIDTH: u64 = 256;

/// Bytes of a full tile.
pub(crate) const TILE_BYTES: u64 = WIDTH * 32;

/// The most bytes that one entry may have: its length is a 16-bit number.
pub(crate) const MOST_ENTRY_BYTES: usize = u16::MAX as usize;

/// The most bytes that a bundle can have.
pub(crate) const MOST_BUNDLE_BYTES: u64 = WIDTH * (2 + MOST_ENTRY_BYTES as u64);

/// The most entries that a log may have. Far above any real log, and low enough that no sum over indexes
/// can overflow, whatever a hostile checkpoint claims.
pub(crate) const MOST_ENTRIES: u64 = 1 << 48;

/// How many hashes a tree of `size` entries has at tile level `level`.
pub(crate) fn hashes_at(size: u64, level: u8) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

/// The file of tile `n` at `level` with `width` hashes.
pub(crate) fn tile_path(level: u8, n: u64, width: u64) -> String {
    format!("tile/{level}/{}{}", number_path(n), width_suffix(width))
}

/// The file of bundle `n` with `width` entries.
pub(crate) fn bundle_path(n: u64, width: u64) -> String {
    format!("tile/entries/{}{}", number_path(n), width_suffix(width))
}

/// The file of the blobs of the entries of range `n`, once all 256 are there.
pub(crate) fn blob_bundle_path(n: u64) -> String {
    format!("blob/{}", number_path(n))
}

/// The file of the blobs of entry `index`, while its range is not complete.
pub(crate) fn blob_single_path(index: u64) -> String {
    format!("{}/{}", blob_singles_folder(index / WIDTH), index % WIDTH)
}

fn blob_singles_folder(n: u64) -> String {
    format!("blob/{}.p", number_path(n))
}

/// The folders of partial tiles and bundles that a log of `old` entries may have and that one of `new`
/// entries no longer needs, because the full ones are there.
pub(crate) fn obsolete_folders(old: u64, new: u64) -> Vec<String> {
    let mut folders = Vec::new();
    for level in (0..).take_while(|&level| hashes_at(old, level) > 0) {
        let (before, now) = (hashes_at(old, level), hashes_at(new, level));
        let n = before / WIDTH;
        if before % WIDTH > 0 && now / WIDTH > n {
            folders.push(format!("tile/{level}/{}.p", number_path(n)));
            if level == 0 {
                folders.push(format!("tile/entries/{}.p", number_path(n)));
                folders.push(blob_singles_folder(n));
            }
        }
    }
    folders
}

/// Appends one entry to the bytes of a bundle. `entry` has at most [`MOST_ENTRY_BYTES`]; the writer
/// refuses longer ones before it begins.
pub(crate) fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) {
    let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(&entry[..usize::from(length)]);
}

/// Splits a bundle into its `width` entries.
///
/// # Errors
/// If it holds fewer, or anything after them; the text says where.
pub(crate) fn decode_bundle(bytes: &[u8], width: u64) -> Result<Vec<&[u8]>, String> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    for i in 0..width {
        let short = || format!("ends after {i} of its {width} entries");
        let (length, after) = rest.split_first_chunk::<2>().ok_or_else(short)?;
        let (entry, after) =
            after.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(short)?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() { Ok(entries) } else { Err(format!("{} bytes after its last entry", rest.len())) }
}

fn width_suffix(width: u64) -> String {
    if width == WIDTH { String::new() } else { format!(".p/{width}") }
}

fn number_path(mut n: u64) -> String {
    let mut path = format!("{:03}", n % 1000);
    while n >= 1000 {
        n /= 1000;
        path = format!("x{:03}/{path}", n % 1000);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(tile_path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile_path(0, 1067, 8), "tile/0/x001/067.p/8");
        assert_eq!(tile_path(63, 0, 1), "tile/63/000.p/1");
        assert_eq!(bundle_path(0, 255), "tile/entries/000.p/255");
        assert_eq!(bundle_path(999, 256), "tile/entries/999");
        assert_eq!(bundle_path(1000, 256), "tile/entries/x001/000");
        assert_eq!(blob_bundle_path(0), "blob/000");
        assert_eq!(blob_bundle_path(1234), "blob/x001/234");
        assert_eq!(blob_single_path(1234), "blob/004.p/210");
        assert_eq!(blob_single_path(256_000), "blob/x001/000.p/0");
    }

    #[test]
    fn partial_tiles_are_obsolete_once_the_full_one_is_there() {
        assert_eq!(obsolete_folders(0, 300), Vec::<String>::new());
        assert_eq!(obsolete_folders(41, 255), Vec::<String>::new());
        assert_eq!(obsolete_folders(41, 256), ["tile/0/000.p", "tile/entries/000.p", "blob/000.p"]);
        assert_eq!(obsolete_folders(256, 600), Vec::<String>::new());
        assert_eq!(
            obsolete_folders(65_535, 65_536),
            ["tile/0/255.p", "tile/entries/255.p", "blob/255.p", "tile/1/000.p"]
        );
    }

    #[test]
    fn bundles_are_read_strictly() {
        let mut bundle = Vec::new();
        push_entry(&mut bundle, b"one");
        push_entry(&mut bundle, b"");
        assert_eq!(bundle, b"\x00\x03one\x00\x00");
        assert_eq!(decode_bundle(&bundle, 2), Ok(vec![&b"one"[..], b""]));
        let wrong = |bytes: &[u8], width| decode_bundle(bytes, width).unwrap_err();
        assert_eq!(wrong(&bundle, 1), "2 bytes after its last entry");
        assert_eq!(wrong(&bundle, 3), "ends after 2 of its 3 entries");
        assert_eq!(wrong(b"\x00\x03on", 1), "ends after 0 of its 1 entries");
        assert_eq!(wrong(b"\x00", 1), "ends after 0 of its 1 entries");
        assert_eq!(decode_bundle(b"", 0), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn bundles_round_trip(entries in proptest::collection::vec(
            proptest::collection::vec(any::<u8>(), 0..40), 0..20)) {
            let mut bundle = Vec::new();
            for entry in &entries {
                push_entry(&mut bundle, entry);
            }
            let read = decode_bundle(&bundle, entries.len() as u64).unwrap();
            prop_assert_eq!(read, entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }

        #[test]
        fn whatever_decodes_encodes_the_same(
            bytes in proptest::collection::vec(0u8..4, 0..60), width in 0u64..20) {
            if let Ok(entries) = decode_bundle(&bytes, width) {
                let mut again = Vec::new();
                for entry in entries {
                    push_entry(&mut again, entry);
                }
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
