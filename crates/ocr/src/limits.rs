//! How much of a hostile picture is read before giving up.

use std::time::Duration;

/// Bounds on what reading the pictures of one file may cost. What exceeds them is an error of the part, or
/// pages that were not read and are named, never a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Greatest size of one picture or rendered page, in pixels. Default 50 million: what telephones take.
    pub pixels: u64,
    /// Greatest number of pages of one file that are read from their picture. Default 50.
    pub pages: usize,
    /// Longest time of a processor that reading one page may take, where the system can bound it; it is given
    /// up after five times that by the clock, for the machine may be busy. Default 60 seconds; an A4 page takes
    /// 2 to 5.
    pub page_time: Duration,
    /// Longest time of a processor that each step before that may take: drawing or unpacking a page, and
    /// making it ready; never more than five times that by the clock. Default 7 seconds; an A4 page at 300 dpi
    /// takes less than 1.
    pub step_time: Duration,
    /// Longest time that all pages of a file may take. Default 10 minutes.
    pub time: Duration,
    /// Memory that the process that reads a page may have, in bytes. Default 1 GiB.
    pub memory: u64,
    /// Most that it may say of one page, in bytes. Default 4 MiB.
    pub said: usize,
}

impl Limits {
    /// How long reading a page is waited for.
    pub(crate) fn patience(&self) -> Duration {
        self.page_time.saturating_mul(erratum_text::PATIENCE)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pixels: 50_000_000,
            pages: 50,
            page_time: Duration::from_secs(60),
            step_time: Duration::from_secs(7),
            time: Duration::from_secs(600),
            memory: 1 << 30,
            said: 4 << 20,
        }
    }
}
