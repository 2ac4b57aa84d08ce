//! Writing a layer from front to back, in memory or into a file; and merging layers into one.
//!
//! Memory does not grow with what is written: what has to wait for its place in the file is spilled.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::bucket::Buckets;
use super::label::{Hash, Key, Label, leading};
use super::layer::{GROUP, Group, Header, Layer, MOST_DEPTH, Record, SLOT, slot_index};
use super::layer::{HEADER, cell_sum};
use super::tree;
use crate::log::LogError;

/// More than this is spilled into a file, where there is a folder for it.
const MOST_IN_MEMORY: usize = 16 << 20;
/// So many groups a cell of the directory, more or less.
const GROUPS_A_CELL: u64 = 4;
/// So many keys a bucket, or up to twice as many, when the depth is chosen.
const KEYS_A_BUCKET: u64 = 3;

/// The depth for a map of so many keys.
pub(super) fn depth_for(keys: u64) -> u32 {
    (keys / KEYS_A_BUCKET).max(2).ilog2().min(MOST_DEPTH)
}

/// Bytes that wait, to be read more than once.
struct Spill {
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
    path: Option<PathBuf>,
}

impl Spill {
    /// `path` is where it may spill to.
    fn new(path: Option<PathBuf>) -> Self {
        Self { memory: Vec::new(), file: None, path }
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            return file.write_all(bytes);
        }
        self.memory.extend_from_slice(bytes);
        if let Some(path) = self.path.as_deref().filter(|_| self.memory.len() > MOST_IN_MEMORY) {
            let mut file =
                File::options().read(true).write(true).create(true).truncate(true).open(path)?;
            file.write_all(&std::mem::take(&mut self.memory))?;
            self.file = Some(BufWriter::with_capacity(1 << 20, file));
        }
        Ok(())
    }

    /// All of it from the beginning.
    fn read(&mut self) -> io::Result<Box<dyn Read + '_>> {
        match &mut self.file {
            None => Ok(Box::new(self.memory.as_slice())),
            Some(file) => {
                file.seek(SeekFrom::Start(0))?;
                Ok(Box::new(BufReader::with_capacity(1 << 20, file.get_mut())))
            }
        }
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        if let (Some(_), Some(path)) = (&self.file, &self.path) {
            // Where this fails, the next publication removes it.
            let _ = fs::remove_file(path);
        }
    }
}

/// Writes a layer: all blocks, then the slots level by level from the deepest up.
pub(super) struct LayerWriter<W> {
    out: W,
    /// What errors call it.
    place: String,
    scratch: Option<PathBuf>,
    header: Header,
    groups: Spill,
    level: u32,
    heads: Vec<u8>,
}

impl LayerWriter<Cursor<Vec<u8>>> {
    /// In memory.
    pub(super) fn in_memory(depth: u32) -> Result<Self, LogError> {
        Self::new(Cursor::new(Vec::new()), "map in memory".to_owned(), None, depth)
    }
}

impl<W: Write + Seek> LayerWriter<W> {
    /// `scratch` is a path that, with something appended, names files to spill to.
    pub(super) fn new(
        out: W,
        place: String,
        scratch: Option<&Path>,
        depth: u32,
    ) -> Result<Self, LogError> {
        let spill = Spill::new(scratch.map(|path| path.with_extension("groups.tmp")));
        let header = Header { depth, ..Header::default() };
        let scratch = scratch.map(Path::to_owned);
        let mut writer =
            Self { out, place, scratch, header, groups: spill, level: depth - 1, heads: Vec::new() };
        writer.put(&[0; HEADER])?;
        Ok(writer)
    }

    fn failed(&self, error: io::Error) -> LogError {
        LogError::io(&self.place, "written", error)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), LogError> {
        self.out.write_all(bytes).map_err(|error| self.failed(error))
    }

    /// Adds a bucket, after all with lower numbers: these records, and the hash over all in it.
    pub(super) fn block(
        &mut self,
        bucket: u32,
        root: &Hash,
        records: &[Record<'_>],
    ) -> Result<(), LogError> {
        let too_long = |_| LogError::new(crate::log::LogErrorKind::Invalid, "map", "too long a value");
        let count = u32::try_from(records.len()).map_err(too_long)?;
        let group = Group { bucket, count, start: self.header.block_bytes, root };
        self.groups.push(&group.to_bytes()).map_err(|error| self.failed(error))?;
        self.heads.clear();
        for record in records {
            self.heads.extend_from_slice(record.key);
            self.heads.extend_from_slice(record.leaf);
            let bytes = u32::try_from(record.value.len()).map_err(too_long)?;
            self.heads.extend_from_slice(&bytes.to_be_bytes());
        }
        let heads = std::mem::take(&mut self.heads);
        self.put(&heads)?;
        let mut bytes = heads.len() as u64;
        self.heads = heads;
        for record in records {
            self.put(record.value)?;
            bytes += record.value.len() as u64;
        }
        self.header.groups += 1;
        self.header.records += u64::from(count);
        self.header.block_bytes += bytes;
        Ok(())
    }

    /// No more blocks: writes the groups and their directory.
    fn close_blocks(&mut self) -> Result<(), LogError> {
        let (depth, groups) = (self.header.depth, self.header.groups);
        let bits = (groups / GROUPS_A_CELL).max(1).ilog2().min(depth);
        self.header.cell_bits = bits;
        let mut directory = Vec::with_capacity(8 << bits);
        let (mut cell, mut first, mut seen, mut pending) = (0_u32, 0_u32, 0_u32, Vec::new());
        let mut close = |cell: u32, first: u32, pending: &mut Vec<u8>| {
            directory.extend(first.to_be_bytes());
            directory.extend(cell_sum(cell, pending).to_be_bytes());
            pending.clear();
        };
        let place = &self.place;
        let failed = |error| LogError::io(place, "written", error);
        let mut reader = self.groups.read().map_err(failed)?;
        let mut bytes = [0; GROUP];
        for _ in 0..groups {
            reader.read_exact(&mut bytes).map_err(failed)?;
            self.out.write_all(&bytes).map_err(failed)?;
            while cell < Group::parse(&bytes).bucket >> (depth - bits) {
                close(cell, first, &mut pending);
                (cell, first) = (cell + 1, seen);
            }
            pending.extend_from_slice(&bytes);
            seen += 1;
        }
        drop(reader);
        while cell < 1 << bits {
            close(cell, first, &mut pending);
            (cell, first) = (cell + 1, seen);
        }
        close(cell, first, &mut pending);
        self.put(&directory)
    }

    /// Adds a slot of the level that is being written.
    fn slot(&mut self, index: u32, hash: &Hash) -> Result<[u8; SLOT], LogError> {
        let mut bytes = [0; SLOT];
        bytes[..4].copy_from_slice(&index.to_be_bytes());
        bytes[4..].copy_from_slice(hash);
        self.put(&bytes)?;
        if let Some(slots) = self.header.slots.get_mut(self.level as usize) {
            *slots += 1;
        }
        Ok(bytes)
    }

    fn finish(mut self) -> Result<W, LogError> {
        let header = self.header.to_bytes();
        let end = self.out.seek(SeekFrom::Start(0)).and_then(|_| self.out.write_all(&header));
        end.and_then(|()| self.out.flush()).map_err(|error| self.failed(error))?;
        Ok(self.out)
    }

    /// Writes the slots given by level, from the deepest up.
    pub(super) fn with_levels(mut self, levels: &[Vec<(u32, Hash)>]) -> Result<W, LogError> {
        self.close_blocks()?;
        for level in levels {
            for (index, hash) in level {
                self.slot(*index, hash)?;
            }
            self.level = self.level.saturating_sub(1);
        }
        self.finish()
    }

    /// Writes one layer as it is.
    pub(super) fn copied(mut self, layer: &Layer) -> Result<W, LogError> {
        let all = self.out.seek(SeekFrom::Start(0)).and_then(|_| self.out.write_all(layer.bytes()));
        all.and_then(|()| self.out.flush()).map_err(|error| self.failed(error))?;
        Ok(self.out)
    }

    /// Writes the union of these layers, newest first, all of one depth.
    pub(super) fn merged(mut self, layers: &[&Layer]) -> Result<W, LogError> {
        let mut buckets = Buckets::new(layers.iter().copied())?;
        while let Some((number, bucket)) = buckets.next()? {
            if let Some((root, _)) = bucket.root {
                self.block(number, root, &bucket.records)?;
            }
        }
        self.close_blocks()?;
        for level in (1..self.header.depth).rev() {
            self.level = level;
            self.merge_level(layers)?;
        }
        self.finish()
    }

    fn merge_level(&mut self, layers: &[&Layer]) -> Result<(), LogError> {
        let mut slots: Vec<_> =
            layers.iter().map(|layer| layer.level(self.level).iter().peekable()).collect();
        let mut last = None;
        loop {
            let next =
                slots.iter_mut().filter_map(|slots| slots.peek().map(|slot| slot_index(slot))).min();
            let Some(index) = next else { return Ok(()) };
            if last.is_some_and(|last| last >= index) {
                return Err(LogError::damaged(
                    &self.place,
                    "made of a layer whose slots are not sorted",
                ));
            }
            last = Some(index);
            let mut newest = None;
            for slots in &mut slots {
                let slot = slots.next_if(|slot| slot_index(slot) == index);
                newest = newest.or(slot);
            }
            if let Some(hash) = newest.and_then(|slot| slot.last_chunk()) {
                self.slot(index, hash)?;
            }
        }
    }

    /// Writes all of a map anew, at this writer's depth, which is not less than that of the layers, newest
    /// first. Also gives the root of what was written.
    pub(super) fn rebuilt(mut self, layers: &[&Layer]) -> Result<(W, Hash), LogError> {
        let depth = self.header.depth;
        let mut buckets = Buckets::new(layers.iter().copied())?;
        while let Some((_, bucket)) = buckets.next()? {
            for run in bucket.records.chunk_by(|a, b| leading(a.key, depth) == leading(b.key, depth)) {
                if let (Some(first), Some(top)) = (run.first(), tree::top(run)) {
                    self.block(leading(first.key, depth), &top, run)?;
                }
            }
        }
        self.close_blocks()?;
        let mut below = std::mem::replace(&mut self.groups, Spill::new(None));
        let mut width = GROUP;
        for level in (1..depth).rev() {
            self.level = level;
            let path =
                self.scratch.as_ref().map(|path| path.with_extension(format!("level{level}.tmp")));
            let mut spill = Spill::new(path);
            self.level_over(&mut below, width, |bytes| spill.push(bytes))?;
            (below, width) = (spill, SLOT);
        }
        let mut sides = [None, None];
        let mut reader = below.read().map_err(|error| self.failed(error))?;
        for_each(&mut reader, width, |index, hash| {
            sides[usize::from(index > 0)] = Some(*hash);
            Ok(())
        })
        .map_err(|error| self.failed(error))?;
        drop(reader);
        let root = tree::root(sides[0].as_ref(), sides[1].as_ref());
        Ok((self.finish()?, root))
    }

    /// Writes the level over `below`, in which each entry of this width begins with its index and ends
    /// with its hash.
    fn level_over(
        &mut self,
        below: &mut Spill,
        width: usize,
        mut copy: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), LogError> {
        let level = self.level;
        let mut left: Option<(u32, Hash)> = None;
        let mut reader = below.read().map_err(|error| self.failed(error))?;
        let mut made = |index: u32, hash: &Hash| {
            let bytes = self.slot(index, hash).map_err(io::Error::other)?;
            copy(&bytes)
        };
        let done = for_each(&mut reader, width, |index, hash| match left.take() {
            Some((other, first)) if other ^ index == 1 => {
                let label = Label::prefix(&slot_key(index >> 1, level), level as usize);
                made(index >> 1, &tree::node(&label, &tree::pair(&first, hash)))
            }
            before => {
                left = Some((index, *hash));
                before.map_or(Ok(()), |(index, hash)| made(index >> 1, &hash))
            }
        });
        let done = done.and_then(|()| left.map_or(Ok(()), |(index, hash)| made(index >> 1, &hash)));
        drop(reader);
        done.map_err(|error| self.failed(error))
    }
}

fn for_each(
    reader: &mut dyn Read,
    width: usize,
    mut with: impl FnMut(u32, &Hash) -> io::Result<()>,
) -> io::Result<()> {
    let mut bytes = [0; GROUP];
    loop {
        let entry = &mut bytes[..width.min(GROUP)];
        match reader.read_exact(entry) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        if let (Some(index), Some(hash)) = (entry.first_chunk(), entry.last_chunk()) {
            with(u32::from_be_bytes(*index), hash)?;
        }
    }
}

/// The lowest key of slot `index` of a level of 1 to 31.
pub(super) fn slot_key(index: u32, level: u32) -> Key {
    let mut key = [0; 32];
    key[..4].copy_from_slice(&index.checked_shl(32 - level).unwrap_or(0).to_be_bytes());
    key
}
