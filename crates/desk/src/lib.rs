//! An office's private workspace: its keys, its settings, and the statements it makes. Never public.
//!
//! The desk composes, signs and hands in; whether a statement counts is for the record to say. It counts
//! signatures only to know when an act may be handed in.

mod act;
mod age_file;
mod agent;
mod approve;
mod archive;
mod compose;
mod desk;
mod draft;
mod error;
mod hand_in;
mod keys;
mod office;
mod pending;
mod plain;
mod private_file;
mod rotate;
mod secret;
mod sign;

pub use act::{Disown, Issue, Issued, Mark, Seen, SourceFile};
pub use age_file::{AgeError, Identity, Recipient, decrypt};
pub use approve::Progress;
pub use archive::{archive_takes_passphrase, read_identity};
pub use compose::Salts;
pub use desk::{Desk, LABEL, NewKey};
pub use draft::{DraftAtDesk, Drafted, Leak, Open};
pub use error::DeskError;
pub use hand_in::{Epochs, HandedIn, commit, drain};
pub use keys::Keep;
pub use office::{Need, Office};
pub use pending::{Part, Pending};
pub use plain::{in_plain_words, rule_in_words};
pub use rotate::{KeyChange, Revoke, Rotated, delays, label_of};
pub use secret::{Ask, Passphrase, passphrase_from_file};
