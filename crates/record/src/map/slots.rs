//! The layers of an epoch as one tree: what stands in a slot, whichever layer says it.

use std::sync::Arc;

use super::bucket::Bucket;
use super::label::{Hash, Key, Label, leading};
use super::layer::{Layer, slot_index};
use super::proof::Sibling;
use super::tree;
use super::write::slot_key;
use crate::log::LogError;

/// Layers, newest first, of one depth.
#[derive(Clone)]
pub(super) struct Layers {
    pub(super) all: Vec<Arc<Layer>>,
    pub(super) depth: u32,
}

impl Layers {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Layer> {
        self.all.iter().map(Arc::as_ref)
    }

    pub(super) fn bucket(&self, number: u32) -> Result<Bucket<'_>, LogError> {
        Bucket::gather(self.iter(), number)
    }

    /// The hash of the topmost node in a slot, and the layer that says so. Unchecked, but for the
    /// groups of buckets.
    pub(super) fn slot(&self, level: u32, index: u32) -> Result<Option<(&Hash, &Layer)>, LogError> {
        for layer in self.iter() {
            let hash = if level == self.depth {
                layer.find(index)?.map(|group| group.root)
            } else {
                layer.slot(level, index)
            };
            if let Some(hash) = hash {
                return Ok(Some((hash, layer)));
            }
        }
        Ok(None)
    }

    pub(super) fn hash(&self, level: u32, index: u32) -> Result<Option<Hash>, LogError> {
        Ok(self.slot(level, index)?.map(|(hash, _)| *hash))
    }

    /// The root over the two slots of level 1.
    pub(super) fn root(&self) -> Result<Hash, LogError> {
        Ok(tree::root(self.hash(1, 0)?.as_ref(), self.hash(1, 1)?.as_ref()))
    }

    /// Checks that every slot is made of those below it, down to the hashes of the buckets.
    pub(super) fn check(&self) -> Result<(), LogError> {
        for layer in self.iter() {
            for level in 1..self.depth {
                layer.level(level).iter().try_for_each(|slot| self.fault_in(level, slot_index(slot)))?;
            }
        }
        Ok(())
    }

    /// The topmost node in a slot that is not empty, with its label and what it commits to.
    pub(super) fn node(&self, mut level: u32, mut index: u32) -> Result<Sibling, LogError> {
        while level < self.depth {
            let (below, left) = (level + 1, index << 1);
            match (self.hash(below, left)?, self.hash(below, left | 1)?) {
                (Some(one), Some(other)) => {
                    let label = Label::prefix(&slot_key(index, level), level as usize);
                    return Ok(Sibling::Node(label, tree::pair(&one, &other)));
                }
                (None, None) => return Err(self.hollow(level, index)),
                (one, _) => (level, index) = (below, left | u32::from(one.is_none())),
            }
        }
        top_node(&self.bucket(index)?.records).ok_or_else(|| self.hollow(level, index))
    }

    /// What is wrong with a slot that has nothing below it.
    pub(super) fn hollow(&self, level: u32, index: u32) -> LogError {
        match self.slot(level, index) {
            Err(error) => error,
            Ok(Some((_, layer))) => {
                layer.damaged(format!("slot {index} of level {level} has nothing below"))
            }
            Ok(None) => LogError::damaged("map", format!("slot {index} of level {level} is empty")),
        }
    }

    /// The first thing found wrong on the way to a key, after what was found did not lead to the root.
    pub(super) fn fault(&self, key: &Key) -> Result<(), LogError> {
        for level in 1..=self.depth {
            let index = leading(key, level);
            for index in [index, index ^ 1] {
                self.fault_in(level, index)?;
            }
        }
        self.bucket(leading(key, self.depth))?.look_up(key).map(drop)
    }

    fn fault_in(&self, level: u32, index: u32) -> Result<(), LogError> {
        if level == self.depth {
            return self.bucket(index)?.check();
        }
        let below = |side: u32| self.hash(level + 1, index << 1 | side);
        let label = || Label::prefix(&slot_key(index, level), level as usize);
        let made = tree::over(label, below(0)?, below(1)?);
        match self.slot(level, index)? {
            Some((hash, layer)) if made.as_ref() != Some(hash) => {
                Err(layer.damaged(format!("slot {index} of level {level} does not match those below")))
            }
            None if made.is_some() => {
                let why = format!("slot {index} of level {level} is missing");
                Err(LogError::damaged(self.iter().last().map_or("map", Layer::place), why))
            }
            _ => Ok(()),
        }
    }
}

/// The node over sorted records, with what it commits to.
pub(super) fn top_node(records: &[super::layer::Record<'_>]) -> Option<Sibling> {
    match records {
        [] => None,
        [one] => Some(Sibling::Node(Label::of_key(one.key), tree::hash_value(one.value))),
        [first, ..] => {
            let (shared, left) = tree::split(records)?;
            let (left, right) = records.split_at(left);
            let value = tree::pair(&tree::top(left)?, &tree::top(right)?);
            Some(Sibling::Node(Label::prefix(first.key, shared), value))
        }
    }
}
