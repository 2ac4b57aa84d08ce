//! Making statements: blobs sealed under fresh salts, lines filled in, signed.

use erratum::record::{Blob, BlobRef, Body, Name, Origin, Signer, Statement, Submission};

use crate::error::DeskError;

/// Where salts come from: 32 random bytes each, used once.
pub type Salts = Box<dyn FnMut() -> Result<[u8; 32], String>>;

/// A statement in the making, with its blobs in the order of its lines.
pub(crate) struct Composer<'a> {
    signer: &'a Signer,
    record: Origin,
    salts: &'a mut Salts,
    blobs: Vec<u8>,
}

impl<'a> Composer<'a> {
    pub(crate) fn new(signer: &'a Signer, record: Origin, salts: &'a mut Salts) -> Self {
        Self { signer, record, salts, blobs: Vec::new() }
    }

    /// Seals the next blob. Blobs are sealed in the order in which their lines stand in the statement.
    pub(crate) fn seal(&mut self, text: &str) -> Result<BlobRef, DeskError> {
        if let Some(c) = text.chars().find(|c| erratum::record::is_unfit(*c)) {
            return Err(DeskError::unfit(format!(
                "U+{:04X} may not stand in a published text; take it out",
                u32::from(c)
            )));
        }
        let salt = (self.salts)().map_err(DeskError::Unfit)?;
        let blob = Blob::new(salt, text.as_bytes().to_vec());
        self.blobs.extend(blob.stored());
        Ok(blob.reference())
    }

    /// Signs the statement.
    pub(crate) fn sign(self, body: Body) -> Result<Submission, DeskError> {
        let statement = Statement { record: self.record, body };
        // It must read back: what the types allow and the form does not is found here.
        Statement::parse(&statement.text()).map_err(DeskError::unfit)?;
        erratum::record::split_blobs(&statement, &self.blobs).map_err(DeskError::unfit)?;
        let note = self.signer.sign(&statement.text()).map_err(DeskError::unfit)?;
        Ok(Submission { note, blobs: self.blobs })
    }
}

/// Who a signer speaks for: its key is named `<name>/<label>`.
pub(crate) fn speaker(signer: &Signer) -> Result<Name, DeskError> {
    let key = signer.verifier();
    let name = key.name().split('/').next().unwrap_or_default();
    name.parse().map_err(DeskError::unfit)
}
