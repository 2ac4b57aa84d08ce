//! What a DNS name publishes about itself, looked up, kept as evidence, and checked again.
//!
//! A name is proven by a line in DNS (`_erratum.<name>`, TXT) or under
//! `https://<name>/.well-known/erratum.txt`; `docs/record.md` section 11 gives its form and that of the
//! evidence. This room knows names and ids, and nothing of records: what a proof is worth is decided by
//! whoever logs it and by the forward pass.
//!
//! Asking ([`Lookup`]) is bounded in time and bytes, follows no redirect and no alias, and asks no address
//! of a private network unless its settings say so. Checking ([`check_evidence`]) asks nobody.
//!
//! ```
//! use erratum_names::Published;
//!
//! let line = format!("erratum/v1 keys={} superior=ministry.example", "11".repeat(32));
//! let published: Published = line.parse()?;
//! assert_eq!(published.superior.as_ref().unwrap().as_str(), "ministry.example");
//! assert_eq!(published.to_string(), line);
//! # Ok::<(), String>(())
//! ```
#![deny(missing_docs)]

mod address;
mod chain;
mod check;
mod dns;
mod evidence;
mod https;
mod lookup;
mod published;
mod settings;

pub use chain::Anchors;
pub use check::{EvidenceError, check_evidence};
pub use lookup::{Found, Lookup, LookupError};
pub use published::Published;
pub use settings::{Settings, SettingsError};
