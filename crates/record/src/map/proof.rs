//! Proofs that a map with a certain root has a key with a certain value, or does not have it.
//!
//! The siblings are those of `filippo.io/torchwood/prefix`, in its order, but each comes with what its node
//! *commits to* rather than with the node's hash, as in `akd`. A hash alone does not tie the label to it:
//! then whoever makes a proof may give a child any label, and "prove" the absence of a key that is there.
//! Here the verifier makes every sibling's hash from its label.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::label::{Hash, Label};
use super::tree;
use crate::log::{LogError, LogErrorKind};

/// One for each bit of a key, and the node that stands where the key would.
const MOST_SIBLINGS: usize = 257;
/// More than any line has: `256 `, a label, a space, a value.
const MOST_LINE: usize = 128;

/// A node beside the way from a key up to the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sibling {
    /// The empty side of the root.
    Empty,
    /// A node with its label and with what it commits to: a leaf to the digest of its value, an inner
    /// node to its children.
    Node(Label, [u8; 32]),
}

/// Proves that a key is in a map with a certain value, or that it is not in it.
///
/// From the key up: for a key that is there the siblings on the way to the root; for one that is not, first
/// the two nodes between which it would have to stand, then the siblings of their parent. In a map without
/// keys the one empty side proves it.
///
/// Its text form has one line for each, `<bits> <base64 of the label> <base64 of what it commits to>`, or
/// `empty`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapProof {
    pub(super) siblings: Vec<Sibling>,
}

#[derive(Clone, Copy)]
struct Node {
    label: Label,
    hash: Hash,
}

impl Sibling {
    fn node(&self) -> Node {
        match self {
            Self::Empty => Node { label: Label::EMPTY, hash: *tree::empty_hash() },
            Self::Node(label, value) => Node { label: *label, hash: tree::node(label, value) },
        }
    }
}

impl MapProof {
    /// The siblings, from the key up.
    #[must_use]
    pub fn siblings(&self) -> &[Sibling] {
        &self.siblings
    }

    /// Checks that the map with the root `root` has under `key` a value with the digest `value`, or, where
    /// that is `None`, nothing.
    ///
    /// # Errors
    /// `Unproven` if the proof does not show it, whatever the reason.
    pub fn check(
        &self,
        root: &[u8; 32],
        key: &[u8; 32],
        value: Option<&[u8; 32]>,
    ) -> Result<(), LogError> {
        if self.siblings.len() > MOST_SIBLINGS {
            return Err(unproven("has more than 257 siblings"));
        }
        if let Some(value) = value {
            let leaf = Node { label: Label::of_key(key), hash: tree::leaf(key, value) };
            return climb(leaf, &self.siblings, root);
        }
        match self.siblings.as_slice() {
            [Sibling::Empty] if *root == tree::root(None, None) => Ok(()),
            [one, other, rest @ ..] => {
                let (one, other) = (one.node(), other.node());
                let parent = join(&one, &other)?;
                let between =
                    parent.label.begins(key) && !one.label.begins(key) && !other.label.begins(key);
                if between {
                    climb(parent, rest, root)
                } else {
                    Err(unproven("shows no gap at the key"))
                }
            }
            _ => Err(unproven("shows no gap at the key")),
        }
    }

    /// Reads the text form; what `Display` would not write is refused.
    ///
    /// # Errors
    /// `Damaged`, with the number of the line from 1.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        let mut siblings = Vec::new();
        for line in text.split_inclusive('\n') {
            let number = siblings.len() + 1;
            let damaged = |why: &str| LogError::damaged(format!("map proof, line {number}"), why);
            if number > MOST_SIBLINGS {
                return Err(damaged("more than 257 siblings"));
            }
            let line = line.strip_suffix('\n').ok_or_else(|| damaged("not ended by a newline"))?;
            siblings.push(parse_line(line).ok_or_else(|| damaged("not a sibling"))?);
        }
        Ok(Self { siblings })
    }
}

fn parse_line(line: &str) -> Option<Sibling> {
    if line == "empty" {
        return Some(Sibling::Empty);
    }
    if line.len() > MOST_LINE {
        return None;
    }
    let mut parts = line.split(' ');
    let (bits, label, value) = (parts.next()?, parts.next()?, parts.next()?);
    let number: u16 = bits.parse().ok().filter(|bits| (1..=256).contains(bits))?;
    let mut bytes = [0; 32];
    let given = STANDARD.decode(label).ok()?;
    bytes.get_mut(..given.len())?.copy_from_slice(&given);
    let exact = number.to_string() == bits && given.len() == usize::from(number).div_ceil(8);
    let value = STANDARD.decode(value).ok()?.try_into().ok()?;
    (exact && parts.next().is_none()).then_some(Sibling::Node(Label::new(number, bytes)?, value))
}

impl fmt::Display for MapProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for sibling in &self.siblings {
            match sibling {
                Sibling::Empty => writeln!(f, "empty")?,
                Sibling::Node(label, value) => {
                    let used = usize::from(label.bits()).div_ceil(8);
                    let label_text = STANDARD.encode(&label.bytes()[..used.min(32)]);
                    writeln!(f, "{} {label_text} {}", label.bits(), STANDARD.encode(value))?;
                }
            }
        }
        Ok(())
    }
}

/// The parent of two nodes, on whatever sides.
fn join(one: &Node, other: &Node) -> Result<Node, LogError> {
    let label = one.label.common(&other.label);
    let at = usize::from(label.bits());
    // An empty side stands opposite to the other, below the root only; nothing stands above itself.
    let right = match (one.label == Label::EMPTY, other.label == Label::EMPTY) {
        (false, true) if one.label.bits() > 0 => super::label::bit(one.label.bytes(), 0),
        (true, false) if other.label.bits() > 0 => !super::label::bit(other.label.bytes(), 0),
        (false, false) if one.label.bits().min(other.label.bits()) > label.bits() => {
            super::label::bit(one.label.bytes(), at)
        }
        _ => return Err(unproven("has siblings that cannot be siblings")),
    };
    let (left, right) = if right { (other, one) } else { (one, other) };
    Ok(Node { label, hash: tree::node(&label, &tree::pair(&left.hash, &right.hash)) })
}

fn climb(from: Node, siblings: &[Sibling], root: &Hash) -> Result<(), LogError> {
    let top = siblings.iter().try_fold(from, |node, sibling| join(&node, &sibling.node()))?;
    let good = top.label == Label::ROOT && top.hash == *root;
    if good { Ok(()) } else { Err(unproven("does not lead to the root")) }
}

fn unproven(why: &str) -> LogError {
    LogError::new(LogErrorKind::Unproven, "map proof", why)
}

#[cfg(test)]
mod tests {
    use super::super::tree::tests::{hex, key};
    use super::*;
    use proptest::prelude::*;

    fn text_of(proof: &MapProof) -> String {
        proof.to_string()
    }

    #[test]
    fn the_empty_map_proves_every_absence() {
        let empty = MapProof { siblings: vec![Sibling::Empty] };
        let root = tree::root(None, None);
        empty.check(&root, &key(0), None).unwrap();
        assert_eq!(text_of(&empty), "empty\n");
        for (root, value) in [(&[0; 32], None), (&root, Some(&[0; 32]))] {
            assert_eq!(empty.check(root, &key(0), value).unwrap_err().kind(), LogErrorKind::Unproven);
        }
    }

    #[test]
    fn a_root_with_one_side_proves_the_other_empty() {
        let (here, value) = (key(0), hash_of("fact 0"));
        let leaf = tree::leaf(&here, &value);
        // SHA-256 of "document 0" begins with a zero, that of "document 1" with a one.
        let root = tree::root(Some(&leaf), None);
        assert_eq!(hex(&root), "a3fb426eb7dda0b9cf4fba323f8fdc25bc1b89dee710ad5e897fac8c2f10ce03");
        MapProof { siblings: vec![Sibling::Empty] }.check(&root, &here, Some(&value)).unwrap();
        let node = Sibling::Node(Label::of_key(&here), value);
        for absent in [key(1), key(2)] {
            MapProof { siblings: vec![Sibling::Empty, node] }.check(&root, &absent, None).unwrap();
            MapProof { siblings: vec![node, Sibling::Empty] }.check(&root, &absent, None).unwrap();
        }
        let error =
            MapProof { siblings: vec![node, Sibling::Empty] }.check(&root, &here, None).unwrap_err();
        assert_eq!(error.to_string(), "map proof: shows no gap at the key");
    }

    fn hash_of(text: &str) -> Hash {
        tree::hash_value(text.as_bytes())
    }

    #[test]
    fn a_false_label_proves_no_absence() {
        // Two leaves; the absence of one is "proven" by a label that differs from it in its last bit.
        let (a, b) = (key(0), key(1));
        let leaf_a = tree::leaf(&a, &hash_of("a"));
        let root = tree::root(Some(&leaf_a), Some(&tree::leaf(&b, &hash_of("b"))));
        let mut false_key = a;
        false_key[31] ^= 1;
        let false_node = Sibling::Node(Label::of_key(&false_key), hash_of("a"));
        let proof =
            MapProof { siblings: vec![false_node, Sibling::Node(Label::of_key(&b), hash_of("b"))] };
        let error = proof.check(&root, &a, None).unwrap_err();
        assert_eq!(error.to_string(), "map proof: does not lead to the root");
    }

    #[test]
    fn only_the_written_form_is_read() {
        let value = STANDARD.encode([7; 32]);
        let good = format!("3 oA== {value}\nempty\n");
        assert_eq!(MapProof::parse(&good).unwrap().to_string(), good);
        assert_eq!(MapProof::parse("").unwrap().siblings(), []);
        let bad = [
            format!("3 oA== {value}"),
            format!("03 oA== {value}\n"),
            format!("3 oAA= {value}\n"),
            format!("2 oA== {value}\n"),
            format!("3 oB== {value}\n"),
            format!("3  oA== {value}\n"),
            format!("3 oA== {value} \n"),
            format!("0 - {value}\n"),
            format!("257 oA== {value}\n"),
            "3 oA== AAAA\n".to_owned(),
            "empty\r\n".to_owned(),
            "\n".to_owned(),
        ];
        for text in bad {
            assert_eq!(MapProof::parse(&text).unwrap_err().kind(), LogErrorKind::Damaged, "{text:?}");
        }
        let error = MapProof::parse(&"empty\n".repeat(258)).unwrap_err();
        assert_eq!(error.to_string(), "map proof, line 258: more than 257 siblings");
        let error = MapProof { siblings: vec![Sibling::Empty; 258] }.check(&[0; 32], &[0; 32], None);
        assert_eq!(error.unwrap_err().to_string(), "map proof: has more than 257 siblings");
    }

    fn sibling() -> impl Strategy<Value = Sibling> {
        let node = (1usize..=256, any::<[u8; 32]>(), any::<[u8; 32]>())
            .prop_map(|(bits, key, value)| Sibling::Node(Label::prefix(&key, bits), value));
        prop_oneof![Just(Sibling::Empty), node]
    }

    proptest! {
        #[test]
        fn no_invented_proof_panics_or_passes(
            siblings in proptest::collection::vec(sibling(), 0..6), key in any::<[u8; 32]>()) {
            let proof = MapProof { siblings };
            prop_assert!(proof.check(&[3; 32], &key, None).is_err());
            prop_assert!(proof.check(&[3; 32], &key, Some(&[1; 32])).is_err());
            prop_assert_eq!(MapProof::parse(&proof.to_string()).unwrap(), proof);
        }

        #[test]
        fn what_is_read_is_what_is_written(text in "([0-9]{1,3} [A-Za-z0-9+/=]{4,44} [A-Za-z0-9+/]{43}=\n){0,3}") {
            if let Ok(proof) = MapProof::parse(&text) {
                prop_assert_eq!(proof.to_string(), text);
            }
        }
    }
}
