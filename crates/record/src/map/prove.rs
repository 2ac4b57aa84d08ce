//! Making proofs from layers. What is given out was checked up to the root.

use super::label::{Key, Label, bit, leading};
use super::layer::Record;
use super::proof::{MapProof, Sibling};
use super::slots::{Layers, top_node};
use super::tree;
use crate::log::LogError;

/// The proof that a key is there or is not, unchecked.
pub(super) fn prove(layers: &Layers, key: &Key) -> Result<MapProof, LogError> {
    let mut siblings = Vec::with_capacity(48);
    if go_down(layers, key, &mut siblings)? {
        let bucket = layers.bucket(leading(key, layers.depth))?;
        let hollow = || layers.hollow(layers.depth, leading(key, layers.depth));
        go_down_records(&bucket.records, key, &mut siblings).ok_or_else(hollow)?;
    }
    siblings.reverse();
    Ok(MapProof { siblings })
}

/// Goes from the root to the key's bucket; false where the way ends before.
fn go_down(layers: &Layers, key: &Key, siblings: &mut Vec<Sibling>) -> Result<bool, LogError> {
    for level in 1..=layers.depth {
        let (index, beside) = (leading(key, level), leading(key, level) ^ 1);
        let here = layers.slot(level, index)?.is_some();
        let there = layers.slot(level, beside)?.is_some();
        match (here, there) {
            (_, true) => siblings.push(layers.node(level, beside)?),
            (_, false) if level == 1 => siblings.push(Sibling::Empty),
            (true, false) => {}
            (false, false) => return Err(layers.hollow(level - 1, index >> 1)),
        }
        if !here {
            // Below the root a node stood here that does not reach to the key, and it is the one just
            // pushed. At the root the key's own side is empty; in an empty map that is all.
            if level == 1 && there {
                siblings.push(Sibling::Empty);
            }
            return Ok(false);
        }
    }
    Ok(true)
}

/// Goes on among the records of a bucket; `None` where they are not sorted or there are none.
fn go_down_records(mut records: &[Record<'_>], key: &Key, siblings: &mut Vec<Sibling>) -> Option<()> {
    while let [first, _, ..] = records {
        let (shared, left) = tree::split(records)?;
        if !Label::prefix(first.key, shared).begins(key) {
            break;
        }
        let (left, right) = records.split_at(left);
        let (here, beside) = if bit(key, shared) { (right, left) } else { (left, right) };
        siblings.push(top_node(beside)?);
        records = here;
    }
    if records.first()?.key != key {
        siblings.push(top_node(records)?);
    }
    Some(())
}
