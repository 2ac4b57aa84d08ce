//! What goes over the network: records read by URL, mirrors, monitors, witnesses asked.
//!
//! Nothing here decides what a record says: bytes come in with bounds on their number and on the time they
//! may take, and are checked by [`erratum_record`] against a signed checkpoint before anything is kept.
//! What a server says of itself is never trusted; paths that come from it are checked before use.
//!
//! - [`Http`] is a [`Source`] of files below a URL; [`ReadStore`] makes a read-only
//!   [`Store`](erratum_record::Store) of it.
//! - [`mirror`] copies a record into a folder; [`Monitor`] watches one; both refuse forks and rollbacks and
//!   keep the [`Evidence`].
//! - [`ask_witnesses`] has a checkpoint cosigned.

mod evidence;
mod folder;
mod http;
mod mirror;
mod monitor;
mod open;
mod parallel;
mod path;
mod source;
mod witnesses;

pub use evidence::{Evidence, RemoteError};
pub use http::{Http, Patience};
pub use mirror::{Mirrored, mirror};
pub use monitor::{Monitor, Noticed, Seen};
pub use source::{ReadStore, Source};
pub use witnesses::{Asked, WitnessMemory, ask_witnesses};
