//! The standing of a copy: `check(copy, records, policy) → verdict`.
//!
//! This room ties the three others: it reads a copy ([`erratum_text`]), finds the documents it comes from
//! ([`erratum_match`]), asks the record for their standing ([`erratum_record`]), and says what that makes
//! of the copy. It prints nothing and asks no clock.

mod attest;
mod audit;
mod check;
mod claims;
mod copy;
mod find;
mod finding;
mod forms;
mod headline;
mod index;
mod library;
mod names;
mod nearest;
mod passages;
mod policy;
mod rebuild;
mod says_so;
mod seen;
mod selector;
mod story;
pub mod verdict;
mod view;
mod worth;

pub use audit::{Audit, AuditError, audit, check_statement};
pub use check::{At, When, check};
pub use copy::Copy;
pub use erratum_match as matching;
pub use erratum_record as record;
pub use erratum_text as text;
pub use forms::forms_of;
pub use library::{Library, LibraryError};
pub use policy::{Policy, PolicyError, RecordSource};
pub use rebuild::{Rebuilt, rebuild};
pub use seen::Seen;
pub use selector::of as selector_of;
pub use story::{Event, Now, Said, Story, What, WordWorth, story};
