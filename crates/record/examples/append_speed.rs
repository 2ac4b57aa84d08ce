//! How fast the log appends durably, and how fast it is read: `cargo run --release --example append_speed
//! [FOLDER]`.
//!
//! Measures the log alone: no statement is judged and no signature checked. Besides the rate it prints what
//! was written to the folder for each entry, and what a sync of the disk costs by itself.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use erratum_record::{LocalStore, Log, LogError, NewEntry, Signer, Writer, create_key_file};

/// Bytes of an entry: a statement with one signature.
const ENTRY_BYTES: usize = 700;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = place.join(format!("append-speed-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    println!("one file of 1,000 bytes, written and synced: {:.2} ms", sync_cost(&folder)?);
    println!("batch | batches | entries/s | ms a batch, median and slowest | bytes written an entry");
    for (batch, rounds) in [(1, 100), (64, 60), (1024, 20), (16_384, 6)] {
        measure(&folder.join(format!("log-{batch}")), batch, rounds)?;
    }
    read(&folder.join("log-16384"))?;
    fs::remove_dir_all(folder)?;
    Ok(())
}

fn sync_cost(folder: &Path) -> std::io::Result<f64> {
    let start = Instant::now();
    for i in 0..20 {
        let mut file = File::create(folder.join(format!("sync-{i}")))?;
        file.write_all(&[7; 1000])?;
        file.sync_all()?;
    }
    Ok(start.elapsed().as_secs_f64() * 1000.0 / 20.0)
}

fn key() -> Result<Signer, Box<dyn std::error::Error>> {
    Ok(Signer::from_seed("record.example", &[1; 32])?)
}

fn entries(first: u64, count: u64) -> Vec<NewEntry> {
    let entry = |index: u64| {
        let mut entry = format!("entry {index}\n").into_bytes();
        entry.resize(ENTRY_BYTES, b'x');
        NewEntry { entry, blobs: None }
    };
    (first..first + count).map(entry).collect()
}

fn measure(folder: &Path, batch: u64, rounds: u32) -> Result<(), Box<dyn std::error::Error>> {
    fs::create_dir_all(folder)?;
    create_key_file(&folder.join("log.key"), &key()?)?;
    let mut writer = Writer::create(&folder.join("public"), &folder.join("log.key"))?;
    writer.append(&entries(0, 1))?;
    let (mut times, before) = (Vec::new(), written());
    for _ in 0..rounds {
        let new = entries(writer.checkpoint().size(), batch);
        let start = Instant::now();
        writer.append(&new)?;
        times.push(start.elapsed());
    }
    let (all, count) = (times.iter().sum::<Duration>(), batch * u64::from(rounds));
    times.sort();
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    println!(
        "{batch} | {rounds} | {:.0} | {:.1}, {:.1} | {}",
        count as f64 / all.as_secs_f64(),
        ms(times.get(times.len() / 2)),
        ms(times.last()),
        (written() - before) / count,
    );
    Ok(())
}

/// The bytes that this process has handed to the system to be written, where the system says so.
fn written() -> u64 {
    let text = fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("wchar: "));
    line.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Reads entries one by one, without pattern.
fn read(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let open = || -> Result<Log, LogError> {
        let key = key().map_err(|_| ()).map(|key| key.verifier());
        let store = Arc::new(LocalStore::new(folder.join("public")));
        Log::open(store, &key.unwrap_or_else(|()| unreachable!("a fixed seed")))
    };
    let start = Instant::now();
    let (writer, _) = Writer::open(&folder.join("public"), &folder.join("log.key"))?;
    println!("the writer opened in {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    drop(writer);
    for (what, one_log) in [("each from a log opened anew", false), ("all from one log", true)] {
        let log = open()?;
        let (mut dice, rounds) = (1u64, 3000);
        let start = Instant::now();
        for _ in 0..rounds {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let index = (dice >> 33) % log.size();
            let entry = if one_log {
                log.entries(index..index + 1)?
            } else {
                open()?.entries(index..index + 1)?
            };
            assert!(entry.concat().starts_with(format!("entry {index}\n").as_bytes()));
        }
        println!("one entry, {what}: {:.1} µs", start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
    }
    Ok(())
}
