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
mod authority;
mod blob;
mod draft;
mod entry;
mod facts;
mod inbox;
mod intake;
mod log;
mod make_slip;
mod map;
mod note;
mod operator;
mod parallel;
mod record;
mod rule;
mod signatures;
mod slip;
mod state;
mod statement;
mod suffixes;
mod witness;
mod words;

pub use atoms::{AtomError, BlobRef, Date, DocumentName, Id, Lang, Media, Name, Origin, Time, Version};
pub use authority::{
    Beginning, CLAIM_NOTICE, Issuer, KEYS_DELAY, MOST_SUSPECT, Place, Said, SaidBody, Signers,
};
pub use blob::{Blob, BlobError, is_unfit, split_blobs};
pub use draft::{
    BETWEEN_PARAGRAPHS, DraftTree, OpenedParagraph, OpeningError, OpeningProof, check_opening,
    draft_leaf,
};
pub use entry::{Entry, EntryError};
pub use inbox::{Inbox, Receipt, Submission, Unread};
pub use intake::{Answered, Intake, NotTaken};
pub use log::{
    Checkpoint, LocalStore, Log, LogError, LogErrorKind, LogRange, Mended, NewEntry, Recovery, Store,
    UnverifiedLog, Writer, check_consistency, check_inclusion, create_key_file, random_seed,
    read_key_file,
};
#[cfg(feature = "s3")]
pub use log::{S3Settings, S3Store};
#[doc(hidden)]
pub use map::noise;
pub use map::{Label, Map, MapProof, Sibling, hash_value};
pub use note::{MOST_CHECKPOINT_BYTES, Note, NoteError, Signed, Signer, VerifierKey};
pub use operator::{Check, Clock, Drained, Operator, OperatorError, Waiting, Wanted};
pub use record::{Before, Record, RecordError};
pub use rule::{Moment, Standings, Stolen, Weight, Word, standings, words_in_force};
pub use slip::{MOST_SLIP_BYTES, ProvenEpoch, ProvenSlip, Slip, SlipEntry, SlipEpoch, SlipError};
pub use state::{
    Attached, Authority, Changes, Committed, FactKey, Pending, Placed, Refusal, RefusalKind, Registered,
    Remarked, Rendered, State, Stop, Viewed, Void,
};
pub use statement::{
    Acceptance, Act, BlobField, Body, Commitment, Document, Epoch, FirstWord, Forms, Guard, Keys,
    ListedKey, NameProof, ProofMethod, RecordBody, Remark, Rendition, Replaces, Revocation, Rule,
    RuleAct, StandingBody, Statement, StatementError,
};
pub use suffixes::{SUFFIX_LIST, Suffixes};
pub use witness::{
    Cosignature, Cosigned, CosignerKey, NotWitnessed, TlogPolicy, TlogPolicyError, TlogProof, Witness,
    WitnessAnswer, Witnessed, add_checkpoint, cosign,
};
pub use words::{Class, Genre, Standing};
