//! After the storm: whether everything acknowledged is there, in one log.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use erratum_record::{Id, Log};

use super::Result;
use super::chaos::Reader;
use super::writer::blobs_told;

/// What the journals say.
#[derive(Debug, Default)]
pub(super) struct Journals {
    /// The digest of each acknowledged entry, by its index.
    pub(super) entries: BTreeMap<u64, Id>,
    /// Each acknowledged checkpoint's root, by its size.
    pub(super) checkpoints: BTreeMap<u64, Id>,
    pub(super) appends: u64,
    /// How often an opening mended something, and in which words.
    pub(super) mended: BTreeMap<String, u64>,
    pub(super) openings: u64,
    /// How often which kind of error came.
    pub(super) troubles: BTreeMap<String, u64>,
    /// Two acknowledgements that contradict each other.
    pub(super) contradictions: Vec<String>,
}

impl Journals {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut journals = Self::default();
        for seat in 0..2 {
            let text = fs::read_to_string(folder.join(format!("journal-{seat}")))?;
            text.lines().for_each(|line| journals.read_line(line));
        }
        Ok(journals)
    }

    fn read_line(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            // Without its end it was not written whole: nobody was told.
            "ack" => {
                if let Some(rest) = rest.strip_suffix(" .")
                    && self.read_acknowledgement(rest).is_none()
                {
                    self.contradictions.push(format!("a line cannot be read: {line}"));
                }
            }
            "opened" => {
                self.openings += 1;
                let words = rest.split([':', ';']).next().unwrap_or(rest).trim();
                *self.mended.entry(words.to_owned()).or_default() += 1;
            }
            "trouble" => {
                let kind = rest.split(' ').next().unwrap_or(rest);
                // Those two are in the game; what others there are must be looked at.
                if !matches!(kind, "Conflict" | "Io") {
                    eprintln!("a writer met: {rest}");
                }
                *self.troubles.entry(kind.to_owned()).or_default() += 1;
            }
            _ => {}
        }
    }

    fn read_acknowledgement(&mut self, rest: &str) -> Option<()> {
        let mut words = rest.split(' ');
        let (first, size): (u64, u64) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let root: Id = words.next()?.parse().ok()?;
        let mut end = first;
        for word in words {
            let digest = word.parse().ok()?;
            if self.entries.insert(end, digest).is_some_and(|before| before != digest) {
                self.contradictions.push(format!("two entries were acknowledged at index {end}"));
            }
            end += 1;
        }
        if self.checkpoints.insert(size, root).is_some_and(|before| before != root) {
            self.contradictions.push(format!("two roots were acknowledged at {size} entries"));
        }
        self.appends += 1;
        (end == size).then_some(())
    }
}

/// What is wrong with the log as it is now; every entry and blob of it is read.
pub(super) fn faults(log: &Log, journals: &Journals, reader: &Reader) -> Result<Vec<String>> {
    let mut faults = journals.contradictions.clone();
    faults.extend(reader.faults.iter().cloned());
    let entries = log.entries(0..log.size())?;
    let mut known = BTreeSet::new();
    for (index, entry) in (0..).zip(&entries) {
        if !known.insert(Id::of(entry)) {
            faults.push(format!("entry {index} is there twice"));
        }
        let blobs = log.blobs(index)?.map(|blobs| Id::of(&blobs));
        if blobs != blobs_told(entry) {
            faults.push(format!("the blobs of entry {index} are not its own"));
        }
    }
    for (index, digest) in &journals.entries {
        let there = usize::try_from(*index).ok().and_then(|index| entries.get(index));
        match there {
            None => faults.push(format!("entry {index} was acknowledged and is not there")),
            Some(entry) if Id::of(entry) != *digest => {
                faults.push(format!("entry {index} is another one than was acknowledged"));
            }
            Some(_) => {}
        }
    }
    for (size, root) in journals.checkpoints.iter().chain(&reader.seen) {
        if *size > log.size() || Id(log.root_at(*size)?) != *root {
            faults.push(format!("the log does not continue the checkpoint at {size} entries"));
        }
    }
    Ok(faults)
}
