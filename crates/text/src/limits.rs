//! How much of a hostile file is read before giving up.

use std::time::Duration;

/// What may take so long of a processor may take so many times that by the clock: a busy machine must not make
/// an honest file an error.
pub const PATIENCE: u32 = 5;

/// Bounds on what one file may cost. What exceeds them is an error of the file or of its part, never a
/// crash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Greatest size of a file or of an attachment, in bytes. Default 64 MiB.
    pub file_bytes: usize,
    /// Greatest size of the text of one part, in bytes of UTF-8. Default 8 MiB: matching takes some 70 bytes
    /// for each of them where every other one is a word.
    pub text_bytes: usize,
    /// Greatest number of parts of one file. Default 4,096.
    pub parts: usize,
    /// How many mails and archives may lie inside each other. Default 16.
    pub depth: usize,
    /// Greatest number of members of an archive, of records of a WARC, of entries of an office document.
    /// Default 20,000.
    pub members: usize,
    /// Greatest size of all parts of one file together, in bytes: what archives in it unpack to, what mails
    /// hold, and the texts. Default 128 MiB.
    pub total_bytes: usize,
    /// Greatest size of one page's drawing instructions, or of all object streams of a PDF, unpacked, in
    /// bytes. Default 16 MiB.
    pub stream_bytes: usize,
    /// Longest time of a processor that one part may take, and after which no further part of a file is begun;
    /// where the system does not tell how long that is, and where it is less, time by the clock; never more
    /// than five times that by the clock. The other limits keep files from getting near it; it is there for
    /// what nobody thought of. Default 7 seconds.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 64 << 20,
            text_bytes: 8 << 20,
            parts: 4_096,
            depth: 16,
            members: 20_000,
            total_bytes: 128 << 20,
            stream_bytes: 16 << 20,
            time: Duration::from_secs(7),
        }
    }
}
