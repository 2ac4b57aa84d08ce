//! The hashes of RFC 6962 section 2.1 over whole subtrees: what tiles and roots are made of.
//!
//! Leaf and node hashes come from `tlog_tiles`. Its `TileHashReader` is not used: in version 0.2.0 it hands
//! out hashes of a tile that it never checked, where one partial tile holds several subtrees of the root (a
//! log of 259 entries is the smallest). Tiles are read and checked in `tree.rs` instead.

use tlog_tiles::node_hash;
pub(crate) use tlog_tiles::{EMPTY_HASH, Hash, record_hash as leaf_hash};

/// The root of a perfect subtree over `hashes`, whose number is a power of two. (Of any other number
/// the result is a hash that belongs to no tree.)
pub(crate) fn subtree(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => EMPTY_HASH,
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(subtree(left), subtree(right))
        }
    }
}

/// The root of the tree whose partial tiles, from level 0 up, are `levels` (an empty slice where a level
/// has no partial tile).
pub(crate) fn root<'a>(levels: impl IntoIterator<Item = &'a [Hash]>) -> Hash {
    let mut root = None;
    for mut tile in levels {
        // The rightmost perfect subtree of a tile is as wide as the lowest bit of its width says; the
        // subtrees of a tree are joined from the right.
        while !tile.is_empty() {
            let (rest, last) = tile.split_at(tile.len() - (1 << tile.len().trailing_zeros()));
            let last = subtree(last);
            root = Some(root.map_or(last, |right| node_hash(last, right)));
            tile = rest;
        }
    }
    root.unwrap_or(EMPTY_HASH)
}

/// A tile's bytes.
pub(crate) fn to_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The hashes of a tile's bytes, of which nothing is left over when their number divides by 32.
pub(crate) fn from_bytes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<32>().0.iter().map(|chunk| Hash(*chunk)).collect()
}
