//! Where everything stands in a segment file: its fixed header and the arithmetic of its three tables.
//! Shared by the writer and the reader; it holds no data. All numbers are little-endian.
//!
//! ```text
//!  0  8  "erratseg"
//!  8  4  version, 1
//! 12  1  least weight of a gram, 12
//! 13  1  least weight between grid points, 12
//! 14  1  p, bits of a hash that choose a bucket
//! 15  1  w, bytes of a gram number
//! 16  8  log size
//! 24 32  root of the log at that size
//! 56  4  n, documents
//! 60  4  m, postings
//! 64  8  grid grams of all documents
//! 72 12n documents: number (4), number of its first gram (8)
//!     4(2^p + 1)  directory: index of the first posting of each bucket, and m
//!     (2 + w)m    postings: 16 bits of the hash after the first p (2), gram number (w)
//!     32 SHA-256 of all that stands before it
//! ```

use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind};

pub(crate) const MAGIC: &[u8; 8] = b"erratseg";
pub(crate) const VERSION: u32 = 1;
pub(crate) const HEADER_BYTES: usize = 72;
pub(crate) const DOCUMENT_BYTES: usize = 12;
pub(crate) const REMAINDER_BYTES: usize = 2;
pub(crate) const DIGEST_BYTES: usize = 32;
pub(crate) const POSTINGS_PER_BUCKET: u32 = 16;
/// 2³² postings, 16 a bucket.
const MOST_PREFIX_BITS: u8 = 28;

/// The fixed header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) gram_weight: u8,
    pub(crate) grid_weight: u8,
    pub(crate) prefix_bits: u8,
    pub(crate) number_bytes: u8,
    pub(crate) log_size: u64,
    pub(crate) root: [u8; 32],
    pub(crate) documents: u32,
    pub(crate) postings: u32,
    pub(crate) grams: u64,
}

impl Header {
    pub(crate) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut out = [0; HEADER_BYTES];
        out[..8].copy_from_slice(MAGIC);
        out[8..12].copy_from_slice(&VERSION.to_le_bytes());
        out[12..16].copy_from_slice(&[
            self.gram_weight,
            self.grid_weight,
            self.prefix_bits,
            self.number_bytes,
        ]);
        out[16..24].copy_from_slice(&self.log_size.to_le_bytes());
        out[24..56].copy_from_slice(&self.root);
        out[56..60].copy_from_slice(&self.documents.to_le_bytes());
        out[60..64].copy_from_slice(&self.postings.to_le_bytes());
        out[64..72].copy_from_slice(&self.grams.to_le_bytes());
        out
    }

    /// Reads a header and checks it against itself and the file's length.
    pub(crate) fn parse(file: &[u8]) -> Result<Self, Error> {
        if field::<8>(file, 0) != Some(*MAGIC) {
            return Err(Error::new(ErrorKind::NotASegment));
        }
        let short = || Error::damaged("the file ends inside its header", file.len() as u64);
        let version = u32::from_le_bytes(field(file, 8).ok_or_else(short)?);
        if version != VERSION {
            return Err(Error::new(ErrorKind::Version(version)));
        }
        let [gram_weight, grid_weight, prefix_bits, number_bytes] = field(file, 12).ok_or_else(short)?;
        let header = Self {
            gram_weight,
            grid_weight,
            prefix_bits,
            number_bytes,
            log_size: u64::from_le_bytes(field(file, 16).ok_or_else(short)?),
            root: field(file, 24).ok_or_else(short)?,
            documents: u32::from_le_bytes(field(file, 56).ok_or_else(short)?),
            postings: u32::from_le_bytes(field(file, 60).ok_or_else(short)?),
            grams: u64::from_le_bytes(field(file, 64).ok_or_else(short)?),
        };
        header.check(file.len() as u64)
    }

    fn check(self, file_len: u64) -> Result<Self, Error> {
        if (self.gram_weight, self.grid_weight) != (12, 12) {
            return Err(Error::damaged("gram and grid weights other than 12 and 12", 12));
        }
        if self.prefix_bits > MOST_PREFIX_BITS {
            return Err(Error::damaged("more than 28 prefix bits", 14));
        }
        if !(1..=8).contains(&self.number_bytes) {
            return Err(Error::damaged("a gram number of less than 1 or more than 8 bytes", 15));
        }
        if file_len != self.file_len() {
            return Err(Error::damaged("a length other than the header's counts give", file_len));
        }
        Ok(self)
    }

    pub(crate) fn directory_at(&self) -> u64 {
        HEADER_BYTES as u64 + DOCUMENT_BYTES as u64 * u64::from(self.documents)
    }

    pub(crate) fn postings_at(&self) -> u64 {
        self.directory_at() + 4 * ((1_u64 << self.prefix_bits) + 1)
    }

    pub(crate) fn posting_bytes(&self) -> usize {
        REMAINDER_BYTES + usize::from(self.number_bytes)
    }

    /// Length of the whole file. Cannot overflow: each factor is bounded by its field's width.
    pub(crate) fn file_len(&self) -> u64 {
        self.digest_at() + DIGEST_BYTES as u64
    }

    /// Where the digest of all that stands before it begins.
    pub(crate) fn digest_at(&self) -> u64 {
        self.postings_at() + self.posting_bytes() as u64 * u64::from(self.postings)
    }
}

/// The digest at the end of a file.
pub(crate) fn digest(bytes: &[u8]) -> [u8; DIGEST_BYTES] {
    Sha256::digest(bytes).into()
}

/// `N` bytes of `file` at `at`, if it has them.
pub(crate) fn field<const N: usize>(file: &[u8], at: usize) -> Option<[u8; N]> {
    file.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The bucket of a hash: its first `prefix_bits` bits.
pub(crate) fn bucket_of(hash: u64, prefix_bits: u8) -> u64 {
    hash.checked_shr(64 - u32::from(prefix_bits)).unwrap_or(0)
}

/// The 16 bits of a hash after its first `prefix_bits`.
pub(crate) fn remainder_of(hash: u64, prefix_bits: u8) -> u16 {
    ((hash << prefix_bits) >> 48) as u16
}
