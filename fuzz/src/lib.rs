//! What the fuzz targets share: whose panic counts, and files that are honest about what the fuzzer has
//! no way to guess. The targets are in `fuzz_targets/`; `scripts/fuzz` builds and runs them.
#![deny(missing_docs)]

mod packed;
mod panics;

pub use packed::{outlook, read, zip};
pub use panics::watch;
