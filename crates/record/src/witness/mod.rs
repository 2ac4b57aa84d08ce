//! Witnesses: what others signed of a checkpoint, and whether that is enough for a reader.
//!
//! Pure: reads and makes bytes; who is asked, and when, is decided elsewhere. Implements C2SP
//! tlog-cosignature ([`CosignerKey`]), tlog-policy ([`TlogPolicy`]), the bodies of tlog-witness
//! ([`add_checkpoint`], [`WitnessAnswer`]) and tlog-proof ([`TlogProof`]).

mod cosigner;
mod exchange;
mod policy;
mod policy_text;
mod proof;
#[cfg(test)]
mod tests;

pub use cosigner::{Cosigned, CosignerKey};
pub use exchange::{Cosignature, WitnessAnswer, add_checkpoint, cosign};
pub use policy::{NotWitnessed, TlogPolicy, Witness, Witnessed};
pub use policy_text::TlogPolicyError;
pub use proof::TlogProof;
