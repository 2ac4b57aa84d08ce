//! What is measured: waits, bytes written, memory.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::Result;

/// Counts durations in buckets, 32 to each doubling of a microsecond: exact to 3%.
pub(crate) struct Waits(Vec<AtomicU64>);

impl Default for Waits {
    fn default() -> Self {
        Self((0..64 * 32).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Waits {
    pub(crate) fn add(&self, wait: Duration) {
        self.0[bucket(wait.as_micros() as u64)].fetch_add(1, Ordering::Relaxed);
    }

    /// The wait in milliseconds below which so many percent lie.
    pub(crate) fn percentile(&self, percent: u64) -> f64 {
        let counts: Vec<_> = self.0.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let total: u64 = counts.iter().sum();
        let mut seen = 0;
        let found = counts.iter().position(|count| {
            seen += count;
            seen > 0 && seen * 100 >= total * percent
        });
        found.map_or(0.0, |bucket| lowest(bucket as u64) as f64 / 1000.0)
    }
}

/// The place of a number of microseconds: below 32 the number itself, then its highest bits and how many
/// follow them.
fn bucket(micros: u64) -> usize {
    if micros < 32 {
        return micros as usize;
    }
    let shift = u64::from(58 - micros.leading_zeros());
    ((shift + 1) * 32 + (micros >> shift) - 32) as usize
}

/// The least number of microseconds in a bucket.
fn lowest(bucket: u64) -> u64 {
    if bucket < 32 { bucket } else { (bucket % 32 + 32) << (bucket / 32 - 1) }
}

/// How many bytes this process has sent to the disk.
pub(crate) fn written() -> Result<u64> {
    let io = std::fs::read_to_string("/proc/self/io")?;
    let bytes = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    Ok(bytes.ok_or("no write_bytes in /proc/self/io")?.parse()?)
}

/// The most memory that this process had, in KiB.
pub(crate) fn max_resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
