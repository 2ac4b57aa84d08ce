//! Statements, the forward pass and the standing rule, the log and its store, slips.
//!
//! This room knows signed notes and what they add up to; it knows nothing of texts or of how copies are
//! recognised. The formats are in `docs/record.md`, the rule is in `docs/authority.md`.
//!
//! Reading goes one way: [`Log`] (bytes, checked against a checkpoint) → [`Entry`] (a logged note) →
//! [`Statement`] → [`State`] (the forward pass) → [`Standings`] (the standing rule). [`Record`] does all of
//! it for a folder, [`Slip`] for one file, [`Operator`] for what comes in.
//!
//! ```
//! use erratum_record::{Body, Statement};
//!
//! let text = "erratum/v1 acceptance\n\
//!             record record.example\n\
//!             speaker defence.example\n\
//!             subordinate northern-command.example\n\
//!             keys 1111111111111111111111111111111111111111111111111111111111111111\n";
//! let statement = Statement::parse(text)?;
//! assert!(matches!(statement.body, Body::Acceptance(_)));
//! assert_eq!(statement.text(), text);
//! # Ok::<(), erratum_record::StatementError>(())
//! ```

mod atoms;
mod blob;
mod entry;
mod inbox;
mod log;
mod make_slip;
mod note;
mod operator;
mod record;
mod rule;
mod signatures;
mod slip;
mod state;
mod statement;
mod suffixes;
mod words;

pub use atoms::{AtomError, BlobRef, Date, DocumentName, Id, Lang, Media, Name, Origin, Time, Version};
pub use blob::{Blob, BlobError, is_unfit, split_blobs};
pub use entry::{Entry, EntryError};
pub use inbox::{Inbox, Receipt, Submission, Unread};
pub use log::{
    Checkpoint, LocalStore, Log, LogError, LogErrorKind, NewEntry, Recovery, Store, UnverifiedLog,
    Writer, check_consistency, check_inclusion, create_key_file, random_seed, read_key_file,
};
pub use note::{Note, NoteError, Signed, Signer, VerifierKey};
pub use operator::{Check, Drained, Operator, OperatorError, Waiting};
pub use record::{Record, RecordError};
pub use rule::{Moment, Standings, Word, standings, words_in_force};
pub use slip::{MOST_SLIP_BYTES, Opened, ProvenSlip, Slip, SlipEntry, SlipError};
pub use state::{Issuer, Placed, Refusal, RefusalKind, Registered, Remarked, State, Void};
pub use statement::{
    Acceptance, Act, BlobField, Body, Document, FirstWord, Forms, Keys, RecordBody, Remark, Rendition,
    Replaces, StandingBody, Statement, StatementError,
};
pub use suffixes::{SUFFIX_LIST, Suffixes};
pub use words::{Class, Genre, Standing};
