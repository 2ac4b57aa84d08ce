//! A segment opened for reading: an immutable file of postings, mapped rather than loaded. It checks what
//! it opens and checks every access; it does not write, rank, or know what a document says.
//!
//! A damaged posting can only produce or hide a candidate; candidates are compared with the documents'
//! own texts afterwards, and whoever audits a record builds the segment again and compares the bytes.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;
use sha2::{Digest, Sha256};

use crate::build::SegmentHeader;
use crate::error::{Error, ErrorKind};
use crate::gram::GRID_WEIGHT;
use crate::layout::{
    DOCUMENT_BYTES, HEADER_BYTES, Header, REMAINDER_BYTES, bucket_of, field, remainder_of,
};

/// An open segment.
#[derive(Debug)]
pub struct Segment {
    bytes: Bytes,
    header: Header,
    sha256: [u8; 32],
}

#[derive(Debug)]
enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
    Empty,
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
            Self::Empty => &[],
        }
    }
}

/// One place at which a gram stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    /// The document's number.
    pub(crate) doc: u32,
    /// About the weight of all that stands before the gram.
    pub(crate) at: u32,
}

impl Segment {
    /// Maps the segment at `path`. The file must not be changed or cut while it is open: a record's
    /// segments are written once, under a name of their own, and replaced only by renaming.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the file cannot be opened or mapped; otherwise as [`Segment::from_bytes`].
    #[allow(unsafe_code)]
    pub fn open(path: &Path) -> Result<Self, Error> {
        let io = |error| Error::new(ErrorKind::Io(error)).at(path);
        let file = File::open(path).map_err(io)?;
        let bytes = if file.metadata().map_err(io)?.len() == 0 {
            Bytes::Empty
        } else {
            // SAFETY: a map is sound as long as nobody changes the file under it. Segments are immutable
            // by construction: they are written under a temporary name, synced, renamed, and never opened
            // for writing again. Whoever can write into the record's folder can as well replace this
            // program's answers; what such a person can do is make it stop (SIGBUS on a file cut short),
            // or show other bytes, of which none is trusted: every access is checked against the bounds.
            Bytes::Mapped(unsafe { Mmap::map(&file) }.map_err(io)?)
        };
        Self::read(bytes).map_err(|error| error.at(path))
    }

    /// A segment held in memory.
    ///
    /// # Errors
    /// [`ErrorKind::NotASegment`], [`ErrorKind::Version`] or [`ErrorKind::Damaged`] if the bytes are not
    /// those of a whole segment: its header, its length, the order of its documents and directory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::read(Bytes::Owned(bytes))
    }

    fn read(bytes: Bytes) -> Result<Self, Error> {
        let header = Header::parse(bytes.as_slice())?;
        let mut segment = Self { bytes, header, sha256: [0; 32] };
        segment.check_documents()?;
        segment.check_directory()?;
        segment.sha256 = segment.check_digest()?;
        Ok(segment)
    }

    /// Reads the file once; what was changed in it would otherwise only find too little. Gives the digest of
    /// the whole.
    fn check_digest(&self) -> Result<[u8; 32], Error> {
        let offset = self.header.digest_at();
        let split =
            usize::try_from(offset).ok().and_then(|at| self.bytes.as_slice().split_at_checked(at));
        let wrong = || Error::damaged("a digest other than that of the bytes before it", offset);
        let (bytes, found) = split.ok_or_else(wrong)?;
        let mut hash = Sha256::new_with_prefix(bytes);
        if *hash.clone().finalize() != *found {
            return Err(wrong());
        }
        hash.update(found);
        Ok(hash.finalize().into())
    }

    fn check_documents(&self) -> Result<(), Error> {
        let mut before: Option<(u32, u64)> = None;
        for index in 0..self.header.documents {
            let offset = HEADER_BYTES as u64 + DOCUMENT_BYTES as u64 * u64::from(index);
            let row =
                self.document(index).ok_or_else(|| Error::damaged("a document cut short", offset))?;
            if before.is_some_and(|before| before.0 >= row.0 || before.1 > row.1) {
                return Err(Error::damaged("documents out of order", offset));
            }
            if row.1 > self.header.grams || (index == 0 && row.1 != 0) {
                return Err(Error::damaged("a document outside the grams", offset));
            }
            before = Some(row);
        }
        Ok(())
    }

    fn check_directory(&self) -> Result<(), Error> {
        let mut before = 0;
        let last = 1_u64 << self.header.prefix_bits;
        for bucket in 0..=last {
            let offset = self.header.directory_at() + 4 * bucket;
            let start =
                self.directory(bucket).ok_or_else(|| Error::damaged("a directory cut short", offset))?;
            if start < before
                || (bucket == 0 && start != 0)
                || (bucket == last && start != self.header.postings)
            {
                return Err(Error::damaged("a directory out of order", offset));
            }
            before = start;
        }
        Ok(())
    }

    /// The state of the log that this segment covers.
    #[must_use]
    pub fn header(&self) -> SegmentHeader {
        SegmentHeader { log_size: self.header.log_size, root: self.header.root }
    }

    /// The SHA-256 of the whole file, of which opening has read every byte.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// How many documents it covers.
    #[must_use]
    pub fn documents(&self) -> u32 {
        self.header.documents
    }

    /// How many postings it holds.
    #[must_use]
    pub fn postings(&self) -> u32 {
        self.header.postings
    }

    /// The whole file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    fn document(&self, index: u32) -> Option<(u32, u64)> {
        let at = HEADER_BYTES + DOCUMENT_BYTES * index as usize;
        let bytes = self.as_bytes();
        Some((u32::from_le_bytes(field(bytes, at)?), u64::from_le_bytes(field(bytes, at + 4)?)))
    }

    fn directory(&self, bucket: u64) -> Option<u32> {
        let at = usize::try_from(self.header.directory_at() + 4 * bucket).ok()?;
        Some(u32::from_le_bytes(field(self.as_bytes(), at)?))
    }

    fn posting(&self, index: u32) -> Option<(u16, u64)> {
        let at = self.header.postings_at() + self.header.posting_bytes() as u64 * u64::from(index);
        let at = usize::try_from(at).ok()?;
        let row = self.as_bytes().get(at..at.checked_add(self.header.posting_bytes())?)?;
        let (remainder, number) = row.split_at_checked(REMAINDER_BYTES)?;
        let mut wide = [0; 8];
        wide.get_mut(..number.len())?.copy_from_slice(number);
        Some((u16::from_le_bytes(remainder.try_into().ok()?), u64::from_le_bytes(wide)))
    }

    /// Which postings, by index, may be those of `hash`: one in 65,536 of another hash is among them.
    pub(crate) fn lookup(&self, hash: u64) -> std::ops::Range<u32> {
        let bucket = bucket_of(hash, self.header.prefix_bits);
        let remainder = remainder_of(hash, self.header.prefix_bits);
        let (Some(start), Some(end)) = (self.directory(bucket), self.directory(bucket + 1)) else {
            return 0..0;
        };
        let first = self.first(start..end, |r| r >= remainder);
        let last = self.first(first..end, |r| r > remainder);
        first..last
    }

    /// The first posting of an ordered range whose remainder passes `test`.
    fn first(&self, range: std::ops::Range<u32>, test: impl Fn(u16) -> bool) -> u32 {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.posting(middle).is_some_and(|(remainder, _)| test(remainder)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// The place that a posting stands for; `None` where a damaged file names none.
    pub(crate) fn place(&self, index: u32) -> Option<Posting> {
        let (_, number) = self.posting(index)?;
        if number >= self.header.grams {
            return None;
        }
        let (mut low, mut high) = (0, self.header.documents);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.document(middle)?.1 <= number { low = middle } else { high = middle }
        }
        let (doc, base) = self.document(low)?;
        let ordinal = u32::try_from(number.checked_sub(base)?).ok()?;
        Some(Posting { doc, at: ordinal.saturating_mul(GRID_WEIGHT) })
    }
}
