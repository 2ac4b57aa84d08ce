//! Signed notes, made before the measurement, so that every peer appends the same bytes.
//!
//! The file holds the public key (32 bytes) and then for each note: the length of the note and of its text
//! (16 bits each, big-endian), the note, and the signature over the text (64 bytes).

use std::path::Path;

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::Result;

pub(crate) struct Notes {
    key: VerifyingKey,
    all: Vec<Signed>,
}

struct Signed {
    note: Vec<u8>,
    text: usize,
    signature: Signature,
}

impl Notes {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path)?;
        Self::parse(&bytes).ok_or_else(|| format!("{}: not a file of notes", path.display()).into())
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (key, mut rest) = bytes.split_first_chunk()?;
        let key = VerifyingKey::from_bytes(key).ok()?;
        let mut all = Vec::new();
        while !rest.is_empty() {
            let (lengths, after) = rest.split_first_chunk::<4>()?;
            let [a, b, c, d] = *lengths;
            let (length, text) = (u16::from_be_bytes([a, b]).into(), u16::from_be_bytes([c, d]).into());
            let (note, after) = after.split_at_checked(length)?;
            let (signature, after) = after.split_first_chunk()?;
            if text > length {
                return None;
            }
            all.push(Signed { note: note.to_vec(), text, signature: Signature::from_bytes(signature) });
            rest = after;
        }
        (!all.is_empty()).then_some(Self { key, all })
    }

    /// Makes the n-th entry: a line with the time, which makes it another each time, and a note.
    pub(crate) fn entry(&self, n: u64, check: bool) -> std::result::Result<Vec<u8>, String> {
        let signed = &self.all[(n % self.all.len() as u64) as usize];
        if check && self.key.verify_strict(&signed.note[..signed.text], &signed.signature).is_err() {
            return Err(format!("note {n} is not signed"));
        }
        let mut entry = format!("logged {:.3}\n", jiff::Timestamp::now()).into_bytes();
        entry.extend_from_slice(&signed.note);
        Ok(entry)
    }

    pub(crate) fn entry_bytes(&self) -> usize {
        "logged 2006-01-02T15:04:05.000Z\n".len() + self.all[0].note.len()
    }
}

/// The key id of a signed note's Ed25519 key.
pub(crate) fn key_id(name: &str, public: &[u8; 32]) -> u32 {
    let digest =
        Sha256::new().chain_update(name).chain_update(b"\n\x01").chain_update(public).finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}
