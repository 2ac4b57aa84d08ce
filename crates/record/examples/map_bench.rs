//! Measures the standing map: `map_bench FOLDER [KEYS [BATCH]]`.
//!
//! Inserts KEYS (10 million) keys with values of 300 bytes in batches of BATCH (100,000), publishing each,
//! then opens, looks up and proves. FOLDER must not be there; it is left behind.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use erratum_record::{Map, hash_value};

const PROBES: u64 = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: map_bench FOLDER [KEYS [BATCH]]")?;
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse::<u64>());
    let (keys, batch) = (number(10_000_000)?, number(100_000)?);
    let folder = Path::new(&folder);
    fs::create_dir(folder)?;
    fill(folder, keys, batch)?;

    let start = Instant::now();
    let map = Map::open(folder)?.ok_or("nothing published")?;
    println!("open        {:>9.1?}   {map:?}", start.elapsed());
    let any = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % keys;
    for round in ["first", "warm"] {
        time(&format!("get, {round}"), |i| Ok(map.get(&key(any(i)))?.map(drop).ok_or("missing")?))?;
    }
    time("get, absent", |i| {
        assert!(map.get(&key(keys + i))?.is_none());
        Ok(())
    })?;
    time("prove, present", |i| {
        map.prove(&key(any(i)))?;
        Ok(())
    })?;
    time("prove, absent", |i| {
        map.prove(&key(keys + i))?;
        Ok(())
    })?;
    let proof = map.prove(&key(1))?;
    let value = map.get(&key(1))?.map(hash_value);
    time("check a proof", |_| Ok(proof.check(&map.root(), &key(1), value.as_ref())?))?;
    println!(
        "a proof has {} siblings, {} bytes of text",
        proof.siblings().len(),
        proof.to_string().len()
    );
    for batch in [10_u64, 1000] {
        let changes = changes(0..batch, 1);
        let start = Instant::now();
        map.extend(Some(folder), 0, &changes)?;
        println!("extend by {batch:>5} changed keys {:>9.1?}", start.elapsed());
    }
    println!("peak memory with mapped files {} KiB, without {} KiB", status("VmHWM"), status("RssAnon"));
    Ok(())
}

/// Inserts, and prints what a key took.
fn fill(folder: &Path, keys: u64, batch: u64) -> Result<(), Box<dyn Error>> {
    let (mut map, mut spent, mut longest, mut anonymous) =
        (Map::empty(), Duration::ZERO, Duration::ZERO, 0);
    let (before, mut busy) = (written(), Duration::ZERO);
    for from in (0..keys).step_by(batch as usize) {
        let changes = changes(from..keys.min(from + batch), 0);
        let (start, before) = (Instant::now(), processor());
        map = map.extend(Some(folder), from, &changes)?;
        map.publish(folder, from)?;
        let took = start.elapsed();
        busy += processor() - before;
        (spent, longest) = (spent + took, longest.max(took));
        anonymous = anonymous.max(status("RssAnon"));
        if (from / batch) % 10 == 9 {
            println!("{:>9} keys {:>8.2?} a key; {map:?}", map.len(), spent / map.len() as u32);
        }
    }
    let bytes: u64 = fs::read_dir(folder)?
        .map(|file| Ok(file?.metadata()?.len()))
        .sum::<Result<u64, std::io::Error>>()?;
    println!(
        "extend and publish: {:.2?} a key, {:.0} keys/s; on the processor {:.2?} a key; the longest batch {longest:.2?}",
        spent / keys as u32,
        keys as f64 / spent.as_secs_f64(),
        busy / keys as u32
    );
    println!(
        "written {} MB, left {} MB; memory at most {anonymous} KiB",
        (written() - before) >> 20,
        bytes >> 20
    );
    Ok(())
}

fn key(i: u64) -> [u8; 32] {
    hash_value(format!("document {i}").as_bytes())
}

fn changes(of: std::ops::Range<u64>, version: u8) -> Vec<([u8; 32], Vec<u8>)> {
    let mut changes: Vec<_> = of
        .map(|i| {
            let key = key(i);
            let mut value: Vec<u8> = key.iter().cycle().take(300).copied().collect();
            value[0] ^= version;
            (key, value)
        })
        .collect();
    changes.sort_unstable();
    changes
}

fn time(
    what: &str,
    mut of: impl FnMut(u64) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let (start, busy) = (Instant::now(), processor());
    for i in 0..PROBES {
        of(i)?;
    }
    let (wall, busy) = (start.elapsed() / PROBES as u32, (processor() - busy) / PROBES as u32);
    println!("{what:<15} {wall:>9.2?}, of which on the processor {busy:.2?}");
    Ok(())
}

/// How long this thread ran on a processor: what remains where others use the machine too.
fn processor() -> Duration {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// Of `/proc/self/status`, in KiB.
fn status(field: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Bytes this process had written.
fn written() -> u64 {
    let text = fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("wchar")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}
