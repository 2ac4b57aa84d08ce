//! Names that prove themselves, with the real command and an internet on loopback: open records, proofs
//! that are gone, names that look like others.

#[path = "../../../names/tests/support/mod.rs"]
mod internet;
#[path = "../support/mod.rs"]
mod support;

mod lookalikes;
mod online;
mod open;
mod world;
