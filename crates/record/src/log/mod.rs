//! The log: a C2SP tiled log of entries with their blobs, its store, its reader and its one writer.
//!
//! Deals in bytes only: an entry is any string of up to 65,535 bytes, and its blobs are one string of bytes
//! or none. What an entry says, whether a blob fits its digest, and when an append is allowed is not
//! decided here. The formats are in `docs/record.md`, sections 4, 5 and 8.
//!
//! - [`Log`] reads: nothing leaves it that was not checked against the root of a signed checkpoint, except
//!   blobs, whose digests stand in the entries.
//! - [`Writer`] appends: what it acknowledged survives a crash at any instant, and it never signs two
//!   checkpoints that contradict each other.
//! - [`Store`] is where files lie; [`LocalStore`] is a folder.

#[cfg(test)]
mod backup_tests;
mod blob_bundle;
#[cfg(test)]
mod blob_tests;
mod checkpoint;
mod copy;
#[cfg(test)]
mod crash_tests;
mod disk;
mod edge;
mod error;
mod hashes;
mod key_file;
mod local_store;
#[cfg(test)]
mod model_disk;
mod proof;
mod reader;
mod recovery;
#[cfg(feature = "s3")]
mod s3;
#[cfg(test)]
mod shared_tests;
mod side;
mod staged;
mod store;
#[cfg(test)]
mod tests;
mod tile;
mod tree;
mod writer;

pub use checkpoint::Checkpoint;
pub use copy::LogRange;
pub use error::{LogError, LogErrorKind};
pub use key_file::{create_key_file, random_seed, read_key_file};
pub use local_store::LocalStore;
pub use proof::{check_consistency, check_inclusion};
pub use reader::{Log, UnverifiedLog};
pub use recovery::{Mended, Recovery};
#[cfg(feature = "s3")]
pub use s3::{S3Settings, S3Store};
pub use store::Store;
pub use writer::{NewEntry, Writer};
