//! One of two writers of a log: a process that appends without end and writes down what was acknowledged,
//! until it is killed.
//!
//! Its journal has a line for each acknowledged append, synced before the next begins:
//!
//! ```text
//! ack <first index> <size after it> <root after it> <digest of each entry>… .
//! ```
//!
//! and, not synced, what went wrong and what opening mended:
//!
//! ```text
//! trouble <kind> <error>
//! opened <what was mended>
//! ```

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use erratum_record::{Id, LogError, NewEntry, S3Settings, S3Store, Writer, read_key_file};

use super::Result;
use crate::corpus::Numbers;

/// The name of the writer's own files.
pub(super) const NAME: &str = "log.key";

/// The stores of the public files and of the writer's own.
pub(super) fn stores(store: &S3Store) -> Result<(Arc<S3Store>, Arc<S3Store>)> {
    Ok((Arc::new(store.folder("public")?), Arc::new(store.folder("private")?)))
}

/// Writes until it is killed. `seed` tells one writer's life from another's.
pub(super) fn write(address: &str, key: &Path, journal: &Path, seed: u64) -> Result<()> {
    let store = S3Store::new(&S3Settings::from_env(address)?)?;
    let mut journal = File::options().create(true).append(true).open(journal)?;
    // The last line of a life that was killed may have no end.
    writeln!(journal)?;
    let mut life =
        Life { store, key: key.to_owned(), journal, seed, numbers: Numbers::new(seed), entries: 0 };
    loop {
        match life.turn()? {
            Ok(()) => life.rest(300),
            Err(error) => {
                writeln!(life.journal, "trouble {:?} {error}", error.kind())?;
                life.rest(150);
            }
        }
    }
}

struct Life {
    store: S3Store,
    key: PathBuf,
    journal: File,
    seed: u64,
    numbers: Numbers,
    entries: u64,
}

impl Life {
    /// Opens the log and appends some batches. The outer error is one of the journal.
    fn turn(&mut self) -> Result<std::result::Result<(), LogError>> {
        let (public, private) = stores(&self.store)?;
        let opened =
            read_key_file(&self.key).and_then(|key| Writer::open_on(public, private, key, NAME));
        let (mut writer, recovery) = match opened {
            Ok(opened) => opened,
            Err(error) => return Ok(Err(error)),
        };
        writeln!(self.journal, "opened {recovery}")?;
        for _ in 0..5 + self.numbers.below(40) {
            let batch: Vec<_> = (0..1 + self.numbers.below(12)).map(|_| self.entry()).collect();
            let indexes = match writer.append(&batch) {
                Ok(indexes) => indexes,
                Err(error) => return Ok(Err(error)),
            };
            let (size, root) = (writer.checkpoint().size(), Id(writer.checkpoint().root()));
            let mut line = format!("ack {} {size} {root}", indexes.start);
            for new in &batch {
                line.push_str(&format!(" {}", Id::of(&new.entry)));
            }
            line.push_str(" .\n");
            self.journal.write_all(line.as_bytes())?;
            self.journal.sync_data()?;
        }
        Ok(Ok(()))
    }

    /// An entry that no other life has, which tells of its blobs.
    fn entry(&mut self) -> NewEntry {
        self.entries += 1;
        let blobs = (self.numbers.below(4) == 0).then(|| {
            let byte = self.numbers.below(256) as u8;
            vec![byte; 1 + self.numbers.below(3000) as usize]
        });
        let digest = blobs.as_ref().map_or_else(|| "none".to_owned(), |blobs| Id::of(blobs).to_string());
        let padding = "x".repeat(self.numbers.below(600) as usize);
        let entry = format!("life {} entry {}\nblobs {digest}\n{padding}\n", self.seed, self.entries);
        NewEntry { entry: entry.into_bytes(), blobs }
    }

    /// Leaves the log to the other one for a while.
    fn rest(&mut self, most: u64) {
        std::thread::sleep(Duration::from_millis(self.numbers.below(most)));
    }
}

/// The digest of an entry's blobs, as it tells; `None` for none, or if it is no entry of ours.
pub(super) fn blobs_told(entry: &[u8]) -> Option<Id> {
    let text = std::str::from_utf8(entry).ok()?;
    text.lines().nth(1)?.strip_prefix("blobs ")?.parse().ok()
}
