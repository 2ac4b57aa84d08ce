//! Building a segment from the search forms of its documents. The same documents always give the same
//! bytes. The bytes are described in `docs/matching.md`; [`crate::segment`] reads them.

use std::borrow::Borrow;
use std::collections::HashMap;

use erratum_text::SearchForm;

use crate::error::{Error, ErrorKind};
use crate::gram::{GRAM_WEIGHT, GRID_WEIGHT, grid};
use crate::layout::{
    DOCUMENT_BYTES, Header, POSTINGS_PER_BUCKET, REMAINDER_BYTES, bucket_of, digest, remainder_of,
};

/// Of one gram in one document only this many places are indexed, so that a text which repeats itself
/// costs no more than one that does not.
pub(crate) const PLACES_PER_GRAM: u32 = 4;

/// What a segment says of itself: the state of the log that it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// How many entries the log had.
    pub log_size: u64,
    /// The log's root hash at that size.
    pub root: [u8; 32],
}

/// The bytes of a segment over `docs`, in ascending order of their numbers (log entry indexes).
///
/// # Errors
/// [`ErrorKind::Order`] if a number is not above the one before it, [`ErrorKind::TooLarge`] beyond 2³²−1
/// postings.
///
/// ```
/// use erratum_match::{Segment, SegmentHeader, build_segment};
/// let form = erratum_text::SearchForm::new("We respect your sovereign decision ordering our departure.");
/// let header = SegmentHeader { log_size: 8, root: [0; 32] };
/// let bytes = build_segment(header, [(7, &form)])?;
/// assert_eq!(Segment::from_bytes(bytes)?.documents(), 1);
/// # Ok::<(), erratum_match::Error>(())
/// ```
pub fn build_segment<F: Borrow<SearchForm>>(
    header: SegmentHeader,
    docs: impl IntoIterator<Item = (u32, F)>,
) -> Result<Vec<u8>, Error> {
    let mut bases: Vec<(u32, u64)> = Vec::new();
    let mut postings: Vec<(u64, u64)> = Vec::new();
    let mut grams = 0_u64;
    for (number, form) in docs {
        let form = form.borrow();
        if let Some(&(before, _)) = bases.last().filter(|&&(before, _)| before >= number) {
            return Err(Error::new(ErrorKind::Order { before, after: number }));
        }
        bases.push((number, grams));
        for (ordinal, hash) in indexed(form.as_str()) {
            postings.push((hash, grams + u64::from(ordinal)));
        }
        grams += grid(form.as_str()).count() as u64;
    }
    postings.sort_unstable();
    write(header, &bases, &postings, grams)
}

/// The grid grams of a form that are indexed: their ordinal on the grid, and hash.
pub(crate) fn indexed(form: &str) -> Vec<(u32, u64)> {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut kept = Vec::new();
    for (ordinal, gram) in (0_u32..).zip(grid(form)) {
        let times = seen.entry(gram.hash).or_insert(0);
        *times += 1;
        if *times <= PLACES_PER_GRAM {
            kept.push((ordinal, gram.hash));
        }
    }
    kept
}

fn write(
    header: SegmentHeader,
    bases: &[(u32, u64)],
    postings: &[(u64, u64)],
    grams: u64,
) -> Result<Vec<u8>, Error> {
    let too_large = || Error::new(ErrorKind::TooLarge { postings: postings.len() as u64 });
    let count = u32::try_from(postings.len()).map_err(|_| too_large())?;
    let documents = u32::try_from(bases.len()).map_err(|_| too_large())?;
    let head = Header {
        gram_weight: GRAM_WEIGHT as u8,
        grid_weight: GRID_WEIGHT as u8,
        prefix_bits: prefix_bits(count),
        number_bytes: number_bytes(grams),
        log_size: header.log_size,
        root: header.root,
        documents,
        postings: count,
        grams,
    };
    let mut out = Vec::with_capacity(usize::try_from(head.file_len()).map_err(|_| too_large())?);
    out.extend_from_slice(&head.to_bytes());
    for &(number, base) in bases {
        let mut row = [0; DOCUMENT_BYTES];
        row[..4].copy_from_slice(&number.to_le_bytes());
        row[4..].copy_from_slice(&base.to_le_bytes());
        out.extend_from_slice(&row);
    }
    write_directory(&mut out, postings, head.prefix_bits);
    for &(hash, number) in postings {
        out.extend_from_slice(&remainder_of(hash, head.prefix_bits).to_le_bytes()[..REMAINDER_BYTES]);
        out.extend_from_slice(&number.to_le_bytes()[..usize::from(head.number_bytes)]);
    }
    out.extend_from_slice(&digest(&out));
    Ok(out)
}

fn write_directory(out: &mut Vec<u8>, postings: &[(u64, u64)], prefix_bits: u8) {
    let mut next = 0_usize;
    for bucket in 0..1_u64 << prefix_bits {
        out.extend_from_slice(&(next as u32).to_le_bytes());
        next += postings[next..]
            .iter()
            .take_while(|&&(hash, _)| bucket_of(hash, prefix_bits) == bucket)
            .count();
    }
    out.extend_from_slice(&(next as u32).to_le_bytes());
}

fn prefix_bits(postings: u32) -> u8 {
    let mut bits = 0;
    while u64::from(postings) > u64::from(POSTINGS_PER_BUCKET) << bits {
        bits += 1;
    }
    bits
}

fn number_bytes(grams: u64) -> u8 {
    let mut bytes = 1;
    while bytes < 8 && grams > 1 << (8 * bytes) {
        bytes += 1;
    }
    bytes
}
