//! All that several layers have of one bucket, and going through all buckets in order.

use super::label::{Hash, Key, common_bits, leading};
use super::layer::{Group, Layer, Record};
use super::tree;
use crate::log::LogError;

/// What a map has in a bucket: sorted records, of each key the newest.
pub(super) struct Bucket<'a> {
    pub(super) records: Vec<Record<'a>>,
    /// The hash of the node over them, and the layer that says so; `None` where no layer has any.
    pub(super) root: Option<(&'a Hash, &'a Layer)>,
}

impl<'a> Bucket<'a> {
    /// Gathers a bucket from the layers, newest first.
    pub(super) fn gather(
        layers: impl IntoIterator<Item = &'a Layer>,
        bucket: u32,
    ) -> Result<Self, LogError> {
        let mut all = Self { records: Vec::new(), root: None };
        for layer in layers {
            if let Some(group) = layer.find(bucket)? {
                all.add_older(layer, &group)?;
            }
        }
        Ok(all)
    }

    fn add_older(&mut self, layer: &'a Layer, group: &Group<'a>) -> Result<(), LogError> {
        self.root.get_or_insert((group.root, layer));
        if self.records.is_empty() {
            return layer.records(group, &mut self.records);
        }
        let mut older = Vec::with_capacity(group.count.min(64) as usize);
        layer.records(group, &mut older)?;
        let newer = std::mem::take(&mut self.records);
        self.records = merge(&newer, &older);
        Ok(())
    }

    /// Checks that the records make the node that the newest layer says.
    pub(super) fn check(&self) -> Result<(), LogError> {
        match self.root {
            Some((root, layer)) if tree::top(&self.records).as_ref() != Some(root) => Err(layer
                .damaged(format!("the records of bucket {} do not make its hash", self.number(layer)))),
            _ => Ok(()),
        }
    }

    /// The record of a key, in a bucket that was checked.
    ///
    /// Hashes bind only those bits of a key at which two part. So the leaf that is nearest to the key is
    /// checked with its whole key: it is the key's own, or the one that would be beside it.
    pub(super) fn look_up(&self, key: &Key) -> Result<Option<Record<'a>>, LogError> {
        let (found, nearest) = match self.records.binary_search_by(|record| record.key.cmp(key)) {
            Ok(at) => (true, self.records.get(at)),
            Err(at) => {
                let before = at.checked_sub(1).and_then(|at| self.records.get(at));
                let beside = [before, self.records.get(at)].into_iter().flatten();
                (false, beside.max_by_key(|record| common_bits(record.key, key)))
            }
        };
        if let (Some(nearest), Some((_, layer))) = (nearest, self.root)
            && !nearest.holds()
        {
            return Err(self.bad_leaf(layer));
        }
        Ok(nearest.filter(|_| found).copied())
    }

    pub(super) fn bad_leaf(&self, layer: &Layer) -> LogError {
        layer.damaged(format!("a value of bucket {} does not match its leaf", self.number(layer)))
    }

    fn number(&self, layer: &Layer) -> u32 {
        self.records.first().map_or(0, |record| leading(record.key, layer.header().depth))
    }
}

/// The union of two sorted runs; of a key in both the newer record.
fn merge<'a>(newer: &[Record<'a>], older: &[Record<'a>]) -> Vec<Record<'a>> {
    let mut merged = Vec::with_capacity(newer.len() + older.len());
    let mut older = older.iter().peekable();
    for record in newer {
        while let Some(other) = older.next_if(|other| other.key < record.key) {
            merged.push(*other);
        }
        older.next_if(|other| other.key == record.key);
        merged.push(*record);
    }
    merged.extend(older);
    merged
}

/// Goes through the groups of one layer, checked to ascend.
struct Cursor<'a> {
    layer: &'a Layer,
    cell: u32,
    groups: std::slice::Iter<'a, [u8; super::layer::GROUP]>,
    next: Option<Group<'a>>,
    last: Option<u32>,
}

impl<'a> Cursor<'a> {
    fn new(layer: &'a Layer) -> Result<Self, LogError> {
        let mut cursor = Self { layer, cell: 0, groups: [].iter(), next: None, last: None };
        cursor.advance()?;
        Ok(cursor)
    }

    fn advance(&mut self) -> Result<(), LogError> {
        loop {
            if let Some(group) = self.groups.next().map(Group::parse) {
                if self.last.is_some_and(|last| last >= group.bucket) {
                    return Err(self.layer.damaged("its groups are not sorted"));
                }
                (self.last, self.next) = (Some(group.bucket), Some(group));
                return Ok(());
            }
            if self.cell == self.layer.cell_count() {
                self.next = None;
                return Ok(());
            }
            self.groups = self.layer.cell(self.cell)?.iter();
            self.cell += 1;
        }
    }
}

/// All buckets of some layers of one depth, in order.
pub(super) struct Buckets<'a> {
    cursors: Vec<Cursor<'a>>,
}

impl<'a> Buckets<'a> {
    /// Of these layers, newest first.
    pub(super) fn new(layers: impl IntoIterator<Item = &'a Layer>) -> Result<Self, LogError> {
        let cursors: Result<_, _> = layers.into_iter().map(Cursor::new).collect();
        Ok(Self { cursors: cursors? })
    }

    /// The next bucket with its number, unchecked against its hash.
    pub(super) fn next(&mut self) -> Result<Option<(u32, Bucket<'a>)>, LogError> {
        let numbers = self.cursors.iter().filter_map(|cursor| cursor.next).map(|group| group.bucket);
        let Some(number) = numbers.min() else { return Ok(None) };
        let mut bucket = Bucket { records: Vec::new(), root: None };
        for cursor in &mut self.cursors {
            if let Some(group) = cursor.next.filter(|group| group.bucket == number) {
                bucket.add_older(cursor.layer, &group)?;
                cursor.advance()?;
            }
        }
        Ok(Some((number, bucket)))
    }
}
