//! An office's private workspace: its key, its settings, and the statements it makes. Never public.
//!
//! The desk composes, signs and hands in; whether a statement counts is for the record to say. It holds no
//! rule of its own.

mod act;
mod compose;
mod desk;
mod error;
mod hand_in;

pub use act::{Disown, Issue, Issued, Mark, Seen, SourceFile};
pub use compose::Salts;
pub use desk::Desk;
pub use error::DeskError;
pub use hand_in::{Epochs, HandedIn, commit, drain};
