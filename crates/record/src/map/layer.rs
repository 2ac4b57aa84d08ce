//! One immutable file of a map: its form, and finding things in it. Writing one is in `write.rs`.
//!
//! The key space is cut into 2^depth *buckets* by the first bits of the keys. A layer holds, for the buckets
//! in which it has something, the records (key, leaf hash, value) it adds or replaces, and the hash of the
//! node over *everything* the map has in the bucket; and of the *slots* above the buckets those that changed:
//! slot i of level k stands for the keys whose first k bits are i, and holds the hash of the topmost node
//! among them. The bytes are given in `docs/map.md`.
//!
//! Opening reads the header only. What is read later is checked by whoever reads it: groups here, by the
//! checksum of their cell; records and slots by hashes, in `bucket.rs`, `extend.rs` and `prove.rs`.

use std::ops::{Deref, Range};

use memmap2::Mmap;

use super::label::{Hash, Key, leading};
use super::tree::{Leaf, hash_value};
use crate::log::LogError;

pub(super) const MAGIC: &[u8; 16] = b"erratum/v1 layer";
pub(super) const HEADER: usize = 300;
/// Bucket, number of records, place of the block, root of the bucket: 4 + 4 + 8 + 32 bytes.
pub(super) const GROUP: usize = 48;
/// First group and checksum.
pub(super) const CELL: usize = 8;
/// Index and hash.
pub(super) const SLOT: usize = 36;
/// Key, leaf hash and length of the value.
pub(super) const HEAD: usize = 68;
/// Buckets are numbered by 31 bits at most.
pub(super) const MOST_DEPTH: u32 = 31;

pub(super) enum Bytes {
    Owned(Vec<u8>),
    Mapped(Mmap),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Mapped(bytes) => bytes,
        }
    }
}

/// What a header says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) depth: u32,
    pub(super) cell_bits: u32,
    pub(super) records: u64,
    pub(super) groups: u64,
    pub(super) block_bytes: u64,
    /// How many slots there are of each level: of level k at k, nothing at 0 and at the depth.
    pub(super) slots: [u64; 32],
}

impl Header {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.depth.to_be_bytes());
        bytes.extend(self.cell_bits.to_be_bytes());
        bytes.extend(self.records.to_be_bytes());
        bytes.extend(self.groups.to_be_bytes());
        bytes.extend(self.block_bytes.to_be_bytes());
        for slots in self.slots.iter().skip(1) {
            bytes.extend(slots.to_be_bytes());
        }
        bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let header = bytes.get(..HEADER)?;
        let word = |at: usize| Some(u32::from_be_bytes(*header.get(at..)?.first_chunk()?));
        let long = |at: usize| Some(u64::from_be_bytes(*header.get(at..)?.first_chunk()?));
        let mut slots = [0; 32];
        for (level, slots) in slots.iter_mut().enumerate().skip(1) {
            *slots = long(40 + 8 * level)?;
        }
        let (depth, cell_bits) = (word(16)?, word(20)?);
        let parsed = Self {
            depth,
            cell_bits,
            records: long(24)?,
            groups: long(32)?,
            block_bytes: long(40)?,
            slots,
        };
        let sound = (1..=MOST_DEPTH).contains(&depth)
            && cell_bits <= depth
            && parsed.groups <= 1 << depth
            && parsed.slots.iter().skip(depth as usize).all(|slots| *slots == 0);
        (sound && parsed.to_bytes() == header).then_some(parsed)
    }
}

/// A layer, its header read.
pub(super) struct Layer {
    /// What errors call it.
    place: String,
    bytes: Bytes,
    header: Header,
    groups: Range<usize>,
    cells: Range<usize>,
    /// The slots of each level, by level.
    slots: Vec<Range<usize>>,
}

/// What a layer says of a bucket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) bucket: u32,
    pub(super) count: u32,
    pub(super) start: u64,
    pub(super) root: &'a Hash,
}

/// A key with its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) key: &'a Key,
    pub(super) leaf: &'a Hash,
    pub(super) value: &'a [u8],
}

impl Leaf for Record<'_> {
    fn key(&self) -> &Key {
        self.key
    }

    fn leaf(&self) -> &Hash {
        self.leaf
    }
}

impl Record<'_> {
    /// Whether the leaf hash is that of this key and value.
    pub(super) fn holds(&self) -> bool {
        super::tree::leaf(self.key, &hash_value(self.value)) == *self.leaf
    }
}

impl Layer {
    pub(super) fn open(place: String, bytes: Bytes) -> Result<Self, LogError> {
        let Some(header) = Header::parse(&bytes) else {
            return Err(LogError::damaged(place, "has no good header"));
        };
        let mut end = Some(HEADER);
        let mut section = |count: u64, width: usize| {
            let start = end?;
            end = usize::try_from(count).ok()?.checked_mul(width)?.checked_add(start);
            Some(start..end?)
        };
        let (_, groups) = (section(header.block_bytes, 1), section(header.groups, GROUP));
        let cells = section((1 << header.cell_bits) + 1, CELL);
        let mut slots = vec![Some(0..0); 32];
        for level in (1..header.depth as usize).rev() {
            slots[level] = section(header.slots[level], SLOT);
        }
        let slots: Option<Vec<_>> = slots.into_iter().collect();
        match (groups, cells, slots, end) {
            (Some(groups), Some(cells), Some(slots), Some(end)) if end == bytes.len() => {
                Ok(Self { place, bytes, header, groups, cells, slots })
            }
            _ => {
                let why = format!("has {} bytes, and not those its header names", bytes.len());
                Err(LogError::damaged(place, why))
            }
        }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn damaged(&self, why: impl Into<String>) -> LogError {
        LogError::damaged(&self.place, why)
    }

    fn section<const N: usize>(&self, range: &Range<usize>) -> &[[u8; N]] {
        self.bytes.get(range.clone()).unwrap_or_default().as_chunks().0
    }

    /// How many cells there are.
    pub(super) fn cell_count(&self) -> u32 {
        1 << self.header.cell_bits
    }

    /// The groups of a cell, checked.
    pub(super) fn cell(&self, cell: u32) -> Result<&[[u8; GROUP]], LogError> {
        let cells = self.section::<CELL>(&self.cells);
        let [first, next] = [0, 1].map(|i| cells.get(cell as usize + i).map_or((0, 0), parse_cell));
        let groups = self.section::<GROUP>(&self.groups).get(first.0 as usize..next.0 as usize);
        // Whoever writes on from this layer goes through all numbers up to that of the bucket.
        let ours = |group: &[u8; GROUP]| Group::parse(group).bucket >> self.cell_shift() == cell;
        match groups {
            Some(groups) if cell_sum(cell, groups.as_flattened()) == first.1 => {
                if groups.iter().all(ours) {
                    return Ok(groups);
                }
                Err(self.damaged(format!("cell {cell} of its directory has a bucket of another")))
            }
            _ => Err(self.damaged(format!("cell {cell} of its directory does not match its groups"))),
        }
    }

    /// How many of a bucket's bits do not tell its cell.
    fn cell_shift(&self) -> u32 {
        self.header.depth - self.header.cell_bits
    }

    /// What it has of a bucket.
    pub(super) fn find(&self, bucket: u32) -> Result<Option<Group<'_>>, LogError> {
        let groups = self.cell(bucket >> self.cell_shift())?;
        Ok(groups.iter().map(Group::parse).find(|group| group.bucket == bucket))
    }

    /// Pushes the records of a group, checked to be sorted and of this bucket.
    pub(super) fn records<'a>(
        &'a self,
        group: &Group<'_>,
        records: &mut Vec<Record<'a>>,
    ) -> Result<(), LogError> {
        let whole = self.read_block(group, records);
        let ok = whole.is_some()
            && records.is_sorted_by(|a, b| a.key < b.key)
            && [records.first(), records.last()]
                .into_iter()
                .flatten()
                .all(|record| leading(record.key, self.header.depth) == group.bucket);
        if ok { Ok(()) } else { Err(self.damaged(format!("the records of bucket {}", group.bucket))) }
    }

    fn read_block<'a>(&'a self, group: &Group<'_>, records: &mut Vec<Record<'a>>) -> Option<()> {
        let blocks = self.bytes.get(HEADER..self.groups.start)?;
        let block = blocks.get(usize::try_from(group.start).ok()?..)?;
        let (heads, mut values) = block.split_at_checked((group.count as usize).checked_mul(HEAD)?)?;
        for head in heads.as_chunks::<HEAD>().0 {
            let (key, rest) = head.split_first_chunk()?;
            let (leaf, bytes) = rest.split_first_chunk()?;
            let bytes = u32::from_be_bytes(*bytes.first_chunk()?);
            let (value, rest) = values.split_at_checked(bytes as usize)?;
            records.push(Record { key, leaf, value });
            values = rest;
        }
        Some(())
    }

    /// The slots of a level, sorted by index where the file is sound.
    pub(super) fn level(&self, level: u32) -> &[[u8; SLOT]] {
        self.slots.get(level as usize).map(|range| self.section(range)).unwrap_or_default()
    }

    /// The slot with an index, unchecked.
    pub(super) fn slot(&self, level: u32, index: u32) -> Option<&Hash> {
        let slots = self.level(level);
        // Indices are spread evenly: guess, and gallop from there.
        let guess = ((u64::from(index) * slots.len() as u64) >> level) as usize;
        let before = |at: usize| slots.get(at).is_some_and(|slot| slot_index(slot) < index);
        let (mut low, mut high, mut step) = (guess, guess, 1);
        while high < slots.len() && before(high) {
            (low, high, step) = (high + 1, high + step, 2 * step);
        }
        while low > 0 && !before(low - 1) {
            (high, low, step) = (low - 1, low.saturating_sub(step), 2 * step);
        }
        let found = slots.get(low..high.max(low).min(slots.len()))?;
        let at = low + found.partition_point(|slot| slot_index(slot) < index);
        let slot = slots.get(at).filter(|slot| slot_index(slot) == index)?;
        slot.last_chunk()
    }
}

impl<'a> Group<'a> {
    pub(super) fn parse(bytes: &'a [u8; GROUP]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, root @ ..] = bytes;
        Self {
            bucket: u32::from_be_bytes([*a, *b, *c, *d]),
            count: u32::from_be_bytes([*e, *f, *g, *h]),
            start: u64::from_be_bytes([*i, *j, *k, *l, *m, *n, *o, *p]),
            root,
        }
    }

    pub(super) fn to_bytes(self) -> [u8; GROUP] {
        let mut bytes = [0; GROUP];
        bytes[..4].copy_from_slice(&self.bucket.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.count.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.start.to_be_bytes());
        bytes[16..].copy_from_slice(self.root);
        bytes
    }
}

fn parse_cell(bytes: &[u8; CELL]) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = *bytes;
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}

/// The checksum of a cell: CRC-32 (IEEE) over its number and its groups.
pub(super) fn cell_sum(cell: u32, groups: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&cell.to_be_bytes());
    sum.update(groups);
    sum.finalize()
}

pub(super) fn slot_index(slot: &[u8; SLOT]) -> u32 {
    let [a, b, c, d, ..] = *slot;
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_of_another_cell_is_refused() {
        let header = Header { depth: 1, groups: 1, ..Header::default() };
        let layer = |bucket: u32| {
            let group = Group { bucket, count: 0, start: 0, root: &[0; 32] }.to_bytes();
            let cells = [[0, cell_sum(0, &group)], [1, 0]];
            let cells: Vec<u8> =
                cells.as_flattened().iter().flat_map(|word| word.to_be_bytes()).collect();
            let bytes = [header.to_bytes(), group.to_vec(), cells].concat();
            Layer::open("layer".to_owned(), Bytes::Owned(bytes)).unwrap()
        };
        assert_eq!(layer(1).find(1).unwrap().map(|group| group.bucket), Some(1));
        let error = layer(0x0200_0000).cell(0).unwrap_err().to_string();
        assert_eq!(error, "layer: cell 0 of its directory has a bucket of another");
    }
}
