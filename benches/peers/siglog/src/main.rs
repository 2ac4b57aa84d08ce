//! Appends to siglog and prints one line of JSON on how fast that was, for the benchmark of the record to
//! compare with.
//!
//! siglog is a server; here its parts run in one process without HTTP in between, which favours it. It
//! acknowledges an entry when its index and bytes are committed to SQLite (write-ahead log, `synchronous`
//! at SQLite's default `FULL`: the log is synced at each commit), so what is acknowledged survives a power
//! loss. Tiles and checkpoint are made later, by workers that this program runs too, and those files are
//! not synced: there siglog does less than Erratum. Nothing was added.
//!
//! Where its sequencer and its integration meet in the database, siglog refuses a whole batch with "database
//! is locked". Its client would get an error and try again; so does this program, and counts how often.

mod figures;
mod notes;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use siglog::checkpoint::CheckpointSigner;
use siglog::sequencer::{Sequencer, SequencerConfig};
use siglog::storage::{Database, TileStorage};
use siglog::types::Entry;
use siglog::worker::{WorkerConfig, run_checkpoint_worker, run_integration_worker};
use tokio::sync::watch;

use crate::figures::Waits;
use crate::notes::Notes;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const ORIGIN: &str = "siglog.example";

struct Options {
    folder: PathBuf,
    notes: PathBuf,
    cores: usize,
    in_flight: usize,
    seconds: f64,
    check: bool,
    batch: usize,
    age: Duration,
}

fn main() -> Result<()> {
    let options = options()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(options.cores)
        .enable_all()
        .build()?;
    let line = runtime.block_on(run(&options))?;
    println!("{line}");
    // What the workers of siglog are still doing does not count.
    std::process::exit(0)
}

/// Reads `--name value` pairs, and `--check`.
fn options() -> Result<Options> {
    let mut options = Options {
        folder: PathBuf::new(),
        notes: PathBuf::new(),
        cores: 2,
        in_flight: 64,
        seconds: 10.0,
        check: false,
        batch: 256,
        age: Duration::from_millis(1000),
    };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        if name == "--check" {
            options.check = true;
            continue;
        }
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--dir" => options.folder = value.into(),
            "--notes" => options.notes = value.into(),
            "--cores" => options.cores = value.parse()?,
            "--in-flight" => options.in_flight = value.parse()?,
            "--seconds" => options.seconds = value.parse()?,
            "--batch" => options.batch = value.parse()?,
            "--age-ms" => options.age = Duration::from_millis(value.parse()?),
            _ => return Err(format!("{name} is not known").into()),
        }
    }
    Ok(options)
}

async fn run(options: &Options) -> Result<serde_json::Value> {
    let notes = Arc::new(Notes::read(&options.notes)?);
    let (stop, stopped) = watch::channel(false);
    let sequencer = open(options, stopped).await?;
    let before = figures::written()?;
    let outcome = measure(options, &notes, &sequencer).await?;
    let after = figures::written()?;
    stop.send(true)?;
    Ok(serde_json::json!({
        "peer": "siglog",
        "version": "0.1.0",
        "batch": options.batch,
        "age_ms": options.age.as_millis() as u64,
        "await": "index",
        "checked": options.check,
        "cores": options.cores,
        "in_flight": options.in_flight,
        "entry_bytes": notes.entry_bytes(),
        "seconds": options.seconds,
        "appended": outcome.appended,
        "per_second": outcome.appended as f64 / options.seconds,
        "p50_ms": outcome.waits.percentile(50),
        "p99_ms": outcome.waits.percentile(99),
        "max_rss_kb": figures::max_resident(),
        "refused_and_repeated": outcome.refused,
        "bytes_per_append": (after - before) as f64 / outcome.all.max(1) as f64,
    }))
}

/// Starts what siglog's server starts, but the server.
async fn open(options: &Options, stopped: watch::Receiver<bool>) -> Result<Sequencer> {
    let database = options.folder.join("siglog.db");
    let db = Database::connect(&format!("sqlite:{}?mode=rwc", database.display())).await?;
    db.run_migrations().await?;
    let tiles = options.folder.join("tiles");
    let storage = TileStorage::new_fs(tiles.to_str().ok_or("the folder's name is not UTF-8")?)?;
    let config = SequencerConfig {
        batch_max_size: options.batch,
        batch_max_age: options.age,
        channel_size: options.in_flight.max(1024),
    };
    let (sequencer, task) = Sequencer::new(db.clone(), config);
    tokio::spawn(task);
    // The settings of its server.
    let config = WorkerConfig { origin: ORIGIN.into(), ..WorkerConfig::default() };
    tokio::spawn(run_integration_worker(
        db.clone(),
        storage.clone(),
        config.clone(),
        None,
        stopped.clone(),
    ));
    let signer = Arc::new(CheckpointSigner::from_note_key(&key())?);
    tokio::spawn(run_checkpoint_worker(db, storage, signer, Vec::new(), Vec::new(), config, stopped));
    Ok(sequencer)
}

/// A log key. Its key id is the one of this seed under this name.
fn key() -> String {
    let seed = [7; 32];
    let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
    let id = notes::key_id(ORIGIN, public.as_bytes());
    let secret: Vec<u8> = std::iter::once(1).chain(seed).collect();
    format!("PRIVATE+KEY+{ORIGIN}+{id:08x}+{}", STANDARD.encode(secret))
}

struct Outcome {
    /// The appends in the time that counts, and all of them.
    appended: u64,
    all: u64,
    refused: u64,
    waits: Waits,
}

/// What all appenders share.
struct Shared {
    next: AtomicU64,
    appended: AtomicU64,
    done: AtomicU64,
    refused: AtomicU64,
    waits: Waits,
    failed: Mutex<Option<String>>,
    start: Instant,
    end: Instant,
}

/// Keeps appends in flight for a time; each waits for its acknowledgement before it makes the next. What is
/// acknowledged in the first fifth is not counted.
async fn measure(options: &Options, notes: &Arc<Notes>, sequencer: &Sequencer) -> Result<Outcome> {
    let start = Instant::now() + Duration::from_secs_f64(options.seconds / 5.0);
    let shared = Arc::new(Shared {
        next: AtomicU64::new(0),
        appended: AtomicU64::new(0),
        done: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        waits: Waits::default(),
        failed: Mutex::new(None),
        start,
        end: start + Duration::from_secs_f64(options.seconds),
    });
    let appenders: Vec<_> = (0..options.in_flight)
        .map(|_| {
            let (shared, notes) = (Arc::clone(&shared), Arc::clone(notes));
            tokio::spawn(append(shared, notes, sequencer.clone(), options.check))
        })
        .collect();
    for appender in appenders {
        appender.await?;
    }
    let failed = shared.failed.lock().map_err(|_| "an appender panicked")?.take();
    if let Some(why) = failed {
        return Err(why.into());
    }
    let shared = Arc::into_inner(shared).ok_or("an appender still runs")?;
    Ok(Outcome {
        appended: shared.appended.into_inner(),
        all: shared.done.into_inner(),
        refused: shared.refused.into_inner(),
        waits: shared.waits,
    })
}

/// One of the appends in flight, again and again.
async fn append(shared: Arc<Shared>, notes: Arc<Notes>, sequencer: Sequencer, check: bool) {
    while Instant::now() < shared.end {
        let begun = Instant::now();
        let added = match notes.entry(shared.next.fetch_add(1, Ordering::Relaxed), check) {
            Ok(entry) => add(&shared, &sequencer, Entry::new(entry)).await,
            Err(why) => Err(why),
        };
        if let Err(why) = added {
            if let Ok(mut failed) = shared.failed.lock() {
                *failed = Some(why);
            }
            return;
        }
        shared.done.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        if now > shared.start && now < shared.end {
            shared.appended.fetch_add(1, Ordering::Relaxed);
            shared.waits.add(now - begun);
        }
    }
}

/// Adds an entry, again if the database was locked.
async fn add(shared: &Shared, sequencer: &Sequencer, entry: Entry) -> std::result::Result<(), String> {
    loop {
        match sequencer.add(entry.clone()).await {
            Ok(_) => return Ok(()),
            Err(error) if error.to_string().contains("database is locked") => {
                shared.refused.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}
