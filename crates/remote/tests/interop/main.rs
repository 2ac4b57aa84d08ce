//! The log beside code that is not ours: Go's `golang.org/x/mod/sumdb`, Torchwood and Tessera; and the
//! standing map.
//!
//! Tests here need the programs of `tests/interop`, which `scripts/test` builds and names in
//! `ERRATUM_INTEROP`; it also asks for these tests, which are ignored otherwise.

mod litewitness;
mod map;
mod ours;
mod programs;
mod theirs;
mod witnessed;
