//! The standing map: 32-byte keys to values, with a root that commits to all of them, in immutable layers.
//!
//! Knows nothing of statements: what the keys and values mean is the caller's. One writer at a time extends
//! and publishes; any number of readers open what was published. The formats are in `docs/map.md`.
//!
//! - `label`, `tree`, [`MapProof`]: the hashing and the proofs. Pure; a verifier needs nothing else.
//! - `layer`, `bucket`, `slots`, `prove`: reading layers. Nothing that is read is given out unchecked: a
//!   value is checked against its leaf and its bucket's hash, a proof up to the root.
//! - `extend`, `write`: making a layer of changes, and merging layers.
//! - `folder`: the disk.
//!
//! An epoch is a few layers. Each call of [`Map::extend`] makes one of the changes and merges it with those
//! before it that are no longer than all newer ones together, so that a key is written some log₂ times and
//! looked up in few layers. When all are merged, the depth at which the key space is cut follows the number
//! of keys.

mod bucket;
mod extend;
mod folder;
mod label;
mod layer;
#[doc(hidden)]
pub mod noise;
mod proof;
mod prove;
mod slots;
#[cfg(test)]
mod tests;
mod tree;
mod write;

use std::path::Path;
use std::sync::Arc;

use bucket::{Bucket, Buckets};
use folder::{Current, Named, NewLayer};
use label::{Hash, leading};
use layer::{Bytes, Layer};
use slots::Layers;
use write::{LayerWriter, depth_for};

use crate::log::{LogError, LogErrorKind};

pub use label::Label;
pub use proof::{MapProof, Sibling};
pub use tree::hash_value;

/// Layers no longer than this are merged with whatever comes, so that small epochs do not pile up.
const SMALL: u64 = 4096;

/// One epoch of a map: keys, each with a value, and the root that commits to them.
///
/// It never changes; [`Map::extend`] gives another. Clones share their layers, which may be read by any
/// number of threads while the next epoch is made and published.
#[derive(Clone)]
pub struct Map {
    layers: Layers,
    /// The files of the layers; none of a map in memory.
    files: Vec<Named>,
    root: Hash,
    covers: u64,
    entry: Option<u64>,
    keys: u64,
    /// Whether every answer is followed up to the root.
    to_root: bool,
}

impl Map {
    /// The map without keys, which covers nothing.
    #[must_use]
    pub fn empty() -> Self {
        let layers = Layers { all: Vec::new(), depth: 1 };
        Self {
            layers,
            files: Vec::new(),
            root: tree::root(None, None),
            covers: 0,
            entry: None,
            keys: 0,
            to_root: false,
        }
    }

    /// The epoch that was last published in a folder, or `None` if none was. Takes the same time whatever
    /// its size.
    ///
    /// # Errors
    /// If `current` or a layer's header is damaged, a file is missing or has another length, or the layers
    /// are not those of the root.
    pub fn open(folder: &Path) -> Result<Option<Self>, LogError> {
        let mut current = folder::read_current(folder)?;
        loop {
            let Some(read) = current else { return Ok(None) };
            match Self::of(folder, &read) {
                // The writer may have published twice since, and removed what was named then.
                Err(error) if error.kind() == LogErrorKind::Missing => {
                    current = folder::read_current(folder)?;
                    if current.as_ref() == Some(&read) {
                        return Err(error);
                    }
                }
                opened => return opened.map(Some),
            }
        }
    }

    fn of(folder: &Path, current: &Current) -> Result<Self, LogError> {
        let opened: Result<Vec<_>, _> =
            current.layers.iter().map(|named| folder::open_layer(folder, named).map(Arc::new)).collect();
        let all = opened?;
        let depth = all.first().map_or(1, |layer| layer.header().depth);
        if let Some(other) = all.iter().find(|layer| layer.header().depth != depth) {
            return Err(other.damaged(format!("has another depth than {depth}")));
        }
        let layers = Layers { all, depth };
        if layers.root()? != current.root {
            let place = folder.join("current").display().to_string();
            return Err(LogError::damaged(place, "its layers do not make its root"));
        }
        let Current { covers, entry, root, keys, layers: files } = current.clone();
        Ok(Self { layers, files, root, covers, entry: Some(entry), keys, to_root: true })
    }

    /// Takes what lies in the folder for one's own writing: from now on answers are checked against the
    /// hashes of their buckets, and not up to the root.
    pub fn trust(&mut self) {
        self.to_root = false;
    }

    /// The root that commits to all keys and values.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.root
    }

    /// How many entries of the log it covers.
    #[must_use]
    pub fn covers(&self) -> u64 {
        self.covers
    }

    /// The entry of the log that commits to it, once it is published.
    #[must_use]
    pub fn entry(&self) -> Option<u64> {
        self.entry
    }

    /// How many keys it has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.keys
    }

    /// Whether it has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys == 0
    }

    /// The value of a key, or that there is none: checked up to the root, or in a map of one's own making
    /// ([`Map::trust`]) against the hash of its bucket.
    ///
    /// # Errors
    /// If what is read is damaged.
    pub fn get(&self, key: &[u8; 32]) -> Result<Option<&[u8]>, LogError> {
        let value = self.look_up(key)?;
        if self.to_root {
            self.proof(key, value)?;
        }
        Ok(value)
    }

    fn look_up(&self, key: &[u8; 32]) -> Result<Option<&[u8]>, LogError> {
        let bucket = self.layers.bucket(leading(key, self.layers.depth))?;
        bucket.check()?;
        Ok(bucket.look_up(key)?.map(|record| record.value))
    }

    /// The proof that a key has its value, or is not in the map, checked.
    ///
    /// # Errors
    /// If what is read is damaged.
    pub fn prove(&self, key: &[u8; 32]) -> Result<MapProof, LogError> {
        self.proof(key, self.look_up(key)?)
    }

    fn proof(&self, key: &[u8; 32], value: Option<&[u8]>) -> Result<MapProof, LogError> {
        let value = value.map(hash_value);
        let proof = prove::prove(&self.layers, key)?;
        if proof.check(&self.root, key, value.as_ref()).is_err() {
            self.layers.fault(key)?;
            return Err(self.not_its_root());
        }
        Ok(proof)
    }

    /// All keys with their values, in the order of the keys, each bucket checked against its hash, and at
    /// the end all of them against the root. After an error there is nothing more.
    pub fn scan(&self) -> impl Iterator<Item = Result<([u8; 32], &[u8]), LogError>> {
        let mut buckets = Some(Buckets::new(self.layers.iter()));
        let mut seen = tree::Growing::default();
        std::iter::from_fn(move || {
            let next = match buckets.as_mut()? {
                Ok(buckets) => buckets.next().and_then(|next| next.map(check_all).transpose()),
                Err(_) => Ok(None),
            };
            match (next, buckets.take()?) {
                (_, Err(error)) | (Err(error), _) => Some(vec![Err(error)]),
                (Ok(None), _) => {
                    let root = std::mem::take(&mut seen).root();
                    (root != self.root).then(|| vec![Err(self.not_its_root())])
                }
                (Ok(Some(bucket)), going) => {
                    buckets = Some(going);
                    bucket.records.iter().for_each(|record| seen.push(record.key, record.leaf));
                    let pairs = bucket.records.iter().map(|record| Ok((*record.key, record.value)));
                    Some(pairs.collect())
                }
            }
        })
        .flatten()
    }

    /// The map with these changes, which covers so many entries of the log: keys in ascending order, none
    /// twice, each with its new value of less than 4 GiB. With a folder the new layer is written there,
    /// durably, but nobody finds it until it is published; without one it is kept in memory. Memory used
    /// grows with the changes, not with the map.
    ///
    /// # Errors
    /// If the keys are not in order; if what is read is damaged; if it cannot be written; if a map in memory
    /// is to be extended on disk or the other way round.
    pub fn extend<V: AsRef<[u8]>>(
        &self,
        folder: Option<&Path>,
        covers: u64,
        changes: &[([u8; 32], V)],
    ) -> Result<Self, LogError> {
        let invalid = |why: &str| Err(LogError::new(LogErrorKind::Invalid, "map", why));
        if !changes.is_sorted_by(|(a, _), (b, _)| a < b) {
            return invalid("changes that are not in ascending order of their keys");
        }
        if !self.layers.all.is_empty() && folder.is_some() == self.files.is_empty() {
            return invalid("one part in memory and another on disk");
        }
        if changes.is_empty() {
            return Ok(Self { covers, entry: None, ..self.clone() });
        }
        let mut old = self.layers.clone();
        if old.all.is_empty() {
            old.depth = depth_for(changes.len() as u64);
        }
        let fresh = extend::fresh(&old, changes)?;
        if fresh.old_root != self.root {
            changes.iter().try_for_each(|(key, _)| old.fault(key))?;
            return Err(self.not_its_root());
        }
        let mut next = Self {
            covers,
            entry: None,
            root: fresh.root,
            keys: self.keys + fresh.added,
            ..self.clone()
        };
        next.layers.depth = old.depth;
        next.push(folder, fresh.image)?;
        Ok(next)
    }

    /// Takes a layer in front of the others, merged with those that are due.
    fn push(&mut self, folder: Option<&Path>, image: Vec<u8>) -> Result<(), LogError> {
        let fresh = Layer::open("map in memory".to_owned(), Bytes::Owned(image))?;
        let (mut records, mut due) = (fresh.header().records, 0);
        while let Some(layer) = self.layers.all.get(due)
            && layer.header().records <= records.max(SMALL)
        {
            (records, due) = (records + layer.header().records, due + 1);
        }
        let rest = self.layers.all.split_off(due);
        let mut merged: Vec<&Layer> = vec![&fresh];
        merged.extend(self.layers.iter());
        let depth = if rest.is_empty() {
            depth_for(self.keys).max(self.layers.depth)
        } else {
            self.layers.depth
        };
        let plan = Plan { layers: &merged, old_depth: self.layers.depth, depth, root: &self.root };
        let (named, layer) = match folder {
            Some(folder) => {
                let (new, out) = NewLayer::create(folder)?;
                let writer = LayerWriter::new(out, new.place(), Some(&new.temporary), depth)?;
                let (named, layer) = new.complete(plan.write(writer)?)?;
                (Some(named), layer)
            }
            None if merged.len() == 1 && plan.old_depth == depth => (None, fresh),
            None => {
                let bytes = plan.write(LayerWriter::in_memory(depth)?)?.into_inner();
                (None, Layer::open("map in memory".to_owned(), Bytes::Owned(bytes))?)
            }
        };
        self.layers.all = vec![Arc::new(layer)];
        self.layers.all.extend(rest);
        self.layers.depth = depth;
        self.files.drain(..due.min(self.files.len()));
        self.files.splice(..0, named);
        Ok(())
    }

    /// The epoch that these bytes of a `current` name, of whose layers a folder has the files, published or
    /// not.
    ///
    /// # Errors
    /// As [`Map::open`].
    pub fn open_at(folder: &Path, current: &[u8]) -> Result<Self, LogError> {
        let bad = || LogError::damaged("map/current", "is not of its form, or its sum is wrong");
        Self::of(folder, &folder::parse_current(current).ok_or_else(bad)?)
    }

    /// Reads all of it: that every value is that of its leaf, that they make the root, with every bucket
    /// and slot above them, and that there are as many keys as it says.
    ///
    /// # Errors
    /// The first thing that is damaged.
    pub fn check(&self) -> Result<(), LogError> {
        self.layers.check()?;
        let keys = self.scan().try_fold(0, |keys, pair| pair.map(|_| keys + 1))?;
        if keys == self.keys { Ok(()) } else { Err(self.not_its_root()) }
    }

    /// Makes this the epoch that readers of the folder open, committed to by an entry of the log, and
    /// removes the files that neither it nor the one published before needs. Another thread may extend
    /// this epoch meanwhile.
    ///
    /// # Errors
    /// If it is a map in memory, or that cannot be made durable. Publishing again puts that right.
    pub fn publish(&mut self, folder: &Path, entry: u64) -> Result<(), LogError> {
        if self.files.len() != self.layers.all.len() {
            return Err(LogError::new(
                LogErrorKind::Invalid,
                "map",
                "in memory, and cannot be published",
            ));
        }
        let (covers, root, keys) = (self.covers, self.root, self.keys);
        folder::publish(folder, &Current { covers, entry, root, keys, layers: self.files.clone() })?;
        self.entry = Some(entry);
        Ok(())
    }

    fn not_its_root(&self) -> LogError {
        let place = self.layers.iter().last().map_or("map", Layer::place);
        LogError::damaged(place, "does not lead to the root of its map")
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::empty()
    }
}

impl std::fmt::Debug for Map {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let layers: Vec<_> = self.layers.iter().map(|layer| layer.header().records).collect();
        f.debug_struct("Map")
            .field("covers", &self.covers)
            .field("keys", &self.keys)
            .field("depth", &self.layers.depth)
            .field("records", &layers)
            .finish_non_exhaustive()
    }
}

/// What a new layer is made of.
struct Plan<'a> {
    /// Newest first.
    layers: &'a [&'a Layer],
    old_depth: u32,
    depth: u32,
    /// The root of the map with them.
    root: &'a Hash,
}

impl Plan<'_> {
    fn write<W: std::io::Write + std::io::Seek>(&self, writer: LayerWriter<W>) -> Result<W, LogError> {
        if self.depth == self.old_depth {
            return match self.layers {
                [one] => writer.copied(one),
                all => writer.merged(all),
            };
        }
        let (out, root) = writer.rebuilt(self.layers)?;
        if root == *self.root {
            return Ok(out);
        }
        let place = self.layers.last().map_or("map", |layer| layer.place());
        Err(LogError::damaged(place, "does not lead to the root of its map"))
    }
}

/// A bucket, with all its leaves checked.
fn check_all((_, bucket): (u32, Bucket<'_>)) -> Result<Bucket<'_>, LogError> {
    bucket.check()?;
    match (bucket.records.iter().all(layer::Record::holds), bucket.root) {
        (false, Some((_, layer))) => Err(bucket.bad_leaf(layer)),
        _ => Ok(bucket),
    }
}

// A reader's threads share one epoch.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Map>();
};
