//! Labels: where a node of the tree stands. Pure; knows no hashes of nodes.

use sha2::{Digest, Sha256};

/// A key of the map: in practice the SHA-256 of a text.
pub(crate) type Key = [u8; 32];
/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// The bits that all keys below a node share: a number of bits, and 32 bytes that hold them, first bit
/// highest, zero behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    bits: u16,
    bytes: [u8; 32],
}

impl Label {
    /// The label of the root: no bits.
    pub const ROOT: Self = Self { bits: 0, bytes: [0; 32] };
    /// The label of what stands on the empty side of a root: no bits, and bytes that no other label has.
    pub(super) const EMPTY: Self = Self { bits: 0, bytes: [1; 32] };

    /// The label of `bits` bits that `bytes` hold; `None` where there are more than 256 or one behind them
    /// is set.
    #[must_use]
    pub fn new(bits: u16, bytes: [u8; 32]) -> Option<Self> {
        let label = Self { bits, bytes };
        (bits <= 256 && Self::prefix(&bytes, usize::from(bits)) == label).then_some(label)
    }

    /// The label of a leaf.
    pub(super) fn of_key(key: &Key) -> Self {
        Self { bits: 256, bytes: *key }
    }

    /// The first `bits` bits of a key; all of them where `bits` is 256 or more.
    pub(super) fn prefix(key: &Key, bits: usize) -> Self {
        let bits = bits.min(256);
        let mut bytes = *key;
        for (i, byte) in bytes.iter_mut().enumerate() {
            let kept = bits.saturating_sub(8 * i);
            if kept < 8 {
                *byte &= !(0xff_u8 >> kept);
            }
        }
        Self { bits: bits as u16, bytes }
    }

    /// How many bits it has, at most 256.
    #[must_use]
    pub fn bits(&self) -> u16 {
        self.bits
    }

    /// The bits, first bit highest, and zeros behind them.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Whether the key begins with these bits.
    pub(super) fn begins(&self, key: &Key) -> bool {
        *self != Self::EMPTY && common_bits(&self.bytes, key) >= usize::from(self.bits)
    }

    /// The longest label that both begin with.
    pub(super) fn common(&self, other: &Self) -> Self {
        let bits = usize::from(self.bits.min(other.bits));
        Self::prefix(&self.bytes, bits.min(common_bits(&self.bytes, &other.bytes)))
    }

    /// SHA-256 over the number of bits as a big-endian 32-bit number, and the 32 bytes.
    pub(super) fn hash(&self) -> Hash {
        let mut bytes = [0; 36];
        bytes[..4].copy_from_slice(&u32::from(self.bits).to_be_bytes());
        bytes[4..].copy_from_slice(&self.bytes);
        Sha256::digest(bytes).into()
    }
}

/// How many bits two keys have in common before the first that differs.
pub(super) fn common_bits(a: &Key, b: &Key) -> usize {
    for (i, (a, b)) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0).enumerate() {
        let differ = u64::from_be_bytes(*a) ^ u64::from_be_bytes(*b);
        if differ != 0 {
            return 64 * i + differ.leading_zeros() as usize;
        }
    }
    256
}

/// The bit at a place below 256; none is set behind.
pub(super) fn bit(key: &Key, place: usize) -> bool {
    key.get(place / 8).is_some_and(|byte| byte >> (7 - place % 8) & 1 == 1)
}

/// The first `bits` (at most 32) bits of a key, as a number.
pub(super) fn leading(key: &Key, bits: u32) -> u32 {
    let first = u32::from_be_bytes([key[0], key[1], key[2], key[3]]);
    first.checked_shr(32 - bits.min(32)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_nothing_behind_its_bits() {
        let mut bytes = [0; 32];
        bytes[0] = 0b1010_0000;
        assert_eq!(Label::new(3, bytes).unwrap(), Label::prefix(&[0b1011_1111; 32], 3));
        assert_eq!(Label::new(2, bytes), None);
        assert_eq!(Label::new(257, [0; 32]), None);
        assert_eq!(Label::new(0, [1; 32]), None);
        assert_eq!(Label::new(0, [0; 32]), Some(Label::ROOT));
        assert_eq!(Label::new(256, [0xff; 32]), Some(Label::of_key(&[0xff; 32])));
    }

    #[test]
    fn bits_are_counted_from_the_highest() {
        let mut key = [0; 32];
        assert_eq!(common_bits(&key, &[0; 32]), 256);
        key[9] = 0b0001_0000;
        assert_eq!(common_bits(&key, &[0; 32]), 75);
        assert!(bit(&key, 75) && !bit(&key, 74) && !bit(&key, 256));
        assert_eq!(leading(&[0b1011_0000; 32], 3), 0b101);
        assert_eq!(leading(&[0xff; 32], 0), 0);
        assert_eq!(leading(&[0xff; 32], 32), u32::MAX);
        assert!(!Label::EMPTY.begins(&[1; 32]) && Label::ROOT.begins(&[1; 32]));
    }
}
