//! The hashes of the tree: those of `filippo.io/torchwood/prefix` v0.9.0 and of the crate `akd` in its
//! configuration `whatsapp_v1` without leaf epochs. Pure.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::label::{Hash, Key, Label, bit, common_bits};

/// SHA-256 of a value: what a leaf commits to.
#[must_use]
pub fn hash_value(value: &[u8]) -> [u8; 32] {
    Sha256::digest(value).into()
}

/// What an inner node commits to: its children.
pub(super) fn pair(left: &Hash, right: &Hash) -> Hash {
    let mut both = [0; 64];
    both[..32].copy_from_slice(left);
    both[32..].copy_from_slice(right);
    Sha256::digest(both).into()
}

/// The hash of a node: of what it commits to and where it stands.
pub(super) fn node(label: &Label, value: &Hash) -> Hash {
    pair(value, &label.hash())
}

pub(super) fn leaf(key: &Key, value: &Hash) -> Hash {
    node(&Label::of_key(key), value)
}

/// What the root of a map without keys commits to.
static NOTHING: LazyLock<Hash> = LazyLock::new(|| hash_value(&[0]));
/// What the node on an empty side of a root commits to. That it is nested so is how `akd` has it.
pub(super) static EMPTY_VALUE: LazyLock<Hash> = LazyLock::new(|| node(&Label::EMPTY, &NOTHING));
static EMPTY_HASH: LazyLock<Hash> = LazyLock::new(|| node(&Label::EMPTY, &EMPTY_VALUE));

/// The hash of the node that stands on an empty side of the root.
pub(super) fn empty_hash() -> &'static Hash {
    &EMPTY_HASH
}

/// The root over the nodes of its two sides.
pub(super) fn root(left: Option<&Hash>, right: Option<&Hash>) -> Hash {
    let value = match (left, right) {
        (None, None) => *NOTHING,
        _ => pair(left.unwrap_or(&EMPTY_HASH), right.unwrap_or(&EMPTY_HASH)),
    };
    node(&Label::ROOT, &value)
}

/// The node over the nodes in the two halves of a slot that begins with `label`: where one half is empty,
/// the other's node.
pub(super) fn over(
    label: impl FnOnce() -> Label,
    left: Option<Hash>,
    right: Option<Hash>,
) -> Option<Hash> {
    match (left, right) {
        (Some(left), Some(right)) => Some(node(&label(), &pair(&left, &right))),
        (one, other) => one.or(other),
    }
}

/// Something at a place in the tree, with the hash of its leaf.
pub(super) trait Leaf {
    fn key(&self) -> &Key;
    fn leaf(&self) -> &Hash;
}

/// Where the first key of a sorted run of two or more leaves the rest: the bits that all share, and how
/// many have a zero behind those.
pub(super) fn split<L: Leaf>(leaves: &[L]) -> Option<(usize, usize)> {
    let [first, .., last] = leaves else { return None };
    let shared = common_bits(first.key(), last.key());
    // Runs are short: counting is faster than halving.
    let left = leaves.iter().take_while(|leaf| !bit(leaf.key(), shared)).count();
    (shared < 256 && left > 0 && left < leaves.len()).then_some((shared, left))
}

/// The node over all these leaves, sorted by key, no key twice; `None` where there are none, or they are
/// not sorted.
pub(super) fn top<L: Leaf>(leaves: &[L]) -> Option<Hash> {
    match leaves {
        [] => None,
        [one] => Some(*one.leaf()),
        [first, ..] => {
            let (shared, left) = split(leaves)?;
            let (left, right) = leaves.split_at(left);
            Some(node(&Label::prefix(first.key(), shared), &pair(&top(left)?, &top(right)?)))
        }
    }
}

/// The tree over leaves that come one by one, in ascending order of their keys.
#[derive(Default)]
pub(super) struct Growing {
    /// The nodes that still want what is on their right: each with the number of bits that it shares with
    /// that, which ascend.
    left: Vec<(Hash, usize)>,
    last: Option<(Key, Hash)>,
}

impl Growing {
    pub(super) fn push(&mut self, key: &Key, leaf: &Hash) {
        if let Some((last, hash)) = self.last.replace((*key, *leaf)) {
            let shared = common_bits(&last, key);
            let node = self.close(&last, hash, shared);
            self.left.push((node, shared));
        }
    }

    /// The node over `right`, which begins with `key`, and all on its left that share more than so many bits.
    fn close(&mut self, key: &Key, mut right: Hash, above: usize) -> Hash {
        while let Some((left, shared)) = self.left.pop_if(|(_, shared)| *shared > above) {
            right = node(&Label::prefix(key, shared), &pair(&left, &right));
        }
        right
    }

    pub(super) fn root(mut self) -> Hash {
        let Some((key, leaf)) = self.last else { return root(None, None) };
        let right = self.close(&key, leaf, 0);
        match self.left.pop() {
            Some((left, _)) => root(Some(&left), Some(&right)),
            None if bit(&key, 0) => root(None, Some(&right)),
            None => root(Some(&right), None),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::collections::BTreeMap;

    pub(in crate::map) fn hex(hash: &Hash) -> String {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(in crate::map) fn key(i: usize) -> Key {
        hash_value(format!("document {i}").as_bytes())
    }

    struct Plain(Key, Hash);

    impl Leaf for Plain {
        fn key(&self) -> &Key {
            &self.0
        }
        fn leaf(&self) -> &Hash {
            &self.1
        }
    }

    /// The root of a map, made without anything but this file.
    pub(in crate::map) fn model_root(map: &BTreeMap<Key, Vec<u8>>) -> Hash {
        let leaves: Vec<_> =
            map.iter().map(|(key, value)| Plain(*key, leaf(key, &hash_value(value)))).collect();
        let (left, right) = leaves.split_at(leaves.partition_point(|leaf| !bit(&leaf.0, 0)));
        root(top(left).as_ref(), top(right).as_ref())
    }

    /// Made with `filippo.io/torchwood/prefix` v0.9.0: the keys are SHA-256 of `document 0`, `document 1`, …,
    /// the values SHA-256 of `fact 0`, ….
    #[test]
    fn roots_are_those_of_torchwood() {
        let known = [
            (0, "e60055537d90faaccb2be51f744b9b4a759ff758c1fe1f361d773294dae4f03f"),
            (1, "a3fb426eb7dda0b9cf4fba323f8fdc25bc1b89dee710ad5e897fac8c2f10ce03"),
            (2, "5e6fc30cf37f4ebb48c8c8405a657959044934322ccbcd973a47ed98bc8df831"),
            (3, "e9b5863523f122147f4220e0b643a7c0df2610ceba98e1cf7ba63370dc509ff1"),
            (8, "5016050023c345982f1df6e711021055d9110b474296ffd37cc6a790f6f9d4f3"),
            (100, "6c98d27d137b2b371d0aadfca52c58fbe24866825d5439e3c4029646c048d1a4"),
            (1000, "7a7948bb41214b95a5eb7bd9c827fef78af90a05af4c357bda28228a510699b4"),
        ];
        for (keys, root) in known {
            let map = (0..keys).map(|i| (key(i), format!("fact {i}").into_bytes())).collect();
            assert_eq!(hex(&model_root(&map)), root, "{keys} keys");
        }
    }

    /// As above, with the keys 0, 3, 6, 9 (as 256-bit numbers), and one of first byte 0x80 and last 12.
    #[test]
    fn so_are_those_of_keys_that_share_long_prefixes() {
        let known = [
            "e10f3371b413cfad6e73157d58d32358ede2cf18fdaf768b7cfeb03a4a635614",
            "32c9e520ceba29e6f4e7a239516d21152c70f0a51237b49f5e35e09464d7c3fc",
            "07c0b2c9f73cccc84e5a2cf31c6c5907a942d528e46651e10d5d15a0120e84c1",
            "7bf4cb780f62c85fc0fb6a00cfba37d4f033124c234fe85dd9fded53bdf01c51",
            "96c22d95b0772da362515d808c4d50cc0acff2802e9b46042cca01228cbc815c",
        ];
        let mut map = BTreeMap::new();
        for (i, root) in known.into_iter().enumerate() {
            let mut key = [0; 32];
            key[31] = 3 * i as u8;
            key[0] = if i == 4 { 0x80 } else { 0 };
            map.insert(key, format!("fact {i}").into_bytes());
            assert_eq!(hex(&model_root(&map)), root, "{i}");
        }
    }
}
