//! Blobs: the bytes that statements name by salted digest (`docs/record.md` section 5).
//!
//! Sealing and opening only; where blobs are kept is the store's business.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::atoms::{BlobRef, Id};
use crate::statement::Statement;

/// Length of a salt in bytes.
const SALT: usize = 32;

/// Some bytes with the salt that hides them from guessing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    salt: [u8; SALT],
    bytes: Vec<u8>,
}

impl Blob {
    /// Puts `bytes` under `salt`, which must be random and used once.
    #[must_use]
    pub fn new(salt: [u8; SALT], bytes: Vec<u8>) -> Self {
        Self { salt, bytes }
    }

    /// What a statement says of this blob.
    #[must_use]
    pub fn reference(&self) -> BlobRef {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update(&self.bytes);
        BlobRef { bytes: self.bytes.len() as u64, digest: Id(hash.finalize().into()) }
    }

    /// The salt.
    #[must_use]
    pub fn salt(&self) -> &[u8; SALT] {
        &self.salt
    }

    /// The bytes, which [`check`](Self::check) has found to be text, or the empty string.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    /// Salt and bytes, as they are stored.
    #[must_use]
    pub fn stored(&self) -> Vec<u8> {
        [&self.salt[..], &self.bytes].concat()
    }

    /// Reads salt and bytes as they are stored.
    #[must_use]
    pub fn from_stored(stored: &[u8]) -> Option<Self> {
        let (salt, bytes) = stored.split_first_chunk::<SALT>()?;
        Some(Self { salt: *salt, bytes: bytes.to_vec() })
    }

    /// Checks this blob against what a statement says of it, and its text for what blobs may not hold.
    ///
    /// # Errors
    /// If length or digest differ, it is larger than its field allows, or not plain text.
    pub fn check(&self, field: &'static str, said: BlobRef, most: u64) -> Result<(), BlobError> {
        let wrong = |why| Err(BlobError { field, why });
        if said.bytes > most {
            return wrong("larger than its field allows");
        }
        if self.reference() != said {
            return wrong("does not match the digest in its statement");
        }
        let Ok(text) = std::str::from_utf8(&self.bytes) else { return wrong("not valid UTF-8") };
        if text.chars().any(is_unfit) {
            return wrong("has a control or bidirectional-override character");
        }
        Ok(())
    }
}

/// Whether a character may not stand in a blob: controls other than tab and newline, and
/// bidirectional overrides and isolates.
#[must_use]
pub fn is_unfit(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A blob that is not what its statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobError {
    field: &'static str,
    why: &'static str,
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the blob \"{}\": {}", self.field, self.why)
    }
}

impl std::error::Error for BlobError {}

/// Splits the stored blobs of an entry into those its statement names, checking each.
///
/// # Errors
/// If there are fewer or more bytes than the statement says, or a blob does not pass its check.
pub fn split_blobs(statement: &Statement, mut stored: &[u8]) -> Result<Vec<Blob>, BlobError> {
    let mut blobs = Vec::new();
    for field in statement.blobs() {
        let short = BlobError { field: field.field, why: "missing or cut short" };
        if field.blob.bytes > field.most {
            return Err(BlobError { field: field.field, why: "larger than its field allows" });
        }
        let length = usize::try_from(field.blob.bytes).map_err(|_| short)? + SALT;
        let (this, rest) = stored.split_at_checked(length).ok_or(short)?;
        let blob = Blob::from_stored(this).ok_or(short)?;
        blob.check(field.field, field.blob, field.most)?;
        blobs.push(blob);
        stored = rest;
    }
    if stored.is_empty() {
        Ok(blobs)
    } else {
        Err(BlobError { field: "", why: "more bytes than the statement names" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(blob: &Blob) -> Statement {
        let text = format!(
            "erratum/v1 note\nrecord r.example\nspeaker a.example\ndocument {}\nlang en\ntext {}\n",
            Id::of(b""),
            blob.reference()
        );
        Statement::parse(&text).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_and_nothing_else_does() {
        let blob = Blob::new([9; 32], b"published in error".to_vec());
        let statement = remark(&blob);
        assert_eq!(split_blobs(&statement, &blob.stored()).unwrap(), std::slice::from_ref(&blob));
        let wrong = |stored: &[u8]| split_blobs(&statement, stored).unwrap_err().to_string();
        let mut changed = blob.stored();
        changed[40] ^= 1;
        assert_eq!(wrong(&changed), r#"the blob "text": does not match the digest in its statement"#);
        assert_eq!(wrong(&blob.stored()[1..]), r#"the blob "text": missing or cut short"#);
        let long = [blob.stored(), vec![0]].concat();
        assert_eq!(wrong(&long), r#"the blob "": more bytes than the statement names"#);
    }

    #[test]
    fn a_blob_cannot_steer_a_terminal_or_turn_text_round() {
        for bad in ["\u{1b}[2J", "a\u{202e}b", "a\rb", "\u{2066}"] {
            let blob = Blob::new([1; 32], bad.as_bytes().to_vec());
            let error = split_blobs(&remark(&blob), &blob.stored()).unwrap_err().to_string();
            assert_eq!(error, r#"the blob "text": has a control or bidirectional-override character"#);
        }
        let large = Blob::new([1; 32], vec![b'a'; 16 * 1024 + 1]);
        let error = split_blobs(&remark(&large), &large.stored()).unwrap_err().to_string();
        assert_eq!(error, r#"the blob "text": larger than its field allows"#);
    }
}
