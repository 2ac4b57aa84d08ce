//! Two writers and a reader at one bucket, and somebody who kills writers and server at random.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use erratum_record::{Id, Log, LogErrorKind, S3Store, UnverifiedLog, VerifierKey};

use super::server::{Server, Variable};
use super::writer::stores;
use super::{ADDRESS, Result, WRITER};
use crate::corpus::Numbers;

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) writers_killed: u64,
    pub(super) servers_killed: u64,
    pub(super) reader: Reader,
}

/// What the reader saw.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// Every checkpoint, by size.
    pub(super) seen: BTreeMap<u64, Id>,
    pub(super) looks: u64,
    /// What a reader must never meet: another root at the same size, a log that shrank, a file that is
    /// missing or damaged.
    pub(super) faults: Vec<String>,
}

/// One of the two writers.
struct Seat {
    journal: PathBuf,
    child: Child,
}

/// Lets them go on for `time`; in the end both writers are killed and the server runs.
pub(super) fn play(
    server: &mut Server,
    store: &S3Store,
    key: (&Path, &VerifierKey),
    folder: &Path,
    time: Duration,
) -> Result<Story> {
    let end = Arc::new(AtomicBool::new(false));
    let reader = {
        let (end, store, key) = (Arc::clone(&end), store.clone(), key.1.clone());
        std::thread::spawn(move || read(&store, &key, &end).map_err(|error| error.to_string()))
    };
    let killed = kill_at_random(server, key.0, folder, time);
    end.store(true, Ordering::Relaxed);
    let reader = reader.join().map_err(|_| "the reader panicked")??;
    let (writers_killed, servers_killed) = killed?;
    Ok(Story { writers_killed, servers_killed, reader })
}

/// Gives how many writers and servers were killed.
fn kill_at_random(server: &mut Server, key: &Path, folder: &Path, time: Duration) -> Result<(u64, u64)> {
    let mut numbers = Numbers::new(u64::from(std::process::id()));
    let mut life = 0;
    let variables = server.variables();
    let mut sit_down = |seat: usize| {
        life += 1;
        Seat::start(&variables, key, folder.join(format!("journal-{seat}")), life)
    };
    let mut seats = [sit_down(0)?, sit_down(1)?];
    let (mut writers, mut servers) = (0, 0);
    let start = Instant::now();
    while start.elapsed() < time {
        std::thread::sleep(Duration::from_millis(300 + numbers.below(2_500)));
        if numbers.below(3) == 0 {
            server.kill()?;
            servers += 1;
            std::thread::sleep(Duration::from_millis(numbers.below(1_500)));
            server.restart()?;
        } else {
            let seat = numbers.below(2) as usize;
            seats[seat].kill()?;
            writers += 1;
            std::thread::sleep(Duration::from_millis(numbers.below(500)));
            seats[seat] = sit_down(seat)?;
        }
    }
    for seat in &mut seats {
        seat.kill()?;
        writers += 1;
    }
    Ok((writers, servers))
}

impl Seat {
    fn start(variables: &[Variable], key: &Path, journal: PathBuf, life: u64) -> Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .args(["heavy", WRITER, ADDRESS])
            .arg(key)
            .arg(&journal)
            .arg(life.to_string())
            .envs(variables.iter().cloned())
            .stdin(Stdio::null())
            .spawn()?;
        Ok(Self { journal, child })
    }

    fn kill(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            return Err(
                format!("the writer of {} ended by itself: {status}", self.journal.display()).into()
            );
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks at the log again and again, as any reader may.
fn read(store: &S3Store, key: &VerifierKey, end: &AtomicBool) -> Result<Reader> {
    let (public, _) = stores(store)?;
    let mut reader = Reader::default();
    while !end.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(100));
        let opened = UnverifiedLog::read(public.clone()).and_then(|log| log.verify(key));
        let looked = opened.and_then(|log| {
            reader.note(&log);
            log.entries(log.size().saturating_sub(300)..log.size()).map(drop)
        });
        match looked {
            Ok(()) => reader.looks += 1,
            // The server is down, or nothing is published yet.
            Err(error) if error.kind() == LogErrorKind::Io => {}
            Err(error) if error.kind() == LogErrorKind::Missing && reader.seen.is_empty() => {}
            Err(error) => reader.faults.push(format!("{:?}: {error}", error.kind())),
        }
    }
    Ok(reader)
}

impl Reader {
    fn note(&mut self, log: &Log) {
        let (size, root) = (log.size(), Id(log.root()));
        if let Some((&last, _)) = self.seen.last_key_value()
            && size < last
        {
            self.faults.push(format!("the log had {last} entries and now has {size}"));
        }
        if let Some(before) = self.seen.insert(size, root)
            && before != root
        {
            self.faults.push(format!("at {size} entries it had two roots, {before} and {root}"));
        }
    }
}
