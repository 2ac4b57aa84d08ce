//! Blobs by ranges of 256 entries: the form of a bundle, and which files an append makes of its blobs.
//!
//! What the bytes of an entry's blobs are is not looked at.
//!
//! A bundle is 256 lengths, each a big-endian 32-bit number, and then so many bytes for each entry, one
//! after another. An entry without blobs, or whose blobs are withheld, has the length 0:
//!
//! ```text
//! 00 00 00 05  00 00 00 00  00 00 00 02  … (256 of them)  68 65 6c 6c 6f 6f 6b
//! ```

use super::edge::NewFile;
use super::error::LogError;
use super::store::Store;
use super::tile::{WIDTH, blob_bundle_path, blob_single_path};
use super::writer::NewEntry;

/// The most bytes of the blobs of one entry: a text of 4 MiB and all that can stand beside it fit.
pub(crate) const MOST_BLOB_BYTES: u64 = 8 << 20;

/// The lengths at the head of a bundle.
pub(crate) const HEADER_BYTES: u64 = WIDTH * 4;

/// The most bytes that a bundle can have.
const MOST_BUNDLE_BYTES: u64 = HEADER_BYTES + WIDTH * MOST_BLOB_BYTES;

/// Where in a bundle with this head the blobs of its entry `i` lie: offset and length.
///
/// # Errors
/// If the head is cut short or a length in it beyond reason; the text says which.
pub(crate) fn find(header: &[u8], i: u64) -> Result<(u64, u64), String> {
    let lengths = lengths(header)?;
    let mut offset = HEADER_BYTES;
    for (at, length) in (0..).zip(lengths) {
        if at == i {
            return Ok((offset, length));
        }
        offset += length;
    }
    Err(format!("has no entry {i}"))
}

/// The lengths in the head of a bundle, each within reason.
fn lengths(header: &[u8]) -> Result<Vec<u64>, String> {
    let head = header.get(..HEADER_BYTES as usize).ok_or("ends within its 256 lengths")?;
    let numbers = head.as_chunks::<4>().0.iter().map(|bytes| u64::from(u32::from_be_bytes(*bytes)));
    let lengths: Vec<u64> = numbers.collect();
    match lengths.iter().position(|&length| length > MOST_BLOB_BYTES) {
        None => Ok(lengths),
        Some(i) => Err(format!("its entry {i} has {} bytes, at most {MOST_BLOB_BYTES} fit", lengths[i])),
    }
}

/// A bundle of the blobs of 256 entries. No one's are longer than [`MOST_BLOB_BYTES`].
fn encode(blobs: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let all: usize = blobs.iter().map(|blobs| blobs.as_ref().len()).sum();
    let mut bytes = Vec::with_capacity(HEADER_BYTES as usize + all);
    for one in blobs {
        let length = u32::try_from(one.as_ref().len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
    }
    bytes.resize(HEADER_BYTES as usize, 0);
    blobs.iter().for_each(|one| bytes.extend_from_slice(one.as_ref()));
    bytes
}

/// Splits a bundle into the blobs of its entries.
fn decode(bytes: &[u8]) -> Result<Vec<&[u8]>, String> {
    let lengths = lengths(bytes)?;
    let mut rest = &bytes[HEADER_BYTES as usize..];
    let mut blobs = Vec::with_capacity(lengths.len());
    for (i, length) in lengths.into_iter().enumerate() {
        let split = rest.split_at_checked(length as usize);
        let (one, after) = split.ok_or_else(|| format!("ends within the blobs of its entry {i}"))?;
        blobs.push(one);
        rest = after;
    }
    if rest.is_empty() { Ok(blobs) } else { Err(format!("{} bytes after its last entry", rest.len())) }
}

/// The files that hold the blobs of these new entries, the first of which has the index `first`: a bundle
/// for each range that they complete, made of what lies there singly and of theirs; else one file for each
/// entry with blobs. A range without any has no file.
///
/// # Errors
/// If what lies there cannot be read.
pub(crate) fn new_files(
    public: &dyn Store,
    first: u64,
    batch: &[NewEntry],
) -> Result<Vec<NewFile>, LogError> {
    let mut files = Vec::new();
    let (mut next, mut left) = (first, batch);
    while !left.is_empty() {
        let room = WIDTH - next % WIDTH;
        let (now, after) = left.split_at(left.len().min(room as usize));
        if now.len() as u64 == room {
            files.extend(new_bundle(public, next, now)?);
        } else {
            let singles = (next..).zip(now).filter_map(|(index, new)| Some((index, blobs_of(new)?)));
            files.extend(singles.map(|(index, blobs)| (blob_single_path(index), blobs.to_vec())));
        }
        (next, left) = (next + now.len() as u64, after);
    }
    Ok(files)
}

/// The bundle of the range that the entries from `next` on complete, unless none of it has blobs.
///
/// One that is there already is of a writer that made the same append: it is left as it is, for of what it
/// was made of some may be removed or withheld since.
fn new_bundle(public: &dyn Store, next: u64, new: &[NewEntry]) -> Result<Option<NewFile>, LogError> {
    let n = next / WIDTH;
    let mut old = Vec::new();
    for index in n * WIDTH..next {
        // One that was withheld in the meantime is not there.
        old.push(public.read(&blob_single_path(index), MOST_BLOB_BYTES)?.unwrap_or_default());
    }
    let mut blobs: Vec<&[u8]> = old.iter().map(Vec::as_slice).collect();
    blobs.extend(new.iter().map(|new| blobs_of(new).unwrap_or_default()));
    let path = blob_bundle_path(n);
    if let Some(there) = public.read(&path, MOST_BUNDLE_BYTES)? {
        if decode(&there).is_ok_and(|there| agree(&there, &blobs, old.len())) {
            return Ok(Some((path, there)));
        }
        return Err(LogError::damaged(path, "is there already with other content"));
    }
    let any = blobs.iter().any(|blobs| !blobs.is_empty());
    Ok(any.then(|| (path, encode(&blobs))))
}

/// Whether a bundle that is there differs from this one only by what was withheld from it, and by what of
/// the `old` singles is gone since.
fn agree(there: &[&[u8]], blobs: &[&[u8]], old: usize) -> bool {
    let mut both = there.iter().zip(blobs).enumerate();
    both.all(|(i, (there, ours))| there == ours || there.is_empty() || (ours.is_empty() && i < old))
}

/// The paths of [`new_files`], without the bytes and without looking at what lies there: only of those that
/// must be there because one of the new entries has blobs.
pub(crate) fn new_paths(first: u64, batch: &[NewEntry]) -> Vec<String> {
    let end = first + batch.len() as u64;
    let with_blobs = (first..).zip(batch).filter(|(_, new)| blobs_of(new).is_some());
    let paths = with_blobs.map(|(index, _)| match index / WIDTH {
        n if (n + 1) * WIDTH <= end => blob_bundle_path(n),
        _ => blob_single_path(index),
    });
    let mut paths: Vec<_> = paths.collect();
    paths.dedup();
    paths
}

fn blobs_of(new: &NewEntry) -> Option<&[u8]> {
    new.blobs.as_deref().filter(|blobs| !blobs.is_empty())
}

/// Takes the blobs of these entries, which are all of range `n`, out of its bundle, if there is one.
///
/// # Errors
/// If the bundle cannot be read or written, is damaged, or another writer changes it at the same time.
pub(crate) fn withhold(public: &dyn Store, n: u64, entries: &[u64]) -> Result<(), LogError> {
    let path = blob_bundle_path(n);
    let Some(bytes) = public.read(&path, MOST_BUNDLE_BYTES)? else { return Ok(()) };
    let mut blobs = decode(&bytes).map_err(|why| LogError::damaged(&path, why))?;
    for (index, blobs) in (n * WIDTH..).zip(&mut blobs) {
        if entries.contains(&index) {
            *blobs = &[];
        }
    }
    // Also where nothing changes: a killed writer may have replaced it and not come to sync that.
    public.swap(&path, Some(&bytes), &encode(&blobs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bundle(blobs: &[&[u8]]) -> Vec<u8> {
        let mut all = vec![&b""[..]; 256];
        all[..blobs.len()].copy_from_slice(blobs);
        encode(&all)
    }

    #[test]
    fn a_bundle_looks_as_documented() {
        let bytes = bundle(&[b"hello", b"", b"ok"]);
        assert_eq!(bytes.len(), 1024 + 7);
        assert_eq!(bytes[..16], [0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
        assert_eq!(&bytes[1024..], b"hellook");
        assert_eq!(find(&bytes, 0), Ok((1024, 5)));
        assert_eq!(find(&bytes, 1), Ok((1029, 0)));
        assert_eq!(find(&bytes, 2), Ok((1029, 2)));
        assert_eq!(find(&bytes, 255), Ok((1031, 0)));
    }

    #[test]
    fn lengths_are_not_trusted() {
        let mut bytes = bundle(&[b"hello"]);
        assert_eq!(find(&bytes[..1023], 0), Err("ends within its 256 lengths".to_owned()));
        assert_eq!(find(&bytes, 256), Err("has no entry 256".to_owned()));
        assert_eq!(decode(&bytes[..1028]), Err("ends within the blobs of its entry 0".to_owned()));
        bytes.push(0);
        assert_eq!(decode(&bytes), Err("1 bytes after its last entry".to_owned()));
        bytes[1020] = 0xff;
        let why = "its entry 255 has 4278190080 bytes, at most 8388608 fit";
        assert_eq!(find(&bytes, 0), Err(why.to_owned()));
        assert_eq!(decode(&bytes), Err(why.to_owned()));
    }

    proptest! {
        #[test]
        fn bundles_round_trip(
            some in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..9), 0..=256)) {
            let mut blobs = some;
            blobs.resize(256, Vec::new());
            let bytes = encode(&blobs);
            prop_assert_eq!(decode(&bytes).unwrap(), blobs.iter().map(Vec::as_slice).collect::<Vec<_>>());
            for (i, blobs) in (0..).zip(&blobs) {
                let (offset, length) = find(&bytes, i).unwrap();
                prop_assert_eq!(&bytes[offset as usize..][..length as usize], &blobs[..]);
            }
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(0u8..2, 1000..1100), i in any::<u64>()) {
            let _ = (find(&bytes, i), decode(&bytes));
        }
    }
}
