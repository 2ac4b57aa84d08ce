//! Checkpoints (C2SP tlog-checkpoint): the size and root of a log in a note that its key signs.
//!
//! Cosignatures of witnesses are passed over. Ours have no extension lines; those of others are ignored,
//! as the specification asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::error::{LogError, LogErrorKind};
use super::hashes::EMPTY_HASH;
use super::tile::MOST_ENTRIES;
use crate::atoms::number;
use crate::note::{COSIGNED, Note, Signed, Signer, VerifierKey};

/// The name of the checkpoint's file, and of any checkpoint in an error.
pub(crate) const CHECKPOINT: &str = "checkpoint";

/// The state of a log at one size.
///
/// ```text
/// record.example
/// 57
/// CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
///
/// — record.example Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: [u8; 32],
}

impl Checkpoint {
    pub(crate) fn new(origin: &str, size: u64, root: [u8; 32]) -> Self {
        Self { origin: origin.to_owned(), size, root }
    }

    /// The checkpoint of a log without entries.
    pub(crate) fn empty(origin: &str) -> Self {
        Self::new(origin, 0, EMPTY_HASH.0)
    }

    /// Whether the other one says the same of the tree.
    pub(crate) fn same_tree(&self, other: &Self) -> bool {
        (self.size, self.root) == (other.size, other.root)
    }

    /// Reads a checkpoint whose signature nobody has checked yet, with the note that bears it.
    ///
    /// # Errors
    /// If `bytes` are not a note, or its text is not that of a checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<(Self, Note), LogError> {
        let bad = |why: String| LogError::damaged(CHECKPOINT, why);
        let note = Note::parse_within(bytes, &COSIGNED).map_err(|error| bad(error.to_string()))?;
        let mut lines = note.text().split_terminator('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(bad("fewer than three lines".to_owned()));
        };
        if origin.is_empty() || lines.any(str::is_empty) {
            return Err(bad("an empty line".to_owned()));
        }
        let size = number(size).map_err(|error| bad(format!("size: {error}")))?;
        if size > MOST_ENTRIES {
            return Err(bad(format!("size {size}: more than the {MOST_ENTRIES} that are read")));
        }
        let root = BASE64.decode(root).ok().and_then(|root| root.try_into().ok());
        let root = root.ok_or_else(|| bad("its root is not 32 bytes in base64".to_owned()))?;
        Ok((Self::new(origin, size, root), note))
    }

    /// Reads a checkpoint and checks that `key` signed it and is named like its origin.
    ///
    /// # Errors
    /// As [`Checkpoint::parse`]; and if the origin or the signature is not that of `key`.
    pub fn open(bytes: &[u8], key: &VerifierKey) -> Result<Self, LogError> {
        let (checkpoint, note) = Self::parse(bytes)?;
        checkpoint.verify(&note, key)?;
        Ok(checkpoint)
    }

    pub(crate) fn verify(&self, note: &Note, key: &VerifierKey) -> Result<(), LogError> {
        let unsigned = |why| Err(LogError::new(LogErrorKind::Unsigned, CHECKPOINT, why));
        if self.origin != key.name() {
            let origin = self.origin.escape_debug();
            return unsigned(format!("its origin is {origin}, expected {}", key.name()));
        }
        match note.signed_by(key) {
            Signed::Yes => Ok(()),
            Signed::No => unsigned(format!("not signed by {} with the key expected", key.name())),
            Signed::Forged => unsigned(format!("the signature of {} does not verify", key.name())),
        }
    }

    /// The checkpoint as its key signs it.
    pub(crate) fn sign(&self, signer: &Signer) -> Result<Vec<u8>, LogError> {
        let text = format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root));
        let note = signer
            .sign(&text)
            .map_err(|error| LogError::new(LogErrorKind::Invalid, CHECKPOINT, error.to_string()))?;
        Ok(note.to_string().into_bytes())
    }

    /// The log's origin, which is also the name of its key.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the log has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root hash (RFC 6962 section 2.1) of the tree over all of them.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> Signer {
        Signer::from_seed("record.example", &[9; 32]).unwrap()
    }

    fn wrong(text: &str) -> String {
        let note = signer().sign(text).unwrap().to_string();
        Checkpoint::open(note.as_bytes(), &signer().verifier()).unwrap_err().to_string()
    }

    const ROOT: &str = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    #[test]
    fn a_signed_checkpoint_reads_back() {
        let checkpoint = Checkpoint::new("record.example", 57, [3; 32]);
        let bytes = checkpoint.sign(&signer()).unwrap();
        assert!(
            bytes.starts_with(b"record.example\n57\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n\n")
        );
        assert_eq!(Checkpoint::open(&bytes, &signer().verifier()).unwrap(), checkpoint);
    }

    #[test]
    fn extension_lines_are_passed_over() {
        let note = signer().sign(&format!("record.example\n0\n{ROOT}\nmore\nand more\n")).unwrap();
        let read = Checkpoint::open(note.to_string().as_bytes(), &signer().verifier()).unwrap();
        assert_eq!((read.origin(), read.size(), read.root()[0]), ("record.example", 0, 0x0a));
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(wrong("record.example\n57\n"), "checkpoint: fewer than three lines");
        assert_eq!(wrong(&format!("\n57\n{ROOT}\n")), "checkpoint: an empty line");
        assert_eq!(
            wrong(&format!("record.example\n057\n{ROOT}\n")),
            "checkpoint: size: number \"057\": expected a decimal number without leading zeros"
        );
        assert_eq!(
            wrong(&format!("record.example\n18446744073709551615\n{ROOT}\n")),
            "checkpoint: size 18446744073709551615: more than the 281474976710656 that are read"
        );
        assert_eq!(
            wrong("record.example\n57\nCsUY\n"),
            "checkpoint: its root is not 32 bytes in base64"
        );
        assert_eq!(
            wrong(&format!("other.example\n57\n{ROOT}\n")),
            "checkpoint: its origin is other.example, expected record.example"
        );
    }

    #[test]
    fn another_key_and_a_changed_text_are_refused() {
        let bytes = Checkpoint::new("record.example", 57, [3; 32]).sign(&signer()).unwrap();
        let other = Signer::from_seed("record.example", &[8; 32]).unwrap().verifier();
        let error = Checkpoint::open(&bytes, &other).unwrap_err();
        assert_eq!(error.kind(), LogErrorKind::Unsigned);
        assert_eq!(error.to_string(), "checkpoint: not signed by record.example with the key expected");
        let changed = String::from_utf8(bytes).unwrap().replace("\n57\n", "\n58\n");
        let error = Checkpoint::open(changed.as_bytes(), &signer().verifier()).unwrap_err();
        assert_eq!(error.to_string(), "checkpoint: the signature of record.example does not verify");
    }
}
