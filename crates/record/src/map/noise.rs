//! A door for the fuzz target: a map of one layer of hostile bytes, its checksums made right, for nothing
//! guesses those. All that is proven by hashes stays as it was found.

use std::sync::Arc;

use super::Map;
use super::label::Key;
use super::layer::{Bytes, CELL, GROUP, HEADER, Layer, cell_sum};
use super::slots::Layers;

/// Reads it in every way: a key, its proof, and all of it.
pub fn read(mut bytes: Vec<u8>, key: &Key) {
    if right_header(&mut bytes).is_none() {
        return;
    }
    let Ok(layer) = Layer::open("noise".to_owned(), Bytes::Owned(bytes.clone())) else { return };
    let _ = right_cells(&layer, &mut bytes);
    let Ok(layer) = Layer::open("noise".to_owned(), Bytes::Owned(bytes)) else { return };
    let (depth, keys) = (layer.header().depth, layer.header().records);
    let layers = Layers { all: vec![Arc::new(layer)], depth };
    let Ok(root) = layers.root() else { return };
    let map = Map { layers, files: Vec::new(), root, covers: 0, entry: None, keys, to_root: true };
    let _ = map.get(key);
    let _ = map.prove(key);
    let _ = map.check();
    if let Ok(next) = map.extend(None, 1, &[(*key, b"value")]) {
        let _ = next.prove(key);
    }
}

fn right_header(bytes: &mut [u8]) -> Option<()> {
    let (said, sum) = bytes.get_mut(..HEADER)?.split_last_chunk_mut()?;
    *sum = crc32fast::hash(said).to_be_bytes();
    Some(())
}

fn right_cells(layer: &Layer, bytes: &mut [u8]) -> Option<()> {
    let header = layer.header();
    let start = HEADER.checked_add(usize::try_from(header.block_bytes).ok()?)?;
    let (groups, rest) = bytes.get_mut(start..)?.split_at_mut_checked(header.groups as usize * GROUP)?;
    let cells = rest.as_chunks_mut::<CELL>().0;
    let number = |cell: &[u8; CELL]| cell.first_chunk().map(|first| u32::from_be_bytes(*first) as usize);
    for cell in 0..layer.cell_count() {
        let (first, next) = (cells.get(cell as usize)?, cells.get(cell as usize + 1)?);
        let (first, next) = (number(first)?.checked_mul(GROUP)?, number(next)?.checked_mul(GROUP)?);
        let sum = cell_sum(cell, groups.get(first..next).unwrap_or_default());
        *cells.get_mut(cell as usize)?.last_chunk_mut()? = sum.to_be_bytes();
    }
    Some(())
}
