//! The changes of one epoch as a layer: the changed records, and the hashes of every slot above them.
//!
//! The old hashes are computed beside the new ones, up to the old root: so nothing that was damaged on disk
//! is ever committed to. Memory grows with the changes, not with the map.

use super::bucket::Bucket;
use super::label::{Hash, Key, Label, leading};
use super::layer::Record;
use super::slots::Layers;
use super::tree::{self, Leaf};
use super::write::{LayerWriter, slot_key};
use crate::log::LogError;

/// A layer in memory, and what the map is with it.
pub(super) struct Fresh {
    pub(super) image: Vec<u8>,
    pub(super) root: Hash,
    /// The root of the map before, as computed from what was read.
    pub(super) old_root: Hash,
    /// How many of the keys are new.
    pub(super) added: u64,
}

/// A slot of which something changed.
struct Changed {
    index: u32,
    old: Option<Hash>,
    new: Hash,
}

/// A key in a changed bucket.
struct Both<'a> {
    key: &'a Key,
    old: Option<&'a Hash>,
    new: &'a Hash,
}

impl Leaf for Both<'_> {
    fn key(&self) -> &Key {
        self.key
    }

    fn leaf(&self) -> &Hash {
        self.new
    }
}

/// The layer that these changes make: sorted by key, no key twice, at least one.
pub(super) fn fresh<V: AsRef<[u8]>>(layers: &Layers, changes: &[(Key, V)]) -> Result<Fresh, LogError> {
    let depth = layers.depth;
    let mut writer = LayerWriter::in_memory(depth)?;
    let (mut slots, mut added) = (Vec::new(), 0);
    for run in changes.chunk_by(|(a, _), (b, _)| leading(a, depth) == leading(b, depth)) {
        let Some(index) = run.first().map(|(key, _)| leading(key, depth)) else { continue };
        let leaves: Vec<Hash> =
            run.iter().map(|(key, value)| tree::leaf(key, &tree::hash_value(value.as_ref()))).collect();
        let records: Vec<_> = run
            .iter()
            .zip(&leaves)
            .map(|((key, value), leaf)| Record { key, leaf, value: value.as_ref() })
            .collect();
        let bucket = layers.bucket(index)?;
        for record in &records {
            added += u64::from(bucket.look_up(record.key)?.is_none());
        }
        let slot = change(index, &bucket, &records)?;
        writer.block(index, &slot.new, &records)?;
        slots.push(slot);
    }
    let mut levels = Vec::new();
    for level in (1..depth).rev() {
        slots = level_over(layers, level, &slots)?;
        levels.push(slots.iter().map(|slot| (slot.index, slot.new)).collect());
    }
    let image = writer.with_levels(&levels)?.into_inner();
    let (mut old, mut new) = ([None; 2], [None; 2]);
    for (side, index) in [0, 1].into_iter().enumerate() {
        let changed = slots.iter().find(|slot| slot.index == index);
        let known = layers.hash(1, index)?;
        old[side] = changed.map_or(known, |slot| slot.old);
        new[side] = changed.map(|slot| slot.new).or(known);
    }
    let root = |sides: [Option<Hash>; 2]| tree::root(sides[0].as_ref(), sides[1].as_ref());
    Ok(Fresh { image, root: root(new), old_root: root(old), added })
}

/// A bucket with its changes.
fn change(index: u32, bucket: &Bucket<'_>, records: &[Record<'_>]) -> Result<Changed, LogError> {
    let mut items = Vec::with_capacity(bucket.records.len() + records.len());
    let mut before = bucket.records.iter().peekable();
    for record in records {
        while let Some(old) = before.next_if(|old| old.key < record.key) {
            items.push(Both { key: old.key, old: Some(old.leaf), new: old.leaf });
        }
        let old = before.next_if(|old| old.key == record.key).map(|old| old.leaf);
        items.push(Both { key: record.key, old, new: record.leaf });
    }
    items.extend(before.map(|old| Both { key: old.key, old: Some(old.leaf), new: old.leaf }));
    let tops = tops(&items).filter(|(old, _)| old.as_ref() == bucket.root.map(|(root, _)| root));
    match (tops, bucket.root) {
        (Some((old, new)), _) => Ok(Changed { index, old, new }),
        (None, Some((_, layer))) => {
            Err(layer.damaged(format!("the records of bucket {index} do not make its hash")))
        }
        (None, None) => Err(LogError::damaged("map", format!("bucket {index} has no order"))),
    }
}

/// The nodes over these keys before and after.
fn tops(items: &[Both<'_>]) -> Option<(Option<Hash>, Hash)> {
    if let [one] = items {
        return Some((one.old.copied(), *one.new));
    }
    if items.iter().all(|item| item.old == Some(item.new)) {
        let top = tree::top(items)?;
        return Some((Some(top), top));
    }
    let (shared, left) = tree::split(items)?;
    let (left, right) = items.split_at(left);
    let ((old_left, new_left), (old_right, new_right)) = (tops(left)?, tops(right)?);
    let label = Label::prefix(items.first()?.key, shared).hash();
    let old = match (old_left, old_right) {
        (Some(left), Some(right)) => Some(tree::pair(&tree::pair(&left, &right), &label)),
        (one, other) => one.or(other),
    };
    Some((old, tree::pair(&tree::pair(&new_left, &new_right), &label)))
}

/// The changed slots of a level, from those of the level below.
fn level_over(layers: &Layers, level: u32, below: &[Changed]) -> Result<Vec<Changed>, LogError> {
    let mut slots = Vec::with_capacity(below.len());
    for family in below.chunk_by(|a, b| a.index >> 1 == b.index >> 1) {
        let Some(one) = family.first() else { continue };
        let (old, new) = match family.get(1) {
            Some(other) => ((one.old, other.old), (Some(one.new), Some(other.new))),
            None => {
                let beside = layers.hash(level + 1, one.index ^ 1)?;
                if one.index & 1 == 0 {
                    ((one.old, beside), (Some(one.new), beside))
                } else {
                    ((beside, one.old), (beside, Some(one.new)))
                }
            }
        };
        let index = one.index >> 1;
        let label = Label::prefix(&slot_key(index, level), level as usize).hash();
        let over = |(left, right): (Option<Hash>, Option<Hash>)| match (left, right) {
            (Some(left), Some(right)) => Some(tree::pair(&tree::pair(&left, &right), &label)),
            (one, other) => one.or(other),
        };
        let new = over(new).unwrap_or(one.new);
        slots.push(Changed { index, old: over(old), new });
    }
    Ok(slots)
}
