//! Our append under load, in a process of its own that prints one line of JSON as the peers do.
//!
//! What is appended are words on documents: each a statement with one signature and no blobs, judged by the
//! whole rule, and each the successor of its speaker's own last one. They are signed before the clock runs,
//! or with `--signing` by the thread that hands them in.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use erratum::record::{Intake, Operator, Receipt, Submission};
use serde_json::json;

use super::Result;
use crate::Done;
use crate::office::{Office, logged};

/// How many documents the words are spread over.
const DOCUMENTS: usize = 4096;
/// More statements than this a second and core are never logged.
const MOST_PER_SECOND: f64 = 40_000.0;

/// What is asked of a run.
pub(crate) struct Load {
    pub(crate) in_flight: usize,
    pub(crate) seconds: f64,
    pub(crate) signing: bool,
    pub(crate) folder: PathBuf,
}

impl Load {
    /// Reads `--in-flight N --seconds S [--signing] --dir DIR`.
    pub(crate) fn parse(words: &[&str]) -> Option<Self> {
        let after = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1).copied()
        };
        Some(Self {
            in_flight: after("--in-flight")?.parse().ok()?,
            seconds: after("--seconds")?.parse().ok()?,
            signing: words.contains(&"--signing"),
            folder: after("--dir")?.into(),
        })
    }
}

/// An office's words on its documents, one document after the other.
struct Words {
    office: Office,
    next: usize,
}

impl Words {
    fn signed(&mut self) -> Result<Submission> {
        let number = self.next % self.office.documents().len();
        self.next += 1;
        self.office.word(number)
    }
}

/// An operator of a new record in which the office has its documents; and what makes its words.
fn prepare(folder: &Path) -> Result<(Operator, Words)> {
    let (mut operator, mut office) = Office::begin(folder)?;
    let documents = (0..DOCUMENTS).map(|_| office.document()).collect::<Result<Vec<_>>>()?;
    logged(operator.submit(&documents)?)?;
    Ok((operator, Words { office, next: 0 }))
}

/// Runs the load and prints what came of it.
pub(crate) fn run(load: &Load) -> Done {
    let (operator, mut words) = prepare(&load.folder)?;
    let cores = std::thread::available_parallelism()?.get() as f64;
    let mut ready = Vec::new();
    if !load.signing {
        let count = (MOST_PER_SECOND * cores * load.seconds) as usize;
        ready = (0..count).map(|_| words.signed()).collect::<Result<Vec<_>>>()?;
        ready.reverse();
    }
    let intake = Intake::start(operator, load.in_flight);
    let (waiting, times) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let refused = Arc::new(AtomicUsize::new(0));
    let written = written()?;
    let (start, feeder) = (Instant::now(), std::thread::current());
    let length = Duration::from_secs_f64(load.seconds);
    while start.elapsed() < length {
        while waiting.load(Ordering::Acquire) >= load.in_flight {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        let submission = match ready.pop() {
            Some(submission) => submission,
            None if load.signing => words.signed()?,
            None => return Err("faster than the load was made for".into()),
        };
        let (waiting, times, refused) = (Arc::clone(&waiting), Arc::clone(&times), Arc::clone(&refused));
        let (feeder, handed_in) = (feeder.clone(), Instant::now());
        waiting.fetch_add(1, Ordering::AcqRel);
        let answered = Box::new(move |receipt: Receipt| {
            if matches!(receipt, Receipt::Refused(_)) {
                refused.fetch_add(1, Ordering::Relaxed);
            }
            if let Ok(mut times) = times.lock() {
                times.push((handed_in.elapsed(), start.elapsed()));
            }
            waiting.fetch_sub(1, Ordering::AcqRel);
            feeder.unpark();
        });
        intake.submit(submission, answered).map_err(|_| "the operator stopped")?;
    }
    while waiting.load(Ordering::Acquire) > 0 {
        std::thread::park_timeout(Duration::from_millis(1));
    }
    let elapsed = start.elapsed();
    let bytes = self::written()? - written;
    intake.finish()?;
    let times = times.lock().map_err(|_| "a thread panicked")?;
    let mut waits: Vec<f64> = times.iter().map(|(wait, _)| wait.as_secs_f64() * 1000.0).collect();
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| waits.get((waits.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    let line = json!({
        "appends": waits.len(),
        "seconds": elapsed.as_secs_f64(),
        "per_second": waits.len() as f64 / elapsed.as_secs_f64(),
        "p50_ms": at(0.5),
        "p99_ms": at(0.99),
        "max_rss_kb": most_memory()?,
        "bytes_per_append": bytes as f64 / waits.len().max(1) as f64,
        "refused_and_repeated": refused.load(Ordering::Relaxed),
    });
    println!("{line}");
    Ok(())
}

/// The bytes that this process has had written to disk.
pub(crate) fn written() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/io")?;
    let line = text.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    Ok(line.ok_or("no write_bytes in /proc/self/io")?.parse()?)
}

/// The most memory that this process has had, in KiB.
pub(crate) fn most_memory() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.ok_or("no VmHWM in /proc/self/status")?.trim().trim_end_matches(" kB").parse()?)
}
